"""A package called crewai that sends events and nothing else: processes that start, run and die in a moment.

What real crews send is tested with the real one; here it is about processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BUS = """
class Bus:
    def emit(self, source, event):
        return None

crewai_event_bus = Bus()
"""
INIT = """
import types
import crewai.llms.base_llm
from crewai.events.event_bus import crewai_event_bus as bus

def say(kind, source=None, **more):
    event = types.SimpleNamespace(type=kind, task_id=None, agent_id=None, agent_role="Agent", **more)
    bus.emit(source, event)

def call(number, tokens=100):
    llm = types.SimpleNamespace(provider="openai", model="gpt-4o-mini")
    same = {"model": "gpt-4o-mini", "call_id": str(number)}
    say("llm_call_started", llm, messages=[{"role": "user", "content": "hello " * 50}], tools=None, **same)
    usage = {"prompt_tokens": tokens, "completion_tokens": 10}
    say("llm_call_completed", llm, usage=usage, response="x", **same)
"""
BASE_LLM = """
class BaseLLM:
    def _track_token_usage_internal(self, usage_data):
        return None
"""


def install(folder: Path, version: str = "1.15.30") -> Path:
    """The folder to put on ``PYTHONPATH``."""
    site = folder / "stub"
    files = {
        "crewai/__init__.py": INIT,
        "crewai/events/__init__.py": "",
        "crewai/events/event_bus.py": BUS,
        "crewai/llms/__init__.py": "",
        "crewai/llms/base_llm.py": BASE_LLM,
        f"crewai-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: crewai\nVersion: {version}\n",
    }
    for name, text in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return site
