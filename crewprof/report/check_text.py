"""``check --format text``: one line for each finding, as linters print them; a summary beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Finding, Severity
from crewprof.report import numbers
from crewprof.report.budget_words import sentence
from crewprof.report.code_frame import frame
from crewprof.report.drawing import Text, lines_of
from crewprof.report.finding_order import FIX_MARKS, by_place, by_severity, fixable
from crewprof.report.plain_text import plain

if TYPE_CHECKING:
    from crewprof.analysis.result import AnalysisRun, UnusedIgnore
    from crewprof.report.look import Look

INDENT = "  "
"""Before the further lines of a finding."""
SEVERITY_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def render(run: AnalysisRun, look: Look) -> str:
    """Findings by place with their severity, unused ignores and broken budgets; empty when there are none.

    ``[*]`` marks what ``crewprof optimize`` fixes, ``[-]`` what it fixes with ``--unsafe-fixes``.
    """
    found = distinct_findings(run)
    texts = {path: text for analysis in run.analyses for path, text in analysis.crew.texts.items()}
    lines = []
    for one in found:
        lines.append(_finding(one, look))
        if look.frames:
            lines += frame(one.place, texts.get(one.place.path), look)
    others = dict.fromkeys(_unused(one) for analysis in run.analyses for one in analysis.unused_ignores)
    broken = (
        f"{plain(analysis.crew.path)}: {sentence(budget)}"
        for analysis in run.analyses
        for budget in analysis.broken_budgets
    )
    lines.extend(_fitted(Text(one), look) for one in (*others, *broken))
    return "".join(f"{line}\n" for line in lines)


def distinct_findings(run: AnalysisRun) -> list[Finding]:
    """All findings by place; one that several crews share (an agent of both, say) once."""
    first_of = {
        (one.place, one.code, one.message): one
        for analysis in reversed(run.analyses)
        for one in analysis.findings
    }
    return by_place(first_of.values())


def _finding(finding: Finding, look: Look) -> str:
    style = SEVERITY_STYLES[finding.severity]
    mark = "" if finding.fix is None else FIX_MARKS.get(finding.fix.applicability, "")
    return _fitted(
        Text.assemble(
            (plain(finding.place.shown), "bold"),
            ": ",
            (plain(finding.code), style),
            " ",
            (finding.severity.value, style),
            f": {plain(finding.message)}",
            (mark, "cyan"),
        ),
        look,
    )


def _fitted(text: Text, look: Look) -> str:
    """The line, or where it wraps its lines, the further ones indented."""
    if not look.wraps:
        return text.piece(0, len(text.plain), colour=look.colour)
    pieces = []
    for start, end, _ in lines_of(text.plain, look.width - len(INDENT)):
        last = start + len(text.plain[start:end].rstrip())
        pieces.append(text.piece(start, last, colour=look.colour))
    return f"\n{INDENT}".join(pieces)


def _unused(ignore: UnusedIgnore) -> str:
    return plain(f"{ignore.path}:{ignore.line}:{ignore.column}: {ignore.message}")


def summary(run: AnalysisRun) -> str:
    """How many crews were checked, what was found, what can be fixed: one line for standard error."""
    found = distinct_findings(run)
    crews = numbers.count_of(len(run.analyses), "crew")
    suppressed = sum(analysis.suppressed for analysis in run.analyses)
    remark = f" ({suppressed} suppressed)" if suppressed else ""
    told = [
        f"{crews} checked: {by_severity(found)}{remark}" if found else f"{crews} checked, no findings{remark}"
    ]
    told += [fixes] if (fixes := fixable(found, marked=True)) else []
    partly = sum(1 for analysis in run.analyses if analysis.profile.gaps)
    if partly:
        told.append(f"not all is known of {numbers.count_of(partly, 'crew')}: see `crewprof analyze`")
    return "; ".join(told)
