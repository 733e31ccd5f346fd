"""How near crewprof's token counts come to what providers billed.

Reads the recorded requests of the shared folder (environment variable CREWPROF_SHARED, else ../shared
beside the repository) and prints, per provider and kind of request, how many counts are exact and how far
the others are off.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crewprof.tokens.request import count_request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILES = ("crewai-calls", "crewai-history")
LONG = 200
"""Billed tokens above which relative errors are looked at."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A recorded request: what was billed, what crewprof counts."""

    file: str
    provider: str
    model: str
    kind: str
    billed: int
    counted: int

    @property
    def error(self) -> int:
        """Tokens counted too many."""
        return self.counted - self.billed


def shared_folder() -> Path:
    """Where the recorded requests lie."""
    named = os.environ.get("CREWPROF_SHARED")
    return Path(named) if named else Path(__file__).resolve().parent.parent.parent / "shared"


def billed_tokens(usage: Mapping[str, Any]) -> int:
    """Input tokens, those read from and written to a cache included, in any provider's usage record."""
    if "prompt_tokens" in usage:
        return int(usage["prompt_tokens"])
    if "promptTokenCount" in usage:
        return int(usage["promptTokenCount"])
    if "prompt_eval_count" in usage:
        return int(usage["prompt_eval_count"])
    if "inputTokens" in usage:
        cached = ("cacheReadInputTokens", "cacheWriteInputTokens")
        return int(usage["inputTokens"]) + sum(int(usage.get(name) or 0) for name in cached)
    cached = ("cache_creation_input_tokens", "cache_read_input_tokens")
    return int(usage["input_tokens"]) + sum(int(usage.get(name) or 0) for name in cached)


def samples(name: str) -> Iterator[Sample]:
    """The recorded requests of one file, counted."""
    path = shared_folder() / "data" / "recorded" / f"{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            counted = count_request(row["request"], row["model"]).tokens
            kind = row["kind"] if row["api"] != "responses" else f"{row['kind']} (responses)"
            yield Sample(
                row["file"], row["provider"], row["model"], kind, billed_tokens(row["usage"]), counted
            )


def table(name: str) -> str:
    """The errors of one file, a line for each provider and kind."""
    groups: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for sample in samples(name):
        groups[sample.provider, sample.kind].append(sample)
        if sample.provider in ("openai", "azure") and "responses" not in sample.kind:
            groups["openai + azure", sample.kind].append(sample)
        groups[sample.provider, "all"].append(sample)
    head = f"{'provider':<18}{'kind':<24}{'n':>6}{'exact':>9}{'mean error':>13}{f'error > {LONG}':>13}"
    lines = [name, head]
    for (provider, kind), group in sorted(groups.items()):
        exact = sum(sample.error == 0 for sample in group) / len(group)
        mean = sum(abs(sample.error) for sample in group) / len(group)
        long = [abs(sample.error) / sample.billed for sample in group if sample.billed > LONG]
        relative = f"{sum(long) / len(long):.1%}" if long else ""
        lines.append(f"{provider:<18}{kind:<24}{len(group):>6}{exact:>9.1%}{mean:>13.2f}{relative:>13}")
    return "\n".join(lines)


if __name__ == "__main__":
    if not (shared_folder() / "data" / "recorded").is_dir():
        sys.exit(f"no data/recorded in {shared_folder()}: name the shared folder with CREWPROF_SHARED")
    print("\n\n".join(table(name) for name in FILES))
