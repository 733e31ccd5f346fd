"""What a crew is, whatever the form it was written in.

Loaders differ; nothing after them does. Every value is frozen and knows where it was written: typed
attributes carry what CrewAI acts on, ``fields`` carries each key as its author gave it, with its place.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from crewprof.latest_answers import kept_for_latest
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.tool_origins import Returns
    from crewprof.crew.written import Written
    from crewprof.source.document import DataDocument
    from crewprof.source.field import Field, PlainValue
    from crewprof.source.place import Place
    from crewprof.source.text import SourceText
    from crewprof.source.unknown import Unknown


class Kind(Enum):
    """The way a crew is written: only shown (``kind`` in the JSON report). What may be done with a crew is
    asked of its :class:`~crewprof.crew.written.Written`."""

    CREW_YAML = "crew-yaml"
    CREWBASE = "crewbase"
    JSONC = "jsonc"
    FLOW = "flow"
    PYTHON = "python"
    NOTEBOOK = "notebook"
    AGENT = "agent"


class Process(Enum):
    """CrewAI's two processes."""

    SEQUENTIAL = "sequential"
    HIERARCHICAL = "hierarchical"


class ModelSource(Enum):
    """Who chose a model."""

    DECLARED = "declared"
    ENVIRONMENT = "environment"
    DEFAULT = "default"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Model:
    """An LLM as CrewAI gets it: the model string and the parameters that reach the provider.

    ``id`` is ``None`` when it cannot be known statically (``source`` is then UNKNOWN). ``max_tokens``
    is the completion cap that really reaches the LLM (not an agent's ``max_tokens``, which CrewAI
    ignores). ``variable`` names the environment variable when ``source`` is ENVIRONMENT.
    ``is_mapping``: written as ``{model: …}``.
    """

    id: str | None
    source: ModelSource
    max_tokens: int | None = None
    parameters: Mapping[str, PlainValue] = field(default_factory=dict)
    place: Place | None = None
    variable: str | None = None
    is_mapping: bool = False


@dataclass(frozen=True, slots=True)
class ToolSource:
    """A custom tool read from the project's Python: what CrewAI would tell the LLM about it.

    ``name`` and ``description`` as authored; ``parameters`` is the pydantic JSON schema of its
    arguments as ``model_json_schema()`` gives it. ``returns`` is what its body shows of its results,
    ``characters`` the length of the longest text in the source that it returns, ``cut`` the characters it
    cuts what it fetched at, 0 for none. ``asks`` is the slowest place its body asks.
    """

    name: str
    description: str
    parameters: Mapping[str, object]
    returns: Returns = "unknown"
    characters: int = 0
    cut: int = 0
    asks: Returns | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool an agent or task is given.

    ``reference`` is the text its author wrote (``SerperDevTool``, ``custom:lookup``, ``search_tool``).
    ``class_name`` is the class of ``crewai_tools`` or of the project it comes from, if known;
    ``arguments`` are its constructor arguments. ``source`` is set for tools whose definition could be
    read from the project. All three empty: nothing is known statically but that there is a tool.
    """

    reference: str
    place: Place
    class_name: str | None = None
    arguments: Mapping[str, PlainValue] = field(default_factory=dict)
    source: ToolSource | None = None
    result_as_answer: bool = False
    max_usage_count: int | None = None


@dataclass(frozen=True, slots=True)
class OutputSchema:
    """A structured output: ``json_schema`` is what pydantic's ``model_json_schema()`` gives, or
    ``None`` when the class could not be read. ``is_marked``: whether its class is decorated with
    ``@output_json`` or ``@output_pydantic``, which put a wrapper in the place of the class."""

    name: str
    json_schema: Mapping[str, object] | None
    place: Place
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A task guardrail: a sentence checked by an LLM, or a Python callable (``text`` is ``None``)."""

    text: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent. ``name`` is its key (in a @CrewBase class the method's name).

    Texts keep placeholders and trailing newlines; a text that is missing or unknown is ``None``.
    ``llm`` is ``None`` until the model CrewAI would take is known (``semantics.models``).
    """

    name: str
    place: Place
    role: str | None = None
    goal: str | None = None
    backstory: str | None = None
    llm: Model | None = None
    function_calling_llm: Model | None = None
    tools: tuple[Tool, ...] = ()
    allow_delegation: bool = False
    max_iter: int | None = None
    max_rpm: int | None = None
    max_retry_limit: int | None = None
    max_execution_time: int | None = None
    use_system_prompt: bool = True
    system_template: str | None = None
    prompt_template: str | None = None
    response_template: str | None = None
    inject_date: bool = False
    date_format: str | None = None
    planning: bool = False
    reasoning: bool = False
    planning_config: Mapping[str, PlainValue] | None = None
    max_reasoning_attempts: int | None = None
    memory: bool | None = None
    knowledge_sources: int = 0
    multimodal: bool = False
    cache: bool | None = None
    respect_context_window: bool = True
    skills: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    mcps: tuple[str, ...] = ()
    own_keys: frozenset[str] = frozenset()
    """Fields that a class of the project declares besides CrewAI's."""
    fields: Mapping[str, Field] = field(default_factory=dict)

    def place_of(self, key: str) -> Place:
        """Where the value of ``key`` stands; the agent itself if it was not given."""
        given = self.fields.get(key)
        return given.place if given else self.place


@dataclass(frozen=True, slots=True)
class Task:
    """A task. ``agent`` is the name of its agent, ``None`` when it has none (hierarchical crews) or when
    it is not ``agent_known``: then it is one of the crew's agents, or one that cannot be seen.

    ``context``: ``None`` is unspecified (CrewAI decides), ``()`` is none, else task names in the order
    given. A task listed that does not exist stays in the tuple. When it is not ``context_known``, other
    tasks may belong to it (or, if ``None``, any).
    """

    name: str
    place: Place
    description: str | None = None
    expected_output: str | None = None
    agent: str | None = None
    agent_known: bool = True
    context: tuple[str, ...] | None = None
    context_known: bool = True
    async_execution: bool = False
    conditional: bool = False
    is_message: bool = False
    tools: tuple[Tool, ...] = ()
    output_pydantic: OutputSchema | None = None
    output_json: OutputSchema | None = None
    response_model: OutputSchema | None = None
    guardrails: tuple[Guardrail, ...] = ()
    guardrail_max_retries: int | None = None
    markdown: bool = False
    human_input: bool = False
    output_file: str | None = None
    input_files: tuple[str, ...] = ()
    own_keys: frozenset[str] = frozenset()
    """Fields that a class of the project declares besides CrewAI's."""
    fields: Mapping[str, Field] = field(default_factory=dict)

    def place_of(self, key: str) -> Place:
        """Where the value of ``key`` stands; the task itself if it was not given."""
        given = self.fields.get(key)
        return given.place if given else self.place


@dataclass(frozen=True, slots=True)
class DuplicateKey:
    """A YAML key given twice in one mapping: the later value wins silently."""

    key: str
    first: Place
    second: Place


@dataclass(frozen=True, slots=True)
class Kickoff:
    """A place where the project's code starts a crew, ``times`` in one run of that code.

    ``inputs`` are what it gives, an :class:`Unknown` where only the name is known, or where it differs from
    time to time; ``inputs_known``: whether that is all.
    """

    place: Place
    inputs: Mapping[str, PlainValue] = field(default_factory=dict)
    inputs_known: bool = True
    times: Range[int] = field(default_factory=lambda: Range.exactly(1))


_Member = TypeVar("_Member", Agent, Task)


# Each task of a crew asks for its agent, and a crew has several lists of each.
@kept_for_latest(6)
def _by_name(members: tuple[_Member, ...]) -> dict[str, _Member]:
    """``members`` by name; of two with one name the first."""
    return {one.name: one for one in reversed(members)}


# Rules ask for each agent of a crew.
@kept_for_latest(4)
def _by_agent(tasks: tuple[Task, ...]) -> dict[str | None, tuple[Task, ...]]:
    """``tasks`` by the agents they are assigned to."""
    lists: dict[str | None, list[Task]] = {}
    for task in tasks:
        lists.setdefault(task.agent, []).append(task)
    return {agent: tuple(own) for agent, own in lists.items()}


@dataclass(frozen=True, slots=True)
class Crew:
    """One crew. ``path`` is the file a reader would open first; tasks stand in CrewAI's order.

    ``agents`` are the crew's agents in CrewAI's order, without ``manager_agent``; ``outside_agents``
    work on its tasks without being listed (left out of ``Crew(agents=…)``, or with the role of another
    agent): they run, but nobody can delegate to them. ``unused`` are agents and tasks that its code makes
    beside it, and nothing runs. ``run_elsewhere`` names tasks of other crews that
    tasks have as context: they may have outputs from there. ``cache`` is
    ``None`` when not given (the default depends on the version). ``unknowns`` lists everything that
    could not be known statically. ``agents_known`` and ``tasks_known``: whether the lists are complete.
    ``inputs`` are what the kickoff gives, an :class:`Unknown` where only the name is known;
    ``inputs_known``: whether that is all it gives. ``kickoffs``: how many the project's code makes;
    open if there can be more. ``kickoff_sites``: where it makes them, as far as that is known; ``inputs``
    holds what is given at any of them.
    ``texts`` holds the text of every file the crew was read from, by path, for rewriting and inline
    ignores; ``documents`` the same, parsed, and the other files of the project.
    """

    name: str
    path: str
    kind: Kind
    place: Place
    written: Written
    agents: tuple[Agent, ...]
    tasks: tuple[Task, ...]
    agents_known: bool = True
    tasks_known: bool = True
    process: Process = Process.SEQUENTIAL
    manager_llm: Model | None = None
    manager_agent: Agent | None = None
    planning: bool = False
    planning_llm: Model | None = None
    function_calling_llm: Model | None = None
    chat_llm: Model | None = None
    memory: bool = False
    cache: bool | None = None
    max_rpm: int | None = None
    knowledge_sources: int = 0
    skills: tuple[str, ...] = ()
    prompt_file: str | None = None
    inputs: Mapping[str, PlainValue] = field(default_factory=dict)
    inputs_known: bool = True
    kickoffs: Range[int] = field(default_factory=lambda: Range.exactly(1))
    kickoff_sites: tuple[Kickoff, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    duplicate_keys: tuple[DuplicateKey, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    texts: Mapping[str, SourceText] = field(default_factory=dict, repr=False, compare=False)
    documents: Documents = field(default_factory=Documents, repr=False, compare=False)
    project_root: str = "."
    outside_agents: tuple[Agent, ...] = ()
    run_elsewhere: frozenset[str] = frozenset()
    unused: tuple[Agent | Task, ...] = field(default=(), repr=False, compare=False)

    def agent(self, name: str) -> Agent:
        """The agent (manager, outside and unused agents included) called ``name``; ``KeyError`` if there is
        none."""
        found = self.worker(name)
        if found is not None:
            return found
        if self.manager_agent is not None and self.manager_agent.name == name:
            return self.manager_agent
        for one in self.unused:
            if isinstance(one, Agent) and one.name == name:
                return one
        raise KeyError(name)

    def worker(self, name: str | None) -> Agent | None:
        """The one of :attr:`workers` called ``name``; ``None`` if there is none."""
        if name is None:
            return None
        return _by_name(self.agents).get(name) or _by_name(self.outside_agents).get(name)

    def task(self, name: str) -> Task:
        """The task (unused ones included) called ``name``; ``KeyError`` if there is none."""
        found = _by_name(self.tasks).get(name)
        unused = (one for one in self.unused if isinstance(one, Task) and one.name == name)
        if found is None and (found := next(unused, None)) is None:
            raise KeyError(name)
        return found

    def tasks_of(self, agent: str) -> tuple[Task, ...]:
        """The tasks assigned to the agent called ``agent``, in order."""
        return _by_agent(self.tasks).get(agent, ())

    @property
    def workers(self) -> tuple[Agent, ...]:
        """Everybody who may work on tasks, listed or not; a manager is none of them."""
        return (*self.agents, *self.outside_agents)

    @property
    def work_known(self) -> bool:
        """Whether it is known which agent works on what: nobody can have a task that is not seen here."""
        return self.tasks_known and all(task.agent_known for task in self.tasks)

    def data_at(self, place: Place) -> DataDocument | None:
        """The YAML or JSON document that ``place`` lies in; ``None`` for a place in Python."""
        if place.route is None or place.path not in self.texts or place.path.endswith((".py", ".ipynb")):
            return None
        return self.documents.data(place.path)

    def place_of(self, key: str) -> Place:
        """Where the value of the crew's ``key`` stands; the crew itself if it was not given."""
        given = self.fields.get(key)
        return given.place if given else self.place
