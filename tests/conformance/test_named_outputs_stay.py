"""Whatever crewprof rewrites: CrewAI still sends a task what its text names, and every instruction."""

from __future__ import annotations

import json
import os

import yaml
from hypothesis import HealthCheck, Phase, event, given, settings

from crewprof.analysis.subject import subject_of
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.crew.loaders.registry import reload_crew
from crewprof.rewrite.apply import rewrite_documents
from crewprof.rules.registry import every_rule
from crewprof.semantics.context import contexts_of
from crewprof.source.text import SourceText
from tests.conformance.random_references import Named, crews_that_name
from tests.conformance.rewriting import EVERYTHING, OPTIONS, optimised, run, sent_by_name

EXAMPLES = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "5"))
"""``make conformance`` runs many more."""


rewriting = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    derandomize="CREWPROF_CONFORMANCE_EXAMPLES" not in os.environ,
)


@rewriting
@given(crews_that_name())
def test_what_a_text_names_and_asks_for_is_sent_still(crew: Named) -> None:
    rewritten = optimised(crew.text, EVERYTHING)
    event("rewritten" if rewritten != crew.text else "as it was")
    after = run(rewritten)
    assert after.finished, f"{after.error}\n{rewritten}"
    names = [task["name"] for task in yaml.safe_load(rewritten)["tasks"]]
    sent = {name: json.loads(calls[0])[0] for name, calls in sent_by_name(after, names).items() if name}
    for name, messages in sent.items():
        prompt = "\n".join(str(message["content"]) for message in messages)
        for other in crew.named[name]:
            assert f"Output of {other}." in prompt, f"{name} names {other}\n{crew.text}\n---\n{rewritten}"
        for word in crew.told[name] | crew.orders.get(name, frozenset()):
            assert word in prompt, f"{name} is told of {word}\n{crew.text}\n---\n{rewritten}"


@settings(rewriting, max_examples=5 * EXAMPLES)
@given(crews_that_name())
def test_each_fix_alone_leaves_what_a_text_names(crew: Named) -> None:
    """Without a run: what a task receives is tested against CrewAI elsewhere."""
    written = load_crew_yaml(SourceText("crew.yaml", crew.text))
    subject = subject_of(written, OPTIONS)
    for rule in (one for one in every_rule() if one.code.startswith(("CP1", "CP2"))):
        for found in rule.check(subject):
            assert found.fix is not None
            result = rewrite_documents([found.fix], written.texts)
            changed = reload_crew(written, {**written.texts, **result.texts})
            contexts = contexts_of(changed, subject.behavior)
            for task in changed.tasks:
                missing = crew.named[task.name] - contexts[task.name].names
                assert not missing, f"{found.code}: {task.name} names {missing}\n{crew.text}"
                told = f"{task.description} {task.expected_output}"
                assert all(word in told for word in crew.told[task.name]), f"{found.code}\n{crew.text}"
