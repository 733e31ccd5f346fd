"""YAML documents: the data ``yaml.safe_load`` gives, and where each piece of it stands."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crewprof.source.document import DataDocument

if TYPE_CHECKING:
    from crewprof.source.text import SourceText


REMEMBERED: Final = 16
"""Documents kept after parsing: loading, ignores and each try of a fix ask for the same text again."""


class YamlDocument(DataDocument):
    """A YAML document. Empty text has the data ``None`` and an empty scalar as root."""

    __slots__ = ()


@lru_cache(maxsize=REMEMBERED)
def parse_yaml(text: SourceText) -> YamlDocument:
    """Parse the one document of ``text``; ``data`` equals ``yaml.safe_load`` of it.

    Raises :class:`InputError` with line, column and hint for whatever ``yaml.safe_load`` refuses,
    for several documents, and for documents made to exhaust the machine.
    """
    # PyYAML is loaded only when there is YAML to read.
    from crewprof.source.yaml_comments import find_comments
    from crewprof.source.yaml_events import compose
    from crewprof.source.yaml_tree import build_tree

    tree = build_tree(text, compose(text))
    return YamlDocument(text, tree.data, tree.root, find_comments(text, tree.root), tree.duplicates)
