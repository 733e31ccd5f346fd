"""Comparing two runs: the same calls with the same messages, the same final task, the time it took."""

from __future__ import annotations

import difflib
import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.runtime.job import RunRecord, SentCall


_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
"""The planner is told of tools as Python prints them, with their place in memory."""


@dataclass(frozen=True, slots=True)
class PromptChange:
    """A call that is not the same in both runs, with a readable diff."""

    task: str | None
    number: int
    diff: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs. ``prompts`` is empty when every call had the same messages."""

    before: RunRecord
    after: RunRecord
    prompts: tuple[PromptChange, ...]

    @property
    def runs(self) -> bool:
        """Whether CrewAI accepts the second crew and runs it to the end."""
        return self.after.accepted and self.after.finished

    @property
    def same_prompts(self) -> bool:
        """Whether CrewAI sent every call the same messages, tools and schema."""
        return not self.prompts


def compare(before: RunRecord, after: RunRecord) -> Comparison:
    """Compare the calls of two runs task by task; between tasks the order may differ."""
    old, new = _by_task(before.calls), _by_task(after.calls)
    changes: list[PromptChange] = []
    for task in sorted(old.keys() | new.keys(), key=str):
        changes.extend(_changes(task, old.get(task, []), new.get(task, [])))
    return Comparison(before, after, tuple(changes))


def _by_task(calls: Sequence[SentCall]) -> dict[str | None, list[str]]:
    grouped: dict[str | None, list[str]] = defaultdict(list)
    for call in calls:
        grouped[call.task].append(_readable(call))
    # Calls CrewAI attributes to no task come in the order threads make them.
    grouped.get(None, []).sort()
    return grouped


def _readable(call: SentCall) -> str:
    parts = [f"[{message.get('role')}]\n{_content(message)}" for message in call.messages]
    tools = [json.dumps(tool.get("function", tool), sort_keys=True) for tool in call.tools]
    text = "\n".join([f"agent: {call.agent}", *parts, *tools, f"schema: {call.response_model}"])
    return _ADDRESS.sub("0x…", text)


def _content(message: object) -> str:
    assert isinstance(message, dict)
    rest = {key: value for key, value in message.items() if key not in {"role", "content", "tool_call_id"}}
    for one in rest.get("tool_calls") or []:
        one.pop("id", None)
    return f"{message.get('content')}" + (
        f"\n{json.dumps(rest, sort_keys=True, default=str)}" if rest else ""
    )


def _changes(task: str | None, old: Sequence[str], new: Sequence[str]) -> list[PromptChange]:
    changes = []
    for number in range(max(len(old), len(new))):
        first = old[number] if number < len(old) else ""
        second = new[number] if number < len(new) else ""
        if first != second:
            diff = "\n".join(
                difflib.unified_diff(
                    first.splitlines(), second.splitlines(), "before", "after", lineterm="", n=2
                )
            )
            changes.append(PromptChange(task, number + 1, diff))
    return changes
