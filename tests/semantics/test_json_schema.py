"""Schemas as CrewAI and the OpenAI client change them, for random pydantic models."""

from __future__ import annotations

import json
from typing import Any, Literal, Optional

from crewai.utilities.pydantic_schema_utils import (
    generate_model_description,
    sanitize_tool_params_for_openai_strict,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from openai.lib._pydantic import to_strict_json_schema
from pydantic import BaseModel, Field, HttpUrl, create_model

from crewprof.semantics.json_schema import described, on_the_wire, response_schema, tool_parameters


class Place(BaseModel):
    """Somewhere."""

    name: str
    title: str = Field(default="", description="A property with the name of a keyword.")


class Tree(BaseModel):
    """Refers to itself."""

    label: str = Field(examples=["root"])
    children: list[Tree] = []


TYPES: list[Any] = [
    str,
    int,
    float,
    bool,
    HttpUrl,
    dict,
    dict[str, int],
    list[str],
    list[Place],
    Place,
    Tree,
    Optional[str],  # noqa: UP045
    Optional[Place],  # noqa: UP045
    str | int | None,
    Literal["a", "b"],
    Literal[1],
    Any,
]
FIELDS = st.builds(
    lambda kind, optional, description: (
        kind,
        Field(None if optional else ..., description=description),
    ),
    st.sampled_from(TYPES),
    st.booleans(),
    st.sampled_from([None, "what it is"]),
)
MODELS = st.dictionaries(st.sampled_from(["a", "b_c", "title", "default", "type"]), FIELDS, max_size=5)


def same_text(ours: object, theirs: object) -> bool:
    """Equal, also in the order of keys: the text is what is counted."""
    return json.dumps(ours) == json.dumps(theirs)


@settings(max_examples=150, deadline=None)
@given(MODELS, st.booleans())
def test_schemas(fields: dict[str, Any], keep_null: bool) -> None:
    model: type[BaseModel] = create_model("Random", __doc__="A model.", **fields)
    schema = model.model_json_schema()
    theirs = generate_model_description(model, strip_null_types=not keep_null)["json_schema"]["schema"]
    assert same_text(described(schema, keep_null=keep_null), theirs)
    parameters = {key: value for key, value in theirs.items() if key not in ("title", "description")}
    assert same_text(tool_parameters(schema, keep_null=keep_null), parameters)
    wired = sanitize_tool_params_for_openai_strict(parameters)
    assert same_text(on_the_wire(parameters), wired)
    assert same_text(response_schema(schema), to_strict_json_schema(model))
