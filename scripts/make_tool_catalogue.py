"""Write what crewai-tools' tools tell an LLM, and the schemas of CrewAI's own answers.

They go to ``crewprof/toolbox/data/definitions.json`` and ``crewprof/semantics/data/schemas.json``.

Names, descriptions and argument schemas are the class defaults of the installed ``crewai_tools``; what a
constructor argument changes is read from ``__init__``. Run it after updating crewai-tools.
"""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
import json
import textwrap
import warnings
from pathlib import Path
from typing import Any

import crewai_tools
from crewai.memory.analyze import ConsolidationPlan, ExtractedMemories, MemoryAnalysis, QueryAnalysis
from crewai.tasks.llm_guardrail import LLMGuardrailResult
from crewai.tools import BaseTool
from crewai.utilities.planning_handler import PlannerTaskPydanticOutput
from crewai.utilities.planning_types import StepObservation
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticOmit, PydanticUndefined

PACKAGE = Path(__file__).resolve().parent.parent / "crewprof"
DATA = PACKAGE / "semantics" / "data"

ANSWERS: tuple[type[BaseModel], ...] = (
    LLMGuardrailResult,
    PlannerTaskPydanticOutput,
    StepObservation,
    QueryAnalysis,
    ExtractedMemories,
    MemoryAnalysis,
    ConsolidationPlan,
)
"""What CrewAI asks for in calls of its own."""


class SchemaGenerator(GenerateJsonSchema):
    """Leaves out what JSON schema cannot say, as crewai-tools' own specification does."""

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> Any:  # noqa: ARG002
        """Omit it."""
        raise PydanticOmit


def main() -> None:
    """Write the data files."""
    warnings.filterwarnings("ignore")
    tools: dict[str, Any] = {}
    for name in sorted(dir(crewai_tools)):
        cls = getattr(crewai_tools, name)
        if inspect.isclass(cls) and issubclass(cls, BaseTool) and cls is not BaseTool:
            tools[name] = entry(cls)
    data = {"crewai_tools": importlib.metadata.version("crewai-tools"), "tools": tools}
    lines = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"')
    (PACKAGE / "toolbox" / "data" / "definitions.json").write_text(lines + "\n", encoding="utf-8")
    schemas = {model.__name__: model.model_json_schema() for model in ANSWERS}
    text = json.dumps(schemas, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"')
    (DATA / "schemas.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(tools)} tools, {len(schemas)} schemas: {DATA}")


def entry(cls: type[BaseTool]) -> dict[str, Any]:
    """A tool's words, ``None`` where the class alone does not say them."""
    return {
        "name": default(cls, "name"),
        "description": default(cls, "description"),
        "parameters": parameters(cls),
        "arguments": [
            name for name in inspect.signature(cls).parameters if name not in BaseTool.model_fields
        ],
        "variants": variants(cls),
    }


def default(cls: type[BaseTool], field: str) -> str | None:
    """The class's default of a text field."""
    value = cls.model_fields[field].get_default(call_default_factory=True)
    return None if value is PydanticUndefined else str(value)


def parameters(cls: type[BaseTool]) -> dict[str, Any] | None:
    """The JSON schema of the class's arguments."""
    model = cls.model_fields["args_schema"].default
    if not (inspect.isclass(model) and issubclass(model, BaseModel)) or model is cls._ArgsSchemaPlaceholder:
        model = cls._default_args_schema(None)
    return schema(model)


def schema(model: type[BaseModel]) -> dict[str, Any] | None:
    """A model's JSON schema, if it has one."""
    try:
        return model.model_json_schema(schema_generator=SchemaGenerator)
    except Exception as error:
        print(f"  {model.__name__}: {error}")
        return None


def variants(cls: type[BaseTool]) -> list[dict[str, Any]]:
    """What each constructor argument changes: the description with ``{argument}`` in it, and the schema."""
    source = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    found: list[dict[str, Any]] = []
    for block in ast.walk(source):
        if isinstance(block, ast.If | ast.FunctionDef):
            changed = change(block, cls)
            if changed:
                found.append(changed)
    return found


def change(block: ast.If | ast.FunctionDef, cls: type[BaseTool]) -> dict[str, Any] | None:
    """What one block of a constructor sets."""
    result: dict[str, Any] = {}
    for statement in block.body:
        if not isinstance(statement, ast.Assign):
            continue
        target = ast.unparse(statement.targets[0])
        if target in ("self.description", "kwargs['description']"):
            template, argument = formatted(statement.value)
            if argument:
                result.update(argument=argument, description=template)
        elif target == "self.args_schema":
            model = getattr(inspect.getmodule(cls), ast.unparse(statement.value), None)
            if model is not None:
                result["parameters"] = schema(model)
    return result if "argument" in result else None


ALIASES = {"display_path": "file_path"}
"""Local names that stand for an argument."""


def formatted(node: ast.expr) -> tuple[str, str | None]:
    """An f-string with its one variable as ``{argument}``, and the argument's name."""
    if not isinstance(node, ast.JoinedStr):
        return "", None
    names: set[str] = set()
    text = ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            names.add(ast.unparse(part.value).removeprefix("self."))
            text += "{argument}"
        elif isinstance(part, ast.Constant):
            text += str(part.value)
    if len(names) != 1:
        return "", None
    name = names.pop()
    return text, ALIASES.get(name, name) if name.isidentifier() else None


if __name__ == "__main__":
    main()
