"""The options that commands share, as they were given."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Flags:
    """The shared options as given. ``values`` are settings by their name in
    :class:`crewprof.settings.Settings`; ``None`` was not given."""

    config: str | None = None
    isolated: bool = False
    no_cache: bool = False
    quiet: bool = False
    verbose: bool = False
    skip_unrelated: bool = False
    values: dict[str, object] = field(default_factory=dict)
