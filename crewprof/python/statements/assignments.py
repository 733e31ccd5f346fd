"""Assignments to names, attributes, items and several targets at once, and ``del``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.python import module_names, operators
from crewprof.python.environment_variables import unset
from crewprof.python.exceptions import computed, raised
from crewprof.python.mappings import PlacedDict
from crewprof.python.module_names import ModuleNames
from crewprof.python.operations.hashing import is_key
from crewprof.python.site import Site
from crewprof.python.uncertain import OneOf, PartialText, Perhaps, UnknownItems, has_rest
from crewprof.python.values import (
    Argument,
    ClassValue,
    External,
    Frame,
    Instance,
    Value,
    Written,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.operations.arithmetic import Arithmetic
    from crewprof.python.operations.comparing import Comparing

_IN_PLACE: Final = (list, set, dict, Instance)
"""What ``+=`` and the like may change itself."""

_PAIRS: Final = (list, tuple, set, str)
"""What may hold pairs that a mapping is filled from."""


class Assignments:
    """Binds and unbinds targets for a machine."""

    def __init__(
        self,
        machine: Machine,
        comparing: Comparing,
        arithmetic: Arithmetic,
        iteration: Iteration,
        changes: AttributeChanges,
    ) -> None:
        self.machine = machine
        self.comparing = comparing
        self.arithmetic = arithmetic
        self.iteration = iteration
        self.changes = changes

    def follow_assign(self, node: ast.Assign, frame: Frame) -> None:
        """``targets = value``."""
        value = self.machine.evaluate(node.value, frame)
        for target in node.targets:
            self.assign(target, value, frame, node.value)

    def follow_annotated(self, node: ast.AnnAssign, frame: Frame) -> None:
        """``target: type = value``."""
        if isinstance(node.target, ast.Name) and isinstance(frame.receiver, ClassValue) and frame.is_class:
            frame.receiver.annotations[node.target.id] = node.annotation
        if node.value is not None:
            self.assign(node.target, self.machine.evaluate(node.value, frame), frame, node.value)

    def follow_augmented(self, node: ast.AugAssign, frame: Frame) -> None:
        """``target += value`` and the like."""
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
            self.changes.set(receiver, name, argument, site)
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
            self.iteration.extend(before, value, site)
            return before
        is_counter = isinstance(before, PlacedDict) and before.kind == "Counter"
        if (
            isinstance(before, dict)
            and not is_counter
            and isinstance(node.op, ast.BitOr)
            and isinstance(value, _PAIRS)
        ):
            # Unlike `|`, `|=` takes whatever dict.update takes.
            self.machine.run(self.machine.attribute(before, "update", site), [value], site)
            return before
        if isinstance(before, Unknown):
            self.machine.escaping.changed([value], site.unknown())
        return self.arithmetic.in_place(node.op, before, value, site)

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
                self.changes.set(receiver, target.attr, argument, Site(target, frame))
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
        names = self.holder(name, frame)
        self.machine.journal.touch(names)
        names[name] = value

    @staticmethod
    def holder(name: str, frame: Frame) -> dict[str, Value]:
        """The names among which a name is bound."""
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
        if star is None:
            items = self.iteration.first(value, len(targets) + 1, site)
        else:
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
        return tuple(
            OneOf(value.reason, value.place, tuple(column), value.variable, value.usual)
            for column in zip(*rows, strict=True)
        )

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
            case ModuleNames():
                module_names.put(self.machine, container, key, value, site)
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
        if is_key(self.machine, key, site):
            self.machine.grow(len(mapping) + 1)
            mapping.put(key, value, written)
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

    # Deletions

    def follow_delete(self, node: ast.Delete, frame: Frame) -> None:
        """``del target``."""
        for target in node.targets:
            self._delete_target(target, frame)

    def _delete_target(self, target: ast.expr, frame: Frame) -> None:
        site = Site(target, frame)
        match target:
            case ast.Name():
                names = self.holder(target.id, frame)
                kind = NameError if frame.is_module or target.id in frame.shared else UnboundLocalError
                error = raised(site, kind(f"name '{target.id}' is not defined"))
                if target.id not in names:
                    raise error
                held = names[target.id]
                if isinstance(held, Perhaps):
                    self.machine.may_raise(error, held)
                self.machine.journal.touch(names)
                del names[target.id]
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                for one in elts:
                    self._delete_target(one, frame)
            case ast.Attribute():
                self.changes.delete(self.machine.evaluate(target.value, frame), target.attr, site)
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
        if isinstance(container, ModuleNames):
            module_names.remove(self.machine, container, key, site)
            return
        if container == External("os.environ"):
            unset(self.machine, key, site)
            return
        if not isinstance(container, list | PlacedDict):
            if operators.is_known(container):
                raise raised(site, TypeError("object doesn't support item deletion"))
            self.machine.escaping.changed([], self.machine.unsure(site))
            return
        self.machine.journal.touch(container)
        is_open = has_rest(container) or getattr(container, "rest", None)
        bounds = (key.start, key.stop, key.step) if isinstance(key, slice) else key
        usable = (
            is_key(self.machine, key, site) if isinstance(container, PlacedDict) else operators.as_key(bounds)
        )
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
