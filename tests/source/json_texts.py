"""Random JSON text with comments, trailing commas and any layout."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 999)
    | st.sampled_from(
        ["writer", "a, b", "// no", "é 😀", "", "Do this. Then that. Stop.", 'say "x"', "/* y */"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["role", "goal", "tools", "context", "clé", "x // y"]), inner, max_size=4
        )
    ),
    max_leaves=14,
)


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    """An object or array as CrewAI's loader accepts it."""
    value = draw(VALUES.filter(lambda value: isinstance(value, dict | list) and bool(value)))
    line_break = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    final = draw(st.sampled_from(["", line_break]))
    top = draw(st.sampled_from(["", "// top" + line_break]))
    return top + _written(draw, value, 0, line_break) + final


def _written(draw: st.DrawFn, value: Any, depth: int, line_break: str) -> str:
    if not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=draw(st.booleans()))
    parts = [
        _written(draw, item, depth + 1, line_break)
        for item in (value.values() if isinstance(value, dict) else value)
    ]
    if isinstance(value, dict):
        colon = draw(st.sampled_from([": ", ":", " : "]))
        parts = [json.dumps(key) + colon + part for key, part in zip(value, parts, strict=True)]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    trailing = "," if parts and draw(st.integers(0, 3)) == 0 else ""
    if not parts or draw(st.booleans()):
        return opening + draw(st.sampled_from([", ", ","])).join(parts) + trailing + closing
    pad = "  " * (depth + 1)
    lines: list[str] = []
    for index, part in enumerate(parts):
        if draw(st.integers(0, 5)) == 0:
            lines.append(pad + "// about the next")
        comma = "," if index < len(parts) - 1 else trailing
        comment = draw(st.sampled_from(["", "", "", " // said", " /* told */"]))
        lines.append(pad + part + comma + comment)
    return line_break.join([opening, *lines, "  " * depth + closing])
