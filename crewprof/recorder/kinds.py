"""What a call is for, read from the functions of CrewAI that are making it.

CrewAI's events do not say; its call stack does, in every version from 1.9 on. The nearest function that says
something decides. Read in ``crewai`` 1.9.0, 1.12.2, 1.14.5 and 1.15.30.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

TASK = "task"
TOOL_TURN = "tool turn"
FORCED_ANSWER = "forced answer"
CONVERTER = "converter"
GUARDRAIL = "guardrail"
MEMORY = "memory"
PLANNING = "planning"
KNOWLEDGE = "knowledge"
DELEGATION = "delegation"
SUMMARY = "summary"
KINDS = (
    TASK,
    TOOL_TURN,
    FORCED_ANSWER,
    CONVERTER,
    GUARDRAIL,
    MEMORY,
    PLANNING,
    KNOWLEDGE,
    DELEGATION,
    SUMMARY,
)

_MODULES = (
    ("crewai.utilities.converter", CONVERTER),
    ("crewai.utilities.training_converter", CONVERTER),
    ("crewai.utilities.internal_instructor", CONVERTER),
    ("crewai.tasks.llm_guardrail", GUARDRAIL),
    ("crewai.tasks.hallucination_guardrail", GUARDRAIL),
    ("crewai.memory", MEMORY),
    ("crewai.knowledge", KNOWLEDGE),
    ("crewai.utilities.planning_handler", PLANNING),
    ("crewai.utilities.reasoning_handler", PLANNING),
    ("crewai.agents.planner_observer", PLANNING),
    ("crewai.tools.agent_tools", DELEGATION),
)
_FUNCTIONS = {
    "handle_max_iterations_exceeded": FORCED_ANSWER,
    "summarize_messages": SUMMARY,
    "asummarize_messages": SUMMARY,
    "_summarize_messages": SUMMARY,
    "_get_knowledge_search_query": KNOWLEDGE,
    "_aget_knowledge_search_query": KNOWLEDGE,
    "_save_to_memory": MEMORY,
}
_ROLES = {
    "Guardrail Agent": GUARDRAIL,
    "Hallucination Evaluator": GUARDRAIL,
    "Task Execution Planner": PLANNING,
}
"""Agents CrewAI makes for itself."""
_DEEPEST = 400
"""Frames that are looked at."""


def kind_by_stack() -> str | None:
    """The kind that the functions on this thread's stack say, ``None`` when they say nothing special."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(_DEEPEST):
        if frame is None:
            return None
        found = _kind_of_frame(frame)
        if found is not None:
            return found
        frame = frame.f_back
    return None


def _kind_of_frame(frame: FrameType) -> str | None:
    module = frame.f_globals.get("__name__", "")
    # Projects have functions of these names, too.
    if not isinstance(module, str) or not module.startswith("crewai."):
        return None
    named = _FUNCTIONS.get(frame.f_code.co_name)
    if named is not None:
        return named
    for name, kind in _MODULES:
        if module == name or module.startswith(name + "."):
            return kind
    return None


def kind_by_role(role: str | None) -> str | None:
    """The kind of what an agent that CrewAI made for itself asks."""
    return _ROLES.get((role or "").strip())


def kind_by_messages(messages: Any) -> str:
    """Whether a call of an agent's own loop opens a task or follows a tool's result."""
    if isinstance(messages, list) and any(_follows_a_tool(one) for one in messages):
        return TOOL_TURN
    return TASK


def _follows_a_tool(message: Any) -> bool:
    if not isinstance(message, dict):
        return False
    if message.get("role") == "tool":
        return True
    content = message.get("content")
    if message.get("role") == "assistant" and isinstance(content, str):
        return "\nObservation:" in content
    return isinstance(content, list) and _has_tool_result(content)


def _has_tool_result(content: Sequence[Any]) -> bool:
    return any(isinstance(part, dict) and part.get("type") == "tool_result" for part in content)
