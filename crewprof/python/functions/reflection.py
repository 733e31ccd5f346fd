"""Functions by which Python looks at itself: ``globals()``, ``locals()``, ``exec`` and others."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from crewprof.python import module_names
from crewprof.python.exceptions import raised
from crewprof.python.mappings import PlacedDict
from crewprof.python.uncertain import PartialText, Perhaps

if TYPE_CHECKING:
    from typing import Literal

    from crewprof.python.given import Given
    from crewprof.python.machine import Machine
    from crewprof.python.methods.methods import Methods
    from crewprof.python.module_names import ModuleNames
    from crewprof.python.site import Site
    from crewprof.python.values import Frame, Value

_READING: Final = frozenset({"get", "keys", "values", "items", "copy"})

LOOKING_AROUND: Final = frozenset(
    {"gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys._getframe", "sys._current_frames"}
    | {"inspect.currentframe", "inspect.stack", "inspect.trace", "sys.modules.get", "sys.modules.values"}
    | {"sys.modules.items", "sys.modules.copy", "sys.modules.pop"}
)
"""Functions by which code may reach any object there is."""


class Reflection:
    """Computes for a machine what code sees of itself."""

    def __init__(self, machine: Machine, methods: Methods) -> None:
        self.machine = machine
        self.methods = methods

    def call_globals(self, given: Given) -> Value:
        """``globals()``."""
        return module_names.names_of(self.machine, given.site.frame.module, given.site)

    def call_locals(self, given: Given) -> Value:
        """``locals()``; in a function, a copy of its names."""
        frame = given.site.frame
        if frame.is_module:
            return self.call_globals(given)
        self.machine.escaping.add(frame.names.values())
        if frame.is_class or frame.host is not None:
            return self.machine.unsure(given.site)
        return self._copied(frame.names, given.site)

    def _copied(self, names: dict[str, Value], site: Site, *, is_open: bool = False) -> PlacedDict:
        bound: dict[object, Value] = {
            name: value for name, value in names.items() if not isinstance(value, Perhaps)
        }
        made = PlacedDict(bound)
        if is_open or len(bound) < len(names):
            made.rest = site.unknown()
        self.machine.journal.bear(made)
        return made

    def method(self, receiver: ModuleNames, name: str, given: Given) -> Value:
        """``globals().name(…)``."""
        if name in _READING:
            # Others are there too, of which some are Python's own.
            found = self._copied(receiver.module.names, given.site, is_open=True)
            return self.methods.call(found, name, given)
        if name == "update" and not given.values:
            for key, item in given.named.items():
                module_names.put(self.machine, receiver, key, item, given.site)
            return None
        module_names.lose(self.machine, receiver, given.site)
        self.machine.escaping.add(given.values)
        return self.machine.unsure(given.site)

    def look_around(self, given: Given) -> Value:
        """A function by which code may reach any object."""
        return module_names.everything(self.machine, given.site)

    def call_exec(self, given: Given) -> Value:
        """``exec(text)``."""
        return self._run(given, "exec")

    def call_eval(self, given: Given) -> Value:
        """``eval(text)``."""
        return self._run(given, "eval")

    def _run(self, given: Given, mode: Literal["exec", "eval"]) -> Value:
        """Code that is not followed: what it mentions may have changed.

        A text that nobody knows is taken to change nothing: it is a sum that a tool is asked for.
        """
        unknown = self.machine.unsure(given.site)
        text = given.values[0] if given.values else None
        if isinstance(text, str) and not isinstance(text, PartialText):
            try:
                tree: ast.AST = ast.parse(text.lstrip(" \t") if mode == "eval" else text, mode=mode)
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                raise raised(given.site, SyntaxError("invalid syntax")) from None
            self.machine.forget([tree], _written_in(given.site.frame), unknown)
        self.machine.forget_reached(given.values[1:], unknown)
        return unknown


def _written_in(frame: Frame) -> Frame:
    while frame.host is not None:
        frame = frame.host
    return frame
