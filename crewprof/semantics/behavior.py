"""What differs between CrewAI versions: one table of facts, each with the version it holds from.

Found by running the versions named in :data:`CHANGES` and their neighbours against a recording LLM, and by
comparing their source. A change is listed at the first version tested that has it; versions between it and
the one tested before it are not told apart.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, Literal

from crewprof.quick_dataclasses import dataclass, replace

NEWEST: Final = "1.15.30"
"""The newest version whose behaviour has been compared with crewprof's."""

KNOWN: Final = (
    *("0.86.0", "0.100.1", "0.102.0", "0.108.0", "0.114.0", "0.118.0", "0.120.1", "0.121.1", "0.130.0"),
    *("0.141.0", "0.150.0", "0.159.0", "0.177.0", "0.186.1", "0.193.2", "0.203.2"),
    *("1.0.0", "1.1.0", "1.2.1", "1.3.0", "1.4.1", "1.5.0", "1.6.1", "1.7.2", "1.8.1", "1.9.3", "1.10.1"),
    *("1.11.1", "1.12.2", "1.13.0", "1.14.4", "1.14.7", "1.15.2", "1.15.14", "1.15.21", NEWEST),
)
"""Versions whose source was compared, oldest first; older ones are treated as the first."""


@dataclass(frozen=True, slots=True)
class Behavior:
    """How one version of CrewAI behaves, where versions differ.

    ``max_retry_limit`` is how often an agent starts a task again after an error;
    ``guardrail_retries`` how often after a guardrail's refusal (``None``: it has no guardrails).
    ``same_agent_async``: what happens to two async tasks of one run on one agent: ``separate`` prompts,
    a ``shared`` history, or a ``crash``.
    """

    version: str
    precedes_known: bool = False
    """Whether the version is older than all in :data:`KNOWN`: which keys and values it takes is not known."""
    default_model: str = "gpt-4o-mini"
    planning_model: str = "gpt-4o-mini"
    max_iter: int = 20
    max_retry_limit: int = 2
    cache: bool = True
    guardrail_retries: int | None = None
    native_tools: bool = False
    """Whether agents put tools on the wire; else they are described in the prompt (ReAct)."""
    native_tools_keep_null: bool = False
    """Whether optional arguments keep their ``null`` type on the wire."""
    tools_as_json: bool = False
    """Whether prompts describe arguments of tools as JSON schemas; before, by the names of their types."""
    tool_names_sanitized: bool = False
    """Whether prompts call tools as the wire does; before, as their authors named them."""
    schema_in_prompt: bool = False
    """Whether an output schema stands in the prompt as JSON; before, as the names of its types."""
    schema_keeps_null: bool = False
    """Whether that JSON keeps the ``null`` types of optional fields."""
    structured_calls: bool = False
    """Whether a task with an output schema and no tools sends it as ``response_format`` too."""
    date_in_system: bool = False
    """Whether ``inject_date`` ends the system message; before, it ended the task's description."""
    templates_need_both: bool = False
    """Whether one of two prompt templates alone is ignored; before, it raised an error."""
    joins_keep_outputs: bool = False
    """Whether outputs from before a join stay in the default context of the tasks after it."""
    syncs_keep_outputs: bool = False
    """Whether outputs from before a sync task stay in the default context of the tasks after it."""
    empty_context_is_none: bool = False
    """Whether ``context: []`` means no context; before, it meant the default."""
    same_agent_async: Literal["separate", "shared", "crash"] = "separate"
    unified_memory: bool = False
    """Whether memory is one store with tools and LLM analysis; before, short-term, long-term and entity."""
    memory_model: str = "gpt-4o-mini"
    """The model that a memory asks which is given none (``Memory.llm``, crewai/memory/unified_memory.py)."""
    memory_asks_agents_model: bool = False
    """Whether a memory that is just switched on gets a model: its agent's, or one of the crew's agents'."""
    native_post_tool_message: bool = False
    """Whether a native tool result is followed by a user message that asks to go on."""
    react_post_tool_message: bool = False
    """Whether a ReAct observation is followed by such a message."""
    puts_results_aside: bool = False
    """Whether a tool result of more than a quarter of the window is stored and replaced by a notice."""
    marked_outputs: Literal["taken", "refused", "dropped"] = "taken"
    """What becomes of an output class that ``@output_json`` or ``@output_pydantic`` wraps."""
    plan_steps: bool = False
    """Whether an agent's plan is carried out step by step; before, it was added to the task."""


CHANGES: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("0.100.1", {"guardrail_retries": 3}),
    ("0.102.0", {"max_iter": 25, "syncs_keep_outputs": True}),
    ("0.118.0", {"templates_need_both": True}),
    ("0.120.1", {"empty_context_is_none": True}),
    ("1.0.0", {"marked_outputs": "refused"}),
    ("1.2.0", {"default_model": "gpt-4.1-mini"}),
    ("1.3.0", {"schema_in_prompt": True}),
    ("1.7.2", {"tools_as_json": True}),
    ("1.8.0", {"same_agent_async": "shared"}),
    ("1.9.0", {"native_tools": True, "native_post_tool_message": True, "tool_names_sanitized": True}),
    ("1.10.1", {"native_tools_keep_null": True, "structured_calls": True, "unified_memory": True}),
    ("1.14.4", {"marked_outputs": "dropped"}),
    (
        "1.14.5",
        {
            "same_agent_async": "crash",
            "joins_keep_outputs": True,
            "native_post_tool_message": False,
            "react_post_tool_message": True,
            "plan_steps": True,
        },
    ),
    (
        "1.15.0",
        {
            "planning_model": "gpt-5.4-mini",
            "memory_model": "gpt-5.4-mini",
            "memory_asks_agents_model": True,
        },
    ),
    ("1.15.3", {"cache": False}),
    ("1.15.15", {"date_in_system": True}),
    ("1.15.22", {"schema_keeps_null": True, "puts_results_aside": True}),
)
"""Version, and what it does differently from all before it."""


@cache
def behavior_of(version: str) -> Behavior:
    """How ``version`` behaves; a version newer than :data:`NEWEST` is taken to behave like it."""
    wanted = version_key(version)
    behavior = Behavior(version, precedes_known=() < wanted < version_key(KNOWN[0]))
    for since, change in CHANGES:
        if version_key(since) <= wanted:
            behavior = replace(behavior, **change)
    return behavior


def version_key(version: str) -> tuple[int, ...]:
    """At least three numbers to compare versions by; what follows them (``1.0.0a3``) does not count.

    Empty if ``version`` does not begin with a number.
    """
    numbers = re.match(r"\d+(?:\.\d+)*", version.strip().lstrip("v"))
    if numbers is None:
        return ()
    key = tuple(int(number) for number in numbers.group().split("."))
    return key + (0,) * (3 - len(key))
