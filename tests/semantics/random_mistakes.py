"""Random mistakes: crews with any value under any field of CrewAI's classes, in every form."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from crewai import Agent, Crew, Task
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conformance.random_crews import Definition

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -3,
    7,
    2.0,
    2.5,
    "",
    "some words",
    "on please",
    "yes",
    "5",
    "[]",
    [],
    ["words"],
    [1],
    [None],
    [["words"]],
    {},
    {"model": "gpt-4o"},
    {"results_limit": "many", "fingerprint": 5, "provider": "openai"},
    {"results_limit": 3, "location": "x", "fingerprint": "x"},
)
"""What people, and slips, write under a key."""

NAMES = ("a", "b", "one", "two", "search", "small", "notify", "keeper", "Report", "Sheet", "serch", "Reprot")
"""Names of the project's methods and classes, and slips of them."""

_NOT_JUDGED = frozenset(
    {
        # what they need lies outside the crew: a login, a package, files, a provider's key
        *("from_repository", "a2a", "input_files", "embedder"),
        # objects of CrewAI that nobody writes as plain values
        *("agent_executor", "executor_class", "knowledge", "crew", "tools_handler", "tools_results"),
        *("start_time", "end_time", "knowledge_storage", "prompt_file"),
        # these change how a run goes, or wait for people, in ways other tests look at
        *("human_input", "planning", "reasoning", "memory_kind", "stream"),
    }
)
_OF_CREW = frozenset({"agents", "tasks", "manager_llm", "planning_llm"})

AGENT_KEYS = tuple(sorted({*Agent.model_fields, "colour", "rol", "context", "agents"} - _NOT_JUDGED))
TASK_KEYS = tuple(sorted({*Task.model_fields, "colour", "callbacks", "manager_agent"} - _NOT_JUDGED))
CREW_KEYS = tuple(sorted({*Crew.model_fields, "colour"} - _NOT_JUDGED - _OF_CREW))


@dataclass(frozen=True)
class Project:
    """The files of a @CrewBase project."""

    agents: str
    tasks: str
    python: str


def _values() -> st.SearchStrategy[Any]:
    names = st.sampled_from(NAMES)
    # Copies: what is put into one crew must not be found in the next.
    values = st.sampled_from(VALUES).map(deepcopy)
    return st.one_of(values, names, st.lists(names, min_size=1, max_size=2))


@st.composite
def slips(draw: st.DrawFn, keys: Sequence[str]) -> tuple[str, Any]:
    return draw(st.sampled_from(keys)), draw(_values())


def base_agents() -> dict[str, Any]:
    return {name: {"role": f"R{name}", "goal": "G", "backstory": "B", "llm": "gpt-4o"} for name in ("a", "b")}


def base_tasks() -> dict[str, Any]:
    return {
        name: {"description": f"Do {name}.", "expected_output": "It.", "agent": agent}
        for name, agent in (("one", "a"), ("two", "b"))
    }


def _with_slips(draw: st.DrawFn, agents: dict[str, Any], tasks: dict[str, Any]) -> None:
    for _ in range(draw(st.integers(1, 2))):
        if draw(st.booleans()):
            key, value = draw(slips(AGENT_KEYS))
            agents[draw(st.sampled_from(sorted(agents)))][key] = value
        else:
            key, value = draw(slips(TASK_KEYS))
            tasks[draw(st.sampled_from(sorted(tasks)))][key] = value


@st.composite
def mistaken_definitions(draw: st.DrawFn) -> Definition:
    """A crew definition with one or two values that may be wrong."""
    agents, tasks = base_agents(), base_tasks()
    crew: dict[str, Any] = {}
    if draw(st.integers(0, 3)):
        _with_slips(draw, agents, tasks)
    else:
        key, value = draw(slips(CREW_KEYS))
        crew[key] = value
    listed = [{"name": name, **body} for name, body in tasks.items()]
    return {"agents": agents, "tasks": listed, **crew}


HEAD = """
from crewai import Agent, Crew, LLM, Process, Task
from crewai.agents.cache import CacheHandler
from crewai.project import (
    CrewBase, agent, cache_handler, callback, crew, llm, output_json, output_pydantic, task, tool,
)
from crewai.tools import BaseTool
from pydantic import BaseModel


class Search(BaseTool):
    name: str = "Search"
    description: str = "Searches."

    def _run(self, query: str) -> str:
        return "nothing"


def filled(config):
    return {key: value.strip() if isinstance(value, str) else value for key, value in config.items()}


@CrewBase
class Made:
    agents_config = "config/agents.yaml"
    tasks_config = "config/tasks.yaml"

    @tool
    def search(self):
        return Search()

    @llm
    def small(self):
        return LLM(model="gpt-4o-mini")

    @callback
    def notify(self):
        return print

    @cache_handler
    def keeper(self):
        return CacheHandler()

    @output_pydantic
    class Report(BaseModel):
        title: str

    @output_json
    class Sheet(BaseModel):
        rows: int
"""
METHOD = """
    @{kind}
    def {name}(self):
        return {made}({config}{more})
"""
_HANDED_ON = (
    "config={entry}",
    "config={entry}",
    "**{entry}",
    "config=filled({entry})",
    "config={{**{entry}}}",
    "config=dict({entry})",
)
"""How an agent or task is given its entry of a config file."""
CREW = """
    @crew
    def crew(self):
        return Crew(agents=self.agents, tasks=self.tasks{more})
"""


@st.composite
def mistaken_projects(draw: st.DrawFn) -> Project:
    """A @CrewBase project with one or two values that may be wrong, in its YAML or its Python."""
    agents, tasks = base_agents(), base_tasks()
    arguments = dict.fromkeys((*agents, *tasks, "crew"), "")
    if draw(st.integers(0, 2)):
        _with_slips(draw, agents, tasks)
        if not draw(st.integers(0, 3)):
            tasks["unused"] = {"description": "D", "expected_output": "E", **dict([draw(slips(TASK_KEYS))])}
    else:
        name, keys = draw(st.sampled_from([("a", AGENT_KEYS), ("two", TASK_KEYS), ("crew", CREW_KEYS)]))
        key, value = draw(slips(keys))
        arguments[name] = f", {key}={value!r}"
    if not draw(st.integers(0, 4)):
        # A wrapper that stands for the class.
        key = draw(st.sampled_from(["output_json", "output_pydantic"]))
        named = draw(st.sampled_from(["Report", "Sheet"]))
        if f", {key}=" not in arguments["two"]:
            arguments["two"] += f", {key}=self.{named}"
    methods = [
        METHOD.format(
            kind=kind,
            made=made,
            name=name,
            more=arguments[name],
            config=draw(st.sampled_from(_HANDED_ON)).format(entry=f'self.{kind}s_config["{name}"]'),
        )
        for kind, made, names in (("agent", "Agent", "ab"), ("task", "Task", ("one", "two")))
        for name in names
    ]
    return Project(
        yaml.safe_dump(agents, sort_keys=False),
        yaml.safe_dump(tasks, sort_keys=False),
        HEAD + "".join(methods) + CREW.format(more=arguments["crew"]),
    )


SCRIPT = """
from typing import Any, Optional, Tuple, Union

from crewai import LLM, Agent, Crew, Process, Task, TaskOutput
from crewai.knowledge.source.string_knowledge_source import StringKnowledgeSource
from crewai.tools import BaseTool, tool
from crewai_tools import FileReadTool
from pydantic import BaseModel


class Search(BaseTool):
    name: str = "Search"
    description: str = "Searches."

    def _run(self, query: str) -> str:
        return "nothing"


class Report(BaseModel):
    title: str


class Plain:
    def work(self, output):
        return True, output.raw

    def work_twice(self, output, more) -> tuple[bool, Any]:
        return True, output.raw


@tool("look up")
def look_up(word: str) -> str:
    "Looks a word up."
    return word


def accepts(output) -> {returns}:
    return True, output.raw


def nothing():
    return True, "x"


a = Agent({a})
b = Agent({b})
one = Task({one})
two = Task({two})
crew = Crew({crew})
"""


FUNCTIONS = ("accepts", "nothing", "lambda output: (True, output)", "Plain().work", "Plain().work_twice")
OBJECTS = (
    *("Search", "Search()", "[Search()]", "[Search]", "[look_up]", "look_up", "[nothing]", "(Search(),)"),
    *("[FileReadTool]", "[FileReadTool()]", "[lambda word: word]", "[None]", "Report", "[Report]", "dict"),
    *FUNCTIONS,
    "Plain",
    *("LLM(model='gpt-4o')", "LLM(model='gpt-4o', max_tokens='5')", "LLM(model='gpt-4o', temperature='hot')"),
    *("LLM", "Agent", "Process.sequential", "Agent(role='R', goal='G', backstory='B', llm='gpt-4o')"),
    *("[Task(description='D', expected_output='E')]", "Task(description='D', expected_output='E')"),
    *(
        "Report(title='x')",
        "[Report(title='x')]",
        "Plain()",
        "[Plain()]",
        "print",
        "5",
        "'words'",
        "['words']",
    ),
    *("StringKnowledgeSource(content='x')", "[StringKnowledgeSource(content='x')]", "LLM('gpt-4o')", "{}"),
    *("Process", "Process.hierarchical.value", "[[]]", "[{'role': 'R', 'goal': 'G', 'backstory': 'B'}]"),
)
"""Objects people give where others are wanted."""
_CALLED_IN_VAIN = {*FUNCTIONS, "Report", "Search", "Plain", "Process", "LLM", "Agent", "dict"} - {"accepts"}
"""What CrewAI takes for a callback, and fails on once it calls it: after the work is done."""
RETURNS = (
    *("tuple[bool, Any]", "Tuple[bool, str]", "tuple", "str", "Tuple[bool, Union[str, TaskOutput]]", "bool"),
    *("tuple[bool, str | TaskOutput]", "tuple[bool, str, str]", "Tuple[bool, dict]", "Tuple[str, bool]"),
    *("Optional[tuple[bool, Any]]", "Tuple[bool, Union[str, dict]]", "'tuple[bool, Any]'", "None"),
)
"""What functions say they return."""
_FOR_OBJECTS = {
    "agent": (
        *(
            "tools",
            "llm",
            "function_calling_llm",
            "role",
            "max_iter",
            "verbose",
            "step_callback",
            "callbacks",
        ),
        *("memory", "config", "system_template", "planning_config", "knowledge_sources"),
    ),
    "task": (
        *("tools", "agent", "context", "guardrail", "output_pydantic", "output_json", "name", "callback"),
        *("output_file", "async_execution", "markdown", "description", "response_model", "converter_cls"),
    ),
    "crew": (
        *("cache", "name", "manager_llm", "planning_llm", "chat_llm", "agents", "tasks", "step_callback"),
        *("function_calling_llm", "process", "knowledge_sources", "task_callback", "memory"),
    ),
}
"""Keys whose objects are judged."""


@st.composite
def mistaken_scripts(draw: st.DrawFn) -> str:
    """Python that makes agents, tasks and a crew itself, with one value that may be wrong."""
    agents, tasks = base_agents(), base_tasks()
    more = ""
    if draw(st.booleans()):
        owner = draw(st.sampled_from(sorted(_FOR_OBJECTS)))
        key = draw(st.sampled_from(_FOR_OBJECTS[owner]))
        # An LLM that cannot be made is only looked for where LLMs stand.
        given = [one for one in OBJECTS if "hot" not in one or key.endswith("llm")]
        given = [one for one in given if "callback" not in key or one not in _CALLED_IN_VAIN]
        value = _Name(draw(st.sampled_from(given)))
        if owner == "crew":
            more = f", {key}={value}"
        else:
            (agents["a"] if owner == "agent" else tasks["two"])[key] = value
    elif draw(st.integers(0, 3)):
        owner, keys = draw(
            st.sampled_from([(agents["a"], AGENT_KEYS), (tasks["one"], TASK_KEYS), (tasks["two"], TASK_KEYS)])
        )
        key, value = draw(slips(keys))
        owner[key] = value
    else:
        key, value = draw(slips(CREW_KEYS))
        more = f", {key}={value!r}"
    for task, agent in (("one", "a"), ("two", "b")):
        if tasks[task].get("agent") == agent:
            tasks[task]["agent"] = _Name(agent)
    written = {name: _arguments(body) for name, body in {**agents, **tasks}.items()}
    return SCRIPT.format(
        **written,
        crew=("" if ", agents=" in more else "agents=[a, b], ")
        + ("" if ", tasks=" in more else "tasks=[one, two]")
        + more,
        returns=draw(st.sampled_from(RETURNS)),
    )


def _maybe(draw: st.DrawFn, chance: int) -> bool:
    """Whether something rare is done: once in ``chance`` times."""
    return draw(st.integers(1, chance)) == chance


@st.composite
def mistaken_orders(draw: st.DrawFn) -> str:
    """Python whose tasks wait, run aside, depend on conditions and have managers, rightly and wrongly; names
    are missing or misspelt now and then."""
    agents = {name: {**body, "llm": "gpt-4o"} for name, body in base_agents().items()}
    tasks = [_ordered_task(draw, number) for number in range(draw(st.integers(1, 3)))]
    for body in (*agents.values(), *(one[1] for one in tasks)):
        key = draw(st.sampled_from(sorted(body)))
        if _maybe(draw, 20):
            body[f"{key}s"] = body.pop(key)
    crew: dict[str, Any] = {"tasks": _listed(draw, [f"t{number}" for number in range(len(tasks))])}
    crew["agents"] = _Name(draw(st.sampled_from(["[a, b]", "[a, b]", "[a]", "[]", "[a, m]"])))
    if _maybe(draw, 4):
        crew["process"] = draw(st.sampled_from([_Name("Process.hierarchical"), "hierarchical", "parallel"]))
        for _, body in tasks:  # whether they meet at the manager is a matter of time
            body.pop("async_execution", None)
    if _maybe(draw, 3):
        key, value = draw(st.sampled_from([("manager_llm", "gpt-4o"), ("manager_agent", _Name("m"))]))
        crew[key] = value
    if _maybe(draw, 12):
        del crew[draw(st.sampled_from(sorted(crew)))]
    lines = [f"{name} = Agent({_arguments(body)})" for name, body in agents.items()]
    lines.append("m = Agent(role='M', goal='G', backstory='B', llm='gpt-4o')")
    lines += [f"t{number} = {kind}({_arguments(body)})" for number, (kind, body) in enumerate(tasks)]
    return "\n".join([_ORDERED, *lines, f"crew = Crew({_arguments(crew)})", _STARTED])


def _ordered_task(draw: st.DrawFn, number: int) -> tuple[str, dict[str, Any]]:
    body: dict[str, Any] = {"description": f"Do {number}.", "expected_output": "It.", "agent": _Name("a")}
    if draw(st.booleans()):
        body["agent"] = _Name("b")
    if _maybe(draw, 15):
        del body["agent"]
    if _maybe(draw, 4):
        body["async_execution"] = True
    if _maybe(draw, 3):
        earlier = draw(st.lists(st.integers(0, max(0, number - 1)), max_size=2, unique=True))
        body["context"] = _Name(f"[{', '.join(f't{one}' for one in earlier if one < number)}]")
    if _maybe(draw, 6):
        for key in draw(st.lists(st.sampled_from(["output_json", "output_pydantic"]), unique=True)):
            body[key] = _Name("Report")
    if _maybe(draw, 5 if number else 25):
        return "ConditionalTask", {**body, **({} if _maybe(draw, 8) else {"condition": _Name("always")})}
    return "Task", body


def _listed(draw: st.DrawFn, names: list[str]) -> _Name:
    """The names as a list, in another order or not all now and then."""
    order = draw(st.permutations(names)) if _maybe(draw, 6) else names
    return _Name(f"[{', '.join(order[: 0 if _maybe(draw, 25) else None])}]")


_ORDERED = """
from crewai import Agent, Crew, Process, Task
from crewai.tasks.conditional_task import ConditionalTask
from pydantic import BaseModel


class Report(BaseModel):
    title: str


def always(output):
    return True
"""
_STARTED = """
if __name__ == "__main__":
    crew.kickoff()
"""


class _Name(str):
    """A name of Python, not a text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _arguments(body: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in body.items())


REFERENCES: tuple[Any, ...] = (
    {"python": "hooks.noted"},
    {"python": "hooks.absent"},
    {"python": "absent.noted"},
    {"python": "hooks"},
    {"python": ""},
    {"python": 5},
    {"python": "hooks.Shape", "more": 1},
    {"python": "hooks.Shape"},
    {"python": "hooks.LIMIT"},
    {"python": "hooks.Plain"},
    {"python": "hooks.twice"},
    {"python": "hooks.told"},
    {"python": "hooks.checked"},
)
"""References to the project's Python, as JSON has them."""

HOOKS = """
from pydantic import BaseModel

LIMIT = 5


class Shape(BaseModel):
    title: str


class Plain:
    title: str = "x"


def noted(output):
    return True, output


def twice(output, more):
    return True, output


def told(output) -> str:
    return True, output


def checked(output) -> tuple[bool, str]:
    return True, output.raw
"""

_CALLED_OR_MADE = ("callback", "condition", "guardrail", "guardrails", "step_callback", "output_pydantic")
_OF_JSON_AGENTS = (*AGENT_KEYS, "settings", "type", "name")
_OF_JSON_TASKS = (*TASK_KEYS, "type", "condition", "context", "agent")
_OF_JSON_CREWS = (*CREW_KEYS, "inputs", "agents", "tasks", "manager_agent", "process", "task_callback")


@st.composite
def mistaken_json(draw: st.DrawFn) -> dict[str, Any]:
    """The files of a JSON-first crew by path, with one or two slips: a value, a key that is missing, a file
    that is missing or no object, an agent nobody defines."""
    crew: dict[str, Any] = {
        "agents": ["a", "b"],
        "tasks": [{"name": name, **body} for name, body in base_tasks().items()],
    }
    files: dict[str, Any] = {"crew.jsonc": crew}
    files |= {f"agents/{name}.jsonc": body for name, body in base_agents().items()}
    for _ in range(draw(st.integers(1, 2))):
        _slip_into(draw, crew, files)
    return files


def _slip_into(draw: st.DrawFn, crew: dict[str, Any], files: dict[str, Any]) -> None:
    agent = draw(st.sampled_from(["agents/a.jsonc", "agents/b.jsonc"]))
    tasks = crew.get("tasks")
    task = draw(st.sampled_from(tasks)) if isinstance(tasks, list) and tasks else {}
    owners = [(files.get(agent), _OF_JSON_AGENTS), (task, _OF_JSON_TASKS), (crew, _OF_JSON_CREWS)]
    owner, keys = draw(st.sampled_from(owners))
    if not isinstance(owner, dict):
        return
    kind = draw(
        st.sampled_from(["value", "value", "value", "reference", "missing", "setting", "listed", "file"])
    )
    if kind == "value":
        owner[draw(st.sampled_from(keys))] = draw(_values())
    elif kind == "reference":
        owner[draw(st.sampled_from(_CALLED_OR_MADE))] = deepcopy(draw(st.sampled_from(REFERENCES)))
    elif kind == "missing" and owner:
        del owner[draw(st.sampled_from(sorted(owner)))]
    elif kind == "setting" and isinstance(files.get(agent), dict):
        files[agent]["settings"] = dict([draw(slips(AGENT_KEYS))])
    elif kind == "listed":
        crew[draw(st.sampled_from(["agents", "tasks"]))] = [*base_agents(), draw(_values())]
    elif draw(st.booleans()):
        files.pop(agent, None)
    else:
        files[agent] = deepcopy(draw(st.sampled_from(VALUES)))
