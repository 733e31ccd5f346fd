"""CrewAI's own words: read from an installed crewai, else as published with the version.

CrewAI's placeholders (``{input}``) stand in a text as they do in its files. Reading never imports or runs
anything of crewai.
"""

from __future__ import annotations

import ast
import json
import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from crewprof.bundled import bundled_text
from crewprof.late_patterns import late_pattern
from crewprof.semantics.behavior import version_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from crewprof.semantics.version import CrewaiVersion

TRANSLATED: Final[Mapping[str, tuple[str, ...]]] = {
    "slices": (
        *("role_playing", "tools", "no_tools", "task", "native_task", "task_no_tools", "task_with_context"),
        *("expected_output", "formatted_task_instructions", "memory", "manager_request", "observation"),
        *("post_tool_reasoning", "knowledge_search_query", "knowledge_search_query_system_prompt"),
        *("summarizer_system_message", "summarize_instruction", "summary", "feedback_instructions"),
    ),
    "errors": ("force_final_answer", "validation_error"),
    "tools": ("delegate_work", "ask_question", "recall_memory", "save_to_memory"),
    "hierarchical_manager_agent": ("role", "goal", "backstory"),
    "memory": (
        *("query_system", "query_user", "extract_memories_system", "extract_memories_user"),
        *("save_system", "save_user", "consolidation_system", "consolidation_user"),
    ),
    "planning": (
        *("system_prompt", "create_plan_prompt", "refine_plan_prompt", "observation_system_prompt"),
        *("observation_user_prompt", "step_executor_system_prompt", "step_executor_tools_section"),
        *("step_executor_user_prompt", "step_executor_suggested_tool", "step_executor_context_header"),
        *("step_executor_context_entry", "step_executor_complete_step", "step_executor_task_context"),
        *("synthesis_system_prompt", "synthesis_user_prompt"),
    ),
}
"""Sections and entries of ``translations/en.json`` that are sent to an LLM."""

IN_CODE: Final = (
    "code.markdown",
    "code.guardrail_role",
    "code.guardrail_goal",
    "code.guardrail_backstory",
    "code.guardrail_query",
    "code.planner_role",
    "code.planner_goal",
    "code.planner_backstory",
    "code.planner_description",
    "code.planner_expected_output",
    "code.skills_catalog",
)
"""Texts that CrewAI writes in its Python; placeholders name what the code inserts."""

KEYS: Final = tuple(f"{section}.{name}" for section, names in TRANSLATED.items() for name in names) + IN_CODE
"""Every text known here, as ``section.entry``."""

PLACEHOLDER: Final = late_pattern(r"\{[a-z_]+\}")


class Texts(Protocol):
    """The texts of one version of CrewAI."""

    def get(self, key: str) -> str:
        """The text called ``key`` (one of :data:`KEYS`); empty if the version has none."""

    def has(self, key: str) -> bool:
        """Whether the version has a text called ``key``."""


def texts_of(version: CrewaiVersion) -> Texts:
    """The texts of ``version``: from its installed files if there are any, else as recorded."""
    recorded = recorded_texts(version.version)
    return InstalledTexts(version.package_dir, recorded) if version.package_dir else recorded


class InstalledTexts:
    """Texts read from the files of an installed crewai; what cannot be found there is as recorded."""

    def __init__(self, package_dir: Path, fallback: Texts) -> None:
        self._folder = package_dir
        self._fallback = fallback
        self._got: dict[str, str] = {}

    def get(self, key: str) -> str:
        """The text called ``key``."""
        known = self._got.get(key)
        if known is None:
            text = self._find(key)
            known = self._got[key] = self._fallback.get(key) if text is None else text
        return known

    def has(self, key: str) -> bool:
        """Whether the version has a text called ``key``."""
        return self._find(key) is not None or self._fallback.has(key)

    def _find(self, key: str) -> str | None:
        section, _, name = key.partition(".")
        if section == "code":
            return text_in_code(self._folder, name)
        found = self._translations.get(section, {}).get(name)
        return found if isinstance(found, str) else None

    @cached_property
    def _translations(self) -> dict[str, Any]:
        try:
            data = json.loads((self._folder / "translations" / "en.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}


class RecordedTexts:
    """Texts of one version as they were published with it."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def get(self, key: str) -> str:
        """The text called ``key``."""
        return self._texts.get(key, "")

    def has(self, key: str) -> bool:
        """Whether the version has a text called ``key``."""
        return key in self._texts


@cache
def recorded_texts(version: str) -> RecordedTexts:
    """What is recorded for ``version``: for each text the latest change not after it."""
    data = json.loads(bundled_text("semantics", "texts.json"))
    wanted = max(version_key(version), version_key(data["since"]))
    texts: dict[str, str] = {}
    for key, changes in data["texts"].items():
        current = [text for since, text in changes if version_key(since) <= wanted]
        if current and current[-1] is not None:
            texts[key] = current[-1]
    return RecordedTexts(texts)


@cache
def text_in_code(package_dir: Path, name: str) -> str | None:
    """A text of :data:`IN_CODE` (without ``code.``) as the package has it; ``None`` if it has not."""
    if name == "markdown":
        block = r'markdown_instruction = """(.*?)"""'
        found = re.search(block, _read(package_dir / "task.py"), re.DOTALL)
        return found[1] if found else None
    if name == "skills_catalog":
        return _skills_catalog(package_dir)
    owner, _, what = name.partition("_")
    module = {"guardrail": "tasks/llm_guardrail.py", "planner": "utilities/planning_handler.py"}[owner]
    return _strings_of(package_dir / module).get(what)


@cache
def _strings_of(path: Path) -> Mapping[str, str]:
    """The strings a module gives to names (``query = …``) and to agents and tasks it makes (``goal=…``)."""
    named: dict[str, str] = {}
    for node in _nodes(path):
        for name, value in _named_values(node):
            text = _literal(value)
            if text is not None:
                named.setdefault(name, text)
    return named


def _named_values(node: ast.AST) -> Iterable[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        return [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Agent", "Task"):
        return [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg]
    return []


def _literal(node: ast.expr) -> str | None:
    """A string literal, or an f-string with its expressions as placeholders named by their last word."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    parts: list[str] = []
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            words = re.findall(r"[a-z_]+", ast.unparse(value.value))
            parts.append("{" + (words[-1] if words else "value") + "}")
        elif isinstance(value, ast.Constant):
            parts.append(str(value.value))
    return "".join(parts)


def _skills_catalog(package_dir: Path) -> str | None:
    """The text around the catalogue of skills that an agent may load."""
    path = package_dir / "utilities" / "prompts.py"
    if "<available_skills>" not in _read(path):
        return None
    for node in _nodes(path):
        if isinstance(node, ast.JoinedStr):
            text = _literal(node)
            if text is not None and text.startswith("<available_skills>"):
                return text
    return None


def _nodes(path: Path) -> Iterable[ast.AST]:
    """What a module is made of; nothing where it is written for a later Python than this."""
    try:
        return ast.walk(ast.parse(_read(path)))
    except (SyntaxError, ValueError):
        return ()


@cache
def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
