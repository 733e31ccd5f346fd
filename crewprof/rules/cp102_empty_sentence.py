"""CP102: a sentence about an agent tells the model nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.language.content import begins_with
from crewprof.language.detection import language_of
from crewprof.language.sentences import sentences
from crewprof.name_lists import listed
from crewprof.plan.praise import empty_because, stems
from crewprof.rules.amounts import calls_of, worth_a_word
from crewprof.rules.key_changes import delete_text
from crewprof.rules.rule import Rule
from crewprof.rules.text_places import place_in
from crewprof.tokens.counting import counting
from crewprof.tokens.encoding import count_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent
    from crewprof.language.sentences import Sentence
    from crewprof.rules.subject import Subject
    from crewprof.source.field import Field

_ASIDES: Final = ("(", "[", "'", '"', "“", "«", "„", "‘")
"""What examples and quotes begin with: they say nothing of the agent itself."""


class EmptySentence(Rule):
    """A sentence of a goal or backstory holds nothing but praise, and every call sends it again.

    ## What it does

    Looks at every sentence of goals and backstories. One is reported when it speaks of years of experience,
    passion, fame, brilliance or an important customer, and every other word of it is either without a
    meaning of its own or said by the agent's role, goal or tasks already. English, Spanish, Portuguese,
    French, German and Italian are understood. A sentence that names a domain, a style, a rule, a fact or
    anything else not said elsewhere is never reported, nor is the only sentence of a text.

    ## Why

    CrewAI puts role, goal and backstory into the system message of every call an agent makes. A sentence of
    25 tokens is paid ten times in a tool loop of ten calls. Praise does not make answers better: Zheng et al.
    (2024, "When 'A Helpful Assistant' Is Not Really Helpful") tried 162 personas on factual questions and
    found no gain. What helps is an instruction in the same place.

    ## Example

    ```yaml
    backstory: >-              # before
      You are a world-class researcher with 20 years of experience. You note the date of every source.
    backstory: >-              # after
      You note the date of every source.
    ```

    ## Fix safety

    Unsafe: the prompt changes, by that sentence and nothing else.

    ## When to ignore

    When you have tried both and the sentence makes a difference for your model, or when the answer is to
    play the person described.
    """

    code = "CP102"
    name = "empty-sentence"
    severity = Severity.INFO
    several = "{findings} of goals and backstories are only praise"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per sentence, where all of them together are a hundredth of the input."""
        yield from worth_a_word(self._sentences(subject), subject.profile)

    def _sentences(self, subject: Subject) -> Iterator[tuple[Finding, float]]:
        """The findings, with the tokens sent for nothing in a run."""
        crew = subject.crew
        managers = () if crew.manager_agent is None else (crew.manager_agent,)
        for agent in (*subject.workers, *managers):
            if not calls_of(subject.profile, agent.name):
                continue
            for key in ("goal", "backstory"):
                given = agent.fields.get(key)
                if given is not None and isinstance(given.value, str):
                    for sentence, reasons in self._empty(subject, agent, key, given.value):
                        tokens = _tokens(agent, sentence)
                        finding = self._finding(subject, agent, given, key, sentence, reasons)
                        yield finding, tokens * calls_of(subject.profile, agent.name)

    def _empty(
        self, subject: Subject, agent: Agent, key: str, text: str
    ) -> list[tuple[Sentence, tuple[str, ...]]]:
        """The empty sentences of a text, with reasons; never all of its sentences."""
        said = _said(subject, agent, key)
        parts = sentences(text)
        found = []
        for index, sentence in enumerate(parts):
            reasons = empty_because(sentence.text, said)
            following = parts[index + 1].text if index + 1 < len(parts) else ""
            is_aside = sentence.text.startswith(_ASIDES)
            if reasons and not is_aside and not _refers_back(following):
                found.append((sentence, reasons))
        # The text is not left empty: its first sentence stays.
        return found if len(found) < len(parts) else found[1:]

    def _finding(
        self,
        subject: Subject,
        agent: Agent,
        given: Field,
        key: str,
        sentence: Sentence,
        reasons: tuple[str, ...],
    ) -> Finding:
        tokens = _tokens(agent, sentence)
        change = delete_text(given, sentence.text)
        title = f"delete this sentence from the {key}"
        fix = (
            Fix(Applicability.DISPLAY, title, suggestion=sentence.text)
            if change is None
            else Fix(Applicability.UNSAFE, title, (change,))
        )
        return self.finding(
            place_in(subject.crew, given, sentence.text),
            f"agent '{agent.name}': this {key} sentence is only {listed(reasons)}: {tokens} tokens in every "
            "call",
            agents=(agent.name,),
            tasks=tuple(task.name for task in subject.crew.tasks_of(agent.name)),
            fix=fix,
        )


def _tokens(agent: Agent, sentence: Sentence) -> int:
    model = agent.llm.id if agent.llm is not None and agent.llm.id is not None else "gpt-4o"
    return count_text(sentence.text, counting(model).encoding)


def _said(subject: Subject, agent: Agent, key: str) -> frozenset[str]:
    """The stems of what an agent is told beside the text under ``key``."""
    own = subject.crew.tasks_of(agent.name)
    texts = [agent.role, agent.goal if key != "goal" else None]
    texts += [text for task in own for text in (task.description, task.expected_output)]
    return stems(texts)


def _refers_back(sentence: str) -> bool:
    """Whether ``sentence`` needs the one before it."""
    return begins_with(sentence, language_of(sentence), "refers_back")
