"""Reading ``crew.jsonc`` and ``crew.json``: what CrewAI's ``load_crew`` accepts.

``agents`` lists names; each agent is a file of that name in the folder ``agents`` beside the crew
(crewai/project/json_loader.py, ``load_json_crew_project``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Crew, Kind
from crewprof.crew.loaders.definition_body import Body
from crewprof.crew.loaders.definition_reader import DefinitionReader, Team
from crewprof.crew.loaders.registry import Loaded
from crewprof.crew.typed_fields import describe, wrong_type
from crewprof.crew.written import Collection, Judge, Written
from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.existence import real_path
from crewprof.source.project_root import marked_root

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent
    from crewprof.source.document import DataDocument
    from crewprof.source.documents import Documents
    from crewprof.source.place import Place

CREW_NAMES: Final = ("crew.jsonc", "crew.json")
"""In the order CrewAI looks for them (``find_crew_json_file``)."""
AGENTS_FOLDER: Final = "agents"

_EXTENSIONS: Final = (".jsonc", ".json")
_KEYS: Final = tuple(late_pattern(rf'"{key}"\s*:') for key in ("agents", "tasks"))
_TASK_KEYS: Final = frozenset({"description", "expected_output"})


def holds(path: str, documents: Documents) -> bool:
    """Whether a JSON file is meant as a crew definition, broken or not; of another name, only a whole one."""
    try:
        text = documents.text(path).text
        found = [key.search(text) is not None for key in _KEYS]
        if Path(path).name in CREW_NAMES:
            return any(found) or Path(path).suffix == ".jsonc"
        return all(found) and _looks_like_crew(documents.data(path).data)
    except InputError:
        return False


def _looks_like_crew(data: object) -> bool:
    """Whether some JSON data lists agents by name, and tasks that say what to do."""
    if not isinstance(data, dict):
        return False
    agents, tasks = data.get("agents"), data.get("tasks")
    if not isinstance(agents, list) or not isinstance(tasks, list) or not agents or not tasks:
        return False
    are_tasks = all(isinstance(task, dict) and _TASK_KEYS & task.keys() for task in tasks)
    return are_tasks and all(isinstance(agent, str) for agent in agents)


def load(path: str, documents: Documents) -> Loaded:
    """The crew of one file, with the files of its agents."""
    return Loaded((read_crew(path, documents),))


def read_crew(path: str, documents: Documents) -> Crew:
    """The crew a JSON file defines.

    Raises :class:`InputError`, with line, column and hint, when it is not JSON, not a crew definition, holds
    values of the wrong type, or names an agent that has no file.
    """
    body = Body(documents.data(path))
    reader = DefinitionReader(documents, Path(path).parent, drops_nulls=False)
    fields = reader.check(body)
    agents = fields["agents"].value
    are_names = isinstance(agents, list) and (not agents or any(isinstance(one, str) for one in agents))
    team = _AgentFiles(reader, Path(path).parent).team(body) if are_names else reader.inline_team(body)
    written = Written(
        "jsonc",
        Judge.DEFINITION_FILES,
        tasks=Collection(path, ("tasks",)) if isinstance(fields["tasks"].value, list) else None,
        agents=None if are_names else Collection(path, ("agents",)),
        env_file_wins=True,
    )
    return reader.crew(body, _default_name(path), Kind.JSONC, written, team)


def _default_name(path: str) -> str:
    """The folder of a ``crew.jsonc``, or the name of another file."""
    return (Path(path).absolute().parent.name if Path(path).name in CREW_NAMES else "") or Path(path).stem


@dataclass
class _AgentFiles:
    """Finds the agents of one crew in the folder ``agents`` beside it."""

    reader: DefinitionReader
    root: Path
    found: dict[str, Agent] = field(default_factory=dict)
    read: list[DataDocument] = field(default_factory=list)

    def team(self, body: Body) -> Team:
        """The agents the crew lists, and its manager, who has a file too."""
        names = body.at("agents")
        assert isinstance(names.value, list)
        if not names.value:
            raise names.error("the crew has no agents", "a crew needs at least one agent")
        listed: dict[str, Agent] = {}
        for index, name in enumerate(names.value):
            place = names.at(index).place
            if not isinstance(name, str):
                hint = f"list names; each agent is a file in {AGENTS_FOLDER}/"
                raise wrong_type(f"agent {index + 1}", name, "the name of an agent", place, hint)
            if name in listed:
                self.reader.values.note(f"agents lists '{name}' twice; it is counted once", place)
            listed[name] = self.agent(name, place)
        return Team(listed, self._manager(body), tuple(self.read))

    def _manager(self, body: Body) -> Agent | None:
        given = body.fields.get("manager_agent")
        if given is None or given.value is None:
            return None
        if isinstance(given.value, str):
            return self.agent(given.value, given.place)
        return self.reader.manager_object(body.at("manager_agent"), given)

    def agent(self, name: str, place: Place) -> Agent:
        """The agent called ``name``; raises :class:`InputError` when it has no file that can be read."""
        if name not in self.found:
            document = self.reader.documents.data(self._file(name, place))
            if not isinstance(document.data, dict):
                raise Body(document).error(
                    f"this is {describe(document.data)}, not an agent", "write role, goal and backstory in it"
                )
            self.read.append(document)
            self.found[name] = self.reader.agent(name, Body(document))
        return self.found[name]

    def _file(self, name: str, place: Place) -> str:
        tried = [self.root / AGENTS_FOLDER / f"{name}{extension}" for extension in _EXTENSIONS]
        file = next((one for one in tried if name and self.reader.documents.has_file(one)), None)
        if file is None:
            shown = " or ".join(f"{AGENTS_FOLDER}/{one.name}" for one in tried)
            raise InputError(
                f"the agent '{name}' has no file: there is no {shown}",
                path=place.path,
                line=place.line,
                column=place.column,
                hint=f"create {AGENTS_FOLDER}/{tried[0].name}, or correct the name",
            )
        # CrewAI follows a name such as ../x out of the folder; out of the project nothing is read.
        if not real_path(file).is_relative_to(real_path(marked_root(self.root) or self.root)):
            raise InputError(
                f"the file of the agent '{name}' lies outside the project",
                path=place.path,
                line=place.line,
                column=place.column,
                hint=f"move it into {AGENTS_FOLDER}/",
            )
        return str(file)
