"""Rules are known by their files, and loaded when they are first asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewprof.rules import registry
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.rules.registry import CODES, code_prefix, every_rule, rule_named
from crewprof.semantics.refusals import Kind


def test_each_rule_is_what_its_file_says() -> None:
    files = sorted(file.stem for file in Path(registry.__file__).parent.glob("cp[0-9][0-9][0-9]_*.py"))
    assert files == [f"{one.code.lower()}_{one.name.replace('-', '_')}" for one in every_rule()]
    assert tuple(one.code for one in every_rule()) == CODES
    assert all(rule_named(one.name) is rule_named(one.code.lower()) is one for one in every_rule())


def test_rules_of_objections_are_called_after_their_kind() -> None:
    """So that they need not be loaded where there is no such objection."""
    kinds = {one.name: one.kind for one in every_rule() if isinstance(one, ObjectionRule)}
    assert kinds == {kind.value: kind for kind in Kind if kind.value in kinds}
    reporting = {one.name for one in every_rule() if isinstance(one, ObjectionRule)}
    assert reporting == {file[6:].replace("_", "-") for file in registry._OF_OBJECTIONS}


def test_a_prefix_is_one_that_a_code_begins_with() -> None:
    assert [code_prefix(text) for text in ("cp2", " CP101 ", "all")] == ["CP2", "CP101", "CP"]
    for text in ("", "CP9", "CP1011", "P1"):
        with pytest.raises(KeyError):
            code_prefix(text)
