"""``crewprof diff`` of random histories says what analysing each revision by itself says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

from crewprof.cli.app import app
from tests.cli.random_histories import State, histories

EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "3"))
pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("git") is None, reason="needs git")]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def write(folder: Path, state: State) -> None:
    """Make ``folder`` hold just the files of ``state``, beside ``.git``."""
    for one in folder.iterdir():
        if one.name != ".git":
            shutil.rmtree(one) if one.is_dir() else one.unlink()
    for name, text in state.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def answer(folder: Path, *arguments: str) -> dict[str, Any]:
    """The JSON crewprof prints in ``folder``; nothing where there is no crew."""
    with chdir(folder):
        done = CliRunner().invoke(app, [*arguments, "-f", "json", "--no-cache"])
    assert done.exit_code in (0, 2), done.output + str(done.exception)
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def places(folder: Path) -> list[str]:
    """The codes of all findings, one for each place: in JSON those of one cause are told together."""
    with chdir(folder):
        done = CliRunner().invoke(app, ["check", "--fail-on", "never", "-f", "sarif", "--no-cache"])
    results = json.loads(done.stdout)["runs"][0]["results"]
    return [one["ruleId"] for one in results if one["ruleId"].startswith("CP")]


def key(crew: dict[str, Any]) -> tuple[str, str]:
    return crew["path"], crew["name"]


def side(diff: dict[str, Any], which: str) -> list[tuple[tuple[str, str], Any]]:
    """The crews of one side of a comparison, as ``analyze`` tells them."""
    found = []
    for crew in diff["crews"]:
        was = crew["renamed_from"] if which == "before" else None
        if crew[which] is not None:
            found.append((key(was or crew), crew[which]))
    return sorted(found, key=repr)


def tasks(diff: dict[str, Any], at: int) -> list[tuple[Any, ...]]:
    told = []
    for crew in diff["crews"]:
        for task in crew["tasks"]:
            if task["calls"][at] is not None:
                name = task["renamed_from"] if at == 0 and task["renamed_from"] else task["name"]
                told.append((name, *(task[one][at] for one in TASK_KEYS)))
    return sorted(told, key=repr)


TASK_KEYS = ("agent", "cost_usd", "calls", "input_tokens", "output_tokens", "seconds", "ceiling")


def check(diff: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    for at, (which, alone) in enumerate((("before", before), ("after", after))):
        expected = sorted(((key(crew), crew["total"]) for crew in alone["crews"]), key=repr)
        assert side(diff, which) == expected
        every = [task for crew in alone["crews"] for task in crew["tasks"]]
        lines = [(one["name"], *(one[name] for name in TASK_KEYS)) for one in every]
        assert tasks(diff, at) == sorted(lines, key=repr)
        total = {name: pair[at] for name, pair in diff["total"].items()}
        assert total == alone["total"]
    for crew in diff["crews"]:
        if crew["before"] is None or crew["after"] is None:
            assert crew["status"] == ("added" if crew["before"] is None else "removed")
        if crew["status"] == "same":
            assert crew["before"] == crew["after"]
            assert not crew["findings"]["new"]
            assert not crew["findings"]["gone"]
    new = [one["code"] for crew in diff["crews"] for one in crew["findings"]["new"]]
    gone = [one["code"] for crew in diff["crews"] for one in crew["findings"]["gone"]]
    for codes, told in ((new, after["places"]), (gone, before["places"])):
        assert all(codes.count(code) <= told.count(code) for code in codes)
    assert len(before["places"]) - len(gone) + len(new) == len(after["places"])


@settings(max_examples=EXAMPLES)
@given(histories())
def test_a_diff_is_the_two_analyses(states: list[State]) -> None:
    with TemporaryDirectory() as made:
        repository, alone = Path(made).resolve() / "repo", Path(made).resolve() / "alone"
        repository.mkdir()
        alone.mkdir()
        (alone / ".git").mkdir()
        git(repository, "init", "-q", "-b", "main")
        analyses = []
        for number, state in enumerate(states):
            write(repository, state)
            git(repository, "add", "-A", "-f")
            git(repository, "commit", "-q", "--allow-empty", "-m", str(number))
            git(repository, "tag", f"v{number}")
            write(alone, state)
            analyses.append({**answer(alone, "analyze"), "places": places(alone)})
        for old in range(len(states)):
            new = (old + 1) % len(states)
            check(answer(repository, "diff", f"v{old}..v{new}"), analyses[old], analyses[new])
        write(repository, states[0])
        check(answer(repository, "diff"), analyses[-1], analyses[0])
        git(repository, "add", "-A", "-f")
        check(answer(repository, "diff", "--staged"), analyses[-1], analyses[0])
        held = git(repository, "status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored")
        same = answer(repository, "diff", "v0")
        check(same, analyses[0], analyses[0])
        assert all(crew["status"] == "same" for crew in same["crews"])
        after = git(repository, "status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored")
        assert after == held
