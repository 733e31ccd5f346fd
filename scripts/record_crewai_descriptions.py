"""Write crewprof/semantics/data/descriptions.json: what CrewAI's own models say of each key.

Reads the source of the installed crewai only; nothing of it is imported.
"""

from __future__ import annotations

import ast
import json
from importlib import metadata
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "crewprof/semantics/data/descriptions.json"
DEFINITIONS = "crewai/project/crew_definition.py"
CLASSES = {
    "agent": (
        ("crewai/agents/agent_builder/base_agent.py", "BaseAgent"),
        ("crewai/agent/core.py", "Agent"),
        (DEFINITIONS, "CrewAgentDefinition"),
    ),
    "task": (
        ("crewai/task.py", "Task"),
        ("crewai/tasks/conditional_task.py", "ConditionalTask"),
        (DEFINITIONS, "CrewTaskDefinition"),
    ),
    "crew": (("crewai/crew.py", "Crew"), (DEFINITIONS, "CrewDefinition")),
    "planning_config": (("crewai/agent/planning_config.py", "PlanningConfig"),),
    "llm": ((DEFINITIONS, "LLMDefinition"),),
}
"""Kind of object, and the classes that describe its keys; what a later one says goes."""


def recorded() -> dict[str, dict[str, dict[str, Any]]]:
    """Owner to key to ``description`` and ``examples``, as far as CrewAI gives them."""
    root = Path(str(metadata.distribution("crewai").locate_file("")))
    made: dict[str, dict[str, dict[str, Any]]] = {}
    for owner, classes in CLASSES.items():
        keys: dict[str, dict[str, Any]] = {}
        for path, name in classes:
            for key, said in described((root / path).read_text(encoding="utf-8"), name).items():
                keys[key] = {**keys.get(key, {}), **said}
        made[owner] = dict(sorted(keys.items()))
    return made


def described(source: str, class_name: str) -> dict[str, dict[str, Any]]:
    """What ``Field(description=…, examples=…)`` says of each field of a class."""
    body = next(
        node.body
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == class_name
    )
    found = {}
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            said = {
                one.arg: value
                for call in ast.walk(node.value)
                if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == "Field"
                for one in call.keywords
                if one.arg in ("description", "examples") and (value := literal(one.value)) is not None
            }
            if said:
                found[node.target.id] = said
    return found


def literal(node: ast.expr) -> Any:
    """The value of an expression of literals; ``None`` of any other."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return " ".join(value.split()) if isinstance(value, str) else value


def written() -> str:
    """The file as it is to be."""
    return json.dumps(recorded(), indent=1, ensure_ascii=True, sort_keys=True) + "\n"


def main() -> None:
    TARGET.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
