"""Links in reports for people (OSC 8): a rule's code leads to its page, a place to its file.

Only on terminals that are known to take them; a pipe, a file or ``NO_COLOR`` gets none, ``FORCE_HYPERLINK``
says yes or no for any other.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TextIO

from crewprof.late_patterns import late_pattern
from crewprof.report.addresses import rule_address

_STYLE = late_pattern(r"(\x1b\[[0-9;]*m)")
_LINKED = late_pattern(
    r"\b(?P<code>CP\d{3})\b|(?P<place>(?P<path>[^\s:()]+\.(?:ya?ml|jsonc?|py|ipynb|toml))(?::\d+)+)"
)
_PROGRAMS = frozenset(
    ("iterm.app", "wezterm", "vscode", "hyper", "ghostty", "tabby", "warpterminal", "rio", "tmux", "zed")
)
"""``TERM_PROGRAM`` of terminals that follow https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda."""
_TERMINALS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour", "wezterm", "tmux")
"""How ``TERM`` begins on others."""
_FIRST_VTE = 5000
"""``VTE_VERSION`` of the first terminal of GNOME's kind that takes links without a crash."""


def wants_links(stream: TextIO | None) -> bool:
    """Whether ``stream`` is a terminal that takes links."""
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if stream is None or not stream.isatty() or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("WT_SESSION") or os.environ.get("KONSOLE_VERSION"):
        return True
    version = os.environ.get("VTE_VERSION", "")
    if version.isdecimal():
        return int(version) >= _FIRST_VTE
    program, terminal = os.environ.get("TERM_PROGRAM", "").lower(), os.environ.get("TERM", "")
    return program in _PROGRAMS or terminal.startswith(_TERMINALS)


def linked(report: str) -> str:
    """``report`` with its codes, and the places of files that are there, as links."""
    parts = _STYLE.split(report)
    return "".join(part if number % 2 else _LINKED.sub(_link, part) for number, part in enumerate(parts))


def _link(found: re.Match[str]) -> str:
    address = rule_address(found["code"]) if found["code"] else _file_address(found["path"])
    return found[0] if address is None else f"\x1b]8;;{address}\x1b\\{found[0]}\x1b]8;;\x1b\\"


@cache
def _file_address(path: str) -> str | None:
    try:
        whole = Path(path).absolute()
        return whole.as_uri() if whole.is_file() else None
    except (OSError, ValueError):
        return None
