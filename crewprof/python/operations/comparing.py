"""Truth, equality and order of values of which some may be unknown."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from crewprof.python import operators
from crewprof.python.exceptions import computed, raised
from crewprof.python.mappings import PlacedDict
from crewprof.python.objects.dataclass_fields import compared_class, dataclass_fields, field_value, flag
from crewprof.python.operations.containing import Containing
from crewprof.python.operations.sameness import equal_member, equal_objects, is_same, numbered, weight
from crewprof.python.uncertain import Deciding, FromEnvironment, OneOf, PartialText, has_rest
from crewprof.python.values import BoundMethod, ClassValue, External, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.site import Site

_ORDERS: Final[Mapping[str, ast.cmpop]] = {"lt": ast.Lt(), "le": ast.LtE(), "gt": ast.Gt(), "ge": ast.GtE()}

_REFLECTED: Final[Mapping[str, str]] = {
    "lt": "gt",
    "gt": "lt",
    "le": "ge",
    "ge": "le",
    "eq": "eq",
    "ne": "ne",
}


_TOGETHER: Final[Mapping[str, str]] = {
    "setitem": "delitem",
    "delitem": "setitem",
    "set": "delete",
    "delete": "set",
}
"""Special methods that Python looks for together: a class that has one of them lacks the other by name."""

_WITH_TRUTH: Final = frozenset({"int", "float", "complex", "Decimal", "Fraction", "timedelta", "?"})
"""Bases that have a ``__bool__``."""

_WITH_LENGTH: Final = frozenset(
    (
        *("list", "dict", "set", "frozenset", "str", "bytes", "bytearray", "tuple"),
        *("OrderedDict", "Counter", "defaultdict", "deque", "ChainMap", "UserDict", "UserList", "UserString"),
        *("Mapping", "MutableMapping", "Sequence", "MutableSequence", "Set", "MutableSet", "Sized"),
    )
)
"""Bases that have a ``__len__``."""

NOT_IMPLEMENTED: Final = External("builtins.NotImplemented")


class Comparing:
    """Compares values for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration) -> None:
        self.machine = machine
        self.containing = Containing(machine, iteration, self)

    # Truth

    def truth(self, value: Value, site: Site) -> bool | None:
        """Whether a value counts as true; ``None`` if that is not known."""
        match value:
            case FromEnvironment():
                return None
            case OneOf():
                verdicts = {self.truth(one, site) for one in value.options}
                return verdicts.pop() if len(verdicts) == 1 else None
            case Instance():
                return self._instance_truth(value, site)
            case _:
                return operators.truth(value)

    def deciding(self, test: Value, site: Site, *, is_first: bool = True) -> Unknown:
        """What decides between two alternatives: a test of which it is not known whether it holds.

        The first is taken where it holds; the second, if not ``is_first``.
        """
        known = None
        if isinstance(test, FromEnvironment) and test.value is not None:
            known = self.truth(test.value, site)
        if known is None:
            return Unknown(f"`{site.source}`", site.place)
        assert isinstance(test, FromEnvironment)
        return Deciding(f"`{site.source}`", site.place, test.variable, 0 if known is is_first else 1)

    def _instance_truth(self, value: Instance, site: Site) -> bool | None:
        if not isinstance(value.callee, ClassValue):
            # Clients, models, agents: none of them says that it is false.
            return True
        for name in ("__bool__", "__len__"):
            if name == "__len__" and operators.foreign_bases(value.callee) & _WITH_TRUTH:
                # They say themselves what is true, whatever the length.
                return None
            found = value.callee.lookup(name)
            if found is not None and isinstance(found[1], FunctionValue):
                return self.truth(self.machine.invoke(BoundMethod(value, found[1]), [], {}, site), site)
        return None if operators.foreign_bases(value.callee) & (_WITH_LENGTH | _WITH_TRUTH) else True

    # Special methods

    def special(self, value: Instance, name: str, values: Sequence[Value], site: Site) -> Value:
        """What the special method ``__name__`` of an instance gives."""
        method = self.special_method(value, name)
        if method is not None:
            return self.machine.run(BoundMethod(value, method), values, site)
        if self.is_own(value):
            if self.special_method(value, _TOGETHER.get(name, name)) is not None:
                raise raised(site, AttributeError(f"__{name}__"))
            raise raised(site, TypeError(f"'{value.name}' object does not support __{name}__"))
        unknown = self.machine.unsure(site)
        asked = self.special_method(value, "missing") if name == "getitem" else None
        if asked is not None:
            self.machine.forget_reached([BoundMethod(value, asked)], unknown)
        return unknown

    @staticmethod
    def is_own(value: Instance) -> bool:
        """Whether all that its class defines is known."""
        return isinstance(value.callee, ClassValue) and not operators.foreign_bases(value.callee)

    @staticmethod
    def special_method(value: Value, name: str) -> FunctionValue | None:
        """The method ``__name__`` that the project's class of a value defines."""
        if not isinstance(value, Instance) or not isinstance(value.callee, ClassValue):
            return None
        found = value.callee.lookup(f"__{name}__")
        return found[1] if found is not None and isinstance(found[1], FunctionValue) else None

    def of_instances(self, name: str, left: Value, right: Value, site: Site) -> Value:
        """An operator of which one side is an instance."""
        made = self._asked(name, left, right, site)
        if made is not None:
            return made[0]
        derived = self._derived(name, left, right, site)
        if derived is not None:
            return derived[0]
        sides = (left, right)
        if all(self.is_own(one) if isinstance(one, Instance) else operators.is_known(one) for one in sides):
            raise raised(site, TypeError(f"unsupported operand type(s) for {name}"))
        return self.machine.unsure(site)

    def _asked(self, name: str, left: Value, right: Value, site: Site) -> tuple[Value] | None:
        """What the special methods of two sides say, in Python's order; ``None`` if none of them says it."""
        sides = [(left, name, right), (right, _REFLECTED.get(name, f"r{name}"), left)]
        if isinstance(left, Instance) and isinstance(right, Instance):
            if left.callee is right.callee and name not in _REFLECTED:
                sides.pop()
            elif self._overrides(right, left, sides[1][1]):
                sides.reverse()
        for value, method, other in sides:
            function = self.special_method(value, method)
            if function is None:
                continue
            made = self.machine.run(BoundMethod(value, function), [other], site)
            if isinstance(made, OneOf) and NOT_IMPLEMENTED in made.options:
                # The other side may be asked, too.
                for one, rest, _ in sides:
                    self.machine.forget_reached([self.special_method(one, rest)], made)
                return (self.machine.unsure(site),)
            if made != NOT_IMPLEMENTED:
                return (made,)
        return None

    @staticmethod
    def _overrides(derived: Instance, base: Instance, method: str) -> bool:
        """Whether the class of one side derives from that of the other, and has a method of its own."""
        one, other = derived.callee, base.callee
        if not isinstance(one, ClassValue) or not isinstance(other, ClassValue) or one is other:
            return False
        return other in one.mro() and one.lookup(f"__{method}__") != other.lookup(f"__{method}__")

    def _derived(self, name: str, left: Value, right: Value, site: Site) -> tuple[Value] | None:
        """An order that a decorator gives a class: ``dataclass(order=True)`` or ``total_ordering``."""
        if name not in _ORDERS or not isinstance(left, Instance) or not isinstance(left.callee, ClassValue):
            return None
        if any(one.decorator("total_ordering") for one in left.callee.mro()):
            return self._totally(name, left, right, site)
        cls = compared_class(left.callee)
        if cls is None or not flag(cls.decorator("dataclass"), "order", default=False):
            return None
        if not isinstance(right, Instance) or right.callee is not left.callee:
            return None
        rows = self._rows(cls, left, right)
        if rows is None:
            return (self.machine.unsure(site),)
        return (self._ordered(_ORDERS[name], rows[0], rows[1], site),)

    @staticmethod
    def _rows(cls: ClassValue, *sides: Instance) -> list[tuple[Value, ...]] | None:
        """What instances hold in the fields that a dataclass compares; ``None`` when that is not known."""
        fields = dataclass_fields(cls)
        rows = [[field_value(side, one) for one in fields or () if one.is_compared] for side in sides]
        if fields is None or any(None in row for row in rows):
            return None
        return [tuple(one[0] for one in row if one is not None) for row in rows]

    def _totally(self, name: str, left: Instance, right: Value, site: Site) -> tuple[Value] | None:
        root = next((one for one in ("lt", "le", "gt", "ge") if self.special_method(left, one)), None)
        if root is None:
            return None
        holds = self.truth(self.special(left, root, [right], site), site)
        equal = self.truth(self._equality(left, right, site), site)
        if holds is None or equal is None:
            return (self.machine.unsure(site),)
        is_less = holds and not equal if root in ("lt", "le") else not holds and not equal
        return (
            {"lt": is_less, "le": is_less or equal, "gt": not is_less and not equal}.get(name, not is_less),
        )

    # Comparisons

    def compare(self, operation: ast.cmpop, left: Value, right: Value, site: Site) -> Value:
        """``left operation right``; where a side is not known, what it is for the default of a variable."""
        made = self._compared(operation, left, right, site)
        if not isinstance(made, Unknown):
            return made
        if isinstance(left, FromEnvironment) and left.value is not None:
            value = left.value
            return self.machine.marked(
                left, lambda: self.compare(operation, value, right, site), site, may_raise=False
            )
        if isinstance(right, FromEnvironment) and right.value is not None:
            other = right.value
            return self.machine.marked(
                right, lambda: self.compare(operation, left, other, site), site, may_raise=False
            )
        return made

    def _compared(self, operation: ast.cmpop, left: Value, right: Value, site: Site) -> Value:
        match operation:
            case ast.Is() | ast.IsNot():
                verdict = is_same(left, right)
                return site.unknown() if verdict is None else verdict is isinstance(operation, ast.Is)
            case ast.In() | ast.NotIn():
                found = self.containing.holds(right, left, site)
                return site.unknown() if found is None else found is isinstance(operation, ast.In)
            case ast.Eq():
                return self._equality(left, right, site)
            case ast.NotEq():
                return self._inequality(left, right, site)
            case _:
                return self._ordered(operation, left, right, site)

    def _equality(self, left: Value, right: Value, site: Site) -> Value:
        own = self._own_comparison("eq", left, right, site)
        if own is not None:
            return own[0]
        verdict = self.equal(left, right, site)
        return site.unknown() if verdict is None else verdict

    def _inequality(self, left: Value, right: Value, site: Site) -> Value:
        own = self._own_comparison("ne", left, right, site)
        if own is not None:
            return own[0]
        verdict = self.equal(left, right, site)
        return site.unknown() if verdict is None else not verdict

    def _own_comparison(self, name: str, left: Value, right: Value, site: Site) -> tuple[Value] | None:
        return self._asked(name, left, right, site)

    def _ordered(self, operation: ast.cmpop, left: Value, right: Value, site: Site) -> Value:
        left, right = numbered(left), numbered(right)
        if isinstance(left, Instance) or isinstance(right, Instance):
            return self.of_instances(operators.DUNDERS[type(operation)], left, right, site)
        if operators.is_known(left) and operators.is_known(right):
            self.machine.charge(weight(left) + weight(right))
            return computed(site, operators.ORDER[type(operation)], left, right)
        return self.machine.unsure(site)

    def equal(self, left: Value, right: Value, site: Site, depth: int = 0) -> bool | None:
        """Whether two values are equal; ``None`` if that is not known."""
        self.machine.charge()
        if isinstance(left, Unknown | PartialText | FromEnvironment) or isinstance(
            right, Unknown | PartialText | FromEnvironment
        ):
            return None
        if left is right and not isinstance(left, float):
            return True if not isinstance(left, Instance | list | tuple | dict) or depth < 20 else None
        if isinstance(left, Instance) or isinstance(right, Instance):
            return self._equal_instances(left, right, site, depth)
        if operators.is_object(left) or operators.is_object(right):
            return equal_objects(left, right)
        if operators.is_known(left) and operators.is_known(right):
            self.machine.charge(weight(left))
            return bool(left == right)
        return self._equal_containers(left, right, site, depth)

    def _equal_containers(self, left: Value, right: Value, site: Site, depth: int) -> bool | None:
        if depth > 20:
            return None
        if (isinstance(left, list) and isinstance(right, list)) or (
            isinstance(left, tuple) and isinstance(right, tuple)
        ):
            if has_rest(left) or has_rest(right):
                return None
            if len(left) != len(right):
                return False
            return _all(
                self.equal(one, other, site, depth + 1) for one, other in zip(left, right, strict=True)
            )
        if isinstance(left, PlacedDict) and isinstance(right, PlacedDict):
            if left.rest is not None or right.rest is not None:
                return None
            if left.keys() != right.keys():
                return False
            return _all(self.equal(left[key], right[key], site, depth + 1) for key in left)
        kinds = (list, tuple, dict, set, frozenset, str, int, float, type(None))
        different = [tuple(kind for kind in kinds if isinstance(one, kind)) for one in (left, right)]
        if all(different) and not set(different[0]) & set(different[1]):
            sets = all(isinstance(one, set | frozenset) for one in (left, right))
            return None if sets else False
        return None

    def _equal_instances(self, left: Value, right: Value, site: Site, depth: int) -> bool | None:
        own = self._own_comparison("eq", left, right, site)
        if own is not None:
            return self.truth(own[0], site)
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Instance) and isinstance(one.callee, ClassValue) and one.callee.members:
                return equal_member(one, other)
        if not isinstance(left, Instance) or not isinstance(right, Instance):
            one = left if isinstance(left, Instance) else right
            assert isinstance(one, Instance)
            return False if self.is_own(one) else None
        if all(isinstance(one.callee, External) and one.callee.package == "crewai" for one in (left, right)):
            # Agents and tasks have an id of their own.
            return False
        cls = compared_class(left.callee) if isinstance(left.callee, ClassValue) else None
        if cls is not None:
            if left.callee is not right.callee:
                return False if self.is_own(right) else None
            rows = self._rows(cls, left, right)
            if rows is None:
                return None
            return _all(self.equal(one, other, site, depth + 1) for one, other in zip(*rows, strict=True))
        return False if self.is_own(left) and self.is_own(right) else None


def _all(verdicts: Any) -> bool | None:
    found = list(verdicts)
    return False if False in found else None if None in found else True
