"""Put crewprof's answers beside what the real crewai did with the same definition."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from crewai.utilities.pydantic_schema_utils import sanitize_tool_params_for_openai_strict

from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.semantics.behavior import NEWEST, Behavior, behavior_of
from crewprof.semantics.call import Slot
from crewprof.semantics.models import with_models
from crewprof.semantics.prompt import DIVIDER, first_call
from crewprof.semantics.texts import Texts, texts_of
from crewprof.semantics.version import detect_version
from crewprof.source.text import SourceText
from tests.conformance.project import write_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.call import Prompt, PromptMessage
    from tests.conformance.recording_llm import RecordedCall


def load(definition: Mapping[str, Any]) -> Crew:
    """The definition as crewprof reads it, written out as a ``crew.yaml`` beside the project's Python."""
    text = yaml.safe_dump(dict(definition), allow_unicode=True, sort_keys=False)
    crew = load_crew_yaml(SourceText(str(_project() / "crew.yaml"), text))
    return with_models(crew, newest())


@cache
def _project() -> Path:
    """A folder with the project's Python and skills, there until the tests end."""
    folder = tempfile.mkdtemp(prefix="crewprof-project-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_project(Path(folder))
    return Path(folder)


def newest() -> Behavior:
    """The behaviour of the crewai that the tests run."""
    return behavior_of(NEWEST)


def installed_texts() -> Texts:
    """The texts of the crewai that the tests run, from its files."""
    return texts_of(detect_version(Path(__file__).parent, NEWEST))


def prompt_of(crew: Crew, task: Task, *, function_calling: bool, texts: Texts | None = None) -> Prompt:
    """crewprof's first request of a task."""
    return first_call(
        crew,
        task,
        texts=texts or installed_texts(),
        behavior=newest(),
        function_calling=function_calling,
        today=today(),
    )


def today() -> date:
    """The day that CrewAI takes for today."""
    return date.today()  # noqa: DTZ011


def sent(message: PromptMessage, outputs: Mapping[str, str]) -> tuple[str, str]:
    """A message as it would be sent: role and content, with the outputs of tasks in their slots.

    CrewAI strips every message at its end, so also an output that stands there.
    """
    content = "".join(_content(segment.content, outputs) for segment in message.segments)
    return message.role, content.rstrip()


def _content(content: str | Slot, outputs: Mapping[str, str]) -> str:
    if isinstance(content, Slot):
        if content.of == "outputs":
            return DIVIDER.join(outputs.get(name, "") for name in content.tasks)
        return outputs.get(content.task or "", "") if content.of == "output" else f"<{content.of}>"
    return content


def received(call: RecordedCall) -> list[tuple[str, str]]:
    """The messages crewai sent: roles and contents."""
    return [(str(message["role"]), str(message["content"])) for message in call.messages]


def tools_sent(call: RecordedCall) -> list[dict[str, Any]]:
    """The tools crewai sent, as its OpenAI provider puts them on the wire."""
    return [
        {
            "name": tool["function"]["name"],
            "description": tool["function"]["description"],
            "parameters": sanitize_tool_params_for_openai_strict(tool["function"]["parameters"]),
        }
        for tool in call.tools
    ]
