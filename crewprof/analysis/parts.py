"""What an analysis can say beside profile and findings: worked out only where somebody asks for it."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final


class Part(Enum):
    """A part of an analysis that takes work of its own."""

    SAVINGS = auto()
    """What each fix really saves; without it findings keep the reckoning of their rules."""
    SCHEDULE = auto()
    """The fastest schedule CrewAI could run."""
    OUTLOOK = auto()
    """What all fixes together would bring."""


EVERY_PART: Final = frozenset(Part)
NO_PART: Final[frozenset[Part]] = frozenset()
