"""Reading ``crew.yaml``: the definition CrewAI's ``load_crew_from_definition`` accepts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Crew, Kind
from crewprof.crew.loaders.definition_body import EXPECTED_KEYS, Body
from crewprof.crew.loaders.definition_reader import DefinitionReader
from crewprof.crew.loaders.registry import Loaded
from crewprof.crew.written import Collection, Judge, Written
from crewprof.errors import InputError, NotACrew
from crewprof.late_patterns import late_pattern
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from crewprof.source.document import DataDocument
    from crewprof.source.text import SourceText

CREW_NAMES: Final = frozenset({"crew.yaml", "crew.yml"})
_MEMBER_KEYS: Final = frozenset({"role", "goal", "backstory", "description", "expected_output"})
_AGENTS_KEY: Final = late_pattern(r"^[\"']?agents[\"']?\s*:", re.MULTILINE)
_TASKS_KEY: Final = late_pattern(r"^[\"']?tasks[\"']?\s*:", re.MULTILINE)
_FLOW_SCHEMA: Final = late_pattern(r"^[\"']?schema[\"']?\s*:\s*[\"']?crewai\.flow", re.MULTILINE)


def holds(path: str, documents: Documents) -> bool:
    """Whether a YAML file is meant as a crew definition, broken or not."""
    try:
        text = documents.text(path)
    except InputError:
        return False
    keys = (_AGENTS_KEY.search(text.text), _TASKS_KEY.search(text.text))
    is_flow = _FLOW_SCHEMA.search(text.text) is not None
    return not is_flow and (all(keys) or (Path(path).name in CREW_NAMES and any(keys)))


def load(path: str, documents: Documents) -> Loaded:
    """The crew of one file.

    Raises :class:`NotACrew` for agents or tasks that stand by themselves.
    """
    _refuse_parts(documents.data(path))
    return Loaded((_read(path, documents),))


def _refuse_parts(document: DataDocument) -> None:
    data = document.data
    if not isinstance(data, dict) or not data or not {"agents", "tasks"}.isdisjoint(data):
        return
    if all(isinstance(one, dict) and _MEMBER_KEYS & one.keys() for one in data.values()):
        message = "this file describes agents or tasks, and no crew reads it"
        raise NotACrew(message, path=document.path, line=1, column=1, hint=EXPECTED_KEYS)


def load_crew_yaml(text: SourceText, documents: Documents | None = None) -> Crew:
    """The crew a ``crew.yaml`` defines.

    Raises :class:`InputError`, with line, column and hint, when it is not YAML, not a crew
    definition, holds values of the wrong type, or names an agent that does not exist.
    """
    documents = (documents or Documents()).with_texts({text.path: text})
    return _read(text.path, documents)


def _read(path: str, documents: Documents) -> Crew:
    body = Body(documents.data(path))
    reader = DefinitionReader(documents, Path(path).parent)
    fields = reader.check(body)
    team = reader.inline_team(body)
    written = Written(
        "crew-yaml",
        Judge.DEFINITION,
        tasks=Collection(path, ("tasks",)) if isinstance(fields["tasks"].value, list) else None,
        agents=Collection(path, ("agents",)),
    )
    return reader.crew(body, _default_name(path), Kind.CREW_YAML, written, team)


def _default_name(path: str) -> str:
    stem = Path(path).stem
    return stem if stem not in ("", "-") else "crew"
