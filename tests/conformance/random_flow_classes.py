"""Hypothesis strategies for ``Flow`` classes in Python, as the text of a module."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

LABELS = ("again", "good", "stop")
TEXTS = ("tea", "bees", "x y", "7")
HEAD = """\
import asyncio
import random

from crewai import Agent, Crew, Task
from crewai.flow.flow import Flow, and_, listen, or_, router, start
from pydantic import BaseModel


class Notes(BaseModel):
    topic: str = "tea"
    tone: str = "dry"
    count: int = 0
    rows: list[str] = ["a", "b"]


def crew(name):
    agent = Agent(role="r", goal="g", backstory="b", llm="openai/gpt-4o")
    task = Task(description="{x}", expected_output="o", agent=agent)
    return Crew(name=name, agents=[agent], tasks=[task])


def remember(state, value):
    state.tone = value

"""


@dataclass(frozen=True)
class FlowModule:
    """A module that defines a flow ``Work`` and starts it, and the seed of its ``random``."""

    text: str
    seed: int


@st.composite
def flow_modules(draw: st.DrawFn) -> FlowModule:
    """A module with one flow class, which may branch, join and go round."""
    is_mapping = draw(st.booleans())
    base = draw(st.sampled_from(("Flow", "Flow[dict]"))) if is_mapping else "Flow[Notes]"
    lines = [f"class Work({base}):", "    limit = 2", ""]
    if not is_mapping and draw(st.integers(0, 3)) == 0:
        lines = ["class Work(Flow):", "    initial_state = Notes", "    limit = 2", ""]
    names = [f"m{number}" for number in range(draw(st.integers(1, 6)))]
    for number, name in enumerate(names):
        lines += draw(_methods(name, names[:number], names[number + 1 :], is_mapping=is_mapping))
    given = draw(st.sampled_from(("", "inputs={'topic': 'bees'}", "inputs={'topic': 'x', 'tone': 'wry'}")))
    if is_mapping:
        given = "inputs={'topic': 'bees', 'tone': 'wry', 'count': 0, 'rows': ['a', 'b']}"
    lines += ["", "if __name__ == '__main__':", f"    Work().kickoff({given})", ""]
    return FlowModule(HEAD + "\n" + "\n".join(lines), draw(st.integers(0, 9)))


@st.composite
def _methods(
    draw: st.DrawFn, name: str, before: list[str], after: list[str], *, is_mapping: bool
) -> list[str]:
    is_router = bool(before) and draw(st.integers(0, 3)) == 0
    waits = draw(_conditions(before, after)) if before else ""
    if not before or (not is_router and draw(st.integers(0, 9)) == 0):
        decorator = "@start()"
    else:
        decorator = f"@router({waits})" if is_router else f"@listen({waits})"
    takes = decorator != "@start()" and draw(st.booleans())
    is_async = draw(st.booleans())
    head = f"{'async ' if is_async else ''}def {name}(self{', given' if takes else ''}):"
    names = ["given"] if takes else []
    body = [
        line
        for _ in range(draw(st.integers(1, 3)))
        for line in draw(_statements(name, names, is_async=is_async))
    ]
    body += draw(_answers()) if is_router else [f"return {draw(_values(names))}"]
    if is_mapping:
        body = [_as_items(line) for line in body]
    return [f"    {decorator}", f"    {head}", *(f"        {line}" for line in body), ""]


def _as_items(line: str) -> str:
    """The statement for a state that is a mapping."""
    for name in ("topic", "tone", "count", "rows"):
        line = line.replace(f"self.state.{name}", f"self.state['{name}']")
    return line.replace("remember(self.state, ", "self.state.update(tone=")


@st.composite
def _conditions(draw: st.DrawFn, before: list[str], after: list[str]) -> str:
    events = [*before, *(f"'{label}'" for label in LABELS)]
    if draw(st.integers(0, 2)):
        return draw(st.sampled_from(events))
    chosen = draw(
        st.lists(st.sampled_from([*events, *(f"'{one}'" for one in after)]), min_size=2, max_size=3)
    )
    return f"{draw(st.sampled_from(('or_', 'and_')))}({', '.join(chosen)})"


@st.composite
def _values(draw: st.DrawFn, names: list[str]) -> str:
    texts = [repr(text) for text in TEXTS]
    return draw(
        st.sampled_from(
            [*texts, "self.state.topic", "self.state.tone", "getattr(self, 'kept', 'none')", *names]
        )
    )


@st.composite
def _statements(draw: st.DrawFn, name: str, names: list[str], *, is_async: bool) -> list[str]:
    value = draw(_values(names))
    other = draw(_values(names))
    start = "await crew({0}).kickoff_async" if is_async and draw(st.booleans()) else "crew({0}).kickoff"
    plain = start.format(repr(name))
    match draw(st.integers(0, 11)):
        case 0 | 1 | 2:
            return [f"{plain}(inputs={{'x': {value}, 'y': {other}}})"]
        case 3:
            return ["for row in self.state.rows:", f"    {plain}(inputs={{'x': row, 'y': {value}}})"]
        case 4:
            return [f"self.state.topic = {value}"]
        case 5:
            return [f"remember(self.state, {value})"]
        case 6:
            return [f"self.kept = {value}"]
        case 7:
            return ["self.state.count += 1"]
        case 8:
            return [f"self.state.rows.append({value})"]
        case 9:
            return [
                "if random.random() < 0.5:",
                f"    self.state.tone = {value}",
                "else:",
                f"    {plain}(inputs={{'x': {value}, 'y': 'else'}})",
            ]
        case 10 if name == "m0":
            # Which of several crews a later method starts need not be known.
            return [
                f"self.team = crew('{name}_team')",
                "self.team.kickoff(inputs={'x': 'made', 'y': self.state.count})",
            ]
        case _:
            return [
                "if hasattr(self, 'team'):",
                f"    self.team.kickoff(inputs={{'x': {value}, 'y': self.state.count}})",
            ]


@st.composite
def _answers(draw: st.DrawFn) -> list[str]:
    one, two = draw(st.sampled_from(LABELS)), draw(st.sampled_from(LABELS))
    match draw(st.integers(0, 3)):
        case 0:
            return [f"return {one!r}"]
        case 1:
            return [f"return {one!r} if random.random() < 0.5 else {two!r}"]
        case 2:
            return [
                "self.state.count += 1",
                "if self.state.count > self.limit:",
                f"    return {one!r}",
                f"return {two!r}",
            ]
        case _:
            return ["if self.state.tone == 'dry':", f"    return {one!r}", "return 'nobody'"]
