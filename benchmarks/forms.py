"""What is read of real projects, project by project and form by form: how many crews, how many of them whole.

``CREWPROF_REAL`` is a folder of fetched projects (default ``../real``), with the projects of an index in
``index/``. Nothing of them is run. What to expect is counted from their syntax: every call of CrewAI's
``Crew`` outside a ``@CrewBase`` class, every such class, every notebook cell alike. A crew is whole when its
agents, tasks, order, contexts and the agent of each task are known.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.crew.definition import Kind
from crewprof.crew.loaders.crewbase.detection import crew_classes
from crewprof.crew.loaders.project_code.syntax import ModuleSyntax
from crewprof.crew.loaders.registry import FORMS
from crewprof.errors import CrewprofError, InputError
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.registry import Form

SKIPPED = frozenset({".git", "node_modules", "__pycache__", "site-packages", ".venv", "venv"})


@dataclass
class Tally:
    """What was seen of one form."""

    expected: int = 0
    sites: int = 0
    """Places in the code that make a crew which was read."""
    crews: int = 0
    whole: int = 0
    flows: int = 0
    errors: int = 0
    seconds: float = 0.0
    unknown: Counter[str] = field(default_factory=Counter)


def is_whole(crew: Crew) -> bool:
    """Whether agents, tasks, order, contexts and the agent of each task are known."""
    return not unknown_parts(crew)


def unknown_parts(crew: Crew) -> list[str]:
    """What of a crew's shape is not known."""
    parts = [] if crew.agents_known else ["agents"]
    parts += [] if crew.tasks_known else ["tasks"]
    parts += ["agent of a task"] if not all(task.agent_known for task in crew.tasks) else []
    parts += ["context of a task"] if not all(task.context_known for task in crew.tasks) else []
    return parts


def expected_in(path: Path, form: Form, documents: Documents) -> int:
    """Crews that can be seen in a file; 0 where the form has no way to tell but reading it."""
    try:
        if form.name == "crewbase":
            return len(crew_classes(documents.python(path).tree))
        if form.name in ("python", "notebook"):
            calls = ModuleSyntax(documents.python(path)).crew_calls
            return sum(1 for _, body in calls if body is None or not body.is_in_crew_class)
    except InputError:
        return 0
    return 1


def files_of(project: Path) -> Iterator[Path]:
    """The files of a project that are its own."""
    for path in sorted(project.rglob("*")):
        if path.is_file() and not SKIPPED & set(path.parts):
            yield path


def measure(project: Path, tallies: dict[str, Tally]) -> list[str]:
    """Read a project in every form; what is not whole, or could not be read, in words."""
    documents = Documents()
    remarks: list[str] = []
    for path in files_of(project):
        for form in FORMS:
            if path.suffix not in form.suffixes or not form.loader.holds(str(path), documents):
                continue
            tally = tallies.setdefault(form.name, Tally())
            tally.expected += expected_in(path, form, documents)
            start = time.process_time()
            try:
                loaded = form.loader.load(str(path), documents)
            except CrewprofError as error:
                tally.errors += 1
                remarks.append(f"error: {error}")
                continue
            finally:
                tally.seconds += time.process_time() - start
            crews = [crew for crew in loaded.crews if crew.kind is not Kind.AGENT]
            tally.crews += len(crews)
            tally.sites += len({crew.place for crew in crews})
            tally.flows += len(loaded.flows)
            tally.errors += len(loaded.errors)
            remarks.extend(f"error: {error}" for error in loaded.errors)
            for crew in crews:
                parts = unknown_parts(crew)
                tally.whole += not parts
                tally.unknown.update(parts)
                if parts:
                    remarks.append(f"{crew.place.shown}: {crew.name}: not known: {', '.join(parts)}")
    return remarks


def add(tallies: dict[str, Tally], more: dict[str, Tally]) -> None:
    """Count what was seen of one project among what was seen of all."""
    for name, one in more.items():
        tally = tallies.setdefault(name, Tally())
        for key in ("expected", "sites", "crews", "whole", "flows", "errors", "seconds"):
            setattr(tally, key, getattr(tally, key) + getattr(one, key))
        tally.unknown.update(one.unknown)


def row(name: str, tally: Tally, width: int) -> str:
    """A line of a table; the seconds are the processor's."""
    counts = (tally.expected, tally.sites, tally.crews, tally.whole, tally.flows, tally.errors)
    shown = "".join(f"{count:>{wide}}" for count, wide in zip(counts, (9, 7, 7, 7, 7, 8), strict=True))
    return f"{name[:width]:<{width}}{shown}{tally.seconds:>8.1f}  {dict(tally.unknown) or ''}"


def heading(name: str, width: int) -> str:
    """The first line of a table."""
    counts = f"{'expected':>9}{'sites':>7}{'crews':>7}{'whole':>7}{'flows':>7}{'errors':>8}{'s':>8}"
    return f"\n{name:<{width}}{counts}"


def main() -> None:
    """Print the tables for ``index``, or for the given folders of ``CREWPROF_REAL``."""
    real = Path(os.environ.get("CREWPROF_REAL", "../real"))
    for name in sys.argv[1:] or ["index"]:
        tallies: dict[str, Tally] = {}
        by_project: dict[str, Tally] = {}
        for project in sorted(path for path in (real / name).iterdir() if path.is_dir()):
            seen: dict[str, Tally] = {}
            for remark in measure(project, seen):
                print(f"  {project.name}: {remark.replace(str(project) + '/', '')[:160]}")
            add(tallies, seen)
            by_project[project.name] = Tally()
            for one in seen.values():
                add(by_project, {project.name: one})
        print(heading(f"{name}: {len(by_project)} projects", 48))
        for project_name, tally in by_project.items():
            print(row(project_name, tally, 48))
        print(heading("form", 12))
        for form, tally in sorted(tallies.items()):
            print(row(form, tally, 12))
        slowest = sorted(by_project.items(), key=lambda one: -one[1].seconds)[:5]
        print("\nslowest:", ", ".join(f"{one} {tally.seconds:.1f} s" for one, tally in slowest))


if __name__ == "__main__":
    main()
