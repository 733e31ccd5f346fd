"""Kinds of files, of standard streams and of surroundings: nothing is what a program hopes for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from tests.fuzz.attempts import Case
from tests.fuzz.commands import COMMANDS
from tests.fuzz.kinds.crew_files import projects
from tests.fuzz.kinds.settings_files import GOOD
from tests.fuzz.mutations import chances
from tests.fuzz.streams import Read, Streams, Written

if TYPE_CHECKING:
    from random import Random

    from hypothesis import strategies as st

ODD_NAMES: Final = (
    "crew.yaml",
    "CREW.YAML",
    "crew.yml",
    "a b.yaml",
    "-crew.yaml",
    "--write",
    "*.yaml",
    "[x].yaml",
    "$HOME.yaml",
    "a\nb.yaml",
    "\x1b[31mred.yaml",
    "\u202ecrew.yaml",
    "\udcff.yaml",
    "n\u0303.yaml",
    "ñ.yaml",
    "x" * 250 + ".yaml",
    "::error::x.yaml",
    "'quoted\".yaml",
    "back\\slash.yaml",
    ".yaml",
    ".hidden/crew.yaml",
    "deep/" * 60 + "crew.yaml",
    "node_modules/crew.yaml",
    "config/agents.yaml",
    "src/config/tasks.yaml",
    "crew.jsonc",
    "agents/writer.jsonc",
    "main.py",
    "crew.py/crew.yaml",
    "flow.yaml",
    "a.ipynb",
    "crewprof.toml",
    "pyproject.toml",
    ".env",
    ".gitignore",
    "uv.lock",
    "tools/x.py",
    "knowledge/user_preference.txt",
    "skills/s/SKILL.md",
    ".crewprof/profile.jsonl",
    "setup.py",
    "requirements.txt",
    "__init__.py",
    "~",
    "NUL.yaml",
)
SPECIAL: Final = (
    *("folder", "pipe", "000", "400", "200", "111", "-> .", "-> ..", "-> nowhere", "-> /dev/zero"),
    *("-> /dev/null", "-> /proc/self/mem", "-> /dev/full", "-> /dev/stdin", "-> /etc", "-> /dev/tty"),
    *("-> crew.yaml", "-> " + "x" * 255, "-> SELF", "-> SELF/..", "-> ./SELF/x"),
)
CONTENTS: Final = (
    GOOD,
    b"",
    b"\n",
    b"\xef\xbb\xbf",
    b"x",
    b"[",
    b"\x00" * 10,
    b"[]",
    b"{}",
    b"a: " * 99,
    b"\xff\xfe",
)
VARIABLES: Final = {
    "COLUMNS": ("0", "1", "-5", "x", "99999999999", "9" * 5000, ""),
    "LINES": ("0", "x"),
    "TERM": ("dumb", "", "xterm-256color", "\x1b"),
    "NO_COLOR": ("1", ""),
    "FORCE_COLOR": ("1", "0", "3"),
    "HOME": ("", "/nowhere", "crew.yaml", "/dev/null", "\udcff"),
    "USERPROFILE": ("",),
    "XDG_CACHE_HOME": ("", "/dev/null", "/proc/x", "crew.yaml", "\udcff"),
    "CREWPROF_CACHE_DIR": ("", "/dev/null", "/dev/null/x", "/proc/1", "/dev/null/\udcff"),
    "TMPDIR": ("/nowhere", "crew.yaml", ""),
    "LANG": ("C", "", "tr_TR.UTF-8", "xx"),
    "LC_ALL": ("C", "POSIX", "de_DE.UTF-8"),
    "TZ": ("Nowhere/X", "", ":", "UTC+99"),
    "CI": ("true", ""),
    "GITHUB_ACTIONS": ("true",),
    "GITHUB_STEP_SUMMARY": ("/nowhere/x", "crew.yaml", "/dev/full", ""),
    "GITHUB_WORKSPACE": ("/nowhere", ""),
    "MODEL": ("", "gpt-4o", "\x1b[2J", "/" * 99, "\udcff"),
    "OPENAI_MODEL_NAME": ("x" * 5000, "gpt-4o\n"),
    "PYTHONPATH": ("\udcff", "/dev/null"),
    "PATH": ("", "/nowhere", "crew.yaml"),
    "SOURCE_DATE_EPOCH": ("x", "-1", "9" * 30),
    "PAGER": ("touch x",),
}


def kinds_of_files() -> st.SearchStrategy[Case]:
    """Folders where names hold pipes, devices, loops and locked files, and names that are hard to say."""
    return chances.map(_files)


def _files(chance: Random) -> Case:
    files = dict(chance.choice(projects())) if chance.randrange(3) == 0 else {"crew.yaml": GOOD}
    special: dict[str, str] = {}
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(ODD_NAMES)
        if _collides(name, (*files, *special)):
            if name in files and chance.randrange(3) == 0:
                special[name] = chance.choice(("000", "200", "400"))
            continue
        what = chance.choice(SPECIAL)
        if chance.randrange(2):
            files[name] = chance.choice(CONTENTS)
        elif what.isdigit():
            files[name] = chance.choice(CONTENTS)
            special[name] = what
        else:
            special[name] = what
    folders = sorted({name.split("/")[0] for name in files if "/" in name} - special.keys())
    if folders and chance.randrange(4) == 0:
        special[chance.choice(folders)] = chance.choice(("000", "111", "444", "555"))
    named = [*files, *special]
    paths = [chance.choice((".", *named)) for _ in range(chance.choice((1, 1, 2, 3)))]
    command = chance.choice(COMMANDS)
    if chance.randrange(8) == 0:
        # A pipe without a reader is waited for, as by the shell's `>`.
        out = chance.choice([one for one in named if special.get(one) != "pipe"])
        paths = [chance.choice(named)]
        command = (chance.choice(("analyze", "check", "optimize")), "--output", f"./{out}")
    return Case((*command, "--", *paths), files, special=special)


def _collides(name: str, names: tuple[str, ...]) -> bool:
    return any(
        name == one or name.startswith(f"{one}/") or one.startswith(f"{name}/") or name.lower() == one.lower()
        for one in names
    )


def streams_and_surroundings() -> st.SearchStrategy[Case]:
    """Closed, full and broken streams, terminals, and variables of the environment that make no sense."""
    return chances.map(_streams)


def _streams(chance: Random) -> Case:
    streams = Streams(
        chance.choice(get_args(Read)), chance.choice(get_args(Written)), chance.choice(get_args(Written))
    )
    names = chance.sample(sorted(VARIABLES), k=chance.choice((0, 1, 2, 4)))
    variables = {name: chance.choice(VARIABLES[name]) for name in names}
    files = dict(chance.choice(projects())) if chance.randrange(2) else {"crew.yaml": GOOD}
    more = (
        ("models", "gpt"),
        ("rule", "--all"),
        ("schema",),
        ("rule", "CP501"),
        ("--help",),
        (),
        ("--version",),
    )
    if chance.randrange(5) == 0:
        arguments: tuple[str, ...] = chance.choice(more)
    else:
        arguments = (*chance.choice(COMMANDS), chance.choice((".", ".", "-", "nothing")))
        if chance.randrange(6) == 0:
            arguments = (
                *arguments,
                "--output",
                chance.choice(("/dev/full", "/dev/null", "-", "out", "/nowhere/x")),
            )
    return Case(
        arguments,
        files,
        stdin=chance.choice((GOOD, b"", b"\xff", b"agents: [")),
        variables=variables,
        streams=streams,
    )
