"""From texts and tables to a string, independent of the terminal crewprof runs in."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from crewprof.report.drawing import Text, cell_len, drawn
from crewprof.report.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look

ASCII_FOR = str.maketrans(
    {
        "█": "#",
        "▉": "#",
        "▊": "#",
        "▋": "#",
        "▌": "=",
        "▍": "=",
        "▎": "-",
        "▏": "-",
        "░": ".",
        "─": "-",
        "━": "=",
        "│": "|",
        "·": "|",
        "–": "-",
        "−": "-",
        "→": ">",
        "×": "x",
        "…": "~",
        "‖": "+",
        "•": "*",
        "≥": ">",
    }
)
"""One ASCII character for each that reports draw with, so that columns stay where they are."""


def styled(text: str, style: str = "") -> Text:
    """``text``, made :func:`plain`, in one style."""
    return Text(plain(text), style=style)


def shortened(text: str, columns: int) -> Text:
    """``text``, made plain, in at most so many columns: its middle gives way, for names in a row often
    differ at their ends only."""
    whole = Text(plain(text))
    if whole.cell_len <= columns:
        return whole
    head, tail = whole.cut((columns - 1) * 2 // 3), plain(text)
    while cell_len(tail) > columns - 1 - head.cell_len:
        tail = tail[1:]
    return head.append("…").append(tail)


def told_apart(names: Sequence[str], columns: int) -> list[str]:
    """``names``, made plain, in at most so many columns each: :func:`shortened`, or where several would then
    look alike, cut so that it is seen in what they differ."""
    whole = [plain(name) for name in names]
    short = [shortened(name, columns).plain for name in whole]
    alike: dict[str, set[str]] = {}
    for name, shown in zip(whole, short, strict=True):
        alike.setdefault(shown, set()).add(name)
    return [
        shown if len(alike[shown]) == 1 else _around_difference(name, alike[shown], columns)
        for name, shown in zip(whole, short, strict=True)
    ]


def _around_difference(name: str, others: Collection[str], columns: int) -> str:
    """``name`` cut to ``columns``, so that what is not common to all of ``others`` stays: the end gives way,
    else the beginning, else both."""
    start = _same_at_start(others)
    end = len(name) - _same_at_start([other[::-1] for other in others])
    head = Text(name).cut(columns - 1).plain
    if len(head) >= end:
        return head + "…"
    tail = name
    while cell_len(tail) > columns - 1:
        tail = tail[1:]
    if len(name) - len(tail) <= start:
        return "…" + tail
    return "…" + Text(name[start:]).cut(columns - 2).plain + "…"


def _same_at_start(names: Iterable[str]) -> int:
    """How many letters all begin with."""
    return sum(1 for _ in takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False)))


def flowing(items: Sequence[Text], separator: str, width: int, indent: int = 2) -> Text:
    """``items`` side by side, broken between items only; further lines are indented. An item that does
    not fit on a line of its own is left for the console to wrap."""
    flow, column = Text(), 0
    for item in items:
        if column and column + len(separator) + item.cell_len > width:
            flow.append("\n" + " " * indent)
            column = indent
        elif column:
            flow.append(separator, style="dim")
            column += len(separator)
        flow.append(item)
        column += item.cell_len
    return flow


def lines(parts: Iterable[Drawn], width: int) -> int:
    """How many lines ``parts`` take."""
    return sum(1 for _ in drawn(parts, width, colour=False))


def to_text(parts: Iterable[Drawn], look: Look) -> str:
    """All ``parts``, one below the other, as ``look`` says; ends with a newline."""
    text = "\n".join(drawn(parts, look.width, colour=look.colour))
    lines = [line.rstrip() for line in text.rstrip().split("\n")]
    written = "\n".join(lines) + "\n"
    return written.translate(ASCII_FOR) if look.ascii_only else written
