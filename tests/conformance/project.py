"""The Python a random crew's project holds: custom tools, conditions, guardrails, schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

CUSTOM_TOOLS: dict[str, str] = {
    "lookup": """
from crewai.tools import BaseTool

class LookupTool(BaseTool):
    name: str = "Look up"
    description: str = "Looks a word up in the dictionary."

    def _run(self, word: str) -> str:
        return "meaning of " + word
""",
    "sum_numbers": '''
from typing import Optional
from pydantic import BaseModel, Field
from crewai.tools import BaseTool

class Numbers(BaseModel):
    """Numbers to add."""
    values: list[float] = Field(..., description="the numbers")
    label: Optional[str] = Field(default=None, description="what they are")
    rounded: bool = False

class SumNumbersTool(BaseTool):
    name: str = "SumNumbers Tool"
    description: str = """Adds numbers.
    Gives the sum."""
    args_schema: type[BaseModel] = Numbers

    def _run(self, values: list[float], label: Optional[str] = None, rounded: bool = False) -> str:
        return str(sum(values))
''',
}

CHECKS = """
def always(output):
    return True

def never(output):
    return False

def accepts(output):
    return (True, output.raw)

def rejects(output):
    return (False, "not good enough")
"""

TOOL_SOURCES: dict[str, dict[str, Any]] = {
    "lookup": {
        "name": "Look up",
        "description": "Looks a word up in the dictionary.",
        "parameters": {
            "properties": {"word": {"title": "Word", "type": "string"}},
            "required": ["word"],
            "title": "LookupToolSchema",
            "type": "object",
        },
    },
    "sum_numbers": {
        "name": "SumNumbers Tool",
        "description": "Adds numbers.\n    Gives the sum.",
        "parameters": {
            "description": "Numbers to add.",
            "properties": {
                "values": {
                    "description": "the numbers",
                    "items": {"type": "number"},
                    "title": "Values",
                    "type": "array",
                },
                "label": {
                    "anyOf": [{"type": "string"}, {"type": "null"}],
                    "default": None,
                    "description": "what they are",
                    "title": "Label",
                },
                "rounded": {"default": False, "title": "Rounded", "type": "boolean"},
            },
            "required": ["values"],
            "title": "Numbers",
            "type": "object",
        },
    },
}
"""What pydantic says of the custom tools (the form of ``crew.definition.ToolSource``)."""


SKILL = """---
name: {name}
description: How to write a {name}.
---
Count the syllables.

Then write.
"""


def write_project(root: Path) -> None:
    """Write the project's Python files into ``root``."""
    (root / "tools").mkdir(parents=True, exist_ok=True)
    for name, text in CUSTOM_TOOLS.items():
        (root / "tools" / f"{name}.py").write_text(text, encoding="utf-8")
    (root / "checks.py").write_text(CHECKS, encoding="utf-8")
    for name in ("haiku", "sonnet"):
        (root / "skills" / name).mkdir(parents=True, exist_ok=True)
        (root / "skills" / name / "SKILL.md").write_text(SKILL.format(name=name), encoding="utf-8")
