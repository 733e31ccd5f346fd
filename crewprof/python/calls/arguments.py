"""The arguments that a call is written with."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from crewprof.python import operators
from crewprof.python.exceptions import raised
from crewprof.python.given import NOT_KNOWN
from crewprof.python.mappings import PlacedDict
from crewprof.python.site import Site
from crewprof.python.uncertain import PartialText, Perhaps, UnknownItems
from crewprof.python.values import (
    ANY_ATTRIBUTE,
    Argument,
    ClassValue,
    External,
    Frame,
    Instance,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.source.python_document import Positioned


class Arguments:
    """Evaluates arguments for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration) -> None:
        self.machine = machine
        self.iteration = iteration

    def written(self, node: ast.Call, frame: Frame) -> tuple[list[Argument], dict[str, Argument], bool]:
        """The arguments of a call, and whether they are all: not where a splat hides which there are.

        Where ``**`` hides which keywords there are, those that are known, and ``ANY_ATTRIBUTE`` with the
        reason.
        """
        arguments: list[Argument] = []
        is_complete = True
        only: Value = NOT_KNOWN
        for one in node.args:
            if not isinstance(one, ast.Starred):
                arguments.append(self._written(one, one, frame))
                continue
            value = self.iteration.private(partial(self.machine.evaluate, one.value, frame))
            if len(node.args) == 1:
                # Python iterates over it when it has the keywords.
                only = value
            else:
                is_complete = self._spread(one, value, arguments, frame) and is_complete
        keywords: dict[str, Argument] = {}
        are_strings = True
        for keyword in node.keywords:
            if keyword.arg is not None:
                written = self._written(keyword.value, keyword, frame)
                if keyword.arg in keywords and not isinstance(keywords[keyword.arg].value, Perhaps):
                    # A mapping before it has it, too; twice by name is no Python.
                    problem = f"got multiple values for keyword argument '{keyword.arg}'"
                    raise raised(Site(keyword.value, frame), TypeError(problem))
                keywords[keyword.arg] = written
            else:
                are_strings = self._splat(keyword.value, keywords, frame) and are_strings
        if only is not NOT_KNOWN:
            is_complete = self._spread(node.args[0], only, arguments, frame)
        if not are_strings:
            raise raised(Site(node, frame), TypeError("keywords must be strings"))
        return arguments, keywords, is_complete

    def _spread(self, node: ast.expr, value: Value, arguments: list[Argument], frame: Frame) -> bool:
        """Add what ``*value`` gives to ``arguments``; whether that is all that there are."""
        site = Site(node, frame)
        items = self.iteration.listed(value, site)
        arguments.extend(map(site.argument, items))
        return not any(isinstance(item, UnknownItems) for item in items)

    def made_by(self, callee: External | ClassValue, node: ast.Call, frame: Frame) -> Instance:
        """The arguments ``callee`` is called with, without following the call."""
        arguments, keywords, is_complete = self.written(node, frame)
        place = frame.module.document.place_of(node)
        return Instance(callee, place, tuple(arguments) if is_complete else (), keywords)

    def _splat(self, node: ast.expr, keywords: dict[str, Argument], frame: Frame) -> bool:
        """Add what ``**node`` gives to ``keywords``; whether all of its keys are strings."""
        splat = operators.plain(self.machine.evaluate(node, frame))
        site = Site(node, frame)
        if isinstance(splat, operators.DATA) and not isinstance(splat, dict | PartialText):
            raise raised(site, TypeError("argument after ** must be a mapping"))
        if not isinstance(splat, PlacedDict):
            self.machine.unsure(site)
        if not isinstance(splat, PlacedDict) or splat.rest is not None:
            why = splat if isinstance(splat, Unknown) else site.unknown()
            hidden = Unknown(f"`**{site.source}` may give it: {why.reason}", site.place)
            keywords[ANY_ATTRIBUTE] = site.argument(hidden)
        if not isinstance(splat, PlacedDict):
            return True
        fields = splat.fields(site.place)
        for key in splat:
            if key in keywords:
                raise raised(site, TypeError(f"got multiple values for keyword argument '{key}'"))
        keywords.update({key: Argument(one.value, one.place, one.key_place) for key, one in fields.items()})
        return all(isinstance(key, str) for key in splat)

    def _written(self, node: ast.expr, named: Positioned, frame: Frame) -> Argument:
        value = self.iteration.private(partial(self.machine.evaluate, node, frame))
        document = frame.module.document
        items = tuple(Site(one, frame).place for one in node.elts) if isinstance(node, ast.List) else ()
        key_place = Site(named, frame).place
        if isinstance(named, ast.keyword) and named.arg is not None:
            start = document.text.offset(key_place.line, key_place.column)
            key_place = document.text.place(start, start + len(named.arg))
        return Argument(value, Site(node, frame).place, key_place, items)
