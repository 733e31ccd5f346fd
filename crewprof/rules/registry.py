"""All rules, in one place. A new rule is a new file and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewprof.findings import Finding
    from crewprof.rules.rule import Rule
    from crewprof.rules.subject import Subject

RULES: tuple[Rule, ...] = ()
"""Every rule, by code."""


def rule_named(code_or_name: str) -> Rule:
    """The rule with this code (any case) or name; ``KeyError`` if there is none."""
    for rule in RULES:
        if code_or_name.upper() == rule.code or code_or_name.lower() == rule.name:
            return rule
    raise KeyError(code_or_name)


def findings_of(subject: Subject, rules: tuple[Rule, ...] = RULES) -> tuple[Finding, ...]:
    """What ``rules`` find in one crew, by file, line, column and code."""
    found = [finding for rule in rules for finding in rule.check(subject)]
    return tuple(
        sorted(found, key=lambda one: (one.place.path, one.place.line, one.place.column, one.code, one.message))
    )
