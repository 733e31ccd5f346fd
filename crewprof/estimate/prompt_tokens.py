"""Tokens of a prompt by part, exact where its text is known.

What counts is the text of each message as it is sent: neighbouring segments are tokenized together, so
that the parts add up to the bill. Where a token spans two segments the difference goes to ``framework``.
Context is left out before counting and added as the lengths of its outputs and dividers: without its
context part, a prompt has exactly the tokens of its messages with the context taken out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.call import Slot
from crewprof.semantics.prompt import DIVIDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.estimate.profile import FirstCall
    from crewprof.semantics.call import Part, Prompt, PromptMessage, Segment

UNKNOWN_MODEL = "gpt-4o"
"""Counted with when the model cannot be known."""


@dataclass(frozen=True, slots=True)
class PromptCount:
    """A counted prompt: ``fixed`` tokens by part, and the slots that only a run fills.

    ``exact``: every part but context was counted on the very text and tokenizer; ``counted_exactly``: what
    was counted was counted with the tokenizer that bills.
    """

    fixed: Mapping[Part, int]
    slots: tuple[tuple[Part, Slot], ...]
    exact: bool
    counted_exactly: bool = True

    @property
    def fixed_tokens(self) -> int:
        """Tokens of all that is known."""
        return sum(self.fixed.values())

    def tokens(self, length_of: Callable[[Slot], Range[float]]) -> Range[float]:
        """Tokens of the prompt when each slot takes ``length_of`` it."""
        result = Range.exactly(float(self.fixed_tokens))
        for _, slot in self.slots:
            result = result + length_of(slot)
        return result

    def parts(self, length_of: Callable[[Slot], Range[float]]) -> dict[Part, int]:
        """Expected tokens of every part, in whole tokens."""
        found = dict(self.fixed)
        slots: dict[Part, float] = {}
        for part, slot in self.slots:
            slots[part] = slots.get(part, 0.0) + length_of(slot).expected
        for part, tokens in slots.items():
            found[part] += round(tokens)
        return found

    def first_call(self, length_of: Callable[[Slot], Range[float]]) -> FirstCall:
        """This prompt as the first request of a task."""
        from crewprof.estimate.profile import FirstCall

        parts = self.parts(length_of)
        return FirstCall(sum(parts.values()), self.exact, parts)


def count_prompt(prompt: Prompt, model: str | None) -> PromptCount:
    """The tokens of ``prompt`` on ``model``; without a known model counted as for a recent OpenAI one."""
    from crewprof.tokens.counting import counting

    name = model or UNKNOWN_MODEL
    how = counting(name)
    messages = [_count_message(message.segments, how.encoding) for message in prompt.messages]
    text = _text_tokens(messages)
    parts = text if how.exact else _calibrated(text, name)
    parts["framework"] += _framing(prompt.messages, name) + _schema(prompt, messages, name)
    parts["tools"] += _tools(prompt, messages, name)
    # Definitions that only a run shows come first: a loop's prompt begins with the slots of the first.
    unseen: tuple[tuple[Part, Slot], ...] = tuple(
        ("tools", Slot("definitions", server)) for server in prompt.unseen
    )
    slots = (*unseen, *(slot for message in messages for slot in message.slots))
    known = all(tool.known for tool in prompt.tools) and all(part == "context" for part, _ in slots)
    exact = how.exact and known and not prompt.gaps and model is not None
    return PromptCount(parts, slots, exact, counted_exactly=how.exact and model is not None)


@dataclass(frozen=True, slots=True)
class _MessageCount:
    """Tokens of a message's text by part, its slots, and the text it ends with."""

    parts: dict[Part, int]
    slots: tuple[tuple[Part, Slot], ...]
    end: str


def _count_message(segments: Sequence[Segment], encoding: str) -> _MessageCount:
    parts = _no_tokens()
    slots: list[tuple[Part, Slot]] = []
    run: list[str] = []
    for segment in segments:
        content = segment.content
        if isinstance(content, Slot):
            slots.append((segment.part, content))
            # The dividers between outputs that are one slot here.
            parts["context"] += max(len(content.tasks) - 1, 0) * _count(DIVIDER, encoding)
            if segment.part != "context":
                _close(run, parts, encoding)
        else:
            parts[segment.part] += _count(content, encoding)
            if segment.part != "context":
                run.append(content)
    end = "".join(run)
    _close(run, parts, encoding)
    return _MessageCount(parts, tuple(slots), end)


def _close(run: list[str], parts: dict[Part, int], encoding: str) -> None:
    """End a run of texts that are tokenized together: what their seams save goes to framework."""
    if len(run) > 1:
        parts["framework"] += _count("".join(run), encoding) - sum(_count(text, encoding) for text in run)
    run.clear()


@lru_cache(maxsize=8192)
def _count(text: str, encoding: str) -> int:
    from crewprof.tokens.encoding import count_text

    return count_text(text, encoding) if text else 0


def _no_tokens() -> dict[Part, int]:
    return {"framework": 0, "role": 0, "task": 0, "tools": 0, "context": 0, "memory": 0}


def _text_tokens(messages: Sequence[_MessageCount]) -> dict[Part, int]:
    parts = _no_tokens()
    for message in messages:
        for part, tokens in message.parts.items():
            parts[part] += tokens
    return parts


def _calibrated(parts: dict[Part, int], model: str) -> dict[Part, int]:
    """Parts in the model's own tokens, by the ratio of its family; their sum is rounded once."""
    from crewprof.tokens.calibration import calibration_of

    ratio = calibration_of(model).ratio
    scaled: dict[Part, int] = {part: int(tokens * ratio) for part, tokens in parts.items()}
    scaled["framework"] += round(sum(parts.values()) * ratio) - sum(scaled.values())
    return scaled


def _framing(messages: Sequence[PromptMessage], model: str) -> int:
    from crewprof.tokens.counting import count_messages
    from crewprof.tokens.messages import Message

    return count_messages([Message(message.role, "") for message in messages], model)


def _tools(prompt: Prompt, messages: Sequence[_MessageCount], model: str) -> int:
    if not prompt.tools:
        return 0
    known = tuple((tool.name, tool.description, repr(tool.parameters)) for tool in prompt.tools)
    key = (known, _system_end(prompt, messages), model)
    if key not in _TOOL_TOKENS:
        _TOOL_TOKENS[key] = _tool_tokens(prompt, key[1], model)
    return _TOOL_TOKENS[key]


_TOOL_TOKENS: dict[tuple[tuple[tuple[str, str, str], ...], str | None, str], int] = {}
"""What sets of tools cost, counted once a process: a crew is profiled again for every fix."""


def _tool_tokens(prompt: Prompt, system_end: str | None, model: str) -> int:
    from crewprof.tokens.counting import tool_definitions_tokens
    from crewprof.tokens.messages import ToolDefinition

    tools = [ToolDefinition(tool.name, tool.description, tool.parameters) for tool in prompt.tools]
    return tool_definitions_tokens(tools, system_end, model)


def _schema(prompt: Prompt, messages: Sequence[_MessageCount], model: str) -> int:
    response = prompt.response_schema
    if response is None or response.json_schema is None:
        return 0
    from crewprof.tokens.counting import response_format_tokens

    return response_format_tokens(
        response.name,
        response.json_schema,
        model,
        system=_system_end(prompt, messages),
        tools_present=bool(prompt.tools),
    )


def _system_end(prompt: Prompt, messages: Sequence[_MessageCount]) -> str | None:
    """The text the system message ends with, which decides how what follows is joined to it."""
    if not prompt.messages or prompt.messages[0].role != "system":
        return None
    return messages[0].end
