"""What the tools of crewai-tools say of themselves, by class (``data/definitions.json``)."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from crewprof.bundled import bundled_text
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class CatalogueTool:
    """A tool class: its words by default, and what constructor arguments change.

    ``name``, ``description`` and ``parameters`` are ``None`` where only an instance says them.
    ``arguments``: the constructor's own arguments in order. ``variants``: for an argument, the description it
    brings, with ``{argument}`` where its value goes, and the argument schema, ``None`` if it stays.
    """

    name: str | None
    description: str | None
    parameters: Mapping[str, object] | None
    arguments: tuple[str, ...]
    variants: Mapping[str, tuple[str, Mapping[str, object] | None]]


def catalogue_tool(class_name: str) -> CatalogueTool | None:
    """The tool class of crewai-tools called ``class_name``, if there is one."""
    entry = _data().get(class_name)
    if entry is None:
        return None
    return CatalogueTool(
        name=entry["name"],
        description=entry["description"],
        parameters=entry["parameters"],
        arguments=tuple(entry["arguments"]),
        variants={one["argument"]: (one["description"], one.get("parameters")) for one in entry["variants"]},
    )


def catalogue_names() -> tuple[str, ...]:
    """Every class known, by name."""
    return tuple(_data())


@cache
def _data() -> dict[str, Any]:
    text = bundled_text("toolbox", "definitions.json")
    tools: dict[str, Any] = json.loads(text)["tools"]
    return tools
