"""Tools and Python objects a definition names that CrewAI will not find."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.semantics.refusals.guardrail_functions import signature_problem
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import item_place, members
from crewprof.source.bounds import stays_inside
from crewprof.source.existence import is_file
from crewprof.source.signature import signature_of
from crewprof.source.text import read_bytes
from crewprof.suggestion import did_you_mean
from crewprof.toolbox.definitions import catalogue_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.definition import Crew
    from crewprof.source.field import Field

_CALLABLES: Final = frozenset(
    {
        "guardrail",
        "guardrails",
        "step_callback",
        "callback",
        "condition",
        "task_callback",
        "callbacks",
        "before_kickoff_callbacks",
        "after_kickoff_callbacks",
    }
)
_CLASSES: Final = frozenset(
    {"output_json", "output_pydantic", "response_model", "converter_cls", "executor_class", "type"}
)
_MODELS: Final = frozenset({"output_json", "output_pydantic", "response_model"})
"""Those that take a class of BaseModel."""
_OBJECTS: Final = frozenset(
    {
        "agent_executor",
        "checkpoint",
        "embedder",
        "function_calling_llm",
        "i18n",
        "knowledge_config",
        "knowledge_sources",
        "memory",
        "planning_config",
        "security_config",
        "skills",
        "chat_llm",
        "knowledge",
        "manager_agent",
        "manager_llm",
        "planning_llm",
    }
)
_REFERENCES: Final = _CALLABLES | _CLASSES | _OBJECTS
"""Fields whose ``{python: …}`` is resolved when the crew is loaded (crewai/project/json_loader.py)."""


def unknown_tools(crew: Crew) -> Iterator[Objection]:
    """Names and mappings in ``tools`` that are no tool."""
    for member in members(crew):
        field = member.owner.fields.get("tools")
        if field is None or not isinstance(field.value, list):
            continue
        for index, tool in enumerate(field.value):
            if not isinstance(tool, dict) and not crew.written.is_definition:
                continue  # what Python makes of a name is judged elsewhere
            problem, suggestion = _tool_problem(tool, Path(crew.project_root))
            if problem:
                hint = f"; did you mean {suggestion}?" if suggestion else ""
                yield Objection(
                    Kind.UNKNOWN_TOOL,
                    Outcome.REFUSED,
                    f"CrewAI refuses the tool {_shown(tool)} of {member.label}: {problem}{hint}",
                    item_place(crew, field, index),
                    tasks=member.tasks,
                    agents=member.agents,
                    key="tools",
                    suggestion=suggestion,
                )


def _shown(tool: object) -> str:
    """What names a tool in a message."""
    if isinstance(tool, dict):
        names = (tool.get(key) for key in ("python", "name"))
        return next((one for one in names if isinstance(one, str)), "without a name")
    return str(tool)


def _tool_problem(name: object, root: Path) -> tuple[str | None, str | None]:
    """Why CrewAI does not find the tool, and the name that was probably meant.

    ``_resolve_tools`` of crewai/project/json_loader.py and ``BaseTool``, which makes tools of mappings.
    """
    kind = name.get("tool_type") if isinstance(name, dict) else None
    if isinstance(kind, str) and "." not in kind:
        return "its tool_type is no dotted path of a class, like module.Class", None
    if isinstance(name, dict) and "tool_type" not in name:
        if "python" in name:
            return "a tool is no Python reference; write custom:name for the class in tools/name.py", None
        return "a mapping needs tool_type, the dotted path of the tool's class", None
    if not isinstance(name, str) or not name:
        return None, None
    source, separator, rest = name.partition(":")
    if source == "platform" and separator:
        return (None if rest else "it names no app"), None
    if source == "custom" and separator:
        return _custom_problem(rest, root), None
    if source == "crewai_tools" and separator:
        return _library_problem([rest])
    if separator:
        return None, None
    # ``serper_dev`` and ``SerperDev`` both mean SerperDevTool: the names ``_find_tool_class`` tries, in its
    # order (crewai/project/json_loader.py, 1.15.30).
    snake = "".join(word.capitalize() for word in name.split("_")) + "Tool"
    tries = [name, snake] if name.endswith("Tool") else [name, f"{name}Tool", snake]
    return _library_problem(tries)


def _custom_problem(name: str, root: Path) -> str | None:
    if not name.isascii() or not name.isidentifier():
        return "the name of a custom tool is the name of a Python file"
    if not is_file(root / "tools" / f"{name}.py"):
        return f"there is no file tools/{name}.py"
    return None


def _library_problem(tries: list[str]) -> tuple[str | None, str | None]:
    known = catalogue_names()
    if any(one in known for one in tries):
        return None, None
    return "crewai_tools has no such tool", did_you_mean(tries[-1], known, likeness=0.75)


def broken_references(crew: Crew) -> Iterator[Objection]:
    """``{python: module.name}`` that is not a name in a module of the project."""
    if not crew.written.is_definition:
        return
    for member in members(crew):
        for key, field, problem in _broken(crew, member.owner.fields):
            message = f"CrewAI refuses {key} of {member.label}: {problem}"
            yield Objection(
                Kind.BROKEN_REFERENCE,
                Outcome.REFUSED,
                message,
                field.place,
                tasks=member.tasks,
                agents=member.agents,
                key=key,
            )
    for key, field, problem in _broken(crew, crew.fields):
        message = f"CrewAI refuses {key} of the crew: {problem}"
        yield Objection(Kind.BROKEN_REFERENCE, Outcome.REFUSED, message, field.place, key=key)


def _broken(crew: Crew, fields: Mapping[str, Field]) -> Iterator[tuple[str, Field, str]]:
    for key in _REFERENCES & fields.keys():
        value = fields[key].value
        for item in value if isinstance(value, list) else [value]:
            problem = _reference_problem(item, key, Path(crew.project_root))
            if problem:
                yield key, fields[key], problem


def _reference_problem(reference: object, key: str, root: Path) -> str | None:
    if not isinstance(reference, dict) or "python" not in reference:
        return None
    if set(reference) != {"python"}:
        return "a Python reference has the key python and no other"
    path = reference["python"]
    if not isinstance(path, str) or not path.strip():
        return "python must be a text"
    parts = path.strip().split(".")
    if len(parts) < 2 or not all(part.isidentifier() for part in parts):
        return f"'{path}' is not a dotted path like module.name"
    module = root.joinpath(*parts[:-1])
    files = [one for one in (module.with_suffix(".py"), module / "__init__.py") if is_file(one)]
    if not files:
        return f"the project has no module {'.'.join(parts[:-1])}"
    return _target_problem(files[0], root, parts[-1], key)


def _target_problem(file: Path, root: Path, name: str, key: str) -> str | None:
    """Why the name in a Python file is not what ``key`` wants, as far as its top level tells."""
    kinds = _top_level_kinds(file, root)
    if kinds is None:
        return None
    kind = kinds.get(name)
    if kind is None:
        return f"{file.name} has no {name}"
    wanted = "class" if key in _CLASSES else "function" if key in _CALLABLES else "object"
    if kind == wanted and (key in _MODELS or key == "guardrail"):
        return _definition_problem(file, root, name)
    if kind in ("unknown", wanted) or (kind, wanted) in _SERVES:
        return None
    return f"{name} is a {kind}, not {'an' if wanted == 'object' else 'a'} {wanted}"


def _definition_problem(file: Path, root: Path, name: str) -> str | None:
    """Why a function is no guardrail, or a class no model, of those that stand in a file once."""
    tree = _tree(file, root)
    found = [one for one in tree.body if getattr(one, "name", None) == name] if tree is not None else []
    match found:
        case [ast.FunctionDef() as function] if tree is not None and not _is_resigned(tree, name):
            problem = signature_problem(*signature_of(function, tree))
            return None if problem is None else f"{name} {problem}"
        case [ast.ClassDef(bases=[], keywords=[], decorator_list=[])]:
            return f"{name} is no class of BaseModel"
        case _:
            return None


def _is_resigned(tree: ast.Module, name: str) -> bool:
    """Whether a module says something else of a function's signature than its definition does."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("__annotations__", "__signature__")
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in ast.walk(tree)
    )


_SERVES = frozenset({("class", "function"), ("value", "object")})
"""What a name may be besides what is wanted: a class is called as a function is."""


def _tree(file: Path, root: Path) -> ast.Module | None:
    try:
        return ast.parse(read_bytes(file)) if stays_inside(file, root) else None
    except (InputError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _top_level_kinds(file: Path, root: Path) -> dict[str, str] | None:
    """What each name of a module is: a function, a class, a value that is written out, or unknown; ``None``
    if that is not clear."""
    tree = _tree(file, root)
    if tree is None:
        return None
    kinds: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if not node.decorator_list and node in tree.body:
                kinds[node.name] = "function"
            case ast.ClassDef() if node in tree.body:
                kinds[node.name] = "class"
            # Below the top level, or decorated: a name that is also bound there may be any of both.
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                kinds.setdefault(node.name, "unknown")
            case ast.Name(ctx=ast.Store()):
                kinds[node.id] = "unknown"
            case ast.alias():
                kinds[(node.asname or node.name).partition(".")[0]] = "unknown"
            case _:
                continue
    stored = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and _is_stored(node))
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()) if stored[name] == 1:
                kinds[name] = "value" if kinds[name] == "unknown" else kinds[name]
            case _:
                continue
    # ``from x import *`` may bind any name, and a module's ``__getattr__`` answers for any.
    return None if "*" in kinds or "__getattr__" in kinds else kinds


def _is_stored(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)
