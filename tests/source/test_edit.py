from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from crewprof.errors import EditRefused
from crewprof.source.edit import Edit, apply_edits, first_conflict
from crewprof.source.text import SourceText
from crewprof.source.writing import FileChange, write_all


def test_edits_are_made_together_in_any_order() -> None:
    text = SourceText("f", "abcdef")
    edits = [Edit(4, 6, ""), Edit(0, 1, "X"), Edit(2, 2, "1"), Edit(2, 2, "2")]
    assert apply_edits(text, edits).text == "Xb12cd"


def test_overlapping_edits_are_refused() -> None:
    edits = [Edit(0, 3, ""), Edit(2, 4, "")]
    assert first_conflict(edits) == (edits[0], edits[1])
    with pytest.raises(EditRefused):
        apply_edits(SourceText("f", "abcdef"), edits)


def test_a_file_is_replaced_with_its_mode_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    mode = stat.S_IMODE(path.stat().st_mode)  # Windows knows fewer
    write_all([FileChange(path, b"new", b"old")])
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "a.yaml"
    real.write_bytes(b"old")
    link = tmp_path / "link.yaml"
    link.symlink_to(real)
    write_all([FileChange(link, b"new", b"old")])
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_file_that_changed_since_is_left_alone_and_so_are_the_others(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_bytes(b"one")
    second.write_bytes(b"changed meanwhile")
    with pytest.raises(EditRefused, match="changed"):
        write_all([FileChange(first, b"ONE", b"one"), FileChange(second, b"TWO", b"two")])
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"changed meanwhile")
    assert sorted(tmp_path.iterdir()) == [first, second]


def test_a_failure_half_way_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_bytes(b"one")
    second.write_bytes(b"two")
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target == second:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(EditRefused, match="No space"):
        write_all([FileChange(first, b"ONE", b"one"), FileChange(second, b"TWO", b"two")])
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert sorted(tmp_path.iterdir()) == [first, second]


def test_one_file_under_two_names_is_refused(tmp_path: Path) -> None:
    real = tmp_path / "1"
    real.write_bytes(b"one")
    (tmp_path / "2").symlink_to(real)
    with pytest.raises(EditRefused, match="twice"):
        write_all([FileChange(real, b"A", b"one"), FileChange(tmp_path / "2", b"B", b"one")])
    assert real.read_bytes() == b"one"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anything"
)
def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(EditRefused, match="read-only"):
        write_all([FileChange(path, b"new", b"old")])


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditRefused, match="gone"):
        write_all([FileChange(tmp_path / "none", b"new", b"old")])


def test_a_file_of_several_names_is_refused_and_so_are_the_others(tmp_path: Path) -> None:
    alone, one, other = tmp_path / "alone", tmp_path / "one", tmp_path / "other"
    alone.write_bytes(b"old")
    one.write_bytes(b"old")
    other.hardlink_to(one)
    with pytest.raises(EditRefused, match=r"2 names \(hard links\)"):
        write_all([FileChange(alone, b"new", b"old"), FileChange(one, b"new", b"old")])
    assert {path.read_bytes() for path in (alone, one, other)} == {b"old"}
    assert len(list(tmp_path.iterdir())) == 3
    other.unlink()
    write_all([FileChange(one, b"new", b"old")])
    assert one.read_bytes() == b"new"
