"""Which entry of the price digest a model name means, and how sure that is.

The library's own clauses decide first; then the part of the name they did not name must be a date, a
version or another label that does not change the model. ``gemini-3.8-flash-lite`` begins with
``gemini-3.8-flash`` but is another model: no match is better than a wrong price.
"""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from crewprof.models.digest import DigestEntry, entries_of

if TYPE_CHECKING:
    from crewprof.models.sections import Sections


class Match(Enum):
    """How a model string met its entry."""

    EXACT = "exact"
    DATED_ALIAS = "dated alias"
    LATEST_ALIAS = "latest alias"
    PREFIX = "prefix"
    NONE = "none"


class Matched(NamedTuple):
    """An entry and how it was met."""

    entry: DigestEntry
    how: Match


_DATE = r"\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{2}-\d{4}|\d{2}-\d{2}|\d{4}|\d{3}"
_LABEL = rf"(?:[-@](?:{_DATE}|latest|preview|exp|experimental|beta|it|instruct|v\d+)|:\d+k?|:mm|:latest)"
_LABELS = rf"{_LABEL}*\Z"
_TRAILING_DATE = rf"[-@](?:{_DATE})(?:-?v\d+)?(?::\d+k?)*\Z"
_COMPACT_DATE = r"-(\d{4})(\d{2})(\d{2})\Z"
# What may stand before the name a "contains" clause asks for: a region and a vendor, or a path.
_BEFORE = r"(?:.*/|(?:[a-z-]+\.)?[a-z0-9-]+\.)\Z"
_REGION = r"\A(?:us-gov|us|eu|apac|au|jp|in|ca|sa|me|af|mx|il|global)\."


def find_entry(sections: Sections, provider: str, name: str) -> Matched | None:
    """The entry ``name`` means at ``provider`` (the digest's name for it), else ``None``."""
    wanted = name.lower()
    found = _first_match(sections, provider, wanted)
    if found is None:
        dashed = _with_dashed_date(wanted)
        found = _first_match(sections, provider, dashed) if dashed != wanted else None
    if found is None and provider == "aws" and not wanted.startswith("regional."):
        found = _undated_bedrock(sections, wanted)
    return found


def _first_match(sections: Sections, provider: str, wanted: str) -> Matched | None:
    fallbacks = (sections.get("providers").get(provider) or {}).get("fallback", ())
    for one in (provider, *fallbacks):
        for entry in entries_of(sections, one):
            if not _matches(entry.clause, wanted):
                continue
            how = _how(entry, wanted)
            # The first entry that accepts a name decides, as in the library: to look further would find a
            # model it does not mean.
            return None if how is None else Matched(entry, how)
    return None


def _matches(clause: Any, name: str) -> bool:
    """Whether the library's clause accepts ``name`` (in lower case)."""
    if isinstance(clause, str):
        return _leaf_matches(clause, name)
    if isinstance(clause, list):
        for one in clause:  # noqa: SIM110 - the innermost loop of a look-up, twice as fast as any()
            if _matches(one, name):
                return True
        return False
    return all(_matches(one, name) for one in clause["and"])


def _leaf_matches(leaf: str, name: str) -> bool:
    mark, text = leaf[0], leaf[1:]
    if mark == "=":
        return name == text
    if mark == "^":
        return name.startswith(text)
    if mark == "$":
        return name.endswith(text)
    if mark == "*":
        return text in name
    return re.search(text, name) is not None


def _how(entry: DigestEntry, name: str) -> Match | None:
    """How sure the match is, ``None`` when what is left of the name may mean another model."""
    if name == entry.id.lower():
        return Match.EXACT
    kinds = (_how_by(leaf, name) for leaf in _leaves(entry.clause) if _leaf_matches(leaf, name))
    return next((kind for kind in kinds if kind is not None), None)


def _leaves(clause: Any) -> list[str]:
    """The leaves that name a model: of an *and*, the first, for the others only take away."""
    if isinstance(clause, list):
        return [leaf for one in clause for leaf in _leaves(one)]
    if isinstance(clause, dict):
        return _leaves(clause["and"][0])
    return [clause]


def _how_by(leaf: str, name: str) -> Match | None:
    mark, text = leaf[0], leaf[1:]
    if mark == "=":
        return _alias_kind(name) or Match.EXACT
    if mark == "~":
        return _alias_kind(name) or Match.PREFIX
    before, _, after = name.partition(text)
    if before and not re.match(_BEFORE, before):
        return None
    # What follows is the user's own name for a fine-tuned model.
    if text.startswith("ft:"):
        return Match.PREFIX
    if not after:
        return _alias_kind(name) or Match.EXACT
    return (_alias_kind(name) or Match.PREFIX) if _is_label(text, after) else None


def _is_label(text: str, after: str) -> bool:
    """Whether ``after`` only dates or labels the model named by ``text``.

    A clause may end inside a date (``claude-sonnet-4-2025``) or with the dash before it.
    """
    if re.match(_LABELS, after):
        return True
    head, dash, started = text.rpartition("-")
    if dash and (not started or started.isdigit()) and re.match(_LABELS, f"-{started}{after}"):
        return bool(head)
    return text.endswith("@") and re.match(_LABELS, f"@{after}") is not None


def _alias_kind(name: str) -> Match | None:
    if name.endswith(("-latest", ":latest")):
        return Match.LATEST_ALIAS
    return Match.DATED_ALIAS if re.search(_TRAILING_DATE, name) else None


def _with_dashed_date(name: str) -> str:
    """``gpt-5.2-20251211`` as ``gpt-5.2-2025-12-11``, the form of the price data."""
    found = re.search(_COMPACT_DATE, name)
    if found is None:
        return name
    year, month, day = found.groups()
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return name
    return f"{name[: found.start()]}-{year}-{month}-{day}"


def _undated_bedrock(sections: Sections, wanted: str) -> Matched | None:
    """A Bedrock id that leaves out the date (``us.anthropic.claude-sonnet-4-5-v1:0``, known to CrewAI)."""
    if re.search(_TRAILING_DATE, wanted) and not re.search(r"-v\d+(:\d+)?\Z", wanted):
        return None
    candidates = [entry for core, entry in _bedrock_cores(sections) if core == _bedrock_core(wanted)]
    return Matched(candidates[0], Match.PREFIX) if len(candidates) == 1 else None


def _bedrock_cores(sections: Sections) -> list[tuple[str, DigestEntry]]:
    return [(_bedrock_core(entry.id.lower()), entry) for entry in entries_of(sections, "aws")]


def _bedrock_core(name: str) -> str:
    """Region class, vendor and family of a Bedrock id, without date and version."""
    scope = "global." if name.startswith("global.") else "regional."
    stem = re.sub(_REGION, "", name.removeprefix("regional."))
    stem = re.sub(r"(?::\d+k?)+\Z", "", stem)
    stem = re.sub(r"-v\d+\Z", "", stem)
    return scope + re.sub(r"-\d{8}\Z", "", stem)
