"""Outputs that take nothing, inputs that are no crew, and what should not happen: one line, exit code 2."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import GOOD

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="commands and devices of Linux"),
]


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "CREWPROF_CACHE_DIR": str(folder / "cache")}
    command = line.replace("crewprof ", f"'{sys.executable}' -m crewprof ")
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "crew.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


REFUSED = {
    "closed": ("crewprof analyze crew.yaml >&-", "standard output is closed"),
    "full": ("crewprof analyze crew.yaml >/dev/full", "cannot write the report"),
    "own input": ("crewprof analyze crew.yaml -o ./crew.yaml", "would overwrite a file of the crew"),
    "own input, rewritten": (
        "crewprof optimize crew.yaml -o crew.yaml",
        "would overwrite a file of the crew",
    ),
    "no folder": ("crewprof analyze crew.yaml -o no/such/file", "cannot write the report"),
    "pipe": ("mkfifo f.yaml; crewprof check f.yaml", "pipe or device"),
    "endless profile": ("crewprof profile /dev/zero", "cannot read the profile"),
    "name": ("crewprof check " + "a" * 300, "cannot be read"),
    "deep": (
        "python3 -c 'print(\"[\" * 100000)' > r.json; crewprof count r.json",
        "nested too deeply",
    ),
}


@pytest.mark.parametrize(("line", "said"), REFUSED.values(), ids=REFUSED)
def test_it_is_one_line_and_exit_code_2(line: str, said: str, folder: Path) -> None:
    done = shell(line, folder)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert done.stderr.count("error:") == 1
    assert (folder / "crew.yaml").read_text(encoding="utf-8") == GOOD


def test_pipes_where_files_are_looked_for_hold_nothing_up(folder: Path) -> None:
    names = "uv.lock requirements.txt .env crewprof.toml .gitignore setup.py"
    done = shell(f"mkfifo {names}; timeout 60 crewprof analyze . --no-cache", folder)
    assert done.returncode == 0, done.stderr


def test_nobody_to_complain_to_is_no_crash(folder: Path) -> None:
    assert shell("crewprof check crew.yaml --max-cost 0 >&- 2>&-", folder).returncode == 2


def test_what_should_not_happen_is_told_with_its_traceback_on_request(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from crewprof import cli
    from crewprof.cli import plain

    def broken(_arguments: object) -> None:
        raise ZeroDivisionError("first\nsecond " + "x" * 9999)

    monkeypatch.setattr(plain, "plain_line", broken)
    for verbose in ([], ["--verbose"]):
        monkeypatch.setattr(sys, "argv", ["crewprof", "check", *verbose])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        said = capsys.readouterr().err
        assert ("Traceback" in said) == bool(verbose)
        assert "error: crewprof failed: ZeroDivisionError: first second" in said
        assert "report" in said.splitlines()[-1]


def test_a_report_goes_through_links_and_keeps_modes(folder: Path) -> None:
    shell("umask 027; crewprof analyze crew.yaml -f json -o new.json", folder)
    assert stat.S_IMODE((folder / "new.json").stat().st_mode) == 0o640
    (folder / "kept").write_text("old", encoding="utf-8")
    (folder / "kept").chmod(0o604)
    (folder / "link").symlink_to("kept")
    shell("crewprof analyze crew.yaml -f json -o link", folder)
    assert (folder / "link").is_symlink()
    assert (folder / "kept").read_text(encoding="utf-8").startswith("{")
    assert stat.S_IMODE((folder / "kept").stat().st_mode) == 0o604
    assert shell("crewprof analyze crew.yaml -f json -o /dev/stdout", folder).stdout.startswith("{")


def test_fixes_are_written_though_the_reader_of_the_diff_has_gone(folder: Path) -> None:
    (folder / "crew.yaml").write_text(GOOD.replace("goal: ", "goal: |\n      "), encoding="utf-8")
    text = (folder / "crew.yaml").read_text(encoding="utf-8")
    shell("crewprof optimize --unsafe-fixes --write crew.yaml >/dev/null", folder)
    expected = (folder / "crew.yaml").read_text(encoding="utf-8")
    (folder / "crew.yaml").write_text(text, encoding="utf-8")
    shell("crewprof optimize --unsafe-fixes --write crew.yaml | true", folder)
    assert (folder / "crew.yaml").read_text(encoding="utf-8") == expected


SETTINGS = [
    "fail-on = {}",
    "fail-on = [1]",
    "max-cost = " + "9" * 5000,
    "max-seconds = inf",
    "runs-per-month = 1e9",
    "x = " + "[" * 20000,
    "models = {a = {tokens-per-second = 1e308}}",
]


@pytest.mark.parametrize("setting", SETTINGS, ids=[one[:15] for one in SETTINGS])
def test_a_setting_that_means_nothing_is_told_with_its_line(setting: str, folder: Path) -> None:
    (folder / "crewprof.toml").write_text(setting + "\n", encoding="utf-8")
    done = shell("crewprof check crew.yaml", folder)
    assert done.returncode == 2
    assert "crewprof.toml:1:" in done.stderr
    assert len(done.stderr) < 500
