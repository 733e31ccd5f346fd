"""Hypothesis strategies for declarative flows, as the plain data of a ``flow.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.conformance.random_crews import Definition

LABELS = ("approved", "revise", "stop")
STATE: Definition = {
    "topic": "AI agents",
    "limit": 3,
    "ratio": 0.5,
    "flag": True,
    "nothing": None,
    "person": {"name": "Ada", "tags": ["x", "ÿ"]},
    "rows": ["one", "two", "three"],
    "pairs": [{"k": "a"}, {"k": "b"}],
}
TEMPLATES = (
    "${state.topic}",
    " ${state.limit} ",
    "News about ${state.topic}, ${state.ratio} of ${state.person.tags}",
    "${state.person}",
    "${state.rows[1]}",
    '${state["person"]["name"]}: ${state.flag} ${state.nothing}.',
    "${state.limit + 1}",
    "${state.topic.size()}",
    "${size(state.rows)} rows",
    "plain text with {braces}",
    "${'a}b'}",
    "${7}",
    "${state.unset}",
    "${[1, 2]}",
)
EACH_TEMPLATES = (*TEMPLATES, "${item}", "The ${item}", "${item.k}")


@dataclass(frozen=True)
class FlowCase:
    """A flow, what its kickoff gives, and the answers its routers give from the state."""

    definition: Definition
    inputs: Definition


@st.composite
def flows(draw: st.DrawFn, *, cyclic: bool = False) -> FlowCase:
    """A flow that CrewAI takes, with the inputs of one kickoff."""
    count = draw(st.integers(1, 6))
    names = [f"m{number}" for number in range(count)]
    methods: Definition = {}
    inputs: Definition = {}
    for number, name in enumerate(names):
        method = draw(_methods(name, names[:number] if not cyclic else [one for one in names if one != name]))
        if number == 0:
            method.pop("listen", None)
            method["start"] = True
        methods[name] = method
        if method.get("router"):
            inputs[f"route_{name}"] = draw(st.sampled_from((*LABELS, "nobody")))
    definition: Definition = {"schema": "crewai.flow/v1", "name": "Random", "methods": methods}
    if draw(st.booleans()):
        definition["state"] = {"type": "dict", "default": dict(STATE)}
    else:
        inputs = {**STATE, **inputs}
    definition["config"] = {"max_method_calls": 8}
    return FlowCase(definition, inputs)


@st.composite
def _methods(draw: st.DrawFn, name: str, others: list[str]) -> Definition:
    method: Definition = {"do": draw(_actions(name))}
    if others and draw(st.integers(0, 9)) > 1:
        method["listen"] = draw(_conditions((*others, *LABELS)))
    if "listen" not in method or draw(st.integers(0, 9)) == 0:
        method["start"] = True if draw(st.integers(0, 4)) or not others else draw(_conditions(LABELS))
    if draw(st.integers(0, 3)) == 0:
        method["router"] = True
        method["do"] = {"call": "expression", "expr": f"state.route_{name}"}
        if draw(st.integers(0, 2)) == 0:
            method["do"]["expr"] = draw(st.sampled_from(["'approved'", "'revise'", "null", "true"]))
        elif draw(st.booleans()):
            method["emit"] = list(LABELS)
    return method


def _conditions(events: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.sampled_from(events),
        lambda inner: st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda pair: {pair[0]: pair[1]}
        ),
        max_leaves=3,
    )


@st.composite
def _actions(draw: st.DrawFn, name: str) -> Definition:
    if draw(st.integers(0, 3)) == 0:
        source = draw(st.sampled_from(["state.rows", "state.pairs", "['a', 'b']", "state.rows.map(r, r)"]))
        steps = [draw(_steps(f"s{number}", f"{name}.s{number}")) for number in range(draw(st.integers(1, 2)))]
        return {"call": "each", "in": source, "do": steps}
    return draw(_atoms(name, TEMPLATES))


@st.composite
def _steps(draw: st.DrawFn, step: str, name: str) -> Definition:
    made: Definition = {"name": step, "action": draw(_atoms(name, EACH_TEMPLATES))}
    if draw(st.integers(0, 2)) == 0:
        made["if"] = draw(st.sampled_from(["true", "false", "item != 'two'", "state.limit > 2"]))
    return made


@st.composite
def _atoms(draw: st.DrawFn, name: str, templates: tuple[str, ...]) -> Definition:
    agent = {"role": f"Role of {name}", "goal": "Do it", "backstory": "Can.", "llm": "gpt-4o"}
    match draw(st.sampled_from(["crew", "crew", "agent", "expression"])):
        case "crew":
            given = draw(
                st.dictionaries(st.sampled_from(["topic", "x"]), st.sampled_from(templates), max_size=2)
            )
            task = {"name": "t", "description": "Do {topic}.", "expected_output": "It.", "agent": "a"}
            crew: Definition = {"name": name, "agents": {"a": agent}, "tasks": [task]}
            if draw(st.booleans()):
                crew["inputs"] = {"topic": draw(st.sampled_from(templates)), "z": [1, "${state.limit}"]}
            action: Definition = {"call": "crew", "with": crew}
            return {**action, "inputs": given} if given else action
        case "agent":
            return {"call": "agent", "with": {**agent, "input": draw(st.sampled_from(templates))}}
        case _:
            return {"call": "expression", "expr": draw(st.sampled_from(["state.topic", "'done'", "1 + 1"]))}
