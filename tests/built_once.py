"""The command line's definition, built once for a process.

Typer builds all commands and their options anew for every run, which takes ten times as long as a small crew
takes to profile; tests and attacks run thousands of command lines in one process.
"""

from __future__ import annotations

from functools import cache

import typer.main


def build_commands_once() -> None:
    """Let every command line of this process use the same built commands, which hold no state of a run."""
    vars(typer.main)["get_command"] = cache(typer.main.get_command)
