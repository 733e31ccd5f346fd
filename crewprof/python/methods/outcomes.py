"""What calling a method comes to: what Python computes, or that anything may have happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.python.exceptions import computed, raised
from crewprof.python.lazy_items import LazyItems
from crewprof.python.mappings import PlacedDict

if TYPE_CHECKING:
    from crewprof.python.given import Given
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.values import Value


class Outcomes:
    """Computes methods with Python for a machine, or forgets what they may have changed."""

    def __init__(self, machine: Machine, iteration: Iteration) -> None:
        self.machine = machine
        self.iteration = iteration

    def computed(self, receiver: Any, name: str, given: Given) -> Value:
        """What Python computes, where all is known."""
        if not given.is_known():
            return self.machine.unsure(given.site)
        made: Value = computed(given.site, getattr(receiver, name), *given.values, **given.named)
        return self.owned(PlacedDict(made) if type(made) is dict else made)

    def owned(self, made: Value) -> Value:
        """What has been made, counted."""
        if isinstance(made, str | bytes | list | tuple | set | frozenset | dict):
            self.machine.allocate(len(made))
            self.machine.journal.bear(made)
        return made

    def forget(self, container: Value, given: Given) -> Value:
        """That a call may have changed a container in any way."""
        unknown = self.machine.unsure(given.site)
        self.machine.journal.touch(container)
        self.machine.lose(container, unknown)
        return unknown

    def lost(self, receiver: Value, given: Given) -> Value:
        """A method that is not read: it may change what it is called on."""
        unknown = self.machine.unsure(given.site)
        if isinstance(receiver, list | set | PlacedDict):
            # It may change what it is called on.
            self.machine.journal.touch(receiver)
            self.machine.lose(receiver, unknown)
        if isinstance(receiver, LazyItems):
            receiver.lost = unknown
            self.iteration.is_lost(receiver, given.site)
        return unknown

    def clear(self, items: Any, given: Given) -> Value:
        """``container.clear()``."""
        self.machine.journal.touch(items)
        items.clear()
        if isinstance(items, PlacedDict):
            items.rest = None
        if given.values:
            raise raised(given.site, TypeError("clear() takes no arguments"))
        return None

    def copy(self, items: Any, _given: Given) -> Value:
        """``container.copy()``."""
        self.machine.allocate(len(items))
        made: Value = items.copy()
        self.machine.journal.bear(made)
        return made
