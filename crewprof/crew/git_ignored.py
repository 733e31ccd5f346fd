"""Which files git leaves out: ``.gitignore`` of every folder and ``.git/info/exclude``.

(gitignore(5). As in ripgrep it does not matter whether git tracks a file all the same, and the user's own
``core.excludesFile`` is outside the project, so it is not read.)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass
from crewprof.source.existence import is_file, is_there
from crewprof.source.text import SourceText, read_bytes

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NAME: Final = ".gitignore"
_EXCLUDE: Final = Path(".git", "info", "exclude")


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The patterns of one folder, and those of the folders above it in ``above``."""

    folder: str
    spec: GitIgnoreSpec
    above: IgnoreRules | None

    def ignores(self, path: str, *, is_folder: bool) -> bool:
        """Whether a path (absolute, below :attr:`folder`) is left out, where no folder above it is."""
        rules: IgnoreRules | None = self
        while rules is not None:
            inner = _as_text(os.path.relpath(path, rules.folder)).replace(os.sep, "/")
            said = rules.spec.check_file(inner + "/" if is_folder else inner).include
            if said is not None:
                return said
            rules = rules.above
        return False


def _as_text(path: str) -> str:
    """``path`` with what is not UTF-8 in it replaced: google-re2, which pathspec may use, takes only text."""
    return os.fsencode(path).decode("utf-8", "replace")


def rules_above(folder: str) -> IgnoreRules | None:
    """The rules that hold in ``folder`` (absolute) because of those above it in its repository.

    None when they leave ``folder`` itself out: who asks for it wants what is in it.
    """
    chain = [Path(folder), *Path(folder).parents]
    repository = next((depth for depth, one in enumerate(chain) if is_there(one / ".git")), 0)
    rules: IgnoreRules | None = None
    for one in reversed(chain[1 : repository + 1]):
        if rules is not None and rules.ignores(str(one), is_folder=True):
            return None
        rules = rules_in(str(one), rules)
    return None if rules is not None and rules.ignores(folder, is_folder=True) else rules


def rules_in(folder: str, above: IgnoreRules | None) -> IgnoreRules | None:
    """The rules that hold for what is in ``folder``; a repository in another one has only its own."""
    if is_there(Path(folder, ".git")):
        above = _with_file(Path(folder, _EXCLUDE), folder, None)
    return _with_file(Path(folder, _NAME), folder, above)


def _with_file(file: Path, folder: str, above: IgnoreRules | None) -> IgnoreRules | None:
    try:
        # git reads no link here either.
        if file.is_symlink() or not is_file(file):
            return above
        lines = SourceText.guessed(str(file), read_bytes(file)).text.splitlines()
    except (OSError, InputError):
        return above
    return IgnoreRules(folder, _spec(lines), above)


def _spec(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    """Whether the line can be read as a pattern; git passes over those that cannot."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
