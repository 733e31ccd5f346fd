"""How often, and how fast, the schedule search proves its answer: random crews of 20 tasks by default.

    python benchmarks/schedules.py [TASKS] [CASES]

Prints for each number of agents and each density of dependencies the share that is proven, the largest gap
to the lower bound, and the seconds of processor time, on average and at worst.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crewprof.plan.schedule_problem import PlannedTask, ScheduleProblem
from crewprof.plan.schedule_search import best_schedule

AGENTS = (2, 3, 4, 6, 9, 20)
DENSITIES = (0.0, 0.02, 0.05, 0.08, 0.15, 0.3)


def main(size: int, cases: int) -> None:
    print(f"{size} tasks, {cases} cases each")
    print(f"{'agents':>6}{'density':>9}{'proven':>9}{'gap':>8}{'mean s':>9}{'worst s':>9}")
    for agents in AGENTS:
        for density in DENSITIES:
            report(size, cases, agents, density)


def report(size: int, cases: int, agents: int, density: float) -> None:
    seconds: list[float] = []
    proven, gap = 0, 0.0
    for seed in range(cases):
        problem = random_problem(size, agents, density, random.Random(seed))
        start = time.process_time()
        best = best_schedule(problem)
        seconds.append(time.process_time() - start)
        proven += best.optimal
        gap = max(gap, best.seconds / best.lower_bound_seconds - 1)
    mean = sum(seconds) / cases
    print(
        f"{agents:6}{density:9.2f}{proven / cases:9.1%}{gap:8.2%}{mean:9.3f}{max(seconds):9.3f}", flush=True
    )


def random_problem(size: int, agents: int, density: float, rng: random.Random) -> ScheduleProblem:
    """Half of the cases have durations of which many are equal, as estimates often are."""
    lengths = [5.0, 10.0, 20.0] if rng.random() < 0.5 else [round(rng.uniform(1, 60), 2) for _ in range(999)]
    return ScheduleProblem(
        tuple(
            PlannedTask(
                f"t{number}",
                rng.choice(lengths),
                f"a{rng.randrange(agents)}",
                frozenset(f"t{earlier}" for earlier in range(number) if rng.random() < density),
            )
            for number in range(size)
        )
    )


if __name__ == "__main__":
    main(*(int(one) for one in (*sys.argv[1:], *("20", "20")[len(sys.argv) - 1 :])))
