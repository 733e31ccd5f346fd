"""Texts and tables are drawn as Rich draws them."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING, Any

import rich.table
import rich.text
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len as cells_by_rich
from rich.console import Console

from crewprof.report import drawing

if TYPE_CHECKING:
    from collections.abc import Callable

LETTERS = "abcdefghij  klmno   \né漢字…·—→≥█▏░ß"
WORDS = st.text(LETTERS, max_size=60)
STYLES = st.sampled_from(["", "", "bold", "dim", "red", "bold red", "dim cyan", "yellow"])
PIECES = st.lists(st.tuples(WORDS, STYLES), max_size=4)
KINDS = st.sampled_from(["plain", "cut", "right", "fixed", "most"])
TABLES = st.integers(1, 5).flatmap(
    lambda count: st.tuples(
        st.lists(KINDS, min_size=count, max_size=count),
        st.lists(st.lists(PIECES, min_size=count, max_size=count), min_size=1, max_size=4),
    )
)


def by_rich(part: Any, width: int, *, colour: bool) -> str:
    stream = StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(part)
    return stream.getvalue()


def here(part: drawing.Drawn, width: int, *, colour: bool) -> str:
    return "".join(f"{line}\n" for line in drawing.drawn([part], width, colour=colour))


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def seen(text: str) -> list[list[tuple[str, str]]]:
    """Each character that is no blank with the codes it is shown with, line by line."""
    shown: list[list[tuple[str, str]]] = []
    codes = ""
    for line in text.rstrip().split("\n"):
        shown.append([])
        for code, char in re.findall(r"\x1b\[([\d;]*)m|(.)", line):
            if char:
                shown[-1] += [(char, codes)] if char != " " else []
            else:
                codes = code if code != "0" else ""
    while shown and not shown[-1]:
        shown.pop()
    return shown


def text_of(kind: Callable[..., Any], pieces: list[tuple[str, str]]) -> Any:
    made = kind("", style="")
    for piece, style in pieces:
        made.append(piece, style)
    return made


@settings(deadline=None)
@given(PIECES, st.integers(5, 60))
def test_texts_are_wrapped_as_rich_wraps_them(pieces: list[tuple[str, str]], width: int) -> None:
    mine, theirs = text_of(drawing.Text, pieces), text_of(rich.text.Text, pieces)
    assert lines(here(mine, width, colour=False)) == lines(by_rich(theirs, width, colour=False))
    assert seen(here(mine, width, colour=True)) == seen(by_rich(theirs, width, colour=True))


@settings(deadline=None)
@given(TABLES, st.integers(60, 120), st.sampled_from([0, 1, 2]), st.booleans())
def test_tables_are_drawn_as_rich_draws_them(
    told: tuple[list[str], list[list[list[tuple[str, str]]]]], width: int, gap: int, has_header: bool
) -> None:
    kinds, rows = told
    mine = drawing.Table(gap=gap, has_header=has_header)
    theirs = rich.table.Table(
        box=None,
        padding=(0, gap, 0, 0),
        pad_edge=False,
        show_edge=False,
        show_header=has_header,
        header_style="dim",
    )
    for kind in kinds:
        fixed, most = (2 if kind == "fixed" else None), (12 if kind == "most" else None)
        side: Any = "right" if kind == "right" else "left"
        mine.add_column(
            drawing.Text("No"), width=fixed, most=most, justify=side, wraps=kind != "cut", style="dim"
        )
        theirs.add_column(
            rich.text.Text("No"),
            width=fixed,
            max_width=most,
            justify=side,
            no_wrap=kind == "cut",
            overflow="ellipsis" if kind == "cut" else "fold",
            style="dim",
        )
    # Rich measures columns in which there is nothing by their gaps.
    for row in [[[("word", "")]] * len(kinds), *rows]:
        # What does not wrap leaves room for the others, as codes and numbers do.
        cells = [
            [(piece[:10], style) for piece, style in cell[:1]] if kind == "cut" else cell
            for kind, cell in zip(kinds, row, strict=True)
        ]
        mine.add_row(*(text_of(drawing.Text, cell) for cell in cells))
        theirs.add_row(*(text_of(rich.text.Text, cell) for cell in cells))
    assert lines(here(mine, width, colour=False)) == lines(by_rich(theirs, width, colour=False))
    assert seen(here(mine, width, colour=True)) == seen(by_rich(theirs, width, colour=True))


def test_what_is_taken_for_one_column_wide_is() -> None:
    single = [char for char in map(chr, range(0x20, 0x10000)) if drawing._SINGLE.fullmatch(char)]
    assert set("aé·–…→≥█░│─") <= set(single)
    assert [char for char in single if cells_by_rich(char) != 1] == []
