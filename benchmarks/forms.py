"""What is read of real projects, form by form: how many crews, how many of them whole.

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
            start = time.perf_counter()
            try:
                loaded = form.loader.load(str(path), documents)
            except CrewprofError as error:
                tally.errors += 1
                remarks.append(f"error: {error}")
                continue
            finally:
                tally.seconds += time.perf_counter() - start
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


def main() -> None:
    """Print the table for ``index``, then the given folders of ``CREWPROF_REAL``."""
    real = Path(os.environ.get("CREWPROF_REAL", "../real"))
    for name in sys.argv[1:] or ["index"]:
        tallies: dict[str, Tally] = {}
        projects = sorted(path for path in (real / name).iterdir() if path.is_dir())
        for project in projects:
            for remark in measure(project, tallies):
                print(f"  {project.name}: {remark.replace(str(project) + '/', '')[:160]}")
        print(f"\n{name}: {len(projects)} projects")
        print(
            f"{'form':<12}{'expected':>9}{'sites':>7}{'crews':>7}{'whole':>7}{'flows':>7}{'errors':>8}{'s':>8}"
        )
        for form, tally in sorted(tallies.items()):
            counts = (tally.expected, tally.sites, tally.crews, tally.whole, tally.flows, tally.errors)
            widths = (9, 7, 7, 7, 7, 8)
            shown = "".join(f"{count:>{width}}" for count, width in zip(counts, widths, strict=True))
            print(f"{form:<12}{shown}{tally.seconds:>8.1f}  {dict(tally.unknown) or ''}")


if __name__ == "__main__":
    main()
