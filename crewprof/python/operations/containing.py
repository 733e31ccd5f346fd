"""``item in container``, of values of which some may be unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python import module_names, operators
from crewprof.python.exceptions import computed
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import TooLarge
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.module_names import ModuleNames
from crewprof.python.operations.hashing import is_key
from crewprof.python.operations.sameness import weight
from crewprof.python.uncertain import UnknownItems, has_rest
from crewprof.python.values import ClassValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.site import Site

_LIMIT: Final = 10_000
"""Numbers of the largest range that is looked through one by one."""


class Containing:
    """Looks for items for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, comparing: Comparing) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing

    def holds(self, container: Value, item: Value, site: Site) -> bool | None:
        """Whether ``item in container``; ``None`` if that is not known."""
        if isinstance(container, Instance):
            if self.comparing.special_method(container, "contains") is not None:
                return self.comparing.truth(self.comparing.special(container, "contains", [item], site), site)
            return self._among(self.iteration.items(container, site), item, site)
        if isinstance(container, ModuleNames):
            return module_names.holds(container, item)
        if isinstance(container, LazyItems):
            return self._given_by(container, item, site)
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
        if isinstance(container, set | frozenset):
            return self._has_item(container, item, site)
        if isinstance(container, list | tuple):
            return self._among(self.iteration.items(container, site), item, site)
        return self._in_data(container, item, site)

    def _in_data(self, container: Value, item: Value, site: Site) -> bool | None:
        if isinstance(container, range) and isinstance(item, float):
            # Python looks at each number in turn.
            return item.is_integer() and int(item) in container
        if isinstance(container, range) and not isinstance(item, int) and len(container) > _LIMIT:
            raise TooLarge
        if operators.is_known(container) and operators.is_known(item):
            self.machine.charge(weight(container))
            return computed(site, lambda: item in container)  # type: ignore[operator]
        self.machine.unsure(site)
        return None

    def _given_by(self, items: LazyItems, item: Value, site: Site) -> bool | None:
        found = self._among(self.iteration.items(items, site), item, site)
        if found is None:
            # How many have been asked for is not known.
            items.lost = site.unknown()
            self.iteration.is_lost(items, site)
        return found

    def _among(self, items: Iterable[Value], item: Value, site: Site) -> bool | None:
        verdict: bool | None = False
        for one in items:
            if isinstance(one, UnknownItems):
                verdict = None
                continue
            found = (
                True
                if one is item and not isinstance(one, Unknown)
                else self.comparing.equal(one, item, site)
            )
            if found:
                return True if verdict is False or found is True else None
            if found is None:
                verdict = None
        return verdict

    def _has_item(self, items: set[Value] | frozenset[Value], item: Value, site: Site) -> bool | None:
        # Python looks for the frozen set where it is given a set.
        item = frozenset(item) if isinstance(item, set) else item
        if not is_key(self.machine, item, site):
            return None if items else False
        return True if item in items else None if has_rest(items) else False

    def _has_key(self, mapping: dict[object, object], key: Value, site: Site) -> bool | None:
        if is_key(self.machine, key, site):
            if key in mapping:
                return True
            return None if isinstance(mapping, PlacedDict) and mapping.rest is not None else False
        return None if mapping or getattr(mapping, "rest", None) is not None else False
