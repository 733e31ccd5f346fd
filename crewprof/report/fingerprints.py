"""What stays the same of a finding while its file changes: services tell new findings from old ones by it."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.findings import Finding

_NUMBERS: Final = late_pattern(r"[0-9][0-9.,]*")
DIGITS: Final = 32


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """One for each of ``findings``, all different.

    It depends on the rule, the file, the tasks and agents, and what is said without its numbers; not on the
    line. Of equal findings the second has another one than the first.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for one in findings:
        said = (
            one.code,
            PurePath(one.place.path).as_posix(),
            *one.tasks,
            "",
            *one.agents,
            "",
            _NUMBERS.sub("#", one.message),
        )
        seen[said] += 1
        made.append(fingerprint(*said, str(seen[said])))
    return made


def fingerprint(*said: str) -> str:
    """The fingerprint of some texts in their order."""
    return sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
