"""A second run answers as the first did, and anew when anything has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from crewprof.cli.remembered import FOLDER, MOST_ANSWERS, Answer, Memory
from tests.cli.test_commands import GOOD, ROOT, SAMPLES, crewprof

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MARK = "remembered, not worked out again"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "crew.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def answers(cwd: Path) -> list[Path]:
    folder = cwd / ".cache" / FOLDER
    return sorted(folder.iterdir()) if folder.is_dir() else []


def forge(cwd: Path) -> None:
    """Put other answers in place of those remembered, so that one sees where an answer comes from."""
    for file in answers(cwd):
        Memory(file).keep(Answer(MARK, MARK, 1, 1))


@pytest.mark.parametrize(
    ("sample", "report_format"),
    zip(sorted(path.name for path in SAMPLES.iterdir()), cycle(["text", "json"]), strict=False),
)
def test_the_second_answer_is_the_first_byte_for_byte(
    sample: str, report_format: str, tmp_path: Path
) -> None:
    shutil.copytree(SAMPLES / sample, tmp_path / sample)
    arguments = ("analyze", sample, "--format", report_format)
    without = crewprof(*arguments, "--no-cache", cwd=tmp_path)
    assert not answers(tmp_path)
    first, second = crewprof(*arguments, cwd=tmp_path), crewprof(*arguments, cwd=tmp_path)
    assert len(answers(tmp_path)) == 1
    assert without.stdout == first.stdout == second.stdout
    assert without.stderr == first.stderr == second.stderr
    assert without.returncode == first.returncode == second.returncode == 0


def test_check_remembers_its_summary_and_exit_code(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES / "every_mistake", tmp_path / "crew")
    runs = [crewprof("check", "crew", cwd=tmp_path) for _ in range(2)]
    assert runs[0].returncode == runs[1].returncode == 1
    assert runs[0].stdout == runs[1].stdout != ""
    assert runs[0].stderr == runs[1].stderr != ""


def test_a_second_run_is_remembered_and_no_cache_neither_reads_nor_writes(project: Path) -> None:
    first = crewprof("check", "crew.yaml", cwd=project)
    forge(project)
    second = crewprof("check", "crew.yaml", cwd=project)
    assert (second.stdout.strip(), second.stderr.strip(), second.returncode) == (MARK, MARK, 1)
    assert crewprof("check", "crew.yaml", "--no-cache", cwd=project).stdout == first.stdout


CHANGES: dict[str, Callable[[Path], object]] = {
    "a comment in the crew": lambda at: (at / "crew.yaml").write_text(f"# new\n{GOOD}", encoding="utf-8"),
    "settings": lambda at: (at / "crewprof.toml").write_text('ignore = ["CP9"]\n', encoding="utf-8"),
    "the environment of the project": lambda at: (at / ".env").write_text(
        "MODEL=gpt-4.1\n", encoding="utf-8"
    ),
    "what the project requires": lambda at: (at / "requirements.txt").write_text("crewai==1.14.6\n"),
    "a file beside the crew": lambda at: (at / "tools.py").write_text("", encoding="utf-8"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_is_worked_out_anew(change: str, project: Path) -> None:
    arguments = ("analyze", "crew.yaml", "--format", "json")
    crewprof(*arguments, cwd=project)
    forge(project)
    assert MARK in crewprof(*arguments, cwd=project).stdout
    CHANGES[change](project)
    after = crewprof(*arguments, cwd=project)
    assert MARK not in after.stdout
    assert after.stdout == crewprof(*arguments, "--no-cache", cwd=project).stdout


@pytest.mark.parametrize("other", [("--verbose",), ("--model", "gpt-4.1"), ("--crewai-version", "1.14.6")])
def test_what_is_asked_otherwise_is_worked_out_anew(other: tuple[str, ...], project: Path) -> None:
    crewprof("analyze", "crew.yaml", cwd=project)
    forge(project)
    assert MARK not in crewprof("analyze", "crew.yaml", *other, cwd=project).stdout


def test_the_environment_counts(project: Path) -> None:
    crewprof("analyze", "crew.yaml", cwd=project)
    forge(project)
    assert MARK not in crewprof("analyze", "crew.yaml", cwd=project, MODEL="gpt-4.1").stdout
    assert MARK not in crewprof("analyze", "crew.yaml", cwd=project, COLUMNS="80").stdout


@pytest.mark.parametrize(
    "damage", [b"", b"crewprof answer 1\n", b"\xff\x00" * 9, b"crewprof answer 1\n0\n0\n1\n\nx"]
)
def test_a_damaged_memory_is_as_good_as_none(damage: bytes, project: Path) -> None:
    first = crewprof("analyze", "crew.yaml", cwd=project)
    (kept,) = answers(project)
    kept.write_bytes(damage)
    assert crewprof("analyze", "crew.yaml", cwd=project).stdout == first.stdout
    assert kept.read_bytes() != damage


def test_a_cut_memory_is_as_good_as_none(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "kept")
    answer = Answer("first\nsecond — ü\n", "sum", 2, 3)
    memory.keep(answer)
    assert memory.recalled() == answer
    whole = (tmp_path / "kept").read_bytes()
    for size in range(len(whole)):
        (tmp_path / "kept").write_bytes(whole[:size])
        assert memory.recalled() is None


def test_a_folder_that_cannot_be_written_is_let_be(project: Path) -> None:
    (project / "file").write_text("not a folder", encoding="utf-8")
    done = crewprof("analyze", "crew.yaml", cwd=project, CREWPROF_CACHE_DIR=str(project / "file" / "cache"))
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout == crewprof("analyze", "crew.yaml", "--no-cache", cwd=project).stdout


def test_errors_are_not_remembered(project: Path) -> None:
    (project / "broken.yaml").write_text("agents: [", encoding="utf-8")
    for _ in range(2):
        assert crewprof("analyze", "crew.yaml", "broken.yaml", cwd=project).returncode == 2
    assert not answers(project)


def test_the_oldest_answers_go(tmp_path: Path) -> None:
    for number in range(MOST_ANSWERS + 5):
        Memory(tmp_path / str(number)).keep(Answer("", "", 0, 1))
        os.utime(tmp_path / str(number), ns=(number, number))
    Memory(tmp_path / "new").keep(Answer("", "", 0, 1))
    kept = {file.name for file in tmp_path.iterdir()}
    assert len(kept) == MOST_ANSWERS
    assert "new" in kept
    assert "5" not in kept


def test_a_project_of_very_many_files_is_not_remembered(project: Path) -> None:
    for number in range(3_100):
        (project / f"{number}.txt").touch()
    assert crewprof("analyze", "crew.yaml", cwd=project).returncode == 0
    assert not answers(project)


@pytest.mark.slow
def test_the_package_is_part_of_the_key(project: Path) -> None:
    copy = project / ".copy"
    shutil.copytree(ROOT / "crewprof", copy / "crewprof", ignore=shutil.ignore_patterns("__pycache__"))

    def shown() -> str:
        # A process of its own, for it is to import the copy.
        return subprocess.run(
            [sys.executable, "-m", "crewprof", "analyze", "crew.yaml"],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(copy), "CREWPROF_CACHE_DIR": str(project / ".cache")},
        ).stdout

    shown()
    forge(project)
    assert MARK in shown()
    with (copy / "crewprof" / "rules" / "registry.py").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert MARK not in shown()
