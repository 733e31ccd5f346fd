"""``analyze --format text``: the report for people, in a terminal."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from crewprof.report.drawing import Text
from crewprof.report.terminal import to_text
from crewprof.report.text_calls import calls_section
from crewprof.report.text_findings import findings_section, footnotes
from crewprof.report.text_flows import flow_section, whole_section
from crewprof.report.text_schedule import schedule_section
from crewprof.report.text_tasks import agents_section, tasks_section
from crewprof.report.text_totals import head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crewprof.analysis.result import Analysis, AnalysisRun
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look


SEVERAL = 2
"""Crews and flows from which on a report begins with their sum."""


def render(run: AnalysisRun, look: Look) -> str:
    """The sum, then all crews and flows one below the other. What could not be read is not part of it."""
    crews = [_crew(analysis, look) for analysis in run.analyses]
    flows: list[Iterable[Drawn]] = [flow_section(one, look) for one in run.flows]
    if len(crews) + len(flows) < SEVERAL:
        return to_text(chain.from_iterable([*crews, *flows]), look) if crews or flows else ""
    reports: list[Iterable[Drawn]] = [whole_section(run, look)]
    reports.extend(chain([Text("─" * look.width, style="dim")], one) for one in (*flows, *crews))
    return to_text(chain.from_iterable(_apart(reports, lines=1)), look)


def _crew(analysis: Analysis, look: Look) -> Iterable[Drawn]:
    profile = analysis.profile
    sections: list[Iterable[Drawn]] = [head(analysis, look)]
    if profile.tasks:
        sections.append(tasks_section(profile, look))
    if look.verbose:
        sections.append(calls_section(profile, look))
    if len(profile.agents) > 1:
        sections.append(agents_section(profile, look))
    if profile.tasks:
        sections.append(schedule_section(analysis, look))
    sections.append(findings_section(analysis, look))
    sections.append(footnotes(analysis, look))
    return chain.from_iterable(_apart(sections, lines=1))


def _apart(sections: Iterable[Iterable[Drawn]], *, lines: int) -> Iterator[Iterable[Drawn]]:
    """``sections`` with empty lines between them."""
    for number, section in enumerate(sections):
        if number:
            yield [Text() for _ in range(lines)]
        yield section
