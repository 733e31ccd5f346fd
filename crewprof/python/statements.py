"""Statements of a project's Python: one table from the kind of node to what follows it."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crewprof.python import operators
from crewprof.python.calls import STANDARD_LIBRARY
from crewprof.python.dataclass_fields import refusal
from crewprof.python.exceptions import catches, computed, is_exception_class, raised
from crewprof.python.expressions import condition
from crewprof.python.joining import has_rest
from crewprof.python.leaving import Kind, Leaving, Raised, TooLarge, TooLong
from crewprof.python.library_constants import named
from crewprof.python.machine import ANY_EXCEPTION, TOO_LONG
from crewprof.python.scopes import within
from crewprof.python.site import Site
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    ClassValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    LazyItems,
    ModuleValue,
    OneOf,
    PartialText,
    PlacedDict,
    UnknownItems,
    Value,
    Written,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.python.attributes import Attributes
    from crewprof.python.calls import Calls
    from crewprof.python.classes import Classes
    from crewprof.python.comparing import Comparing
    from crewprof.python.contexts import Contexts
    from crewprof.python.forgetting import Forgetting
    from crewprof.python.iteration import Iteration
    from crewprof.python.leaving import Kind
    from crewprof.python.machine import Machine
    from crewprof.python.patterns import Patterns

_IN_PLACE: Final = (list, set, dict, Instance)
"""What ``+=`` and the like may change itself."""

_WAITING_LIMIT: Final = 12
"""Rounds of a loop that paths may leave, followed one by one; more are joined."""


_MARKS: Final = frozenset(
    {"property", "staticmethod", "classmethod", "wraps", "lru_cache", "cache", "cached_property"}
    | {"contextmanager", "asynccontextmanager", "abstractmethod", "abstractproperty", "dataclass"}
    | {"total_ordering", "override", "overload", "final", "runtime_checkable", "unique", "no_type_check"}
    | {"dataclass_transform", "deprecated", "abstractclassmethod", "abstractstaticmethod"}
)
"""Decorators of the standard library that give what they were given, or are followed where it is called."""

NO_CAUSE: Final = object()

_PAIRS: Final = (list, tuple, set, str)
"""What may hold pairs that a mapping is filled from."""


class Statements:
    """Follows statements for a machine; each method follows one kind of node."""

    def __init__(
        self,
        machine: Machine,
        iteration: Iteration,
        comparing: Comparing,
        attributes: Attributes,
        classes: Classes,
        calls: Calls,
        patterns: Patterns,
        contexts: Contexts,
        forgetting: Forgetting,
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.attributes = attributes
        self.classes = classes
        self.calls = calls
        self.patterns = patterns
        self.contexts = contexts
        self.forgetting = forgetting
        self._left_out: set[ast.AST] = set()
        """Loops of unknown length that were too long once: they are not followed again."""

    def run(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Follow statements one after the other."""
        for one in statements:
            self.machine.charge()
            follower = _FOLLOWERS.get(type(one))
            if follower is None:
                self.forget(one, frame, "is a kind of statement that is not followed")
            else:
                follower(self, one, frame)

    def run_apart(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Follow the body of a module or class: a statement that is too long is left out, and forgotten."""
        for one in statements:
            self.machine.next_statement()
            level = len(self.machine.journal.layers)
            trying = self.machine.trying
            try:
                self.run([one], frame)
            except (TooLong, TooLarge, RecursionError):
                self.machine.trying = trying
                self.machine.journal.abandon(level)
                self.forget(one, frame, TOO_LONG)
                self.machine.give_back()

    def forget(self, node: ast.stmt, frame: Frame, why: str) -> None:
        """Leave a statement out: what it may change is unknown."""
        site = Site(node, frame)
        said = self.machine.say_too_long(site) if why == TOO_LONG else site.unknown(f"`{site.source}` {why}")
        unknown = self.machine.note(said)
        self.forgetting.forget([node], frame, unknown)
        if self.machine.trying:
            self.machine.journal.may_leave(Raised(ANY_EXCEPTION), unknown)

    # Simple statements

    def _nothing(self, _node: ast.stmt, _frame: Frame) -> None:
        return

    def _expr(self, node: ast.Expr, frame: Frame) -> None:
        if not isinstance(node.value, ast.Constant):
            self.machine.evaluate(node.value, frame)

    def _return(self, node: ast.Return, frame: Frame) -> None:
        value = None if node.value is None else self.machine.evaluate(node.value, frame)
        raise Leaving("return", value)

    def _break(self, _node: ast.Break, _frame: Frame) -> None:
        raise Leaving("break")

    def _continue(self, _node: ast.Continue, _frame: Frame) -> None:
        raise Leaving("continue")

    def _raise(self, node: ast.Raise, frame: Frame) -> None:
        site = Site(node, frame)
        if node.exc is None:
            caught = frame.caught
            raise Raised(caught, caught.place if isinstance(caught, Instance) else site.place)
        value = self.machine.evaluate(node.exc, frame)
        cause = NO_CAUSE if node.cause is None else self.machine.evaluate(node.cause, frame)
        if isinstance(value, ClassValue | External) and is_exception_class(value):
            value = self.machine.invoke(value, [], {}, site)
        if isinstance(value, External):
            value = Instance(value, site.place)
        if isinstance(value, Instance) and cause is not NO_CAUSE:
            self.attributes.put(value, "__cause__", site.argument(cause))
        if not isinstance(value, Instance):
            if operators.is_known(value):
                raise raised(site, TypeError("exceptions must derive from BaseException"))
            value = ANY_EXCEPTION
        raise Raised(value, site.place)

    def _assert(self, node: ast.Assert, frame: Frame) -> None:
        known = self.comparing.truth(self.machine.evaluate(node.test, frame), Site(node.test, frame))
        if known:
            return
        site = Site(node, frame)
        values = (
            []
            if node.msg is None or known is None
            else [site.argument(self.machine.evaluate(node.msg, frame))]
        )
        error = Raised(Instance(External("builtins.AssertionError"), site.place, tuple(values)), site.place)
        if known is None:
            self.machine.journal.may_leave(error, condition(Site(node.test, frame)))
            return
        raise error

    # Assignments

    def _assign(self, node: ast.Assign, frame: Frame) -> None:
        value = self.machine.evaluate(node.value, frame)
        for target in node.targets:
            self.assign(target, value, frame, node.value)

    def _annassign(self, node: ast.AnnAssign, frame: Frame) -> None:
        if isinstance(node.target, ast.Name) and isinstance(frame.receiver, ClassValue) and frame.is_class:
            frame.receiver.annotations[node.target.id] = node.annotation
        if node.value is not None:
            self.assign(node.target, self.machine.evaluate(node.value, frame), frame, node.value)

    def _augassign(self, node: ast.AugAssign, frame: Frame) -> None:
        site = Site(node, frame)
        if isinstance(node.target, ast.Name):
            before = self.machine.evaluate(
                ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target), frame
            )
            self.assign(node.target, self._changed(node, before, frame), frame)
            return
        receiver = self.machine.evaluate(node.target.value, frame)
        if isinstance(node.target, ast.Attribute):
            name = node.target.attr
            before = self.machine.attribute(receiver, name, site)
            argument = site.argument(self._changed(node, before, frame))
            self.attributes.set(receiver, name, argument, site)
            return
        key = self.machine.evaluate(node.target.slice, frame)
        before = self.machine.item(receiver, key, site)
        self._put(receiver, key, self._changed(node, before, frame), site, None)

    def _changed(self, node: ast.AugAssign, before: Value, frame: Frame) -> Value:
        return self._change(node, before, self.machine.evaluate(node.value, frame), Site(node, frame))

    def _change(self, node: ast.AugAssign, before: Value, value: Value, site: Site) -> Value:
        if isinstance(before, OneOf) and any(isinstance(one, _IN_PLACE) for one in before.options):
            return self.machine.of_each(before, lambda one: self._change(node, one, value, site), site)
        if isinstance(before, list) and isinstance(node.op, ast.Add):
            more = self.iteration.listed(value, site)
            self.machine.journal.touch(before)
            self.machine.grow(len(before) + len(more))
            before.extend(more)
            return before
        if isinstance(before, dict) and isinstance(node.op, ast.BitOr) and isinstance(value, _PAIRS):
            # Unlike `|`, `|=` takes whatever dict.update takes.
            self.machine.run(self.machine.attribute(before, "update", site), [value], site)
            return before
        if isinstance(before, Unknown):
            self.machine.escaping.changed([value], site.unknown())
        return self.comparing.in_place(node.op, before, value, site)

    def assign(self, target: ast.expr, value: Value, frame: Frame, written: ast.expr | None = None) -> None:
        """``target = value``; ``written`` is where the value is written."""
        if written is not None and isinstance(value, Instance):
            _label(value, target, written, frame)
        match target:
            case ast.Name():
                self.bind(target.id, value, frame)
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                self._unpack(elts, value, frame, Site(target, frame))
            case ast.Attribute():
                receiver = self.machine.evaluate(target.value, frame)
                argument = self._argument(value, target, written, frame)
                self.attributes.set(receiver, target.attr, argument, Site(target, frame))
            case ast.Subscript():
                place = frame.module.document.place_of
                container = self.machine.evaluate(target.value, frame)
                key = self.machine.evaluate(target.slice, frame)
                entry = Written(place(written or target), place(target), "python")
                self._put(container, key, value, Site(target, frame), entry)
            case ast.Starred():
                self.assign(target.value, value, frame, written)
            case _:
                return

    def bind(self, name: str, value: Value, frame: Frame) -> None:
        """Give a name a value where it is looked up."""
        names = self._holder(name, frame)
        self.machine.journal.touch(names)
        names[name] = value

    @staticmethod
    def _holder(name: str, frame: Frame) -> dict[str, Value]:
        if name in frame.shared:
            return frame.module.names
        if name in frame.borrowed:
            holder = frame.outer
            while holder is not None:
                if name in holder.names or name in holder.local:
                    return holder.names
                holder = holder.outer
        return frame.names

    def _argument(self, value: Value, target: ast.expr, written: ast.expr | None, frame: Frame) -> Argument:
        place = frame.module.document.place_of
        items = tuple(place(one) for one in written.elts) if isinstance(written, ast.List) else ()
        return Argument(value, place(written or target), place(target), items)

    def _unpack(self, targets: list[ast.expr], value: Value, frame: Frame, site: Site) -> None:
        star = next((at for at, one in enumerate(targets) if isinstance(one, ast.Starred)), None)
        if isinstance(value, OneOf):
            value = self._alike(value, len(targets)) or value
        items = self.iteration.listed(value, site)
        if any(isinstance(one, UnknownItems) for one in items):
            # There may be more or fewer than are wanted.
            unknown = self.machine.unsure(site)
            for target in targets:
                rest: Value = unknown
                if isinstance(target, ast.Starred):
                    rest = [UnknownItems(unknown.reason, unknown.place)]
                self.assign(target, rest, frame)
            return
        if star is None:
            if len(items) != len(targets):
                few = (
                    "not enough values to unpack"
                    if len(items) < len(targets)
                    else "too many values to unpack"
                )
                raise raised(site, ValueError(f"{few} (expected {len(targets)})"))
            for target, item in zip(targets, items, strict=True):
                self.assign(target, item, frame)
            return
        after = len(targets) - star - 1
        if len(items) < len(targets) - 1:
            raise raised(site, ValueError("not enough values to unpack"))
        middle = items[star : len(items) - after]
        self.machine.journal.bear(middle)
        spread = [*items[:star], middle, *(items[len(items) - after :] if after else [])]
        for target, item in zip(targets, spread, strict=True):
            self.assign(target, item, frame)

    @staticmethod
    def _alike(value: OneOf, count: int) -> Value:
        """Options that are all tuples of one length, as one tuple of options."""
        rows = [one for one in value.options if isinstance(one, tuple) and len(one) == count]
        if len(rows) != len(value.options):
            return None
        return tuple(OneOf(value.reason, value.place, tuple(column)) for column in zip(*rows, strict=True))

    def _put(self, container: Value, key: Value, value: Value, site: Site, written: Written | None) -> None:
        """``container[key] = value``."""
        match container:
            case OneOf():
                self.machine.of_each(container, lambda one: self._put(one, key, value, site, written), site)
            case PlacedDict():
                self.machine.journal.touch(container)
                self._put_entry(container, key, value, site, written)
            case list():
                self.machine.journal.touch(container)
                self._put_item(container, key, value, site)
            case Instance():
                self.comparing.special(container, "setitem", [key, value], site)
            case External(dotted="os.environ") if isinstance(key, str):
                self.machine.journal.touch(self.machine.environment)
                self.machine.environment[key] = value
            case _ if operators.is_known(container) or isinstance(container, tuple | set | frozenset):
                shown = type(container).__name__
                raise raised(site, TypeError(f"'{shown}' object does not support item assignment"))
            case _:
                self.machine.escaping.changed([value], self.machine.unsure(site))

    def _put_entry(
        self, mapping: PlacedDict, key: Value, value: Value, site: Site, written: Written | None
    ) -> None:
        if operators.as_key(key):
            self.machine.grow(len(mapping) + 1)
            mapping.put(key, value, written)
        elif operators.is_known(key):
            raise raised(site, TypeError(f"unhashable type: '{type(key).__name__}'"))
        else:
            self.machine.lose(mapping, self.machine.unsure(site))

    def _put_item(self, items: list[Value], key: Value, value: Value, site: Site) -> None:
        if isinstance(key, slice):
            more = self.iteration.listed(value, site)
            bounds = (key.start, key.stop, key.step)
            is_open = has_rest(items) or (key.step not in (None, 1) and has_rest(more))
            if is_open or not operators.is_known(bounds):
                self.machine.lose(items, self.machine.unsure(site))
                return
            self.machine.grow(len(items) + len(more))
            computed(site, items.__setitem__, key, more)
        elif not operators.is_known(key):
            self.machine.lose(items, self.machine.unsure(site))
        elif any(isinstance(one, UnknownItems) for one in items):
            rest = next(at for at, one in enumerate(items) if isinstance(one, UnknownItems))
            if isinstance(key, int) and 0 <= key < rest:
                items[key] = value
            else:
                self.machine.lose(items, self.machine.unsure(site))
        else:
            computed(site, items.__setitem__, key, value)

    def _delete(self, node: ast.Delete, frame: Frame) -> None:
        for target in node.targets:
            self._delete_target(target, frame)

    def _delete_target(self, target: ast.expr, frame: Frame) -> None:
        site = Site(target, frame)
        match target:
            case ast.Name():
                names = self._holder(target.id, frame)
                if target.id not in names:
                    error = NameError if frame.is_module or target.id in frame.shared else UnboundLocalError
                    raise raised(site, error(f"name '{target.id}' is not defined"))
                self.machine.journal.touch(names)
                del names[target.id]
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                for one in elts:
                    self._delete_target(one, frame)
            case ast.Attribute():
                self.attributes.delete(self.machine.evaluate(target.value, frame), target.attr, site)
            case ast.Subscript():
                container = self.machine.evaluate(target.value, frame)
                self._remove(container, self.machine.evaluate(target.slice, frame), site)
            case _:
                self.machine.unsure(site)

    def _remove(self, container: Value, key: Value, site: Site) -> None:
        if isinstance(container, Instance):
            self.comparing.special(container, "delitem", [key], site)
            return
        if isinstance(container, OneOf):
            self.machine.of_each(container, lambda one: self._remove(one, key, site), site)
            return
        if not isinstance(container, list | PlacedDict):
            if operators.is_known(container):
                raise raised(site, TypeError("object doesn't support item deletion"))
            self.machine.escaping.changed([], self.machine.unsure(site))
            return
        if isinstance(container, PlacedDict) and isinstance(key, slice | list | dict | set):
            raise raised(site, TypeError(f"unhashable type: '{type(key).__name__}'"))
        self.machine.journal.touch(container)
        is_open = has_rest(container) or getattr(container, "rest", None)
        bounds = (key.start, key.stop, key.step) if isinstance(key, slice) else key
        usable = operators.as_key(bounds)
        if is_open or not usable:
            if isinstance(container, PlacedDict) and usable:
                container.pop(key, None)
                self.machine.unsure(site)
                return
            self.machine.lose(container, self.machine.unsure(site))
            return
        computed(site, container.__delitem__, key)
        if isinstance(container, PlacedDict):
            container.written.pop(key, None)

    # Definitions

    def _functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        decorators = [self._decorator(one, frame) for one in node.decorator_list]
        made: Value = self.calls.function(node, frame)
        for decorator, written in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
            made = self._decorated(decorator, made, Site(written, frame))
        self.bind(node.name, made, frame)

    def _decorator(self, node: ast.expr, frame: Frame) -> Value:
        """A decorator; one of another package with arguments is kept with them."""
        if not isinstance(node, ast.Call):
            return self.machine.evaluate(node, frame)
        callee = self.machine.evaluate(node.func, frame)
        if isinstance(callee, External):
            return self.calls.made_by(callee, node, frame)
        arguments, keywords, is_complete = self.calls.arguments(node, frame)
        site = Site(node, frame)
        if not is_complete or ANY_ATTRIBUTE in keywords:
            return self.machine.unsure(site)
        return self.machine.invoke(callee, arguments, keywords, site)

    def _decorated(self, decorator: Value, made: Value, site: Site) -> Value:
        """What a decorator makes of a function or class.

        One of another package is taken to give what behaves as what it was given; only one of the
        project is followed.
        """
        target = decorator.callee if isinstance(decorator, Instance) else decorator
        if isinstance(target, External):
            if target.package in STANDARD_LIBRARY and target.name not in _MARKS:
                unknown = self.machine.unsure(site)
                self.machine.forget_reached(made, unknown)
                return unknown
            return self._marked(decorator, target, made, site)
        if isinstance(decorator, Unknown):
            # Where it comes from is not known: another package, most likely.
            return made if isinstance(made, FunctionValue | ClassValue) else site.unknown()
        return self.machine.run(decorator, [made], site)

    def _marked(self, decorator: Value, target: External, made: Value, site: Site) -> Value:
        if isinstance(made, FunctionValue):
            label = None
            decorators = (decorator, *made.decorators)
            if target.dotted == "functools.wraps" and isinstance(decorator, Instance):
                wrapped = decorator.arguments[0].value if decorator.arguments else None
                if isinstance(wrapped, FunctionValue):
                    label, decorators = wrapped.name, wrapped.decorators
                    decorators = tuple(one for one in decorators if _last(one) not in ("cache", "lru_cache"))
            made.label, made.decorators = label or made.label, decorators
            return made
        if isinstance(made, ClassValue):
            made.decorators = (decorator, *made.decorators)
            if target.name == "dataclass":
                made.defaults = dict(made.namespace)
                error = refusal(made)
                if error is not None:
                    raise raised(site, error)
            return made
        return self.machine.invoke(decorator, [site.argument(made)], {}, site)

    def _classdef(self, node: ast.ClassDef, frame: Frame) -> None:
        decorators = [self._decorator(one, frame) for one in node.decorator_list]
        made = self.classes.make(node, frame)
        for decorator, written in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
            made = self._decorated(decorator, made, Site(written, frame))
        self.bind(node.name, made, frame)

    # Imports

    def _import(self, node: ast.Import, frame: Frame) -> None:
        project = self.machine.project
        folder = frame.module.folder
        for alias in node.names:
            module = project.find(alias.name, folder)
            if module is not None:
                self.machine.names_of(module)
            first = alias.name.partition(".")[0]
            if alias.asname is None and first != alias.name:
                top = project.find(first, folder)
                if top is not None:
                    self.machine.names_of(top)
                    self.bind(first, ModuleValue(top), frame)
                    continue
                if module is not None:
                    project.note_folder(first, folder)
                self.bind(first, External(first), frame)
                continue
            found: Value = External(alias.name) if module is None else ModuleValue(module)
            self.bind(alias.asname or alias.name, found, frame)

    def _importfrom(self, node: ast.ImportFrom, frame: Frame) -> None:
        project = self.machine.project
        if node.level:
            module = project.find_relative(frame.module.folder, node.level, node.module)
        else:
            module = project.find(node.module or "", frame.module.folder)
        for alias in node.names:
            if alias.name != "*":
                self.bind(alias.asname or alias.name, self._imported(node, alias, frame), frame)
            elif module is not None:
                names = self.machine.names_of(module)
                for key in _exported(names):
                    self.bind(key, names[key], frame)
                frame.module.stars.extend(module.stars)
            elif node.module and not node.level:
                frame.module.stars.append(node.module)

    def _imported(self, node: ast.ImportFrom, alias: ast.alias, frame: Frame) -> Value:
        project, folder = self.machine.project, frame.module.folder
        site = Site(alias, frame)
        if node.level:
            module = project.find_relative(folder, node.level, node.module)
            dotted = ".".join(filter(None, (node.module, alias.name)))
            nested = project.find_relative(folder, node.level, dotted)
        else:
            module = project.find(node.module or "", folder)
            nested = None if module else project.find(f"{node.module}.{alias.name}", folder)
        if module is not None:
            return self.attributes.member(module, alias.name, site)
        if nested is not None:
            self.machine.names_of(nested)
            return ModuleValue(nested)
        if node.level:
            return self.machine.unsure(site, f"`{alias.name}` comes from a module that was not found")
        return named(f"{node.module}.{alias.name}")

    # Branches

    def _if(self, node: ast.If, frame: Frame) -> None:
        site = Site(node.test, frame)
        known = self.comparing.truth(self.machine.evaluate(node.test, frame), site)
        if known is not None:
            self.run(node.body if known else node.orelse, frame)
            return
        self._note_condition(site)
        self.machine.either(
            [partial(self._block, one, frame) for one in (node.body, node.orelse)], condition(site)
        )

    def _note_condition(self, site: Site) -> None:
        self.machine.note(site.unknown(f"whether `{site.source}` holds is only known when the crew runs"))

    def _block(self, statements: Sequence[ast.stmt], frame: Frame) -> Value:
        self.run(statements, frame)
        return None

    def _match(self, node: ast.Match, frame: Frame) -> None:
        self._cases(node, node.cases, self.machine.evaluate(node.subject, frame), frame)

    def _cases(self, node: ast.Match, cases: list[ast.match_case], value: Value, frame: Frame) -> None:
        for at, case in enumerate(cases):
            known, bindings = self.patterns.match(case.pattern, value, frame)
            if known is False:
                continue
            rest = partial(self._cases, node, cases[at + 1 :], value, frame)
            taken = partial(self._case, case, bindings, rest, frame)
            if known:
                taken()
            else:
                self._note_condition(Site(node.subject, frame))
                self.machine.either([taken, rest], condition(Site(node.subject, frame)))
            return

    def _case(
        self,
        case: ast.match_case,
        bindings: list[tuple[str, Value]],
        rest: Callable[[], None],
        frame: Frame,
    ) -> None:
        """A case whose pattern fits: its names are bound, whatever its guard says."""
        for name, value in bindings:
            self.bind(name, value, frame)
        body = partial(self.run, case.body, frame)
        if case.guard is None:
            body()
            return
        site = Site(case.guard, frame)
        holds = self.comparing.truth(self.machine.evaluate(case.guard, frame), site)
        if holds is None:
            self._note_condition(site)
            self.machine.either([body, rest], condition(site))
        elif holds:
            body()
        else:
            rest()

    # Loops

    def _for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> None:
        value = self.iteration.private(partial(self.machine.evaluate, node.iter, frame))
        self._loop(node, partial(self._rounds, node, value, frame), frame)

    def _loop(
        self, node: ast.For | ast.AsyncFor | ast.While, rounds: Callable[[], None], frame: Frame
    ) -> None:
        """Follow a loop, then its ``else``: a ``break`` that stands there is one of the loop around it."""

        def end(left: Leaving | None) -> None:
            if left is None:
                self.run(node.orelse, frame)

        self.machine.journal.catching(rounds, end, "break")

    def _rounds(self, node: ast.For | ast.AsyncFor, value: Value, frame: Frame) -> None:
        site = Site(node.iter, frame)
        level = len(self.machine.journal.layers)
        for item in self.iteration.items(value, site):
            self.machine.charge()
            if isinstance(item, UnknownItems) or len(self.machine.journal.layers) > level + _WAITING_LIMIT:
                why = site.unknown(f"what `{site.source}` holds is only known when the crew runs")
                self.machine.note(why)
                self._repeat(node, partial(self._round, node, why, frame), why, frame)
                if not isinstance(item, UnknownItems):
                    break
                continue
            self._round(node, item, frame)

    def _repeat(
        self,
        node: ast.For | ast.AsyncFor | ast.While,
        once: Callable[[], Value],
        why: Unknown,
        frame: Frame,
    ) -> None:
        """Follow a loop of unknown length; one that is too long is left out, not all that it is part of."""
        if self._is_followed(node, once, why):
            return
        self.forget(node, frame, TOO_LONG)
        for kind in _ways_out(node):
            self.machine.journal.may_leave(Leaving(kind, why), why)

    def _is_followed(
        self, node: ast.For | ast.AsyncFor | ast.While, once: Callable[[], Value], why: Unknown
    ) -> bool:
        """Follow a loop of unknown length; whether that was not too long."""
        level = len(self.machine.journal.layers)
        trying = self.machine.trying
        if node in self._left_out:
            return False
        try:
            with self.machine.sharing():
                self.machine.repeat(once, why)
        except TooLong:
            if self.machine.is_spent or _leaves_loop_around(node):
                raise
        else:
            return True
        self.machine.trying = trying
        self.machine.journal.abandon(level)
        self._left_out.add(node)
        return False

    def _round(self, node: ast.For | ast.AsyncFor, item: Value, frame: Frame) -> Value:
        self.assign(node.target, item, frame)
        self.machine.journal.settle(partial(self._block, node.body, frame), "continue")
        return None

    def _while(self, node: ast.While, frame: Frame) -> None:
        self._loop(node, partial(self._whiles, node, frame), frame)

    def _whiles(self, node: ast.While, frame: Frame) -> None:
        site = Site(node.test, frame)
        level = len(self.machine.journal.layers)
        while True:
            self.machine.charge()
            known = self.comparing.truth(self.machine.evaluate(node.test, frame), site)
            if known is False:
                break
            if known is None or len(self.machine.journal.layers) > level + _WAITING_LIMIT:
                self._note_condition(site)
                self._repeat(node, partial(self._once, node, frame), condition(site), frame)
                break
            self._turn(node, frame)

    def _turn(self, node: ast.While, frame: Frame) -> None:
        self.machine.journal.settle(partial(self._block, node.body, frame), "continue")

    def _once(self, node: ast.While, frame: Frame) -> Value:
        """A round of a loop of unknown length; the test is evaluated after it."""
        self._turn(node, frame)
        self.machine.evaluate(node.test, frame)
        return None

    # With and try

    def _with(self, node: ast.With | ast.AsyncWith, frame: Frame) -> None:
        self._within(node, 0, frame)

    def _within(self, node: ast.With | ast.AsyncWith, at: int, frame: Frame) -> None:
        if at == len(node.items):
            self.run(node.body, frame)
            return
        item = node.items[at]
        site = Site(item.context_expr, frame)
        value = self.iteration.private(partial(self.machine.evaluate, item.context_expr, frame))
        entered = self.contexts.enter(value, site)
        if item.optional_vars is not None:
            self.assign(item.optional_vars, entered, frame)

        def leave(left: Leaving | None) -> None:
            verdict = self.contexts.leave(value, left, site)
            if left is None:
                return
            if verdict is None:
                self.machine.journal.may_leave(left, site.unknown())
            elif not verdict:
                raise left

        inside = partial(self._within, node, at + 1, frame)
        if not isinstance(value, Instance | LazyItems):
            inside()
        else:
            self._attempt(inside, leave, "raise", "return", "break", "continue")

    def _attempt(
        self, inside: Callable[[], None], handle: Callable[[Leaving | None], None], *kinds: Kind
    ) -> None:
        def run() -> None:
            self.machine.trying += 1
            try:
                inside()
            finally:
                self.machine.trying -= 1

        self.machine.journal.catching(run, handle, *kinds)

    def _try(self, node: ast.Try, frame: Frame) -> None:
        if not node.finalbody:
            self._guarded(node, frame)
            return

        def finish(left: Leaving | None) -> None:
            self.run(node.finalbody, frame)
            if left is not None:
                raise left

        guarded = partial(self._guarded, node, frame)
        self._attempt(guarded, finish, "raise", "return", "break", "continue")

    def _guarded(self, node: ast.Try, frame: Frame) -> None:
        if not node.handlers:
            self.run(node.body, frame)
            self.run(node.orelse, frame)
            return

        def handle(left: Leaving | None) -> None:
            if left is None:
                self.run(node.orelse, frame)
            else:
                assert isinstance(left, Raised)
                self._handle(node.handlers, left, frame)

        self._attempt(partial(self.run, node.body, frame), handle, "raise")

    def _handle(self, handlers: list[ast.ExceptHandler], left: Raised, frame: Frame) -> None:
        for at, handler in enumerate(handlers):
            verdict: bool | None = True
            if handler.type is not None:
                verdict = catches(self.machine.evaluate(handler.type, frame), left.value)
            if verdict:
                self._caught(handler, left, frame)
                return
            if verdict is None:
                why = condition(Site(handler, frame))
                self.machine.either(
                    [
                        partial(self._caught, handler, left, frame),
                        partial(self._handle, handlers[at + 1 :], left, frame),
                    ],
                    why,
                )
                return
        raise left

    def _caught(self, handler: ast.ExceptHandler, left: Raised, frame: Frame) -> None:
        site = Site(handler, frame)
        before, frame.caught = frame.caught, left.value
        if handler.name is not None:
            shown = site.unknown("which exception it is is only known when the crew runs")
            self.bind(handler.name, shown if left.value is ANY_EXCEPTION else left.value, frame)
        try:
            self.run(handler.body, frame)
        finally:
            frame.caught = before
            if handler.name is not None:
                names = self._holder(handler.name, frame)
                self.machine.journal.touch(names)
                names.pop(handler.name, None)


def _ways_out(loop: ast.For | ast.AsyncFor | ast.While) -> list[Kind]:
    """How a loop may be left, other than by coming to its end or by raising."""
    ways: list[Kind] = ["return"] if any(isinstance(one, ast.Return) for one in within(loop.body)) else []
    return [*ways, "break"] if loop.orelse else ways


def _leaves_loop_around(loop: ast.For | ast.AsyncFor | ast.While) -> bool:
    return any(isinstance(one, ast.Break | ast.Continue) for one in within(loop.orelse))


def _exported(names: Mapping[str, Value]) -> list[str]:
    """What ``from module import *`` takes."""
    chosen = names.get("__all__")
    if isinstance(chosen, list | tuple) and all(isinstance(one, str) for one in chosen):
        return [str(one) for one in chosen if one in names]
    return [key for key in names if not key.startswith("_")]


def _last(decorator: Value) -> str:
    target = decorator.callee if isinstance(decorator, Instance) else decorator
    return target.name if isinstance(target, External | ClassValue | FunctionValue) else ""


_Follower: TypeAlias = "Callable[[Statements, Any, Frame], None]"

_FOLLOWERS: Final[Mapping[type[ast.stmt], _Follower]] = {
    ast.AnnAssign: Statements._annassign,
    ast.Assert: Statements._assert,
    ast.Assign: Statements._assign,
    ast.AsyncFor: Statements._for,
    ast.AsyncFunctionDef: Statements._functiondef,
    ast.AsyncWith: Statements._with,
    ast.AugAssign: Statements._augassign,
    ast.Break: Statements._break,
    ast.ClassDef: Statements._classdef,
    ast.Continue: Statements._continue,
    ast.Delete: Statements._delete,
    ast.Expr: Statements._expr,
    ast.For: Statements._for,
    ast.FunctionDef: Statements._functiondef,
    ast.Global: Statements._nothing,
    ast.If: Statements._if,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._importfrom,
    ast.Match: Statements._match,
    ast.Nonlocal: Statements._nothing,
    ast.Pass: Statements._nothing,
    ast.Raise: Statements._raise,
    ast.Return: Statements._return,
    ast.Try: Statements._try,
    ast.While: Statements._while,
    ast.With: Statements._with,
}
"""A kind that is not here is forgotten: what it may change is unknown."""


def _label(made: Instance, target: ast.expr, written: ast.expr, frame: Frame) -> None:
    """Remember what an object is called: where it is made, or kept by what made it; not where it is lent."""
    value = written.value if isinstance(written, ast.Await) else written
    is_kept = made.function is frame.function and not isinstance(target, ast.Name)
    if not isinstance(value, ast.Call) and not is_kept:
        return
    match target:
        case (
            ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name)))
        ):
            made.label = name
        case ast.Subscript(slice=ast.Name(id=name)):
            key = frame.names.get(name)
            if isinstance(key, str) and not isinstance(key, PartialText):
                made.label = str(key)
        case _:
            return
