"""Skills: instructions that are always sent, and a catalogue of those an agent may load.

Sources: crewai/skills/loader.py, parser.py and ``Prompts._build_skill_block`` (crewai/utilities/prompts.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.segments import Segments, fill, framework, joined, text
from crewprof.source.bounds import stays_inside
from crewprof.source.existence import is_file, is_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew
    from crewprof.semantics.texts import Texts

_FILE: Final = "SKILL.md"


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


def _loaded(source: str, root: Path) -> Iterator[Skill]:
    if source.startswith("@"):
        return
    if source.lstrip().startswith(("---\n", "---\r\n")):
        yield from _parsed(source.strip(), active=True)
        return
    folder = root / source
    if is_folder(folder) and stays_inside(folder, root):
        for child in sorted(folder.iterdir()):
            file = child / _FILE
            if is_file(file) and stays_inside(file, root):
                yield from _parsed(file.read_text(encoding="utf-8", errors="replace"), active=False)


def _parsed(content: str, *, active: bool) -> Iterator[Skill]:
    """The skill that a ``SKILL.md`` describes, unless CrewAI would not take it."""
    import yaml

    lines = content.replace("\r\n", "\n")
    if not lines.startswith("---\n") or "\n---" not in lines[3:]:
        return
    header, _, body = lines[4:].partition("\n---")
    try:
        data = yaml.safe_load(header)
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError):
        return
    if (
        isinstance(data, dict)
        and isinstance(data.get("name"), str)
        and isinstance(data.get("description"), str)
    ):
        yield Skill(data["name"], data["description"], body.strip() if active else None)


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
