"""The schemas of CrewAI's own answers: a guardrail's verdict, plans, what memory is asked.

``data/schemas.json`` is made by ``scripts/make_tool_catalogue.py`` from the installed crewai; other versions
differ little.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from crewprof.bundled import bundled_text
from crewprof.crew.definition import OutputSchema
from crewprof.semantics.json_schema import response_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.source.place import Place


def own_schema(name: str) -> Mapping[str, Any]:
    """pydantic's JSON schema of CrewAI's model ``name``; ``KeyError`` if it is not known."""
    found: Mapping[str, Any] = _schemas()[name]
    return found


def asked_for(name: str, place: Place) -> OutputSchema:
    """The schema as it is sent in ``response_format``; ``place`` is what the call is made for."""
    return OutputSchema(name, response_schema(own_schema(name)), place)


@cache
def _schemas() -> Mapping[str, Any]:
    text = bundled_text("semantics", "schemas.json")
    schemas: Mapping[str, Any] = json.loads(text)
    return schemas
