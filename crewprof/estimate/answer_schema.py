"""How long an answer in a JSON schema gets: keys and a typical value per field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crewprof.language.normalising import plain

if TYPE_CHECKING:
    from crewprof.estimate.assumptions import Book

_LONG_WORDS = (
    "content body report text article summary description analysis explanation details markdown essay story "
    "post email message answer script chapter code rationale reasoning justification conclusion "
    "introduction contenido cuerpo informe resumen descripcion contenu corps rapport inhalt bericht "
    "beschreibung zusammenfassung conteudo relatorio resumo descricao contenuto rapporto descrizione"
)
_LONG_NAMES = frozenset(_LONG_WORDS.split())
_MAX_DEPTH = 6


def schema_tokens(schema: Mapping[str, object], book: Book) -> float:
    """Tokens of a JSON object that fits ``schema`` (as pydantic's ``model_json_schema()`` gives it)."""
    definitions = schema.get("$defs")
    return _tokens("", schema, definitions if isinstance(definitions, Mapping) else {}, book, 0)


def has_text(schema: Mapping[str, object]) -> bool:
    """Whether the answer's own text can stand in one of the fields: a string that is no enum."""
    return any(
        isinstance(field, Mapping) and field.get("type") == "string" and "enum" not in field
        for field in _properties(schema).values()
    )


def _properties(schema: Mapping[str, object]) -> Mapping[str, object]:
    found = schema.get("properties")
    return found if isinstance(found, Mapping) else {}


def _tokens(
    name: str, schema: Mapping[str, object], definitions: Mapping[str, object], book: Book, depth: int
) -> float:
    # A class may hold itself: CrewAI ends it with a stub, the model somewhere.
    if depth > _MAX_DEPTH:
        return book.value("schema_text_tokens")
    schema = _resolved(schema, definitions)
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return _object(schema, definitions, book, depth)
    if kind == "array":
        items = schema.get("items")
        item = items if isinstance(items, Mapping) else {}
        # ``summaries`` holds texts like a field called ``summary``.
        each = _tokens(_singular(name), item, definitions, book, depth + 1)
        return (each + 2.0) * _items(schema, book)
    if kind in ("integer", "number", "boolean", "null"):
        return book.value("schema_number_tokens")
    if "enum" in schema or "const" in schema or schema.get("format"):
        return book.value("schema_number_tokens") + 1.0
    return book.value("schema_long_text_tokens" if _is_long(name) else "schema_text_tokens")


def _object(schema: Mapping[str, object], definitions: Mapping[str, object], book: Book, depth: int) -> float:
    fields = _properties(schema)
    if not fields:
        return book.value("schema_text_tokens") * 2.0
    key = book.value("schema_key_tokens")
    return 2.0 + sum(
        key + _tokens(name, field if isinstance(field, Mapping) else {}, definitions, book, depth + 1)
        for name, field in fields.items()
    )


def _resolved(schema: Mapping[str, object], definitions: Mapping[str, object]) -> Mapping[str, object]:
    """``schema`` behind its ``$ref``, or the first choice of an ``anyOf`` that is not null."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target = definitions.get(reference.rsplit("/", 1)[-1])
        return target if isinstance(target, Mapping) else {}
    for key in ("anyOf", "oneOf", "allOf"):
        choices = schema.get(key)
        if isinstance(choices, list):
            for choice in choices:
                if isinstance(choice, Mapping) and choice.get("type") != "null":
                    return _resolved(choice, definitions)
    return schema


def _items(schema: Mapping[str, object], book: Book) -> float:
    """How many items a list gets: its own bounds, else the usual number."""
    usual = book.value("schema_list_items")
    least, most = schema.get("minItems"), schema.get("maxItems")
    if isinstance(least, int):
        usual = max(usual, float(least))
    return min(usual, float(most)) if isinstance(most, int) else usual


def _singular(name: str) -> str:
    return name.removesuffix("s")


def _is_long(name: str) -> bool:
    return any(word in _LONG_NAMES for word in plain(name).split("_"))
