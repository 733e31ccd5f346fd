"""Comprehensions and generator expressions."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING, Final

from crewprof.python.mappings import PlacedDict
from crewprof.python.operations.hashing import set_of
from crewprof.python.scopes import bound_by
from crewprof.python.site import Site
from crewprof.python.uncertain import Deciding, UnknownItems, usual_items
from crewprof.python.values import Frame, FunctionValue, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.python.expressions.displays import Displays
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.source.unknown import Unknown

_NO_PARAMETERS: Final = ast.arguments(
    posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[]
)


class Comprehensions:
    """Follows comprehensions for a machine."""

    def __init__(
        self, machine: Machine, iteration: Iteration, comparing: Comparing, displays: Displays
    ) -> None:
        self.machine = machine
        self.iteration = iteration
        self.comparing = comparing
        self.displays = displays

    def read_list(self, node: ast.ListComp, frame: Frame) -> Value:
        """``[… for …]``."""
        made = list(self._drained(self._produced(node, node.elt, frame)))
        self.machine.journal.bear(made)
        return made

    def read_set(self, node: ast.SetComp, frame: Frame) -> Value:
        """``{… for …}``."""
        items = self._drained(self._produced(node, node.elt, frame))
        return set_of(self.machine, items, Site(node, frame))

    def read_generator(self, node: ast.GeneratorExp, frame: Frame) -> Value:
        """``(… for …)``."""
        code = ast.copy_location(ast.Lambda(_NO_PARAMETERS, node), node)
        hidden = frame.is_module or frame.is_class
        reached = FunctionValue(code, frame.module, outer=frame.outer if hidden else frame)
        return self.iteration.lazily(self._produced(node, node.elt, frame), [reached])

    def read_dict(self, node: ast.DictComp, frame: Frame) -> Value:
        """``{…: … for …}``."""
        made = PlacedDict()
        self.machine.journal.bear(made)
        site = Site(node, frame)
        pair = ast.Tuple([node.key, node.value], ast.Load())
        ast.copy_location(pair, node.key)
        for one in self._drained(self._produced(node, pair, frame)):
            if isinstance(one, UnknownItems):
                self.machine.lose(made, one)
            else:
                assert isinstance(one, tuple)
                self.displays.put(made, one[0], one[1], site, None)
        return made

    def _drained(self, items: Iterator[Value]) -> Iterator[Value]:
        for count, one in enumerate(items):
            self.machine.grow(count)
            yield one

    def _produced(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        element: ast.expr,
        frame: Frame,
    ) -> Iterator[Value]:
        """What a comprehension makes. Only the first iterable is evaluated at once."""
        first = node.generators[0]
        value = self.iteration.private(partial(self.machine.evaluate, first.iter, frame))
        hidden = frame.is_module or frame.is_class
        bound = bound_by([one.target for one in node.generators])
        inner = Frame(
            frame.module,
            {},
            outer=frame.outer if hidden else frame,
            owner=frame.owner,
            receiver=frame.receiver,
            function=frame.function,
            local=bound.local,
            shared=frozenset() if hidden else frame.shared,
            host=frame,
        )
        self.machine.journal.bear(inner.names)
        # Python asks for the iterator at once, too.
        items = self.iteration.items(value, Site(first.iter, frame))
        return self._values(node.generators, element, inner, items)

    def _values(
        self, generators: list[ast.comprehension], element: ast.expr, frame: Frame, items: Iterator[Value]
    ) -> Iterator[Value]:
        generator, rest = generators[0], generators[1:]
        for item in items:
            self.machine.charge()
            is_sure = not isinstance(item, UnknownItems)
            site = Site(generator.iter, frame)
            self.machine.assign(generator.target, item if is_sure else site.unknown(), frame)
            verdict, tests = self._holds(generator.ifs, frame) if is_sure else (None, generator.ifs)
            if verdict is None:
                why = site.unknown(
                    f"which items of `{site.source}` are taken is only known when the crew runs"
                )
                yield self._unknown_items(item, why, generators, tests, element, frame)
            elif verdict:
                yield from self._below(rest, element, frame)

    def _unknown_items(
        self,
        item: Value,
        why: Unknown,
        generators: list[ast.comprehension],
        tests: list[ast.expr],
        element: ast.expr,
        frame: Frame,
    ) -> UnknownItems:
        """What a comprehension makes of an item that may be any number of them, or be left out.

        ``tests`` are those that are still to be made of it.
        """

        def any_number() -> None:
            self.machine.repeat(lambda: self._ignored(tests, generators[1:], element, frame), why)

        if not isinstance(item, UnknownItems) or item.usual is None:
            any_number()
            return UnknownItems(why.reason, why.place)
        found: list[Value] = []
        usual = iter(item.usual)

        def by_default() -> None:
            found.extend(self._values(generators, element, frame, usual))

        self.machine.either([any_number, by_default], Deciding(why.reason, why.place, item.variable, 1))
        return UnknownItems(why.reason, why.place, item.variable, usual_items(found))

    def _below(self, rest: list[ast.comprehension], element: ast.expr, frame: Frame) -> Iterator[Value]:
        if not rest:
            yield self.machine.evaluate(element, frame)
            return
        value = self.machine.evaluate(rest[0].iter, frame)
        yield from self._values(rest, element, frame, self.iteration.items(value, Site(rest[0].iter, frame)))

    def _ignored(
        self, tests: list[ast.expr], rest: list[ast.comprehension], element: ast.expr, frame: Frame
    ) -> Value:
        verdict, left = self._holds(tests, frame)
        if verdict is None:
            go_on = partial(self._ignored, left, rest, element, frame)
            return self.machine.either([lambda: None, go_on], Site(tests[0], frame).unknown())
        for _ in self._below(rest, element, frame) if verdict else ():
            pass
        return None

    def _holds(self, tests: list[ast.expr], frame: Frame) -> tuple[bool | None, list[ast.expr]]:
        """Whether all tests hold, ``None`` if that is not known of one; and those behind that."""
        for at, test in enumerate(tests, start=1):
            known = self.comparing.truth(self.machine.evaluate(test, frame), Site(test, frame))
            if not known:
                return known, tests[at:]
        return True, []
