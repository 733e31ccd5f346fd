"""How a crew was written: which CrewAI loader judges it, and what can be edited where.

Nothing after the loaders names a form; it asks here what it may do instead.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.source.place import Place, Route


class Judge(Enum):
    """The code of CrewAI that builds the crew, and so decides what is accepted."""

    DEFINITION = "definition"
    """``load_crew_from_definition`` (crewai/project/crew_loader.py): one text with agents and tasks."""
    DEFINITION_FILES = "definition-files"
    """``load_crew`` (crewai/project/crew_loader.py): each agent in a file of its own, found by its name."""
    CLASS = "class"
    """``@CrewBase`` (crewai/project/crew_base.py): names in its config files are looked up among methods."""
    CODE = "code"
    """Python that calls ``Agent(…)``, ``Task(…)`` and ``Crew(…)`` itself."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A list or mapping in a document whose items can be moved, copied or added: its file and route."""

    path: str
    route: Route


@dataclass(frozen=True, slots=True)
class Reference:
    """How Python names something: ``text``, inside the statements at ``scope`` (a route), below ``line``."""

    text: str
    scope: Route
    line: int

    def is_visible(self, place: Place) -> bool:
        """Whether it can be written at ``place``, which has a route."""
        inside = place.route is not None and place.route[: len(self.scope)] == self.scope
        return inside and place.line > self.line


@dataclass(frozen=True, slots=True)
class Names:
    """What a file of Python calls the tasks of a crew, by task, and CrewAI's class ``LLM``.

    A task is missing, the class ``None``, where the file has no name for it.
    """

    tasks: Mapping[str, Reference] = field(default_factory=dict)
    llm: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How Python builds the crew on the real CrewAI: ``callable_name`` of ``module`` (a path), of the class
    ``class_name`` if it is a method; with no ``callable_name`` the crew is made while the module runs."""

    module: str
    class_name: str | None = None
    callable_name: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What may be done with a crew's text.

    ``form`` is the name of the loader that reads it again (``loaders.registry``); nothing else asks it.
    ``tasks`` is the list whose order is that of the tasks, ``agents`` the collection that holds the agents;
    ``None`` where neither can be rearranged. ``entry`` says how to build a crew that Python makes,
    ``None`` for one that is a definition. ``agent_files`` and ``task_files`` are the config files a class
    goes through entry by entry, used or not; ``methods`` are the names that texts in them can mean, by the
    decorator they need, ``None`` where they are not all known. ``names`` is for files whose values are
    Python expressions, by path: in every other file tasks are named by plain text. ``env_file_wins``:
    ``crewai run`` starts it, with the project's ``.env`` loaded over the environment (``load_project_env``,
    crewai_cli/run_crew.py); elsewhere the environment wins (``load_dotenv()``, crewai/llm.py).
    """

    form: str
    judge: Judge
    tasks: Collection | None = None
    agents: Collection | None = None
    entry: Entry | None = None
    agent_files: tuple[str, ...] = ()
    task_files: tuple[str, ...] = ()
    methods: Mapping[str, frozenset[str]] | None = None
    names: Mapping[str, Names] = field(default_factory=dict)
    env_file_wins: bool = False

    @property
    def is_definition(self) -> bool:
        """Whether CrewAI's definition loader reads the crew (else Python builds it)."""
        return self.judge in (Judge.DEFINITION, Judge.DEFINITION_FILES)

    @property
    def is_class(self) -> bool:
        """Whether a ``@CrewBase`` class makes the crew."""
        return self.judge is Judge.CLASS

    @property
    def names_agent_files(self) -> bool:
        """Whether ``agents`` lists the names of files that hold one agent each."""
        return self.judge is Judge.DEFINITION_FILES

    @property
    def drops_nulls(self) -> bool:
        """Whether CrewAI never sees a key whose value is null (``CrewDefinition`` is dumped without)."""
        return self.judge is Judge.DEFINITION

    @property
    def takes_llm_mapping(self) -> bool:
        """Whether ``llm: {model: …}`` may stand where the model is written (a class crashes on it)."""
        return self.is_definition
