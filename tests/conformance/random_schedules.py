"""Random crews whose schedule can be better, and the ways people write them down as YAML."""

from __future__ import annotations

import io
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.conformance.random_crews import Definition, Features, definitions

SERIAL = Features(
    tools=0.25,
    delegation=0.08,
    structured=0.2,
    guardrail=0.15,
    templates=0.05,
    asynchronous=0.2,
    conditional=0.06,
    hierarchical=0.06,
    max_tasks=7,
)
"""Crews as they mostly are: in a row, few agents that delegate."""


@st.composite
def schedulable_crews(draw: st.DrawFn, features: Features = SERIAL) -> Definition:
    """Definitions with many explicit contexts, and agents enough for tasks to run side by side."""
    definition = draw(definitions(features))
    tasks = definition["tasks"]
    _spread_over_agents(draw, definition)
    style = draw(st.sampled_from(["as it is", "explicit", "explicit", "mixed"]))
    for number, task in enumerate(tasks):
        if style == "explicit" or (style == "mixed" and draw(st.booleans())):
            _write_context(draw, task, tasks[:number])
        if draw(st.integers(0, 9)) == 0:
            task["output_file"] = draw(st.sampled_from(["report.md", "notes.txt"]))
    if draw(st.integers(0, 9)) == 0:
        definition["max_rpm"] = 1000
    return definition


def _spread_over_agents(draw: st.DrawFn, definition: Definition) -> None:
    """Give most tasks an agent of their own, a copy of one there is, with another role."""
    agents, tasks = definition["agents"], definition["tasks"]
    if isinstance(agents, list) or draw(st.integers(0, 3)) == 0:
        return
    for number, task in enumerate(tasks):
        if task.get("agent") and draw(st.integers(0, 3)):
            name = f"own_{number}"
            agents[name] = {**agents[task["agent"]], "role": f"Specialist {number}"}
            task["agent"] = name
    if definition.get("manager_agent"):
        return
    used = {task.get("agent") for task in tasks}
    for name in [name for name in agents if name not in used and len(agents) > 1]:
        if draw(st.booleans()) and len(agents) > 1:
            del agents[name]


def _write_context(draw: st.DrawFn, task: Definition, earlier: list[Definition]) -> None:
    known = [one["name"] for one in earlier]
    if task.get("async_execution"):
        while earlier and earlier[-1].get("async_execution"):
            earlier = earlier[:-1]
        known = [one["name"] for one in earlier]
    chosen = st.lists(st.sampled_from(known), max_size=3) if known else st.just([])
    task["context"] = draw(chosen)


@st.composite
def written(draw: st.DrawFn, definition: Definition) -> str:
    """``definition`` as YAML: block or flow, indented or not, with comments between."""
    flow = draw(st.sampled_from([False, False, None, True]))
    out = io.StringIO()
    dumper = _Indented if draw(st.booleans()) else yaml.SafeDumper
    yaml.dump(
        definition,
        out,
        Dumper=dumper,
        default_flow_style=flow,
        sort_keys=False,
        allow_unicode=True,
        width=draw(st.sampled_from([40, 100, 10_000])),
        explicit_start=draw(st.booleans()),
    )
    text = out.getvalue()
    if flow is False and draw(st.booleans()):
        text = text.replace("\n- name: ", "\n# the next task\n- name: ").replace(
            "agents:\n", "agents:  # who\n"
        )
    if draw(st.integers(0, 4)) == 0:
        text = text.replace("\n", "\r\n")
    return text


class _Indented(yaml.SafeDumper):
    """Lists stand deeper than their keys, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def crews_as_text() -> st.SearchStrategy[str]:
    """The text of a ``crew.yaml`` that CrewAI's loader takes."""
    return schedulable_crews().flatmap(written)
