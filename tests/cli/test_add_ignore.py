"""``check --add-ignore``: comments beside findings, in every form, that change nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from crewprof.analysis.add_ignores import add_ignores
from crewprof.analysis.ignores import ignores_in
from crewprof.cli.app import app
from crewprof.findings import Finding, Severity
from crewprof.source.documents import Documents
from crewprof.source.text import SourceText

SAMPLES = Path(__file__).parents[2] / "sample_crews"
FORMS = (
    "market_fan_out",
    "competitor_report",
    "complaint_desk",
    "garden_plan",
    "recipe_script",
    "every_mistake",
)


def copied(name: str, folder: Path) -> None:
    """A sample, with a model that has been shut down: a finding whatever the other rules say."""
    shutil.copytree(SAMPLES / name, folder)
    for path in (*folder.glob("flow.yaml"), *folder.glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        assert "openai/gpt-4o-mini" in text
        path.write_text(text.replace("openai/gpt-4o-mini", "openai/gpt-4-turbo", 1), encoding="utf-8")


def findings_of(folder: Path) -> list[dict[str, object]]:
    done = CliRunner().invoke(app, ["check", str(folder), "-f", "json"])
    return [one for crew in json.loads(done.stdout)["crews"] for one in crew["findings"]]


@pytest.mark.parametrize("name", FORMS)
def test_no_finding_is_left_and_nothing_else_changes(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    copied(name, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert findings_of(folder)
    done = CliRunner().invoke(app, ["check", "--add-ignore", str(folder)])
    assert done.exit_code == 0, done.output
    assert findings_of(folder) == []
    changed = 0
    for path, old in before.items():
        lines = path.read_bytes().splitlines()
        assert len(lines) == len(old.splitlines())
        for was, now in zip(old.splitlines(), lines, strict=True):
            if was != now:
                changed += 1
                assert now.startswith(was.rstrip())
                assert b"crewprof: ignore[" in now[len(was.rstrip()) :]
    assert changed
    again = CliRunner().invoke(app, ["check", "--add-ignore", str(folder)])
    assert (again.exit_code, "0 findings" in again.output) == (0, True)


def test_only_the_rules_that_are_asked_for(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES / "market_fan_out", tmp_path / "crew")
    CliRunner().invoke(app, ["check", "--add-ignore", "--select", "CP201", str(tmp_path)])
    assert {one["code"] for one in findings_of(tmp_path)} == {"CP301", "CP501"}
    CliRunner().invoke(app, ["check", "--add-ignore", str(tmp_path)])
    text = (tmp_path / "crew" / "crew.yaml").read_text(encoding="utf-8")
    assert text.count("crewprof: ignore[CP301, CP501]") == 1
    assert findings_of(tmp_path) == []


def test_a_notebook_is_left_alone_and_said_so(tmp_path: Path) -> None:
    copied("newsletter_notebook", tmp_path / "crew")
    path = next((tmp_path / "crew").glob("*.ipynb"))
    before = path.read_bytes()
    done = CliRunner().invoke(app, ["check", "--add-ignore", str(tmp_path)])
    assert done.exit_code == 1
    assert "no comment can stand here" in done.output
    assert path.read_bytes() == before


WORDS = st.text("ab #:'\"-[]{}>|\n\\", max_size=12)
STYLES = st.sampled_from(["plain", "'", '"', "|", ">"])


@given(st.lists(st.tuples(WORDS, STYLES), min_size=1, max_size=4), st.data())
def test_what_a_file_says_stays_as_it_was(values: list[tuple[str, str]], data: st.DataObject) -> None:
    style = {"plain": None}
    text = "".join(
        yaml.dump({f"k{number}": _Styled(value, style.get(form, form))}, Dumper=_Dumper, width=10)
        for number, (value, form) in enumerate(values)
    )
    source = SourceText("crew.yaml", text)
    lines = len(source.line_starts) - 1
    chosen = data.draw(st.lists(st.integers(1, lines), unique=True, max_size=3))
    findings = [
        Finding("CP301", "name", Severity.INFO, "m", source.place(*(source.offset(line, 1),) * 2))
        for line in chosen
    ]
    made = add_ignores(findings, {"crew.yaml": source})
    assert len(made.added) + len(made.impossible) == len(chosen)
    new = made.texts.get("crew.yaml", source)
    assert yaml.safe_load(new.text) == yaml.safe_load(text)
    document = Documents(texts={"crew.yaml": new}).document("crew.yaml")
    assert len(ignores_in(document)) == len(made.added)


class _Styled(str):
    """A text with the way it is to be written."""

    style: str | None

    def __new__(cls, value: str, style: str | None) -> _Styled:
        made = super().__new__(cls, value)
        made.style = style
        return made


class _Dumper(yaml.SafeDumper):
    """Writes each text in its own style."""


_Dumper.add_representer(
    _Styled, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", str(value), value.style)
)
