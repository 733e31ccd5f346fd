"""Expressions of a project's Python: one table from the kind of node to what reads it."""

from __future__ import annotations

import ast
import builtins
import re
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.python import operators
from crewprof.python.config_files import ConfigFile
from crewprof.python.exceptions import computed, raised
from crewprof.python.joining import has_rest
from crewprof.python.native_values import Deque
from crewprof.python.scopes import bound_by, bound_in
from crewprof.python.site import Site
from crewprof.python.values import (
    ClassValue,
    External,
    Frame,
    FromEnvironment,
    Instance,
    OneOf,
    PartialText,
    Perhaps,
    PlacedDict,
    UnknownItems,
    Value,
    Written,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crewprof.python.calls import Calls
    from crewprof.python.comparing import Comparing
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.texts import Texts

_BUILTINS: Final = frozenset(dir(builtins))
_CREWAI_NAMES: Final = frozenset({"Agent", "Task", "Crew", "Process", "LLM"})
_CONVERSIONS: Final = {-1: "", 115: "s", 114: "r", 97: "a"}
_DATA: Final = (
    *(type(None), bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, range),
    PurePath,
)


class Expressions:
    """Evaluates expressions for a machine; each method reads one kind of node."""

    def __init__(
        self, machine: Machine, iteration: Iteration, comparing: Comparing, texts: Texts, calls: Calls
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.texts = texts
        self.calls = calls

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression stands for; Unknown for a kind that is not read."""
        reader = _READERS.get(type(node))
        if reader is None:
            return self.machine.unsure(Site(node, frame))
        return reader(self, node, frame)

    # Names

    def _name(self, node: ast.Name, frame: Frame) -> Value:
        name = node.id
        if name not in frame.shared:
            holder: Frame | None = frame
            while holder is not None:
                if name in holder.names:
                    return self._read(holder.names[name], node, frame)
                if name in holder.local:
                    text = f"cannot access local variable '{name}' where it is not associated with a value"
                    raise raised(
                        Site(node, frame), UnboundLocalError(text) if holder is frame else _free(name)
                    )
                holder = holder.outer
        names = self.machine.names_of(frame.module)
        if name in names:
            return self._read(names[name], node, frame)
        if name in _BUILTINS:
            return External(f"builtins.{name}")
        return self._unbound(node, frame)

    def _read(self, value: Value, node: ast.Name, frame: Frame) -> Value:
        """What a bound name stands for; reading one that may not be bound may raise."""
        if not isinstance(value, Perhaps):
            return value
        if self.machine.trying:
            error = raised(Site(node, frame), NameError(f"name '{node.id}' is not defined"))
            self.machine.journal.may_leave(error, value)
        if len(value.options) == 1 and isinstance(value.options[0], Unknown):
            return value.options[0]
        return OneOf(value.reason, value.place, value.options)

    def _unbound(self, node: ast.Name, frame: Frame) -> Value:
        site = Site(node, frame)
        star = frame.module.star_of(node.id)
        if star is not None:
            return External(star)
        if not frame.module.stars and node.id in _module_names(frame.module.document.tree):
            raise raised(site, NameError(f"name '{node.id}' is not defined"))
        if node.id in _CREWAI_NAMES:
            self.machine.note(site.unknown(f"`{node.id}` is not imported; taken as CrewAI's"))
            return External(f"crewai.{node.id}")
        return self.machine.unsure(site)

    def _constant(self, node: ast.Constant, _frame: Frame) -> Value:
        return node.value

    def _namedexpr(self, node: ast.NamedExpr, frame: Frame) -> Value:
        value = self.machine.evaluate(node.value, frame)
        while frame.host is not None:
            frame = frame.host
        self.machine.assign(node.target, value, frame, node.value)
        return value

    def _attribute(self, node: ast.Attribute, frame: Frame) -> Value:
        return self.machine.attribute(self.machine.evaluate(node.value, frame), node.attr, Site(node, frame))

    # Items

    def _subscript(self, node: ast.Subscript, frame: Frame) -> Value:
        value = self.machine.evaluate(node.value, frame)
        return self.item(value, self.machine.evaluate(node.slice, frame), Site(node, frame))

    def item(self, value: Value, key: Value, site: Site) -> Value:
        """``value[key]``."""
        if isinstance(value, OneOf):
            return self.machine.of_each(value, lambda one: self.item(one, key, site), site)
        if isinstance(value, External) and value.dotted == "os.environ" and isinstance(key, str):
            return self.machine.environment.get(key, FromEnvironment(key, None, site.place))
        if isinstance(key, FromEnvironment):
            if isinstance(value, dict) and any(isinstance(one, list | dict | set) for one in value.values()):
                return self._any_entry(value, site)
            return self.machine.marked(key, lambda: self.item(value, key.value, site), site)
        if isinstance(value, FromEnvironment):
            return self.machine.marked(value, lambda: self.item(value.value, key, site), site)
        if isinstance(value, dict):
            return self._entry(value, key, site)
        if isinstance(value, Instance):
            return self.comparing.special(value, "getitem", [key], site)
        if isinstance(value, ClassValue):
            return self._of_class(value, key, site)
        if not isinstance(value, _DATA) or isinstance(value, PartialText):
            if isinstance(value, re.Match) and operators.is_known(key):
                return computed(site, lambda: value[key])  # type: ignore[call-overload]
            return self.machine.unsure(site)
        return self._of_sequence(value, key, site)

    def _of_class(self, value: ClassValue, key: Value, site: Site) -> Value:
        if value.members and isinstance(key, str) and not isinstance(key, PartialText):
            if key not in value.members:
                raise raised(site, KeyError(key))
            return value.members[key]
        # A generic class with its parameters is the class, for all that matters here.
        return value if value.lookup("__class_getitem__") is None else self.machine.unsure(site)

    def _of_sequence(self, value: Any, key: Value, site: Site) -> Value:
        if isinstance(key, slice):
            if not all(operators.is_known(one) for one in (key.start, key.stop, key.step)):
                return self._some_of(value, site)
        elif not operators.is_known(key):
            return self._some_of(value, site)
        if isinstance(value, list | tuple) and has_rest(value):
            rest = next(at for at, one in enumerate(value) if isinstance(one, UnknownItems))
            if isinstance(key, int) and 0 <= key < rest:
                return value[key]
            return self._some_of(value, site)
        if isinstance(value, Deque) and isinstance(key, slice):
            raise raised(site, TypeError("sequence index must be integer, not 'slice'"))
        made: Value = computed(site, lambda: value[key])
        if isinstance(key, slice):
            self.machine.allocate(len(made))  # type: ignore[arg-type]
            if isinstance(made, list):
                self.machine.journal.bear(made)
        return made

    def _some_of(self, value: Any, site: Site) -> Value:
        """What is not known to be which item, or items."""
        if isinstance(value, list | tuple):
            self.machine.escaping.add(value)
        return self.machine.unsure(site)

    def _entry(self, value: dict[object, object], key: Value, site: Site) -> Value:
        if not operators.as_key(key):
            if operators.is_known(key):
                raise raised(site, TypeError(f"unhashable type: '{type(key).__name__}'"))
            return self._any_entry(value, site)
        if key in value:
            return value[key]
        default = getattr(value, "factory", None)
        if getattr(value, "kind", "dict") == "Counter" and getattr(value, "rest", None) is None:
            return 0
        if isinstance(value, PlacedDict) and value.rest is not None:
            return self.machine.unsure(site)
        if default is not None:
            made = self.machine.invoke(default, [], {}, site)
            self.machine.journal.touch(value)
            value[key] = made
            return made
        error = raised(site, KeyError(key))
        if isinstance(value, ConfigFile):
            error.error = value.no_key(key, site.place)
        raise error

    def _any_entry(self, value: dict[object, object], site: Site) -> Value:
        """The entry of a key that is not known."""
        unknown = self.machine.unsure(site)
        if isinstance(value, PlacedDict) and value.factory is not None:
            self.machine.lose(value, unknown)
        self.machine.escaping.add(value.values())
        rest = isinstance(value, PlacedDict) and value.rest is not None
        if rest or not 0 < len(value) <= 8 or any(isinstance(one, Unknown) for one in value.values()):
            return unknown
        return OneOf(unknown.reason, unknown.place, tuple(value.values()))

    def _slice(self, node: ast.Slice, frame: Frame) -> Value:
        parts = [
            None if one is None else self.machine.evaluate(one, frame)
            for one in (node.lower, node.upper, node.step)
        ]
        return slice(*parts)

    # Displays

    def _list(self, node: ast.List, frame: Frame) -> Value:
        made = self._items(node.elts, frame)
        self.machine.journal.bear(made)
        return made

    def _tuple(self, node: ast.Tuple, frame: Frame) -> Value:
        return tuple(self._items(node.elts, frame))

    def _set(self, node: ast.Set, frame: Frame) -> Value:
        return self.as_set(self._items(node.elts, frame), Site(node, frame))

    def as_set(self, items: Sequence[Value], site: Site) -> Value:
        """A set of ``items``."""
        made: set[Value] = set()
        for one in items:
            if isinstance(one, UnknownItems) or operators.as_key(one):
                made.add(one)
            elif operators.is_known(one):
                raise raised(site, TypeError(f"unhashable type: '{type(one).__name__}'"))
            else:
                unknown = site.unknown()
                made.add(UnknownItems(unknown.reason, unknown.place))
        self.machine.journal.bear(made)
        return made

    def _items(self, nodes: list[ast.expr], frame: Frame) -> list[Value]:
        items: list[Value] = []
        for one in nodes:
            if isinstance(one, ast.Starred):
                value = self.iteration.private(partial(self.machine.evaluate, one.value, frame))
                items.extend(self.iteration.listed(value, Site(one, frame)))
            else:
                items.append(self.machine.evaluate(one, frame))
        self.machine.allocate(len(items))
        return items

    def _dict(self, node: ast.Dict, frame: Frame) -> Value:
        made = PlacedDict()
        self.machine.journal.bear(made)
        place = frame.module.document.place_of
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            if key_node is None:
                self._splat(made, value_node, frame)
                continue
            key = self.machine.evaluate(key_node, frame)
            value = self.machine.evaluate(value_node, frame)
            self.put(
                made, key, value, Site(key_node, frame), Written(place(value_node), place(key_node), "python")
            )
        self.machine.allocate(len(made))
        return made

    def _splat(self, made: PlacedDict, node: ast.expr, frame: Frame) -> None:
        value = self.machine.evaluate(node, frame)
        if isinstance(value, dict):
            made.add_all(value)
            made.rest = made.rest or getattr(value, "rest", None)
        elif isinstance(value, _DATA) and not isinstance(value, PartialText):
            raise raised(Site(node, frame), TypeError(f"'{type(value).__name__}' object is not a mapping"))
        else:
            self.machine.lose(made, self.machine.unsure(Site(node, frame)))

    def put(
        self, mapping: dict[object, object], key: Value, value: Value, site: Site, written: Written | None
    ) -> None:
        """``mapping[key] = value``."""
        if operators.as_key(key):
            self.machine.grow(len(mapping))
            if isinstance(mapping, PlacedDict):
                mapping.put(key, value, written)
            else:
                mapping[key] = value
        elif operators.is_known(key):
            raise raised(site, TypeError(f"unhashable type: '{type(key).__name__}'"))
        elif isinstance(mapping, PlacedDict):
            self.machine.lose(mapping, self.machine.unsure(site))

    # Texts

    def _joinedstr(self, node: ast.JoinedStr, frame: Frame) -> Value:
        parts = [self.machine.evaluate(one, frame) for one in node.values]
        return self.texts.concatenated(parts, Site(node, frame))

    def _formattedvalue(self, node: ast.FormattedValue, frame: Frame) -> Value:
        value = self.machine.evaluate(node.value, frame)
        spec = "" if node.format_spec is None else self.machine.evaluate(node.format_spec, frame)
        return self.texts.formatted(value, _CONVERSIONS.get(node.conversion, ""), spec, Site(node, frame))

    # Operators

    def _binop(self, node: ast.BinOp, frame: Frame) -> Value:
        # A long sum of texts is a deep tree: its left side is followed in a loop.
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        value = self.machine.evaluate(chain[-1].left, frame)
        for one in reversed(chain):
            self.machine.charge()
            right = self.machine.evaluate(one.right, frame)
            value = self.comparing.binary(one.op, value, right, Site(one, frame))
        return value

    def _boolop(self, node: ast.BoolOp, frame: Frame) -> Value:
        return self._either(node, 0, frame)

    def _either(self, node: ast.BoolOp, at: int, frame: Frame) -> Value:
        value = self.machine.evaluate(node.values[at], frame)
        if at == len(node.values) - 1:
            return value
        site = Site(node.values[at], frame)
        if isinstance(node.op, ast.Or) and isinstance(value, FromEnvironment):
            return self._or_else(value, node, at, frame)
        known = self.comparing.truth(value, site)
        if known is not None:
            return value if known is isinstance(node.op, ast.Or) else self._either(node, at + 1, frame)
        why = Unknown(f"`{site.source}`", site.place)
        return self.machine.either([lambda: value, lambda: self._either(node, at + 1, frame)], why)

    def _or_else(self, value: FromEnvironment, node: ast.BoolOp, at: int, frame: Frame) -> Value:
        """``variable or …``: what follows is evaluated where the variable is not set, or empty."""
        found: list[Value] = []

        def follow() -> Value:
            found.append(self._either(node, at + 1, frame))
            return None

        if all(isinstance(one, ast.Constant) for one in node.values[at + 1 :]):
            follow()
        else:
            # It may do something, or raise.
            self.machine.either([_nothing, follow], value.unknown)
        if value.value is not None and self.comparing.truth(value.value, Site(node, frame)) is not False:
            return value
        if not found:
            return value.unknown
        if isinstance(found[0], FromEnvironment):
            return FromEnvironment(value.variable, found[0].value, value.place, is_whole=False)
        return FromEnvironment(value.variable, found[0], value.place)

    def _unaryop(self, node: ast.UnaryOp, frame: Frame) -> Value:
        value = self.machine.evaluate(node.operand, frame)
        site = Site(node, frame)
        if isinstance(node.op, ast.Not):
            known = self.comparing.truth(value, site)
            return site.unknown() if known is None else not known
        return self.comparing.unary(node.op, value, site)

    def _compare(self, node: ast.Compare, frame: Frame) -> Value:
        return self._compared(node, 0, self.machine.evaluate(node.left, frame), frame)

    def _compared(self, node: ast.Compare, at: int, left: Value, frame: Frame) -> Value:
        site = Site(node, frame)
        right = self.machine.evaluate(node.comparators[at], frame)
        result = self.comparing.compare(node.ops[at], left, right, site)
        if at == len(node.ops) - 1:
            return result
        known = self.comparing.truth(result, site)
        if known is None:
            why = Unknown(f"`{site.source}`", site.place)
            return self.machine.either(
                [lambda: result, lambda: self._compared(node, at + 1, right, frame)], why
            )
        return self._compared(node, at + 1, right, frame) if known else result

    def _ifexp(self, node: ast.IfExp, frame: Frame) -> Value:
        known = self.comparing.truth(self.machine.evaluate(node.test, frame), Site(node.test, frame))
        if known is not None:
            return self.machine.evaluate(node.body if known else node.orelse, frame)
        return self.machine.either(
            [partial(self.machine.evaluate, one, frame) for one in (node.body, node.orelse)],
            condition(Site(node.test, frame)),
        )

    # Functions

    def _call(self, node: ast.Call, frame: Frame) -> Value:
        return self.calls.evaluate(node, frame)

    def _await(self, node: ast.Await, frame: Frame) -> Value:
        return self.machine.evaluate(node.value, frame)

    def _lambda(self, node: ast.Lambda, frame: Frame) -> Value:
        return self.calls.function(node, frame)

    def _starred(self, node: ast.Starred, frame: Frame) -> Value:
        return self.machine.unsure(Site(node, frame))

    # Comprehensions

    def _listcomp(self, node: ast.ListComp, frame: Frame) -> Value:
        made = list(self._drained(self._produced(node, node.elt, frame)))
        self.machine.journal.bear(made)
        return made

    def _setcomp(self, node: ast.SetComp, frame: Frame) -> Value:
        return self.as_set(list(self._drained(self._produced(node, node.elt, frame))), Site(node, frame))

    def _generatorexp(self, node: ast.GeneratorExp, frame: Frame) -> Value:
        return self.iteration.lazily(self._produced(node, node.elt, frame))

    def _dictcomp(self, node: ast.DictComp, frame: Frame) -> Value:
        made = PlacedDict()
        self.machine.journal.bear(made)
        site = Site(node, frame)
        pair = ast.Tuple([node.key, node.value], ast.Load())
        ast.copy_location(pair, node.key)
        for one in self._drained(self._produced(node, pair, frame)):
            if isinstance(one, UnknownItems):
                self.machine.lose(made, one)
            else:
                assert isinstance(one, tuple)
                self.put(made, one[0], one[1], site, None)
        return made

    def _drained(self, items: Iterator[Value]) -> Iterator[Value]:
        for count, one in enumerate(items):
            self.machine.grow(count)
            yield one

    def _produced(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        element: ast.expr,
        frame: Frame,
    ) -> Iterator[Value]:
        """What a comprehension makes. Only the first iterable is evaluated at once."""
        first = node.generators[0]
        value = self.iteration.private(partial(self.machine.evaluate, first.iter, frame))
        hidden = frame.is_module or frame.is_class
        bound = bound_by([one.target for one in node.generators])
        inner = Frame(
            frame.module,
            {},
            outer=frame.outer if hidden else frame,
            owner=frame.owner,
            receiver=frame.receiver,
            function=frame.function,
            local=bound.local,
            shared=frozenset() if hidden else frame.shared,
            host=frame,
        )
        self.machine.journal.bear(inner.names)
        # Python asks for the iterator at once, too.
        items = self.iteration.items(value, Site(first.iter, frame))
        return self._values(node.generators, element, inner, items)

    def _values(
        self, generators: list[ast.comprehension], element: ast.expr, frame: Frame, items: Iterator[Value]
    ) -> Iterator[Value]:
        generator, rest = generators[0], generators[1:]
        for item in items:
            self.machine.charge()
            is_sure = not isinstance(item, UnknownItems)
            site = Site(generator.iter, frame)
            self.machine.assign(generator.target, item if is_sure else site.unknown(), frame)
            verdict = self._holds(generator.ifs, frame) if is_sure else None
            if verdict is None:
                why = site.unknown(
                    f"which items of `{site.source}` are taken is only known when the crew runs"
                )
                self.machine.repeat(lambda: self._ignored(rest, element, frame), why)
                yield UnknownItems(why.reason, why.place)
            elif verdict:
                yield from self._below(rest, element, frame)

    def _below(self, rest: list[ast.comprehension], element: ast.expr, frame: Frame) -> Iterator[Value]:
        if not rest:
            yield self.machine.evaluate(element, frame)
            return
        value = self.machine.evaluate(rest[0].iter, frame)
        yield from self._values(rest, element, frame, self.iteration.items(value, Site(rest[0].iter, frame)))

    def _ignored(self, rest: list[ast.comprehension], element: ast.expr, frame: Frame) -> Value:
        for _ in self._below(rest, element, frame):
            pass
        return None

    def _holds(self, tests: list[ast.expr], frame: Frame) -> bool | None:
        for test in tests:
            known = self.comparing.truth(self.machine.evaluate(test, frame), Site(test, frame))
            if not known:
                return known
        return True


def _nothing() -> Value:
    return None


def condition(site: Site) -> Unknown:
    """What decides between two alternatives: the test that stands at ``site``."""
    return Unknown(f"`{site.source}`", site.place)


def _free(name: str) -> NameError:
    return NameError(
        f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    )


def _module_names(tree: ast.Module) -> frozenset[str]:
    """Names that a module binds anywhere, in its functions by ``global`` too."""
    found: frozenset[str] | None = getattr(tree, "_crewprof_names", None)
    if found is None:
        shared = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for name in bound_in(node).shared
        }
        found = bound_by(tree.body).local | shared
        tree._crewprof_names = found  # type: ignore[attr-defined]
    return found


_Reader: TypeAlias = "Callable[[Expressions, Any, Frame], Value]"

_READERS: Final[Mapping[type[ast.expr], _Reader]] = {
    ast.Attribute: Expressions._attribute,
    ast.Await: Expressions._await,
    ast.BinOp: Expressions._binop,
    ast.BoolOp: Expressions._boolop,
    ast.Call: Expressions._call,
    ast.Compare: Expressions._compare,
    ast.Constant: Expressions._constant,
    ast.Dict: Expressions._dict,
    ast.DictComp: Expressions._dictcomp,
    ast.FormattedValue: Expressions._formattedvalue,
    ast.GeneratorExp: Expressions._generatorexp,
    ast.IfExp: Expressions._ifexp,
    ast.JoinedStr: Expressions._joinedstr,
    ast.Lambda: Expressions._lambda,
    ast.List: Expressions._list,
    ast.ListComp: Expressions._listcomp,
    ast.Name: Expressions._name,
    ast.NamedExpr: Expressions._namedexpr,
    ast.Set: Expressions._set,
    ast.SetComp: Expressions._setcomp,
    ast.Slice: Expressions._slice,
    ast.Starred: Expressions._starred,
    ast.Subscript: Expressions._subscript,
    ast.Tuple: Expressions._tuple,
    ast.UnaryOp: Expressions._unaryop,
}
"""Kinds that are not here (``yield`` outside a statement of its own) are Unknown."""
