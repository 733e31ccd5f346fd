"""Mistakes in declarative flows: what CrewAI refuses of the flow is told with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.crew.loaders.flow.loader import load
from crewprof.errors import InputError
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "schema: crewai.flow/v1\nname: Mine\nmethods:\n  one:\n    start: true\n"
DO = "    do: {call: expression, expr: state.x}\n"
MISTAKES = {
    "schema": ("schema: crewai.flow/v2\nname: x\n", 1, "no flow schema"),
    "no name": ("schema: crewai.flow/v1\nmethods: {}\n", 1, "no name"),
    "methods as list": ("schema: crewai.flow/v1\nname: x\nmethods: [a]\n", 3, "a mapping"),
    "nothing to do": (HEAD + "    doo: {call: expression}\n", 4, "has no do"),
    "unknown call": (HEAD + "    do: {call: crews}\n", 6, "call: the text 'crews'"),
    "itself": (HEAD + DO + "    listen: one\n", 7, "listens to itself"),
    "condition": (HEAD + DO + "    listen: [a, b]\n", 7, "a condition must be"),
    "each in each": (
        HEAD
        + "    do:\n      call: each\n      in: state.x\n      do:\n"
        + "        - {name: a, action: {call: each}}\n",
        10,
        "cannot stand inside each",
    ),
    "name": ("schema: crewai.flow/v1\nname: x\nmethods:\n  a-b:\n" + DO, 4, "no name of a method"),
}


@pytest.mark.parametrize(("text", "line", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_at_its_place(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = tmp_path / "flow.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load(str(path), Documents())
    assert (raised.value.path, raised.value.line) == (str(path), line)
    assert says in raised.value.message
    assert raised.value.hint
    definition = pytest.importorskip("crewai.flow.flow_definition").FlowDefinition
    with pytest.raises(Exception, match=r"."):
        definition.from_declaration(path=path)


def test_a_crew_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    agent = "{role: r, goal: g, backstory: b, input: Hello}"
    path = tmp_path / "flow.yaml"
    path.write_text(
        HEAD
        + "    do: {call: crew, from_declaration: crews/none}\n"
        + f"  two:\n    listen: one\n    do: {{call: agent, with: {agent}}}\n",
        encoding="utf-8",
    )
    loaded = load(str(path), Documents())
    assert [crew.name for crew in loaded.crews] == ["two"]
    (error,) = loaded.errors
    assert (error.line, error.message) == (6, "there is no crew at crews/none")
