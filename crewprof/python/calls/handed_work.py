"""Functions that code hands to a thread, a process or an event loop to call.

They are followed where they are handed over, one after the other. What a process changes stays its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from crewprof.python.given import NOT_KNOWN
from crewprof.python.leaving import Raised
from crewprof.python.operators import items_of
from crewprof.python.uncertain import UnknownItems
from crewprof.python.values import Argument, External, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.python.machine import Machine
    from crewprof.python.site import Site

FUTURE: Final = External("concurrent.futures.Future")
_THREAD: Final = "threading.Thread"
_PROCESS: Final = "multiprocessing.Process"
_EXECUTORS: Final = frozenset(
    f"concurrent.futures.{name}" for name in ("ThreadPoolExecutor", "thread.ThreadPoolExecutor")
)
_PROCESSES: Final = frozenset(
    (
        *(f"concurrent.futures.{name}" for name in ("ProcessPoolExecutor", "process.ProcessPoolExecutor")),
        *("multiprocessing.Pool", "multiprocessing.pool.Pool"),
    )
)
_POOLS: Final = frozenset(("multiprocessing.pool.ThreadPool", "multiprocessing.dummy.Pool"))


class HandedWork:
    """Follows for a machine what is handed to something else to call."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._ways: Mapping[str, Callable[[Sequence[Argument], dict[str, Argument], Site], Value]] = {
            "submit": self._submitted,
            "map": self._of_each,
            "imap": self._lazily,
            "imap_unordered": self._later,
            "map_async": self._later,
            "starmap": self._of_each_row,
            "apply": self._applied,
            "apply_async": self._applied,
        }

    def method(
        self,
        receiver: Instance,
        name: str,
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
    ) -> Value:
        """A method of what calls functions for others; ``NOT_KNOWN`` for those of anything else."""
        kind = receiver.callee.dotted if isinstance(receiver.callee, External) else ""
        if receiver.callee == FUTURE:
            return self._result(receiver, site) if name == "result" else NOT_KNOWN
        if kind in (_THREAD, _PROCESS):
            return self._started(receiver, site) if name == "start" else NOT_KNOWN
        if name not in self._ways or kind not in _EXECUTORS | _POOLS | _PROCESSES:
            return NOT_KNOWN
        if kind in _EXECUTORS and name == "map":
            return self._lazily(arguments, keywords, site)
        if kind in _PROCESSES:
            return self._apart(partial(self._ways[name], arguments, keywords, site), site)
        return self._ways[name](arguments, keywords, site)

    def called(self, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site) -> Value:
        """A function, the first of the ``arguments``, called with the others."""
        if not arguments:
            return self.machine.unsure(site)
        return self.machine.invoke(arguments[0].value, arguments[1:], keywords, site)

    def _apart(self, run: Callable[[], Value], site: Site) -> Value:
        why = self.machine.unsure(site)
        self.machine.alternatives.aside([], run, why)
        return why

    def _submitted(self, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site) -> Value:
        """``executor.submit(f, …)``: what ``f`` raises is raised when its result is asked for."""
        try:
            value = self.called(arguments, keywords, site)
        except Raised:
            value = site.unknown()
        made = Instance(FUTURE, site.place, keywords={"value": site.argument(value)})
        self.machine.journal.bear(made.attributes)
        return made

    def _result(self, future: Instance, site: Site) -> Value:
        value = future.keywords["value"].value
        return self.machine.unsure(site) if isinstance(value, Unknown) else value

    def _lazily(self, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site) -> Value:
        """``executor.map(f, …)``: an iterator over the results, in order."""
        made = self._of_each(arguments, keywords, site)
        if not isinstance(made, list):
            return made
        return self.machine.invoke(External("builtins.iter"), [site.argument(made)], {}, site)

    def _later(self, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site) -> Value:
        """``pool.map_async(f, …)``: something that gives the results when it is asked."""
        self._of_each(arguments, keywords, site)
        return self.machine.unsure(site)

    def _of_each(self, arguments: Sequence[Argument], _: dict[str, Argument], site: Site) -> Value:
        """``pool.map(f, …)``: the results, in order."""
        lists = [one for one in (self._listed(given, site) for given in arguments[1:]) if one is not None]
        if not lists or len(lists) < len(arguments) - 1:
            self._any_number(arguments, site)
            return self.machine.unsure(site)
        made: list[Value] = []
        for row in zip(*lists, strict=False):
            rest = next((one for one in row if isinstance(one, UnknownItems)), None)
            if rest is not None:
                self._any_number(arguments, site)
                made.append(UnknownItems(rest.reason, rest.place))
                break
            made.append(self._row(arguments[0], list(row), site))
        self.machine.journal.bear(made)
        return made

    def _any_number(self, arguments: Sequence[Argument], site: Site) -> None:
        values: list[Value] = [site.unknown()] * (len(arguments) - 1)
        self.machine.repeat(partial(self._row, arguments[0], values, site), site.unknown())

    def _listed(self, given: Argument, site: Site) -> list[Value] | None:
        made = self.machine.invoke(External("builtins.list"), [given], {}, site)
        return made if isinstance(made, list) else None

    def _row(self, function: Argument, values: list[Value], site: Site) -> Value:
        return self.machine.run(function.value, values, site)

    def _of_each_row(self, arguments: Sequence[Argument], _: dict[str, Argument], site: Site) -> Value:
        """``pool.starmap(f, rows)``."""
        for row in (self._listed(arguments[1], site) if len(arguments) > 1 else None) or ():
            values = items_of(row)
            if values is not None:
                self._row(arguments[0], list(values), site)
        return self.machine.unsure(site)

    def _applied(self, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site) -> Value:
        given = dict(zip(("func", "args", "kwds"), arguments, strict=False)) | keywords
        self._called_with(given.get("func"), given.get("args"), given.get("kwds"), site)
        return self.machine.unsure(site)

    def _started(self, thread: Instance, site: Site) -> Value:
        target, args, kwargs = (
            thread.argument(name, at) for name, at in (("target", 1), ("args", 3), ("kwargs", 4))
        )
        run = partial(self._called_with, target, args, kwargs, site)
        if isinstance(thread.callee, External) and thread.callee.dotted == _PROCESS:
            self._apart(run, site)
        else:
            run()
        return None

    def _called_with(
        self, function: Argument | None, listed: Argument | None, named: Argument | None, site: Site
    ) -> Value:
        """``f(*listed, **named)``, whose result nobody gets."""
        values = () if listed is None else items_of(listed.value)
        keywords = {} if named is None else named.value
        if function is None or values is None or not isinstance(keywords, dict):
            return self.machine.unsure(site)
        try:
            self.machine.invoke(
                function.value,
                [site.argument(one) for one in values],
                {str(name): site.argument(one) for name, one in keywords.items()},
                site,
            )
        except Raised:
            # It ends the thread, nothing else.
            return None
        return None
