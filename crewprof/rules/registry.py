"""All rules, in one place. A new rule is a new file and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.rules.cp001_unknown_key import UnknownKey
from crewprof.rules.cp002_runtime_key import RuntimeKey
from crewprof.rules.cp003_missing_field import MissingField
from crewprof.rules.cp004_wrong_value import WrongValue
from crewprof.rules.cp005_unknown_context import UnknownContext
from crewprof.rules.cp006_later_context import LaterContext
from crewprof.rules.cp007_self_context import SelfContext
from crewprof.rules.cp008_several_async_at_end import SeveralAsyncAtEnd
from crewprof.rules.cp009_async_waits_for_async import AsyncWaitsForAsync
from crewprof.rules.cp010_async_on_one_agent import AsyncOnOneAgent
from crewprof.rules.cp011_async_without_context import AsyncWithoutContext
from crewprof.rules.cp012_agent_max_tokens import AgentMaxTokens
from crewprof.rules.cp013_llm_mapping import LlmMapping
from crewprof.rules.cp014_hierarchical_without_manager import HierarchicalWithoutManager
from crewprof.rules.cp015_null_context import NullContext
from crewprof.rules.cp016_output_class_as_text import OutputClassAsText
from crewprof.rules.cp017_response_model_with_tools import ResponseModelWithTools
from crewprof.rules.cp018_agent_guardrail import AgentGuardrail
from crewprof.rules.cp019_json_without_function_calling import JsonWithoutFunctionCalling
from crewprof.rules.cp020_missing_input import MissingInput
from crewprof.rules.cp021_unused_agent import UnusedAgent
from crewprof.rules.cp022_duplicate_key import DuplicateKey
from crewprof.rules.cp023_conditional_first import ConditionalFirst
from crewprof.rules.cp024_conditional_async import ConditionalAsync
from crewprof.rules.cp025_tasks_as_mapping import TasksAsMapping
from crewprof.rules.cp026_two_output_types import TwoOutputTypes
from crewprof.rules.cp027_manager_in_agents import ManagerInAgents
from crewprof.rules.cp028_manager_with_tools import ManagerWithTools
from crewprof.rules.cp029_task_without_agent import TaskWithoutAgent
from crewprof.rules.cp030_conditional_without_condition import ConditionalWithoutCondition
from crewprof.rules.cp031_guardrail_without_agent import GuardrailWithoutAgent
from crewprof.rules.cp032_ignored_guardrail import IgnoredGuardrail
from crewprof.rules.cp033_unknown_tool import UnknownTool
from crewprof.rules.cp034_broken_reference import BrokenReference
from crewprof.rules.cp035_context_before_its_task import ContextBeforeItsTask
from crewprof.rules.cp036_half_a_template import HalfATemplate
from crewprof.rules.cp037_planning_drops_context import PlanningDropsContext
from crewprof.rules.cp038_reserved_placeholder import ReservedPlaceholder
from crewprof.rules.cp039_needless_manager import NeedlessManager
from crewprof.rules.cp040_duplicate_name import DuplicateName
from crewprof.rules.cp041_impossible_limit import ImpossibleLimit
from crewprof.rules.cp042_delegation_to_nobody import DelegationToNobody
from crewprof.rules.cp043_delegation_to_busy_agent import DelegationToBusyAgent
from crewprof.rules.cp044_same_role import SameRole
from crewprof.rules.cp045_retry_without_context import RetryWithoutContext
from crewprof.rules.cp046_unknown_provider import UnknownProvider
from crewprof.rules.cp101_unneeded_context import UnneededContext
from crewprof.rules.cp102_empty_sentence import EmptySentence
from crewprof.rules.cp103_repeated_instruction import RepeatedInstruction
from crewprof.rules.cp104_unneeded_tool import UnneededTool
from crewprof.rules.cp105_unneeded_delegation import UnneededDelegation
from crewprof.rules.cp106_schema_sent_twice import SchemaSentTwice
from crewprof.rules.cp107_trailing_newline import TrailingNewline
from crewprof.rules.cp108_prompt_cache_breaker import PromptCacheBreaker
from crewprof.rules.cp201_serial_independent_tasks import SerialIndependentTasks
from crewprof.rules.cp202_serial_by_default_context import SerialByDefaultContext
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
    UnknownKey(),
    RuntimeKey(),
    MissingField(),
    WrongValue(),
    UnknownContext(),
    LaterContext(),
    SelfContext(),
    SeveralAsyncAtEnd(),
    AsyncWaitsForAsync(),
    AsyncOnOneAgent(),
    AsyncWithoutContext(),
    AgentMaxTokens(),
    LlmMapping(),
    HierarchicalWithoutManager(),
    NullContext(),
    OutputClassAsText(),
    ResponseModelWithTools(),
    AgentGuardrail(),
    JsonWithoutFunctionCalling(),
    MissingInput(),
    UnusedAgent(),
    DuplicateKey(),
    ConditionalFirst(),
    ConditionalAsync(),
    TasksAsMapping(),
    TwoOutputTypes(),
    ManagerInAgents(),
    ManagerWithTools(),
    TaskWithoutAgent(),
    ConditionalWithoutCondition(),
    GuardrailWithoutAgent(),
    IgnoredGuardrail(),
    UnknownTool(),
    BrokenReference(),
    ContextBeforeItsTask(),
    HalfATemplate(),
    PlanningDropsContext(),
    ReservedPlaceholder(),
    NeedlessManager(),
    DuplicateName(),
    ImpossibleLimit(),
    DelegationToNobody(),
    DelegationToBusyAgent(),
    SameRole(),
    RetryWithoutContext(),
    UnknownProvider(),
    UnneededContext(),
    EmptySentence(),
    RepeatedInstruction(),
    UnneededTool(),
    UnneededDelegation(),
    SchemaSentTwice(),
    TrailingNewline(),
    PromptCacheBreaker(),
    SerialIndependentTasks(),
    SerialByDefaultContext(),
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
