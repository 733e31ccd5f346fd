"""Families of models: tier, generation, speed and retirement, from ``data/families.json``.

A name is taken for a family only when all of it is explained: an unknown variant of a known model has
no family rather than a guessed one.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from crewprof.models.sections import DATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.models.identity import ModelIdentity

Tier = Literal["light", "standard", "frontier"]
TIERS: tuple[Tier, ...] = ("light", "standard", "frontier")
"""From light to heavy."""


class Family(NamedTuple):
    """A line of models of one vendor.

    ``tier`` is its place in its own generation, with the ``reason`` and the date of judging.
    ``generation`` is comparable by :func:`generations`. ``api_name`` is what the vendor's own API calls
    the model, ``None`` where the family is not to be suggested.
    """

    vendor: str
    name: str
    generation: str
    tier: Tier
    speed: str
    reason: str
    judged: date
    api_name: str | None


class Retirement(NamedTuple):
    """The day from which a provider no longer serves a model, and who says so.

    ``instead``: the name, at the same provider, of the model it recommends, if that was read too.
    """

    on: date
    source: str
    instead: str | None = None


_LABELS = (
    r"(?:[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{2}-\d{4}|\d{2}-\d{2}|\d{4}|\d{3}|latest|preview|exp|experimental"
    r"|beta|it|instruct|hf|v\d+(?:\.\d+)?|q\d\w*|fp\d+|maas)|:\d+k?(?![\db.])|:mm|:(?:latest|free|nitro|online|floor"
    r"|exacto|beta|extended|thinking|instruct)(?:-\w+)*)*\Z"
)
_REGION_AND_VENDOR = r"\A(?:[a-z-]+\.)?[a-z0-9]+\.(?=[a-z])"
_VENDOR_PREFIXES = ("databricks-", "meta-", "open-", "labs-", "zai-", "gemini-gemma")
_LITERAL = r"(?:[\w: -]|\\[.-])*"
"""The characters of a pattern that stand for themselves, up to the first that does not."""


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / "families.json").read_text(encoding="utf-8"))
    return data


def family_name(identity: ModelIdentity) -> str:
    """The name a family is looked up by: lower case, without provider, region, vendor and fine-tune parts."""
    name = identity.name.lower().rsplit("/", 1)[-1]
    if name.startswith("ft:"):
        name = name.split(":")[1]
    if identity.provider == "bedrock":
        name = re.sub(_REGION_AND_VENDOR, "", name)
    for prefix in _VENDOR_PREFIXES:
        if name.startswith(prefix):
            name = name.removeprefix(prefix if prefix != "gemini-gemma" else "gemini-")
    return re.sub(r"\Agpt-?35", "gpt-3.5", name)


@cache
def family_of(name: str) -> Family | None:
    """The family of a name as :func:`family_name` gives it, ``None`` when none explains it whole."""
    for row, heads in _rows():
        if not name.startswith(heads):
            continue
        found = re.match(row["match"], name)
        while found is not None and not _is_labels(name[found.end() :]):
            found = _shorter(row["match"], name, found)
        if found is not None:
            return _family(row, found)
    return None


def _is_labels(rest: str) -> bool:
    return not rest or re.match(_LABELS, rest) is not None


def _shorter(pattern: str, name: str, found: re.Match[str]) -> re.Match[str] | None:
    """A match of ``pattern`` that ends earlier, for patterns whose greedy end eats part of a label."""
    return re.match(pattern, name[: found.end() - 1]) if found.end() > 1 else None


@cache
def _rows() -> tuple[tuple[dict[str, Any], tuple[str, ...]], ...]:
    return tuple((row, _heads(row["match"])) for row in _data()["families"])


def _heads(pattern: str) -> tuple[str, ...]:
    """What a name must begin with to match: saves compiling most patterns."""
    return tuple(_literal_head(one) for one in _alternatives(pattern))


def _alternatives(pattern: str) -> list[str]:
    if "|" not in pattern:
        return [pattern]
    depth = 0
    parts = [""]
    for character in pattern:
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _literal_head(pattern: str) -> str:
    found = re.match(_LITERAL, pattern)
    head = found.group().replace("\\", "") if found else ""
    is_optional = pattern[found.end() : found.end() + 1] in ("?", "*", "{") if found else False
    return head[:-1] if is_optional else head


def _family(row: dict[str, Any], found: re.Match[str]) -> Family:
    versions = [value for value in found.groupdict().values() if value is not None]
    # ``4-1`` at Anthropic and ``v3p1`` at Fireworks are 4.1 and 3.1.
    version = versions[0].replace("-", ".").replace("p", ".") if versions else ""
    if row["vendor"] == "anthropic":
        # ``claude-opus-4-0`` is an alias of what is called Claude Opus 4.
        version = version.removesuffix(".0")
    generation = row["generation"].format(version=version)
    api_name = row.get("api")
    if api_name is not None:
        written = version.replace(".", "-") if row["vendor"] == "anthropic" else version
        api_name = api_name.format(version=written)
    return Family(
        vendor=row["vendor"],
        name=row["family"],
        generation=generation.rstrip("-"),
        tier=row["tier"],
        speed=row["speed"],
        reason=row["reason"],
        judged=date.fromisoformat(row["date"]),
        api_name=api_name,
    )


def generations(vendor: str) -> Sequence[str]:
    """The generations of a vendor from old to new; empty when they are not ordered."""
    known: list[str] = _data()["generations"].get(vendor, [])
    return known


def listed_retirement(identity: ModelIdentity) -> Retirement | None:
    """The retirement the file lists for a model of this provider."""
    name = identity.name.lower()
    for row in _data()["retired"]:
        if row["provider"] == identity.provider and re.fullmatch(row["match"], name):
            return Retirement(date.fromisoformat(row["on"]), row["source"], row.get("instead"))
    return None
