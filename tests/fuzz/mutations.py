"""Bytes and trees bent in ways nobody intends: quick, so that an hour holds a hundred thousand of them."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tests.fuzz.hostile import ODD_NUMBERS, ODD_TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GROWN: Final = 120_000
"""Bytes that a text is grown to, for work that grows faster than it should."""
ENDINGS: Final = (b"\r\n", b"\r", b"\n\n", b"\x0c\n", "\x85".encode(), "\u2028".encode(), b" \n", b"\\\n")
ENCODINGS: Final = ("utf-16", "utf-16-be", "utf-32", "latin-1", "utf-7", "utf-8-sig", "cp1252")
ODD_BYTES: Final = (
    *(b"\x1b", b"\x7f", b"\x00", b"  ", b"- ", b"'", b'"', b"{", b"9", b"."),
    *("\u202e".encode(), "\ufeff".encode(), "\x85".encode(), "\u2028".encode(), "e\u0301".encode()),
    *("\U0001f9d1\u200d\U0001f373".encode(), "\u0130".encode(), "ß".encode(), "ﬁ".encode(), b"\t", b"\x0b"),
)

INVALID: Final = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xfe\xff")
"""What no text in UTF-8 holds; rare, for nothing else of a file matters then."""

_seeds: st.SearchStrategy[bytes] = st.binary(min_size=8, max_size=8)
chances: st.SearchStrategy[Random] = _seeds.map(Random)
"""Sources of chance for all that needs no strategy of its own, which would take most of the time."""


def spoiled(data: bytes, tokens: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """``data`` as :func:`mutated` bends it."""
    # Hypothesis draws few different seeds beside other things.
    return _seeds.map(lambda seed: mutated(data, Random(seed + data), tokens))


def mutated(data: bytes, chance: Random, tokens: Sequence[bytes] = (), *, most: int = 3) -> bytes:
    """``data`` bent up to ``most`` times, mostly not at all or once."""
    for _ in range(chance.choice((0, 0, 0, 1, *range(1, most + 1)))):
        bend = chance.choices((_spliced, _line_moved, _whole_changed, _grown), (12, 5, 2, 0.3))[0]
        data = bend(data, chance, tokens)
    return data


def _spliced(data: bytes, chance: Random, tokens: Sequence[bytes]) -> bytes:
    start = chance.randint(0, len(data))
    end = min(len(data), start + chance.choice((0, 0, 1, 2, 5, 20, 100)))
    match chance.randrange(8):
        case 0:
            put = b""
        case 1:
            put = data[start:end] * 2
        case 2:
            other = chance.randint(0, len(data))
            put = data[other : other + 30]
        case 3:
            put = chance.choice(INVALID) if chance.randrange(4) == 0 else bytes([chance.randrange(1, 128)])
        case 4:
            put = chance.choice(tokens or ODD_BYTES) * chance.choice((1, 2, 50, 400))
        case 5:
            put = chance.choice(ODD_BYTES)
        case 6 if start < len(data):
            put, end = bytes([data[start] ^ (1 << chance.randrange(7))]), start + 1
        case _:
            put = chance.choice(tokens or ODD_BYTES)
    return data[:start] + put + data[end:]


def _line_moved(data: bytes, chance: Random, tokens: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(7):
        case 0:
            del lines[at]
        case 1:
            lines.insert(to, lines[at])
        case 2:
            lines[at], lines[to] = lines[to], lines[at]
        case 3:
            lines[at] = chance.choice((b" ", b"  ", b"    ", b"\t", b"- ", b"# ")) + lines[at]
        case 4:
            lines[at] = lines[at].lstrip()
        case 5:
            lines[at : at + 2] = [b" ".join(lines[at : at + 2])]
        case _:
            lines[at : at + 1] = [lines[at], chance.choice(tokens or ODD_BYTES)]
    return b"\n".join(lines)


def _whole_changed(data: bytes, chance: Random, tokens: Sequence[bytes]) -> bytes:
    match chance.randrange(6):
        case 0:
            return data.replace(b"\n", chance.choice(ENDINGS))
        case 1:
            return data.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")
        case 2:
            return data[: chance.randint(0, len(data))]
        case 3:
            return data.replace(b"  ", b"\t")
        case 4:
            return chance.choice(ODD_BYTES) + data
        case _:
            return data.rstrip(b"\n") + chance.choice((b"", b"\n\n\n", b"\x00", b"\x1a", b"---\n", b"\n \t"))


def _grown(data: bytes, chance: Random, tokens: Sequence[bytes]) -> bytes:
    """A stretch, often of whole lines, said so often that it fills :data:`GROWN` bytes."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    end = at + chance.choice((1, 1, 2, 4, 10))
    block = b"\n".join(lines[at:end]) + b"\n"
    if chance.randrange(3) == 0:
        start = chance.randint(0, len(data))
        block = data[start : start + chance.choice((1, 2, 5))]
    if not block:
        return data
    filled = block * (chance.choice((2_000, GROWN // 4, GROWN)) // len(block))
    return b"\n".join(lines[:at]) + b"\n" + filled + b"\n".join(lines[at:])


def odd_value(chance: Random) -> Any:
    """A value that hardly any field is made for."""
    kind = chance.randrange(7)
    if kind == 0:
        return chance.choice(ODD_NUMBERS)
    if kind == 1:
        return chance.choice((None, True, False, [], {}, [[]], {"": None}, [None], {"a": {"a": []}}))
    if kind == 2:
        return [odd_value(chance) for _ in range(chance.randint(0, 3))]
    if kind == 3:
        return {chance.choice(ODD_TEXTS)[:40]: odd_value(chance) for _ in range(chance.randint(0, 2))}
    return chance.choice(ODD_TEXTS)


def twisted(data: Any, chance: Random, *, most: int = 3) -> Any:
    """A copy of ``data``, as JSON has it, with values and keys replaced, moved, lost or doubled."""
    made = [copy.deepcopy(data)]
    for _ in range(chance.randint(0, most)):
        places = list(_places(made))
        parent, key = chance.choice(places)
        chance.choice(_TWISTS)(parent, key, chance, places)
    return made[0] if made else None


def _places(value: Any) -> Any:
    if isinstance(value, dict):
        for key in value:
            yield value, key
            yield from _places(value[key])
    elif isinstance(value, list):
        for key, one in enumerate(value):
            yield value, key
            yield from _places(one)


Place = tuple[Any, Any]


def _replace(parent: Any, key: Any, chance: Random, places: list[Place]) -> None:
    parent[key] = odd_value(chance)


def _lose(parent: Any, key: Any, chance: Random, places: list[Place]) -> None:
    if len(places) > 1 and places[0][0] is not parent:
        del parent[key]


def _wrap(parent: Any, key: Any, chance: Random, places: list[Place]) -> None:
    parent[key] = chance.choice(
        ([parent[key]], {chance.choice(ODD_TEXTS)[:9]: parent[key]}, [parent[key]] * 2)
    )


def _move(parent: Any, key: Any, chance: Random, places: list[Place]) -> None:
    other, place = chance.choice(places)
    parent[key] = copy.deepcopy(other[place])


def _rename(parent: Any, key: Any, chance: Random, places: list[Place]) -> None:
    if isinstance(parent, dict):
        keys = [one for _, one in places if isinstance(one, str)]
        parent[chance.choice((chance.choice(ODD_TEXTS)[:50], *keys[:20]))] = parent.pop(key)


def _retype(parent: Any, key: Any, chance: Random, places: list[Place]) -> None:
    value = parent[key]
    if isinstance(value, str):
        parent[key] = chance.choice(
            (value + chance.choice(ODD_TEXTS), value * 50, value.upper(), [*value[:9]])
        )
    elif isinstance(value, bool | int | float):
        parent[key] = chance.choice((str(value), -value, value * 10**18, value // 2, [value]))
    elif isinstance(value, list):
        parent[key] = chance.choice((value * 30, value[::-1], dict(enumerate(map(str, value))), value[:1]))
    elif isinstance(value, dict):
        parent[key] = chance.choice((list(value), list(value.values()), str(value)[:200]))


_TWISTS: Final[tuple[Callable[[Any, Any, Random, list[Place]], None], ...]] = (
    *(_replace, _replace, _replace),
    *(_lose, _wrap, _move, _rename, _retype, _retype),
)
