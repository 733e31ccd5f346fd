"""How long a profile takes, as a ratio to importing the libraries a command line of this kind needs.

Cold: nothing remembered between runs. Warm: the second run with a cache. Each number is the least of
several runs, in seconds of wall time, so that what else the machine does counts little.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASELINE = [sys.executable, "-c", "import typer, rich.table, yaml"]
ANALYZE = [sys.executable, "-m", "crewprof", "analyze", "sample_crews/market_fan_out/crew.yaml"]
RUNS = 7


def seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "CREWPROF_CACHE_DIR": folder, "PYTHONPATH": str(ROOT)}
        seconds(BASELINE, environment)
        baseline = min(seconds(BASELINE, environment) for _ in range(RUNS))
        cold = min(seconds([*ANALYZE, "--no-cache"], environment) for _ in range(RUNS))
        seconds(ANALYZE, environment)
        warm = min(seconds(ANALYZE, environment) for _ in range(RUNS))
    print(f"import typer, rich.table, yaml   {baseline:6.3f} s")
    print(f"analyze, nothing remembered      {cold:6.3f} s   {cold / baseline:4.2f} times (at most 3)")
    print(f"analyze, second run              {warm:6.3f} s   {warm / baseline:4.2f} times (at most 2)")


if __name__ == "__main__":
    main()
