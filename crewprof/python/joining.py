"""What a value is after one of several alternatives, of which it is not known which was taken.

Equal values stay, others become :class:`OneOf`. Objects that change (lists, mappings, sets, the names of a
body) keep their identity; their contents are joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crewprof.python.equivalence import same, same_items
from crewprof.python.escaping import CHANGING
from crewprof.python.native_values import Record
from crewprof.python.states import LazyState, MappingState, State
from crewprof.python.uncertain import (
    Deciding,
    FromEnvironment,
    OneOf,
    PartialText,
    Perhaps,
    UnknownItems,
    usual_items,
)
from crewprof.python.values import (
    Argument,
    External,
    FunctionValue,
    Instance,
    Value,
)
from crewprof.quick_dataclasses import replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

OPTIONS: Final = 8
"""Options of the largest :class:`OneOf`; what could be more is only Unknown."""

_SCALARS: Final = (bool, int, float, str, bytes)
"""Constants that stand for themselves where they are marked as the default of a variable."""


def joined(values: Sequence[Value], why: Unknown) -> Value:
    """What stands for any of ``values``; ``why`` says what decides, and which it is by default."""
    first = values[0]
    others = {id(one): one for one in values}
    if all(same(first, other) for other in others.values()):
        return first
    if all(isinstance(one, Argument) for one in values):
        arguments = [one for one in values if isinstance(one, Argument)]
        base = arguments[-1]
        return Argument(joined([one.value for one in arguments], why), base.place, base.key_place)
    if all(isinstance(one, tuple) and len(one) == len(first) for one in values):  # type: ignore[arg-type]
        return _joined_tuples(values, why)
    usual = values[why.usual] if isinstance(why, Deciding) else None
    if isinstance(why, Deciding) and (marked := _marked(usual, why)) is not None:
        return marked
    partial = next((one for one in values if isinstance(one, PartialText)), None)
    if partial is not None and all(isinstance(one, str) and str(one) == str(partial) for one in values):
        # A template, filled in or not: what is known of the text is the same.
        return partial
    options: list[Value] = []
    unknown: Unknown | None = None
    for one in others.values():
        for option in one.options if isinstance(one, OneOf) else (one,):
            if isinstance(option, Unknown):
                unknown = Unknown(why.reason, why.place)
            elif not any(option is known for known in options) and not any(
                same(option, known) for known in options
            ):
                options.append(option)
    if unknown is not None:
        # Objects that can change stay options beside it: what is done to it may be done to them.
        options = [one for one in options if isinstance(one, CHANGING)]
        options.append(unknown)
    is_perhaps = any(isinstance(one, Perhaps) for one in values)
    if len(options) > OPTIONS or options == [unknown]:
        plain = Unknown(why.reason, why.place)
        return Perhaps(why.reason, why.place, (plain,)) if is_perhaps else plain
    shown = " or ".join(said(one) for one in options)
    kind = Perhaps if is_perhaps else OneOf
    reason = f"is {shown}, depending on {why.reason}"
    return kind(reason, why.place, tuple(options), *_usual_option(usual, options, why))


def _marked(usual: Value, why: Deciding) -> FromEnvironment | None:
    """A constant that something is by default, marked as such; ``None`` for what is none."""
    known, variable = usual, why.variable
    if isinstance(usual, FromEnvironment):
        known, variable = usual.value, usual.variable
    if not isinstance(known, _SCALARS) or isinstance(known, PartialText):
        return None
    return FromEnvironment(variable, known, why.place, is_whole=False)


def _usual_option(usual: Value, options: Sequence[Value], why: Unknown) -> tuple[str, int | None]:
    """The variable that decides, and the number of the option it is by default, ``usual``."""
    variable = ""
    if isinstance(why, Deciding):
        if isinstance(usual, OneOf) and usual.usual is not None:
            variable = usual.variable
            usual = usual.options[usual.usual]
        for at, option in enumerate(options):
            if not isinstance(option, Unknown) and same(option, usual):
                return variable or why.variable, at
    return "", None


def _joined_tuples(values: Sequence[Any], why: Unknown) -> Value:
    rows = tuple(joined(row, why) for row in zip(*values, strict=True))
    records = [one for one in values if isinstance(one, Record)]
    if not records:
        return rows
    is_one_kind = len(records) == len(values) and all(one.cls is records[0].cls for one in records)
    return records[0].with_items(rows) if is_one_kind else Unknown(why.reason, why.place)


def said(value: Value) -> str:
    """A value in a few characters, for a reason."""
    match value:
        case PartialText() | str() | bytes():
            text = repr(str(value))
            return text if len(text) <= 40 else f"{text[:39]}…"
        case None | bool() | int() | float():
            return str(value)[:40]
        case Instance():
            named = value.given().get("model") or next(iter(value.arguments), None)
            inner = said(named.value) if named and isinstance(named.value, str) else "…"
            return f"{value.name}({inner})"
        case External() | FunctionValue():
            return f"`{value.name}`"
        case FromEnvironment():
            return f"the variable {value.variable}"
        case list() | tuple() | set() | frozenset() | dict():
            return f"a {type(value).__name__.removeprefix('Placed').lower()} of {len(value)}"
        case _:
            return "something else"


def joined_state(states: Sequence[State], why: Unknown) -> State:
    """What a container holds that held one of ``states``."""
    first = states[0]
    match first:
        case MappingState():
            return _joined_mapping([one for one in states if isinstance(one, MappingState)], why)
        case LazyState():
            return next((one for one in states if isinstance(one, LazyState) and one.lost), first)
        case dict():
            return _joined_names([one for one in states if isinstance(one, dict)], why)
        case list():
            return _joined_list([one for one in states if isinstance(one, list)], why)
        case _:
            return _joined_set([one for one in states if isinstance(one, set)], why)


def _joined_names(states: list[dict[Any, Value]], why: Unknown) -> dict[Any, Value]:
    made: dict[Any, Value] = {}
    for key in dict.fromkeys(key for one in states for key in one):
        values = [one[key] for one in states if key in one]
        if len(values) == len(states):
            first = values[0]
            is_one = all(one is first for one in values) if len(values) > 2 else values[-1] is first
            made[key] = first if is_one else joined(values, why)
            continue
        maybe = _perhaps(values, _among([key in one for one in states], why))
        argument = next((one for one in values if isinstance(one, Argument)), None)
        made[key] = Argument(maybe, argument.place, argument.key_place) if argument else maybe
    return made


def _perhaps(values: list[Value], why: Unknown) -> Unknown:
    """What a name or attribute stands for that some paths do not set."""
    reason = f"is only set depending on {why.reason}"
    held = [one.value if isinstance(one, Argument) else one for one in values]
    value = joined(held, why)
    if not isinstance(value, Unknown):
        usual = (why.variable, 0) if isinstance(why, Deciding) else ()
        return Perhaps(reason, why.place, (value,), *usual)
    if isinstance(value, OneOf):
        return Perhaps(reason, why.place, value.options, value.variable, value.usual)
    return Perhaps(reason, why.place, (Unknown(reason, why.place),))


def _among(has: Sequence[bool], why: Unknown) -> Unknown:
    """What decides between those of the alternatives that have something."""
    if not isinstance(why, Deciding):
        return why
    if not has[why.usual]:
        return Unknown(why.reason, why.place)
    return replace(why, usual=sum(has[: why.usual]))


def _joined_mapping(states: list[MappingState], why: Unknown) -> MappingState:
    first = states[0]
    orders = [list(one.entries) for one in states]
    rest = next((one.rest for one in states if one.rest is not None), None)
    if rest is None and any(
        len(one) != len(orders[0]) or not all(map(same, one, orders[0])) for one in orders
    ):
        rest = Unknown(f"its entries depend on {why.reason}", why.place)
    entries = {
        key: joined([one.entries[key] for one in states], why)
        for key in first.entries
        if all(key in one.entries for one in states)
    }
    written = {key: one for key, one in first.written.items() if key in entries}
    return MappingState(entries, written, rest)


def _joined_list(states: list[list[Value]], why: Unknown) -> list[Value]:
    lengths = {len(one) for one in states}
    # A stretch of unknown length stands at the same place in all of them, or what follows is not comparable.
    rests = {tuple(at for at, item in enumerate(one) if isinstance(item, UnknownItems)) for one in states}
    if len(lengths) == 1 and len(rests) == 1:
        return [
            _joined_rest(row, why) if isinstance(row[0], UnknownItems) else joined(row, why)
            for row in zip(*states, strict=True)
        ]
    made: list[Value] = []
    for row in zip(*states, strict=False):
        if any(isinstance(one, UnknownItems) for one in row) or not all(same(row[0], one) for one in row):
            break
        made.append(row[0])
    longest = max(states, key=len)[len(made) :]
    shown = ", ".join(said(one) for one in longest[:3] if not isinstance(one, Unknown))
    reason = f"{shown or 'what follows'}: depends on {why.reason}"
    if isinstance(why, Deciding) and (usual := usual_items(states[why.usual][len(made) :])) is not None:
        return [*made, UnknownItems(reason, why.place, why.variable, usual)]
    return [*made, UnknownItems(reason, why.place)]


def _joined_rest(rests: Sequence[Value], why: Unknown) -> Value:
    """Any of some stretches of unknown length."""
    if all(same(rests[0], other) for other in rests[1:]):
        return rests[0]
    if isinstance(why, Deciding):
        return rests[why.usual]
    return UnknownItems(why.reason, why.place)


def _joined_set(states: list[set[Value]], why: Unknown) -> set[Value]:
    if all(same_items(states[0], one) for one in states):
        return states[0]
    return {UnknownItems(f"its items depend on {why.reason}", why.place)}
