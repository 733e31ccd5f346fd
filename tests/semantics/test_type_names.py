"""Schemas as older versions of CrewAI, which are not installed, named them in prompts (source of 1.0.0)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from crewprof.semantics.type_names import arguments_by_type, fields_by_type


class Author(BaseModel):
    name: str


class Book(BaseModel):
    title: str = Field(description="the title")
    pages: int | None = None
    authors: list[Author]
    ratings: list[float]


def test_arguments_of_tools() -> None:
    assert arguments_by_type(Book.model_json_schema()) == str(
        {
            "title": {"description": "the title", "type": "str"},
            "pages": {"description": None, "type": "Union[int, NoneType]"},
            "authors": {"description": None, "type": "list[Author]"},
            "ratings": {"description": None, "type": "list[float]"},
        }
    )


def test_fields_of_answers() -> None:
    lines = [
        "{",
        '  "title": str,',
        '  "pages": Optional[int],',
        '  "authors": List[{',
        '  "name": str',
        "}],",
        '  "ratings": List[float]',
        "}",
    ]
    assert fields_by_type(Book.model_json_schema()) == "\n".join(lines)
