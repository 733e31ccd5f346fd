"""Settings that are mappings of their own: checkpoints, security, knowledge, the directories of skills.

(``CheckpointConfig`` of crewai/state/checkpoint_config.py, ``SecurityConfig``, ``KnowledgeConfig``; keys that
they do not know they ignore)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.typed_fields import describe
from crewprof.semantics.refusals.accepted_keys import accepted_keys, in_words, is_accepted
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import everybody, inner_place, is_hearsay
from crewprof.semantics.skills import is_skill, is_written_out
from crewprof.source.existence import is_folder, real_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.definition import Crew
    from crewprof.semantics.refusals.accepted_keys import Owner
    from crewprof.source.field import Field
    from crewprof.source.place import Place

_KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "checkpoint": {
        "location": "str",
        "on_events": "list[str]",
        "provider": "mapping|object",
        "max_checkpoints": "int?",
        "restore_from": "str?",
    },
    "security_config": {"fingerprint": "str|mapping?"},
    "knowledge_config": {"results_limit": "int", "score_threshold": "float"},
}
"""What the keys of each mapping take."""

_STORES: Final = ("json", "sqlite")
"""The ``provider_type`` of what keeps checkpoints."""


def nested_settings(crew: Crew, version: str) -> Iterator[Objection]:
    """Values inside those mappings, and skills that are not there."""
    for member in everybody(crew):
        owner: Owner = "task" if member.is_task else "agent"
        for key, place, wanted in _wrong(crew, owner, member.owner.fields, version):
            yield _objection(member.label, key, place, wanted, member.tasks, member.agents)
    for key, place, wanted in _wrong(crew, "crew", crew.fields, version):
        yield _objection("the crew", key, place, wanted, (), ())


def _objection(
    what: str, key: str, place: Place, wanted: str, tasks: tuple[str, ...], agents: tuple[str, ...]
) -> Objection:
    message = f"CrewAI refuses {key} of {what}: {wanted}"
    return Objection(Kind.WRONG_VALUE, Outcome.REFUSED, message, place, tasks, agents, key.partition(".")[0])


def _wrong(
    crew: Crew, owner: Owner, fields: Mapping[str, Field], version: str
) -> Iterator[tuple[str, Place, str]]:
    """The key of each wrong value, its place, and what is wrong with it."""
    known = accepted_keys(owner, version).types
    for key, kinds in _KINDS.items():
        field = fields.get(key)
        if field is None or key not in known or not isinstance(field.value, dict):
            continue
        if crew.written.is_definition and "python" in field.value:
            continue
        for inner, value in field.value.items():
            problem = _problem(str(inner), value, kinds)
            if problem is not None:
                yield f"{key}.{inner}", inner_place(crew, field, str(inner)), problem
    skills = fields.get("skills")
    if skills is not None and "skills" in known and not is_hearsay(skills):
        yield from _skills(crew, owner, skills)


def _problem(key: str, value: object, kinds: Mapping[str, str]) -> str | None:
    kind = kinds.get(key, "any")
    if not is_accepted(value, kind):
        return f"it must be {in_words(kind)}, not {describe(value)}"
    if key == "provider" and isinstance(value, dict) and value.get("provider_type") not in _STORES:
        return f"its provider_type must be {' or '.join(_STORES)}"
    return "it is empty" if key == "fingerprint" and isinstance(value, str) and not value.strip() else None


def _skills(crew: Crew, owner: Owner, field: Field) -> Iterator[tuple[str, Place, str]]:
    """``discover_skills`` (crewai/skills/loader.py): folders as seen from where the crew is started."""
    if field.value == [] and owner == "agent":
        yield "skills", field.place, "the list is empty; leave it out"
    for item in field.value if isinstance(field.value, list) else ():
        if not isinstance(item, str) or item.startswith("@"):
            continue
        if is_written_out(item):
            if not is_skill(item):
                yield "skills", field.place, "the header of a skill must give a name and a description"
        elif not _may_be_folder(item, crew):
            yield "skills", field.place, f"there is no folder {item or '.'}"


def _may_be_folder(path: str, crew: Crew) -> bool:
    """Whether a folder may be found under the project, wherever below it the crew is started."""
    given = Path(path)
    if given.is_absolute() or path.startswith("~") or ".." in given.parts:
        return True
    root = real_path(crew.project_root)
    start = real_path(Path(crew.path).parent)
    around = [one for one in (start, *start.parents) if one.is_relative_to(root)]
    return any(is_folder(one / given) for one in (*around, root))
