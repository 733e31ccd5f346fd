"""A request as text: its messages word for word, and where each stretch of them comes from.

What only a run produces stands there as a placeholder in double square brackets, so that nobody takes it for
what is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.estimate.prompt_tokens import UNKNOWN_MODEL
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.call import Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crewprof.quantity import Range
    from crewprof.semantics.call import Part, Prompt, Segment
    from crewprof.source.place import Place


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of message number ``message``: its characters from ``start`` up to ``end``, both from 0.

    ``place``: where it was written, ``None`` for CrewAI's own words. ``tokens``: what it adds to the bill; a
    token that spans two stretches counts for the first of them. ``slot``: what a run puts there; its
    tokens are then those expected, not those of the placeholder.
    """

    message: int
    start: int
    end: int
    part: Part
    place: Place | None
    tokens: int
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class RequestText:
    """Roles and contents in the order they are sent, and stretches that cover each content without gaps."""

    messages: tuple[tuple[str, str], ...]
    stretches: tuple[Stretch, ...]


def request_text(prompt: Prompt, model: str | None, length_of: Callable[[Slot], Range[float]]) -> RequestText:
    """``prompt`` as text, counted for ``model`` (a recent OpenAI one where it is not known)."""
    messages: list[tuple[str, str]] = []
    stretches: list[Stretch] = []
    for number, message in enumerate(prompt.messages):
        pieces = [_Piece(one, _tokens(one, length_of)) for one in message.segments]
        stretches += _stretches(number, pieces, model or UNKNOWN_MODEL)
        messages.append((message.role, "".join(piece.shown for piece in pieces)))
    return RequestText(tuple(messages), tuple(stretches))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A segment with the tokens expected of its slot."""

    segment: Segment
    expected: int

    @property
    def shown(self) -> str:
        content = self.segment.content
        return content if isinstance(content, str) else placeholder(content, self.expected)


def placeholder(slot: Slot, expected: int) -> str:
    """What stands for ``slot``, of which ``expected`` tokens are expected; nothing for none."""
    if not expected and slot.of == "memory_at_start":
        return ""
    return f"[[{_NAMES[slot.of].format(task=slot.task)}: about {expected:,} tokens]]"


_NAMES = {
    "output": "output of task '{task}'",
    "tool_result": "result of a tool",
    "memory": "what memory recalls",
    "memory_at_start": "what memory recalls",
    "knowledge": "what knowledge holds on it",
    "plan": "plan",
    "answer": "answer",
    "feedback": "feedback",
    "step": "step",
    "definitions": "tools of {task}",
}


def _tokens(segment: Segment, length_of: Callable[[Slot], Range[float]]) -> int:
    return round(length_of(segment.content).expected) if isinstance(segment.content, Slot) else 0


def _stretches(number: int, pieces: Sequence[_Piece], model: str) -> Iterator[Stretch]:
    counts = _counts([p.segment.content for p in pieces if isinstance(p.segment.content, str)], model)
    start = 0
    for piece in pieces:
        segment = piece.segment
        content = segment.content
        end = start + len(piece.shown)
        slot = content if isinstance(content, Slot) else None
        tokens = piece.expected if slot is not None else counts.pop(0)
        if end > start:
            yield Stretch(number, start, end, segment.part, segment.place, tokens, slot)
        start = end


def _counts(texts: Sequence[str], model: str) -> list[int]:
    """The tokens each of ``texts``, sent one after the other, adds; together all that are billed for them."""
    from crewprof.tokens.calibration import calibration_of
    from crewprof.tokens.counting import counting
    from crewprof.tokens.encoding import count_text

    how = counting(model)
    ratio = 1.0 if how.exact else calibration_of(model).ratio
    whole = "".join(texts)
    most = round(count_text(whole, how.encoding) * ratio) if whole else 0
    found: list[int] = []
    before = length = 0
    for text in texts:
        length += len(text)
        upto = most if length == len(whole) else round(count_text(whole[:length], how.encoding) * ratio)
        # A longer text can have fewer tokens: what is added may join the last ones of what was there.
        upto = min(max(upto, before), most)
        found.append(upto - before)
        before = upto
    return found
