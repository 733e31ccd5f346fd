"""Random mistakes in declarative flows: any value under any key, broken expressions, keys that lack."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tests.semantics.random_mistakes import AGENT_KEYS, CREW_KEYS, NAMES, TASK_KEYS, VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_METHOD: Final = ("description", "do", "start", "listen", "router", "emit", "persist", "human_feedback")
_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("call", "ref", "with"),
    "tool": ("call", "ref", "with"),
    "crew": ("call", "from_declaration", "with", "inputs"),
    "agent": ("call", "with"),
    "expression": ("call", "expr"),
    "each": ("call", "in", "do"),
}
_FLOW: Final = ("schema", "name", "description", "state", "config", "persist", "conversational", "methods")
_STATE: Final = ("type", "default", "ref", "json_schema")
_CONFIG: Final = (
    *("stream", "memory", "input_provider", "suppress_flow_events", "max_method_calls"),
    *("defer_trace_finalization", "checkpoint"),
)
_STEP: Final = ("name", "if", "action")
_FEEDBACK: Final = ("message", "emit", "llm", "default_outcome", "metadata", "learn", "learn_source")
_OTHER: Final = ("colour", "call", "listen", "do")
"""Keys that some of the mappings do not know."""

CONDITIONS: Final = (
    "begin",
    "work",
    "done",
    {"or": ["begin", "done"]},
    {"and": ["begin"]},
    {"xor": ["begin"]},
)
EXPRESSIONS: Final = (
    *("state.topic", "'done'", "state.count + 1", "outputs.begin", "state['topic']", "state.rows[0]"),
    *("size(state.rows)", "state.rows.map(r, r)", "state.rows.exists(r, r == x)", "now()", "string(now())"),
    *("inputs.topic", "topic", "state.topic and true", "not state.topic", "state.topic = 'x'", "state."),
    *(
        "'open",
        '"open',
        "state.topic ? 'a' : 'b'",
        "state.topic if true",
        "state.rows[",
        "{'a': 1}",
        "{a: 1}",
    ),
    *("", "  ", "${state.topic}", "${state.topic", "${}", "f(state.x, y)", "item", "item.x", "self.state"),
    *(
        "true && false || !true",
        "-state.count * 2",
        "1 in [1, 2]",
        "[1, 2,]",
        "state.topic // why",
        "as",
        "in",
    ),
    *("b'x'", "r'x\\d'", "'''a\nb'''", "1u", "0x1F", "1.5e3", ".5", "5.", "a.b{c: 1}", ".state", "state.for"),
    *("state.topic.startsWith('x')", "outputs.a.b.c", "x.map(state, state)", "1 < 2 < 3", "a ? b", "!", "{}"),
)
TEMPLATES: Final = (
    *(f"${{{one}}}" for one in EXPRESSIONS),
    *("News about ${state.topic} and ${outputs.begin}", "${state.topic", "{topic}", "$ {x}", "${'a}b'}"),
    *("${ state.topic } ${}", "${{'a': 1}}", "$state.topic", "${state.topic}}"),
)
_OWN: Final[tuple[Any, ...]] = (
    *("sequential", "dict", "pydantic", "json_schema", "expression", "crew", "agent", "each", "code", "tool"),
    *("steps:told", "steps:absent", "steps.told", "absent:noted", ":", "crews/filed", "crews/none", "../up"),
    *({"enabled": False}, {"topic": "x"}, {"type": "object"}, {"message": "ok?"}, {1: 2}, ["begin"], -1),
    *({"call": "expression", "expr": "1"}, {"ref": "steps:told"}, [{"name": "a", "action": {"ref": "x:y"}}]),
    *({"type": "string"}, {"call": "each", "in": "[1]", "do": []}),
)


def _agent(**more: Any) -> dict[str, Any]:
    return {"role": "R", "goal": "G", "backstory": "B", "llm": "gpt-4o", **more}


def _task(**more: Any) -> dict[str, Any]:
    return {"name": "t", "description": "Do it.", "expected_output": "It.", "agent": "a", **more}


def _base(kind: str) -> dict[str, Any]:
    """A flow with a method of one kind between two others."""
    does: dict[str, Any] = {
        "crew": {
            "call": "crew",
            "with": {"agents": {"a": _agent()}, "tasks": [_task()]},
            "inputs": {"topic": "${state.topic}"},
        },
        "filed": {"call": "crew", "from_declaration": "crews/filed", "inputs": {"topic": "x"}},
        "agent": {"call": "agent", "with": _agent(input="Say ${state.topic}.")},
        "expression": {"call": "expression", "expr": "state.topic"},
        "code": {"call": "code", "ref": "steps:told", "with": {"output": "${state.topic}"}},
        "each": {
            "call": "each",
            "in": "state.rows",
            "do": [
                {"name": "ask", "action": {"call": "agent", "with": _agent(input="${item}")}},
                {"name": "last", "if": "true", "action": {"call": "expression", "expr": "outputs.ask"}},
            ],
        },
    }
    return {
        "schema": "crewai.flow/v1",
        "name": "Made",
        "state": {"type": "dict", "default": {"topic": "AI", "rows": ["x", "y"], "count": 2}},
        "config": {"suppress_flow_events": True},
        "methods": {
            "begin": {
                "start": True,
                "router": True,
                "emit": ["done", "again"],
                "do": {"call": "expression", "expr": "'done'"},
            },
            "work": {"listen": {"or": ["done", "again"]}, "do": does[kind]},
            "end": {"listen": "work", "do": {"call": "expression", "expr": "outputs.begin"}},
        },
    }


STEPS: Final = """
def told(flow, output):
    return output
"""
"""What the flow calls of the project's Python."""
FILES: Final[Mapping[str, Any]] = {
    "crews/filed/crew.jsonc": {"agents": ["a"], "tasks": [_task()]},
    "crews/filed/agents/a.jsonc": _agent(),
}


@st.composite
def mistaken_flows(draw: st.DrawFn) -> dict[str, Any]:
    """A flow with one thing that may be wrong."""
    flow = _base(draw(st.sampled_from(["crew", "crew", "filed", "agent", "expression", "code", "each"])))
    owner, keys = draw(st.sampled_from(list(_mappings(flow))))
    kind = draw(st.sampled_from(["value", "value", "expression", "missing", "renamed"]))
    given = sorted(map(str, owner))
    if kind == "missing":
        del owner[draw(st.sampled_from(given))]
    elif kind == "renamed":
        key = draw(st.sampled_from(given))
        owner[f"{key}s"] = owner.pop(key)
    elif kind == "expression":
        _respell(draw, flow)
    else:
        owner[draw(st.sampled_from((*keys, *_OTHER)))] = deepcopy(draw(_values()))
    return flow


def _values() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.sampled_from(VALUES), st.sampled_from(NAMES), st.sampled_from(_OWN), st.sampled_from(CONDITIONS)
    )


def _mappings(flow: dict[str, Any]) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Every mapping of a flow that has keys of its own, with those."""
    yield flow, _FLOW
    yield flow["state"], _STATE
    yield flow["config"], _CONFIG
    for method in flow["methods"].values():
        yield method, _METHOD
        yield from _of_action(method["do"])


def _of_action(action: dict[str, Any]) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    yield action, _ACTIONS[action["call"]]
    if action["call"] == "agent":
        yield action["with"], (*AGENT_KEYS, "input", "response_format", "settings", "type", "name")
    elif "tasks" in action.get("with", ()):
        inline = action["with"]
        yield inline, (*CREW_KEYS, "inputs", "agents", "tasks", "manager_agent")
        yield inline["agents"]["a"], (*AGENT_KEYS, "settings", "type", "input")
        yield inline["tasks"][0], (*TASK_KEYS, "type", "context", "agent")
    for step in action["do"] if action["call"] == "each" else ():
        yield step, _STEP
        yield from _of_action(step["action"])


def _respell(draw: st.DrawFn, flow: dict[str, Any]) -> None:
    """Write another expression, or a condition, in one of the places that have them."""
    methods = flow["methods"]
    does = methods["work"]["do"]
    places: list[tuple[dict[str, Any], str, tuple[Any, ...]]] = [
        (methods["end"]["do"], "expr", EXPRESSIONS),
        (methods["end"], "listen", CONDITIONS),
    ]
    for key, texts in (("expr", EXPRESSIONS), ("in", EXPRESSIONS)):
        places += [(does, key, texts)] * 3 if key in does else []
    for inputs in (does.get("inputs"), does.get("with") if does["call"] == "code" else None):
        places += [(key_of, next(iter(key_of)), TEMPLATES) for key_of in [inputs] if key_of]
    if does["call"] == "agent":
        places.append((does["with"], "input", TEMPLATES))
    if does["call"] == "each":
        places.append((does["do"][0]["action"]["with"], "input", TEMPLATES))
        places += [(does["do"][1], "if", EXPRESSIONS), (does["do"][1]["action"], "expr", EXPRESSIONS)]
    owner, key, texts = draw(st.sampled_from(places))
    owner[key] = deepcopy(draw(st.sampled_from(texts)))
