"""CrewAI's texts: as recorded they count exactly what the installed ones count."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.estimate.prompt_tokens import count_prompt
from crewprof.semantics.behavior import NEWEST
from crewprof.semantics.call import Prompt, PromptMessage
from crewprof.semantics.segments import Segments, fill, framework, text
from crewprof.semantics.texts import KEYS, PLACEHOLDER, InstalledTexts, recorded_texts, texts_of
from crewprof.semantics.version import CrewaiVersion, detect_version

INSTALLED = texts_of(detect_version(Path(__file__).parent, NEWEST))
RECORDED = recorded_texts(NEWEST)


def tokens(segments: Segments, model: str) -> int:
    """Tokens of a message that holds ``segments``."""
    return count_prompt(Prompt((PromptMessage("user", segments),)), model).fixed_tokens


def filled(template: Segments, author: str) -> Segments:
    """A text of CrewAI with ``author``'s words in place of every placeholder, and around it."""
    names = {
        name[1:-1]: text(author, "task")
        for segment in template
        if isinstance(segment.content, str)
        for name in PLACEHOLDER.findall(segment.content)
    }
    inner = fill(template, names) if names else template
    return text(author, "task") + inner + text(author, "task")


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4"])
@settings(max_examples=25, deadline=None)
@given(author=st.text(max_size=12))
def test_recorded_texts_count_like_the_installed_ones(model: str, author: str) -> None:
    for key in KEYS:
        installed = filled(framework(INSTALLED.get(key)), author)
        recorded = filled(framework(RECORDED.get(key)), author)
        assert tokens(recorded, model) == tokens(installed, model), key


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
