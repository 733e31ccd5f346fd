"""A method with two flow decorators waits for what the upper one says, as in CrewAI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crewprof.crew.discovery import load_all
from tests.conformance.offline import go_offline

if TYPE_CHECKING:
    from pathlib import Path

go_offline()
crewai = pytest.importorskip("crewai")

SOURCE = """\
from crewai.flow.flow import Flow, listen, start

RAN = []


class Desk(Flow):
    @start()
    def begin(self):
        return "begun"

    {decorators}
    def work(self):
        RAN.append("work")


if __name__ == "__main__":
    Desk().kickoff()
"""


@pytest.mark.parametrize("order", [("begin", "'never'"), ("'never'", "begin")])
def test_the_upper_decorator_counts(order: tuple[str, str], tmp_path: Path) -> None:
    source = SOURCE.format(decorators="\n    ".join(f"@listen({one})" for one in order))
    file = tmp_path / "main.py"
    file.write_text(source, encoding="utf-8")
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(source, str(file), "exec"), names)
    (flow,) = load_all(tmp_path).flows
    ours = {method.name: method.times.expected for method in flow.methods}
    assert ours["work"] == len(names["RAN"])  # type: ignore[arg-type]
