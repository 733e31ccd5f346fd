"""What the estimate of a task is made from: its agent, its model, its texts and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Process
from crewprof.estimate.answer_length import answer_length, with_what_is_given
from crewprof.estimate.call_counts import manager_delegations, tool_uses, work_of
from crewprof.estimate.ceiling import answer_limit
from crewprof.estimate.prompt_tokens import count_prompt
from crewprof.estimate.slot_lengths import SlotLengths
from crewprof.estimate.spending import times
from crewprof.estimate.task_estimate import TaskEstimate
from crewprof.quantity import Range
from crewprof.semantics.runner import coworkers_of_manager
from crewprof.tokens.encoding import O200K, encoding_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Agent, Crew, Model, Task
    from crewprof.estimate.answers import Answers
    from crewprof.estimate.assumptions import Book
    from crewprof.estimate.task_estimate import ModelLookup
    from crewprof.estimate.tool_results import KnownTools
    from crewprof.models.catalogue import CatalogueEntry
    from crewprof.semantics.call import Prompt, ToolDefinition


def estimate_task(
    crew: Crew,
    task: Task,
    *,
    answers: Answers,
    limits: Mapping[str, int | None],
    known: KnownTools,
    prompt: Prompt,
    result_reader: ToolDefinition | None,
    llm: Model | None,
    lookup: ModelLookup,
    book: Book,
) -> TaskEstimate:
    """The estimate of ``task``, run by ``llm`` and opened by ``prompt``, given the answers of the tasks
    before it. ``result_reader``: the tool that reads large results, where CrewAI puts them aside.
    """
    agent = agent_of(crew, task)
    schema = task.output_pydantic or task.output_json or task.response_model
    entry = lookup(llm) if llm is not None and llm.id is not None else None
    # No answer is longer than the crew, CrewAI or the provider lets it be.
    limit = answer_limit(llm.max_tokens if llm is not None else None, entry)
    encoding = encoding_for(llm.id)[0] if llm is not None and llm.id is not None else O200K
    answer = answer_length(
        task.expected_output,
        task.description,
        book,
        json_schema=schema.json_schema if schema is not None else None,
        max_tokens=limit,
        encoding=encoding,
        thought_first=prompt.wants_thought_first,
    )
    tools = task.tools or (agent.tools if agent is not None else ())
    if tools or prompt.unseen:
        answer = with_what_is_given(answer, task.description, encoding, limit)
    work = work_of(task.description, task.expected_output, answer.basis)
    # Only results that are sent as messages of their own are put aside.
    aside = result_reader is not None and prompt.layout == "native"
    window = _usable_window(entry) if aside and entry is not None else None
    model = llm.id if llm is not None else None
    counted = count_prompt(prompt, model)
    lengths = SlotLengths(answer, work, answers, tools, prompt.unseen, known, window, book)
    servers = len(prompt.unseen)
    uses = tool_uses(
        work, prompt.layout, len(tools), book, prompt=float(counted.fixed_tokens), servers=servers
    )
    reads = lengths.reads() if uses.high else Range.exactly(0.0)
    return TaskEstimate(
        task=task,
        llm=llm,
        uses=times(uses, reads + Range.exactly(1.0)),
        counts={(id(prompt), model): counted},
        lengths=lengths,
        handed_on=None
        if crew.process is not Process.HIERARCHICAL
        else manager_delegations(len(coworkers_of_manager(crew, task)), prompt.layout, book),
        limit=limit,
        limits=limits,
        lookup=lookup,
        book=book,
        reads=reads,
        reader=result_reader,
    )


def _usable_window(entry: CatalogueEntry) -> int:
    from crewprof.models.windows import crewai_context_window

    return crewai_context_window(entry.identity).usable


def agent_of(crew: Crew, task: Task) -> Agent | None:
    """The agent that works on ``task``: its own, else the crew's manager; ``None`` if there is none."""
    if task.agent is None:
        return crew.manager_agent
    try:
        return crew.agent(task.agent)
    except KeyError:
        return None
