"""Any change to any YAML: the data is the old data plus the change, all else stays, or it is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crewprof.errors import EditRefused
from crewprof.rewrite.changes import apply_changes
from crewprof.source.text import SourceText
from tests.rewrite.locality import assert_diff_reverses, assert_local
from tests.rewrite.random_changes import changes, expected
from tests.source.shared_crews import shared_yaml_files
from tests.source.yaml_texts import yaml_texts

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def check(data: st.DataObject, source: SourceText) -> None:
    try:
        loaded: Any = yaml.safe_load(source.text)
    except (yaml.YAMLError, ValueError):
        assume(False)
    assume(isinstance(loaded, dict | list) and loaded)
    change = data.draw(changes(loaded))
    refusal: EditRefused | None = None
    try:
        result = apply_changes(source, [change])
    except EditRefused as error:
        refusal = error
    if refusal is not None:
        assert refusal.message
        assert refusal.line
        return
    assert repr(yaml.safe_load(result.text)) == repr(expected(loaded, change))
    if result.text != source.text:
        assert_local(source, result, change)
        assert_diff_reverses(source, result)


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(st.data(), yaml_texts(), st.booleans())
def test_a_change_to_generated_yaml(data: st.DataObject, text: str, has_bom: bool) -> None:
    check(data, SourceText("f.yaml", text, has_bom))


@pytest.mark.parametrize("path", shared_yaml_files(), ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_a_change_to_a_real_crew(path: Any) -> None:
    source = SourceText.from_bytes("f.yaml", path.read_bytes())
    try:
        loaded = yaml.safe_load(source.text)
    except yaml.YAMLError:
        pytest.skip("broken by its author")
    if not isinstance(loaded, dict | list):
        pytest.skip("no collection in it")

    @settings(max_examples=6, deadline=None, suppress_health_check=SLOW, database=None)
    @given(st.data())
    def each(data: st.DataObject) -> None:
        check(data, source)

    each()
