"""Python's own types as functions: what they make of what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewprof.python import operators
from crewprof.python.exceptions import computed, raised
from crewprof.python.leaving import TooLarge
from crewprof.python.mappings import PlacedDict
from crewprof.python.operations.hashing import set_of
from crewprof.python.values import External, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.python.expressions.texts import Texts
    from crewprof.python.given import Given
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods.methods import Methods
    from crewprof.python.operations.comparing import Comparing


class Conversions:
    """Converts values for a machine."""

    def __init__(
        self, machine: Machine, iteration: Iteration, comparing: Comparing, texts: Texts, methods: Methods
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.texts = texts
        self.methods = methods

    def call_str(self, given: Given) -> Value:
        """``str(…)``."""
        if not given.values and not given.keywords:
            return ""
        if len(given.values) != 1:
            return self.machine.unsure(given.site)
        return self.texts.text(given.values[0], given.site)

    def call_repr(self, given: Given) -> Value:
        """``repr(…)``."""
        return self.texts.representation(given.first(), given.site)

    def call_format(self, given: Given) -> Value:
        """``format(…)``."""
        return self.texts.formatted(given.first(), "", given.value(1, "", ""), given.site)

    def call_int(self, given: Given) -> Value:
        """``int(…)``."""
        return self._number(int, given)

    def call_float(self, given: Given) -> Value:
        """``float(…)``."""
        return self._number(float, given)

    def _number(self, kind: Callable[..., Any], given: Given) -> Value:
        variable = given.variable
        if variable is not None:
            plain = given.without_variables()
            return self.machine.marked(variable, lambda: self._number(kind, plain), given.site)
        name = "__int__" if kind is int else "__float__"
        if given.values and isinstance(given.values[0], Instance):
            return self.comparing.special(given.values[0], name.strip("_"), [], given.site)
        if not given.is_known():
            return self.machine.unsure(given.site)
        made = computed(given.site, _safe_int if kind is int else kind, *given.values, **given.named)
        if isinstance(made, int) and made.bit_length() > operators.BIT_LIMIT:
            raise TooLarge
        return made

    def call_bool(self, given: Given) -> Value:
        """``bool(…)``."""
        if not given.values:
            return False
        known = self.comparing.truth(given.values[0], given.site)
        return given.site.unknown() if known is None else known

    def call_list(self, given: Given) -> Value:
        """``list(…)``."""
        made = self.iteration.listed(given.values[0], given.site) if given.values else []
        self.machine.journal.bear(made)
        return made

    def call_tuple(self, given: Given) -> Value:
        """``tuple(…)``."""
        return tuple(self.iteration.listed(given.values[0], given.site)) if given.values else ()

    def call_set(self, given: Given) -> Value:
        """``set(…)``."""
        value = given.values[0] if given.values else ()
        is_set = isinstance(value, set | frozenset)
        items = list(value) if is_set else self.iteration.items(value, given.site)  # type: ignore[call-overload]
        return set_of(self.machine, items, given.site)

    def call_frozenset(self, given: Given) -> Value:
        """``frozenset(…)``."""
        made = self.call_set(given)
        return frozenset(made) if isinstance(made, set) else made

    def call_dict(self, given: Given) -> Value:
        """``dict(…)``."""
        made = PlacedDict()
        self.machine.journal.bear(made)
        if len(given.values) > 1:
            raise raised(given.site, TypeError("dict expected at most 1 argument"))
        self.methods.call(made, "update", given)
        return made

    def call_range(self, given: Given) -> Value:
        """``range(…)``."""
        values = [operators.plain(one) for one in given.values]
        if not operators.is_known(values) or given.variable is not None:
            return self.machine.unsure(given.site)
        return computed(given.site, range, *values)

    def call_bytes(self, given: Given) -> Value:
        """``bytes(…)``."""
        values = given.values
        if not given.is_known() or not values or not isinstance(values[0], str | bytes | list | tuple):
            return self.machine.unsure(given.site)
        return computed(given.site, bytes, *values, **given.named)

    def call_slice(self, given: Given) -> Value:
        """``slice(…)``."""
        return computed(given.site, slice, *given.values)

    def call_object(self, given: Given) -> Value:
        """``object(…)``."""
        return Instance(External("builtins.object"), given.site.place)


def _safe_int(*values: Any, **named: Any) -> int:
    if values and isinstance(values[0], str | bytes) and len(values[0]) > 2_000:
        raise TooLarge
    return int(*values, **named)
