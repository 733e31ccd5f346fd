"""Context windows as CrewAI reckons with them (``crewai/llms/context_window.py``, 1.15.30).

CrewAI uses 85 % of the limit its bundled catalogue names and falls back to a small default when it
does not know the model, so a crew on an unlisted model summarises its history early.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from crewprof.models.identity import ModelIdentity, Route
from crewprof.models.sections import crewai_data

if TYPE_CHECKING:
    from collections.abc import Mapping

# get_context_window_size of each provider class: its table and its default when nothing matches.
_TABLES: dict[str, tuple[str, int | None]] = {
    "anthropic": ("anthropic", 200_000),
    "azure": ("azure-openai", None),
    "bedrock": ("bedrock", None),
    "gemini": ("gemini", 1_048_576),
}


class CrewAIWindow(NamedTuple):
    """What CrewAI takes for the context window.

    ``limit`` in tokens; ``usable`` is the part it fills before it summarises; ``known`` is false when
    CrewAI does not know the model and takes its default.
    """

    limit: int
    usable: int
    known: bool


def crewai_context_window(identity: ModelIdentity) -> CrewAIWindow:
    """The window CrewAI reckons with for a model."""
    rules: dict[str, Any] = crewai_data().get("window-rules")
    names, table, default = _lookup_plan(identity, rules["default"])
    limit = _limit(names, table, rules)
    size = default if limit is None else limit
    return CrewAIWindow(size, int(size * rules["usable"]), limit is not None)


def _lookup_plan(identity: ModelIdentity, default: int) -> tuple[tuple[str, ...], Mapping[str, int], int]:
    model = identity.id.strip()
    prefix, slash, rest = model.partition("/")
    if identity.route is Route.LITELLM:
        recognised = bool(slash and rest) and prefix.lower() in crewai_data().get("routing")["native"]
        table = {"openai": "openai", "azure": "azure-openai", "azure_openai": "azure-openai"}.get(
            prefix.lower() if slash else "", "all"
        )
        return (rest if recognised else model, model), _table(table), default
    table, standing = _TABLES.get(identity.provider_class, ("openai", None))
    return (identity.called,), _table(table), default if standing is None else standing


def _table(name: str) -> Mapping[str, int]:
    if name == "azure-openai":
        return {**_table("openai"), **_table("azure")}
    table: dict[str, int] = crewai_data().get(f"windows/{name}")
    return table


def _limit(names: tuple[str, ...], table: Mapping[str, int], rules: dict[str, Any]) -> int | None:
    for name in names:
        if name in table:
            return table[name]
    bare = _table("bare")
    for name in names:
        key = _bare_lookup_name(name, rules)
        if key in bare:
            return bare[key]
    return None


def _bare_lookup_name(name: str, rules: dict[str, Any]) -> str:
    """A slash prefix is only dropped when it is a provider of the catalogue."""
    prefix, slash, rest = name.partition("/")
    if slash and rest and prefix.lower() not in rules["prefixes"]:
        return name
    return bare_model_name(name, rules)


def bare_model_name(name: str, rules: dict[str, Any]) -> str:
    """The family of a model id without provider, region, date and version (``rules``: CrewAI's lists)."""
    name = name.rsplit("/", 1)[-1]
    for prefixes in (rules["regions"], rules["vendors"]):
        name = name.removeprefix(next((one for one in prefixes if name.startswith(one)), ""))
    name = re.sub(rules["date"], "", name)
    while ":" in name and not name.endswith(":"):
        name = name.rpartition(":")[0]
    version = re.fullmatch(rules["version"], name)
    if version is not None and "-" in version.group("body"):
        return version.group("body")
    return name
