"""What CrewAI has against a crew, and what it does about it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from crewprof.source.place import Place


class Outcome(Enum):
    """What CrewAI does."""

    REFUSED = "refused"
    """It raises an error when the crew is loaded or built: no call is made."""
    CRASH = "crash"
    """It accepts the crew and raises an error once it runs."""
    IGNORED = "ignored"
    """It runs the crew as if this had not been written."""
    SILENT = "silent"
    """It runs the crew, but does something else than the text suggests."""
    NOTE = "note"
    """It does what the text says; whether that is meant, only the author knows."""

    @property
    def stops(self) -> bool:
        """Whether the crew does not come to its end."""
        return self in (Outcome.REFUSED, Outcome.CRASH)


class Kind(Enum):
    """What the objection is about; the value is the name of the rule that reports it."""

    UNKNOWN_KEY = "unknown-key"
    RUNTIME_KEY = "runtime-key"
    MISSING_FIELD = "missing-field"
    WRONG_VALUE = "wrong-value"
    UNKNOWN_CONTEXT = "unknown-context"
    LATER_CONTEXT = "later-context"
    SELF_CONTEXT = "self-context"
    SEVERAL_ASYNC_AT_END = "several-async-at-end"
    ASYNC_WAITS_FOR_ASYNC = "async-waits-for-async"
    ASYNC_ON_ONE_AGENT = "async-on-one-agent"
    ASYNC_WITHOUT_CONTEXT = "async-without-context"
    AGENT_MAX_TOKENS = "agent-max-tokens"
    LLM_MAPPING = "llm-mapping"
    HIERARCHICAL_WITHOUT_MANAGER = "hierarchical-without-manager"
    NULL_CONTEXT = "null-context"
    OUTPUT_CLASS_AS_TEXT = "output-class-as-text"
    RESPONSE_MODEL_WITH_TOOLS = "response-model-with-tools"
    AGENT_GUARDRAIL = "agent-guardrail"
    JSON_WITHOUT_FUNCTION_CALLING = "json-without-function-calling"
    MISSING_INPUT = "missing-input"
    UNUSED_AGENT = "unused-agent"
    DUPLICATE_KEY = "duplicate-key"
    CONDITIONAL_FIRST = "conditional-first"
    CONDITIONAL_ASYNC = "conditional-async"
    TASKS_AS_MAPPING = "tasks-as-mapping"
    TWO_OUTPUT_TYPES = "two-output-types"
    MANAGER_IN_AGENTS = "manager-in-agents"
    MANAGER_WITH_TOOLS = "manager-with-tools"
    TASK_WITHOUT_AGENT = "task-without-agent"
    CONDITIONAL_WITHOUT_CONDITION = "conditional-without-condition"
    GUARDRAIL_WITHOUT_AGENT = "guardrail-without-agent"
    IGNORED_GUARDRAIL = "ignored-guardrail"
    UNKNOWN_TOOL = "unknown-tool"
    BROKEN_REFERENCE = "broken-reference"
    CONTEXT_BEFORE_ITS_TASK = "context-before-its-task"
    HALF_A_TEMPLATE = "half-a-template"
    PLANNING_DROPS_CONTEXT = "planning-drops-context"
    RESERVED_PLACEHOLDER = "reserved-placeholder"
    NEEDLESS_MANAGER = "needless-manager"
    DUPLICATE_NAME = "duplicate-name"
    IMPOSSIBLE_LIMIT = "impossible-limit"
    DELEGATION_TO_NOBODY = "delegation-to-nobody"
    DELEGATION_TO_BUSY_AGENT = "delegation-to-busy-agent"
    SAME_ROLE = "same-role"
    RETRY_WITHOUT_CONTEXT = "retry-without-context"


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing CrewAI refuses, crashes on, ignores or does silently.

    ``place`` is where it is written. ``key`` is the field concerned; ``suggestion`` what was probably
    meant; ``names`` other tasks, agents or inputs that matter (see the function that makes it).
    """

    kind: Kind
    outcome: Outcome
    message: str
    place: Place
    tasks: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    key: str | None = None
    suggestion: str | None = None
    names: tuple[str, ...] = ()
