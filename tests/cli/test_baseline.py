"""A baseline: known findings are not told, new ones are, wherever crewprof is run."""

from __future__ import annotations

from contextlib import chdir
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from crewprof.cli.app import app
from tests.cli.test_idle_options import CREW

if TYPE_CHECKING:
    from pathlib import Path

BAD = CREW.replace("    agent: cook\n", "    agent: cook\n    context: [nothing]\n")


def check(folder: Path, *arguments: str) -> Result:
    with chdir(folder):
        return CliRunner().invoke(app, ["check", *arguments])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "crew.yaml").write_text(BAD)
    (tmp_path / "inner").mkdir()
    assert check(tmp_path).exit_code == 1
    assert check(tmp_path, "--write-baseline", "known.json").exit_code == 0
    return tmp_path


def test_known_findings_are_not_told_also_when_they_move(project: Path) -> None:
    (project / "crew.yaml").write_text("# first\n\n" + BAD)
    done = check(project, "--baseline", "known.json")
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert "suppressed" in done.stderr
    elsewhere = check(project / "inner", "../crew.yaml", "--baseline", "../known.json")
    assert elsewhere.exit_code == 0, elsewhere.output


def test_a_new_finding_is_told_and_the_baseline_may_be_a_setting(project: Path) -> None:
    (project / "crewprof.toml").write_text('baseline = "known.json"\n')
    assert check(project, "crew.yaml").exit_code == 0
    (project / "crew.yaml").write_text(BAD.replace("    goal:", "    gaol: x\n    goal:"))
    done = check(project, "crew.yaml")
    assert done.exit_code == 1
    assert "gaol" in done.stdout
    assert "nothing" not in done.stdout
    assert check(project, "crew.yaml", "--write-baseline", "known.json").exit_code == 0
    assert check(project, "crew.yaml").exit_code == 0, "an answer of before is not remembered"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [1]}']
)
def test_a_file_that_is_no_baseline_is_an_error(text: str, project: Path) -> None:
    (project / "known.json").write_text(text)
    done = check(project, "crew.yaml", "--baseline", "known.json")
    assert done.exit_code != 0
    assert "baseline" in (done.stderr + str(done.exception))


def test_a_baseline_does_not_replace_a_crew(project: Path) -> None:
    before = (project / "crew.yaml").read_text()
    assert check(project, "crew.yaml", "--write-baseline", "crew.yaml").exit_code != 0
    assert (project / "crew.yaml").read_text() == before
