"""Without ``--write`` the places of what was not applied are those of the files as they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from crewprof.cli.app import app

SAMPLE = Path(__file__).parents[2] / "sample_crews" / "every_mistake" / "crew.yaml"


def answer(path: Path, *words: str) -> dict[str, Any]:
    (crew,) = json.loads(CliRunner().invoke(app, [*words, str(path), "-f", "json"]).stdout)["crews"]
    assert isinstance(crew, dict)
    return crew


def places(findings: list[dict[str, Any]]) -> set[tuple[str, int, int]]:
    return {(one["code"], one["line"], one["column"]) for one in findings}


def test_they_are_those_that_check_tells(tmp_path: Path) -> None:
    path = tmp_path / "crew.yaml"
    shutil.copy(SAMPLE, path)
    before = places(answer(path, "check")["findings"])
    crew = answer(path, "optimize")
    held = places([one["finding"] for one in crew["held_back"]])
    assert crew["applied"]
    assert held
    assert held <= before
    written = places([one["finding"] for one in answer(path, "optimize", "--write")["held_back"]])
    assert written <= places(answer(path, "check")["findings"])
    assert written != held
