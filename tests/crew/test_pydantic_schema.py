"""Schemas read from the source of a class, against pydantic's own of the class when it is run."""

from __future__ import annotations

import json
import sys
import types
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from crewprof.python.interpreter import Interpreter
from crewprof.python.project import PythonProject
from crewprof.python.schemas.pydantic_schema import schema_of_class
from crewprof.python.values import ClassValue
from crewprof.source.python_document import parse_python
from crewprof.source.text import SourceText
from tests.crew.describing import forget_types
from tests.crew.random_models import model_sources

if TYPE_CHECKING:
    from crewprof.source.unknown import Unknown

pydantic = pytest.importorskip("pydantic")

RUN = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def ours(source: str, name: str = "Model") -> tuple[Any, list[Unknown]]:
    project = PythonProject(Path("/nowhere"))
    module = project.add(parse_python(SourceText("/nowhere/models.py", source)))
    interpreter = Interpreter(project)
    cls = interpreter.names_of(module)[name]
    assert isinstance(cls, ClassValue)
    return schema_of_class(interpreter, cls, module.document.place_of(cls.node))


def theirs(source: str, name: str = "Model") -> Any:
    forget_types()
    module = types.ModuleType("models_of_a_test")
    sys.modules[module.__name__] = module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "models.py", "exec"), module.__dict__)
        return module.__dict__[name].model_json_schema()


@RUN
@given(source=model_sources())
def test_a_model_gives_the_schema_pydantic_gives(source: str) -> None:
    try:
        expected = theirs(source)
    except Exception:
        # A class pydantic does not accept has no schema to compare with.
        assume(False)
    schema, unknowns = ours(source)
    assert not unknowns
    assert json.dumps(schema) == json.dumps(expected)


UNREAD = {
    "generic": "class Model(BaseModel, Generic[T]):\n    x: T",
    "imported type": "from numpy import ndarray\nclass Model(BaseModel):\n    x: ndarray",
    "computed default": "class Model(BaseModel):\n    x: str = os.uname().nodename",
    "unknown name": "class Model(BaseModel):\n    x: Nowhere",
    "no model": "class Model:\n    x: int",
    "schema function": "class Model(BaseModel):\n    x: int = Field(json_schema_extra=lambda schema: None)",
    "two of one name": (
        "class A:\n    class Part(BaseModel):\n        x: int\n"
        "class B:\n    class Part(BaseModel):\n        y: int\n"
        "class Model(BaseModel):\n    a: A.Part\n    b: B.Part"
    ),
}


@pytest.mark.parametrize("body", UNREAD.values(), ids=UNREAD)
def test_what_is_not_understood_is_said(body: str) -> None:
    header = "import os\nfrom typing import *\nfrom pydantic import BaseModel, Field\nT = TypeVar('T')\n"
    schema, unknowns = ours(header + body)
    assert schema is None
    assert "`Model`" in unknowns[0].reason
