"""Attack the command line with files, settings and options that nobody should write.

``FUZZ_SECONDS`` (3,600) are shared by the kinds of input; ``FUZZ_TRIES``, if given, ends it after so many of
each. Arguments choose kinds; ``verify``, which needs CrewAI and takes long, is tried only so. Printed is a
table: tries, tracebacks, hangs, files broken. What failed is kept in ``.fuzz/KIND/``: the files, the command
line in ``arguments``, what was said in ``said``. ``FUZZ_SEED`` makes the same tries again.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402

from tests.fuzz.attempts import STUCK, Case, bound_memory, give_up_rights  # noqa: E402
from tests.fuzz.kinds import COPIES, KINDS, WITH_CREWAI  # noqa: E402
from tests.processes import load_crewai, load_crewprof  # noqa: E402

SECONDS = float(os.environ.get("FUZZ_SECONDS", "3600"))
TRIES = int(os.environ.get("FUZZ_TRIES", "0"))
CHUNK = 600
"""Cases that one process tries: what one leaves behind cannot spoil the next for long."""
SILENT = 10 * STUCK
"""Seconds without a new try after which a process is taken for stuck where no signal reaches it."""
MEMORY = 3_000
"""Megabytes a process may take."""
KEPT = ROOT / ".fuzz"
ALL = {**KINDS, **WITH_CREWAI}


@dataclass
class Row:
    """What became of the tries of one kind."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    @property
    def tries(self) -> int:
        return self.counts["tries"]

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


def chunk(kind: str, number: int, folder: Path) -> None:
    """A few tries of a kind; leaves the one it is at and, in the end, their counts in ``folder``."""
    bound_memory(MEMORY)
    give_up_rights()
    counts: Counter[str] = Counter()
    slowest = 0.0
    chance = random.Random(number)

    @seed(number)
    @settings(
        max_examples=CHUNK // (1 + COPIES) if ALL[kind].drawn else CHUNK,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(ALL[kind].cases())
    def tries(drawn: Case) -> None:
        nonlocal slowest
        for case in ALL[kind].with_copies(drawn, chance):
            (folder / "at").write_bytes(pickle.dumps(case))
            outcome = ALL[kind].attempt(case)
            if any("hang" in one for one in outcome.faults):
                outcome = ALL[kind].attempt(case)  # the first may have waited for another program
            counts["tries"] += 1
            counts[f"exit {outcome.code}"] += 1
            slowest = max(slowest, outcome.seconds / max(1.0, case.size / 100_000))
            for fault in outcome.faults:
                counts[fault.partition(":")[0]] += 1
                keep(kind, case, fault, outcome.err)

    tries()
    (folder / "counts").write_bytes(pickle.dumps((counts, slowest)))


def keep(kind: str, case: Case, fault: str, said: str = "") -> None:
    """Keep a case, one for each fault."""
    name = "".join(char if char.isalnum() else "-" for char in fault)[:80]
    folder = KEPT / kind / name
    if folder.exists():
        return
    folder.mkdir(parents=True)
    (folder / "case").write_bytes(pickle.dumps(case))
    (folder / "stdin").write_bytes(case.stdin)
    more = [case.arguments, case.special, case.variables, str(case.streams)]
    (folder / "arguments").write_text(json.dumps(more), encoding="utf-8")
    (folder / "said").write_text(f"{fault}\n{said}", encoding="utf-8", errors="replace")
    for file, data in case.files.items():
        with contextlib.suppress(OSError):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)


def attack(kind: str, number: int, row: Row) -> None:
    """One more chunk of tries of a kind, in a process of its own that has nothing left to load."""
    with tempfile.TemporaryDirectory(prefix="crewprof-fuzz-chunk-") as name:
        folder = Path(name)
        process = os.fork()
        if process == 0:
            _be_a_chunk(kind, number, folder)
        stuck = not _ended(process, folder / "at")
        with contextlib.suppress(OSError):
            shutil.rmtree(Path(tempfile.gettempdir()) / f"crewprof-fuzz-cache-{process}")
        try:
            counts, slowest = pickle.loads((folder / "counts").read_bytes())
        except OSError:
            fault = "hang: not even a signal ends it" if stuck else "crash: the process ended by itself"
            row.counts[fault.partition(":")[0]] += 1
            with contextlib.suppress(OSError):
                keep(kind, pickle.loads((folder / "at").read_bytes()), fault)
        else:
            row.counts.update(counts)
            row.slowest = max(row.slowest, slowest)


def _be_a_chunk(kind: str, number: int, folder: Path) -> None:
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        chunk(kind, number, folder)
        code = 0
    except BaseException as error:
        print(f"{kind}: {type(error).__name__}: {error}", flush=True)
    finally:
        os._exit(code)


def _ended(process: int, at: Path) -> bool:
    """Wait for a process; ``False`` where it had to be killed, being stuck at one try."""
    begun = time.time()
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        time.sleep(0.1)
        last = at.stat().st_mtime if at.exists() else begun
        if time.time() - last > SILENT:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return False
    return True


def table(rows: dict[str, Row]) -> str:
    lines = [f"{'kind':10} {'tries':>7} {'tracebacks':>10} {'hangs':>6} {'broken':>6} {'s/100 kB':>8}  exits"]
    for kind, row in rows.items():
        lines.append(
            f"{kind:10} {row.tries:7} {row.tracebacks:10} {row.counts['hang']:6} {row.broken:6} "
            f"{row.slowest:8.2f}  {row.exits}"
        )
    return "\n".join(lines) + "\n"


def fuzz(kinds: list[str]) -> dict[str, Row]:
    """Tries of each kind in turn until the time is over or there are enough."""
    rows = {kind: Row() for kind in kinds}
    number = random.Random(os.environ.get("FUZZ_SEED", str(time.time()))).randrange(1 << 30)
    until = time.monotonic() + SECONDS
    KEPT.mkdir(exist_ok=True)
    while wanted := [kind for kind, row in rows.items() if not TRIES or row.tries < TRIES]:
        number += 1
        for kind in wanted:
            attack(kind, number, rows[kind])
            (KEPT / f"table-{os.getpid()}").write_text(table(rows), encoding="utf-8")
            if time.monotonic() > until:
                return rows
    return rows


def main() -> None:
    kinds = sys.argv[1:] or list(KINDS)
    load_crewprof()
    if WITH_CREWAI.keys() & set(kinds):
        load_crewai()
    rows = fuzz(kinds)
    print(table(rows), end="", flush=True)
    failed = any(row.tracebacks + row.counts["hang"] + row.broken for row in rows.values())
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
