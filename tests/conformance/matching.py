"""Whether a recorded call is the one a rule foresees, whatever the run put into its slots."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from crewprof.semantics.call import CallKind, Slot
from tests.conformance.comparing import tools_sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crewprof.semantics.call import CallRule, Prompt, PromptMessage, Segment
    from tests.conformance.recording_llm import RecordedCall


def rules_matching(call: RecordedCall, rules: Iterable[CallRule]) -> list[CallRule]:
    """The rules whose prompt ``call`` has."""
    return [rule for rule in rules if is_like(call, rule.prompt, rule.kind)]


def is_like(call: RecordedCall, prompt: Prompt, kind: CallKind) -> bool:
    """Messages, tools and schema are those of ``prompt``; a loop may have had more turns."""
    ours = prompt.messages
    theirs = [(str(message["role"]), str(message.get("content") or "")) for message in call.messages]
    if kind in (CallKind.LOOP, CallKind.FORCED_FINAL, CallKind.STEP):
        ours, theirs = _without_later_turns(prompt, theirs)
    if kind is CallKind.CREW_PLANNING and "tool_type=" in call.text:
        # Tools stand there as their Python reprs, addresses in memory included.
        ours, theirs = ours[:1], theirs[:1]
    if [message.role for message in ours] != [role for role, _ in theirs]:
        return False
    if not all(_fits(message, content) for message, (_, content) in zip(ours, theirs, strict=True)):
        return False
    names = [tool.name for tool in prompt.tools]
    schema = call.response_model.__name__ if call.response_model is not None else None
    wanted = prompt.response_schema.name if prompt.response_schema is not None else None
    return names == [tool["name"] for tool in tools_sent(call)] and schema == wanted


def _without_later_turns(
    prompt: Prompt, theirs: Sequence[tuple[str, str]]
) -> tuple[tuple[PromptMessage, ...], list[tuple[str, str]]]:
    """Both sides with their last turn only: all turns of a loop look alike."""
    roles = [message.role for message in prompt.messages]
    opening = roles.index("assistant") if "assistant" in roles else len(roles)
    closing = len(roles) - opening
    return prompt.messages, [*theirs[:opening], *theirs[len(theirs) - closing :]]


def _fits(message: PromptMessage, content: str) -> bool:
    """Whether ``content`` is the message; what memory recalls may be missing with all words around it."""
    pattern = ""
    for recalled, segments in groupby(message.segments, key=lambda segment: segment.part == "memory"):
        block = "".join(_pattern(segment) for segment in segments)
        pattern += f"(?:{block})?" if recalled else block
    return re.fullmatch(pattern, content, re.DOTALL) is not None


def _pattern(segment: Segment) -> str:
    """A segment as a pattern; CrewAI's own words may count (steps of a plan)."""
    if isinstance(segment.content, Slot):
        return ".*?"
    escaped = re.escape(segment.content)
    return re.sub(r"(?<=step\\ )\d+", r"\\d+", escaped) if segment.part == "framework" else escaped
