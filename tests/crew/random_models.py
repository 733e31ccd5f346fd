"""Hypothesis strategies for the source of pydantic models, as people write them."""

from __future__ import annotations

from hypothesis import strategies as st

HEADER = """
from __future__ import annotations
import datetime
from datetime import date
from decimal import Decimal
from enum import Enum, IntEnum
from typing import *
import typing as t
import pydantic
from pydantic import BaseModel, ConfigDict, EmailStr, Field, HttpUrl, PositiveInt, conint, constr
import uuid

TEXT = "a description"

class Color(Enum):
    RED = "red"
    BLUE = "blue"

class Level(str, Enum):
    \"\"\"How high.\"\"\"
    LOW = "low"
    HIGH = "high"

class Number(IntEnum):
    ONE = 1
    TWO = 2

class Mixed(Enum):
    A = 1
    B = "b"
"""

SCALARS = (
    "str",
    "int",
    "float",
    "bool",
    "Any",
    "t.Any",
    "date",
    "datetime.datetime",
    "Decimal",
    "uuid.UUID",
    "HttpUrl",
    "PositiveInt",
    "Color",
    "Level",
    "Number",
    "Mixed",
    "dict",
    "list",
    "Dict",
    "List",
    "conint(ge=1, le=5)",
    "constr(min_length=2)",
    "Literal['a']",
    "Literal['a', 'b']",
    "Literal[1, 'b', None]",
    "Literal[True]",
)


def types(models: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Annotations, nested, that may name ``models``."""
    return st.recursive(
        st.sampled_from((*SCALARS, *models, *models)),
        lambda inner: st.one_of(
            inner.map("List[{}]".format),
            inner.map("list[{}]".format),
            inner.map("t.List[{}]".format),
            inner.map("Set[{}]".format),
            inner.map("Optional[{}]".format),
            inner.map("Sequence[{}]".format),
            inner.map("Dict[str, {}]".format),
            inner.map("dict[Level, {}]".format),
            inner.map("tuple[{}, ...]".format),
            st.tuples(inner, inner).map(lambda pair: "Union[{}, {}]".format(*pair)),
            st.tuples(inner, inner).map(lambda pair: "Tuple[{}, {}]".format(*pair)),
            inner.map("{} | None".format),
        ),
        max_leaves=4,
    )


NAMES = ("name", "long_name", "KPIs", "camelCase", "x2y", "tags", "level_1")
TYPED = (
    ("str", "'x'"),
    ("str", "Field(..., description='what', min_length=1, max_length=9)"),
    ("str", "Field('d', title='Own title', examples=['e'], pattern='^a')"),
    ("str", "Field(description=TEXT)"),
    ("str", "Field(..., alias='otherName')"),
    ("int", "Field(ge=0, lt=10, multiple_of=2)"),
    ("int", "3"),
    ("Optional[int]", "Field(None, gt=0, description='''two\n       lines''')"),
    ("float", "Field(default=0.5, ge=0.0, le=1.0)"),
    ("Optional[float]", "None"),
    ("List[str]", "Field(default_factory=list, min_length=1)"),
    ("List[str]", "[]"),
    ("Optional[List[str]]", "Field(default=None, max_length=3)"),
    ("Dict[str, float]", "{}"),
    ("Level", "Level.LOW"),
    ("Optional[Color]", "Field(default=Color.RED, description='colour')"),
    ("Annotated[int, Field(ge=1, description='annotated')]", "4"),
    ("Annotated[str, Field(description='annotated')]", ""),
    ("bool", "Field(True, deprecated=True)"),
    ("str", "Field(..., json_schema_extra={'example': 'q'})"),
    ("'Optional[str]'", "None"),
)

CONFIGS = (
    "ConfigDict(extra='forbid', title='Titled')",
    "{'extra': 'allow', 'json_schema_extra': {'example': 1}}",
)


@st.composite
def model_sources(draw: st.DrawFn) -> str:
    """A module whose last class is ``Model``."""
    text = HEADER
    names: list[str] = []
    count = draw(st.integers(1, 3))
    for number in range(count):
        name = "Model" if number == count - 1 else f"Part{number}"
        base = draw(st.sampled_from(["BaseModel", "pydantic.BaseModel", *names]))
        text += f"\n\nclass {name}({base}):\n" + draw(
            _bodies((*names, name) if draw(st.booleans()) else tuple(names))
        )
        names.append(name)
    return text


@st.composite
def _bodies(draw: st.DrawFn, models: tuple[str, ...]) -> str:
    lines = []
    if draw(st.booleans()):
        lines.append('"""What it is.\n\n    In two paragraphs.\n    """')
    if draw(st.integers(0, 3)) == 0:
        config = (
            "ConfigDict(extra='forbid', title='Titled')",
            "{'extra': 'allow', 'json_schema_extra': {'example': 1}}",
        )
        lines.append(f"model_config = {draw(st.sampled_from(config))}")
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True)):
        if draw(st.booleans()):
            annotation, default = draw(st.sampled_from(TYPED))
        else:
            annotation, default = (
                draw(types(models)),
                draw(st.sampled_from(["", "", "Field(..., description='d')"])),
            )
        lines.append(f"{name}: {annotation}" + (f" = {default}" if default else ""))
    if draw(st.booleans()):
        lines.append(
            "_private: int = 1\n    limit: ClassVar[int] = 3\n    @property\n    def half(self): return 1"
        )
    return "".join(f"    {line}\n" for line in lines)
