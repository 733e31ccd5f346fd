"""Attack the command line with files, settings and options that nobody should write.

``FUZZ_SECONDS`` (3,600) are shared by the kinds of input; ``FUZZ_TRIES``, if given, ends it after so many of
each. Printed is a table: tries, tracebacks, hangs, files broken. What failed is kept in ``.fuzz/KIND/``: the
files, and the command line in ``arguments``. ``FUZZ_SEED`` makes the same tries again.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import queue
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402

from tests.fuzz.attempts import Case, Outcome, attempt, bound_memory  # noqa: E402
from tests.fuzz.kinds import GOOD, KINDS  # noqa: E402

SECONDS = float(os.environ.get("FUZZ_SECONDS", "3600"))
TRIES = int(os.environ.get("FUZZ_TRIES", "0"))
CHUNK = 400
"""Tries of one process: what one leaves behind cannot spoil the next for long."""
LONGEST = 1_800
"""Seconds a process may take, on a busy machine."""
MEMORY = 3_000
"""Megabytes a process may take."""
KEPT = ROOT / ".fuzz"


def chunk(kind: str, number: int, results: Any) -> None:
    """A few tries of a kind; puts their counts on the queue."""
    bound_memory(MEMORY)
    attempt(Case(("analyze", "crew.yaml"), {"crew.yaml": GOOD}))  # loads what every run needs
    counts: Counter[str] = Counter()
    slowest = 0.0

    @seed(number)
    @settings(
        max_examples=CHUNK,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(KINDS[kind]())
    def tries(case: Case) -> None:
        nonlocal slowest
        outcome = attempt(case)
        if any("hang" in one for one in outcome.faults):
            outcome = attempt(case)  # the first of its kind may have waited for another program
        counts["tries"] += 1
        counts[f"exit {outcome.code}"] += 1
        slowest = max(slowest, outcome.seconds / max(1.0, case.size / 100_000))
        for fault in outcome.faults:
            counts[fault.partition(":")[0]] += 1
            keep(kind, case, fault, outcome)

    tries()
    results.put((dict(counts), slowest))


def keep(kind: str, case: Case, fault: str, outcome: Outcome) -> None:
    """Keep a case, one for each fault."""
    name = "".join(char if char.isalnum() else "-" for char in fault)[:80]
    folder = KEPT / kind / name
    if folder.exists():
        return
    for file, data in case.files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(data)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stdin").write_bytes(case.stdin)
    (folder / "arguments").write_text(json.dumps(case.arguments), encoding="utf-8")
    (folder / "said").write_text(fault + "\n" + outcome.err, encoding="utf-8", errors="replace")


@dataclass
class Row:
    """What became of the tries of one kind."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    @property
    def tracebacks(self) -> int:
        return sum(self.counts[one] for one in ("bug", "traceback", "crash", "exit", "silent"))

    @property
    def broken(self) -> int:
        begins = ("file", "left over", "second run")
        return sum(number for fault, number in self.counts.items() if fault.startswith(begins))

    @property
    def exits(self) -> str:
        given = sorted(one for one in self.counts if one.startswith("exit "))
        return " ".join(f"{one.removeprefix('exit ')}:{self.counts[one]}" for one in given)


def attack(kind: str, number: int, row: Row, results: Any) -> None:
    """One more chunk of tries of a kind, in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=chunk, args=(kind, number, results))
    process.start()
    try:
        counts, slowest = results.get(timeout=LONGEST)
    except queue.Empty:
        print(f"{kind}: process {number} ended by itself or took {LONGEST} s", flush=True)
        row.counts["crash"] += 1
        process.kill()
    else:
        row.counts.update(counts)
        row.slowest = max(row.slowest, slowest)
    process.join()


def table(rows: dict[str, Row]) -> str:
    lines = [f"{'kind':10} {'tries':>7} {'tracebacks':>10} {'hangs':>6} {'broken':>6} {'s/100 kB':>8}  exits"]
    for kind, row in rows.items():
        counts = row.counts
        lines.append(
            f"{kind:10} {counts['tries']:7} {row.tracebacks:10} {counts['hang']:6} {row.broken:6} "
            f"{row.slowest:8.2f}  {row.exits}"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    kinds = sys.argv[1:] or list(KINDS)
    results: Any = multiprocessing.get_context("spawn").Queue()
    rows = {kind: Row() for kind in kinds}
    number = random.Random(os.environ.get("FUZZ_SEED", str(time.time()))).randrange(1 << 30)
    until = time.monotonic() + SECONDS
    KEPT.mkdir(exist_ok=True)
    while time.monotonic() < until and any(not TRIES or row.counts["tries"] < TRIES for row in rows.values()):
        number += 1
        for kind, row in rows.items():
            attack(kind, number, row, results)
            (KEPT / f"table-{os.getpid()}").write_text(table(rows), encoding="utf-8")
    print(table(rows), end="")
    sys.exit(int(any(row.tracebacks + row.counts["hang"] + row.broken for row in rows.values())))


if __name__ == "__main__":
    main()
