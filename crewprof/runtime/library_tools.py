"""Tools of crewai-tools where their own packages or keys are missing: nothing they do is done anyway."""

from __future__ import annotations

import importlib.util
import sys
import types
from typing import Any


def let_every_tool_be_made() -> None:
    """Where crewai-tools is installed, tools that cannot be made here become bare ones; else all are."""
    if importlib.util.find_spec("crewai_tools") is None:
        _stub_package()
        return
    import crewai_tools
    from crewai.tools import BaseTool

    for tool in list(vars(crewai_tools).values()):
        if isinstance(tool, type) and issubclass(tool, BaseTool) and "__crewprof__" not in vars(tool):
            _make_bare_on_failure(tool)


def _make_bare_on_failure(tool: type[Any]) -> None:
    make = tool.__init__

    def made(self: Any, *values: Any, **named: Any) -> None:
        try:
            make(self, *values, **named)
        except Exception:
            _make_bare(self, type(self))

    tool.__init__ = made
    tool.__crewprof__ = True


def _make_bare(instance: Any, tool: type[Any]) -> None:
    """Give a half-made tool what CrewAI tells a model of it: name, description and arguments."""
    from crewai.tools import BaseTool

    class Bare(BaseTool):  # type: ignore[misc]
        name: str = ""
        description: str = ""

        def _run(self, query: str = "") -> str:
            return query

    given = {
        key: tool.model_fields[key].default
        for key in ("name", "description", "args_schema")
        if isinstance(tool.model_fields[key].default, str | type) and tool.model_fields[key].default
    }
    bare = Bare(**{"name": tool.__name__, "description": "A stand-in.", **given})
    object.__setattr__(instance, "__dict__", dict(bare.__dict__))
    for key in ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__"):
        object.__setattr__(instance, key, getattr(bare, key))


def _stub_package() -> None:
    """Let every name of crewai-tools be a tool that has a name and does nothing."""
    if "crewai_tools" in sys.modules:
        return
    from crewai.tools import BaseTool

    def stub(name: str) -> type[Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        class StubTool(BaseTool):  # type: ignore[misc]
            name: str = ""
            description: str = "A stand-in."

            def __init__(self, **_arguments: Any) -> None:
                super().__init__(name=type(self).__name__)

            def _run(self, query: str = "") -> str:
                return query

        StubTool.__name__ = StubTool.__qualname__ = name
        return StubTool

    package = types.ModuleType("crewai_tools")
    package.__path__ = []
    package.__getattr__ = stub  # type: ignore[method-assign]
    sys.modules["crewai_tools"] = package
