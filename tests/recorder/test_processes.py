"""The recorder in the processes of a command: it attaches, passes everything through, and survives their
ends."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from crewprof.recorder.profile_file import ProfileFile
from tests.recorder import stub_crewai

ROOT = Path(__file__).resolve().parents[2]
KILLS = 100 if "CREWPROF_RECORDING" in os.environ else 5

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path) -> Path:
    stub_crewai.install(tmp_path)
    return tmp_path


def environment(project: Path, **more: str) -> dict[str, str]:
    path = os.pathsep.join([str(project / "stub"), str(ROOT)])
    return {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "", **more}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from crewprof.cli import main; main()", "record", *arguments]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", dedent(code)]


def run(project: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        env=environment(project, **more),
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        input="typed by the user\n",
    )


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def lines(project: Path) -> list[dict[str, Any]]:
    text = (project / ".crewprof" / "profile.jsonl").read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def kinds(project: Path) -> list[str]:
    return [line["type"] for line in lines(project)]


def test_exit_code_and_streams_pass_through(project: Path) -> None:
    done = run(project, "--", *python("print(input()); import sys; sys.stderr.write('woe'); sys.exit(7)"))
    assert (done.returncode, done.stdout) == (7, "typed by the user\n")
    assert done.stderr.startswith("woe")
    assert "nothing recorded" in done.stderr
    assert [line.get("exit") for line in lines(project)] == [None, 7]


def test_children_are_recorded_and_share_a_run(project: Path) -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import crewai; crewai.call(1)'])"
    done = run(project, *python(f"{code}; import crewai; crewai.call(2)"))
    assert done.returncode == 0, done.stderr
    assert kinds(project) == ["run", "call", "call", "run"]
    assert len({line["run"] for line in lines(project)}) == 1
    assert len({line["pid"] for line in lines(project) if line["type"] == "call"}) == 2
    first = lines(project)[0]
    assert (first["crewai"], first["v"]) == ("1.15.30", 1)


def test_a_project_that_has_a_sitecustomize_keeps_it(project: Path) -> None:
    (project / "stub" / "sitecustomize.py").write_text("import builtins; builtins.mine = 'kept'\n")
    done = run(project, *python("import crewai; crewai.call(1); print(mine)"))
    assert done.stdout == "kept\n", done.stderr
    assert "call" in kinds(project)


def test_the_recorder_is_not_seen_by_the_project(project: Path) -> None:
    code = """
        import sys
        assert not [path for path in sys.path if path.endswith("attach")], sys.path
        assert "crewprof" not in sys.modules
        import crewai
        assert "crewprof" not in sys.modules
    """
    done = run(project, *python(code))
    assert done.returncode == 0, done.stderr


def test_an_older_crewai_is_told(project: Path) -> None:
    stub_crewai.install(project / "old", "0.86.0")
    path = os.pathsep.join([str(project / "old" / "stub"), str(ROOT)])
    done = run(project, *python("import crewai; crewai.call(1)"), PYTHONPATH=path)
    assert done.returncode == 0
    assert "crewai 0.86.0 cannot be recorded; 1.9 or later is needed" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_a_signal_reaches_the_command_and_its_end_is_told(project: Path) -> None:
    code = "import crewai, time; crewai.call(1); print('up', flush=True); time.sleep(30)"
    with subprocess.Popen(
        command(*python(code)), env=environment(project), cwd=project, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 128 + signal.SIGTERM
    assert kinds(project) == ["run", "call", "run"]


def test_a_command_that_does_not_exist(project: Path) -> None:
    done = run(project, "no-such-command-anywhere")
    assert done.returncode == 2
    assert "cannot run 'no-such-command-anywhere'" in done.stderr
    assert "Traceback" not in done.stderr


def test_keys_on_the_command_line_are_hidden(project: Path) -> None:
    run(
        project,
        *python("import crewai"),
        "--api-key",
        "very-secret",
        "TOKEN=abc",
        OTHER_API_KEY="hidden-value",
    )
    text = (project / ".crewprof" / "profile.jsonl").read_text(encoding="utf-8")
    assert "very-secret" not in text
    assert "abc" not in text
    assert "hidden-value" not in text


def test_two_commands_at_once(project: Path) -> None:
    code = "import crewai\nfor number in range(150): crewai.call(number)"
    both = [
        subprocess.Popen(command("-q", *python(code)), env=environment(project), cwd=project)
        for _ in range(2)
    ]
    assert [one.wait(60) for one in both] == [0, 0]
    calls = [line["run"] for line in lines(project) if line["type"] == "call"]
    assert sorted(calls.count(one) for one in set(calls)) == [150, 150]


def test_a_killed_process_leaves_whole_lines(project: Path) -> None:
    code = "import crewai\nfor number in range(10**9): crewai.call(number)"
    handed = project / "assignment.json"
    profile = project / ".crewprof" / "profile.jsonl"
    handed.write_text(json.dumps({"run": "killed", "profile": str(profile)}), encoding="utf-8")
    attach = ROOT / "crewprof" / "recorder" / "attach"
    path = os.pathsep.join([str(attach), str(project / "stub")])
    chance = random.Random(1)
    for _ in range(KILLS):
        process = subprocess.Popen(
            python(code), env={**os.environ, "PYTHONPATH": path, "CREWPROF_RECORD": str(handed)}
        )
        before = size(profile)
        until = time.monotonic() + 20
        while size(profile) == before and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.02)
        process.kill()
        process.wait()
    assert kinds(project).count("call") >= KILLS


def test_a_line_cut_by_a_power_failure_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "profile.jsonl"
    path.write_text('{"v": 1, "type": "call", "ru', encoding="utf-8")
    file = ProfileFile(str(path), "after")
    file.add("call", {})
    file.close()
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[1])["run"] == "after"


def test_a_limit_holds_over_all_processes(project: Path) -> None:
    child = "import crewai\nfor number in range(100): crewai.call(number)"
    code = f"""
        import subprocess, sys
        started = [subprocess.Popen([sys.executable, "-c", {child!r}]) for _ in range(3)]
        print(sorted({{one.wait() for one in started}}))
    """
    done = run(project, "--max-calls", "50", *python(code))
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("[3]")
    assert kinds(project).count("call") == 50
    assert "stopped by --max-calls 50 calls: 50 calls used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_limit_of_money(project: Path) -> None:
    code = "import crewai\nfor number in range(1000): crewai.call(number, tokens=1000)"
    done = run(project, "--max-cost", "$0.01", *python(code))
    assert done.returncode == 3, done.stderr
    # 1,000 tokens at $0.15 a million and 10 at $0.60.
    spent = kinds(project).count("call") * (1000 * 0.15 + 10 * 0.6) / 1e6
    assert 0.008 < spent <= 0.01
