"""What a plain run does not show, it does not load: these are what has been seen to cost the start most."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CREW = "sample_crews/market_fan_out/crew.yaml"

NEVER = (
    *("typer", "click", "rich", "jinja2", "pygls", "platformdirs", "genai_prices", "tiktoken", "crewai"),
    *("snowballstemmer", "dotenv", "pathspec", "dataclasses", "inspect", "importlib.resources", "hashlib"),
    *("tempfile", "secrets", "uuid", "multiprocessing", "concurrent"),
    *("crewprof.runtime", "crewprof.recorder", "crewprof.editor", "crewprof.cli.app", "crewprof.report.page"),
    *("crewprof.report.sarif", "crewprof.python.interpreter", "crewprof.crew.loaders.flow"),
    *("crewprof.crew.loaders.crewbase", "crewprof.crew.loaders.plain_python"),
)
"""Modules, each with what is in it."""
OF_A_CHECK = ("crewprof.analysis.pricing", "crewprof.analysis.outlook", "crewprof.rewrite")
"""What says what fixes would save, which a check does not print."""


def loaded_by(*arguments: str) -> set[str]:
    code = (
        f"import sys; sys.argv = ['crewprof', *{arguments!r}]\n"
        "from crewprof.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('\\n'.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return set(done.stdout.splitlines())


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze", CREW, "--no-cache"),
        ("analyze", CREW, "--no-cache", "--select=CP2", "--max-cost", "1", "--runs-per-month", "30"),
        ("analyze", CREW, "--no-cache", "--format", "json"),
        ("check", CREW, "--no-cache", "--quiet"),
        ("optimize", CREW, "--no-cache", "--unsafe-fixes"),
    ],
    ids=" ".join,
)
def test_a_plain_run_loads_nothing_that_it_does_not_show(arguments: tuple[str, ...]) -> None:
    loaded = loaded_by(*arguments)
    kept_out = (*NEVER, *OF_A_CHECK) if arguments[0] == "check" else NEVER
    assert [name for name in loaded if any(f"{name}.".startswith(f"{one}.") for one in kept_out)] == []
