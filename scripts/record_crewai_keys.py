"""Write crewprof/semantics/data/accepted_keys.json: which keys each version of crewai gives its objects.

Reads source text only: the installed crewai and any wheels named on the command line
(``pip download --no-deps crewai==1.14.5``). Nothing of crewai is imported.

    python scripts/record_crewai_keys.py [WHEEL ...]
"""

from __future__ import annotations

import ast
import json
import re
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[str], str | None]

TARGET = Path(__file__).parent.parent / "crewprof/semantics/data/accepted_keys.json"

CLASSES = {
    "agent": (
        ("crewai/agents/agent_builder/base_agent.py", "BaseAgent"),
        ("crewai/agent/core.py", "Agent"),
        ("crewai/agent.py", "Agent"),
    ),
    "task": (("crewai/task.py", "Task"),),
    "conditional": (("crewai/tasks/conditional_task.py", "ConditionalTask"),),
    "crew": (("crewai/crew.py", "Crew"),),
    "planning_config": (("crewai/agent/planning_config.py", "PlanningConfig"),),
}
"""Kind of object, and the classes whose fields it has."""

LOADER = "crewai/project/json_loader.py"
RUNTIME = {"agent": "_AGENT_RUNTIME_FIELDS", "task": "_TASK_RUNTIME_FIELDS", "crew": "_CREW_RUNTIME_FIELDS"}
SIMPLE = {"bool", "int", "float", "str"}
STRINGS = {"list[str]"}
NAMED = {
    "ToolFailurePolicy": "literal:ignore|warn|raise",
    "SerializableCallable": "callable",
    "GuardrailType": "guardrail",
    "I18N": "mapping",
    "AgentExecutor": "mapping",
    "Knowledge": "mapping",
    "str | BaseLLM": "llm",
    "str | LLM": "llm",
    "str | Path": "str",
    "GuardrailsType": "guardrail|list[guardrail]",
    "Process": "literal:sequential|hierarchical",
    "bool | str": "bool|str",
    "CheckpointConfig | bool": "bool|mapping",
    "bool | Annotated[Memory | MemoryScope | MemorySlice, Field(discriminator='memory_kind')]": (
        "bool|mapping"
    ),
    "list[BaseTool]": "list[mapping]",
    "list[BaseKnowledgeSource]": "list[mapping]",
    "list[Path | Skill | str]": "list[str|mapping]",
    "list[Task]": "list",
    **dict.fromkeys(
        ("BaseKnowledgeStorage", "CacheHandler", "ExecutionContext", "TaskOutput", "UsageMetrics"), "mapping"
    ),
}
"""What YAML has to give for CrewAI's own types."""


def main(wheels: list[str]) -> None:
    versions = {metadata.version("crewai"): record(installed_reader())}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            versions[Path(wheel).name.split("-")[1]] = record(archive_reader(archive))
    ordered = {version: versions[version] for version in sorted(versions, key=numbers)}
    TARGET.write_text(json.dumps(ordered, indent=1, sort_keys=False) + "\n", encoding="utf-8")
    print(f"{TARGET}: {', '.join(ordered)}")


def numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def installed_reader() -> Reader:
    root = Path(str(metadata.distribution("crewai").locate_file("")))

    def read(name: str) -> str | None:
        path = root / name
        return path.read_text("utf-8") if path.is_file() else None

    return read


def archive_reader(archive: zipfile.ZipFile) -> Reader:
    def read(name: str) -> str | None:
        return archive.read(name).decode("utf-8") if name in archive.namelist() else None

    return read


def record(read: Reader) -> dict[str, dict[str, object]]:
    loader = read(LOADER)
    return {
        "types": {kind: fields_of(read, places) for kind, places in CLASSES.items()},
        "runtime": {kind: set_named(loader, name) for kind, name in RUNTIME.items()} if loader else {},
    }


def fields_of(read: Reader, places: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, name in places:
        source = read(path)
        if source is None:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef) and node.name == name:
                found.update(dict(filter(None, map(field_of, node.body))))
    return found


def field_of(node: ast.stmt) -> tuple[str, str] | None:
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
        return None
    annotation = ast.unparse(node.annotation)
    if node.target.id.startswith("_") or "ClassVar" in annotation:
        return None
    return node.target.id, kind_of(annotation)


def kind_of(annotation: str) -> str:
    """What the field takes, in the words of ``is_accepted``; ``?`` if null is a value."""
    text = bare(annotation).replace(" | _NotSpecified", "")
    parts = {part.strip() for part in text.split("|")} if "[" not in text else {text}
    optional = "None" in parts or text.endswith("| None") or annotation.startswith("Optional[")
    plain = text.removesuffix("| None").strip()
    literal = re.fullmatch(r"Literal\[(.*)\]", plain)
    if literal:
        return "literal:" + "|".join(re.findall(r"'([^']*)'", literal[1]))
    return f"{plain_kind(plain)}{'?' if optional else ''}".replace("any?", "any")


def bare(annotation: str) -> str:
    """An annotation without ``Annotated``, ``SkipValidation`` and ``Optional`` around it."""
    for wrapper in ("Annotated", "SkipValidation", "Optional"):
        if annotation.startswith(f"{wrapper}["):
            inner = ast.parse(annotation, mode="eval").body
            assert isinstance(inner, ast.Subscript)
            first = inner.slice.elts[0] if isinstance(inner.slice, ast.Tuple) else inner.slice
            return bare(ast.unparse(first))
    return annotation


def plain_kind(text: str) -> str:
    if text in SIMPLE or text in STRINGS:
        return text
    if text in NAMED:
        return NAMED[text]
    if text.startswith("dict["):
        return "mapping"
    if text.startswith("Json[dict["):
        return "str|mapping"
    if text.startswith("list[") and "|" not in text.partition("]")[2]:
        return f"list[{plain_kind(text[5:-1])}]" if text[5:-1] in NAMED else "list"
    return "mapping" if re.fullmatch(r"[A-Z]\w*Config", text) else "any"


def set_named(source: str, name: str) -> list[str]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            values: set[str] = ast.literal_eval(node.value)
            return sorted(values)
    return []


if __name__ == "__main__":
    main(sys.argv[1:])
