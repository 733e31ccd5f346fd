"""``--format junit``: the XML that test runners write and every CI service shows.

A suite for each crew, a case for each finding. Errors and broken budgets fail, files that cannot be read are
errors; warnings and remarks pass and are told in the output of their case. Source of the form: the schema of
Jenkins (``jenkins-junit.xsd``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from crewprof.findings import Severity
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.report.budget_words import sentence
from crewprof.report.finding_order import APPLICABILITY_WORDS, by_place, savings
from crewprof.report.plain_text import visible

if TYPE_CHECKING:
    from crewprof.analysis.result import Analysis, AnalysisRun, BrokenBudget
    from crewprof.errors import CrewprofError
    from crewprof.findings import Finding
    from crewprof.report.look import Look

_NO_XML: Final = late_pattern("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""


def render(run: AnalysisRun, _look: Look) -> str:
    """The report as XML."""
    suites = [_crew(analysis) for analysis in run.analyses]
    if run.errors:
        suites.append(_Suite("crewprof", [_error(one) for one in run.errors]))
    tests, failures, errors = (sum(suite.count(mark) for suite in suites) for mark in _MARKS)
    opened = f'<testsuites name="crewprof" tests="{tests}" failures="{failures}" errors="{errors}">'
    body = "".join(suite.text for suite in suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{opened}\n{body}</testsuites>\n'


@dataclass(frozen=True, slots=True)
class _Suite:
    """A name and the elements of the cases."""

    name: str
    cases: list[str]

    def count(self, mark: str) -> int:
        """How many cases have ``mark`` in them."""
        return sum(mark in case for case in self.cases)

    @property
    def text(self) -> str:
        tests, failures, errors = map(self.count, _MARKS)
        counts = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="0" time="0"'
        return f"  <testsuite name={_quoted(self.name)} {counts}>\n{''.join(self.cases)}  </testsuite>\n"


_MARKS: Final = ("<testcase", "<failure", "<error")


def _crew(analysis: Analysis) -> _Suite:
    path = analysis.crew.path
    cases = [_finding(one) for one in by_place(analysis.findings)]
    cases += [_budget(path, one) for one in analysis.broken_budgets]
    return _Suite(f"{analysis.crew.name} ({path})", cases or [_case(path, "no findings", "")])


def _finding(finding: Finding) -> str:
    place = finding.place
    about = ", ".join((*finding.tasks, *finding.agents)) or finding.name
    told = [f"{place.shown}: {finding.severity.value}: {finding.message}", savings(finding.saves)]
    if finding.fix is not None:
        told.append(f"{APPLICABILITY_WORDS[finding.fix.applicability]}: {finding.fix.title}")
    text = "\n".join(visible(one) for one in told if one)
    if finding.severity is Severity.ERROR:
        inner = _failure("failure", finding.code, finding.message, text)
    else:
        inner = f"      <system-out>{_text(text)}</system-out>\n"
    return _case(place.path, f"{finding.code} {about}", inner)


def _budget(path: str, budget: BrokenBudget) -> str:
    said = sentence(budget)
    return _case(path, budget.name, _failure("failure", budget.name, said, visible(said)))


def _error(error: CrewprofError) -> str:
    text = visible(str(error)) + (f"\n{visible(error.hint)}" if error.hint else "")
    inner = _failure("error", type(error).__name__, error.message, text)
    return _case(error.path or "crewprof", "cannot read", inner)


def _case(path: str, name: str, inner: str) -> str:
    head = f'    <testcase classname={_quoted(path)} name={_quoted(name)} time="0"'
    return f"{head}>\n{inner}    </testcase>\n" if inner else f"{head}/>\n"


def _failure(kind: str, what: str, message: str, text: str) -> str:
    return f"      <{kind} type={_quoted(what)} message={_quoted(message)}>{_text(text)}</{kind}>\n"


def _quoted(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", visible(text)))


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))
