"""The options that commands share, as they were given, and the switches among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from crewprof.report.look import Sorting


@dataclass(frozen=True, slots=True)
class Switch:
    """An option without a value: off unless given.

    ``name`` is its field in :class:`Flags`, ``options`` what is written on the command line, ``panel`` the
    heading of ``--help`` it stands under (``None``: that of the command's own options).
    """

    name: str
    options: tuple[str, ...]
    help: str
    panel: str | None = None


CONFIGURATION = "Configuration"
"""Heading of ``--help``: what decides the settings, and what is remembered or passed over."""

SWITCHES = (
    Switch("isolated", ("--isolated",), "Ignore configuration files.", CONFIGURATION),
    Switch("no_cache", ("--no-cache",), "Do not use the cache.", CONFIGURATION),
    Switch(
        "skip_unrelated",
        ("--skip-unrelated",),
        "Skip files that belong to no crew (for hooks, which pass every changed file).",
        CONFIGURATION,
    ),
    Switch("no_profile", ("--no-profile",), "Do not use recorded runs.", CONFIGURATION),
    Switch("quiet", ("--quiet", "-q"), "Print only the report and errors, no summary or progress."),
    Switch("verbose", ("--verbose", "-v"), "Show every task, finding, call, assumption and source."),
)
"""Every switch that commands share; Typer's options and the plain command line are made from these."""


@dataclass(frozen=True, slots=True)
class Flags:
    """The shared options as given. ``values`` are settings by their name in
    :class:`crewprof.settings.Settings`; ``None`` was not given. ``sort``: what tables list first."""

    config: str | None = None
    isolated: bool = False
    no_cache: bool = False
    no_profile: bool = False
    quiet: bool = False
    verbose: bool = False
    skip_unrelated: bool = False
    sort: Sorting = "cost"
    values: dict[str, object] = field(default_factory=dict)
