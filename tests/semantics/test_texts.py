"""CrewAI's texts: those recorded are those installed."""

from __future__ import annotations

from pathlib import Path

from crewprof.semantics.behavior import NEWEST
from crewprof.semantics.texts import KEYS, InstalledTexts, recorded_texts, texts_of
from crewprof.semantics.version import CrewaiVersion, detect_version

INSTALLED = texts_of(detect_version(Path(__file__).parent, NEWEST))
RECORDED = recorded_texts(NEWEST)


def test_recorded_texts_are_the_installed_ones_word_for_word() -> None:
    for key in KEYS:
        assert RECORDED.get(key) == INSTALLED.get(key), key


def test_every_text_of_the_newest_version_is_found_and_recorded() -> None:
    assert isinstance(INSTALLED, InstalledTexts)
    gone = {"slices.no_tools"}
    for key in KEYS:
        assert bool(INSTALLED.get(key)) == bool(RECORDED.get(key)) == (key not in gone), key


def test_texts_of_old_versions_differ_where_crewai_changed_them() -> None:
    old, new = recorded_texts("1.8.0"), recorded_texts("1.9.3")
    assert not old.has("slices.task_no_tools")
    assert new.has("slices.task_no_tools")
    assert old.get("slices.no_tools")
    assert not new.get("slices.no_tools")


def test_a_version_older_than_all_recorded_ones_has_the_oldest_texts() -> None:
    assert recorded_texts("0.30.0").get("slices.task") == recorded_texts("0.86.0").get("slices.task")


def test_an_installation_without_texts_falls_back_to_recorded_ones(tmp_path: Path) -> None:
    texts = texts_of(CrewaiVersion(NEWEST, "installed", "", tmp_path))
    assert texts.get("slices.task") == RECORDED.get("slices.task")


def test_an_installation_for_a_later_python_falls_back_to_recorded_texts(tmp_path: Path) -> None:
    (tmp_path / "utilities").mkdir()
    later = 'block = f"<available_skills>{entries}"\nif if\n'
    (tmp_path / "utilities" / "prompts.py").write_text(later, encoding="utf-8")
    texts = texts_of(CrewaiVersion(NEWEST, "installed", "", tmp_path))
    assert texts.get("code.skills_catalog") == RECORDED.get("code.skills_catalog")
