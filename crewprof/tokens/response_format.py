"""What a JSON schema in ``response_format`` costs on OpenAI models.

Found by comparing recorded requests with the billed prompt tokens; exact on 165 of 165.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from crewprof.tokens.encoding import count_text
from crewprof.tokens.tool_definitions import join_tokens

if TYPE_CHECKING:
    from crewprof.tokens.messages import ResponseFormat

_AROUND_SCHEMA = 6
_AROUND_NAME = 2
_BESIDE_TOOLS = -3
_UNBILLED = frozenset(
    ("additionalProperties", "required", "default", "minimum", "maximum", "maxItems"),
)


def response_schema_tokens(
    response: ResponseFormat, *, system: str | None, plain_answers: int, beside_tools: bool, encoding: str
) -> int:
    """Tokens that ``response`` adds to a request.

    ``system`` is the first message if it is a system message; ``plain_answers`` counts the assistant messages
    without tool calls (each is marked with the schema's name); ``beside_tools`` says that tools are sent too.
    """
    name = _AROUND_NAME + count_text(response.name, encoding)
    described = _AROUND_NAME + count_text(response.description, encoding) if response.description else 0
    join = _BESIDE_TOOLS if beside_tools else join_tokens(system, encoding)
    schema = json.dumps(_billed(response.schema), separators=(",", ":"))
    return (
        _AROUND_SCHEMA
        - _AROUND_NAME
        + name
        + count_text(schema, encoding)
        + name * (1 + plain_answers)
        + join
        + described
    )


def _billed(schema: object) -> object:
    if isinstance(schema, Mapping):
        return {key: _billed(value) for key, value in schema.items() if key not in _UNBILLED}
    if isinstance(schema, list):
        return [_billed(item) for item in schema]
    return schema
