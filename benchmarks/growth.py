"""How the processor time of ``analyze`` grows with the crew, for crews of every shape.

For each shape: seconds (user and system) at 10, 100 and ``LARGE`` tasks, 100 tasks as a ratio to 10, the
exponent from 100 to ``LARGE`` (1 is linear), and the memory of the largest. ``CREWPROF_LARGE`` sets its tasks
(1,000). Below, a megabyte in one description, many crews, and other tools on the same crews, where they are
installed: costwright, agentlinter and tokentoll are given the folder.
"""

from __future__ import annotations

import math
import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.processor_time import ROOT, installed, spent
from crewprof.cli.processes import cores

SHAPES = ("default", "chain", "fan", "random", "one", "each")
LARGE = int(os.environ.get("CREWPROF_LARGE", "1000"))
CREWS = int(os.environ.get("CREWPROF_CREWS", "1000"))
SMALL, MIDDLE = 10, 100
MEGABYTE = 1_000_000
OTHERS = {"costwright": ("check", True), "tokentoll": ("scan", True), "agent-lint": ("estimate", False)}
"""Tools with a neighbouring purpose (costwright 0.2, tokentoll 0.8, agentlinter 0.4): their command, and
whether they take a folder; else one crew is asked of both. The first two read only Python: of these crews
they do no more than look."""


def crew(shape: str, tasks: int) -> str:
    """A crew of a shape: each task sees all before it, the one before, nothing but for the last, up to three
    at random; ``one``: as the first, with one agent for all; ``each``: nothing, and an agent each."""
    chance = random.Random(1)
    agents = 1 if shape == "one" else tasks
    lines = ["agents:"]
    for number in range(agents):
        lines += [
            f"  a{number}:",
            f"    role: Worker {number} of topic {number * 7 % 13}",
            f"    goal: Do the work number {number} about subject {number * 3 % 17}",
            f"    backstory: You know a lot of things about area {number} and write clearly.",
            "    llm: openai/gpt-4o",
        ]
    lines.append("tasks:")
    for number in range(tasks):
        lines += [
            f"  - name: t{number}",
            f"    description: Write about item {number} of area {number * 5 % 11} with details.",
            f"    expected_output: A report of {100 + number} words.",
            f"    agent: a{number % agents}",
        ]
        sources = {
            "chain": range(max(number - 1, 0), number),
            "each": range(0),
            "fan": range(number if number == tasks - 1 else 0),
            "random": chance.sample(range(number), min(number, chance.randint(0, 3))),
        }.get(shape)
        if sources is not None:
            lines.append(f"    context: [{', '.join(f't{one}' for one in sources)}]")
    return "\n".join(lines) + "\n"


def measured(path: Path) -> tuple[float, float]:
    """Seconds and memory, in MB, of one analysis; endless if it takes too long."""
    command = [sys.executable, "-m", "crewprof", "analyze", "--no-cache", "--isolated", str(path)]
    seconds, memory, code = spent(command, {**os.environ, "PYTHONPATH": str(ROOT)})
    return (seconds if code == 0 else math.inf), memory


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crew.yaml"
        shapes(path)
        print()
        for name, text in (
            ("1 MB of sentences", sentences(MEGABYTE)),
            ("1 MB of blanks", "Write." + " " * MEGABYTE + "Now."),
        ):
            path.write_text(crew("one", 1).replace("with details.", text), encoding="utf-8")
            seconds, memory = measured(path)
            print(f"{name:20} {seconds:6.2f} s (at most 3) {memory:5.0f} MB")
        path.unlink()
        many(Path(folder))


def shapes(path: Path) -> None:
    print(
        f"shape     {SMALL:>6} {MIDDLE:>6} {LARGE:>6} tasks   ratio (at most 3)   exponent (at most 1.2)   MB"
    )
    for shape in SHAPES:
        seconds = []
        memory = 0.0
        for tasks in (SMALL, MIDDLE, LARGE):
            path.write_text(crew(shape, tasks), encoding="utf-8")
            taken, memory = measured(path)
            seconds.append(taken)
        small, middle, large = seconds
        exponent = math.log(large / middle) / math.log(LARGE / MIDDLE)
        print(
            f"{shape:8} {small:6.2f} {middle:6.2f} {large:6.1f} s       {middle / small:5.2f}"
            f"               {exponent:5.2f}                    {memory:4.0f}"
        )


def sentences(length: int) -> str:
    chance = random.Random(1)
    words = ["market", "survey", "letter", "recipe", "garden", "bridge", "river", "castle", "engine", "comet"]
    text = ""
    while len(text) < length:
        one, two = chance.choice(words), chance.choice(words)
        text += f"Write about the {one} and the {two} of number {chance.randrange(99999)}. "
    return text


def many(folder: Path) -> None:
    """Crews of many projects at once, here and with the tools that are installed."""
    for number in range(CREWS):
        home = folder / f"project_{number}"
        home.mkdir()
        text = crew(SHAPES[number % len(SHAPES)], 3 + number % 3).replace("item", f"item {number}")
        (home / "crew.yaml").write_text(text, encoding="utf-8")
    began = time.perf_counter()
    seconds, memory = measured(folder)
    took = time.perf_counter() - began
    print(
        f"{CREWS} crews {seconds:12.1f} s, {CREWS / seconds:.0f} crews in a second of one core, "
        f"{2 * CREWS / seconds:.0f} of two (at least 100); {CREWS / took:.0f} by the clock on {cores()} "
        f"{memory:5.0f} MB (at most 300)"
    )
    for tool, (command, takes_folder) in OTHERS.items():
        found = installed(tool)
        if found is None:
            print(f"{tool}: not installed, skipped")
            continue
        given = folder if takes_folder else folder / "project_0" / "crew.yaml"
        ours = seconds if takes_folder else measured(given)[0]
        theirs, memory, code = spent([found, command, str(given)], os.environ)
        told = f"here {ours / theirs:.2f} times that for {'the same folder' if takes_folder else 'one crew'}"
        print(f"{tool} {theirs:12.1f} s, exit code {code} {memory:5.0f} MB; {told}")


if __name__ == "__main__":
    main()
