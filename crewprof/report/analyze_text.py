"""``analyze --format text``: the report for people, in a terminal."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from crewprof.report.drawing import Text
from crewprof.report.formats import MANY
from crewprof.report.terminal import flowing, lines, styled, to_text
from crewprof.report.text_calls import calls_section
from crewprof.report.text_findings import findings_section, footnotes
from crewprof.report.text_flows import flow_section, whole_section
from crewprof.report.text_schedule import schedule_section
from crewprof.report.text_tasks import agents_section, tasks_section
from crewprof.report.text_totals import head
from crewprof.report.text_unknown import not_known_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crewprof.analysis.result import Analysis, AnalysisRun
    from crewprof.report.drawing import Drawn
    from crewprof.report.look import Look


SEVERAL = 2
"""Crews and flows from which on a report begins with their sum."""
MOST_LINES = 90
"""Lines of the report on one crew, as far as what must be said allows."""
LINES_OF_FINDINGS = 16
"""Lines of the findings of each of many crews."""


def render(run: AnalysisRun, look: Look) -> str:
    """The sum, then all crews and flows one below the other. What could not be read is not part of it."""
    # Of what was to be many crews, the schedules are not known.
    is_short = not look.verbose and (
        len(run.analyses) >= MANY or any(one.best is None for one in run.analyses)
    )
    crews = [_in_short(one, look) if is_short else _crew(one, look) for one in run.analyses]
    flows: list[Iterable[Drawn]] = [flow_section(one, look) for one in run.flows]
    if len(crews) + len(flows) < SEVERAL:
        return to_text(chain.from_iterable([*crews, *flows]), look) if crews or flows else ""
    reports: list[Iterable[Drawn]] = [whole_section(run, look)]
    reports.extend(chain([Text("─" * look.width, style="dim")], one) for one in (*flows, *crews))
    if is_short:
        reports.append(_more(run, look))
    return to_text(chain.from_iterable(_apart(reports)), look)


def _crew(analysis: Analysis, look: Look) -> Iterable[Drawn]:
    profile = analysis.profile
    before: list[Iterable[Drawn]] = [head(analysis, look)]
    if profile.tasks:
        before.append(tasks_section(profile, look))
    if look.verbose:
        before.append(calls_section(profile, look))
    if len(profile.agents) > 1:
        before.append(agents_section(profile, look))
    if profile.tasks:
        before.append(schedule_section(analysis, look))
    above = list(chain.from_iterable(_apart(before)))
    below = list(footnotes(analysis, look))
    room = 0 if look.verbose else MOST_LINES - lines([*above, *below], look.width) - 2
    return chain.from_iterable(_apart([above, findings_section(analysis, look, room), below]))


def _in_short(analysis: Analysis, look: Look) -> Iterable[Drawn]:
    """One of many crews: what it takes in all, its first findings, what is not known of it."""
    sections = [
        list(head(analysis, look)),
        list(findings_section(analysis, look, LINES_OF_FINDINGS)),
        list(not_known_section(analysis, look)),
    ]
    return chain.from_iterable(_apart(filter(None, sections)))


def _more(run: AnalysisRun, look: Look) -> Iterable[Drawn]:
    """How to see all of it, and what is the same for all crews."""
    versions = dict.fromkeys(f"CrewAI {one.crewai.version}: {one.crewai.reason}" for one in run.analyses)
    told = ["tasks, agents, order and all findings: --verbose, or `crewprof analyze` of one crew", *versions]
    yield flowing([styled(one, "dim") for one in told], " · ", look.width, indent=0)


def _apart(sections: Iterable[Iterable[Drawn]]) -> Iterator[Iterable[Drawn]]:
    """``sections`` with an empty line between them."""
    for number, section in enumerate(sections):
        if number:
            yield [Text()]
        yield section
