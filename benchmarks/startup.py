"""How much processor time a profile takes, as a ratio to importing the libraries a command line needs.

Cold: nothing remembered between runs. Warm: the second run with a cache. Each number is the least of several
runs, in seconds of processor time (user and system), so that what else the machine does counts little.
Modules are compiled beforehand, as they are once they are installed. Below, the tools beside crewprof on the
same crew, where they are installed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.processor_time import ROOT, installed, spent

BASELINE = [sys.executable, "-c", "import typer, rich.table, yaml"]
CREW = "sample_crews/market_fan_out/crew.yaml"
LINES = {
    "analyze PATH": ["analyze", CREW],
    "analyze PATH --model ID": ["analyze", CREW, "--model", "gpt-4o"],
    "analyze PATH --input NAME=VALUE": ["analyze", CREW, "--input", "topic=tea"],
    "analyze PATH --select CODES": ["analyze", CREW, "--select", "CP2"],
    "check PATH": ["check", CREW],
    "optimize PATH": ["optimize", CREW],
}
RUNS = 7
BESIDE = {
    "costwright": ["costwright", "check", CREW],
    "tokentoll": ["tokentoll", "scan", CREW],
    "agentlinter": ["agent-lint", "estimate", CREW],
}


def least(command: list[str], environment: dict[str, str]) -> float:
    return min(spent(command, environment)[0] for _ in range(RUNS))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "CREWPROF_CACHE_DIR": folder, "PYTHONPATH": str(ROOT)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        baseline = least(BASELINE, environment)
        print(f"{'import typer, rich.table, yaml':34}{baseline:6.3f} s")
        print(f"{'':34}cold (at most 2.5 times)   warm (at most 1.2 times)")
        for name, arguments in LINES.items():
            command = [sys.executable, "-m", "crewprof", *arguments]
            cold, warm = least([*command, "--no-cache"], environment), least(command, environment)
            times = f"{cold:6.3f} s {cold / baseline:6.2f}             {warm:6.3f} s {warm / baseline:6.2f}"
            print(f"{name:34}{times}")
        for name, (tool, *arguments) in BESIDE.items():
            found = installed(tool)
            if found is None:
                print(f"{name:34}not installed, skipped")
                continue
            seconds = least([found, *arguments], environment)
            print(f"{name:34}{seconds:6.3f} s {seconds / baseline:6.2f}")


if __name__ == "__main__":
    main()
