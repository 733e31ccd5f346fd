"""All rules, in one place. A new rule is a new file and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.rules.cp102_empty_sentence import EmptySentence
from crewprof.rules.cp103_repeated_instruction import RepeatedInstruction
from crewprof.rules.cp104_unneeded_tool import UnneededTool
from crewprof.rules.cp105_unneeded_delegation import UnneededDelegation
from crewprof.rules.cp106_schema_sent_twice import SchemaSentTwice
from crewprof.rules.cp107_trailing_newline import TrailingNewline
from crewprof.rules.cp108_prompt_cache_breaker import PromptCacheBreaker
from crewprof.rules.cp201_serial_independent_tasks import SerialIndependentTasks
from crewprof.rules.cp203_order_hides_parallelism import OrderHidesParallelism
from crewprof.rules.cp204_one_agent_serialises import OneAgentSerialises
from crewprof.rules.cp205_max_rpm_throttles import MaxRpmThrottles
from crewprof.rules.cp301_frontier_model_on_light_work import FrontierModelOnLightWork
from crewprof.rules.cp302_light_model_on_critical_work import LightModelOnCriticalWork
from crewprof.rules.cp303_retired_model import RetiredModel
from crewprof.rules.cp304_unknown_model import UnknownModel
from crewprof.rules.cp305_model_left_to_default import ModelLeftToDefault
from crewprof.rules.cp306_planner_on_another_model import PlannerOnAnotherModel
from crewprof.rules.cp307_context_does_not_fit import ContextDoesNotFit
from crewprof.rules.cp308_tools_without_function_calling import ToolsWithoutFunctionCalling
from crewprof.rules.cp401_tool_cache_off import ToolCacheOff
from crewprof.rules.cp402_cache_on_live_tool import CacheOnLiveTool
from crewprof.rules.cp403_provider_prompt_cache import ProviderPromptCache
from crewprof.rules.cp501_no_answer_limit import NoAnswerLimit
from crewprof.rules.cp502_too_many_iterations import TooManyIterations
from crewprof.rules.cp503_unbounded_planning import UnboundedPlanning
from crewprof.rules.cp504_ceiling_far_above_expected import CeilingFarAboveExpected
from crewprof.rules.cp601_memory import Memory
from crewprof.rules.cp602_crew_planning import CrewPlanning
from crewprof.rules.cp603_agent_planning import AgentPlanning
from crewprof.rules.cp604_llm_guardrail import LlmGuardrail
from crewprof.rules.cp605_knowledge import Knowledge
from crewprof.rules.cp606_hierarchical_process import HierarchicalProcess

if TYPE_CHECKING:
    from crewprof.findings import Finding
    from crewprof.rules.rule import Rule
    from crewprof.rules.subject import Subject

RULES: tuple[Rule, ...] = (
    EmptySentence(),
    RepeatedInstruction(),
    UnneededTool(),
    UnneededDelegation(),
    SchemaSentTwice(),
    TrailingNewline(),
    PromptCacheBreaker(),
    SerialIndependentTasks(),
    OrderHidesParallelism(),
    OneAgentSerialises(),
    MaxRpmThrottles(),
    FrontierModelOnLightWork(),
    LightModelOnCriticalWork(),
    RetiredModel(),
    UnknownModel(),
    ModelLeftToDefault(),
    PlannerOnAnotherModel(),
    ContextDoesNotFit(),
    ToolsWithoutFunctionCalling(),
    ToolCacheOff(),
    CacheOnLiveTool(),
    ProviderPromptCache(),
    NoAnswerLimit(),
    TooManyIterations(),
    UnboundedPlanning(),
    CeilingFarAboveExpected(),
    Memory(),
    CrewPlanning(),
    AgentPlanning(),
    LlmGuardrail(),
    Knowledge(),
    HierarchicalProcess(),
)
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
        sorted(
            found, key=lambda one: (one.place.path, one.place.line, one.place.column, one.code, one.message)
        )
    )
