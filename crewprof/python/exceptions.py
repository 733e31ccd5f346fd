"""Exceptions of a project's Python: which computing on known values raises, and which a handler catches."""

from __future__ import annotations

import builtins
import decimal
import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from crewprof.python.leaving import Raised
from crewprof.python.operators import is_known
from crewprof.python.values import ClassValue, External, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crewprof.python.site import Site

_T = TypeVar("_T")

NATIVE: Final = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
"""What computing on known values raises."""

_KNOWN_CLASSES: Final[dict[str, type[BaseException]]] = {
    **{
        f"builtins.{name}": value
        for name, value in vars(builtins).items()
        if isinstance(value, type) and issubclass(value, BaseException)
    },
    "json.JSONDecodeError": json.JSONDecodeError,
    "json.decoder.JSONDecodeError": json.JSONDecodeError,
    "dataclasses.FrozenInstanceError": AttributeError,
    "re.error": re.error,
    "decimal.InvalidOperation": decimal.InvalidOperation,
}


def computed(site: Site, function: Callable[..., _T], *values: Any, **named: Any) -> _T:
    """``function(*values, **named)`` on plain data; what it raises is raised in the project's code."""
    try:
        return function(*values, **named)
    except RecursionError:
        raise
    except NATIVE as error:
        raise Raised(_instance(site, error, error.args), site.place) from None


def raised(site: Site, error: Exception) -> Raised:
    """``error`` as an exception of the project's code; what Python would say in it may be unknown."""
    is_exact = isinstance(
        error, LookupError | AttributeError | NameError | StopIteration | json.JSONDecodeError
    )
    values = error.args if is_exact else [Unknown(str(one), site.place) for one in error.args]
    return Raised(_instance(site, error, values), site.place)


def _instance(site: Site, error: Exception, values: Iterable[Value]) -> Instance:
    cls = type(error)
    dotted = f"{cls.__module__}.{cls.__qualname__}"
    return Instance(External(dotted), site.place, tuple(site.argument(one) for one in values))


def native_class(value: Value) -> type[BaseException] | None:
    """The exception class of Python that a value is, if it is one."""
    return _KNOWN_CLASSES.get(value.dotted) if isinstance(value, External) else None


def is_exception_class(value: Value) -> bool:
    """Whether a value is surely a class of exceptions."""
    if isinstance(value, ClassValue):
        return any(native_class(base) for one in value.mro() for base in one.bases)
    return native_class(value) is not None


def catches(handler: Value, error: Value) -> bool | None:
    """Whether a handler for ``handler`` catches ``error``; ``None`` when that is not known."""
    if isinstance(handler, tuple):
        verdicts = [catches(one, error) for one in handler]
        return True if True in verdicts else None if None in verdicts else False
    known = native_class(handler)
    if known in (Exception, BaseException):
        return known is BaseException or _is_plain_exception(error)
    if not isinstance(error, Instance) or not isinstance(handler, External | ClassValue):
        return None
    if isinstance(error.callee, ClassValue):
        return _class_caught(handler, error.callee)
    own = native_class(error.callee)
    if isinstance(handler, ClassValue):
        return False if own is not None else None
    if handler == error.callee:
        return True
    if own is not None and known is not None:
        return issubclass(own, known)
    return False if own is not None else None


def _is_plain_exception(error: Value) -> bool | None:
    """Whether ``except Exception`` catches it: not ``SystemExit`` and the like."""
    if not isinstance(error, Instance):
        return True
    classes = [error.callee] if isinstance(error.callee, External) else _roots(error.callee)
    found = [native_class(one) for one in classes]
    return all(one is None or issubclass(one, Exception) for one in found)


def _roots(cls: ClassValue) -> list[Value]:
    return [base for one in cls.mro() for base in one.bases if not isinstance(base, ClassValue)]


def _class_caught(handler: External | ClassValue, cls: ClassValue) -> bool | None:
    roots = _roots(cls)
    if isinstance(handler, ClassValue):
        return handler in cls.mro()
    if handler in roots:
        return True
    found = [native_class(one) for one in roots]
    known = native_class(handler)
    if known is not None and any(one is not None and issubclass(one, known) for one in found):
        return True
    return None if None in found else False


def exception_text(error: Instance) -> str | None:
    """``str(error)`` of one of Python's own exceptions, or one derived from it; ``None`` if unknown."""
    classes: list[Value] = [error.callee] if isinstance(error.callee, External) else _roots(error.callee)
    natives = [one for one in map(native_class, classes) if one is not None]
    values = [one.value for one in error.arguments]
    if not natives or error.keywords or not all(is_known(one, ordered=True) for one in values):
        return None
    simple = all(
        issubclass(one, ValueError | LookupError | TypeError | RuntimeError) or one is Exception
        for one in natives
    )
    if any(issubclass(one, UnicodeError) for one in natives):
        return None
    if simple or any(
        issubclass(one, ArithmeticError | AttributeError | AssertionError | NameError) for one in natives
    ):
        base = KeyError if any(issubclass(one, KeyError) for one in natives) else Exception
        return str(base(*values))
    return None
