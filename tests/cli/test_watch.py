"""``--watch``: an answer after each change, none without one, and a quiet end."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crewprof.cli import watch
from crewprof.cli.flags import Flags
from crewprof.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.cli.session import Session

SAMPLE = Path(__file__).parents[2] / "sample_crews" / "market_fan_out" / "crew.yaml"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PAUSE", 0.01)
    monkeypatch.setattr(watch, "SETTLED", 0.02)


def answers(folder: Path, changes: list[Callable[[], object]]) -> list[list[str]]:
    """The crews of every answer, when after each of them the next change is made; then Ctrl-C."""
    seen: list[list[str]] = []

    def answer(session: Session) -> int:
        seen.append(sorted(crew.name for crew in session.crews()))
        if len(seen) > len(changes):
            raise KeyboardInterrupt
        threading.Timer(0.1, changes[len(seen) - 1]).start()
        return 1

    assert watch.watched(Flags(quiet=True), [str(folder)], answer) == 0
    return seen


def test_changed_new_and_broken_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    path, other = tmp_path / "crew.yaml", tmp_path / "other.yaml"
    shutil.copy(SAMPLE, path)
    text = path.read_text(encoding="utf-8")

    seen = answers(
        tmp_path,
        [
            lambda: path.write_text(text.replace("name: market_fan_out", "name: changed"), encoding="utf-8"),
            lambda: shutil.copy(SAMPLE, other),
            lambda: path.write_text("agents: [", encoding="utf-8"),
            path.unlink,
        ],
    )
    one, both = ["market_fan_out"], ["changed", "market_fan_out"]
    assert seen == [one, ["changed"], both, one, one]
    assert capsys.readouterr().out == ""


def test_a_change_while_an_answer_is_worked_out_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "crew.yaml"
    shutil.copy(SAMPLE, path)
    text = path.read_text(encoding="utf-8")
    seen: list[list[str]] = []

    def answer(session: Session) -> int:
        seen.append([crew.name for crew in session.crews()])
        if len(seen) > 2:
            raise KeyboardInterrupt
        if len(seen) == 1:
            threading.Timer(0.1, path.touch).start()
        else:
            path.write_text(text.replace("name: market_fan_out", "name: changed"), encoding="utf-8")
            threading.Timer(2, other.touch).start()
        return 1

    other = tmp_path / "late.yaml"
    assert watch.watched(Flags(quiet=True), [str(tmp_path)], answer) == 0
    assert seen == [["market_fan_out"], ["market_fan_out"], ["changed"]]
    assert not other.exists()


def test_no_answer_without_a_change(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "crew.yaml")
    looked = {str(tmp_path / "crew.yaml"): False, str(tmp_path): True}
    waiting = threading.Thread(target=watch._wait, args=(looked, watch._seen(looked)), daemon=True)
    waiting.start()
    (tmp_path / "report.html").write_text("", encoding="utf-8")  # as --output writes it
    time.sleep(0.3)
    assert waiting.is_alive()
    (tmp_path / "crew.yaml").touch()
    waiting.join(5)
    assert not waiting.is_alive()


def test_standard_input_is_read_once() -> None:
    with pytest.raises(InputError, match="standard input"):
        watch.watched(Flags(), ["-"], lambda _: 0)
