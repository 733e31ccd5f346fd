"""What the parts of the evaluator need of each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from crewprof.python.alternatives import Alternatives
from crewprof.python.escaping import Escaping, is_lost
from crewprof.python.journal import Journal
from crewprof.python.leaving import Raised, TooLarge, TooLong
from crewprof.python.mappings import PlacedDict
from crewprof.python.uncertain import Deciding, FromEnvironment, PartialText, UnknownItems
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from crewprof.python.project import Module, PythonProject
    from crewprof.python.site import Site
    from crewprof.python.uncertain import OneOf
    from crewprof.python.values import Argument, ClassValue, Frame, Instance, MethodCall, Value

STEP_LIMIT: Final = 30_000
"""Steps for one statement of a module or of a function that a loader asks for."""

LOOP_STEPS: Final = 1_000
"""Steps that a loop of unknown length may take, however few are left."""

TOTAL_LIMIT: Final = 150_000
"""Steps for one module, or for one question of a loader; far more than building crews takes."""

SIZE_LIMIT: Final = 100_000
"""Characters or items of the largest value that is made."""

ALLOCATION_LIMIT: Final = 20_000_000
"""Characters and items of all values made for one module, or one question of a loader."""

LEFT_OUT_LIMIT: Final = 4
"""Statements of one module that are too long, after which the rest is not followed."""

ASIDE_SHARE: Final = 24
"""What part of the steps that are left a call may take of code that is not of interest."""

ASIDE_STEPS: Final = 300
"""Steps that such a call may take, however few are left."""

ASIDE_LIMIT: Final = 20_000
"""Steps for a module that is not of interest."""

ASKED_LIMIT: Final = 100_000
"""Steps for a function that nobody calls."""

REPEAT_LIMIT: Final = 12
"""Rounds in which a loop of unknown length has to come to what does not change any more."""

WIDENING_LIMIT: Final = 5
"""Rounds of a loop of unknown length after which what it keeps changing is given up."""

TOO_LONG: Final = "the Python code is too long to follow"


class Machine(ABC):
    """The state of one evaluation, and what its parts do for each other.

    ``trying`` counts the ``try`` statements that are being followed: what may raise matters only there.
    """

    def __init__(self, project: PythonProject) -> None:
        self.project = project
        self.notes: list[Unknown] = []
        self.too_long: dict[Unknown, None] = {}
        """What was too long to follow, wherever it stood, in the order met."""
        self.gone_on: dict[Unknown, None] = {}
        """Where a cell of a notebook fails, and others follow."""
        self.unordered: dict[Unknown, Path] = {}
        """Where the order of a folder's files was taken by name, and the folder."""
        self.classes: list[ClassValue] = []
        """The classes of the project, in the order made, whichever path made them."""
        self.made: list[Instance] = []
        self.method_calls: list[MethodCall] = []
        self.followed: set[ast.AST] = set()
        """The nodes of the functions whose bodies have been followed."""
        self.after_init: list[Callable[[Instance], None]] = []
        """What else happens to an instance of a class of the project once its ``__init__`` has run."""
        self.is_aside: Callable[[Module], bool] = _never
        """Whether the code of a module is not of interest: a call of it that is too long is left out."""
        self.escaping = Escaping(self)
        self.journal = Journal(self.escaping)
        self.alternatives = Alternatives(self.journal, self.charge, self.escaping)
        self.found_files = False
        """Whether it was asked for a file that stands in the project."""
        self.doubts_files = False
        """Whether a file that stands in the project may not be there: an earlier run may have written it."""
        self.trying = 0
        self.repeating = 0
        """The loops around what is followed that run any number of times."""
        self.environment: dict[str, Value] = {}
        """Environment variables that the project's code sets."""
        self._noting = False
        self._steps = 0
        self._limit = STEP_LIMIT
        self._full_limit: int | None = None
        """The limit around the calls that are followed of what is not of interest, if there are any."""
        self._total = 0
        self.every = 0
        """Steps of all that has been followed."""
        self._total_limit = TOTAL_LIMIT
        self._allocated = 0
        self._left_out = 0

    @abstractmethod
    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression stands for; raises :class:`Leaving` where it surely raises."""

    @abstractmethod
    def execute(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Run statements; raises :class:`Leaving` where they leave the body."""

    @abstractmethod
    def execute_apart(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Run statements; one that is too long is left out, and what it may change forgotten."""

    def execute_in(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Run what a statement of a body guards, as the body itself is run: once, each statement apart."""
        if frame.is_apart:
            self.execute_apart(statements, frame)
        else:
            self.execute(statements, frame)

    @abstractmethod
    def assign(self, target: ast.expr, value: Value, frame: Frame, written: ast.expr | None = None) -> None:
        """``target = value``; ``written`` is where the value is written."""

    @abstractmethod
    def invoke(
        self, callee: Value, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        """``callee(*arguments, **keywords)``."""

    @abstractmethod
    def attribute(self, value: Value, name: str, site: Site) -> Value:
        """``value.name``."""

    @abstractmethod
    def item(self, value: Value, key: Value, site: Site) -> Value:
        """``value[key]``."""

    @abstractmethod
    def names_of(self, module: Module) -> dict[str, Value]:
        """What the top level of ``module`` defines."""

    @abstractmethod
    def forget(self, nodes: Iterable[ast.AST], frame: Frame, why: Unknown) -> None:
        """What running ``nodes`` may change is unknown from here on."""

    @abstractmethod
    def forget_reached(self, values: Iterable[Value], why: Unknown) -> None:
        """Whatever can be reached from some values may have changed."""

    def run(self, callee: Value, values: Sequence[Value], site: Site) -> Value:
        """``callee(*values)``."""
        return self.invoke(callee, [site.argument(one) for one in values], {}, site)

    # Allowances

    def charge(self, steps: int = 1) -> None:
        """Count steps; raises :class:`TooLong` when there were too many."""
        self._steps += steps
        self._total += steps
        if self._steps > self._limit or self._total > self._total_limit:
            raise TooLong

    def allocate(self, size: int) -> None:
        """Count a value of ``size`` characters or items that is about to be made.

        Raises :class:`TooLarge` when it is too large, :class:`TooLong` when all of them are.
        """
        if size > SIZE_LIMIT:
            raise TooLarge
        self.charge(size >> 6)
        self._allocated += size
        if self._allocated > ALLOCATION_LIMIT:
            raise TooLong

    def grow(self, size: int) -> None:
        """Count a container that is about to have ``size`` items; raises :class:`TooLong`."""
        self.charge(1)
        if size > SIZE_LIMIT:
            raise TooLong

    @contextmanager
    def afresh(self, total: int = TOTAL_LIMIT) -> Iterator[None]:
        """With a new allowance: a long module does not use up that of the others."""
        before = self._steps, self._limit, self._total, self._allocated
        limits = self._total_limit, self._full_limit
        self._steps = self._total = self._allocated = 0
        self._limit, self._total_limit, self._full_limit = min(STEP_LIMIT, total), total, None
        try:
            yield
        finally:
            self.every += self._total
            self._steps, self._limit, self._total, self._allocated = before
            self._total_limit, self._full_limit = limits

    @contextmanager
    def sharing(self) -> Iterator[None]:
        """With half of the steps that are left: what takes more leaves enough for what comes after it."""
        before = self._limit
        self._limit = min(before, self._steps + max(LOOP_STEPS, (before - self._steps) // 2))
        try:
            yield
        finally:
            self._limit = before

    @contextmanager
    def aside(self) -> Iterator[None]:
        """With a part of the steps that are left, for what is not of interest."""
        before, full = self._limit, self._full_limit
        share = max(ASIDE_STEPS, (before - self._steps) // ASIDE_SHARE)
        self._limit = min(before, self._steps + share)
        self._full_limit = before if full is None else full
        try:
            yield
        finally:
            self._limit, self._full_limit = before, full

    @contextmanager
    def in_full(self) -> Iterator[None]:
        """With all steps that are left, for what is of interest again; it does not count as what is not."""
        before, full, start = self._limit, self._full_limit, self._steps
        if full is not None:
            self._limit, self._full_limit = full, None
        try:
            yield
        finally:
            taken = 0 if full is None else max(0, self._steps - start)
            self._limit, self._full_limit = before + taken, full

    @property
    def is_spent(self) -> bool:
        """Whether no steps are left for what is being followed."""
        too_much = self._allocated > ALLOCATION_LIMIT or self._total > self._total_limit
        return too_much or self._steps > self._limit

    def next_statement(self) -> None:
        """A statement of a module's or class's body has an allowance of its own."""
        self._steps = 0

    def give_back(self) -> None:
        """A few statements that were left out do not count against those that follow."""
        self._left_out += 1
        if self._left_out <= LEFT_OUT_LIMIT:
            self._total = min(self._total, self._total_limit - self._limit)
            self._allocated = min(self._allocated, ALLOCATION_LIMIT // 2)
        self._steps = 0

    # Notes

    @contextmanager
    def noting(self) -> Iterator[None]:
        """While this lasts, assumptions are collected in ``notes``; steps are counted anew."""
        before, self._noting = self._noting, True
        try:
            with self.afresh():
                yield
        finally:
            self._noting = before

    @contextmanager
    def not_noting(self) -> Iterator[None]:
        """While this lasts, assumptions are not collected."""
        before, self._noting = self._noting, False
        try:
            yield
        finally:
            self._noting = before

    def note(self, unknown: Unknown) -> Unknown:
        """Collect ``unknown``, if that is asked for."""
        if self._noting and unknown not in self.notes:
            self.notes.append(unknown)
        return unknown

    def note_condition(self, site: Site) -> None:
        """Collect that whether a test holds is not known."""
        self.note(site.unknown(f"whether `{site.source}` holds is only known when the crew runs"))

    def say_too_long(self, site: Site) -> Unknown:
        """That what stands there is too long to follow; this is collected whether asked for or not."""
        unknown = site.unknown(TOO_LONG)
        self.too_long[unknown] = None
        return unknown

    # Giving up

    def lose(self, container: Value, why: Unknown) -> None:
        """Make the contents of a list, mapping or set unknown; what it held escapes."""
        if is_lost(container):
            return
        self.journal.touch(container)
        if isinstance(container, list):
            self.escaping.add(container)
            container[:] = [UnknownItems(why.reason, why.place)]
        elif isinstance(container, set):
            self.escaping.add(container)
            container.clear()
            container.add(UnknownItems(why.reason, why.place))
        elif isinstance(container, PlacedDict):
            self.escaping.add(container.values())
            for key in container:
                container[key] = why
            container.rest = why

    # Alternatives

    def unsure(self, site: Site, why: str | None = None) -> Unknown:
        """That what stands there is not known; in a ``try``, it may raise."""
        unknown = site.unknown(why)
        self.may_raise(Raised(ANY_EXCEPTION), unknown)
        return unknown

    def may_raise(self, error: Raised, why: Unknown) -> None:
        """That ``error`` may be raised here; it matters only in a ``try``."""
        if self.trying:
            self.journal.may_leave(error, why)

    def marked(
        self, variable: FromEnvironment, find: Callable[[], Value], site: Site, *, may_raise: bool = True
    ) -> Value:
        """What depends on a variable: what ``find`` gives for its default, marked as such.

        With another value it ``may_raise``; where it raises for the default, it may not for another.
        """
        if may_raise:
            self.unsure(site)
        if variable.value is None:
            return variable.unknown
        try:
            made = find()
        except Raised:
            return self.unsure(site)
        if isinstance(made, Unknown):
            # What it may be for the default says nothing of a variable that is set.
            return Unknown(made.reason, made.place)
        if isinstance(made, PartialText | FromEnvironment):
            return made
        return FromEnvironment(variable.variable, made, variable.place, is_whole=False)

    def either(self, alternatives: Sequence[Callable[[], Value]], why: Unknown) -> Value:
        """What one of several alternatives comes to, of which it is not known which is taken."""
        return self.alternatives.fork(alternatives, why)[0]

    def of_each(self, value: OneOf, read: Callable[[Value], Value], site: Site) -> Value:
        """What ``read`` comes to for whichever of the options it is."""
        why = Unknown(f"`{site.source}`", value.place)
        if value.usual is not None:
            why = Deciding(why.reason, why.place, value.variable, value.usual)
        return self.either([partial(read, option) for option in value.options], why)

    def repeat(self, once: Callable[[], Value], why: Unknown) -> None:
        """Follow what happens any number of times."""
        events = len(self.made), len(self.method_calls)
        with self.again_and_again():
            for number in range(REPEAT_LIMIT):
                # What a round makes is made again by the next, which knows more of what rounds change.
                del self.made[events[0] :], self.method_calls[events[1] :]
                is_last = number >= WIDENING_LIMIT
                _, changed = self.alternatives.fork([_nothing, once], why, is_last=is_last)
                if not changed:
                    return
        raise TooLong

    @contextmanager
    def again_and_again(self) -> Iterator[None]:
        """While this lasts, what is followed runs any number of times, as far as it is not certain."""
        self.repeating += 1
        try:
            yield
        finally:
            self.repeating -= 1


def _nothing() -> Value:
    return None


def _never(_module: Module) -> bool:
    return False


ANY_EXCEPTION: Final = None
"""The value of a :class:`Raised` of which nothing is known."""
