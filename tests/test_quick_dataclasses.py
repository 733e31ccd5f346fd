"""Dataclasses made quickly do what those of the standard library do."""

from __future__ import annotations

import ast
import copy
import dataclasses
import pickle
import sys
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof import quick_dataclasses

PACKAGE = Path(quick_dataclasses.__file__).parent
HERE = sys.modules[__name__]

DEFAULTS = ("", " = 1", " = None", " = field(default=2, repr=False)", " = field(default_factory=list)")
REST = (
    *DEFAULTS,
    " = field(default_factory=dict, compare=False)",
    " = field(default=3, init=False)",
    " = field(default_factory=list, init=False)",
    " = field(default=4, kw_only=True)",
    " = field(kw_only=True)",
)
OPTIONS = st.fixed_dictionaries(
    {"frozen": st.booleans(), "slots": st.booleans(), "eq": st.booleans(), "order": st.booleans()}
)


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, str]:
    """Two classes, the second with the first as its base, and how an object of it is made."""
    options = draw(OPTIONS)
    options["order"] = options["order"] and options["eq"]
    said = ", ".join(f"{name}={value}" for name, value in options.items())
    lines: list[str] = []
    for name, base, fields in (("Base", "", "abc"), ("Made", "(Base)", "bde")):
        lines += [f"@dataclass({said})", f"class {name}{base}:"]
        lines += ['    "What it is."', "    kind: ClassVar[int] = 7"]
        lines += [f"    {one}: object{draw(st.sampled_from(REST))}" for one in fields if draw(st.booleans())]
        if draw(st.booleans()) and any(line.startswith("    a:") for line in lines):
            lines += ["    def __post_init__(self):", "        object.__setattr__(self, 'a', 'after')"]
        own = draw(st.sampled_from([None, None, None, "__repr__", "__hash__", "__eq__"]))
        if own is not None:
            lines += [
                f"    def {own}(self, *other):",
                "        return " + ("'own'" if own == "__repr__" else "5"),
            ]
    count = draw(st.integers(0, 5))
    named = draw(st.lists(st.sampled_from("abcde"), unique=True, max_size=3))
    given_arguments = [*map(str, range(10, 10 + count)), *(f"{name}='{name}'" for name in named)]
    return "\n".join(lines), f"Made({', '.join(given_arguments)})"


def defined_by(room: Any, source: str) -> dict[str, Any]:
    # In this module, where pickle looks for the classes.
    names: dict[str, Any] = {"dataclass": room.dataclass, "field": room.field, "ClassVar": ClassVar}
    names["__name__"] = __name__
    code = compile("from __future__ import annotations\n" + source, "classes", "exec", dont_inherit=True)
    exec(code, names)
    vars(HERE).update(Base=names["Base"], Made=names["Made"])
    return names


def tried(action: Any) -> object:
    try:
        return action()
    except (TypeError, ValueError):
        return "refused"  # the standard library says ValueError where a field cannot be given
    except AttributeError as error:
        return type(error).__name__


def seen(room: Any, source: str, call: str) -> list[object]:
    """All that can be seen of the classes and of an object."""
    names = defined_by(room, source)
    cls = names["Made"]
    told: list[object] = [cls.__match_args__, cls.kind, [one.name for one in dataclasses.fields(cls)]]
    made, other = tried(lambda: eval(call, names)), tried(lambda: eval(call, names))
    if not isinstance(made, cls):
        return [*told, made]
    changed = tried(lambda: room.replace(made, a="changed"))
    told += [repr(made), tried(lambda: dataclasses.asdict(made)), getattr(made, "__dict__", None)]
    told += [made == other, made == changed, made == 1, tried(lambda: hash(made) == hash(other))]
    told += [tried(lambda: made < other), tried(lambda: made >= changed), tried(lambda: made < 1)]
    told += [repr(changed), repr(copy.copy(made)), repr(pickle.loads(pickle.dumps(made)))]
    # Of other names the standard library says TypeError, for a ``super()`` of the class before its slots.
    names_of_fields = [one.name for one in dataclasses.fields(cls)]
    told += [tried(partial(setattr, made, name, 1)) for name in names_of_fields]
    told += [tried(partial(delattr, other, name)) for name in names_of_fields]
    return [*told, tried(lambda: repr(made))]


@settings(deadline=None, max_examples=200)
@given(sources())
def test_they_do_what_those_of_the_standard_library_do(written: tuple[str, str]) -> None:
    source, call = written
    try:
        expected = seen(dataclasses, source, call)
    except TypeError:
        return  # no dataclass: a field without a default after one that has one
    assert seen(quick_dataclasses, source, call) == expected


@quick_dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """One of crewprof's."""

    first: int
    second: int = 2


def test_the_functions_of_the_standard_library_take_them() -> None:
    assert dataclasses.is_dataclass(Pair)
    assert dataclasses.astuple(dataclasses.replace(Pair(1), second=3)) == (1, 3)
    assert [one.default for one in dataclasses.fields(Pair)][1:] == [2]


def test_all_of_crewprof_uses_them() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.stem == "quick_dataclasses" or "recorder" in path.relative_to(PACKAGE).parts:
            continue  # the recorder stands alone
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "dataclasses":
                assert not {"dataclass", "field", "replace"} & {one.name for one in node.names}, path
