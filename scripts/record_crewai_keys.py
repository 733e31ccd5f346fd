"""Write crewprof/semantics/data/accepted_keys.json: which keys each version of crewai gives its objects.

And llm_settings.json beside it: the settings of its LLMs by the class that serves a model, for the versions
whose LLMs are models of pydantic, and what the installed OpenAI client takes besides.

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

LLM_SETTINGS = TARGET.parent / "llm_settings.json"

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

_BASE_LLM = ("crewai/llms/base_llm.py", "BaseLLM")
_OPENAI = ("crewai/llms/providers/openai/completion.py", "OpenAICompletion")
LLMS = {
    "litellm": (_BASE_LLM, ("crewai/llm.py", "LLM")),
    "openai": (_BASE_LLM, _OPENAI),
    "snowflake": (
        _BASE_LLM,
        _OPENAI,
        ("crewai/llms/providers/snowflake/completion.py", "SnowflakeCompletion"),
    ),
    **{
        name: (_BASE_LLM, (f"crewai/llms/providers/{name}/completion.py", f"{name.title()}Completion"))
        for name in ("anthropic", "azure", "bedrock", "gemini")
    },
}
"""The class that serves a model, and the classes whose fields it has."""
NOT_JUDGED = {"llm_type", "model", "provider", "is_litellm"}
STOP = "str|list[str]|mapping?"
"""What ``stop`` takes before the field sees it."""

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
    "int | float": "float",
    "float | int": "float",
    "JsonResponseFormat | type[BaseModel]": "json|object",
    "type[BaseModel]": "object",
    "AnthropicThinkingConfig": "mapping|object",
    "AnthropicToolSearchConfig": "mapping|object",
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
    installed = metadata.version("crewai")
    versions = {installed: record(installed_reader())}
    llms = {installed: llms_of(installed_reader())}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            version = Path(wheel).name.split("-")[1]
            versions[version] = record(archive_reader(archive))
            llms[version] = llms_of(archive_reader(archive))
    write(TARGET, versions)
    write(LLM_SETTINGS, {version: found for version, found in llms.items() if found})


def write(target: Path, versions: dict[str, dict[str, dict[str, object]]]) -> None:
    ordered = {version: versions[version] for version in sorted(versions, key=numbers)}
    target.write_text(json.dumps(ordered, indent=1, sort_keys=False) + "\n", encoding="utf-8")
    print(f"{target}: {', '.join(ordered)}")


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


def llms_of(read: Reader) -> dict[str, dict[str, object]]:
    """Settings by class; nothing where its LLMs are no models of pydantic."""
    base = read(_BASE_LLM[0]) or ""
    if "class BaseLLM(BaseModel" not in base:
        return {}
    types = {kind: {**fields_of(read, places), "stop": STOP} for kind, places in LLMS.items()}
    judged: dict[str, object] = {
        kind: {key: found for key, found in own.items() if not is_decided(key)} for kind, own in types.items()
    }
    passed = {*openai_arguments(), *dropped_names(read(_OPENAI[0]) or "")}
    return {"types": judged, "passed": {"openai": sorted(passed)}}


def dropped_names(source: str) -> set[str]:
    """Settings that CrewAI keeps from the client, whatever they are."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "crewai_specific_params":
            names: set[str] = ast.literal_eval(node.value)
            return names
    return set()


def is_decided(key: str) -> bool:
    """Whether a field says which class it is, or is set by it."""
    return key in NOT_JUDGED or key.startswith("is_")


def openai_arguments() -> list[str]:
    """What ``chat.completions.create`` takes, to which OpenAI's class gives the settings it does not know."""
    module = "openai/resources/chat/completions/completions.py"
    path = Path(str(metadata.distribution("openai").locate_file(module)))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == "create":
            return sorted(one.arg for one in node.args.kwonlyargs)
    return []


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
        return "literal:" + "|".join(re.findall(r"'([^']*)'", literal[1])) + ("?" if optional else "")
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
        return "mapping-text"
    if text.startswith(("BaseInterceptor[", "type[")):
        return "object"
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
