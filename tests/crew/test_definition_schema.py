"""Output schemas of a ``crew.yaml``, against the models CrewAI makes of them."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.crew.definition_schema import UnreadableSchema, model_schema
from tests.conformance.offline import go_offline
from tests.crew.describing import forget_types

go_offline()
schema_utilities = pytest.importorskip("crewai.utilities.pydantic_schema_utils")

RUN = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

LEAVES: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": "string", "description": "what", "minLength": 1, "pattern": "^a"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "uri"},
    {"type": ["string", "null"], "format": "date"},
    {"type": "integer", "minimum": 0, "maximum": 9},
    {"type": "number", "exclusiveMinimum": 0, "default": 1.5},
    {"type": "boolean", "default": False},
    {"type": "string", "enum": ["a", "b"], "default": "a"},
    {"enum": [1, "b", None]},
    {"const": "only"},
    {"type": "array"},
    {"type": "array", "items": {"type": "string"}, "minItems": 1},
    {"type": "object"},
    {"type": "object", "additionalProperties": {"type": "string"}},
    {"type": "null"},
    {},
    {"type": "string", "examples": ["x", "y"]},
    {"$ref": "#/$defs/Shared"},
    {"type": "array", "items": {"$ref": "#/$defs/Shared"}},
)
SHARED = {"Shared": {"type": "object", "title": "Shared", "properties": {"x": {"type": "string"}}}}
NAMES = ("name", "long_name", "items", "camelCase", "x2y")


def objects(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    properties = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=4)
    return st.tuples(properties, st.lists(st.sampled_from(NAMES), unique=True), st.booleans()).map(
        lambda drawn: {
            "type": "object",
            "properties": drawn[0],
            "required": drawn[1],
            **({"title": "Titled", "description": "An object."} if drawn[2] else {}),
        }
    )


SCHEMAS = objects(
    st.recursive(
        st.sampled_from(LEAVES),
        lambda inner: st.one_of(
            objects(inner),
            inner.map(lambda one: {"type": "array", "items": one}),
            st.lists(inner, min_size=1, max_size=3).map(lambda many: {"anyOf": many}),
            st.lists(inner, min_size=2, max_size=3).map(lambda many: {"oneOf": many}),
        ),
        max_leaves=6,
    )
)


@RUN
@given(schema=SCHEMAS)
def test_the_schema_of_the_model_crewai_makes(schema: dict[str, Any]) -> None:
    whole = {**schema, "$defs": SHARED}
    forget_types()
    expected = schema_utilities.create_model_from_schema(copy.deepcopy(whole)).model_json_schema()
    assert json.dumps(model_schema(whole)) == json.dumps(expected)


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"x": {"$ref": "#/$defs/Nowhere"}}},
        {"properties": {"x": {"type": "strng"}}},
        {"properties": ["x"]},
        {"properties": {"x": "text"}},
        {
            "properties": {"x": {"$ref": "#/$defs/A"}},
            "$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}},
        },
    ],
)
def test_a_schema_no_model_can_be_made_of_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(UnreadableSchema):
        model_schema(schema)
