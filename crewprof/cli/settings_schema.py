"""The JSON Schema of the settings: of ``crewprof.toml``, and of ``[tool.crewprof]`` in ``pyproject.toml``."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from crewprof.settings.settings import MOST, TIERS

Schema: TypeAlias = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_VERSION: Final[Schema] = {"type": "string", "pattern": r"^\s*v*[0-9]"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MOST}
_AMOUNT: Final[Schema] = {"$ref": "#/$defs/amount"}
_ANY_AMOUNT: Final[Schema] = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": MOST},
        {"type": "string", "pattern": r"^\s*\+?([0-9]{1,12}(\.[0-9]*)?|\.[0-9]+)\s*$"},
    ]
}
_RATE: Final[Schema] = {"allOf": [_AMOUNT, {"exclusiveMinimum": 0}, {"not": {"pattern": r"^[\s+0.]*$"}}]}
_MODEL: Final[dict[str, tuple[Schema, str]]] = {
    "input-price": (_AMOUNT, "USD per million tokens of prompts."),
    "output-price": (_AMOUNT, "USD per million tokens of answers."),
    "cached-input-price": (_AMOUNT, "USD per million tokens read from the provider's cache."),
    "cache-write-price": (_AMOUNT, "USD per million tokens written to the provider's cache."),
    "context-window": (_COUNT, "Tokens of the context window."),
    "first-token-seconds": (_AMOUNT, "Seconds until an answer begins."),
    "tokens-per-second": (_RATE, "Tokens of an answer per second."),
}


def settings_schema() -> Schema:
    """Every key with what it takes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "crewprof settings",
        "description": "crewprof.toml, or the table [tool.crewprof] of pyproject.toml.",
        "type": "object",
        "properties": {name: {**schema, "description": said} for name, (schema, said) in _keys().items()},
        "additionalProperties": False,
        "$defs": {"amount": _ANY_AMOUNT, "code": _code()},
    }


def _keys() -> dict[str, tuple[Schema, str]]:
    codes: Schema = {"type": "array", "items": {"$ref": "#/$defs/code"}}
    return {
        "select": (codes, "Codes of rules, or how they begin, to run; empty is all."),
        "ignore": (codes, "Codes of rules, or how they begin, to skip."),
        "per-file-ignores": (
            _table(codes),
            "Glob of paths, from this file, to codes skipped there.",
        ),
        "max-cost": (_AMOUNT, "USD one run may cost, expected."),
        "max-ceiling": (_AMOUNT, "USD one run may cost at worst."),
        "max-seconds": (_AMOUNT, "Seconds one run may take, expected."),
        "runs-per-month": (_COUNT, "Runs a month, to show what a month costs."),
        "model": (_TEXT, "Model of agents that name none."),
        "crewai-version": (_VERSION, "The version of CrewAI to predict for."),
        "unsafe-fixes": ({"type": "boolean"}, "Also apply fixes that may change prompts, answers or models."),
        "fail-on": ({"enum": ["error", "warning", "info", "never"]}, "Exit 1 from this severity on."),
        "inputs": ({"type": "object"}, "Values of {placeholders}."),
        "tiers": (
            {
                "type": "object",
                "properties": dict.fromkeys(TIERS, _TEXT),
                "additionalProperties": False,
            },
            "Tier of work to the model to suggest for it.",
        ),
        "models": (_table(_model()), "What you know better than the catalogue, by model."),
        "tool-result-tokens": (_table(_COUNT), "Tool, as in the crew, to the expected tokens of a result."),
        "mcp-definition-tokens": (_table(_COUNT), "MCP server or app to the tokens of its definitions."),
        "profile": (_TEXT, "File of recorded runs, whose numbers take the place of assumptions."),
        "baseline": (_TEXT, "File of findings that are known and not told (`check --write-baseline`)."),
        "assumptions": (_assumptions(), "Values in place of crewprof's own assumptions."),
    }


def _table(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _model() -> Schema:
    keys = {name: {**schema, "description": said} for name, (schema, said) in _MODEL.items()}
    return {"type": "object", "properties": keys, "additionalProperties": False}


def _code() -> Schema:
    from crewprof.rules.registry import CODES

    digits = {code[2:][:length] for code in CODES for length in range(1, 4)}
    numbers = "|".join(sorted(digits))
    return {
        "type": "string",
        "pattern": rf"^\s*([Aa][Ll][Ll]|[Cc]([Pp]({numbers})?)?)\s*$",
        "examples": list(CODES),
    }


def _assumptions() -> Schema:
    from crewprof.estimate.assumptions import Assumptions

    known = Assumptions().by_name.values()
    properties = {one.name: {**_AMOUNT, "description": f"{one.unit}; {one.source}"} for one in known}
    # Names are also read with hyphens in them, as the other keys have.
    spelt = "|".join(one.name.replace("_", "[-_]") for one in known)
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {f"^({spelt})$": _AMOUNT},
        "additionalProperties": False,
    }
