"""``crewprof diff`` over the history of real repositories: does it say what analysing each revision says?

``python benchmarks/history.py CLONE…`` takes the last commits of each clone that touch what a crew may be
read from. The commit and the one before are checked out and analysed by themselves, and compared with what
``diff`` says of the two; then ``diff`` again, with its time beside that of the two analyses; and the commit
with itself, which must print nothing. ``-v`` says what changed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from crewprof.analysis.comparison import Comparison, compare
from crewprof.cli.flags import Flags
from crewprof.cli.session import Session
from crewprof.cli.sides import analysed, asked_for
from crewprof.errors import NotACrew
from crewprof.report.analyze_json import run_object
from crewprof.report.diff_json import diff_object
from crewprof.report.formats import render_comparison
from crewprof.report.look import Look

if TYPE_CHECKING:
    from crewprof.analysis.result import AnalysisRun

COMMITS = 30
"""The newest of each clone that touch crews."""
TOUCHED = ("*.yaml", "*.yml", "*.py", "*.jsonc", "*.json", "*.ipynb", "pyproject.toml", "*.env")
WORDS = "crewai|agents|tasks|CrewBase"
FLAGS = Flags(no_cache=True, quiet=True)


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commits(clone: Path) -> list[str]:
    """Commits with one parent that change a line with a word of crews in it, newest first."""
    found = git(clone, "log", "--no-merges", "--format=%H %P", "-G", WORDS, "--", *TOUCHED)
    return [line.split()[0] for line in found.splitlines() if len(line.split()) == 2][:COMMITS]


def alone(checkout: Path) -> AnalysisRun:
    """What ``crewprof analyze`` says in a checkout."""
    with chdir(checkout):
        return Session(["."], FLAGS).analyse()


def difference(clone: Path, revisions: str) -> tuple[Comparison, tuple[str, str]]:
    with chdir(clone):
        asked = asked_for([revisions], staged=False)
        sides = analysed(asked, FLAGS)
        return compare(sides.before, sides.after, asked.renames(), sides.settings), asked.names


def side(told: dict[str, Any], at: str) -> list[Any]:
    found = []
    for crew in told["crews"]:
        was = crew["renamed_from"] if at == "before" else None
        if crew[at] is not None:
            found.append(((was or crew)["path"], (was or crew)["name"], crew[at]))
    return sorted(found, key=repr)


def crews(run: dict[str, Any]) -> list[Any]:
    return sorted(((one["path"], one["name"], one["total"]) for one in run["crews"]), key=repr)


def errors(run: AnalysisRun) -> list[str]:
    return sorted(str(one) for one in run.errors if not isinstance(one, NotACrew))


def judge(clone: Path, commit: str, folder: Path) -> tuple[bool, int, float, float]:
    """Whether it is the same; how many crews changed; seconds of the two analyses and of ``diff``."""
    runs = []
    began = time.perf_counter()
    for revision in (f"{commit}~1", commit):
        git(folder, "checkout", "-q", "-f", revision)
        runs.append(alone(folder))
    by_hand = time.perf_counter() - began
    difference(clone, f"{commit}~1..{commit}")
    began = time.perf_counter()
    comparison, names = difference(clone, f"{commit}~1..{commit}")
    took = time.perf_counter() - began
    told = diff_object(comparison, names)
    before, after = (run_object(run) for run in runs)
    is_same = side(told, "before") == crews(before) and side(told, "after") == crews(after)
    is_same &= {key: pair[0] for key, pair in told["total"].items()} == before["total"]
    is_same &= {key: pair[1] for key, pair in told["total"].items()} == after["total"]
    is_same &= errors(comparison.before) == errors(runs[0]) and errors(comparison.after) == errors(runs[1])
    same, names = difference(clone, f"{commit}..{commit}")
    is_same &= same.is_same and render_comparison(same, names, "text", Look()) == ""
    changed = sum(one.status != "same" for one in comparison.crews)
    print_largest(comparison, commit)
    return is_same, changed, by_hand, took


def print_largest(comparison: Comparison, commit: str) -> None:
    for change in comparison.crews:
        if change.status == "changed" and "-v" in sys.argv:
            why = [*change.because, *(f"{one.name}: {', '.join(one.because)}" for one in change.tasks)][:4]
            print(f"  {commit[:9]} {change.shown.crew.name}: {'; '.join(why)}")


def main() -> None:
    for clone in (Path(one).resolve() for one in sys.argv[1:] if one != "-v"):
        rows = []
        with TemporaryDirectory() as made:
            folder = Path(made).resolve() / clone.name
            git(clone, "worktree", "add", "-q", "--detach", str(folder))
            try:
                rows = [judge(clone, commit, folder) for commit in commits(clone)]
            finally:
                git(clone, "worktree", "remove", "--force", str(folder))
        good, changed = sum(row[0] for row in rows), sum(row[1] for row in rows)
        times = sorted(row[3] for row in rows)
        by_hand = sum(row[2] for row in rows)
        print(
            f"{clone.name}: {good} of {len(rows)} commits the same, {changed} crews changed; "
            f"diff {sum(times):.1f} s (median {times[len(times) // 2]:.2f} s), "
            f"analysing both by hand {by_hand:.1f} s"
        )


if __name__ == "__main__":
    main()
