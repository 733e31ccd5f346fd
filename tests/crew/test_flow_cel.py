"""Expressions of flows: which are well formed and what they start from, as cel-python reads them."""

from __future__ import annotations

import pytest
from crewai.flow.expressions import Expression, ExpressionError, _parse_template_segments
from hypothesis import given
from hypothesis import strategies as st

from crewprof.crew.loaders.flow.cel import NotCelError, TooDeepError, roots_of, segments_of

SYMBOLS = (
    *("state", "topic", "x", "r", "in", "true", "null", "1", "-1", "1.5", ".5", "5.", "0x1F", "1u", "1e3"),
    *("'a'", '"b"', "'''c'''", "b'x'", "r'\\d'", "'a\\'b'", '"q\\"', ".", "(", ")", "[", "]", "{", "}", ","),
    *(":", "?", "+", "-", "/", "%", "!", "==", "=", "<", "&&", "||", "&", " ", "\n", "// c", "map", "exists"),
    *("'", '"', "${", "$", "and", "not", "size"),
)
WELL_FORMED = (
    *("state.topic", "outputs.a.b", "state.rows.map(r, r.x)", "size(x)", "a ? b : c", "[1, x]", "{'a': y}"),
    *("(z)", "state['k']", "!a", "-a", "a.b(c)", "f(g(h))", "x.exists(i, i == y)", "T{a: 1}", "a in b"),
    "x.filter([r], r)",
)


@st.composite
def sources(draw: st.DrawFn) -> str:
    """Expressions, and what is nearly one."""
    if draw(st.booleans()):
        return "".join(draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=8)))
    whole = st.sampled_from(WELL_FORMED)
    text = draw(whole)
    for operator in draw(st.lists(st.sampled_from([" + ", " && ", " in ", "==", ".", "-"]), max_size=3)):
        text += operator + draw(whole)
    at = draw(st.integers(0, len(text)))
    slip = draw(st.sampled_from(["", *SYMBOLS]))
    return text[:at] + slip + text[at + draw(st.integers(0, 2)) :]


def _as_crewai(source: str) -> set[str] | None:
    try:
        return set(Expression._collect_root_identifiers(Expression._compile_cel(source, source="here")))
    except ExpressionError:
        return None


def _as_crewprof(source: str) -> set[str] | None:
    try:
        return set(roots_of(source))
    except NotCelError:
        return None


@given(sources())
def test_the_roots_are_those_crewai_collects(source: str) -> None:
    assert _as_crewprof(source) == _as_crewai(source)


@given(sources(), st.sampled_from(["", " ${x}", "}", "${"]))
def test_texts_are_cut_as_crewai_cuts_them(source: str, end: str) -> None:
    text = f"before ${{{source}}} after{end}"
    try:
        segments: list[str] | None = [one.strip() for one in segments_of(text)]
    except NotCelError:
        segments = None
    try:
        real: list[str] | None = [
            one.source for one in _parse_template_segments(text) if not isinstance(one, str)
        ]
    except ExpressionError:
        real = None
    taken = [one is not None and all(map(_is_taken, one)) for one in (segments, real)]
    assert taken in ([True, True], [False, False])
    assert not taken[0] or segments == real


def _is_taken(source: str) -> bool:
    return bool(source) and _as_crewprof(source) is not None


def test_what_is_nested_too_deep_is_not_judged() -> None:
    with pytest.raises(TooDeepError):
        roots_of("(" * 100_000)
