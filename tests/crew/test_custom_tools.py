"""Tools of a project, read from their source, against what CrewAI builds of them."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.source.text import SourceText
from tests.conformance.offline import go_offline

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew

go_offline()
pytest.importorskip("crewai")

TOOLS = {
    "signature": """
from typing import Any, List, Literal, Optional, Type
from crewai.tools import BaseTool

class SignatureTool(BaseTool):
    name: str = "By signature"
    description: str = "Line one.\\n  Line two."

    def _run(self, query: str, sort_by: Literal["date", "size"] = "date", tags: Optional[List[str]] = None,
             limit=5, *more, options: dict = {}, **rest) -> str:
        return query
""",
    "schema": '''
from enum import Enum
from typing import Type
from crewai.tools import BaseTool
from pydantic import BaseModel, Field

class Kind(str, Enum):
    A = "a"

class Arguments(BaseModel):
    """What it needs."""
    kind: Kind = Field(Kind.A, description="the kind")
    count: int = Field(..., ge=1, description="how many")

class SchemaTool(BaseTool):
    name: str = "By schema"
    description: str = (
        "Written in "
        "two parts."
    )
    args_schema: Type[BaseModel] = Arguments
    max_usage_count: int | None = 3
    result_as_answer: bool = True

    def _run(self, kind, count):
        return kind
''',
    "made_in_init": """
from crewai.tools import BaseTool

PREFIX = "Made"

class InitTool(BaseTool):
    name: str = "never"
    description: str = "never"

    def __init__(self, **kwargs):
        super().__init__(name=f"{PREFIX} in init", description="By hand.", **kwargs)

    def _run(self) -> str:
        return ""

    async def _arun(self, later: str) -> str:
        return later
""",
    "derived": """
from crewai.tools import BaseTool

class Base(BaseTool):
    name: str = "base"
    description: str = "base description"

    def _run(self, value: float) -> str:
        return ""

class ADerived(Base):
    name: str = "derived"
""",
}


def crew_with(tool: str, folder: Path) -> Crew:
    text = f"agents: {{a: {{role: r, goal: g, backstory: b, tools: ['{tool}']}}}}\n"
    text += "tasks: [{description: d, expected_output: e, agent: a}]\n"
    return load_crew_yaml(SourceText(str(folder / "crew.yaml"), text))


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_is_told_as_crewai_tells_it(name: str, tmp_path: Path) -> None:
    from crewai.project.json_loader import _resolve_custom_tool

    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / f"{name}.py").write_text(TOOLS[name], encoding="utf-8")
    theirs = _resolve_custom_tool(name, project_root=tmp_path)
    crew = crew_with(f"custom:{name}", tmp_path)
    tool = crew.agents[0].tools[0]
    assert tool.source is not None
    assert (tool.source.name, tool.source.description) == (theirs.name, theirs.description)
    assert tool.source.parameters == theirs.args_schema.model_json_schema()
    assert tool.result_as_answer == theirs.result_as_answer
    assert tool.max_usage_count == theirs.max_usage_count
    assert tool.class_name == type(theirs).__name__
    assert not crew.unknowns


FUNCTIONS = '''
from crewai.tools import tool
from typing import Optional

@tool
def plain(text: str):
    """Plain."""

@tool("Search the web now")
def named(query: str, limit: Optional[int] = None) -> str:
    """Searches.

        Indented.
    """
    return query

@tool("Last", result_as_answer=True, max_usage_count=2)
def last(items: list[str] = []) -> str:
    """Ends it."""
    return ""
'''


def load_module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["plain", "named", "last"])
def test_a_function_made_a_tool(name: str, tmp_path: Path) -> None:
    from crewprof.crew.custom_tools import read_tool_function
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.project import PythonProject
    from crewprof.python.values import FunctionValue

    path = tmp_path / "functions.py"
    path.write_text(FUNCTIONS, encoding="utf-8")
    theirs = getattr(load_module(path), name)
    project = PythonProject(tmp_path)
    module = project.find("functions")
    assert module is not None
    interpreter = Interpreter(project)
    function = interpreter.names_of(module)[name]
    assert isinstance(function, FunctionValue)
    ours = read_tool_function(interpreter, function)
    assert ours.source is not None
    assert (ours.source.name, ours.source.description) == (theirs.name, theirs.description)
    assert ours.source.parameters == theirs.args_schema.model_json_schema()
    assert (ours.result_as_answer, ours.max_usage_count) == (theirs.result_as_answer, theirs.max_usage_count)


@pytest.mark.parametrize(
    ("reference", "files", "said"),
    [
        ("custom:missing", {}, "was not found"),
        ("custom:../evil", {}, "not the name of a custom tool"),
        ("custom:broken", {"tools/broken.py": "class X(:"}, "was not found"),
        ("custom:empty", {"tools/empty.py": "x = 1"}, "was not found"),
        ("mine.tools:Nothing", {"mine/tools.py": "x = 1"}, "was not found"),
        ("platform:gmail", {}, "only known when the crew runs"),
        (
            "mine:Named",
            {"mine.py": "from crewai.tools import *\nclass Named(BaseTool):\n    name: str = compute()\n"},
            "only known when the crew runs",
        ),
    ],
)
def test_a_tool_that_cannot_be_read_is_said(
    reference: str, files: dict[str, str], said: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    crew = crew_with(reference, tmp_path)
    assert [tool.reference for tool in crew.agents[0].tools] == [reference]
    assert crew.agents[0].tools[0].source is None
    assert [said in unknown.reason for unknown in crew.unknowns] == [True]
    assert crew.unknowns[0].place.line == 1
