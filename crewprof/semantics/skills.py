"""Skills: instructions that are always sent, and a catalogue of those an agent may load.

Sources: crewai/skills/loader.py, parser.py and ``Prompts._build_skill_block`` (crewai/utilities/prompts.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.semantics.segments import Segments, fill, framework, joined, text
from crewprof.source.bounds import stays_inside
from crewprof.source.existence import is_file, is_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crewprof.crew.definition import Agent, Crew
    from crewprof.semantics.texts import Texts

_FILE: Final = "SKILL.md"
_END_OF_HEADER: Final = late_pattern(r"\r?\n---[ \t]*(?:\r?\n|$)")
_NAME: Final = late_pattern(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_NAME: Final = 64
_LONGEST_DESCRIPTION: Final = 1024
_LONGEST_COMPATIBILITY: Final = 500


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill; ``instructions`` are ``None`` for one that is only loaded when the model asks for it."""

    name: str
    description: str
    instructions: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether its instructions are in every prompt."""
        return self.instructions is not None

    @property
    def block(self) -> str:
        """The skill as prompts show it."""
        if not self.instructions:
            return f'<skill name="{self.name}">\n{self.description}\n</skill>'
        return f'<skill name="{self.name}">\n{self.description}\n\n{self.instructions}\n</skill>'


def skills_of(crew: Crew, agent: Agent) -> tuple[Skill, ...]:
    """The skills of an agent of the crew, its own before the crew's, each name once.

    A manager is no agent of the crew: it has its own only.

    A text that begins like a ``SKILL.md`` is one, another is a folder of skill folders, from the project's
    root. Skills of a registry (``@org/name``) and folders that do not exist give none.
    """
    found: dict[str, Skill] = {}
    for source in (*agent.skills, *(crew.skills if crew.skills and agent in crew.agents else ())):
        for skill in _loaded(source, Path(crew.project_root)):
            found.setdefault(skill.name, skill)
    return tuple(found.values())


def is_written_out(source: str) -> bool:
    """Whether CrewAI takes a text for a skill itself (``load_skill``), not for where one stands."""
    return source.lstrip().startswith(("---\n", "---\r\n"))


def is_skill(text: str) -> bool:
    """Whether a text that is taken for a skill is one to CrewAI."""
    return any(_parsed(text.strip()))


def _loaded(source: str, root: Path) -> Iterator[Skill]:
    if source.startswith("@"):
        return
    if is_written_out(source):
        yield from _parsed(source.strip())
        return
    folder = root / source
    if is_folder(folder) and stays_inside(folder, root):
        for child in sorted(folder.iterdir()):
            file = child / _FILE
            if is_file(file) and stays_inside(file, root):
                yield from _in_file(file)


def _in_file(file: Path) -> Iterator[Skill]:
    try:
        content = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return  # as CrewAI goes on to the next folder, with a warning
    for skill in _parsed(content):
        # ``validate_directory_name``: one that is called otherwise than its folder is left out.
        if skill.name == file.parent.name:
            yield replace(skill, instructions=None)


def _parsed(content: str) -> Iterator[Skill]:
    """The skill that a ``SKILL.md`` describes, unless CrewAI would not take it."""
    import yaml

    end = _END_OF_HEADER.search(content, 3)
    if not content.startswith("---") or end is None:
        return
    try:
        data = yaml.safe_load(content[3 : end.start()].strip())
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError):
        return
    if isinstance(data, dict) and _is_taken(data):
        yield Skill(data["name"], data["description"], content[end.end() :].strip())


def _is_taken(header: dict[Any, Any]) -> bool:
    """Whether ``SkillFrontmatter`` (crewai/skills/models.py) takes what a header says."""
    name, description = header.get("name"), header.get("description")
    if not isinstance(name, str) or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        return False
    if not isinstance(description, str) or not 0 < len(description) <= _LONGEST_DESCRIPTION:
        return False
    compatibility, metadata = header.get("compatibility"), header.get("metadata")
    return (
        isinstance(header.get("license"), str | None)
        and isinstance(compatibility, str | None)
        and len(compatibility or "") <= _LONGEST_COMPATIBILITY
        # A version without quotes (``version: 1.0``) is a number, which is not taken.
        and (metadata is None or (isinstance(metadata, dict) and _are_texts((*metadata, *metadata.values()))))
        and _are_tools(header.get("allowed-tools") or header.get("allowed_tools"))
    )


def _are_tools(value: object) -> bool:
    return isinstance(value, str | None) or (isinstance(value, list) and _are_texts(value))


def _are_texts(values: Iterable[object]) -> bool:
    return all(isinstance(one, str) for one in values)


def skill_block(skills: tuple[Skill, ...], loader: str, texts: Texts) -> Segments:
    """What ``skills`` add to the system message; ``loader`` is the name of the tool that loads them."""
    active = [skill.block for skill in skills if skill.is_active]
    waiting = [skill.block for skill in skills if not skill.is_active]
    blocks: list[Segments] = []
    if active:
        blocks.append(text("<skills>\n" + "\n\n".join(active) + "\n</skills>", "role"))
    if waiting:
        entries = text("\n\n".join(waiting), "role")
        catalogue = framework(texts.get("code.skills_catalog"))
        blocks.append(fill(catalogue, {"loader": text(loader, "framework"), "entries": entries}))
    gap = text("\n\n", "framework")
    return gap + joined(blocks, gap) if blocks else ()
