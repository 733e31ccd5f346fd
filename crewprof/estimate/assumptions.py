"""Every constant an estimate rests on, each with its unit, its source and, where it varies, its spread.

All can be overridden by name in the settings (``[tool.crewprof.assumptions]``). Values marked
*recorded* come from the tasks in the test recordings of crewAIInc/crewAI (372 distinct finished tasks on
OpenAI, Anthropic, Gemini and Bedrock models, 2023 to 2026, several CrewAI versions); those tasks are
small, so forms that hardly occur there lean on the prior written in the source.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crewprof.bundled import bundled_text
from crewprof.errors import SettingsError
from crewprof.estimate.fitted import fitted
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.suggestion import did_you_mean
from crewprof.toolbox.rows import kinds, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Assumption:
    """A named constant. ``low`` and ``high`` hold 80% of what was seen; ``None``: no spread is known."""

    name: str
    value: float
    unit: str
    source: str
    low: float | None = None
    high: float | None = None

    @property
    def spread(self) -> Range[float]:
        """Low, value, high; all the same when no spread is known."""
        return Range(
            self.value if self.low is None else min(self.low, self.value),
            self.value,
            self.value if self.high is None else max(self.high, self.value),
        )

    def overridden(self, value: float) -> Assumption:
        """The same assumption with another value; its spread keeps its proportions."""
        scale = value / self.value if self.value else 1.0
        return replace(
            self,
            value=value,
            low=None if self.low is None else self.low * scale,
            high=None if self.high is None else self.high * scale,
            source="settings",
        )


_RECORDED = "recorded tasks"
_CRAFT = "judgement, no data"
_SPREAD = "recorded tasks: 80% of the finished answers"
_WORDS = "counted with o200k_base on the texts of public crews"
_LENGTH = "tokens"
_FACTOR = "times"
_RESULT = "tokens per result"
_USE = "seconds per tool use"

_IN_ANSWERS = 1.14
"""Tokens of an answer per token of plain prose: headings, bullets, emphasis. Ratio of the English texts of
public crews (1.3 tokens per word) to the measured prose (1.14)."""


def _of_languages() -> Iterator[Assumption]:
    """What words, characters and content of each language take, by encoding."""
    for encoding, languages in json.loads(bundled_text("estimate", "language_tokens.json")).items():
        ending = "" if encoding == "o200k_base" else "_cl100k"
        source = f"a short report counted with {encoding}, and 14% for markup"
        for code, measured in languages.items():
            if code == "en":
                continue
            word, character = measured["word"] * _IN_ANSWERS, measured["character"] * _IN_ANSWERS
            yield Assumption(f"tokens_per_word_{code}{ending}", round(word, 2), "tokens per word", source)
            yield Assumption(
                f"tokens_per_character_{code}{ending}", round(character, 3), "tokens per character", source
            )
            yield Assumption(
                f"tokens_per_content_{code}{ending}", measured["content"], "times English", source
            )


_ALL: tuple[Assumption, ...] = (
    # Languages.
    Assumption("tokens_per_word_en", 1.3, "tokens per word", _WORDS),
    Assumption(
        "language_exponent",
        0.36,
        "exponent",
        "judgement: where a language takes more tokens, models write less of it",
    ),
    *_of_languages(),
    # Sizes people count answers in, in English tokens.
    Assumption("size_character_tokens", 0.22, _LENGTH, _WORDS),
    Assumption("size_line_tokens", 14, _LENGTH, "recorded tasks: lines of a list or poem"),
    Assumption("size_sentence_tokens", 32, _LENGTH, "recorded tasks: one-sentence answers 26 to 44"),
    Assumption("size_paragraph_tokens", 132, _LENGTH, "recorded tasks: paragraphs 119 to 147"),
    Assumption("size_section_tokens", 260, _LENGTH, "two paragraphs"),
    Assumption("size_page_tokens", 650, _LENGTH, "a page of 500 words"),
    Assumption("size_minute_tokens", 195, _LENGTH, "a minute of speech: 150 words"),
    Assumption("list_item_tokens", 190, _LENGTH, "recorded tasks: n items take 190 * n ** 0.5"),
    Assumption("list_exponent", 0.5, "exponent", "recorded tasks: lists of 3, 5 and 10 items, 743, 440, 560"),
    Assumption("short_item_tokens", 16, _LENGTH, "names, titles, URLs, questions: a line each"),
    Assumption("uncounted_items", 5, "items", "recorded tasks: `for each` without a number"),
    Assumption("limit_share", 0.9, "share of the limit", "recorded tasks: under 15 words gives 12 to 16"),
    Assumption("full_length_tokens", 1500, _LENGTH, "judgement: up to here models write what is asked"),
    Assumption("long_answer_exponent", 0.9, "exponent", "judgement: models stop short of great lengths"),
    Assumption(
        "early_end_exponent", 0.3, "exponent", "judgement: how much sooner some models end long answers"
    ),
    Assumption("least_share", 1.15, "times the minimum", _CRAFT),
    # Forms: what a named kind of text takes when no number says more.
    Assumption("answer_value_tokens", 14, _LENGTH, _RECORDED),
    Assumption(
        "thought_tokens",
        11,
        _LENGTH,
        "recorded tasks: a word behind `I now can give a great answer` takes 14, 2 to 4 without",
    ),
    Assumption("answer_greeting_tokens", 14, _LENGTH, _RECORDED),
    Assumption("answer_literal_tokens", 18, _LENGTH, "recorded tasks that state the answer itself"),
    Assumption("answer_asked_value_tokens", 60, _LENGTH, "recorded tasks: only the description asks"),
    Assumption("answer_sentence_tokens", 32, _LENGTH, _RECORDED),
    Assumption("answer_tweet_tokens", 60, _LENGTH, "280 characters"),
    Assumption("answer_paragraph_tokens", 132, _LENGTH, _RECORDED),
    Assumption("answer_explanation_tokens", 200, _LENGTH, _RECORDED),
    Assumption("answer_message_tokens", 250, _LENGTH, "an email of 190 words"),
    Assumption("answer_json_tokens", 150, _LENGTH, _CRAFT),
    Assumption("answer_list_tokens", 330, _LENGTH, "recorded tasks: bullets without a count 300, lists 368"),
    Assumption("answer_summary_tokens", 400, _LENGTH, _RECORDED),
    Assumption("answer_analysis_tokens", 400, _LENGTH, _RECORDED),
    Assumption("answer_plan_tokens", 650, _LENGTH, _CRAFT),
    Assumption("answer_code_tokens", 600, _LENGTH, _CRAFT),
    Assumption("answer_report_tokens", 750, _LENGTH, "recorded tasks: reports 566 to 1,280, articles 500"),
    Assumption("answer_chapter_tokens", 1800, _LENGTH, _CRAFT),
    Assumption("answer_unknown_tokens", 120, _LENGTH, "recorded tasks: neither text says what is wanted"),
    Assumption(
        "answer_not_understood_tokens", 400, _LENGTH, "as for an analysis: a text of unknown kind or language"
    ),
    # Manner.
    Assumption("longer_factor", 1.3, _FACTOR, "recorded tasks: full, detailed reports; two words at most"),
    Assumption("shorter_factor", 0.4, _FACTOR, "recorded tasks: brief summaries and descriptions"),
    Assumption("part_factor", 0.1, "times per listed part", "recorded tasks: four parts 549 against 400"),
    # How far answers lie from what is expected: data/answers.json, with the overhead added to both so that
    # a few tokens of politeness do not count as many times a one-word answer.
    Assumption("answer_overhead_tokens", 4, _LENGTH, _SPREAD),
    Assumption("spread_schema", 1, _FACTOR, _CRAFT, 0.5, 2.2),
    Assumption(
        "spread_not_understood", 1, _FACTOR, "judgement: from a sentence to a long report", 0.08, 10.0
    ),
    # Structured output.
    Assumption("schema_text_tokens", 30, _LENGTH, "a field of a sentence"),
    Assumption("schema_long_text_tokens", 150, _LENGTH, "a field called content, report …: a paragraph"),
    Assumption("schema_number_tokens", 3, _LENGTH, "counted"),
    Assumption("schema_key_tokens", 6, _LENGTH, "counted: quotes, colon, comma, a name of two tokens"),
    Assumption("schema_list_items", 4, "items", _CRAFT),
    Assumption("template_value_tokens", 22, _LENGTH, "a value of a JSON template, key included"),
    # Numbers of calls. Low and high hold 80 %.
    Assumption("tool_uses_feature", 0.3, "uses per task", "tools for memory, skills: judgement", 0, 2),
    Assumption("tool_uses_per_further_tool", 0.5, "uses per further tool", _CRAFT),
    Assumption(
        "manager_delegations_per_further_coworker",
        0.5,
        "delegations per task and coworker",
        "judgement; recorded: 1.5 to 2.5 with two coworkers, mostly 1 with one",
    ),
    Assumption("guardrail_failures", 0.2, "failures per task", _CRAFT, 0, 1),
    Assumption("invalid_outputs", 0.3, "conversions per task", _CRAFT, 0, 1),
    Assumption("plan_steps", 4, "steps per plan", _CRAFT, 2, 7),
    Assumption("memory_statements", 4, "statements per output", _CRAFT, 1, 8),
    Assumption("memory_doubts", 0.5, "doubts per recall", _CRAFT, 0, 2),
    Assumption(
        "evening_exponent",
        0.25,
        "exponent",
        "judgement: n steps of a task vary less than one, by n ** -0.25; 0.5 if each were by itself",
    ),
    # What a step costs.
    Assumption("reasoning_tokens", 600, "tokens per call", "recorded tasks on o1, o3-mini", 100, 3500),
    # What other calls write, in tokens.
    Assumption("verdict_tokens", 40, _LENGTH, "a guardrail's verdict with feedback", 15, 90),
    Assumption("plan_tokens", 350, _LENGTH, "a plan of a few steps", 150, 700),
    Assumption("plan_step_tokens", 200, _LENGTH, "the result of a step of a plan", 60, 500),
    Assumption("plan_step_text_tokens", 40, _LENGTH, "the words of a step of a plan", 20, 80),
    Assumption("statement_tokens", 60, _LENGTH, "what is decided on a statement to remember", 30, 120),
    Assumption("observation_tokens", 90, _LENGTH, "a verdict on a step of a plan", 40, 200),
    Assumption("crew_plan_tokens", 250, "tokens per task", "a step-by-step plan for each task", 120, 500),
    Assumption("search_query_tokens", 20, _LENGTH, "a rewritten search query", 8, 40),
    Assumption("recall_tokens", 120, _LENGTH, "the analysis of a memory query", 60, 250),
    Assumption("remember_tokens", 150, _LENGTH, "statements extracted from an output", 60, 350),
    # What a run puts into prompts, in tokens.
    Assumption("memory_block_tokens", 250, _LENGTH, "recalled memories; none in a first run", 0, 900),
    Assumption(
        "memory_at_start_tokens", 0, _LENGTH, "nothing in a first run, recalled memories later", 0, 900
    ),
    Assumption(
        "knowledge_tokens", 1900, _LENGTH, "up to 5 snippets of 4,000 characters, those that fit", 200, 4700
    ),
    Assumption("feedback_tokens", 60, _LENGTH, "a guardrail's or a person's feedback", 20, 200),
    Assumption("mcp_definition_tokens", 5000, "tokens per server", "recorded: median of 43 runs", 1800, 9000),
    Assumption(
        "deferred_result_tokens",
        450,
        _RESULT,
        "a notice and the first 10 lines or 2,000 characters of a result that is put aside",
        250,
        800,
    ),
    Assumption(
        "deferred_result_reads",
        0.7,
        "uses per result put aside",
        "judgement, one recorded run: mostly one section, or none where the preview suffices",
        0,
        2,
    ),
    Assumption("mcp_tool_tokens", 250, "tokens per tool", "crewai_tools: definitions of 60 to 700", 80, 600),
    Assumption(
        "count_exact", 1, _FACTOR, "recorded bills: 96% as counted, others off by a token or two", 0.99, 1.01
    ),
    Assumption("count_approximate", 1, _FACTOR, "recorded bills of other tokenizers", 0.92, 1.08),
    Assumption("turn_tokens", 12, "tokens per tool use", "framing of a call and its result on OpenAI models"),
    # Caching and time.
    Assumption("cache_hit_share", 0.7, "share of resent tokens", "providers do not guarantee hits"),
)


def _of_tools() -> Iterator[Assumption]:
    """Sizes of results and seconds of uses, of the kinds and classes of the toolbox."""
    sizes = {**kinds(), **{name: row.size for name, row in rows().items()}}
    for name, size in sizes.items():
        for what, spread, unit in (("tokens", size.tokens, _RESULT), ("seconds", size.seconds, _USE)):
            source = f"{size.basis}: {size.source}" if what == "tokens" else "judgement by kind of tool"
            yield Assumption(f"tool_{name}_{what}", spread.expected, unit, source, spread.low, spread.high)


def _of_recordings() -> Iterator[Assumption]:
    """What was fitted on recorded runs and tasks."""
    for one in fitted():
        spread = one.spread
        yield Assumption(one.name, spread.expected, one.unit, one.source, spread.low, spread.high)


_BY_NAME = {assumption.name: assumption for assumption in (*_ALL, *_of_recordings(), *_of_tools())}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All assumptions by name, some of them overridden."""

    by_name: Mapping[str, Assumption] = field(default_factory=lambda: _BY_NAME)

    def __getitem__(self, name: str) -> Assumption:
        return self.by_name[name]

    def __iter__(self) -> Iterator[Assumption]:
        return iter(self.by_name.values())

    def with_overrides(self, values: Mapping[str, float]) -> Assumptions:
        """These assumptions with the ``values`` given in place of their own.

        Raises :class:`SettingsError` for a name that is no assumption, with the nearest one.
        """
        if not values:
            return self
        changed = dict(self.by_name)
        for name, value in values.items():
            known = name.replace("-", "_")
            if known not in changed:
                raise _unknown(name, changed)
            changed[known] = changed[known].overridden(value)
        return Assumptions(changed)


class Book:
    """Hands out assumptions and remembers which ones an estimate asked for."""

    def __init__(self, assumptions: Assumptions) -> None:
        self.assumptions = assumptions
        self._used: dict[str, None] = {}

    def value(self, name: str) -> float:
        """The value of an assumption."""
        self._used[name] = None
        return self.assumptions[name].value

    def spread(self, name: str) -> Range[float]:
        """The spread of an assumption."""
        self._used[name] = None
        return self.assumptions[name].spread

    @property
    def used(self) -> tuple[str, ...]:
        """Names asked for, in the order of first use."""
        return tuple(self._used)


def _unknown(name: str, known: Iterable[str]) -> SettingsError:
    guess = did_you_mean(name, known, likeness=0.5)
    hint = f"did you mean `{guess}`?" if guess else "-v lists the assumptions a report rests on"
    return SettingsError(f"unknown assumption `{name}`", hint=hint)
