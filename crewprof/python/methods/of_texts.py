"""Methods of texts whose result may be large, or partly unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python import operators
from crewprof.python.exceptions import computed, raised
from crewprof.python.given import Given
from crewprof.python.leaving import TooLarge
from crewprof.python.mappings import PlacedDict
from crewprof.python.methods.templates import filled_from, names_in, partly_filled
from crewprof.python.uncertain import FromEnvironment, PartialText
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.methods.outcomes import Outcomes
    from crewprof.python.values import Value


class MethodsOfTexts:
    """Calls methods of texts for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration, outcomes: Outcomes) -> None:
        self.machine = machine
        self.iteration = iteration
        self.outcomes = outcomes

    def plainly(self, receiver: str, name: str, given: Given) -> Value:
        """A method whose result is no larger than the text."""
        return self.outcomes.computed(str(receiver), name, given)

    def padded(self, receiver: str, name: str, given: Given) -> Value:
        """``text.center(…)`` and the like."""
        numbers = [one for one in [*given.values, *given.named.values()] if isinstance(one, int)]
        if any(one * (receiver.count("\t") or 1) > operators.SIZE_LIMIT for one in numbers):
            raise TooLarge
        return self.outcomes.computed(receiver, name, given)

    def replace(self, receiver: str, name: str, given: Given) -> Value:
        """``text.replace(…)``."""
        if len(given.values) >= 2 and given.is_known():
            old, new = given.values[:2]
            if isinstance(old, str) and isinstance(new, str):
                times = receiver.count(old) if old else len(receiver) + 1
                if len(receiver) + times * len(new) > operators.SIZE_LIMIT:
                    raise TooLarge
        return self.outcomes.computed(receiver, name, given)

    def format(self, receiver: str, name: str, given: Given) -> Value:
        """``text.format(…)``."""
        if "{" not in receiver and "}" not in receiver and not isinstance(receiver, PartialText):
            # Whatever it is given, there is nothing to fill in.
            return str(receiver)
        values = [*given.values, *given.named.values()]
        unknown = next((one for one in values if isinstance(one, Unknown | PartialText)), None)
        if unknown is not None and given.site is not None:
            self.machine.unsure(given.site)
            reason = unknown.unknown if isinstance(unknown, PartialText) else unknown
            operators.check_template(receiver, [one for one in values if operators.is_known(one)])
            filled = partly_filled(receiver, given.values, given.named)
            return PartialText.of(receiver if filled is None else filled, reason)
        if not given.is_known(ordered=True):
            return self.machine.unsure(given.site)
        operators.check_template(receiver, values)
        return self.outcomes.computed(receiver, name, given)

    def format_map(self, receiver: str, name: str, given: Given) -> Value:
        """``text.format_map(mapping)``, also of a mapping made for it by a class with ``__missing__``."""
        if len(given.values) != 1 or given.keywords:
            return self.outcomes.computed(receiver, name, given)
        mapping, missing = filled_from(given)
        fields = names_in(str(receiver))
        if mapping is None or fields is None or mapping.rest is not None:
            return self.machine.unsure(given.site)
        values: dict[str, Value] = {}
        for field in fields:
            if field in mapping:
                values[field] = mapping[field]
            elif missing is not None:
                values[field] = self.machine.run(missing, [field], given.site)
            else:
                raise raised(given.site, KeyError(field))
        named = {key: given.site.argument(value) for key, value in values.items()}
        return self.format(receiver, "format", Given([], named, given.site))

    def translated(self, receiver: str, name: str, given: Given) -> Value:
        """``text.translate(…)``, ``str.maketrans(…)``."""
        made = self.outcomes.computed(receiver, name, given)
        if isinstance(made, dict):
            made = PlacedDict(made)
            self.machine.journal.bear(made)
        return made

    def join(self, receiver: str, _name: str, given: Given) -> Value:
        """``text.join(…)``."""
        if len(given.values) != 1 or given.keywords:
            return self.outcomes.computed(receiver, "join", given)
        items = self.iteration.listed(given.values[0], given.site)
        unknown = next(
            (one for one in items if isinstance(one, Unknown | PartialText | FromEnvironment)), None
        )
        if unknown is not None:
            self.machine.unsure(given.site)
            reason = unknown.unknown if isinstance(unknown, PartialText) else unknown
            reason = reason.unknown if isinstance(reason, FromEnvironment) else reason
            shown = [str(one) if isinstance(one, str) else "…" for one in items]
            return PartialText.of(receiver.join(shown), reason)
        if not all(isinstance(one, str) for one in items) and not operators.is_known(items):
            return self.machine.unsure(given.site)
        size = sum(len(one) for one in items if isinstance(one, str)) + len(receiver) * len(items)
        self.machine.allocate(size)
        return computed(given.site, receiver.join, items)
