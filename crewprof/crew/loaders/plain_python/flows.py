"""``Flow`` classes of a module as flows that start crews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.flow_definition import Flow, FlowMethod
from crewprof.crew.flow_steps import waited_for
from crewprof.crew.loaders.objects.kickoffs import KICKOFFS
from crewprof.crew.loaders.objects.members import is_made_by
from crewprof.crew.loaders.plain_python.asked_agents import is_asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from crewprof.crew.loaders.project_code.flow_classes import FlowRun, MethodRun
    from crewprof.python.values import MethodCall


def flow_of(run: FlowRun, name_of: Callable[[MethodCall], str], path: str) -> Flow:
    """The flow a class is; ``name_of`` gives the name of the crew that a call starts."""
    methods = tuple(_method(one, name_of) for one in run.methods)
    return Flow(run.cls.name, path, run.place, methods, run.unknowns)


def _method(run: MethodRun, name_of: Callable[[MethodCall], str]) -> FlowMethod:
    started = [
        call
        for call in run.method_calls
        if is_asked(call) or (call.name in KICKOFFS and is_made_by(call.receiver, "Crew"))
    ]
    return FlowMethod(
        run.step.name,
        run.place,
        starts=bool(run.step.starts),
        listens=tuple(dict.fromkeys(waited_for(run.step))),
        crews=tuple(dict.fromkeys(name_of(call) for call in started)),
        times=run.times,
        not_counted=run.not_counted,
    )
