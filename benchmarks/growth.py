"""How the processor time of ``analyze`` grows with the crew, for crews of every shape.

For each shape: user seconds at 10, 100 and ``LARGE`` tasks, 100 tasks as a ratio to 10, the exponent from 100
to ``LARGE`` (1 is linear), and the memory of the largest. ``CREWPROF_LARGE`` sets its tasks (1,000).
"""

from __future__ import annotations

import math
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHAPES = ("default", "chain", "fan", "random", "one")
LARGE = int(os.environ.get("CREWPROF_LARGE", "1000"))
SMALL, MIDDLE = 10, 100
MOST_SECONDS = 120


def crew(shape: str, tasks: int) -> str:
    """A crew of a shape: each task sees all before it, the one before, nothing but for the last, up to three
    at random; ``one``: as the first, with one agent for all."""
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
            "fan": range(number if number == tasks - 1 else 0),
            "random": chance.sample(range(number), min(number, chance.randint(0, 3))),
        }.get(shape)
        if sources is not None:
            lines.append(f"    context: [{', '.join(f't{one}' for one in sources)}]")
    return "\n".join(lines) + "\n"


def measured(path: Path) -> tuple[float, float]:
    """User seconds and largest memory, in MB so far, of one analysis; endless if it takes too long."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = [sys.executable, "-m", "crewprof", "analyze", "--no-cache", "--isolated", str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    limit = (MOST_SECONDS, MOST_SECONDS)
    done = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, limit),
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime - before if done.returncode == 0 else math.inf), used.ru_maxrss / 1024


def main() -> None:
    print(
        f"shape     {SMALL:>6} {MIDDLE:>6} {LARGE:>6} tasks   ratio (at most 3)   exponent (at most 1.2)   MB"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crew.yaml"
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


if __name__ == "__main__":
    main()
