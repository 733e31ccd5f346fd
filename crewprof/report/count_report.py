"""``crewprof count``: tokens of requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from crewprof.report.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Counted(Protocol):
    """The tokens of one request, for which model, and how they were counted."""

    @property
    def model(self) -> str:
        """The model as given."""

    @property
    def tokens(self) -> int:
        """Input tokens as billed."""

    @property
    def exact(self) -> bool:
        """Whether that is the very number the provider bills."""

    @property
    def encoding(self) -> str:
        """The tokenizer the text was counted with."""


def as_text(counts: Sequence[Counted]) -> str:
    """One line a request: tokens, model, encoding; ``~`` in front of an approximate count."""
    return "".join(
        f"{'' if one.exact else '~'}{one.tokens} tokens  {plain(one.model)}  {plain(one.encoding)}\n"
        for one in counts
    )


def as_json(counts: Sequence[Counted]) -> str:
    """One JSON object a line."""
    return "".join(
        json.dumps({"model": one.model, "tokens": one.tokens, "exact": one.exact, "encoding": one.encoding})
        + "\n"
        for one in counts
    )


FORMATS: dict[str, Callable[[Sequence[Counted]], str]] = {"text": as_text, "json": as_json}
