"""Where the money goes as a flame graph: the crew, its agents, their tasks, the kinds of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass
from crewprof.report import numbers
from crewprof.report.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.estimate.profile import CallLine, Profile

NARROWEST = 0.15
"""Percent of the width below which a block is not drawn."""
ROOM_FOR_WORDS = 2.5
"""Percent of the width from which on a block says its name."""
OWN = "CrewAI's own calls"


@dataclass(frozen=True, slots=True)
class Block:
    """A block: where it begins and how wide it is in percent, how deep it lies, what it says."""

    x: float
    width: float
    depth: int
    name: str
    told: str
    colour: int

    @property
    def has_room(self) -> bool:
        """Whether its name can be read in it."""
        return self.width >= ROOM_FOR_WORDS


@dataclass(frozen=True, slots=True)
class _Spent:
    """What one line of a bill spends, with the names it is booked under."""

    path: tuple[str, ...]
    amount: float
    colour: int


@dataclass(frozen=True, slots=True)
class Flame:
    """All blocks, in ``unit`` (``cost`` or, where nothing has a price, ``tokens``)."""

    unit: str
    blocks: tuple[Block, ...]
    depth: int


def flame(name: str, profile: Profile, colours: Mapping[str | None, int]) -> Flame | None:
    """The flame graph of a crew; ``None`` where nothing is spent."""
    is_priced = profile.total.cost_usd is not None
    spent = [one for one in _lines(plain(name), profile, colours, is_priced=is_priced) if one.amount > 0]
    whole = sum(one.amount for one in spent)
    if not whole:
        return None
    blocks = tuple(_blocks(spent, 0, 0.0, whole, is_priced=is_priced))
    return Flame("cost" if is_priced else "tokens", blocks, 1 + max(one.depth for one in blocks))


def _lines(
    crew: str, profile: Profile, colours: Mapping[str | None, int], *, is_priced: bool
) -> Iterator[_Spent]:
    for task in profile.tasks:
        for line in task.lines:
            agent = OWN if line.agent is None else plain(line.agent)
            path = (crew, agent, plain(task.name), line.kind)
            yield _Spent(path, _amount(line, is_priced=is_priced), colours.get(line.agent, colours[None]))
    for line in profile.overhead:
        path = (crew, OWN, "(the whole crew)", line.kind)
        yield _Spent(path, _amount(line, is_priced=is_priced), colours[None])


def _amount(line: CallLine, *, is_priced: bool) -> float:
    if not is_priced:
        return line.input_tokens.expected + line.output_tokens.expected
    return float(line.cost_usd.expected) if line.cost_usd is not None else 0.0


def _blocks(
    spent: Sequence[_Spent], depth: int, start: float, whole: float, *, is_priced: bool
) -> Iterator[Block]:
    """A block for each name at ``depth``, the largest first, and those below it."""
    by_name: dict[str, list[_Spent]] = {}
    for one in spent:
        if depth < len(one.path):
            by_name.setdefault(one.path[depth], []).append(one)
    for name, own in sorted(by_name.items(), key=lambda item: -sum(one.amount for one in item[1])):
        amount = sum(one.amount for one in own)
        width = amount / whole * 100
        if width >= NARROWEST:
            told = f"{name}: {_told(amount, is_priced=is_priced)} ({numbers.percent(amount / whole)})"
            colour = own[0].colour if depth else 0
            yield Block(round(start, 3), round(width, 3), depth, name, told, colour)
            yield from _blocks(own, depth + 1, start, whole, is_priced=is_priced)
        start += width


def _told(amount: float, *, is_priced: bool) -> str:
    from decimal import Decimal

    return numbers.money(Decimal(repr(amount))) if is_priced else f"{numbers.tokens(amount)} tokens"
