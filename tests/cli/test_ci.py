"""The GitHub Action and the GitLab template: their schemas, their steps against a fake ``gh`` and GitLab."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.cli.test_diff import CREW, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB: dict[str, Any] = yaml.safe_load((ROOT / ".gitlab" / "crewprof.yml").read_text(encoding="utf-8"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform == "win32" or not (shutil.which("git") and shutil.which("bash")),
        reason="needs git and bash",
    ),
]

GH = """\
#!/usr/bin/env python3
import json, os, pathlib, sys
state = pathlib.Path(os.environ["FAKE_GH"])
comments = json.loads(state.read_text()) if state.exists() else []
given = sys.argv[1:]
if os.environ.get("FAKE_GH_REFUSES"):
    sys.exit("gh: Resource not accessible by integration (HTTP 403)")
if "--jq" in given:
    marker, author = os.environ["marker"], os.environ["CREWPROF_AUTHOR"]
    for one in comments:
        if one["body"].startswith(marker) and one["user"] == author:
            print(one["id"])
    sys.exit()
method = given[given.index("--method") + 1]
path = next(one for one in given if one.startswith("repos/"))
field = given[given.index("--field") + 1]
body = pathlib.Path(field.removeprefix("body=@")).read_text()
if method == "POST":
    assert path == "repos/o/r/issues/7/comments", path
    comments.append({"id": 100 + len(comments), "user": "github-actions[bot]", "body": body})
else:
    number = int(path.removeprefix("repos/o/r/issues/comments/"))
    next(one for one in comments if one["id"] == number)["body"] = body
state.write_text(json.dumps(comments))
"""


CREWPROF = """\
#!/usr/bin/env python3
import os, pathlib, sys
text, output = os.environ.get("FAKE_REPORT", ""), sys.argv[sys.argv.index("--output") + 1]
if sys.argv[1] == "diff":
    pathlib.Path(output).write_text(text)
else:
    pathlib.Path(output).write_text("[]")
sys.exit(int(os.environ.get("FAKE_CODE", "0")))
"""
"""Starts in no time; the real one is run by the tests that are about what it says."""


class Runner:
    """What a runner gives the steps of an action."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = Repository(folder / "repo")
        self.repository.commit(CREW)
        self.repository.git("tag", "base")
        programs = folder / "bin"
        programs.mkdir()
        self.script(programs / "gh", GH)
        self.program = programs / "crewprof"
        self.script(self.program, CREWPROF)
        self.environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(folder),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "GITHUB_REPOSITORY": "o/r",
            "RUNNER_TEMP": str(folder),
            "FAKE_GH": str(folder / "comments.json"),
            "CREWPROF_PATHS": ".",
            "CREWPROF_FAIL_ON": "error",
            "CREWPROF_BASE": "base",
            "CREWPROF_AUTHOR": "github-actions[bot]",
            "CREWPROF_COMMENT_ID": "crewprof",
            "CREWPROF_PULL_REQUEST": "7",
            "CREWPROF_CACHE_DIR": str(folder / "cache"),
        }

    def install(self) -> None:
        """Run the real crewprof from now on."""
        runs = f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m crewprof "$@"\n'
        self.script(self.program, runs)

    def script(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def step(self, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", str(ROOT / "action" / f"{name}.sh")],
            cwd=self.repository.folder,
            capture_output=True,
            text=True,
            check=False,
            env={**self.environment, **environment},
        )

    def outputs(self) -> dict[str, str]:
        lines = (self.folder / "output").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def comment(self, **environment: str) -> list[str]:
        """Compare and comment, as the action does; all comments there are then."""
        self.step("diff", **environment)
        told = self.outputs()
        code = {"CREWPROF_REPORT": told["report"], "CREWPROF_DIFF_EXIT_CODE": told["exit-code"]}
        done = self.step("comment", **code, **environment)
        assert done.returncode == 0, done.stderr
        state = self.folder / "comments.json"
        return [one["body"] for one in json.loads(state.read_text())] if state.exists() else []


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.mark.parametrize(
    ("schema", "file"),
    [("vendor.github-actions", "action.yml"), ("vendor.gitlab-ci", ".gitlab/crewprof.yml")],
)
def test_the_services_take_the_files(schema: str, file: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_input_is_described_and_used_and_no_script_is_made_of_one() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    steps = ACTION["runs"]["steps"]
    for name, given in ACTION["inputs"].items():
        assert given["description"]
        assert re.search(rf"inputs\.{name}\b", text), name
    for step in steps:
        assert "${{" not in step.get("run", ""), "an input could be a command"
        script = re.search(r"action/(\w+)\.sh", step.get("run", ""))
        if script:
            needed = (ROOT / "action" / f"{script[1]}.sh").read_text(encoding="utf-8")
            shared = (ROOT / "action" / "words.sh").read_text(encoding="utf-8")
            used = set(re.findall(r"CREWPROF_[A-Z_]+", needed + (shared if "words.sh" in needed else "")))
            assert used == set(step.get("env", {})) - {"GH_TOKEN"}, script[1]
    used_outputs = {re.findall(r"outputs\.([\w-]+)", one["value"])[0] for one in ACTION["outputs"].values()}
    assert used_outputs == {"changed", "report", "exit-code"}


def test_check_annotates_and_leaves_its_exit_code_to_the_last_step(runner: Runner) -> None:
    runner.install()
    runner.repository.write(CREW.replace("[research]", "[reserch]"))
    done = runner.step("check", CREWPROF_SARIF="found.sarif")
    assert done.returncode == 0, done.stderr
    assert "::error file=crew.yaml,line=22" in done.stdout
    assert runner.outputs()["exit-code"] == "1"
    assert json.loads((runner.repository.folder / "found.sarif").read_text())["version"] == "2.1.0"
    assert runner.step("result", CREWPROF_CODES="0 1").returncode == 1
    assert runner.step("result", CREWPROF_CODES="0 0").returncode == 0
    assert runner.step("result", CREWPROF_CODES="1 2").returncode == 2


def test_one_comment_is_kept_up_to_date(runner: Runner) -> None:
    mark = "<!-- crewprof: crewprof -->\n"
    assert runner.comment() == [], "nothing changed, nothing to tell"
    assert runner.comment(FAKE_REPORT="one\n") == [f"{mark}one\n"]
    assert runner.outputs()["changed"] == "true"
    assert (runner.folder / "summary").read_text() == "one\n"
    assert runner.comment(FAKE_REPORT="two\n", FAKE_CODE="1") == [f"{mark}two\n"]
    assert runner.comment(FAKE_CODE="2") == [f"{mark}two\n"], "what cannot be compared says nothing"
    assert runner.comment() == [f"{mark}### Crew cost: no change\n"]


def test_comments_of_others_are_left_alone(runner: Runner) -> None:
    state = runner.folder / "comments.json"
    foreign = {"id": 1, "user": "mallory", "body": "<!-- crewprof: crewprof -->\nmine"}
    state.write_text(json.dumps([foreign]))
    assert runner.comment(FAKE_REPORT="x")[0] == foreign["body"]
    assert len(runner.comment(FAKE_REPORT="x", CREWPROF_COMMENT_ID="other job; $(touch x)")) == 3
    assert not (runner.repository.folder / "x").exists()


def test_a_pull_request_from_a_fork_gets_a_warning_and_no_failure(runner: Runner) -> None:
    runner.step("diff", FAKE_REPORT="x")
    done = runner.step("comment", CREWPROF_REPORT=runner.outputs()["report"], FAKE_GH_REFUSES="1")
    assert done.returncode == 0
    assert "::warning title=crewprof::" in done.stdout


def test_a_long_report_is_cut_to_what_a_comment_may_hold(runner: Runner) -> None:
    report = runner.folder / "long.md"
    details = "".join(f"<details>\n<summary>{at}</summary>\n{'x' * 3000}\n</details>\n\n" for at in range(30))
    report.write_text(f"### Crew cost: $1\n\n{details}<sub>end</sub>\n", encoding="utf-8")
    runner.step("comment", CREWPROF_REPORT=str(report))
    (body,) = [one["body"] for one in json.loads((runner.folder / "comments.json").read_text())]
    assert body.split() == [
        "<!--",
        "crewprof:",
        "crewprof",
        "-->",
        "###",
        "Crew",
        "cost:",
        "$1",
        "<sub>end</sub>",
    ]


def test_the_base_is_fetched_where_only_one_commit_is(runner: Runner, tmp_path: Path) -> None:
    origin = runner.repository
    base = origin.git("rev-parse", "HEAD").strip()
    origin.commit(CREW.replace("Five", "Forty"))
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    origin.git("clone", "-q", "--depth=1", origin.folder.as_uri(), str(tmp_path / "shallow"))
    runner.repository = Repository.__new__(Repository)
    runner.repository.folder = tmp_path / "shallow"
    runner.install()
    (body,) = runner.comment(CREWPROF_BASE=base)
    assert "`expected_output`" in body


def test_growth_names_with_commands_and_paths_of_their_own_lines(runner: Runner) -> None:
    runner.install()
    hostile = CREW.replace("name: research", 'name: "::error::pwned"').replace(
        "[research]", '["::error::pwned"]'
    )
    runner.repository.write(hostile.replace("Five", "Forty"))
    done = runner.step("diff", CREWPROF_GROWTH="10%", CREWPROF_PATHS="\n  crew.yaml \n\n", CREWPROF_ARGS="-v")
    assert done.returncode == 0, done.stderr
    assert runner.outputs()["exit-code"] == "1"
    stopped = done.stdout.splitlines()[0].removeprefix("::stop-commands::")
    assert done.stdout.splitlines()[-1] == f"::{stopped}::"


class GitLab(BaseHTTPRequestHandler):
    """As much of GitLab's API as the template asks."""

    notes: list[dict[str, Any]]

    def do_GET(self) -> None:
        self.answer({"id": 5} if self.path.endswith("/user") else self.notes)

    def do_POST(self) -> None:
        note = {"id": len(self.notes) + 1, "author": {"id": 5}, "body": self.body()}
        self.notes.append(note)
        self.answer(note)

    def do_PUT(self) -> None:
        number = int(self.path.rpartition("/")[2])
        note = next(one for one in self.notes if one["id"] == number)
        note["body"] = self.body()
        self.answer(note)

    def body(self) -> str:
        assert self.headers["PRIVATE-TOKEN"] == "secret"
        assert "/projects/3/merge_requests/9/notes" in self.path
        length = int(self.headers["Content-Length"])
        return str(json.loads(self.rfile.read(length))["body"])

    def answer(self, data: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@pytest.fixture
def gitlab() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    GitLab.notes = [{"id": 1, "author": {"id": 6}, "body": "<!-- crewprof -->\nof somebody else"}]
    server = HTTPServer(("127.0.0.1", 0), GitLab)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api", GitLab.notes
    server.shutdown()
    server.server_close()


def test_the_gitlab_job_writes_the_code_quality_report_and_one_note(
    runner: Runner, gitlab: tuple[str, list[dict[str, Any]]]
) -> None:
    address, notes = gitlab
    variables = {name: one["value"] for name, one in GITLAB["variables"].items()}
    (runner.folder / "bin" / "python").symlink_to(sys.executable)
    script = "set -eo pipefail\n" + "\n".join(GITLAB["crewprof"]["script"])

    def job(**environment: str) -> int:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=runner.repository.folder,
            capture_output=True,
            text=True,
            check=False,
            env={
                **runner.environment,
                **variables,
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": "base",
                "CI_API_V4_URL": address,
                "CI_PROJECT_ID": "3",
                "CI_MERGE_REQUEST_IID": "9",
                "CREWPROF_TOKEN": "secret",
                **environment,
            },
        )
        assert "cannot be written" not in done.stdout, done.stderr
        return done.returncode

    assert job() == 0
    assert len(notes) == 1
    assert job(FAKE_REPORT="one") == 0
    assert job(FAKE_REPORT="two") == 0
    assert [one["body"] for one in notes[1:]] == ["<!-- crewprof -->\ntwo"]
    assert job() == 0
    assert notes[1]["body"] == "<!-- crewprof -->\n### Crew cost: no change"
    runner.install()
    runner.repository.write(CREW.replace("Five", "Forty"))
    assert job(CREWPROF_FAIL_IF_COST_GROWS="10%") == 1
    assert "`expected_output`" in notes[1]["body"]
    issues = json.loads((runner.repository.folder / "gl-code-quality-report.json").read_text())
    assert {one["location"]["path"] for one in issues} == {"crew.yaml"}
