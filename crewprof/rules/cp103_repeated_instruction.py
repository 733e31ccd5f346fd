"""CP103: a task gives the same instruction twice."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Final

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.language.content import listed
from crewprof.language.detection import language_of
from crewprof.language.sentences import sentences, stem, words
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass
from crewprof.rules.amounts import calls_for, worth_a_word
from crewprof.rules.key_changes import delete_text
from crewprof.rules.rule import Rule
from crewprof.rules.text_places import place_in
from crewprof.tokens.counting import counting
from crewprof.tokens.encoding import count_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.crew.definition import Task
    from crewprof.rules.subject import Subject
    from crewprof.source.field import Field

_FEWEST_WORDS: Final = 6
"""Distinct words, grammar aside, a sentence needs to be compared: shorter ones are alike by chance."""
_ALIKE: Final = 0.85
"""Share of words two sentences have in common (of all they have) from which on they say the same."""
_LONGEST_GRAMMAR: Final = 3
"""Letters of the words that count as grammar: articles and prepositions are short in all our languages."""

_FOLDED_HEADING: Final = late_pattern(r"\A[^\n.:：]{1,60}[:：][ \t]+(?=[-*•][ \t])")


@dataclass(frozen=True)
class _Said:
    """A sentence of a prompt and where it stands."""

    key: str
    given: Field
    text: str
    alone: bool
    first: bool
    words: frozenset[str]
    under: str
    """The heading it stands below: what is said of one thing is not said of another."""
    marks: frozenset[str]
    """Numbers, placeholders and denials: sentences that differ in one do not say the same."""


class RepeatedInstruction(Rule):
    """The description and expected output of a task say the same thing twice.

    ## What it does

    Compares the sentences of a task's description and expected output with each other. What its agent's goal
    or backstory says is not looked at: they say who somebody is, and an order deleted from the task because
    they mention it would be no order any more. Two sentences of at least six words that
    mean something say the same when at least 85% of these words are in both, their numbers, placeholders
    and negations are the same, and they stand below the same heading, if below any.

    ## Why

    CrewAI sends description and expected output with every call of the task. What is
    said twice is paid twice, in a tool loop once more with every turn; and when one place is changed later,
    the prompt contradicts itself.

    ## Example

    ```yaml
    description: >-          # before
      Compare the three offers. Write the result as a table with price, term and notice period.
    expected_output: A table with price, term and notice period, written as the result.
    description: >-          # after
      Compare the three offers.
    ```

    ## Fix safety

    Unsafe: the prompt changes, by one of the two sentences. The fix deletes from the description rather than
    from the expected output, and from the task rather than from the agent, unless all tasks of the agent
    say it.

    ## When to ignore

    When you repeat an instruction on purpose because your model forgets it.
    """

    code = "CP103"
    name = "repeated-instruction"
    severity = Severity.INFO
    several = "{findings} of tasks repeat others"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per sentence that can go, where all of them together are a hundredth of the input."""
        yield from worth_a_word(self._sentences(subject), subject.profile)

    def _sentences(self, subject: Subject) -> Iterator[tuple[Finding, float]]:
        """The findings, with the tokens sent for nothing in a run."""
        gone: set[tuple[str, str]] = set()
        for task in subject.crew.tasks:
            for earlier, later in _repetitions(list(_sentences_of(task))):
                extra, kept = (later, earlier) if _can_go(later) else (earlier, later)
                known = (f"{extra.given.place}", extra.text)
                calls = calls_for(subject.profile, task.name)
                if _can_go(extra) and known not in gone and calls:
                    gone.add(known)
                    finding, tokens = self._finding(subject, task, extra, kept)
                    yield finding, tokens * calls

    def _finding(self, subject: Subject, task: Task, extra: _Said, kept: _Said) -> tuple[Finding, int]:
        crew, profile = subject.crew, subject.profile
        change = delete_text(extra.given, extra.text)
        title = f"delete this sentence from the {_named(extra.key)}"
        fix = (
            Fix(Applicability.DISPLAY, title, suggestion=extra.text)
            if change is None
            else Fix(Applicability.UNSAFE, title, (change,))
        )
        model = next((line.model for line in profile.task(task.name).lines if line.model), None) or "gpt-4o"
        tokens = count_text(extra.text, counting(model).encoding)
        finding = self.finding(
            place_in(crew, extra.given, extra.text),
            f"task '{task.name}': {_repeats(extra, kept)}: {tokens} tokens in every call",
            tasks=(task.name,),
            agents=(task.agent,) if task.agent is not None else (),
            fix=fix,
        )
        return finding, tokens


def _sentences_of(task: Task) -> Iterator[_Said]:
    """The sentences of a task's texts; of two that say the same the later one is the one to go."""
    for key in ("expected_output", "description"):
        yield from _sentences_in(task, key)


def _sentences_in(owner: Task, key: str) -> Iterator[_Said]:
    given = owner.fields.get(key)
    if given is None or not isinstance(given.value, str):
        return
    parts = sentences(given.value)
    headings = _headings(given.value)
    denials = listed("denials", language_of(given.value))
    for index, sentence in enumerate(parts):
        told = words(sentence.text)
        meaning = frozenset(stem(word) for word in told if len(word) > _LONGEST_GRAMMAR)
        if len(meaning) >= _FEWEST_WORDS:
            marks = frozenset(w for w in told if w in denials or w[:1] == "{" or any(map(str.isdigit, w)))
            above = bisect_left(headings, (sentence.start,))
            under = headings[above - 1][1] if above else ""
            text = _without_headings(sentence.text)
            yield _Said(key, given, text, len(parts) == 1, index == 0, meaning, under, marks)


def _without_headings(text: str) -> str:
    """A sentence as it stands below its headings: what heads others, too, is not its own.

    YAML that folds lines makes one of a heading and the first item below it.
    """
    lines = text.splitlines(keepends=True)
    while len(lines) > 1 and _heads_others(lines[0].strip()):
        del lines[0]
    return _FOLDED_HEADING.sub("", "".join(lines)).strip()


def _headings(text: str) -> list[tuple[int, str]]:
    """Where lines begin that head others, marked so, in capitals or with a colon at the end; their words."""
    found: list[tuple[int, str]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if _heads_others(bare):
            found.append((start, " ".join(words(bare))))
        start += len(line)
    return found


def _heads_others(line: str) -> bool:
    return line.startswith("#") or line.rstrip("*_").endswith((":", "：")) or line.isupper()


def _repetitions(told: Sequence[_Said]) -> Iterator[tuple[_Said, _Said]]:
    """Each sentence that says the same as one before it, with the first of those.

    Two such sentences share one of their rarest words, so only those that do are compared.
    """
    often = Counter(word for said in told for word in said.words)
    known: dict[tuple[str, frozenset[str]], list[int]] = {}
    for place, later in enumerate(told):
        fewest_shared = math.ceil(_ALIKE * len(later.words) - 1e-9)
        by_rarity = sorted(later.words, key=lambda word: (often[word], word))
        keys = [(word, later.marks) for word in by_rarity[: len(by_rarity) - fewest_shared + 1]]
        near = sorted({before for key in keys for before in known.get(key, ())})
        earlier = next((told[before] for before in near if _same(told[before], later)), None)
        if earlier is not None:
            yield earlier, later
        for key in keys:
            known.setdefault(key, []).append(place)


def _same(one: _Said, other: _Said) -> bool:
    if one.marks != other.marks or one.under != other.under:
        return False
    return len(one.words & other.words) >= _ALIKE * len(one.words | other.words)


def _can_go(said: _Said) -> bool:
    """Whether the sentence can be deleted: no text is emptied, and no description loses its first order."""
    return not said.alone and not (said.first and said.key == "description")


def _named(key: str) -> str:
    return key.replace("_", " ")


def _repeats(extra: _Said, kept: _Said) -> str:
    if extra.key == kept.key:
        return f"its {_named(extra.key)} says the same thing twice"
    return f"its {_named(extra.key)} repeats its {_named(kept.key)}"
