"""The codes of rules are known without loading the rules."""

from __future__ import annotations

import pytest

from crewprof.rules.codes import code_prefix, codes
from crewprof.rules.registry import RULES


def test_each_rule_stands_in_a_file_with_its_code() -> None:
    assert codes() == tuple(rule.code for rule in RULES)


def test_a_prefix_is_one_that_a_code_begins_with() -> None:
    assert [code_prefix(text) for text in ("cp2", " CP101 ", "all")] == ["CP2", "CP101", "CP"]
    for text in ("", "CP9", "CP1011", "P1"):
        with pytest.raises(KeyError):
            code_prefix(text)
