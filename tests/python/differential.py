"""Runs a program by the real Python and by the evaluator, and compares what its names stand for."""

from __future__ import annotations

import ast
import os
import pkgutil
import re
import signal
import sys
import tempfile
import types
import warnings
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crewprof.python.exceptions import raised as raised_at
from crewprof.python.interpreter import Interpreter
from crewprof.python.lazy_items import LazyItems
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.native_values import Deque, Record
from crewprof.python.project import PythonProject
from crewprof.python.uncertain import FromEnvironment, OneOf, PartialText, has_rest, usual_items, usual_of
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    BoundMethod,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Value,
)
from crewprof.source.python_document import parse_python
from crewprof.source.text import SourceText
from crewprof.source.unknown import Unknown
from tests.python.random_programs import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crewprof.python.leaving import Raised
    from crewprof.python.site import Site
    from crewprof.python.values import Frame

SECONDS = 2


class Watched(Interpreter):
    """An interpreter that counts what it was not sure of."""

    unsure_count = 0

    @property
    def is_sure(self) -> bool:
        """Whether everything was followed, and known."""
        return not self.unsure_count and not self.too_long

    def unsure(self, site: Site, why: str | None = None) -> Unknown:
        if isinstance(site.node, ast.Name) and not is_bound(site.node.id, site.frame):
            # The evaluator is lenient with names that are bound nowhere; Python is not.
            raise raised_at(site, NameError(f"name '{site.node.id}' is not defined"))
        return super().unsure(site, why)

    def note_condition(self, site: Site) -> None:
        # What follows on one of the branches may raise.
        self.unsure_count += 1
        super().note_condition(site)

    def may_raise(self, error: Raised, why: Unknown) -> None:
        self.unsure_count += 1
        super().may_raise(error, why)


@dataclass
class Verdict:
    """How many names are right, how many unknown; and what is wrong."""

    right: int = 0
    unknown: int = 0
    wrong: list[str] = field(default_factory=list)
    is_skipped: bool = False

    def add(self, other: Verdict) -> None:
        """Count another program, too."""
        self.right += other.right
        self.unknown += other.unknown

    @property
    def unknown_share(self) -> float:
        """The share of values that are unknown."""
        return self.unknown / max(self.right + self.unknown, 1)


def compared(
    source: str,
    variable: str | None = None,
    *,
    with_environment: bool = False,
    apart_from: Collection[str] = (),
) -> Verdict:
    """Run ``source`` both ways; ``variable`` is what the environment says.

    Names ``apart_from`` are not compared: those that stand in every program.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(source, "program.py", "exec", dont_inherit=True)
    except SyntaxError:
        return Verdict(is_skipped=True)
    real, raised = really_run(code, variable)
    if real is None:
        return Verdict(is_skipped=True)
    if raised is not None:
        return _judged_until(
            raised, source, variable, with_environment=with_environment, apart_from=apart_from
        )
    interpreter, names = evaluated(source)
    verdict = Verdict()
    if interpreter.failures:
        verdict.wrong.append(f"does not raise, but {next(iter(interpreter.failures.values())).reason}")
        return verdict
    for name in apart_from:
        real.pop(name, None)
        names.pop(name, None)
    _Comparison(verdict, is_set=variable is not None).names(real, names)
    return verdict


def _judged_until(
    raised: BaseException,
    source: str,
    variable: str | None,
    *,
    with_environment: bool,
    apart_from: Collection[str],
) -> Verdict:
    """Judge a program that raises: what it raises, and what its names stand for before that statement."""
    body = ast.parse(source).body
    at = next(at for at, one in enumerate(body) if _line_of(raised) <= (one.end_lineno or 0))
    verdict = compared(
        ast.unparse(ast.Module(body[:at], [])),
        variable,
        with_environment=with_environment,
        apart_from=apart_from,
    )
    interpreter, _ = evaluated(ast.unparse(ast.Module(body[: at + 1], [])))
    reasons = [one.reason for one in interpreter.failures.values()]
    if not reasons and not with_environment and interpreter.is_sure:
        verdict.wrong.append(f"raises {raised!r}, and nothing was unsure")
    before, _ = evaluated(ast.unparse(ast.Module(body[:at], [])))
    # What is unknown in the same statement is taken not to raise.
    is_sure = (before.unsure_count, len(before.too_long)) == (
        interpreter.unsure_count,
        len(interpreter.too_long),
    )
    for reason in reasons if is_sure else ():
        if not re.search(rf"raises {type(raised).__name__}\b|raises an exception", reason):
            verdict.wrong.append(f"raises {raised!r}, not: {reason}")
    return verdict


def _line_of(error: BaseException) -> int:
    """The line of the statement of the program itself that raises."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != "program.py":
        trace = trace.tb_next
    return 0 if trace is None else trace.tb_lineno


def really_run(
    code: types.CodeType, variable: str | None
) -> tuple[dict[str, Any] | None, BaseException | None]:
    """The names a program binds, and what it raises; ``None`` when it takes too long."""
    names: dict[str, Any] = {"__name__": "program"}
    module = types.ModuleType("program")
    sys.modules["program"] = module
    names = module.__dict__
    raised: BaseException | None = None
    with environment(variable), redirect_stdout(StringIO()):
        signal.signal(signal.SIGVTALRM, _late)
        # Again and again: one that falls into a callback of the garbage collector is lost.
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, 1)
        try:
            exec(code, names)
        except Late:
            return None, None
        except (Exception, SystemExit) as error:
            raised = error
            if isinstance(error, RecursionError | MemoryError):
                return None, None
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return names, raised


class Late(BaseException):
    """A program takes too long; what it catches itself is of another kind."""


def _late(_number: int, _frame: object) -> None:
    raise Late


@contextmanager
def environment(variable: str | None) -> Iterator[None]:
    before = os.environ.pop(VARIABLE, None)
    if variable is not None:
        os.environ[VARIABLE] = variable
    try:
        yield
    finally:
        os.environ.pop(VARIABLE, None)
        if before is not None:
            os.environ[VARIABLE] = before


def evaluated(source: str) -> tuple[Watched, dict[str, Value]]:
    """What the evaluator makes of a program."""
    root = Path(tempfile.gettempdir()) / "crewprof-programs"
    project = PythonProject(root)
    module = project.add(parse_python(SourceText(str(root / "program.py"), source)))
    interpreter = Watched(project)
    return interpreter, interpreter.names_of(module)


class _Comparison:
    def __init__(self, verdict: Verdict, *, is_set: bool, depth: int = 0) -> None:
        self.verdict = verdict
        self.depth = depth
        self.is_set = is_set
        self.ours_of: dict[int, int] = {}
        self.real_of: dict[int, int] = {}
        self.kept: list[object] = []

    def names(self, real: dict[str, Any], ours: dict[str, Value]) -> None:
        for name in sorted({*real, *ours}):
            if name.startswith("__"):
                continue
            if name not in ours:
                self.verdict.wrong.append(f"{name}: not bound, really {shown(real[name])}")
                continue
            if name not in real:
                if not is_unknown(ours[name]):
                    self.verdict.wrong.append(f"{name}: {shown(ours[name])}, really not bound")
                continue
            if isinstance(real[name], types.ModuleType) or name in ("dataclass", "field", "twice", "noting"):
                continue
            known = self.same(real[name], ours[name])
            if known is False:
                self.verdict.wrong.append(f"{name}: {shown(ours[name])}, really {shown(real[name])}")
            elif known is None:
                self.verdict.unknown += 1
            else:
                self.verdict.right += 1

    def same(self, real: Any, ours: Value) -> bool | None:
        """Whether they are the same, to every depth; ``None`` when a part is unknown."""
        if isinstance(ours, FromEnvironment) and not self.is_set:
            # The variable has its default, which is known where there is one.
            return None if ours.value is None else self.same(real, ours.value)
        if isinstance(ours, OneOf):
            return self._option(real, ours)
        if is_unknown(ours):
            return None
        if isinstance(ours, list | PlacedDict | set | Instance):
            self.kept += [real, ours]
            if id(real) in self.ours_of:
                return self.ours_of[id(real)] == id(ours)
            if id(ours) in self.real_of:
                return False
            self.ours_of[id(real)], self.real_of[id(ours)] = id(ours), id(real)
        return self._held(real, ours)

    def _option(self, real: Any, ours: OneOf) -> bool | None:
        """Whether it may be the real value; it is not known which of the options is."""
        if self.depth > 3:
            return None
        usual = None if self.is_set else usual_of(ours)
        if usual is not None:
            return self.same(real, usual[0])
        inner = [_Comparison(Verdict(), is_set=self.is_set, depth=self.depth + 1) for _ in ours.options]
        found = [one.same(real, option) for one, option in zip(inner, ours.options, strict=True)]
        return False if set(found) == {False} else None

    def _held(self, real: Any, ours: Value) -> bool | None:
        match ours:
            case PlacedDict():
                return self._mapping(real, ours)
            case list() | tuple() | set() | frozenset():
                return self._items(real, ours)
            case Instance():
                return self._instance(real, ours)
            case ClassValue():
                return self._class(real, ours)
            case _:
                return self._other(real, ours)

    def _items(self, real: Any, ours: Any) -> bool | None:
        name = type(ours).__name__
        if isinstance(ours, Record | Deque):
            name = ours.cls.name if isinstance(ours, Record) else "deque"
        if type(real).__name__ != name:
            return False
        if isinstance(ours, list | tuple) and not self.is_set:
            ours = usual_items(ours) or ours
        if has_rest(ours):
            return None
        if isinstance(ours, set | frozenset):
            return {(type(one), one) for one in real} == {(type(one), one) for one in ours}
        if len(real) != len(ours):
            return False
        return all_of(self.same(one, other) for one, other in zip(real, ours, strict=True))

    def _other(self, real: Any, ours: Value) -> bool | None:
        if isinstance(ours, FunctionValue | BoundMethod):
            return callable(real)
        if isinstance(ours, LazyItems):
            return None if hasattr(real, "__next__") else False
        if isinstance(ours, DictView):
            return type(real).__name__ == f"dict_{ours.kind}"
        if isinstance(ours, External):
            return True if resolved(ours) is real else None
        return type(real) is type(ours) and repr(real) == repr(ours)

    def _mapping(self, real: Any, ours: PlacedDict) -> bool | None:
        if not isinstance(real, dict) or type(real).__name__ != ours.kind:
            return False
        if ours.rest is not None:
            return None
        if len(real) != len(ours):
            return False
        keys = all_of(
            None if isinstance(other, Instance) else self.same(one, other)
            for one, other in zip(real, ours, strict=True)
        )
        values = all_of(
            self.same(one, other) for one, other in zip(real.values(), ours.values(), strict=True)
        )
        return all_of([keys, values])

    def _instance(self, real: Any, ours: Instance) -> bool | None:
        if type(real).__name__ != ours.name:
            return False
        if isinstance(ours.callee, External):
            if not isinstance(real, BaseException):
                return None
            # What Python says in an exception differs from version to version.
            return True
        if ours.callee.members:
            return self.same(real.value, ours.keywords["value"].value) if is_named(real, ours) else False
        held = attributes_of(real)
        verdicts: list[bool | None] = []
        is_open = ANY_ATTRIBUTE in ours.attributes
        for name in {*held, *ours.attributes} - {ANY_ATTRIBUTE}:
            if name not in ours.attributes:
                verdicts.append(None if is_open else False)
            elif name not in held:
                verdicts.append(None if is_unknown(ours.attributes[name].value) else False)
            else:
                verdicts.append(self.same(held[name], ours.attributes[name].value))
        return all_of(verdicts)

    def _class(self, real: Any, ours: ClassValue) -> bool | None:
        if not isinstance(real, type) or real.__name__ != ours.name:
            return False
        if ours.members:
            members = getattr(real, "__members__", {})
            held = [self.same(members.get(name), one) for name, one in ours.members.items()]
            return all_of([list(members) == list(ours.members), *held])
        verdicts: list[bool | None] = []
        for name, value in ours.namespace.items():
            if name.startswith("__"):
                continue
            if any(is_replaced(one) for one in options_of(value)):
                continue
            if type(vars(real).get(name)).__name__ in ("_tuplegetter", "member_descriptor"):
                continue
            if name in vars(real):
                verdicts.append(self.same(vars(real)[name], value))
            else:
                verdicts.append(None if is_unknown(value) else False)
        return all_of(verdicts)


def resolved(value: External) -> object:
    """What a name of Python's library really stands for."""
    try:
        return pkgutil.resolve_name(value.dotted)
    except (ImportError, AttributeError, ValueError):
        return NotImplemented


def attributes_of(real: Any) -> dict[str, Any]:
    """What an object holds: in its ``__dict__``, its ``__slots__``, as the fields of a named tuple."""
    if isinstance(real, tuple) and hasattr(real, "_asdict"):
        return dict(real._asdict())
    slots: dict[str, Any] = {}
    for cls in type(real).__mro__:
        written = vars(cls).get("__slots__", ())
        for name in [written] if isinstance(written, str) else written:
            # Not by ``getattr``, which the class may answer itself.
            with suppress(AttributeError):
                slots[name] = object.__getattribute__(real, name)
    try:
        held = object.__getattribute__(real, "__dict__")
    except AttributeError:
        held = {}
    return {**slots, **held}


def is_named(real: Any, ours: Instance) -> bool:
    """Whether a member of an enumeration has the name that the evaluator gives it."""
    return getattr(real, "name", None) == ours.keywords["name"].value


def is_bound(name: str, frame: Frame | None) -> bool:
    """Whether a body sees a name."""
    if frame is None:
        return False
    return name in frame.names or name in frame.module.names or is_bound(name, frame.outer)


def options_of(value: Value) -> tuple[Value, ...]:
    return value.options if isinstance(value, OneOf) else (value,)


def is_replaced(value: Value) -> bool:
    """Whether a class has something else for it: a field's default, a property."""
    return isinstance(value, FunctionValue) or (isinstance(value, Instance) and value.name == "field")


def is_unknown(value: Value) -> bool:
    if isinstance(value, BoundMethod):
        return not value.is_surely_method
    return isinstance(value, Unknown | PartialText | FromEnvironment)


def all_of(verdicts: Any) -> bool | None:
    found = list(verdicts)
    return False if False in found else None if None in found else True


def shown(value: object) -> str:
    if isinstance(value, Unknown):
        return f"Unknown({value.reason})"
    if isinstance(value, ClassValue | FunctionValue):
        return f"<{value.name}>"
    if isinstance(value, Instance):
        held = ", ".join(f"{name}={shown(one.value)}" for name, one in value.attributes.items())
        return f"{value.name}({held})"
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(error).__name__}>"
    return text[:300]
