"""Values, texts and bytes that stand where nobody should put them."""

from __future__ import annotations

import json
from typing import Any, Final

from hypothesis import strategies as st

ODD_TEXTS: Final = (
    "",
    " ",
    "\n",
    "{",
    "}",
    "{}",
    "{{topic}}",
    "{topic",
    "{a.b}",
    "{0}",
    "{topic!r:>9999}",
    "%s%n",
    "$HOME",
    "${state.x}",
    "~",
    "/dev/zero",
    "../../etc/passwd",
    "\x1b[2J",
    "a\u202eb",
    "\ufeff",
    "\u2028",
    "::error::x",
    "<script>",
    "é" * 300,
    "分析" * 200,
    "😀",
    "\U0010ffff",
    "a" * 3000,
    "1. " * 400,
    "- one\n" * 200,
    "10 " * 300,
    "no, not, never. " * 60,
    "((((((((((" * 60,
    "a list of 99999999999999999999999999 items",
    "write 1e999 words in 10**10 paragraphs",
    "٣ paragraphs, ⅷ words, ² items",
    "true",
    "null",
    "1e400",
    "-0",
    "0x" + "f" * 40,
    "9" * 5000,
    "2020-02-30",
    "openai/gpt-4o",
    "gpt-4o-mini",
    "anthropic/claude-sonnet-4-5",
    "/",
    "openai/",
    "ollama//x",
    "a/b/c/d",
)
texts: st.SearchStrategy[str] = st.sampled_from(ODD_TEXTS) | st.text(
    st.characters(codec="utf-8"), max_size=20
)

ODD_NUMBERS: Final = (
    0,
    -1,
    1,
    2**31,
    2**63,
    10**30,
    10**400,
    -(10**9),
    0.5,
    1e308,
    float("inf"),
    float("nan"),
)
scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.sampled_from(ODD_NUMBERS), st.integers(), st.floats(), texts
)


def values(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Anything JSON can say, and numbers it cannot."""
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    )


def as_json_text(data: Any) -> str:
    """``data`` as JSON; nothing in place of numbers with thousands of digits."""
    try:
        return json.dumps(data, indent=2)
    except ValueError:  # thousands of digits
        return "{}"
