"""Operators on known values, and what counts as known."""

from __future__ import annotations

import ast
import builtins
import decimal
import operator
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from crewprof.late_patterns import late_pattern
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import TooLarge
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.native_values import CONSTANT_TYPES
from crewprof.python.uncertain import FromEnvironment, PartialText, UnknownItems, has_rest
from crewprof.python.values import (
    BoundMethod,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    ModuleValue,
    SuperValue,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIZE_LIMIT: Final = 100_000
"""Characters or items of the largest value that is made."""

DATA: Final = (
    *(type(None), bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, range),
    PurePath,
)
"""Python's own kinds of data."""

BIT_LIMIT: Final = 8_000
"""Bits of the largest number that is made."""

WIDTH_LIMIT: Final = 4
"""Digits of the largest width in a format."""

NODE_LIMIT: Final = 5_000
"""Items, at every depth, of the largest value that is looked through."""

_DEPTH_LIMIT: Final = 50

BINARY: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.MatMult: operator.matmul,
}
ORDER: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
DUNDERS: Final[Mapping[type[ast.AST], str]] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.MatMult: "matmul",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}
"""Names of the special methods, without their underscores."""

_OBJECTS: Final = (
    BoundMethod,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    LazyItems,
    ModuleValue,
    SuperValue,
    DictView,
)
_SCALARS: Final = (
    *(type(None), bool, int, float, complex, str, bytes, type(Ellipsis), PurePath, range, slice),
    *CONSTANT_TYPES,
)


def plain(value: Value) -> Value:
    """The value itself; of an environment variable, the one it has when it is not set."""
    return value.value if isinstance(value, FromEnvironment) else value


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; ``None`` if that is not known. An unset variable has its default."""
    value = plain(value)
    match value:
        case Unknown() | LazyItems():
            return None
        case BoundMethod():
            return True if value.is_surely_method else None
        case PartialText():
            return True if str(value).strip("…") else None
        case External():
            # A name from another package may be a flag.
            return True if value.name[:1].isupper() and not value.name.isupper() else None
        case PlacedDict() if value.rest is not None:
            return True if value else None
        case list() | tuple() | set() | frozenset() if has_rest(value):
            return True if any(not isinstance(one, UnknownItems) for one in value) else None
        case DictView():
            return truth(value.mapping)
        case _:
            return bool(value)


def items_of(value: Value) -> list[Value] | None:
    """What iterating a value gives; ``None`` if that is not known. Used iterators are not used up."""
    value = plain(value)
    if isinstance(value, PartialText):
        return None
    if isinstance(value, str | list | tuple | set | frozenset | range | dict):
        return list(value[:SIZE_LIMIT] if isinstance(value, str | list | tuple | range) else value)
    if isinstance(value, DictView):
        return list(view(value))
    return None


def view(value: DictView) -> list[Value]:
    """What ``d.keys()``, ``d.values()`` or ``d.items()`` holds now."""
    held = value.mapping
    match value.kind:
        case "keys":
            return list(held)
        case "values":
            return list(held.values())
        case "items":
            return list(held.items())


def is_known(value: Value, *, ordered: bool = False) -> bool:
    """Whether a value is plain data, known at every depth; if ``ordered``, with the order of its items.

    What is very large counts as not known.
    """
    return _Walk(ordered=ordered).is_known(value, 0)


class _Walk:
    def __init__(self, *, ordered: bool) -> None:
        self.ordered = ordered
        self.left = NODE_LIMIT

    def is_known(self, value: Value, depth: int) -> bool:
        self.left -= 1
        if self.left < 0 or depth > _DEPTH_LIMIT or isinstance(value, PartialText):
            return False
        if isinstance(value, _SCALARS):
            return True
        if isinstance(value, dict):
            if not isinstance(value, PlacedDict) or value.rest is not None:
                return False
            if self.ordered and not value.is_shown_plainly:
                return False
            return all(self.is_known(one, depth + 1) for pair in value.items() for one in pair)
        if isinstance(value, list | tuple):
            return all(self.is_known(one, depth + 1) for one in value)
        if isinstance(value, set | frozenset):
            if self.ordered and len(value) > 1:
                return False
            return all(self.is_known(one, depth + 1) for one in value)
        return False


def as_key(value: Value) -> bool:
    """Whether a value can be the key of a mapping, or item of a set, that is known: hashing it is safe."""
    if isinstance(value, Instance):
        return isinstance(value.callee, ClassValue) and not _compares_itself(value.callee)
    if isinstance(value, ClassValue | FunctionValue | External):
        return True
    if isinstance(value, tuple):
        held = leaves(value)
        return held is not None and all(as_key(one) for one in held)
    if isinstance(value, list | dict | set | slice):
        return False
    return is_known(value)


def leaves(value: tuple[Value, ...]) -> list[Value] | None:
    """What a tuple holds in tuples at every depth, as hashing goes through it; ``None`` for very many."""
    found: list[Value] = []
    waiting: list[Value] = [value]
    count = 0
    while waiting:
        count += 1
        if count > NODE_LIMIT:
            return None
        one = waiting.pop()
        if isinstance(one, tuple):
            if len(one) + len(waiting) > NODE_LIMIT:
                return None
            waiting.extend(one)
        else:
            found.append(one)
    return found


def _compares_itself(cls: ClassValue) -> bool:
    """Whether its instances may be equal without being the same."""
    if cls.lookup("__eq__") or cls.lookup("__hash__"):
        return True
    return any(one.decorator("dataclass") for one in cls.mro()) or bool(foreign_bases(cls))


HARMLESS_BASES: Final = frozenset(
    {
        *("object", "ABC", "Generic", "Protocol", "Enum"),
        *(
            name
            for name, value in vars(builtins).items()
            if isinstance(value, type) and issubclass(value, BaseException)
        ),
    }
)
"""Bases from outside the project of which all is known that matters here."""


def foreign_bases(cls: ClassValue) -> set[str]:
    """Bases from outside that may define anything; an unknown base is ``?``."""
    names = cls.external_bases()
    unseen = any(
        any(not isinstance(base, External | ClassValue) for base in one.bases) or _has_unknown_method(one)
        for one in cls.mro()
    )
    return (names - HARMLESS_BASES) | ({"?"} if unseen else set())


def _has_unknown_method(cls: ClassValue) -> bool:
    """Whether it is not known which special method a class has."""
    return any(isinstance(value, Unknown) for name, value in cls.namespace.items() if name[:2] == "__")


def comes_after_foreign(cls: ClassValue, one: ClassValue) -> bool:
    """Whether a base from outside, also an exception, may come before ``one`` in the order of ``cls``."""
    for earlier in cls.mro():
        if earlier is one:
            return False
        for base in earlier.bases:
            if isinstance(base, ClassValue):
                if one in base.mro():
                    break
            elif not isinstance(base, External) or base.name not in ("object", "ABC", "Generic", "Protocol"):
                return True
    return True


def is_object(value: Value) -> bool:
    """Whether it is a function, class, instance or the like, not data."""
    return isinstance(value, _OBJECTS)


def compute(operation: ast.operator, left: Any, right: Any) -> Value:
    """``left operation right`` of plain data, whose items may be unknown.

    Raises what Python raises, and :class:`TooLarge`.
    """
    _check_size(operation, left, right)
    are_dicts = isinstance(left, dict) and isinstance(right, dict) and not isinstance(left, Counter)
    if are_dicts and isinstance(operation, ast.BitOr):
        made = PlacedDict()
        for one in (left, right):
            made.add_all(one)
            made.rest = made.rest or getattr(one, "rest", None)
        return made
    made = BINARY[type(operation)](left, right)
    check_number(made)
    return made


def _check_size(operation: ast.operator, left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        bits = _bits(operation, left, right)
        if bits > BIT_LIMIT:
            raise TooLarge
    elif isinstance(operation, ast.Mult):
        sized, count = (right, left) if isinstance(left, int) else (left, right)
        if isinstance(count, int) and hasattr(sized, "__len__") and len(sized) * count > SIZE_LIMIT:
            raise TooLarge
    elif isinstance(operation, ast.Add) and hasattr(left, "__len__") and hasattr(right, "__len__"):
        if len(left) + len(right) > SIZE_LIMIT:
            raise TooLarge
    elif isinstance(operation, ast.Mod) and isinstance(left, str | bytes):
        check_template(left if isinstance(left, str) else "", right if isinstance(right, tuple) else (right,))


def _bits(operation: ast.operator, left: int, right: int) -> int:
    match operation:
        case ast.Mult():
            return left.bit_length() + right.bit_length()
        case ast.Pow():
            return left.bit_length() * max(right, 0) if left not in (-1, 0, 1) else 1
        case ast.LShift():
            return left.bit_length() + max(right, 0)
        case _:
            return 0


_WIDE: Final = late_pattern(rf"\d{{{WIDTH_LIMIT + 1},}}")


def check_template(template: str, values: Any) -> None:
    """Raise :class:`TooLarge` when filling in a template could make a very large text."""
    size = len(template)
    nested = "*" in template or ":{" in template.replace(" ", "") or "{:" in template
    for one in values:
        if isinstance(one, str | list | tuple | dict | set):
            size += len(str(one)) if is_known(one) else 0
        if nested and isinstance(one, int) and abs(one) >= 10**WIDTH_LIMIT:
            raise TooLarge
    fields = max(template.count("{") + template.count("%"), 1)
    if _WIDE.search(template) or size * fields > SIZE_LIMIT * 4:
        raise TooLarge


def check_spec(spec: str) -> None:
    """Raise :class:`TooLarge` for a format with a very large width."""
    if _WIDE.search(spec):
        raise TooLarge


def check_number(value: Value) -> None:
    """Raise :class:`TooLarge` for a number whose digits are very many when they are written out."""
    if isinstance(value, decimal.Decimal) and value.is_finite() and abs(value.adjusted()) > BIT_LIMIT:
        raise TooLarge


def power(base: Any, exponent: Any, modulo: Any = None) -> Any:
    """``pow(base, exponent, modulo)``.

    Raises what Python raises, and :class:`TooLarge`.
    """
    if modulo is None:
        return compute(ast.Pow(), base, exponent)
    if any(isinstance(one, int) and one.bit_length() > BIT_LIMIT for one in (base, exponent, modulo)):
        raise TooLarge
    return pow(base, exponent, modulo)


def unary(operation: ast.unaryop, value: Any) -> Value:
    """``operation value`` of plain data; raises what Python raises."""
    match operation:
        case ast.USub():
            return -value
        case ast.UAdd():
            return +value
        case ast.Invert():
            return ~value
        case _:
            return not value
