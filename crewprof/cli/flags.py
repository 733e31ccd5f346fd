"""The options that commands share: each declared once, and as they were given.

Typer's options (``cli/options.py``) and the plain command line (``cli/plain.py``) are made from these rows.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crewprof.quick_dataclasses import dataclass, field
from crewprof.settings.settings import MOST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


@dataclass(frozen=True, slots=True)
class Toggle:
    """An option with an opposite, ``None`` unless one of the two is given. ``name`` is a setting."""

    name: str
    on: str
    off: str
    help: str
    panel: str


@dataclass(frozen=True, slots=True)
class Valued:
    """An option with a value.

    ``name`` is a setting, ``read`` gives what one value on the command line means (``ValueError`` says what
    is wrong with it), ``together`` what the values of an option mean that may be repeated; without it, the
    last one counts.
    """

    name: str
    option: str
    metavar: str
    read: Callable[[str], Any]
    help: str
    panel: str
    together: Callable[[list[Any]], Any] | None = None

    def meant(self, values: Sequence[Any]) -> Any:
        """What ``values``, each of them read, mean together; ``None`` where there are none."""
        if not values:
            return None
        return values[-1] if self.together is None else self.together(list(values))


ANALYZE_FORMATS = ("text", "json", "markdown", "html", "csv", "github", "gitlab", "junit", "sarif")
CHECK_FORMATS = ("text", "json", "csv", "github", "gitlab", "junit", "sarif")
OPTIMIZE_FORMATS = ("text", "json", "html")

LEVELS = ("error", "warning", "info", "never")
RULES = "Rules"
BUDGETS = "Budgets, per run"
CREW = "What the crew gets"
CONFIGURATION = "Configuration"
"""Heading of ``--help``: what decides the settings, and what is remembered or passed over."""


def amount(text: str) -> Decimal:
    """The amount an option gives, in USD or seconds, with or without its unit; ``ValueError`` for none."""
    try:
        given = Decimal(text.strip().removeprefix("$").removesuffix("s"))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a number") from error
    if not given.is_finite() or given < 0:
        raise ValueError("the number must not be negative")
    return given


def _codes(text: str) -> tuple[str, ...]:
    return tuple(_code(one) for one in text.split(",") if one.strip())


def _code(text: str) -> str:
    from crewprof.rules.registry import code_prefix

    try:
        return code_prefix(text)
    except KeyError as error:
        raise ValueError(f"unknown rule {text.strip()!r}; `crewprof rule --all` lists the rules") from error


def _all_codes(given: list[tuple[str, ...]]) -> tuple[str, ...] | None:
    return tuple(code for codes in given for code in codes) or None


def _level(text: str) -> str:
    if text not in LEVELS:
        raise ValueError(f"{text!r} is not one of {', '.join(LEVELS)}")
    return text


def _version(text: str) -> str:
    from crewprof.semantics.behavior import version_key

    if not version_key(text):
        raise ValueError(f"{text!r} is no version; write one such as 1.15.2")
    return text


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ValueError(f"{text!r} is not NAME=VALUE")
    return name.strip(), value


def _runs(text: str) -> int:
    try:
        given = int(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a whole number") from error
    if not 1 <= given <= MOST:
        raise ValueError(f"the number must be from 1 to {MOST:,}")
    return given


def _file(text: str) -> str:
    return str(Path(text).absolute())


VALUED = (
    Valued(
        "select",
        "--select",
        "CODES",
        _codes,
        "Run only these rules: codes or prefixes, separated by commas; repeatable.",
        RULES,
        _all_codes,
    ),
    Valued("ignore", "--ignore", "CODES", _codes, "Skip these rules: codes or prefixes.", RULES, _all_codes),
    Valued(
        "fail_on",
        "--fail-on",
        "LEVEL",
        _level,
        "Exit 1 from this severity on: error, warning, info or never.",
        RULES,
    ),
    Valued("model", "--model", "ID", str, "Model for agents that name none.", CREW),
    Valued("inputs", "--input", "NAME=VALUE", _pair, "Value of a {placeholder}; repeatable.", CREW, dict),
    Valued(
        "crewai_version",
        "--crewai-version",
        "V",
        _version,
        "Predict for this CrewAI version instead of the project's.",
        CREW,
    ),
    Valued(
        "baseline",
        "--baseline",
        "FILE",
        _file,
        "Leave out findings that are in this file (see `check --write-baseline`).",
        RULES,
    ),
    Valued(
        "profile",
        "--profile",
        "FILE",
        _file,
        "Recorded runs to use in place of assumptions. Default: the project's .crewprof/profile.jsonl, "
        "if there is one.",
        CREW,
    ),
    Valued(
        "runs_per_month",
        "--runs-per-month",
        "N",
        _runs,
        "Also show the cost per month, 1 run or more.",
        BUDGETS,
    ),
    Valued("max_cost", "--max-cost", "USD", amount, "Limit for the expected cost of a run.", BUDGETS),
    Valued("max_ceiling", "--max-ceiling", "USD", amount, "Limit for the worst case of a run.", BUDGETS),
    Valued("max_seconds", "--max-seconds", "S", amount, "Limit for the expected time of a run.", BUDGETS),
)
"""Every setting that commands share as an option with a value."""

CONFIG = Valued(
    "config",
    "--config",
    "FILE",
    str,
    "Read settings from this file. Default: the nearest crewprof.toml or pyproject.toml above the input.",
    CONFIGURATION,
)

UNSAFE_FIXES = Toggle(
    "unsafe_fixes",
    "--unsafe-fixes",
    "--no-unsafe-fixes",
    "In optimize and verify: also apply fixes that may change prompts, answers or models.",
    RULES,
)

SWITCHES = (
    Switch("isolated", ("--isolated",), "Ignore configuration files.", CONFIGURATION),
    Switch(
        "no_cache", ("--no-cache",), "Neither read nor write the cache of earlier results.", CONFIGURATION
    ),
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
"""Every switch that commands share."""


@dataclass(frozen=True, slots=True)
class Flags:
    """The shared options as given. ``values`` are settings by their name in
    :class:`crewprof.settings.settings.Settings`; ``None`` was not given. ``sort``: what tables list first."""

    config: str | None = None
    isolated: bool = False
    no_cache: bool = False
    no_profile: bool = False
    quiet: bool = False
    verbose: bool = False
    skip_unrelated: bool = False
    sort: Sorting = "cost"
    values: dict[str, object] = field(default_factory=dict)
