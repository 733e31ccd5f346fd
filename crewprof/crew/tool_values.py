"""What a value in a custom tool's source is, and what several are together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.quick_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from crewprof.crew.tool_origins import Returns

_WHOLE: Final = frozenset(
    {
        "content",
        "text",
        "body",
        "data",
        "html",
        "markdown",
        "raw",
        "output",
        "result",
        "response",
        "summary",
        "extract",
        "transcript",
        "article",
    }
)
"""Keys of answers that hold all there is to say."""

_STRENGTH: Final[tuple[Returns, ...]] = (
    "literal",
    "short",
    "unknown",
    "fields",
    "query",
    "passages",
    "server",
    "output",
    "request",
    "answer",
    "agents",
    "file",
    "page",
)
"""Of several returns the last of these counts."""


@dataclass(frozen=True, slots=True)
class ToolBody:
    """What a tool returns. ``characters``: of the longest text that stands in the source to be returned.

    ``cut``: characters it cuts what it fetched at, 0 for none. ``asks``: the slowest place it asks, whatever
    becomes of the answer. ``of``: what fields are picked out of. ``is_repeated``: one of many of its kind, in
    a loop.
    """

    returns: Returns
    characters: int = 0
    cut: int = 0
    asks: Returns | None = None
    of: Returns = "unknown"
    is_repeated: bool = False

    @property
    def is_fetched(self) -> bool:
        """Whether it comes from outside the source."""
        return self.returns not in ("literal", "short", "unknown")


def either(found: list[ToolBody]) -> ToolBody:
    """What one of several values is: the kind that counts, with the longest text of the source.

    What one way cuts is cut: the other is for texts that are shorter.
    """
    chosen = _strongest(found)
    return replace(chosen, cut=max((one.cut for one in found if one.returns == chosen.returns), default=0))


def together(found: list[ToolBody]) -> ToolBody:
    """What several values are together."""
    chosen = _strongest(found)
    cuts = [one.cut for one in found if one.returns == chosen.returns]
    return replace(chosen, characters=sum(one.characters for one in found), cut=sum(cuts) if all(cuts) else 0)


def _strongest(found: list[ToolBody]) -> ToolBody:
    chosen = max(found, key=lambda one: _STRENGTH.index(one.returns))
    return replace(
        chosen,
        characters=max(one.characters for one in found),
        is_repeated=any(one.is_repeated for one in found),
    )


def picked(held: ToolBody, key: str) -> ToolBody:
    """The value of ``held`` at ``key``: a few characters, or all of it where the key says so."""
    word = key.rsplit("_", 1)[-1].lower()
    is_plural = word.endswith("s") and not word.endswith(("ss", "us"))
    of = held.of if held.returns == "fields" else held.returns
    # Below a field that was picked there is little, but for the message of a model.
    is_whole = word in _WHOLE if held.returns != "fields" else word == "content"
    if held.is_repeated or is_plural or is_whole:
        return replace(held, returns=of)
    return replace(held, returns="fields", of=of, cut=0)
