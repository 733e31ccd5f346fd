"""CP101: a task gets every output before it, though its text uses only some."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crewprof.figures import tokens
from crewprof.findings import Finding, Severity
from crewprof.language.content import listed as words_listed
from crewprof.language.content import speaks_of
from crewprof.language.detection import language_of
from crewprof.language.sentences import stem, words
from crewprof.name_lists import MOST_NAMED, listed, named
from crewprof.plan.dependencies import infer_dependencies, named_in_texts
from crewprof.plan.variants import variant
from crewprof.quick_dataclasses import dataclass
from crewprof.rules.amounts import calls_for
from crewprof.rules.key_changes import set_or_show
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.definition import Crew, Task
    from crewprof.rules.subject import Subject

_WORTH: Final = 0.02
"""Share of the run's input tokens from which on unneeded outputs are worth a word."""
_REACH: Final = 3
"""Words between an article and what it stands for: ``the final edited post``."""
_LEAST_UNUSED: Final = 0.3
"""Outputs that are not used for each that is: what uses nearly all it gets may well use the rest."""


@dataclass(frozen=True, slots=True)
class _Surplus:
    """What a task gets and does not use, in list order, with the tokens of each."""

    used: tuple[str, ...]
    unused: tuple[tuple[str, float], ...]

    @property
    def is_much(self) -> bool:
        """Whether it uses something, and enough is left."""
        return bool(self.used and self.unused) and len(self.unused) >= _LEAST_UNUSED * len(self.used)

    @property
    def tokens(self) -> float:
        """Tokens of all that is not used, in one prompt."""
        return sum(tokens for _, tokens in self.unused)


class UnneededContext(Rule):
    """A task without `context` is sent the outputs of all tasks before it, needed or not.

    ## What it does

    Looks at tasks that leave `context` to CrewAI and get two outputs or more. From the words of the tasks it
    infers which of these outputs a task works on; the others are reported, with their tokens. A task is left
    alone when it speaks of everything before it, or of combining it, or names nothing that was made before.
    An output stays when the text holds a word of the earlier task's name, of its expected output or of its
    agent's role. Plans, criteria and other guides always stay, and so do variants of an output that is used.
    Nothing is said where most of what a task gets is used.

    ## Why

    By default CrewAI puts every output so far into the prompt of a task, and sends it again with every call
    of its tool loop. In a row of ten tasks with 500 tokens of output each that is 22,500 tokens of context,
    of which each task mostly needs one output.

    ## Example

    ```yaml
    - name: write_press_release          # before: gets legal_check, prices and interviews as well
      description: Write a press release from the product facts.
    - name: write_press_release          # after
      description: Write a press release from the product facts.
      context: [collect_product_facts]
    ```

    ## Fix safety

    Unsafe: which outputs a text uses is inferred, with the benchmark of `make bench-dependencies` as its
    measure. Read the list before you keep it.

    ## When to ignore

    When the task should know what was found elsewhere although its text does not say so.
    """

    code = "CP101"
    name = "unneeded-context"
    severity = Severity.WARNING
    several = "{tasks} receive outputs they do not mention"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per task."""
        least = _WORTH * subject.profile.total.input_tokens.expected
        inferred = infer_dependencies(subject.crew)
        named = named_in_texts(subject.crew)
        answers = {one.name: one.answer_tokens.expected for one in subject.profile.tasks}
        for task in subject.crew.tasks:
            context = subject.contexts[task.name]
            calls = calls_for(subject.profile, task.name)
            is_default = task.context_known and not context.declared
            if not is_default or len(context.sources) < 2 or not calls or _wants_all(task):
                continue
            known = named[task.name]
            if known is None:
                continue
            surplus = _surplus(subject, task, {edge.task for edge in inferred[task.name]}, known, answers)
            if surplus.is_much and surplus.tokens * calls >= least:
                yield self._finding(subject.crew, task, surplus, calls)

    def _finding(self, crew: Crew, task: Task, surplus: _Surplus, calls: float) -> Finding:
        spent = sum(tokens for _, tokens in surplus.unused) * calls
        whole = len(surplus.used) + len(surplus.unused)
        return self.finding(
            task.place,
            f"task '{task.name}' receives all {whole} earlier outputs but mentions only "
            f"{named(surplus.used)}; {_unused(surplus.unused)} {tokens(spent)} tokens a run",
            tasks=(task.name,),
            agents=(task.agent,) if task.agent is not None else (),
            fix=set_or_show(
                crew,
                task,
                "context",
                list(surplus.used),
                _title(len(surplus.used)),
            ),
        )


def _surplus(
    subject: Subject, task: Task, inferred: set[str], named: frozenset[str], answers: Mapping[str, float]
) -> _Surplus:
    """What ``task`` gets and does not use; nothing unused where its text names none of what it uses."""
    sources = subject.contexts[task.name].sources
    text = words(f"{task.description or ''}\n{task.expected_output or ''}")
    definite = words_listed("definite", language_of(task.description, task.expected_output))
    own = _name_stems(task.name)
    # A text that names nothing of what it uses may mean all it gets: what is inferred of it is too little to
    # take the rest away.
    if not any(_names(text, _name_stems(name) - own, definite) for name in inferred):
        return _Surplus(sources, ())
    kinds = {kind[0] for name in inferred if (kind := variant(name))}
    used = {name for name in sources if name in inferred or name in named or _guides(name)}
    # Who uses one of several variants compares them, as a rule.
    used |= {name for name in sources if (kind := variant(name)) and kind[0] in kinds}
    every = dict.fromkeys(sources)
    return _Surplus(
        tuple(name for name in every if name in used),
        tuple((name, answers[name]) for name in every if name not in used),
    )


def _name_stems(task: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(task.replace("_", " ")) if len(word) > _REACH)


def _names(text: tuple[str, ...], made: frozenset[str], definite: frozenset[str]) -> bool:
    """Whether ``text`` speaks of what was made: an article, and one of the words ``made`` behind it."""
    return any(
        stem(word) in made and not definite.isdisjoint(text[max(0, index - _REACH) : index])
        for index, word in enumerate(text)
    )


@lru_cache(maxsize=4096)
def _guides(task: str) -> bool:
    return speaks_of(task.replace("_", " "), None, "guides")


def _unused(unused: tuple[tuple[str, float], ...]) -> str:
    """``the other 12 cost`` or, of few, ``a and b cost``."""
    if len(unused) > MOST_NAMED:
        return f"the other {len(unused)} cost"
    return f"{listed(name for name, _ in unused)} cost{'s' if len(unused) == 1 else ''}"


def _title(used: int) -> str:
    return (
        f"set `context:` to the {used} it mentions" if used > 1 else "set `context:` to the one it mentions"
    )


def _wants_all(task: Task) -> bool:
    text = f"{task.description or ''}\n{task.expected_output or ''}"
    language = language_of(text)
    return speaks_of(text, language, "wants_all") or speaks_of(text, language, "wants_number")
