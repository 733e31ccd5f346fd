"""The state a ``Flow`` class starts with, and what the project gives it when it starts the flow.

(``Flow._create_initial_state`` and ``Flow._initialize_state``, crewai/flow/runtime)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from crewprof.crew.loaders.project_code.flow_detection import is_flow_class
from crewprof.crew.loaders.project_code.flow_state_changes import changes_state
from crewprof.python import operators
from crewprof.python.mappings import PlacedDict
from crewprof.python.values import Argument, ClassValue
from crewprof.quick_dataclasses import dataclass
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.python.interpreter import Interpreter
    from crewprof.python.values import Instance, MethodCall, Value
    from crewprof.source.place import Place
    from crewprof.source.python_document import PythonDocument


@dataclass(frozen=True, slots=True)
class Starts:
    """What the scripts of a project start: the files that they read, the calls of methods that they make."""

    documents: tuple[PythonDocument, ...]
    calls: tuple[MethodCall, ...]


def first_state(interpreter: Interpreter, cls: ClassValue, starts: Starts, place: Place) -> Value:
    """The state the flow ``cls`` starts with; Unknown where its class or what it is given is not known."""
    is_changed = changes_state((*starts.documents, cls.module.document), cls)
    given = None if is_changed else given_to_flow(starts, cls)
    kind = _state_class(interpreter, cls)
    if given is None or isinstance(kind, Unknown):
        return Unknown("the state of the flow is only known when it runs", place)
    if kind is not None:
        return interpreter.calls.instantiate(kind, [], fields_given(kind, given), place)
    state = PlacedDict({name: one.value for name, one in given.items()})
    # CrewAI adds an id of its own.
    state.rest = Unknown("what else the state of the flow holds is only known when it runs", place)
    return state


def _state_class(interpreter: Interpreter, cls: ClassValue) -> ClassValue | Unknown | None:
    """The class of a flow's state; ``None`` for a mapping."""
    unknown = Unknown("the class of the flow's state is not known", cls.module.document.place_of(cls.node))
    own = cls.lookup("initial_state")
    if own is not None:
        return own[1] if isinstance(own[1], ClassValue) else unknown
    for one in cls.mro():
        for base in one.node.bases:
            if isinstance(base, ast.Subscript):
                return _state_of_base(interpreter, one, base)
    return None


def _state_of_base(
    interpreter: Interpreter, cls: ClassValue, base: ast.Subscript
) -> ClassValue | Unknown | None:
    """What stands between the brackets of ``Flow[…]``."""
    found = ast.unparse(base.slice)
    if found.split("[")[0].lower() == "dict":
        return None
    state = interpreter.names_of(cls.module).get(found)
    if isinstance(state, ClassValue):
        return state
    return Unknown(f"what `{found}` stands for is not known", cls.module.document.place_of(base))


def given_to_flow(starts: Starts, cls: ClassValue) -> dict[str, Argument] | None:
    """The inputs of the flow ``cls`` by name, as the project starts it; ``None`` where they are not known.

    Nothing, where no module that has been read starts anything with inputs. Starts that give different
    inputs, and starts that no path which was followed reaches, leave nothing known.
    """
    written = {
        document.place_of(node)
        for document in starts.documents
        if "kickoff" in document.text.text
        for node in _starts_with_inputs(document.tree)
    }
    followed = {call.place for call in starts.calls}
    if not written <= followed:
        return None
    own = [call for call in starts.calls if call.place in written and _is_of(call.receiver, cls)]
    inputs = [_inputs(call) for call in own]
    if not inputs:
        return {}
    first = inputs[0]
    if first is None or any(one is None or _values(one) != _values(first) for one in inputs):
        return None
    return first


def _is_of(made: Instance, cls: ClassValue) -> bool:
    """Whether an object is of the class, in whichever process it was made."""
    return isinstance(made.callee, ClassValue) and made.callee.node is cls.node


def fields_given(state: ClassValue, given: Mapping[str, Argument]) -> dict[str, Argument]:
    """What of ``given`` the class of a state takes; Unknown where pydantic may make another value of it."""
    kinds = {name: kind for one in reversed(state.mro()) for name, kind in _annotated(one)}
    return {
        name: one if _fits(one.value, kinds[name]) else _converted(name, one)
        for name, one in given.items()
        if name in kinds
    }


def _converted(name: str, given: Argument) -> Argument:
    why = f"what the state makes of the input {name} is only known when the flow runs"
    return Argument(Unknown(why, given.place), given.place, given.key_place)


def _annotated(cls: ClassValue) -> Iterator[tuple[str, str]]:
    for node in cls.node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, ast.unparse(node.annotation).lower()


def _fits(value: object, annotation: str) -> bool:
    """Whether a field annotated so keeps ``value`` as it is: the annotation names the type of the value."""
    value = operators.plain(value)
    kinds = {str: "str", bool: "bool", int: "int", float: "float", list: "list"}
    kind = next((name for one, name in kinds.items() if type(value) is one), None)
    return kind is not None and kind in annotation


def _values(inputs: Mapping[str, Argument]) -> dict[str, object]:
    return {name: one.value for name, one in inputs.items()}


def _inputs(call: MethodCall) -> dict[str, Argument] | None:
    found = call.keywords.get("inputs") or (call.arguments[0] if call.arguments else None)
    value = None if found is None else operators.plain(found.value)
    if found is None or not isinstance(value, dict) or getattr(value, "rest", None) is not None:
        return None
    if not all(isinstance(name, str) for name in value):
        return None
    return {str(name): Argument(item, found.place, found.key_place) for name, item in value.items()}


def _starts_with_inputs(tree: ast.Module) -> Iterator[ast.Call]:
    """The calls outside flow classes that start something with inputs."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ClassDef) and is_flow_class(node):
            continue
        if isinstance(node, ast.Call) and _is_start_with_inputs(node):
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def _is_start_with_inputs(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    return name.startswith("kickoff") and bool(node.args or node.keywords)
