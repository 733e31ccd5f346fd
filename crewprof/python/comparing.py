"""Truth, equality, order and arithmetic of values of which some may be unknown."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from crewprof.python import operators
from crewprof.python.dataclass_fields import compared_class, dataclass_fields, flag
from crewprof.python.exceptions import computed, raised
from crewprof.python.joining import has_rest
from crewprof.python.leaving import TooLarge
from crewprof.python.native_values import Deque
from crewprof.python.types_of import UNION
from crewprof.python.values import (
    BoundMethod,
    ClassValue,
    DictView,
    External,
    FromEnvironment,
    FunctionValue,
    Instance,
    LazyItems,
    OneOf,
    PartialText,
    PlacedDict,
    UnknownItems,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.python.machine import Machine
    from crewprof.python.site import Site

_IN_PLACE: Final = (list, set, dict)
_NUMBERS: Final = (bool, int, float, complex)
_TEXTS: Final = (str, PartialText)
_ORDERS: Final[Mapping[str, ast.cmpop]] = {"lt": ast.Lt(), "le": ast.LtE(), "gt": ast.Gt(), "ge": ast.GtE()}
_UNARY: Final[Mapping[type[ast.unaryop], str]] = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}
_REFLECTED: Final[Mapping[str, str]] = {
    "lt": "gt",
    "gt": "lt",
    "le": "ge",
    "ge": "le",
    "eq": "eq",
    "ne": "ne",
}


class Comparing:
    """Operators for a machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

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

    def _instance_truth(self, value: Instance, site: Site) -> bool | None:
        if not isinstance(value.callee, ClassValue):
            # Clients, models, agents: none of them says that it is false.
            return True
        for name in ("__bool__", "__len__"):
            found = value.callee.lookup(name)
            if found is not None and isinstance(found[1], FunctionValue):
                return self.truth(self.machine.invoke(BoundMethod(value, found[1]), [], {}, site), site)
        return (
            None
            if operators.foreign_bases(value.callee) & {"list", "dict", "set", "str", "int", "?"}
            else True
        )

    # Special methods

    def special(self, value: Instance, name: str, values: Sequence[Value], site: Site) -> Value:
        """What the special method ``__name__`` of an instance gives."""
        method = self._special_method(value, name)
        if method is not None:
            return self.machine.run(BoundMethod(value, method), values, site)
        if self.is_own(value):
            raise raised(site, TypeError(f"'{value.name}' object does not support __{name}__"))
        return self.machine.unsure(site)

    @staticmethod
    def is_own(value: Instance) -> bool:
        """Whether all that its class defines is known."""
        return isinstance(value.callee, ClassValue) and not operators.foreign_bases(value.callee)

    @staticmethod
    def _special_method(value: Value, name: str) -> FunctionValue | None:
        if not isinstance(value, Instance) or not isinstance(value.callee, ClassValue):
            return None
        found = value.callee.lookup(f"__{name}__")
        return found[1] if found is not None and isinstance(found[1], FunctionValue) else None

    def unary(self, operation: ast.unaryop, value: Value, site: Site) -> Value:
        """``operation value``, but ``not``."""
        value = numbered(value)
        if isinstance(value, Instance):
            return self.special(value, _UNARY[type(operation)], [], site)
        if isinstance(value, FromEnvironment):
            return self.machine.marked(value, lambda: self.unary(operation, value.value, site), site)
        if operators.is_known(value):
            return computed(site, operators.unary, operation, value)
        return self.machine.unsure(site)

    # Arithmetic

    def binary(self, operation: ast.operator, left: Value, right: Value, site: Site) -> Value:
        """``left operation right``."""
        if isinstance(left, FromEnvironment) or isinstance(right, FromEnvironment):
            return self._of_environment(operation, left, right, site)
        left, right = numbered(left), numbered(right)
        if isinstance(operation, ast.Mod) and isinstance(left, str) and not isinstance(left, PartialText):
            right = self._shown(left, right, site)
        if isinstance(left, Instance) or isinstance(right, Instance):
            return self._of_instances(operators.DUNDERS[type(operation)], left, right, site)
        if isinstance(operation, ast.Add):
            partial = _added(left, right)
            if partial is not None:
                if isinstance(left, Unknown) or isinstance(right, Unknown):
                    self.machine.unsure(site)
                return partial
        if self._is_data(left) and self._is_data(right):
            return self._computed(operation, left, right, site)
        if isinstance(operation, ast.BitOr) and _is_type(left) and _is_type(right):
            return Instance(UNION, site.place, (site.argument(left), site.argument(right)))
        return self.machine.unsure(site)

    def _shown(self, template: str, values: Value, site: Site) -> Value:
        """What a template is filled with: instances as the texts that they are shown as."""
        items = values if isinstance(values, tuple) else (values,)
        if not any(isinstance(one, Instance) for one in items):
            return values
        kinds = [one[-1] for one in _CONVERSION.findall(template) if one[-1] != "%"]
        if len(kinds) != len(items) or "*" in template:
            return Unknown(f"`{site.source}` is only known when the crew runs", site.place)
        shown: list[Value] = []
        for kind, one in zip(kinds, items, strict=True):
            function = {"s": "str", "r": "repr"}.get(kind, "float")
            made = (
                self.machine.run(External(f"builtins.{function}"), [one], site)
                if isinstance(one, Instance)
                else one
            )
            is_shown = (
                isinstance(one, Instance) and isinstance(made, str) and not isinstance(made, PartialText)
            )
            shown.append(_Shown(made) if is_shown else made)
        return tuple(shown)

    @staticmethod
    def _is_data(value: Value) -> bool:
        """Whether computing on it needs only its type and items, known or not."""
        if isinstance(value, PartialText | Unknown) or operators.is_object(value):
            return isinstance(value, DictView | FunctionValue | LazyItems)
        return True

    def _computed(self, operation: ast.operator, left: Any, right: Any, site: Site) -> Value:
        if (
            isinstance(operation, ast.Mod)
            and isinstance(left, str | bytes)
            and not operators.is_known(right, ordered=True)
        ):
            return self.machine.unsure(site)
        sets = isinstance(left, set | frozenset) and isinstance(right, set | frozenset)
        if sets and (has_rest(left) or has_rest(right)):
            return self.machine.unsure(site)
        if isinstance(left, DictView) or isinstance(right, DictView):
            return self.machine.unsure(site)
        if isinstance(left, Deque | PlacedDict) or isinstance(right, Deque | PlacedDict):
            return self._of_collections(operation, left, right, site)
        return self._native(operation, left, right, site)

    def _of_collections(self, operation: ast.operator, left: Any, right: Any, site: Site) -> Value:
        """Deques and mappings, which say what they are."""
        kinds = {one.kind for one in (left, right) if isinstance(one, PlacedDict)}
        if "Counter" in kinds:
            if kinds != {"Counter"} or not (operators.is_known(left) and operators.is_known(right)):
                return self.machine.unsure(site)
            counts = [Counter(one) for one in (left, right)]
            made = PlacedDict(computed(site, operators.compute, operation, *counts))  # type: ignore[arg-type]
            made.kind = "Counter"
            self.machine.journal.bear(made)
            return made
        if kinds - {"dict"} and not isinstance(operation, ast.Mod):
            return self.machine.unsure(site)
        if isinstance(left, Deque) or isinstance(right, Deque):
            if isinstance(operation, ast.Add) and isinstance(left, Deque) and isinstance(right, Deque):
                joined = Deque.of([*left, *right], left.limit)
                self.machine.journal.bear(joined)
                return joined
            return self.machine.unsure(site)
        return self._native(operation, left, right, site)

    def _native(self, operation: ast.operator, left: Any, right: Any, site: Site) -> Value:
        made = computed(site, operators.compute, operation, left, right)
        if isinstance(made, str | bytes | list | tuple | set | frozenset | dict):
            self.machine.allocate(len(made))
            if isinstance(made, _IN_PLACE):
                self.machine.journal.bear(made)
        return made

    def _of_environment(self, operation: ast.operator, left: Value, right: Value, site: Site) -> Value:
        one = left if isinstance(left, FromEnvironment) else right
        assert isinstance(one, FromEnvironment)
        sides = [
            side.unknown
            if isinstance(side, FromEnvironment) and side.value is None
            else operators.plain(side)
            for side in (left, right)
        ]
        if any(isinstance(side, Unknown) for side in sides):
            return self.binary(operation, sides[0], sides[1], site)
        return self.machine.marked(one, lambda: self.binary(operation, sides[0], sides[1], site), site)

    def _of_instances(self, name: str, left: Value, right: Value, site: Site) -> Value:
        """An operator of which one side is an instance."""
        for value, method, other in (
            (left, name, right),
            (right, _REFLECTED.get(name, f"r{name}"), left),
        ):
            function = self._special_method(value, method)
            if function is not None:
                made = self.machine.run(BoundMethod(value, function), [other], site)
                if made != External("builtins.NotImplemented"):
                    return made
        derived = self._derived(name, left, right, site)
        if derived is not None:
            return derived[0]
        sides = (left, right)
        if all(self.is_own(one) if isinstance(one, Instance) else operators.is_known(one) for one in sides):
            raise raised(site, TypeError(f"unsupported operand type(s) for {name}"))
        return self.machine.unsure(site)

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
        fields = [one.name for one in dataclass_fields(cls) or () if one.is_compared]
        if any(one not in side.attributes for one in fields for side in (left, right)):
            return (self.machine.unsure(site),)
        rows = [tuple(side.attributes[one].value for one in fields) for side in (left, right)]
        return (self._ordered(_ORDERS[name], rows[0], rows[1], site),)

    def _totally(self, name: str, left: Instance, right: Value, site: Site) -> tuple[Value] | None:
        root = next((one for one in ("lt", "le", "gt", "ge") if self._special_method(left, one)), None)
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

    def in_place(self, operation: ast.operator, left: Value, right: Value, site: Site) -> Value:
        """``left operation= right``: lists, sets and mappings change themselves."""
        if isinstance(left, Instance):
            function = self._special_method(left, f"i{operators.DUNDERS[type(operation)]}")
            if function is not None:
                return self.machine.run(BoundMethod(left, function), [right], site)
        if isinstance(left, set) and isinstance(right, set | frozenset):
            made = self.binary(operation, left, right, site)
            if isinstance(made, set):
                return self._becomes(left, made)
        if (
            isinstance(left, PlacedDict)
            and isinstance(operation, ast.BitOr)
            and isinstance(right, PlacedDict)
        ):
            self.machine.journal.touch(left)
            left.add_all(right)
            left.rest = left.rest or right.rest
            return left
        if isinstance(left, list) and isinstance(operation, ast.Mult) and self._is_data(right):
            return self._becomes(left, self._computed(operation, left, right, site))
        if isinstance(left, set | dict) and not self._is_data(right):
            return self._becomes(left, None, self.machine.unsure(site))
        made = self.binary(operation, left, right, site)
        if isinstance(left, list | set | PlacedDict) and isinstance(made, Unknown):
            self.machine.lose(left, made)
            return left
        if isinstance(left, Deque | PlacedDict) and type(made) is type(left):
            return self._becomes(left, made)
        return made

    def _becomes(self, container: Any, content: Any, why: Unknown | None = None) -> Value:
        self.machine.journal.touch(container)
        if why is not None:
            self.machine.lose(container, why)
        elif isinstance(container, list):
            container[:] = content
        else:
            container.clear()
            container.update(content)
        return container

    # Comparison

    def compare(self, operation: ast.cmpop, left: Value, right: Value, site: Site) -> Value:
        """``left operation right``."""
        match operation:
            case ast.Is() | ast.IsNot():
                verdict = is_same(left, right)
                return site.unknown() if verdict is None else verdict is isinstance(operation, ast.Is)
            case ast.In() | ast.NotIn():
                found = self._contains(right, left, site)
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
        for value, other in ((left, right), (right, left)):
            function = self._special_method(value, name)
            if function is not None:
                made = self.machine.run(BoundMethod(value, function), [other], site)
                return None if made == External("builtins.NotImplemented") else (made,)
        return None

    def _ordered(self, operation: ast.cmpop, left: Value, right: Value, site: Site) -> Value:
        left, right = numbered(left), numbered(right)
        if isinstance(left, Instance) or isinstance(right, Instance):
            return self._of_instances(operators.DUNDERS[type(operation)], left, right, site)
        if operators.is_known(left) and operators.is_known(right):
            self.machine.charge(_weight(left) + _weight(right))
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
            return _equal_objects(left, right)
        if operators.is_known(left) and operators.is_known(right):
            self.machine.charge(_weight(left))
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
                return _equal_member(one, other)
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
            fields = dataclass_fields(cls)
            names = [one.name for one in fields or () if one.is_compared]
            if fields is None or any(one not in side.attributes for one in names for side in (left, right)):
                return None
            return _all(
                self.equal(left.attributes[key].value, right.attributes[key].value, site, depth + 1)
                for key in names
            )
        return False if self.is_own(left) and self.is_own(right) else None

    def _contains(self, container: Value, item: Value, site: Site) -> bool | None:
        if isinstance(container, Instance):
            if self._special_method(container, "contains") is not None:
                return self.truth(self.special(container, "contains", [item], site), site)
            return None
        if isinstance(container, ClassValue) and container.members:
            if isinstance(item, Instance):
                return any(item is one for one in container.members.values())
            return None
        if isinstance(container, DictView):
            if container.kind != "keys":
                return self._among(operators.view(container), item, site)
            container = container.mapping
        if isinstance(container, dict):
            return self._has_key(container, item, site)
        if isinstance(container, list | tuple | set | frozenset):
            return self._among(list(container), item, site)
        if operators.is_known(container) and operators.is_known(item):
            self.machine.charge(_weight(container))
            return computed(site, lambda: item in container)  # type: ignore[operator]
        self.machine.unsure(site)
        return None

    def _has_key(self, mapping: dict[object, object], key: Value, site: Site) -> bool | None:
        if operators.as_key(key):
            if key in mapping:
                return True
            return None if isinstance(mapping, PlacedDict) and mapping.rest is not None else False
        if operators.is_known(key):
            raise raised(site, TypeError(f"unhashable type: '{type(key).__name__}'"))
        return None if mapping or getattr(mapping, "rest", None) is not None else False

    def _among(self, items: list[Value], item: Value, site: Site) -> bool | None:
        verdict: bool | None = False
        for one in items:
            if isinstance(one, UnknownItems):
                verdict = None
                continue
            found = True if one is item and not isinstance(one, Unknown) else self.equal(one, item, site)
            if found:
                return True if verdict is False or found is True else None
            if found is None:
                verdict = None
        return verdict


def _is_type(value: Value) -> bool:
    if isinstance(value, External):
        return value.package in ("builtins", "typing", "collections")
    return (
        value is None
        or isinstance(value, ClassValue)
        or (isinstance(value, Instance) and value.callee == UNION)
    )


class _Shown(str):
    """A text that ``%r`` shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


_CONVERSION: Final = re.compile(r"%(?:\([^)]*\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z%]")


def numbered(value: Value) -> Value:
    """The value itself; of a member of an enumeration that is a number or text too, that."""
    if isinstance(value, Instance) and isinstance(value.callee, ClassValue) and value.callee.members:
        own = value.callee.external_bases() & {"IntEnum", "StrEnum", "int", "str", "float"}
        held = value.keywords["value"].value
        if own and isinstance(held, str | int | float) and not isinstance(held, PartialText):
            return held
    return value


def is_same(left: Value, right: Value) -> bool | None:
    """``left is right``; ``None`` if that is not known."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, OneOf):
            verdicts = {is_same(option, other) for option in one.options}
            return verdicts.pop() if len(verdicts) == 1 and not isinstance(other, Unknown) else None
        if isinstance(one, Unknown | PartialText):
            return False if isinstance(one, PartialText) and other is None else None
        if isinstance(one, FromEnvironment):
            return None
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        unsure = isinstance(left, External) or isinstance(right, External)
        return None if unsure and left is not right and _lower(left, right) else left is right
    if isinstance(left, External) and isinstance(right, External):
        return True if left == right else _are_told_apart(left, right)
    if isinstance(left, list | dict | set | Instance | ClassValue | FunctionValue | LazyItems):
        return left is right
    if type(left) is not type(right) and not isinstance(left, External) and not isinstance(right, External):
        return False
    return None


def _are_told_apart(left: External, right: External) -> bool | None:
    """``False`` for two of Python's own types."""
    native = all(one.package == "builtins" and one.name[:1] != "_" for one in (left, right))
    return False if native else None


def _lower(left: Value, right: Value) -> bool:
    names = [one.name for one in (left, right) if isinstance(one, External)]
    return any(not name[:1].isupper() for name in names)


def _equal_objects(left: Value, right: Value) -> bool | None:
    if isinstance(left, External) and isinstance(right, External):
        return True if left == right else _are_told_apart(left, right)
    if isinstance(left, External) or isinstance(right, External):
        other = right if isinstance(left, External) else left
        return False if isinstance(other, ClassValue | FunctionValue) else None
    if isinstance(left, ClassValue | FunctionValue) or isinstance(right, ClassValue | FunctionValue):
        return left is right
    return None


def _equal_member(member: Instance, other: Value) -> bool | None:
    """A member of an enumeration; one that is a text or number too equals its value."""
    assert isinstance(member.callee, ClassValue)
    if member is other:
        return True
    if isinstance(other, Instance):
        return False if isinstance(other.callee, ClassValue) and other.callee.members else None
    if not member.callee.external_bases() & {"str", "int", "StrEnum", "IntEnum", "IntFlag", "float"}:
        return False
    value = member.keywords["value"].value
    return value == other if operators.is_known(value) and operators.is_known(other) else None


def _added(left: Value, right: Value) -> Value:
    """Texts and lists of which a part is unknown; ``None`` when neither is."""
    if isinstance(left, _TEXTS) and isinstance(right, _TEXTS):
        unknown = next((one.unknown for one in (left, right) if isinstance(one, PartialText)), None)
        if unknown is None:
            return None
        if len(left) + len(right) > operators.SIZE_LIMIT:
            raise TooLarge
        return PartialText.of(str(left) + str(right), unknown)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown) and isinstance(other, _TEXTS):
            return PartialText.of(f"…{other}" if one is left else f"{other}…", one)
        if isinstance(one, Unknown) and isinstance(other, list):
            rest = UnknownItems(one.reason, one.place)
            return [rest, *other] if one is left else [*other, rest]
    return None


def _all(verdicts: Any) -> bool | None:
    found = list(verdicts)
    return False if False in found else None if None in found else True


def _weight(value: Value) -> int:
    return len(value) >> 6 if isinstance(value, str | list | tuple | dict | set | frozenset) else 0
