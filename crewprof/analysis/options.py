"""How an analysis is to be made: everything that comes from outside the crew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    from crewprof.models import Override
    from crewprof.recorded.finding import RecordedFile


@dataclass(frozen=True, slots=True)
class Budgets:
    """Limits of one run: USD expected, USD at worst, seconds expected; ``None`` is no limit."""

    max_cost: Decimal | None = None
    max_ceiling: Decimal | None = None
    max_seconds: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """What a caller decides. ``environment`` holds the variables that CrewAI's choice of a model
    rests on; ``ignored_in`` maps globs of paths, relative to ``root``, to codes or prefixes ignored there."""

    today: date
    environment: Mapping[str, str] = field(default_factory=dict)
    model: str | None = None
    crewai_version: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    ignored_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    root: Path | None = None
    runs_per_month: int | None = None
    budgets: Budgets = field(default_factory=Budgets)
    targets: Budgets = field(default_factory=Budgets)
    """Limits that fixes are to reach, and no more than that; without any, every fix is wanted."""
    tiers: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, Override] = field(default_factory=dict)
    """What the user knows better than the catalogue, by model string."""
    tool_result_tokens: Mapping[str, int] = field(default_factory=dict)
    mcp_definition_tokens: Mapping[str, int] = field(default_factory=dict)
    assumptions: Mapping[str, float] = field(default_factory=dict)
    cache_dir: Path | None = None
    recorded: RecordedFile | None = None
    """Runs that were measured, to take the place of assumptions."""
