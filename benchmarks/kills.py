"""Stop ``optimize --write`` at random instants and look at what it leaves.

A project whose agents and tasks stand in two files is rewritten ``KILLS`` times (1,000) with each of SIGKILL
and SIGINT to the process, at an instant drawn from its whole life and, half of the times, from the moments
around the write. Printed is a table: both files old, both new, one of each, neither old nor new, files left
behind, tracebacks.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NoReturn

from crewprof import cli

TIMES = int(os.environ.get("KILLS", "1000"))
FILES = {
    "pyproject.toml": "[project]\nname = 'desk'\n",
    "crew.py": """\
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task


@CrewBase
class Desk:
    @agent
    def clerk(self) -> Agent:
        return Agent(config=self.agents_config["clerk"])

    @agent
    def writer(self) -> Agent:
        return Agent(config=self.agents_config["writer"])

    @agent
    def editor(self) -> Agent:
        return Agent(config=self.agents_config["editor"])

    @task
    def cars(self) -> Task:
        return Task(config=self.tasks_config["cars"])

    @task
    def bikes(self) -> Task:
        return Task(config=self.tasks_config["bikes"])

    @task
    def page(self) -> Task:
        return Task(config=self.tasks_config["page"], context=[self.cars(), self.bikes()])

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
""",
    "config/agents.yaml": "".join(
        f"{name}:\n  role: {name.title()}\n  goal: Write\n"
        "  backstory: You are a world-class expert with 20 years of experience. You write briefly.\n"
        "  llm: openai/gpt-4o\n"
        for name in ("clerk", "writer", "editor")
    ),
    "config/tasks.yaml": """\
cars:
  description: List ten cars.
  expected_output: A list of 10 names.
  agent: clerk
bikes:
  description: List ten bikes.
  expected_output: A list of 10 names.
  agent: writer
page:
  description: Write a page on the cars and the bikes.
  expected_output: A page of 300 words.
  agent: editor
""",
}
REWRITTEN = ("config/agents.yaml", "config/tasks.yaml")
OPTIONS = ("--unsafe-fixes", "--write", "--quiet", "--isolated")
LONGEST = 20
"""Seconds to wait for a write that does not come."""


def laid_out(folder: Path) -> None:
    """The project as it is before."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def state(folder: Path) -> dict[str, bytes]:
    """Every file and what it holds."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def started(folder: Path) -> tuple[int, int]:
    """A process that rewrites the project, and where it says its errors: a copy of this one, in which all of
    crewprof is loaded, so that most instants are of its work and not of Python's start."""
    told, tell = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    process = os.fork()
    if process:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        os.close(tell)
        return process, told
    try:
        try:
            rewriting(folder, tell)
        finally:
            os._exit(1)
    finally:
        os._exit(1)  # interrupted on its way there


def rewriting(folder: Path, tell: int) -> NoReturn:
    """The life of the process that rewrites."""
    code: object = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(tell, 2)
        os.close(tell)
        sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115 - until it ends
        os.chdir(folder)
        os.environ["CREWPROF_CACHE_DIR"] = str(folder.parent / "cache")
        sys.argv = ["crewprof", "optimize", *OPTIONS, "."]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        cli.main()
    except SystemExit as ended:
        code = ended.code
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0)


def rewritten_here(folder: Path) -> None:
    """Rewrite the project in this process."""
    here = Path.cwd()
    os.chdir(folder)
    sys.argv = ["crewprof", "optimize", *OPTIONS, "."]
    out = io.StringIO()
    with (
        contextlib.suppress(SystemExit),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
    ):
        cli.main()
    os.chdir(here)


def finished(process: int, told: int) -> str:
    """What a process said, once it and all it started have ended."""
    with os.fdopen(told, "rb") as stream:
        said = stream.read()
    os.waitpid(process, 0)
    return said.decode("utf-8", "replace")


def stopped(folder: Path, number: signal.Signals, delay: float, after_change: float | None) -> str:
    """What the process says on standard error.

    It is stopped ``delay`` seconds after its start, or, if given, ``after_change`` after a write shows first.
    """
    before = (folder / "config").stat().st_mtime_ns
    process, told = started(folder)
    if after_change is None:
        time.sleep(delay)
    else:
        begun = time.monotonic()
        while (folder / "config").stat().st_mtime_ns == before and time.monotonic() < begun + LONGEST:
            time.sleep(0.0002)
        time.sleep(after_change)
    os.kill(process, number)
    return finished(process, told)


def verdict(found: dict[str, bytes], old: dict[str, bytes], new: dict[str, bytes]) -> str:
    """What the two files are, and whether others came."""
    if found.keys() != old.keys():
        return "left over"
    kinds = {
        "old" if found[name] == old[name] else "new" if found[name] == new[name] else "broken"
        for name in REWRITTEN
    }
    return "mixed" if kinds == {"old", "new"} else "broken" if "broken" in kinds else kinds.pop()


def main() -> None:
    numbers = [signal.Signals[name] for name in sys.argv[1:] or ("SIGKILL", "SIGINT")]
    chance = random.Random(int(os.environ.get("KILLS_SEED", "1")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        folder.mkdir()
        laid_out(folder)
        old = state(folder)
        for _ in range(2):  # the first loads what it needs; here, so that every process has it
            laid_out(folder)
            rewritten_here(folder)
        laid_out(folder)
        begun = time.monotonic()
        finished(*started(folder))
        whole = time.monotonic() - begun
        new = state(folder)
        assert all(old[one] != new[one] for one in REWRITTEN), "both files have to be rewritten"
        columns = ("old", "new", "mixed", "broken", "left over", "traceback")
        print(f"{'signal':8} {'times':>6} " + " ".join(f"{one:>9}" for one in columns))
        for number in numbers:
            counts: Counter[str] = Counter()
            for turn in range(TIMES):
                laid_out(folder)
                at_write = chance.choice((0.0, chance.uniform(0, 0.002))) if turn % 2 else None
                said = stopped(folder, number, chance.uniform(0, 1.2 * whole), at_write)
                counts[verdict(state(folder), old, new)] += 1
                counts["traceback"] += "Traceback" in said
                for file in state(folder).keys() - old.keys():
                    (folder / file).unlink()
            cells = " ".join(f"{counts[one]:9}" for one in columns)
            print(f"{number.name:8} {TIMES:6} {cells}", flush=True)


if __name__ == "__main__":
    main()
