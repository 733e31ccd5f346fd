from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crewprof.estimate.prompt_tokens import count_prompt
from crewprof.quantity import Range
from crewprof.semantics.call import Part, Prompt, PromptMessage, Segment, Slot
from crewprof.tokens.counting import count_messages, text_tokens
from crewprof.tokens.messages import Message

MODELS = ("gpt-4o", "gpt-4", "gpt-4.1-mini", "o3-mini")
TEXTS = st.text(alphabet=st.sampled_from("ab .:,\n-'é{}1日"), max_size=12)
PART_NAMES: tuple[Part, ...] = ("framework", "role", "task", "tools", "memory")
SEGMENTS = st.lists(st.builds(Segment, st.sampled_from(PART_NAMES), TEXTS), max_size=6)


def naive(messages: list[tuple[str, str]], model: str) -> int:
    return count_messages([Message(role, text) for role, text in messages], model)


@settings(max_examples=200, deadline=None)
@given(SEGMENTS, SEGMENTS, st.sampled_from((*MODELS, "claude-sonnet-4-5", "gemini/gemini-2.5-flash")))
def test_parts_add_up_to_the_tokens_of_the_messages_as_sent(
    system: list[Segment], user: list[Segment], model: str
) -> None:
    prompt = Prompt((PromptMessage("system", tuple(system)), PromptMessage("user", tuple(user))))
    sent = [
        ("system", "".join(str(s.content) for s in system)),
        ("user", "".join(str(s.content) for s in user)),
    ]
    counted = count_prompt(prompt, model)
    assert abs(counted.fixed_tokens - naive(sent, model)) <= (0 if model in MODELS else 1)


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS, st.integers(1, 4), st.sampled_from(MODELS))
def test_without_its_context_a_prompt_has_the_tokens_of_the_message_with_the_context_taken_out(
    before: str, after: str, outputs: int, model: str
) -> None:
    segments = [Segment("task", before), Segment("framework", ":\n")]
    for number in range(outputs):
        segments += [Segment("context", "\n\n----------\n\n")] if number else []
        segments.append(Segment("context", Slot("output", f"t{number}")))
    segments.append(Segment("framework", after))
    counted = count_prompt(Prompt((PromptMessage("user", tuple(segments)),)), model)
    first = counted.first_call(lambda _: Range(10.0, 100.0, 200.0))
    dividers = (outputs - 1) * text_tokens("\n\n----------\n\n", model)
    assert first.exact
    assert first.parts["context"] == 100 * outputs + dividers
    assert first.least_tokens - first.parts["context"] == naive([("user", before + ":\n" + after)], model)


def test_memory_that_only_a_run_knows_makes_the_count_inexact() -> None:
    segments = (Segment("task", "Do it."), Segment("memory", Slot("memory")))
    assert not count_prompt(Prompt((PromptMessage("user", segments),)), "gpt-4o").exact


def test_what_is_missing_from_a_prompt_makes_the_count_inexact() -> None:
    prompt = Prompt((PromptMessage("user", (Segment("task", "Do it."),)),), gaps=("unknown skills",))
    assert not count_prompt(prompt, "gpt-4o").exact
    assert count_prompt(Prompt(prompt.messages), "gpt-4o").exact


def test_a_model_that_is_not_known_is_counted_but_not_exactly() -> None:
    prompt = Prompt((PromptMessage("user", (Segment("task", "Do it."),)),))
    assert count_prompt(prompt, None).fixed_tokens == count_prompt(prompt, "gpt-4o").fixed_tokens
    assert not count_prompt(prompt, None).exact
