"""What the evaluator records on the way: instances that are made and methods that are called on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.interpreter import Interpreter
from crewprof.python.project import PythonProject
from crewprof.source.python_document import parse_python
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = """
from crewai import Agent, Crew, Task

def build(topic):
    cook = Agent(role="Cook", goal="g", backstory="b")
    crew = Crew(agents=[cook], tasks=[Task(description=topic, expected_output="e", agent=cook)])
    return crew.kickoff(inputs={"topic": topic})

build("soup")
"""


def followed(source: str, root: Path) -> Interpreter:
    project = PythonProject(root)
    module = project.add(parse_python(SourceText(str(root / "main.py"), source)))
    interpreter = Interpreter(project)
    interpreter.names_of(module)
    return interpreter


def test_what_is_made_and_called_is_recorded_in_order(tmp_path: Path) -> None:
    interpreter = followed(SOURCE, tmp_path)
    assert [one.name for one in interpreter.made] == ["Agent", "Task", "Crew"]
    assert all(one.function and one.function.name == "build" for one in interpreter.made)
    (call,) = interpreter.method_calls
    assert (call.receiver, call.name, call.is_certain) == (interpreter.made[2], "kickoff", True)
    assert call.keywords["inputs"].value == {"topic": "soup"}
    assert call.place.line == 7


def test_a_break_in_the_else_of_a_loop_ends_the_loop_around_it(tmp_path: Path) -> None:
    loops = "for a in [1, 2]:\n    for b in [3]:\n        pass\n    else:\n        break\n    c = 1\n"
    interpreter = followed(loops, tmp_path)
    (module,) = interpreter.project.modules()
    assert (module.names["a"], module.names["b"], "c" in module.names) == (1, 3, False)


def test_a_mapping_is_filled_in_place_from_pairs(tmp_path: Path) -> None:
    interpreter = followed("d = {'x': 1}\nsame = d\nd |= []\nd |= [('y', 2)]\n", tmp_path)
    (module,) = interpreter.project.modules()
    assert module.names["same"] == {"x": 1, "y": 2}
