"""Arithmetic on values of which some may be unknown."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from crewprof.python import operators
from crewprof.python.exceptions import computed
from crewprof.python.lazy_items import LazyItems
from crewprof.python.leaving import TooLarge
from crewprof.python.mappings import DictView, PlacedDict
from crewprof.python.methods.templates import CONVERSION, partly_shown
from crewprof.python.native_values import Deque
from crewprof.python.objects.types_of import UNION
from crewprof.python.operations.sameness import numbered
from crewprof.python.uncertain import FromEnvironment, PartialText, UnknownItems, has_rest
from crewprof.python.values import BoundMethod, ClassValue, External, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.site import Site

_IN_PLACE: Final = (list, set, dict)

_TEXTS: Final = (str, PartialText)

_UNARY: Final[Mapping[type[ast.unaryop], str]] = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}


class Arithmetic:
    """Computes operators for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing) -> None:
        self.machine = machine
        self.comparing = comparing

    def unary(self, operation: ast.unaryop, value: Value, site: Site) -> Value:
        """``operation value``, but ``not``."""
        value = numbered(value)
        if isinstance(value, Instance):
            return self.comparing.special(value, _UNARY[type(operation)], [], site)
        if isinstance(value, FromEnvironment):
            return self.machine.marked(value, lambda: self.unary(operation, value.value, site), site)
        if operators.is_known(value):
            return computed(site, operators.unary, operation, value)
        return self.machine.unsure(site)

    def binary(self, operation: ast.operator, left: Value, right: Value, site: Site) -> Value:
        """``left operation right``."""
        if isinstance(left, FromEnvironment) or isinstance(right, FromEnvironment):
            return self._of_environment(operation, left, right, site)
        left, right = numbered(left), numbered(right)
        if isinstance(operation, ast.Mod) and isinstance(left, str) and not isinstance(left, PartialText):
            right = self._shown(left, right, site)
            partial_text = self._partly(left, right, site)
            if partial_text is not None:
                return partial_text
        if isinstance(left, Instance) or isinstance(right, Instance):
            return self.comparing.of_instances(operators.DUNDERS[type(operation)], left, right, site)
        if isinstance(operation, ast.Add):
            partial = _added(left, right)
            if partial is not None:
                if isinstance(left, Unknown) or isinstance(right, Unknown):
                    self.machine.unsure(site)
                return partial
        if self._is_data(left) and self._is_data(right):
            return self._computed(operation, left, right, site)
        if isinstance(operation, ast.BitOr) and _is_type(left) and _is_type(right):
            return Instance(UNION, site.place, (site.argument(left), site.argument(right)))
        return self.machine.unsure(site)

    def _partly(self, template: str, values: Value, site: Site) -> PartialText | None:
        """``template % values`` where some of the values are not known."""
        items = values if isinstance(values, tuple) else (values,)
        unknown = next((one for one in items if isinstance(one, PartialText | Unknown)), None)
        if unknown is None or (isinstance(values, Unknown) and len(CONVERSION.findall(template)) != 1):
            return None
        operators.check_template(template, [one for one in items if operators.is_known(one)])
        shown = partly_shown(template, items)
        if shown is None:
            return None
        self.machine.unsure(site)
        return PartialText.of(shown, unknown.unknown if isinstance(unknown, PartialText) else unknown)

    def _shown(self, template: str, values: Value, site: Site) -> Value:
        """What a template is filled with: instances as the texts that they are shown as."""
        items = values if isinstance(values, tuple) else (values,)
        if not any(isinstance(one, Instance) for one in items):
            return values
        kinds = [one[-1] for one in CONVERSION.findall(template) if one[-1] != "%"]
        if len(kinds) != len(items) or "*" in template:
            return Unknown(f"`{site.source}` is only known when the crew runs", site.place)
        shown: list[Value] = []
        for kind, one in zip(kinds, items, strict=True):
            function = {"s": "str", "r": "repr"}.get(kind, "float")
            made = (
                self.machine.run(External(f"builtins.{function}"), [one], site)
                if isinstance(one, Instance)
                else one
            )
            is_shown = (
                isinstance(one, Instance) and isinstance(made, str) and not isinstance(made, PartialText)
            )
            shown.append(_Shown(made) if is_shown else made)
        return tuple(shown)

    @staticmethod
    def _is_data(value: Value) -> bool:
        """Whether computing on it needs only its type and items, known or not."""
        if isinstance(value, PartialText | Unknown) or operators.is_object(value):
            return isinstance(value, DictView | FunctionValue | LazyItems)
        return True

    def _computed(self, operation: ast.operator, left: Any, right: Any, site: Site) -> Value:
        if (
            isinstance(operation, ast.Mod)
            and isinstance(left, str | bytes)
            and not operators.is_known(right, ordered=True)
        ):
            return self.machine.unsure(site)
        sets = isinstance(left, set | frozenset) and isinstance(right, set | frozenset)
        if sets and (has_rest(left) or has_rest(right)):
            return self.machine.unsure(site)
        if isinstance(left, DictView) or isinstance(right, DictView):
            return self.machine.unsure(site)
        if isinstance(left, Deque | PlacedDict) or isinstance(right, Deque | PlacedDict):
            return self._of_collections(operation, left, right, site)
        return self._native(operation, left, right, site)

    def _of_collections(self, operation: ast.operator, left: Any, right: Any, site: Site) -> Value:
        """Deques and mappings, which say what they are."""
        kinds = {one.kind for one in (left, right) if isinstance(one, PlacedDict)}
        if "Counter" in kinds:
            if kinds != {"Counter"} or not (operators.is_known(left) and operators.is_known(right)):
                return self.machine.unsure(site)
            counts = [Counter(one) for one in (left, right)]
            made = PlacedDict(computed(site, operators.compute, operation, *counts))  # type: ignore[arg-type]
            made.kind = "Counter"
            self.machine.journal.bear(made)
            return made
        if kinds - {"dict"} and not isinstance(operation, ast.Mod):
            return self.machine.unsure(site)
        if isinstance(left, Deque) or isinstance(right, Deque):
            if isinstance(operation, ast.Add) and isinstance(left, Deque) and isinstance(right, Deque):
                joined = Deque.of([*left, *right], left.limit)
                self.machine.journal.bear(joined)
                return joined
            if isinstance(operation, ast.Mult) and isinstance(left, Deque) and isinstance(right, int):
                items: Any = operators.compute(operation, list(left), right)
                repeated = Deque.of(items, left.limit)
                self.machine.journal.bear(repeated)
                return repeated
            return self.machine.unsure(site)
        return self._native(operation, left, right, site)

    def _native(self, operation: ast.operator, left: Any, right: Any, site: Site) -> Value:
        made = computed(site, operators.compute, operation, left, right)
        if isinstance(made, str | bytes | list | tuple | set | frozenset | dict):
            self.machine.allocate(len(made))
            if isinstance(made, _IN_PLACE):
                self.machine.journal.bear(made)
        return made

    def _of_environment(self, operation: ast.operator, left: Value, right: Value, site: Site) -> Value:
        one = left if isinstance(left, FromEnvironment) else right
        assert isinstance(one, FromEnvironment)
        sides = [
            side.unknown
            if isinstance(side, FromEnvironment) and side.value is None
            else operators.plain(side)
            for side in (left, right)
        ]
        if any(isinstance(side, Unknown) for side in sides):
            return self.binary(operation, sides[0], sides[1], site)
        return self.machine.marked(one, lambda: self.binary(operation, sides[0], sides[1], site), site)

    def in_place(self, operation: ast.operator, left: Value, right: Value, site: Site) -> Value:
        """``left operation= right``: lists, sets and mappings change themselves."""
        if isinstance(left, Instance):
            function = self.comparing.special_method(left, f"i{operators.DUNDERS[type(operation)]}")
            if function is not None:
                return self.machine.run(BoundMethod(left, function), [right], site)
        if isinstance(left, set) and isinstance(right, set | frozenset):
            made = self.binary(operation, left, right, site)
            if isinstance(made, set):
                return self._becomes(left, made)
        if (
            isinstance(left, PlacedDict)
            and left.kind != "Counter"
            and isinstance(operation, ast.BitOr)
            and isinstance(right, PlacedDict)
        ):
            self.machine.journal.touch(left)
            left.add_all(right)
            left.rest = left.rest or right.rest
            return left
        if isinstance(left, list) and isinstance(operation, ast.Mult) and self._is_data(right):
            return self._becomes(left, self._computed(operation, left, right, site))
        if isinstance(left, set | dict) and not self._is_data(right):
            return self._becomes(left, None, self.machine.unsure(site))
        made = self.binary(operation, left, right, site)
        if isinstance(left, list | set | PlacedDict) and isinstance(made, Unknown):
            self.machine.lose(left, made)
            return left
        if isinstance(left, Deque | PlacedDict) and type(made) is type(left):
            return self._becomes(left, made)
        return made

    def _becomes(self, container: Any, content: Any, why: Unknown | None = None) -> Value:
        self.machine.journal.touch(container)
        if why is not None or isinstance(content, Unknown):
            self.machine.lose(container, why or content)
        elif isinstance(container, list):
            container[:] = content
        else:
            container.clear()
            container.update(content)
        return container


def _is_type(value: Value) -> bool:
    if isinstance(value, External):
        return value.package in ("builtins", "typing", "collections")
    return (
        value is None
        or isinstance(value, ClassValue)
        or (isinstance(value, Instance) and value.callee == UNION)
    )


class _Shown(str):
    """A text that ``%r`` shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _added(left: Value, right: Value) -> Value:
    """Texts and lists of which a part is unknown; ``None`` when neither is."""
    if isinstance(left, _TEXTS) and isinstance(right, _TEXTS):
        unknown = next((one.unknown for one in (left, right) if isinstance(one, PartialText)), None)
        if unknown is None:
            return None
        if len(left) + len(right) > operators.SIZE_LIMIT:
            raise TooLarge
        return PartialText.of(str(left) + str(right), unknown)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown) and isinstance(other, _TEXTS):
            return PartialText.of(f"…{other}" if one is left else f"{other}…", one)
        if isinstance(one, Unknown) and isinstance(other, list):
            rest = UnknownItems(one.reason, one.place)
            return [rest, *other] if one is left else [*other, rest]
    return None
