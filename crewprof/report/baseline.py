"""A baseline: the findings a project has and lives with, so that only new ones are told.

A finding is known by its fingerprint: it may move within its file and its numbers may change. Paths count
from the folder of the baseline, wherever crewprof is run.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.report.finding_order import by_place
from crewprof.report.fingerprints import fingerprints
from crewprof.report.json_values import written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.analysis.result import Analysis, AnalysisRun
    from crewprof.findings import Finding

VERSION: Final = 1
_HINT: Final = "write one with `crewprof check --write-baseline FILE`"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The fingerprints of a baseline in ``folder``."""

    folder: Path
    marks: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """The baseline in a file; raises :class:`InputError` when it is none or cannot be read."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            marks = frozenset(str(one["fingerprint"]) for one in data["findings"])
            version = data["version"]
        except OSError as error:
            message = f"the baseline cannot be read: {error.strerror}"
            raise InputError(message, path=str(path), hint=_HINT) from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputError("the file is no baseline", path=str(path), hint=_HINT) from error
        if version != VERSION:
            raise InputError(f"the baseline has the version {version}", path=str(path), hint=_HINT)
        return cls(path.absolute().parent, marks)

    def without(self, analysis: Analysis) -> Analysis:
        """``analysis`` without the findings of the baseline, which count as suppressed."""
        found = by_place(analysis.findings)
        marks = dict(zip(map(id, found), self._marks(found), strict=True))
        kept = tuple(one for one in analysis.findings if marks[id(one)] not in self.marks)
        return replace(
            analysis, findings=kept, suppressed=analysis.suppressed + len(analysis.findings) - len(kept)
        )

    def _marks(self, findings: Iterable[Finding]) -> list[str]:
        return fingerprints([_seen_from(self.folder, one) for one in findings])


def baseline_of(run: AnalysisRun, folder: Path) -> str:
    """All findings of ``run`` as the text of a baseline in ``folder``."""
    marks: dict[str, Finding] = {}
    for analysis in run.analyses:
        found = [_seen_from(folder.absolute(), one) for one in by_place(analysis.findings)]
        marks.update(zip(fingerprints(found), found, strict=True))
    told = sorted((one.place.path, one.code, mark, one.message) for mark, one in marks.items())
    findings = [
        {"fingerprint": mark, "code": code, "path": path, "message": message}
        for path, code, mark, message in told
    ]
    return written({"version": VERSION, "findings": findings})


def _seen_from(folder: Path, finding: Finding) -> Finding:
    """``finding`` with its path from ``folder`` on."""
    path = Path(os.path.relpath(Path(finding.place.path).absolute(), folder)).as_posix()
    return replace(finding, place=replace(finding.place, path=path))
