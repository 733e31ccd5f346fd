"""What ``crew.jsonc`` says, ours against the objects CrewAI's ``load_crew`` makes of it."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crewprof.crew.definition import Crew, DuplicateKey, Kind
from crewprof.crew.loaders.crew_json import holds, read_crew
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.crew.written import Written
from crewprof.errors import InputError
from crewprof.models import lookup
from crewprof.semantics.models import with_models
from crewprof.semantics.refusals import Outcome, objections
from crewprof.source.documents import Documents
from crewprof.source.field import Field
from crewprof.source.place import Place
from crewprof.source.text import SourceText
from tests.conformance.offline import go_offline
from tests.conformance.project import write_project
from tests.conformance.random_crews import Definition, Features, definitions, flawed_definitions
from tests.crew.describing import describe_ours, describe_theirs
from tests.crew.json_folders import agent_bodies, without_nulls, write_json_crew
from tests.semantics.mistakes import AGENT, NEAR_MISSES, READ_BY_NOBODY, REFUSED, crew, task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Model

go_offline()
pytest.importorskip("crewai")
pytest.importorskip("crewai_tools")

from crewai.project.crew_loader import load_crew  # noqa: E402

from tests.conformance.comparing import newest  # noqa: E402
from tests.crew.test_crew_yaml_conformance import KEYS, VALUES, extras  # noqa: E402

RUN = settings(
    max_examples=int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "12")),
    deadline=None,
    # Loading crews takes CrewAI long: a failing one is shown as it was drawn.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
SEEDS = st.integers(0, 10**6).map(Random)


@pytest.fixture
def project() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder))
        yield Path(folder)


def read(path: Path) -> Crew | InputError:
    """The crew, or an error that says where and what to do."""
    try:
        return read_crew(str(path), Documents())
    except InputError as error:
        assert (error.line or 0) > 0  # noqa: PT017
        assert error.hint  # noqa: PT017
        return error


def is_refused_by_us(found: Crew | InputError) -> bool:
    if isinstance(found, InputError):
        return True

    def calls_functions(model: Model | None) -> bool:
        return lookup(model.id).function_calling if model is not None and model.id else True

    said = objections(with_models(found, newest()), newest(), calls_functions, lambda _: "openai")
    return any(one.outcome is Outcome.REFUSED for one in said)


def is_refused_by_crewai(path: Path) -> str | None:
    try:
        load_crew(path)
    except Exception as error:
        return str(error) or type(error).__name__
    return None


def plain(value: Any) -> Any:
    """A value of ours without what says how and where it was written."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.name not in {"fields", "texts", "documents", "path", "kind", "written"}
            and not isinstance(getattr(value, field.name), Place | Field | Written | Documents)
        }
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, tuple | list) else value


def in_folder(definition: Definition, project: Path, random: Random) -> Path:
    folder = Path(tempfile.mkdtemp(dir=project))
    write_project(folder)
    return write_json_crew(definition, folder, random)


@RUN
@given(definition=definitions().flatmap(extras), random=SEEDS)
def test_an_accepted_definition_says_the_same(project: Path, definition: Definition, random: Random) -> None:
    path = in_folder(definition, project, random)
    assert holds(str(path), Documents())
    ours = read(path)
    try:
        theirs, inputs = load_crew(path)
    except Exception:
        assert is_refused_by_us(ours)
        return
    assert isinstance(ours, Crew)
    assert not is_refused_by_us(ours)
    assert describe_ours(ours) == describe_theirs(theirs)
    assert dict(ours.inputs) == inputs
    assert not ours.unknowns
    assert set(ours.texts) == {str(path), *(agent.place.path for agent in [*ours.agents, *_managers(ours)])}


def _managers(crew: Crew) -> list[Any]:
    return [] if crew.manager_agent is None else [crew.manager_agent]


@RUN
@given(definition=definitions().flatmap(extras).map(without_nulls), random=SEEDS)
def test_both_forms_of_one_definition_are_the_same_crew(
    project: Path, definition: Definition, random: Random
) -> None:
    path = in_folder(definition, project, random)
    ours = read(path)
    text = yaml.safe_dump(definition, sort_keys=False, allow_unicode=True)
    try:
        other = load_crew_yaml(SourceText(str(path.with_name("crew.yaml")), text))
    except InputError:
        assert isinstance(ours, InputError)
        return
    assert isinstance(ours, Crew)
    assert ours.kind is Kind.JSONC
    # Without a name a crew.jsonc is called by its folder, a crew.yaml by its file.
    name = definition.get("name") or path.parent.name
    assert plain(ours) == {**plain(other), "name": name}


@RUN
@given(definition=flawed_definitions(Features(tools=0.2, structured=0.1)), random=SEEDS)
def test_what_crewai_refuses_we_refuse(project: Path, definition: Definition, random: Random) -> None:
    path = in_folder(definition, project, random)
    refusal = is_refused_by_crewai(path)
    assert (refusal is not None) == is_refused_by_us(read(path)), refusal


ONLY_IN_YAML = {
    "agent name is a number": "the name of a file is always text",
    "llm without model": "said by Agent itself",
    "empty agent": "an empty file is no JSON object",
    "null in settings": "tested below with every null",
    "empty goal": "tested below with every null",
}


@pytest.mark.parametrize(
    "definition",
    [
        *(definition for name, (_, definition) in REFUSED.items() if name not in ONLY_IN_YAML),
        *READ_BY_NOBODY.values(),
    ],
    ids=[*(name for name in REFUSED if name not in ONLY_IN_YAML), *READ_BY_NOBODY],
)
def test_mistakes_are_refused_in_json_too(project: Path, definition: Definition) -> None:
    path = in_folder(definition, project, Random(1))
    assert is_refused_by_crewai(path)
    assert is_refused_by_us(read(path))


JSON_MISTAKES: dict[str, Definition] = {
    "null flag": crew(agent={"allow_delegation": None}),
    "null count": crew(agent={"max_iter": None}),
    "null text": crew({**task(), "description": None}),
    "null goal": crew(agent={"goal": None}),
    "null in settings": crew(agent={"settings": {"max_iter": None}}),
    "null goal in settings": crew(agent={"settings": {"goal": None}}),
    "type of agent is a list": crew(agent={"type": ["Agent"]}),
    "null runtime key": crew(agent={"id": None}),
    "null unknown key": crew({**task(), "colour": None}),
    "null process": crew(process=None),
    "llm without model": crew(agent={"llm": {"max_tokens": 5}}),
    "name in an agent file": crew(agent={"name": "a"}),
    "manager among the agents": crew(process="hierarchical", manager_agent="a"),
}


@pytest.mark.parametrize("definition", JSON_MISTAKES.values(), ids=JSON_MISTAKES)
def test_null_arrives_in_json(project: Path, definition: Definition) -> None:
    path = in_folder(definition, project, Random(2))
    if definition.get("manager_agent") == "a":
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"b"', '"a", "b"', 1), encoding="utf-8")
    refusal = is_refused_by_crewai(path)
    assert (refusal is not None) == is_refused_by_us(read(path)), refusal


@pytest.mark.parametrize("definition", NEAR_MISSES.values(), ids=NEAR_MISSES)
def test_near_misses_are_judged_as_crewai_does(project: Path, definition: Definition) -> None:
    path = in_folder(definition, project, Random(3))
    refusal = is_refused_by_crewai(path)
    assert (refusal is not None) == is_refused_by_us(read(path)), refusal


INLINE: dict[str, Any] = {
    "mapping": {"a": AGENT},
    "list of mappings": [{"name": "a", **AGENT}],
    "empty list": [],
    "number in list": ["a", 3],
    "no file": ["a", "b"],
    "text": "a",
}


@pytest.mark.parametrize("agents", INLINE.values(), ids=INLINE)
def test_agents_are_names_of_files(project: Path, agents: object) -> None:
    path = in_folder({**crew(), "agents": {"a": AGENT}}, project, Random(4))
    import json

    path.write_text(json.dumps({"agents": agents, "tasks": [task()]}), encoding="utf-8")
    assert is_refused_by_crewai(path)
    assert is_refused_by_us(read(path))


@RUN
@given(definition=definitions(), data=st.data(), random=SEEDS)
def test_a_value_of_any_type_anywhere_gives_a_crew_or_a_clear_error(
    project: Path, definition: Definition, data: st.DataObject, random: Random
) -> None:
    definition = {**definition, "agents": agent_bodies(definition)}
    target = data.draw(st.sampled_from([definition, *definition["agents"].values(), *definition["tasks"]]))
    key = data.draw(st.sampled_from([*target, *KEYS]))
    if target is definition and key == "agents":
        return
    target[key] = data.draw(VALUES)
    path = in_folder(definition, project, random)
    if isinstance(read(path), InputError):
        # Only the kickoff looks at inputs.
        assert key == "inputs" or is_refused_by_crewai(path)


def test_keys_written_twice_are_noticed_in_every_file(project: Path) -> None:
    path = in_folder(crew(), project, Random(5))
    for file in (path, *(path.parent / "agents").iterdir()):
        text = file.read_text(encoding="utf-8")
        first = '"process": "sequential", "process": "sequential",' if file == path else '"role": "x",'
        file.write_text(text.replace("{", "{" + first, 1), encoding="utf-8")
    found = read(path)
    assert isinstance(found, Crew)
    assert [one.key for one in found.duplicate_keys] == ["process", "role", "role"]
    assert all(isinstance(one, DuplicateKey) for one in found.duplicate_keys)


SYNTAX = {
    "no colon": ('{"role" "x"}', 1, 9, "':'"),
    "no comma": ('{"role": "x"\n "goal": "y"}', 2, 2, "','"),
    "single quotes": ("{'role': 'x'}", 1, 2, "double quotes"),
    "word": ('{\n  "role": Clerk}', 2, 11, "a value"),
    "open string": ('{"role": "x\n}', 1, 12, "control character"),
    "open comment": ('{"role": "x" /* }', 1, 14, "never closed"),
    "two values": ('{"role": "x"} {}', 1, 15, "end of the file"),
    "cut off": ('{"role": "x",', 1, 14, ""),
    "two commas": ('{"role": "x",, "goal": "y"}', 1, 14, ""),
    "empty": ("", 1, 1, "a value"),
    "list": ("[]", 1, 1, "not an agent"),
}


@pytest.mark.parametrize(("text", "line", "column", "says"), SYNTAX.values(), ids=SYNTAX)
def test_a_mistake_in_an_agent_file_is_told_at_its_place(
    project: Path, text: str, line: int, column: int, says: str
) -> None:
    path = in_folder(crew(), project, Random(6))
    file = next((path.parent / "agents").glob("a.*"))
    file.write_text(text, encoding="utf-8")
    error = read(path)
    assert isinstance(error, InputError)
    assert (error.path, error.line, error.column) == (str(file), line, column), error.message
    assert says.lower() in error.message.lower() + (error.hint or "").lower()
    assert is_refused_by_crewai(path)
