"""Keys, values and expressions of a flow that CrewAI refuses when it reads it.

(``FlowDefinition`` and its validators, crewai/flow/flow_definition.py) Crews and agents of a flow are
judged as those of other definitions are.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.flow.cel import NotCelError, TooDeepError, roots_of, segments_of
from crewprof.crew.loaders.flow.expressions import NotKnown, evaluate
from crewprof.crew.loaders.flow.keys import (
    ACTIONS,
    CONFIG,
    CONVERSATION,
    FEEDBACK,
    FLOW,
    METHOD,
    PERSIST,
    ROUTER,
    STATES,
    STEP,
)
from crewprof.crew.typed_fields import describe, wrong_type
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.loaders.definition_body import Body
    from crewprof.crew.loaders.flow.keys import Kind

CALLS: Final = ("code", "tool", "crew", "agent", "expression", "script", "each")
"""What a method can do (``FlowActionDefinition``)."""


_ROOTS: Final = frozenset({"outputs", "state"})
_ROOTS_OF_STEPS: Final = _ROOTS | {"item"}


def check_flow(flow: Body) -> None:
    """Raise for the first thing CrewAI refuses of a flow, its methods aside."""
    _values(flow, FLOW, "the flow")
    state = flow.at("state")
    if isinstance(state.value, dict):
        kind = state.value.get("type")
        if not isinstance(kind, str) or kind not in STATES:
            place = state.at("type") if "type" in state.value else state
            raise wrong_type(
                "the type of the state", kind, " or ".join(STATES), place.place, "write type: dict"
            )
        _keys(state, STATES[kind], "the state", ("type",))
    _values(flow.at("config"), CONFIG, "config")
    _values(flow.at("persist"), PERSIST, "persist")
    _values(flow.at("conversational"), CONVERSATION, "conversational")
    _values(flow.at("conversational", "router"), ROUTER, "the router of the conversation")


def check_method(name: str, method: Body) -> None:
    """Raise for the first thing CrewAI refuses of a method."""
    what = f"method '{name}'"
    _values(method, METHOD, what)
    _values(method.at("persist"), PERSIST, f"persist of {what}")
    _values(method.at("human_feedback"), FEEDBACK, f"human_feedback of {what}")
    _check_action(method.at("do"), what, _ROOTS)


def call_of(body: Body, *, is_step: bool = False) -> str:
    """What an action does; raises :class:`InputError` when CrewAI knows no such thing."""
    value = body.value
    if not isinstance(value, dict):
        raise wrong_type("an action", value, "a mapping with call:", body.place, "for example call: crew")
    call = value.get("call", "code" if "ref" in value and not is_step else None)
    if call not in CALLS:
        place = body.at("call") if "call" in value else body
        shown = "no call" if "call" not in value else f"call: {describe(call)}"
        raise place.error(f"the action has {shown}", f"an action is one of {', '.join(CALLS)}")
    return str(call)


def _check_action(action: Body, what: str, roots: frozenset[str], *, is_step: bool = False) -> None:
    call = call_of(action, is_step=is_step)
    _keys(action, ACTIONS[call], f"the action of {what}", ("call",))
    if call == "each":
        _check_each(action, what)
    elif call == "script":
        _check_script(action.at("code"), what)
    elif call in ("code", "tool"):
        _check_reference(action.at("ref"), call)
        _check_templates(action.at("with"), roots)
    elif call == "expression":
        _check_expression(action.at("expr"), roots)
    elif call == "crew":
        _check_templates(action.at("inputs"), roots)
        _check_templates(action.at("with", "inputs"), roots)
    else:
        _check_templates(action.at("with", "input"), roots)


def _check_each(action: Body, what: str) -> None:
    _check_expression(action.at("in"), _ROOTS)
    items = evaluate(str(action.at("in").value), {})
    if not isinstance(items, NotKnown | list):
        raise wrong_type("in", items, "a list", action.at("in").place, "for example in: state.rows")
    names: set[str] = set()
    steps = action.at("do")
    if not steps.value or not isinstance(steps.value, list):
        raise steps.error("each has no steps under do", "write a list of steps with name and action")
    for index in range(len(steps.value)):
        step = steps.at(index)
        if not isinstance(step.value, dict):
            raise wrong_type(
                f"step {index + 1} of {what}", step.value, "a mapping", step.place, "write name and action"
            )
        _keys(step, STEP, f"step {index + 1} of {what}")
        name = str(step.at("name").value)
        if not is_name(name):
            raise step.at("name").error(f"{name!r} is no name of a step", _NAMES)
        if name in names:
            raise step.at("name").error(f"two steps are called {name}, which CrewAI refuses", "rename one")
        names.add(name)
        if step.at("if").value is not None:
            _check_condition(step.at("if"))
        if call_of(step.at("action"), is_step=True) == "each":
            raise step.at("action", "call").error(
                "each cannot stand inside each", "put it in a method of its own"
            )
        _check_action(step.at("action"), f"step {name}", _ROOTS_OF_STEPS, is_step=True)


_NAMES: Final = "use letters, digits and underscores"


def is_name(name: str) -> bool:
    """Whether CrewAI takes it for the name of a method or step."""
    return name.isascii() and name.isidentifier()


def _check_condition(body: Body) -> None:
    _check_expression(body, _ROOTS_OF_STEPS)
    found = evaluate(str(body.value), {})
    if not isinstance(found, NotKnown | bool):
        raise wrong_type("if", found, "true or false", body.place, "write a comparison: item.kind == 'a'")


def _check_script(body: Body, what: str) -> None:
    try:
        ast.parse(str(body.value))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise body.error(f"the script of {what} is no Python: {error}", "mend the code") from None


def _check_reference(body: Body, call: str) -> None:
    """``resolve_ref`` of crewai/utilities/declarative_refs.py; a tool may be an action of an app, too."""
    reference = str(body.value)
    module, separator, name = reference.partition(":")
    is_app = call == "tool" and not separator and "/" in reference.partition("@")[0]
    if not is_app and ("<" in reference or not module or not name):
        hint = "write module:name"
        raise body.error(f"{reference!r} is no reference to Python, which CrewAI refuses", hint)


def _check_expression(body: Body, roots: frozenset[str]) -> None:
    source = str(body.value).strip()
    if source.startswith("${") and source.endswith("}"):
        source = source[2:-1].strip()
    _check_cel(source, body, roots)


def _check_templates(body: Body, roots: frozenset[str]) -> None:
    """Every ``${…}`` in the texts of a value."""
    value = body.value
    if isinstance(value, str):
        try:
            sources = list(segments_of(value))
        except NotCelError as error:
            raise _no_cel(value, str(error), body) from None
        for source in sources:
            _check_cel(source.strip(), body, roots)
    elif isinstance(value, dict):
        for key in value:
            if isinstance(key, str):
                _check_templates(body.at(key), roots)
    elif isinstance(value, list):
        for index in range(len(value)):
            _check_templates(body.at(index), roots)


def _check_cel(source: str, body: Body, roots: frozenset[str]) -> None:
    if not source:
        raise body.error("the expression is empty, which CrewAI refuses", "for example state.topic")
    try:
        foreign = sorted(roots_of(source) - roots)
    except TooDeepError:
        return
    except NotCelError as error:
        raise _no_cel(source, str(error), body) from None
    if foreign:
        known = " or ".join(f"{one}.…" for one in sorted(roots))
        raise body.error(
            f"the expression {_short(source)} starts from {foreign[0]}, which CrewAI refuses",
            f"start from {known}, or put a text in quotes",
        )


def _no_cel(source: str, why: str, body: Body) -> Exception:
    return body.error(
        f"{_short(source)} is no CEL expression: {why}",
        "CEL writes ==, &&, || and !, texts in quotes, and a ? b : c",
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


def _keys(body: Body, kinds: Mapping[str, Kind], what: str, more: tuple[str, ...] = ()) -> None:
    """Values, and no other keys than those known."""
    value = body.value
    for key in value if isinstance(value, dict) else ():
        if key not in kinds and key not in more:
            guess = did_you_mean(str(key), [*kinds, *more])
            hint = f"did you mean {guess}?" if guess else f"it has the keys {', '.join((*more, *kinds))}"
            place = body.at(key) if isinstance(key, str) else body
            raise place.error(f"CrewAI refuses the key {key} of {what}, which it does not know", hint)
    _values(body, kinds, what)


def _values(body: Body, kinds: Mapping[str, Kind], what: str) -> None:
    value = body.value
    if not isinstance(value, dict):
        return
    for key, kind in kinds.items():
        if key not in value:
            if kind.needed:
                raise body.error(f"{what} has no {key}, which CrewAI refuses", f"write {key}: {kind.words}")
        elif not kind.takes(value[key]):
            place = body.at(key).place
            raise wrong_type(f"{key} of {what}", value[key], kind.words, place, f"write {kind.words} here")


def actions_in(body: Body) -> Iterator[Body]:
    """An action, and the steps of an ``each``."""
    yield body
    if call_of(body) == "each":
        steps = body.at("do").value
        for index in range(len(steps) if isinstance(steps, list) else 0):
            yield body.at("do", index, "action")
