"""Any command with any options."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import typer
from hypothesis import strategies as st

from crewprof.cli.app import app
from crewprof.cli.flags import ANALYZE_FORMATS
from tests.fuzz.attempts import Case
from tests.fuzz.hostile import scalars, texts
from tests.fuzz.kinds.settings_files import GOOD


@st.composite
def command_lines(draw: st.DrawFn) -> Case:
    """Any command with any of its options, and any value for each."""
    name, parameters = draw(st.sampled_from(_commands()))
    arguments = [name]
    for option, takes_value in draw(st.lists(st.sampled_from(parameters), max_size=4)):
        arguments.append(option)
        if takes_value:
            arguments.append(draw(_option_value(option)))
    paths = (
        st.sampled_from(["crew.yaml", "crew.yaml", ".", "-", "no", "sub", "crew.txt", "\udcff.yaml"]) | texts
    )
    arguments += draw(st.lists(paths, max_size=2))
    # The whole disk takes as long as it takes.
    clean = tuple(one.replace("\0", "") for one in arguments if one != "/")
    return Case(
        clean,
        {"crew.yaml": GOOD, "crew.txt": b"x", "sub/a.py": b"x = 1"},
        stdin=draw(st.sampled_from([b"", GOOD])),
    )


APART: Final = ("--verify", "--watch", "--output", "-o", "--config")
"""Options that run something else, never end, or are added below."""


@cache
def _commands() -> list[tuple[str, list[tuple[str, bool]]]]:
    group = typer.main.get_group(app)
    found = []
    for name, command in group.commands.items():
        if name in ("verify", "record", "lsp"):
            continue  # these run something else
        options = [
            (option, not getattr(one, "is_flag", False))
            for one in command.params
            for option in one.opts
            if option.startswith("-") and option not in APART
        ]
        found.append((name, [*options, ("--output", True), ("--config", True)]))
    return found


def _option_value(option: str) -> st.SearchStrategy[str]:
    if option in ("--output", "-o"):
        return st.sampled_from(
            ["out.txt", "sub/out", "no/such/out", "sub", "-", "crew.yaml", "./crew.yaml", "a" * 300]
        )
    if option in ("--format", "-f"):
        return st.sampled_from([*ANALYZE_FORMATS, "x"])
    likely = [
        "CP",
        "CP2,CP301",
        "error",
        "never",
        "topic=x",
        "=",
        "a=b=c",
        "1.15",
        "0.1",
        "99.9",
        "text",
        "gpt-4o",
        "gpt-4o,gpt-4o-mini,x/y",
        "writer=gpt-4o-mini",
        "10%",
        "-1",
        "crew.yaml",
        "sub",
        "HEAD..",
        "last",
        "crew",
    ]
    return st.sampled_from(likely) | texts | scalars.map(_text_of)


def _text_of(value: Any) -> str:
    try:
        return str(value)
    except ValueError:
        return "9" * 5000
