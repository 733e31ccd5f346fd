"""CP013: a mapping under `llm` in a @CrewBase agents.yaml, on which CrewAI fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Fix, SetValue, Severity
from crewprof.rules.objection_rule import ObjectionRule, shown
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class LlmMapping(ObjectionRule):
    """A mapping under `llm` in a @CrewBase agents.yaml, on which CrewAI fails.

    ## What it does

    Reports `llm: {…}` in the YAML of a @CrewBase project, also when a Python argument would beat it.

    ## Why

    CrewAI looks the value up among the @llm methods and fails with `unhashable type: 'dict'`. A crew
    definition takes a mapping, this file takes a model name or the name of an @llm method.

    ## Example

    ```yaml
    writer:
      llm: {model: gpt-4.1-mini, temperature: 0}   # before
      llm: calm   # after, with in the class: @llm def calm(self): return LLM(model=…, temperature=0)
    ```

    ## Fix safety

    Unsafe where the mapping only names the model: the name is written in its place. Else shown, as a
    method has to be written.

    ## When to ignore

    Never: the crew does not load.
    """

    code = "CP013"
    name = "llm-mapping"
    severity = Severity.ERROR
    kind = Kind.LLM_MAPPING

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Write the model's name, or say which method to write."""
        place, (name,) = objection.place, objection.agents
        document = subject.crew.data_at(place)
        node = document.node_at(place.route) if document is not None and place.route else None
        settings = node.value if node is not None else None
        if not isinstance(settings, dict) or not place.route:
            return None
        model = settings.get("model")
        # Nothing but the name is lost; further settings need an object of Python.
        if set(settings) == {"model"} and isinstance(model, str):
            change = SetValue(place.path, place.route, model)
            return Fix(Applicability.UNSAFE, f"set `{place.route[-1]}: {model}`", (change,))
        arguments = ", ".join(f"{key}={value!r}" for key, value in settings.items())
        method = f"@llm\ndef {name}_llm(self):\n    return LLM({arguments})"
        return shown(f"write an @llm method and set `{objection.key}: {name}_llm`", method)
