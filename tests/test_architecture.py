"""The house: a room imports only rooms above it, and only the command line prints."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKAGE = Path(__file__).resolve().parent.parent / "crewprof"

ROOMS = (
    "quick_dataclasses",
    "late_patterns",
    "latest_answers",
    "bundled",
    "errors",
    "quantity",
    "figures",
    "suggestion",
    "name_lists",
    "source",
    "python",
    "language",
    "toolbox",
    "crew",
    "semantics",
    "tokens",
    "models",
    "recorded",
    "estimate",
    "findings",
    "plan",
    "rules",
    "rewrite",
    "analysis",
    "report",
    "recorder",
    "runtime",
    "settings",
    "editor",
    "cli",
)
"""Ground floor first."""


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "crewprof" and len(parts) > 1 else None


def imported_modules(nodes: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.level == 1:
                continue  # of the recorder, which stands alone: see below
            assert node.level == 0, "relative imports hide the room"
            found.add(node.module)
            if node.module == "crewprof":
                found.update(f"crewprof.{alias.name}" for alias in node.names)
    return found


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def test_a_room_imports_only_rooms_above_it() -> None:
    for path in modules():
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if own in {"__init__", "__main__"}:
            continue
        assert own in ROOMS, f"{own} is not a room of the house"
        nodes = nodes_of(path)
        for module in imported_modules(nodes):
            room = room_of(module)
            if room is None or room == own or room == "__version__":
                continue
            assert ROOMS.index(room) < ROOMS.index(own), f"{path} reaches down to {room}"


def test_only_the_runtime_imports_crewai() -> None:
    for path in modules():
        if path.relative_to(PACKAGE).parts[0] in {"runtime", "recorder"}:
            continue
        nodes = nodes_of(path)
        assert not {module for module in imported_modules(nodes) if module.split(".")[0] == "crewai"}, path


def test_only_the_command_line_prints_exits_or_reads_the_environment() -> None:
    for path in modules():
        # The recorder runs in a process of the project's, where there is no command line of ours.
        if path.relative_to(PACKAGE).parts[0] in {"cli", "recorder", "__main__.py"}:
            continue
        nodes = nodes_of(path)
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "exit"}, f"{path.name}:{node.lineno}"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                named = f"{node.value.id}.{node.attr}"
                assert named not in {"os.environ", "os.getenv", "sys.exit", "sys.stdout"}, (
                    f"{path.name}:{node.lineno}"
                )


RECORDER = [path for path in modules() if path.relative_to(PACKAGE).parts[0] == "recorder"]


def test_the_recorder_stands_alone_on_the_standard_library() -> None:
    for path in RECORDER:
        nodes = nodes_of(path)
        allowed = {*sys.stdlib_module_names, "crewai"}
        for node in nodes:
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                assert (node.module or "").split(".")[0] in allowed, path


def test_only_the_recorder_imports_relatively() -> None:
    for path in modules():
        nodes = nodes_of(path)
        levels = {node.level for node in nodes if isinstance(node, ast.ImportFrom)}
        is_recorder = path.relative_to(PACKAGE).parts[0] == "recorder"
        assert levels <= ({0, 1} if is_recorder else {0}), path


def test_every_module_says_what_it_holds() -> None:
    banned = {"utils", "helpers", "common", "manager", "misc"}
    names = {path.stem for path in modules()} | {path.parent.name for path in modules()}
    assert not names & banned


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def runtime_imports(path: Path, names: set[str]) -> set[str]:
    """The files of ``names`` a file imports when it runs, inside functions too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(inner & names or {node.module})
    return found & names


def test_no_two_files_import_each_other() -> None:
    names = {dotted(path) for path in modules()}
    imports = {dotted(path): runtime_imports(path, names) for path in modules()}
    reach: dict[str, set[str]] = {}

    def reached(module: str) -> set[str]:
        if module not in reach:
            reach[module] = set()
            waiting = list(imports[module])
            while waiting:
                one = waiting.pop()
                if one not in reach[module]:
                    reach[module].add(one)
                    waiting.extend(imports[one])
        return reach[module]

    assert not {module for module in imports if module in reached(module)}


PARSERS = frozenset({"parse_yaml", "parse_jsonc", "parse_python", "parse_notebook", "parse_python_data"})
"""What would look at a crew's text again; ``Documents`` has it parsed."""

READS_TEXTS = frozenset({"source", "crew", "python"})
"""The rooms that read crews. ``rewrite`` parses what it has written, by the name of the file."""


def test_only_loaders_know_how_a_crew_was_written() -> None:
    for path in modules():
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room in READS_TEXTS:
            continue
        nodes = nodes_of(path)
        may_show_it = path.name == "analyze_json.py"
        kind_is_form = any(
            isinstance(node, ast.ImportFrom)
            and node.module == "crewprof.crew.definition"
            and any(alias.name == "Kind" for alias in node.names)
            for node in nodes
        )
        for node in nodes:
            if isinstance(node, ast.ImportFrom):
                assert not PARSERS & {alias.name for alias in node.names}, f"{path.name}:{node.lineno}"
            if (
                isinstance(node, ast.Attribute)
                and node.attr in ("form", "kind")
                and ast.unparse(node).endswith(("written.form", "crew.kind"))
            ):
                assert may_show_it, f"{path.name}:{node.lineno} asks for the form"
        assert not kind_is_form, f"{path.name} knows the forms"
