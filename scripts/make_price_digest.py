"""Write the data files of ``crewprof/models/data`` that come from other projects.

    python scripts/make_price_digest.py              # all
    python scripts/make_price_digest.py prices       # prices.tsv, from the installed genai-prices
    python scripts/make_price_digest.py catalogue    # catalogue-prices.tsv, from the catalogue crewai ships
    python scripts/make_price_digest.py crewai       # crewai.tsv, from the files of the installed crewai

crewai is read as text (``ast`` and its JSON catalogue), never imported. Each line of a data file is
a name, a tab and one JSON value, so that a reader parses only the lines it asks for.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from crewprof.models.genai_library import sections_of_library  # noqa: E402
from crewprof.models.sections import text_of_sections  # noqa: E402
from crewprof.models.windows import bare_model_name  # noqa: E402

DATA = ROOT / "crewprof" / "models" / "data"

CONSTANT_LISTS = ("OPENAI_MODELS", "ANTHROPIC_MODELS", "GEMINI_MODELS", "BEDROCK_MODELS", "AZURE_MODELS")

WINDOW_TABLES = {
    "openai": "_OPENAI_PROVIDERS",
    "azure": "_AZURE_PROVIDERS",
    "anthropic": "_ANTHROPIC_PROVIDERS",
    "gemini": "_GEMINI_PROVIDERS",
    "bedrock": "_BEDROCK_PROVIDERS",
}


def write_sections(path: Path, sections: dict[str, Any]) -> None:
    """Write ``sections`` and say so."""
    path.write_text(text_of_sections(sections), encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(sections)} sections, {path.stat().st_size:,} bytes")


def assigned(source: Path, names: set[str]) -> dict[str, Any]:
    """The literal values assigned to ``names`` at the top level of a Python file."""
    found: dict[str, Any] = {}
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            target, value = node.target, node.value
        else:
            continue
        if isinstance(target, ast.Name) and target.id in names:
            found[target.id] = literal(value)
    missing = names - set(found)
    if missing:
        raise SystemExit(f"{source}: no {', '.join(sorted(missing))}")
    return found


def literal(node: ast.expr) -> Any:
    """A literal, looking through ``frozenset({...})`` and ``re.compile("…")``."""
    if isinstance(node, ast.Call) and node.args:
        return literal(node.args[0])
    return ast.literal_eval(node)


def context_windows(catalogue: dict[str, Any], providers: set[str] | None) -> dict[str, int]:
    """CrewAI's ``context_windows_from_catalog`` (crewai/llms/context_window.py), on the same file."""
    exact: dict[str, int] = {}
    bare: dict[str, set[int]] = {}
    for name, facts in catalogue.items():
        provider = facts.get("litellm_provider")
        limit = facts.get("max_input_tokens")
        if name == "sample_spec" or (providers is not None and provider not in providers):
            continue
        if isinstance(limit, bool) or not isinstance(limit, int):
            continue
        exact[name] = limit
        prefix, _, rest = name.partition("/")
        if rest and prefix == provider:
            bare.setdefault(rest, set()).add(limit)
    aliases = {name: limits.copy().pop() for name, limits in bare.items() if len(limits) == 1}
    return {**aliases, **exact}


def voted_windows(windows: dict[str, int], rules: dict[str, Any]) -> dict[str, int]:
    """CrewAI's ``bare_context_windows``: the most common limit of each bare name, the smaller on a tie."""
    votes: dict[str, Counter[int]] = {}
    for name, limit in windows.items():
        bare = bare_model_name(name, rules)
        if bare:
            votes.setdefault(bare, Counter()).update((limit,))
    winners: dict[str, int] = {}
    for name, counted in votes.items():
        top = max(counted.values())
        winners[name] = min(limit for limit, count in counted.items() if count == top)
    return winners


def catalogue_facts(catalogue: dict[str, Any]) -> dict[str, dict[str, list[Any]]]:
    """Per LiteLLM provider and model: window, longest output, function calling, shutdown, cache minimum."""
    facts: dict[str, dict[str, list[Any]]] = {}
    for name, entry in catalogue.items():
        provider = entry.get("litellm_provider")
        talks = entry.get("mode") in ("chat", "completion", "responses")
        if name == "sample_spec" or not provider or not talks:
            continue
        row = [
            whole(entry.get("max_input_tokens")),
            whole(entry.get("max_output_tokens")),
            int(entry.get("supports_function_calling") is True),
            entry.get("deprecation_date"),
            whole(entry.get("prompt_cache_min_tokens")),
        ]
        while row and row[-1] is None:
            row.pop()
        facts.setdefault(provider, {})[name] = row
    return facts


PRICES = {
    "in": "input_cost_per_token",
    "out": "output_cost_per_token",
    "read": "cache_read_input_token_cost",
    "write": "cache_creation_input_token_cost",
}
"""Key in the digest to key in LiteLLM's catalogue, which has USD per token."""


def catalogue_prices(catalogue: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """Per LiteLLM provider and model: USD per million tokens, in the form of the digest's price rows.

    Models without a price of both directions, or with none but zeros (served elsewhere, or not known),
    are left out.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name, entry in catalogue.items():
        provider = entry.get("litellm_provider")
        talks = entry.get("mode") in ("chat", "completion", "responses")
        if name == "sample_spec" or not provider or not talks:
            continue
        row = {key: rate for key, word in PRICES.items() if (rate := rate_of(entry, word)) is not None}
        if "in" in row and "out" in row and any(row[key] != "0" for key in ("in", "out")):
            found.setdefault(provider, {})[name] = row
    return found


def rate_of(entry: dict[str, Any], word: str) -> str | list[Any] | None:
    """The rate of a direction, with the rates of longer requests after it; ``None`` without one."""
    steps: dict[int, str] = {}
    for tier in entry.get("tiered_pricing") or []:
        if isinstance(tier.get(word), int | float) and isinstance(tier.get("range"), list):
            steps[int(tier["range"][0])] = per_million(tier[word])
    if isinstance(entry.get(word), int | float):
        steps[0] = per_million(entry[word])
    for key, value in entry.items():
        above = re.fullmatch(rf"{word}_above_(\d+)k_tokens", key)
        if above and isinstance(value, int | float):
            steps[int(above[1]) * 1000] = per_million(value)
    if 0 not in steps:
        return None
    base, *longer = sorted(steps.items())
    return [base[1], *([start, rate] for start, rate in longer)] if longer else base[1]


def per_million(usd_per_token: float) -> str:
    """A price per token as one per million, without the noise of binary fractions."""
    rate = (Decimal(repr(usd_per_token)) * 1_000_000).normalize()
    return f"{rate:f}"


def whole(value: Any) -> int | None:
    """A whole number of the catalogue, else ``None``."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def crewai_sections() -> dict[str, Any]:
    """What crewai's own files say of models: routing, model lists, context windows."""
    package = Path(str(distribution("crewai").locate_file("crewai")))
    windows_source = package / "llms" / "context_window.py"
    constants = assigned(package / "llms" / "constants.py", set(CONSTANT_LISTS))
    routing = assigned(package / "llm.py", {"SUPPORTED_NATIVE_PROVIDERS", "PROVIDER_ALIASES"})
    rules = assigned(
        windows_source,
        {
            "_REGION_PREFIXES",
            "_VENDOR_PREFIXES",
            "_DATE_IN_MODEL_ID",
            "_TRAILING_VERSION",
            "DEFAULT_CONTEXT_WINDOW_SIZE",
            "CONTEXT_WINDOW_USAGE_RATIO",
            *WINDOW_TABLES.values(),
        },
    )
    caps = assigned(
        package / "llms" / "providers" / "anthropic" / "completion.py",
        {"_MAX_OUTPUT_TOKENS_BY_PREFIX", "_DEFAULT_MODEL_MAX_TOKENS"},
    )
    catalogue = shipped_catalogue()
    everything = context_windows(catalogue, None)
    name_rules = {
        "regions": list(rules["_REGION_PREFIXES"]),
        "vendors": list(rules["_VENDOR_PREFIXES"]),
        "date": rules["_DATE_IN_MODEL_ID"],
        "version": rules["_TRAILING_VERSION"],
        "default": rules["DEFAULT_CONTEXT_WINDOW_SIZE"],
        "usable": rules["CONTEXT_WINDOW_USAGE_RATIO"],
        "prefixes": sorted(
            {
                name.partition("/")[0].lower()
                for name, facts in catalogue.items()
                if name.partition("/")[2] and name.partition("/")[0] == facts.get("litellm_provider")
            }
        ),
    }
    sections: dict[str, Any] = {
        "about": {"crewai": version("crewai"), "made_on": today()},
        "routing": {
            "native": routing["SUPPORTED_NATIVE_PROVIDERS"],
            "aliases": routing["PROVIDER_ALIASES"],
        },
        "models": {name.removesuffix("_MODELS").lower(): constants[name] for name in CONSTANT_LISTS},
        "window-rules": name_rules,
        "windows/all": everything,
        "windows/bare": voted_windows(everything, name_rules),
        "anthropic-output": {
            "by_prefix": caps["_MAX_OUTPUT_TOKENS_BY_PREFIX"],
            "default": caps["_DEFAULT_MODEL_MAX_TOKENS"],
        },
    }
    for table, source in WINDOW_TABLES.items():
        sections[f"windows/{table}"] = context_windows(catalogue, set(rules[source]))
    for provider, facts in sorted(catalogue_facts(catalogue).items()):
        sections[f"facts/{provider}"] = facts
    return sections


def shipped_catalogue() -> dict[str, Any]:
    """LiteLLM's catalogue as the installed crewai ships it."""
    package = Path(str(distribution("crewai").locate_file("crewai")))
    path = package / "llms" / "litellm_catalog" / "model_prices_and_context_window.json"
    catalogue: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return catalogue


def catalogue_price_sections() -> dict[str, Any]:
    """The prices of that catalogue, by provider."""
    about = {"crewai": version("crewai"), "made_on": today()}
    prices = catalogue_prices(shipped_catalogue())
    return {"about": about, **{f"prices/{name}": prices[name] for name in sorted(prices)}}


def today() -> str:
    """The date of today, in UTC."""
    return datetime.now(tz=UTC).date().isoformat()


def main(wanted: list[str]) -> None:
    """Write the files named, or all."""
    if not wanted or "prices" in wanted:
        write_sections(DATA / "prices.tsv", {**sections_of_library(), "made": {"on": today()}})
    if not wanted or "catalogue" in wanted:
        write_sections(DATA / "catalogue-prices.tsv", catalogue_price_sections())
    if not wanted or "crewai" in wanted:
        write_sections(DATA / "crewai.tsv", crewai_sections())


if __name__ == "__main__":
    main(sys.argv[1:])
