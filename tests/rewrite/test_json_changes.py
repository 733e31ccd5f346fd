"""Random changes to JSON with comments, judged by CrewAI's own reader."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.errors import EditRefused
from crewprof.rewrite.changes import apply_changes
from crewprof.source.text import SourceText
from tests.rewrite.locality import assert_diff_reverses
from tests.rewrite.random_changes import changes, expected
from tests.source.json_texts import json_texts

loader = pytest.importorskip("crewai.project.json_loader")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), json_texts())
def test_a_change_to_json(data: st.DataObject, text: str) -> None:
    source = SourceText("f.jsonc", text)
    loaded = loader.parse_jsonc(text)
    change = data.draw(changes(loaded, "f.jsonc"))
    refusal: EditRefused | None = None
    try:
        result = apply_changes(source, [change])
    except EditRefused as error:
        refusal = error
    if refusal is not None:
        reasons = ("comment", "exactly once", "already")
        assert any(reason in refusal.message for reason in reasons)
        return
    wanted = expected(loaded, change)
    assert repr(loader.parse_jsonc(result.text)) == repr(wanted)
    assert_diff_reverses(source, result)
