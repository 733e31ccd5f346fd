"""Why calls are made and cost what they cost, in sentences; each says what its number rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report import numbers
from crewprof.semantics.call import CallKind, Driver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.analysis.explanation import Explanation, Lever
    from crewprof.estimate.call_reasons import CallReason
    from crewprof.estimate.profile import CallLine
    from crewprof.models import CatalogueEntry
    from crewprof.quantity import Range

HALF = 0.5
NAMES_SHOWN = 3

_WHY = {
    CallKind.TASK: "Sends the task to its agent.",
    CallKind.LOOP: "Follows each tool result: the whole conversation is sent again with the result.",
    CallKind.FORCED_FINAL: "Asks for a final answer when `max_iter` is used up.",
    CallKind.CONVERTER: "Turns an answer that is not valid JSON into the task's output class.",
    CallKind.GUARDRAIL: "Asks a model whether the answer passes the guardrail.",
    CallKind.PLAN: "Plans the work before the agent starts (`planning` of the agent).",
    CallKind.STEP: "Carries out a step of the agent's plan.",
    CallKind.OBSERVATION: "Checks the result of a step of the agent's plan.",
    CallKind.SYNTHESIS: "Puts the results of the plan's steps together.",
    CallKind.KNOWLEDGE_QUERY: "Rewrites the task as a search query for the knowledge sources.",
    CallKind.MEMORY_RECALL: "Works out what to look up in memory.",
    CallKind.MEMORY_SAVE: "Decides what of the answer memory keeps.",
    CallKind.CREW_PLANNING: "Plans all tasks of the crew before the first one (`planning` of the crew).",
    CallKind.WORKER: "Runs a coworker on the work handed to it.",
}
_AGAIN = {
    Driver.GUARDRAIL_FAILURE: "Runs the task again after the guardrail refused its answer.",
    Driver.DELEGATION: "Follows each answer of a coworker: the whole conversation is sent again with it.",
}
_EACH = {
    Driver.TOOL_USE: "tool uses",
    Driver.DELEGATION: "delegations",
    Driver.GUARDRAIL_FAILURE: "refusals",
    Driver.INVALID_OUTPUT: "invalid answers",
    Driver.PLAN_STEP: "steps of a plan",
    Driver.MEMORY_STATEMENT: "statements to remember",
    Driver.MEMORY_DOUBT: "doubtful recalls",
}
_LENGTHS = {
    "counted": "`expected_output` says how long it should be",
    "described": "the description says how long it should be",
    "schema": "its output class says which fields it has",
    "value": "`expected_output` asks for a single value",
    "literal": "`expected_output` is the answer itself",
    "asked_value": "the description asks for a single value",
    "form": "`expected_output` names the kind of text",
    "asked": "only the description says what is wanted",
    "unknown": "neither text says how long it should be",
    "not_understood": "its texts were not understood",
}
_CONTEXT = {
    "assumed": "context assumed from the expected lengths of earlier outputs",
    "measured": "context as long as earlier outputs were when measured",
    "mixed": "context from the lengths of earlier outputs, measured or else assumed",
}
"""What the tokens of the context are based on."""
COMPONENTS = {
    "answers": "what the model writes",
    "results": "tool results and the steps that asked for them",
    "context": "outputs of other tasks",
    "task": "the task's own text",
    "role": "the agent's role, goal and backstory",
    "tools": "tool definitions",
    "memory": "memory and knowledge",
    "framework": "CrewAI's own words",
}


def because(found: CallReason, whole: Explanation) -> list[str]:
    """Why the calls of a line are made, how often, how long prompt and answer are, and at which price."""
    return [
        _purpose(found),
        _times(found, whole),
        _prompt(found, whole),
        _answer(found, whole),
        price(found.line, whole.entries.get(found.line.model or "")),
        *_cached(found.line, whole),
    ]


def _purpose(found: CallReason) -> str:
    rule = found.rule
    if rule is None:
        return "Was recorded in runs of the crew (measured)."
    again = _AGAIN.get(rule.driver) if rule.kind in (CallKind.TASK, CallKind.LOOP) else None
    return again or _WHY[rule.kind]


def _times(found: CallReason, whole: Explanation) -> str:
    line, rule = found.line, found.rule
    profile = whole.profile
    if profile.calls.provenance == "measured":
        return f"Made {_often(line.calls)} a run ({_measured(profile.runs)})."
    if whole.task.conditional:
        return f"Made {_often(line.calls)} a run: the task's condition may skip it (assumed)."
    if line.calls.is_exact:
        return f"Made {_often(line.calls)} a run (counted)."
    per = f" for {_EACH[rule.driver]}" if rule is not None and rule.driver in _EACH else ""
    return f"Made {_often(line.calls)} a run{per} (assumed)."


def _often(calls: Range[float]) -> str:
    if calls.is_exact:
        return "once" if calls.low == 1 else f"{numbers.calls(calls.low)} times"
    often = numbers.calls(calls.expected)
    told = "once" if often == "1" else f"{often} times"
    return f"{told} {numbers.bounds(calls, numbers.calls)}".rstrip()


def _measured(runs: int) -> str:
    return f"measured, {numbers.count_of(runs, 'run')}"


def _prompt(found: CallReason, whole: Explanation) -> str:
    line, profile = found.line, whole.profile
    if profile.calls.provenance == "measured" and line.calls.expected:
        each = line.input_tokens.expected / line.calls.expected
        return f"Its prompts have {numbers.tokens(each)} tokens on average ({_measured(profile.runs)})."
    is_loop = line.kind == CallKind.LOOP.value
    parts = [(part, size) for part, size in found.prompt_parts.items() if size]
    parts.sort(key=lambda one: -one[1])
    size = sum(size for _, size in parts)
    told = ", ".join(f"{part} {numbers.tokens(size)}" for part, size in parts)
    is_first = line.kind == CallKind.TASK.value
    basis = "counted" if whole.profile.first_call.exact and is_first else "estimated"
    if found.prompt_parts.get("context"):
        basis = f"{basis}; {_CONTEXT[whole.context]}"
    first = "The first prompt after a result" if is_loop else "The prompt"
    return f"{first} has {numbers.tokens(size)} tokens: {told} ({basis})."


def _answer(found: CallReason, whole: Explanation) -> str:
    line, profile = found.line, whole.profile
    each = line.output_tokens.expected / line.calls.expected if line.calls.expected else 0.0
    length = f"The answer has {numbers.tokens(each)} tokens"
    if profile.output_tokens.provenance == "measured":
        return f"{length} on average ({_measured(profile.runs)})."
    if found.answer is None:
        return f"{length} on average (assumed)."
    if profile.output_tokens.provenance == "declared":
        return f"{length}: `max_tokens` ends it there (declared)."
    return f"{length}: {_LENGTHS[found.answer]} (assumed)."


def price(line: CallLine, entry: CatalogueEntry | None) -> str:
    """What the model of a line costs."""
    if line.model is None:
        return "Which model it uses is not known."
    if entry is None or not entry.priced:
        return f"No price is known for {line.model}; give one in the settings."
    if entry.local:
        return f"{line.model} runs on your own machine, where tokens cost nothing (declared)."
    source = "declared in your settings" if entry.own_prices else "from the price list"
    told = f"{numbers.money(entry.input_price)} for input and {numbers.money(entry.output_price)} for output"
    return f"{line.model} costs {told} per million tokens ({source})."


def _cached(line: CallLine, whole: Explanation) -> Iterator[str]:
    cached, sent = line.cached_input_tokens.expected, line.input_tokens.expected
    profile = whole.profile
    basis = _measured(profile.runs) if profile.calls.provenance == "measured" else "assumed"
    if cached and sent:
        yield f"{numbers.percent(cached / sent)} of the input comes from the provider's cache ({basis})."


def not_known(whole: Explanation) -> list[str]:
    """Why no single call can be explained."""
    found = [
        f"Not known: {gap.what} ({gap.place.shown_path}:{gap.place.shown_line})"
        + (f": {gap.why}." if gap.why else ".")
        for gap in whole.gaps
    ]
    return [*found, "The ranges span everything that is possible."]


def shares(whole: Explanation) -> Iterator[tuple[str, float]]:
    """Each component with its share of the cost."""
    spent = sum(amount for _, amount in whole.shares) or 1
    for component, amount in whole.shares:
        yield COMPONENTS[component], float(amount / spent)


def why(whole: Explanation) -> str:
    """What most of the cost goes to, in a sentence."""
    told = [f"{name} {numbers.percent(share)}" for name, share in shares(whole)]
    unit = "cost" if whole.profile.cost_usd is not None else "tokens"
    return f"Where the {unit} go{'es' if unit == 'cost' else ''}: {', '.join(told)}." if told else ""


def halving(whole: Explanation) -> Iterator[tuple[str, float, float]]:
    """Each change that makes the task cheaper: what to do, USD of the task then, share saved."""
    cost = whole.profile.cost_usd
    if cost is None or not cost.expected:
        return
    for lever in sorted(whole.levers, key=lambda one: one.cost_usd):
        saved = float(1 - lever.cost_usd / cost.expected)
        yield _lever(lever), float(lever.cost_usd), saved


def _lever(lever: Lever) -> str:
    then = numbers.money(lever.cost_usd)
    if lever.kind == "model":
        agent, model = lever.subject
        return f"set `llm: {model}` on agent '{agent}': the task then costs {then}"
    if lever.kind == "answers":
        return f"ask for about {numbers.tokens(lever.amount)} tokens an answer: the task then costs {then}"
    if lever.kind == "turns":
        return f"let it use tools about {numbers.calls(lever.amount)} times: the task then costs {then}"
    whose = "its output" if len(lever.subject) == 1 else "their outputs"
    return f"receive less from {_names(lever.subject)}: without {whose} the task costs {then}"


def _names(names: tuple[str, ...]) -> str:
    shown, more = names[:NAMES_SHOWN], len(names) - NAMES_SHOWN
    told = ", ".join(shown)
    return f"{told} and {more} more" if more > 0 else told or "other tasks"
