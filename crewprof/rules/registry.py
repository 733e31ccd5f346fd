"""All rules, in one place. A new rule is a new file and one line here; it is loaded when first asked."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.findings import Finding
    from crewprof.rules.rule import Rule
    from crewprof.rules.subject import Subject

_OF_OBJECTIONS: Final = (
    "cp001_unknown_key",
    "cp002_runtime_key",
    "cp003_missing_field",
    "cp004_wrong_value",
    "cp005_unknown_context",
    "cp006_later_context",
    "cp007_self_context",
    "cp008_several_async_at_end",
    "cp009_async_waits_for_async",
    "cp010_async_on_one_agent",
    "cp011_async_without_context",
    "cp012_agent_max_tokens",
    "cp013_llm_mapping",
    "cp014_hierarchical_without_manager",
    "cp015_null_context",
    "cp016_output_class_as_text",
    "cp017_response_model_with_tools",
    "cp018_agent_guardrail",
    "cp019_json_without_function_calling",
    "cp020_missing_input",
    "cp021_unused_agent",
    "cp022_duplicate_key",
    "cp023_conditional_first",
    "cp024_conditional_async",
    "cp025_tasks_as_mapping",
    "cp026_two_output_types",
    "cp027_manager_in_agents",
    "cp028_manager_with_tools",
    "cp029_task_without_agent",
    "cp030_conditional_without_condition",
    "cp031_guardrail_without_agent",
    "cp032_ignored_guardrail",
    "cp033_unknown_tool",
    "cp034_broken_reference",
    "cp035_context_before_its_task",
    "cp036_half_a_template",
    "cp037_planning_drops_context",
    "cp038_reserved_placeholder",
    "cp039_needless_manager",
    "cp040_duplicate_name",
    "cp041_impossible_limit",
    "cp042_delegation_to_nobody",
    "cp043_delegation_to_busy_agent",
    "cp044_same_role",
    "cp045_retry_without_context",
)
"""Rules that report objections of the kind they are called after, by their files."""

_OTHERS: Final = (
    "cp046_unknown_provider",
    "cp101_unneeded_context",
    "cp102_empty_sentence",
    "cp103_repeated_instruction",
    "cp104_unneeded_tool",
    "cp105_unneeded_delegation",
    "cp106_schema_sent_twice",
    "cp107_trailing_newline",
    "cp108_prompt_cache_breaker",
    "cp201_serial_independent_tasks",
    "cp202_serial_by_default_context",
    "cp203_order_hides_parallelism",
    "cp204_one_agent_serialises",
    "cp205_max_rpm_throttles",
    "cp301_frontier_model_on_light_work",
    "cp302_light_model_on_critical_work",
    "cp303_retired_model",
    "cp304_unknown_model",
    "cp305_model_left_to_default",
    "cp306_planner_on_another_model",
    "cp307_context_does_not_fit",
    "cp308_tools_without_function_calling",
    "cp401_tool_cache_off",
    "cp402_cache_on_live_tool",
    "cp403_provider_prompt_cache",
    "cp501_no_answer_limit",
    "cp502_too_many_iterations",
    "cp503_unbounded_planning",
    "cp504_ceiling_far_above_expected",
    "cp505_answer_is_cut",
    "cp601_memory",
    "cp602_crew_planning",
    "cp603_agent_planning",
    "cp604_llm_guardrail",
    "cp605_knowledge",
    "cp606_hierarchical_process",
)

_FILES: Final = {file[:5].upper(): file for file in (*_OF_OBJECTIONS, *_OTHERS)}

CODES: Final = tuple(_FILES)
"""The code of every rule, in order."""


@cache
def rule(code: str) -> Rule:
    """The rule with this code, as it is in :data:`CODES`."""
    file = _FILES[code]
    module = import_module(f"crewprof.rules.{file}")
    return cast("Rule", getattr(module, file[6:].title().replace("_", ""))())


def every_rule() -> tuple[Rule, ...]:
    """Every rule, by code."""
    return tuple(map(rule, CODES))


def rule_named(code_or_name: str) -> Rule:
    """The rule with this code (any case) or name; ``KeyError`` if there is none."""
    for code in CODES:
        if code_or_name.upper() == code or code_or_name.lower() == _name(code):
            return rule(code)
    raise KeyError(code_or_name)


def _name(code: str) -> str:
    return _FILES[code][6:].replace("_", "-")


def code_prefix(text: str) -> str:
    """``text`` as a prefix of codes: in capitals, ``ALL`` being the prefix of every code.

    ``KeyError`` if no code begins so.
    """
    prefix = text.strip().upper()
    prefix = "CP" if prefix == "ALL" else prefix
    if not prefix or not any(code.startswith(prefix) for code in CODES):
        raise KeyError(text)
    return prefix


def found_by(code: str, subject: Subject) -> tuple[Finding, ...]:
    """What a rule finds in one crew; a rule that cannot find anything is not loaded."""
    if _FILES[code] in _OF_OBJECTIONS and _name(code) not in subject.kinds_of_objections:
        return ()
    return tuple(rule(code).check(subject))


def findings_of(subject: Subject, codes: tuple[str, ...] = CODES) -> tuple[Finding, ...]:
    """What the rules of ``codes`` find in one crew, in the order of :func:`in_order`."""
    return in_order(finding for code in codes for finding in found_by(code, subject))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """``findings`` by file, line, column and code."""
    return tuple(
        sorted(
            findings,
            key=lambda one: (one.place.path, one.place.line, one.place.column, one.code, one.message),
        )
    )
