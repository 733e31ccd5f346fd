"""What an unrelated tree of 50,000 Python files around a crew costs: time and memory with it and without.

Both are of processes, the least of several runs: seconds of processor time, and megabytes at most.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CREW = ROOT / "sample_crews/market_fan_out/crew.yaml"
FOLDERS, FILES_EACH = 500, 100
RUNS = 3
FUNCTION = "def f{0}(x):\n    return [y * {0} for y in range(x)]\n\n"
MODULE = "import os\n\n" + "".join(FUNCTION.format(number) for number in range(40))
LINES = {
    "crew.yaml": ["crew.yaml"],
    "crew.py": ["crew.py"],
    "config/agents.yaml": ["config/agents.yaml"],
    "the folder": ["."],
}
CLASS = """\
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task

@CrewBase
class Books:
    @agent
    def clerk(self) -> Agent:
        return Agent(config=self.agents_config["clerk"])

    @task
    def sums(self) -> Task:
        return Task(config=self.tasks_config["sums"])

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
"""


def write_crews(folder: Path) -> None:
    (folder / ".git").mkdir(parents=True)
    (folder / "config").mkdir()
    shutil.copy(CREW, folder / "crew.yaml")
    (folder / "crew.py").write_text(CLASS, encoding="utf-8")
    (folder / "config/agents.yaml").write_text("clerk: {role: r, goal: g, backstory: b}\n", encoding="utf-8")
    (folder / "config/tasks.yaml").write_text(
        "sums: {description: Add up., expected_output: A number., agent: clerk}\n", encoding="utf-8"
    )


def write_tree(folder: Path) -> None:
    for number in range(FOLDERS):
        inner = folder / f"library{number:03}"
        inner.mkdir()
        for module in range(FILES_EACH):
            (inner / f"module{module:02}.py").write_text(MODULE, encoding="utf-8")


def cost(paths: list[str], folder: Path) -> tuple[float, float]:
    """Seconds and megabytes of one profile."""
    command = [sys.executable, "-m", "crewprof", "analyze", "--no-cache", *paths]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(started.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, command
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        alone, among = Path(name, "alone"), Path(name, "among")
        for folder in (alone, among):
            write_crews(folder)
        write_tree(among)
        print(f"{'':20}{'alone':>18}{'among 50,000 files':>22}")
        for title, paths in LINES.items():
            shown = []
            for folder in (alone, among):
                runs = [cost(paths, folder) for _ in range(RUNS)]
                shown.append(f"{min(one[0] for one in runs):.2f} s {min(one[1] for one in runs):4.0f} MB")
            print(f"{title:20}{shown[0]:>18}{shown[1]:>22}")


if __name__ == "__main__":
    main()
