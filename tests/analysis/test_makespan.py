"""Seconds from kickoff to final output: the report, the schedule, the rules and verify say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.analysis.pipeline import analyse_crew
from crewprof.plan.crew_schedule import schedule_problem
from crewprof.plan.kept_prompts import present_seconds
from crewprof.runtime.scripts import work_of
from crewprof.semantics.behavior import behavior_of
from crewprof.semantics.context import contexts_of
from crewprof.semantics.schedule import makespan
from crewprof.semantics.throttle import throttle_seconds
from tests.conformance.random_schedules import schedulable_crews
from tests.rules.checking import crew_of, options

if TYPE_CHECKING:
    from tests.conformance.random_crews import Definition


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(definition=schedulable_crews(), limit=st.sampled_from([None, 1, 2, 3, 7, 1000]))
def test_all_who_say_how_long_a_run_takes_agree(definition: Definition, limit: int | None) -> None:
    crew = crew_of(yaml.safe_dump({**definition, "max_rpm": limit}, sort_keys=False))
    analysis = analyse_crew(crew, options())
    profile, best = analysis.profile, analysis.fastest
    seconds = {task.name: task.seconds.expected for task in profile.tasks}
    problem = schedule_problem(analysis.crew, profile, contexts_of(analysis.crew, behavior_of("1.15.30")))
    wait = throttle_seconds(sum(task.calls for task in problem.tasks), limit)
    work = makespan(profile.schedule.groups, seconds)
    now = pytest.approx(max(work, wait))
    assert profile.schedule.seconds == now
    assert present_seconds(analysis.crew, problem) == now
    assert max(work_of(analysis), wait) == now
    assert best.seconds == pytest.approx(max(makespan(best.groups, seconds), wait))
    assert best.lower_bound_seconds <= best.seconds <= profile.schedule.seconds + 1e-9
    overhead = sum(line.seconds.expected for line in profile.overhead)
    assert profile.total.seconds.expected == pytest.approx(max(overhead + work, wait))
