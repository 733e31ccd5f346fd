"""``Settings``: everything that can be set, and how flags win over the configuration file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.findings import Severity
from crewprof.quick_dataclasses import dataclass, field, replace

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from crewprof.models import Override

FailOn: TypeAlias = Literal["error", "warning", "info", "never"]
TIERS = ("light", "standard", "frontier")
MOST = 10**12
"""The largest amount, in USD, seconds or tokens, that means anything."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, in the file as ``kebab-case`` keys of ``[tool.crewprof]``."""

    select: tuple[str, ...] = ()
    """Rule codes or prefixes to run; empty: all."""
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Glob of paths (relative to the configuration file) to codes or prefixes ignored there."""
    max_cost: Decimal | None = None
    """USD one run may cost, expected."""
    max_ceiling: Decimal | None = None
    """USD one run may cost at worst."""
    max_seconds: Decimal | None = None
    """Seconds one run may take, expected."""
    runs_per_month: int | None = None
    model: str | None = None
    """Model of agents that name none, before the environment's."""
    crewai_version: str | None = None
    unsafe_fixes: bool = False
    fail_on: FailOn | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    """Tier to the model to suggest for work of that tier."""
    models: Mapping[str, Override] = field(default_factory=dict)
    """What the user knows better than the catalogue, by model."""
    tool_result_tokens: Mapping[str, int] = field(default_factory=dict)
    """Tool name (as in the crew) to the expected tokens of one result."""
    mcp_definition_tokens: Mapping[str, int] = field(default_factory=dict)
    """MCP server or app (as in the crew) to the tokens of the definitions of its tools."""
    assumptions: Mapping[str, float] = field(default_factory=dict)
    profile: str | None = None
    """Recorded runs to use, a path from the configuration file's folder; without it, those that are found."""
    baseline: str | None = None
    """File of findings that are known and not told, a path from the configuration file's folder."""
    root: Path | None = None
    """Folder of the configuration file."""


def merged(settings: Settings, flags: Mapping[str, object]) -> Settings:
    """``settings`` with every flag that was given (is not ``None``) in place of its own value.

    Inputs given as flags are added to the file's, replacing those of the same name.
    """
    changes = {key: value for key, value in flags.items() if value is not None}
    known = set(Settings.__match_args__)
    unknown = changes.keys() - known
    if unknown:
        raise TypeError(f"not a setting: {sorted(unknown)}")
    inputs = changes.get("inputs")
    if isinstance(inputs, Mapping):
        changes["inputs"] = {**settings.inputs, **inputs}
    return replace(settings, **changes)  # type: ignore[arg-type]


def threshold(fail_on: FailOn) -> Severity | None:
    """The mildest severity that makes a command exit 1; ``None`` for never."""
    return None if fail_on == "never" else Severity(fail_on)
