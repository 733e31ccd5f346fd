"""Tools that a server gives are as many as it likes, not one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.crew.discovery import load_all

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
from crewai import Agent, Crew, Task
from crewai_tools import {imported}

with_more = {{"url": "http://localhost:8000/sse"}}
{made}
a = Agent(role="R", goal="G", backstory="B", llm="gpt-4o", tools={tools})
crew = Crew(agents=[a], tasks=[Task(description="D", expected_output="E", agent=a)])
"""


@pytest.mark.parametrize(
    ("imported", "made", "tools"),
    [
        ("MCPServerAdapter", "tools = MCPServerAdapter(with_more).__enter__()", None),
        ("MCPServerAdapter", "adapter = MCPServerAdapter(with_more)", "adapter"),
        (
            "CrewaiEnterpriseTools",
            "tools = CrewaiEnterpriseTools(actions_list=['gmail_find_email'])",
            "tools",
        ),
        ("ZapierActionTools", "", "ZapierActionTools(zapier_api_key='k')"),
    ],
)
def test_all_tools_of_a_server_are_no_single_tool(
    imported: str, made: str, tools: str | None, tmp_path: Path
) -> None:
    text = SCRIPT.format(imported=imported, made=made, tools=tools or "tools")
    (tmp_path / "crew.py").write_text(text, encoding="utf-8")
    (crew,) = load_all(tmp_path / "crew.py").crews
    (worker,) = crew.agents
    assert not [one for one in worker.tools if one.class_name]
    assert worker.mcps == (imported,) or crew.unknowns


def test_the_tools_of_an_open_server(tmp_path: Path) -> None:
    text = SCRIPT.format(
        imported="MCPServerAdapter", made="with MCPServerAdapter(with_more) as tools:", tools="tools"
    )
    head, _, body = text.partition("as tools:\n")
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    (tmp_path / "crew.py").write_text(f"{head}as tools:\n{indented}", encoding="utf-8")
    (crew,) = load_all(tmp_path / "crew.py").crews
    assert (crew.agents[0].mcps, crew.agents[0].tools) == (("MCPServerAdapter",), ())
