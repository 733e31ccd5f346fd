"""What a text is taken to use of the tasks before it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fan_outs import constructed
from benchmarks.written_fan_outs import (
    CHAINS_SEEN,
    CHAINS_UNSEEN,
    CHAINS_UNSEEN_LATER,
    SEEN,
    UNSEEN,
    UNSEEN_LATER,
    found_whole,
)
from crewprof.crew.definition import Agent, Crew, Kind, Task
from crewprof.crew.written import Judge, Written
from crewprof.plan.dependencies import infer_dependencies
from crewprof.plan.preparing import prepares
from crewprof.plan.task_words import TaskWords
from crewprof.quick_dataclasses import replace
from crewprof.source.place import Place

PLACE = Place("crew.yaml", 1, 1, 1, 1)


def crew(*tasks: Task) -> Crew:
    return Crew(
        "c",
        "crew.yaml",
        Kind.CREW_YAML,
        PLACE,
        Written("crew-yaml", Judge.DEFINITION),
        agents=(),
        tasks=tasks,
    )


def task(name: str, description: str, expected_output: str, output_file: str | None = None) -> Task:
    return Task(
        name, PLACE, description=description, expected_output=expected_output, output_file=output_file
    )


PRICES = task("collect_prices", "Collect the prices of {product} in ten shops.", "A table of shop and price.")
REVIEWS = task("collect_reviews", "Collect customer reviews of {product}.", "Twenty quotes of customers.")


def used(crew: Crew, name: str) -> set[str]:
    return {edge.task for edge in infer_dependencies(crew)[name]}


def test_what_is_gathered_outside_uses_nothing_before_it() -> None:
    assert used(crew(PRICES, REVIEWS), "collect_reviews") == set()


def test_a_task_uses_what_it_names() -> None:
    compare = task(
        "compare", "Compare the collected prices by shop and say where to buy.", "A recommendation."
    )
    assert used(crew(PRICES, REVIEWS, compare), "compare") >= {"collect_prices"}
    both = task("judge", "Based on the prices and the customer reviews, judge {product}.", "One page.")
    assert used(crew(PRICES, REVIEWS, both), "judge") == {"collect_prices", "collect_reviews"}


def test_a_task_that_follows_is_taken_to_use_the_one_before_it() -> None:
    draft = task("draft", "Write a letter to the supplier.", "A letter.")
    polish = task("polish", "Improve style and grammar.", "The final text.")
    assert used(crew(PRICES, draft, polish), "polish") == {"draft"}


def test_a_file_that_is_read_is_certain() -> None:
    report = task("report", "Write the report.", "Markdown.", output_file="out/report.md")
    other = task("other", "Collect links on {product}.", "Ten links.")
    check = task("check", "Search report.md for mistakes.", "A list.")
    (edge,) = (one for one in infer_dependencies(crew(report, other, check))["check"] if one.task == "report")
    assert edge.certain
    assert edge.score == 1.0


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=6))
def test_edges_go_back_in_list_order_with_a_probability(texts: list[tuple[str, str]]) -> None:
    tasks = tuple(task(f"t{number}", *text) for number, text in enumerate(texts))
    names = [one.name for one in tasks]
    for index, (name, edges) in enumerate(infer_dependencies(crew(*tasks)).items()):
        assert name == names[index]
        assert [edge.task for edge in edges] == [
            one for one in names[:index] if one in {e.task for e in edges}
        ]
        assert all(0 < edge.score <= 1 for edge in edges)


def test_fan_outs_are_found_and_chains_kept() -> None:
    right: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for one in constructed(75, seed=7):
        edges = infer_dependencies(one.crew)
        inferred = {name: {edge.task for edge in found} for name, found in edges.items()}
        kept = all(uses <= inferred[name] for name, uses in one.uses.items())
        apart = not any(inferred[name] & one.independent for name in one.independent)
        made[one.kind] += 1
        right[one.kind] += kept and apart
    assert all(right[kind] >= 0.8 * number for kind, number in made.items()), right
    assert right.total() >= 0.9 * made.total()


def test_fan_outs_written_by_hand_are_mostly_found_and_chains_kept() -> None:
    fan_outs = (*SEEN, *UNSEEN, *UNSEEN_LATER)
    chains = (*CHAINS_SEEN, *CHAINS_UNSEEN, *CHAINS_UNSEEN_LATER)
    assert found_whole(fan_outs) >= 0.8 * len(fan_outs)
    assert found_whole(chains) >= 0.75 * len(chains)


INVENTED = st.tuples(
    st.text("bdgklmnprstv", min_size=1, max_size=1), st.text("aeiou", min_size=1, max_size=1)
).map("".join)
SUBJECTS = st.lists(
    st.lists(INVENTED, min_size=3, max_size=4).map(lambda parts: "".join(parts) + "x"),
    min_size=7,
    max_size=7,
    unique_by=lambda word: word[:4],
)


@given(
    SUBJECTS, st.integers(2, 6), st.sampled_from(["Explain", "Describe", "Analyze", "Look up", "Estimate"])
)
def test_the_last_task_uses_what_nobody_else_does_though_it_names_nothing(
    subjects: list[str], number: int, verb: str
) -> None:
    *about, last = subjects[: number + 1]
    siblings = [
        task(f"task_{subject}", f"{verb} the {subject} of {{company}}.", "Half a page.") for subject in about
    ]
    memo = task(f"task_{last}", "Write the memo for the board.", "A memo.")
    made = crew(*siblings, memo)
    assert used(made, memo.name) == {one.name for one in siblings}
    assert not any(used(made, one.name) for one in siblings)


@given(
    SUBJECTS, st.permutations(["poem", "limerick", "toast", "query", "recipe", "letter"]), st.integers(3, 6)
)
def test_writers_with_nothing_in_common_use_nothing_of_each_other(
    subjects: list[str], products: list[str], number: int
) -> None:
    verbs = ["Write", "Compose", "Invent", "Draft", "Devise", "Create"]
    writers = [
        task(f"task_{subject}", f"{verb} a {product} about {subject}.", "Some lines.")
        for verb, product, subject in zip(verbs, products, subjects, strict=False)
    ][:number]
    made = crew(*writers)
    assert not any(used(made, one.name) for one in writers)


def test_who_is_told_the_same_at_length_of_something_else_uses_nothing_of_the_others() -> None:
    told = (
        "You are a specialist who contributes depth to the handbook. Your field is {field}. Search recent "
        "papers, compare methods, name open problems, quote sources with author and year, write down each "
        "equation with its variables, describe two algorithms step by step, sketch a figure with axes and "
        "legend, list pitfalls that beginners meet, propose experiments with hardware and budget, and finish "
        "with a glossary of terms."
    )
    fields = {"optics": "lenses and mirrors", "sonar": "echoes under water", "radar": "waves in the air"}
    made = crew(
        *(
            task(name, told.format(field=field), f"A contribution on {field}.")
            for name, field in fields.items()
        )
    )
    assert not any(used(made, name) for name in fields)


def test_a_verb_names_no_output() -> None:
    made = crew(
        task("gather", "Gather the requirements of {product}.", "Numbered requirements."),
        task("ui_design", "Design the screens that the requirements call for.", "Ten screens."),
        task("test_plan", "Design the test cases that the requirements call for.", "Test cases."),
        task("estimate", "Estimate the effort from the screens and the test cases.", "A table."),
    )
    assert used(made, "test_plan") == {"gather"}


def test_korean_words_of_two_syllables_name_an_output() -> None:
    made = crew(
        task("시장", "{제품}의 시장 규모를 조사한다.", "시장 보고서."),
        task("고객", "{제품}의 고객 불만을 분류한다.", "불만 유형 표."),
        task("전략", "시장 규모와 고객 불만을 바탕으로 전략을 세운다.", "전략 문서."),
    )
    assert used(made, "전략") == {"시장", "고객"}


def test_a_number_names_no_output() -> None:
    made = crew(
        task("vins", "Décris trois vins du Jura.", "Trois paragraphes."),
        task("fromages", "Décris trois fromages des Alpes.", "Trois paragraphes."),
        task("menu", "Compose un menu à partir des vins et des fromages décrits.", "Un menu."),
    )
    assert used(made, "fromages") == set()
    assert used(made, "menu") == {"vins", "fromages"}


PITCH = "Propose a mobile app for {problem}, with its steps, limits and an example from the app stores."


@pytest.mark.parametrize(
    "names", ["pitch_a pitch_b pitch_c", "pitch_1 pitch_2 pitch_3", "Pitch-A Pitch-B Pitch-C"]
)
def test_who_uses_one_of_several_variants_uses_all(names: str) -> None:
    pitches = [
        task(name, f"{PITCH} {more}", wanted)
        for name, more, wanted in zip(
            names.split(),
            ("", "Stay cheap.", "Surprise."),
            ("Steps and benefits.", "The limits of the app.", "The limits of the app."),
            strict=True,
        )
    ]
    compare = task("pitch_comparison", "Compare the pitches and their benefits.", "A ranking.")
    made = crew(*pitches, compare)
    found = used(made, "pitch_comparison")
    assert found == set(names.split())


def test_one_variant_works_on_the_other_of_its_own_number() -> None:
    study = "Study the {kind} of bicycle bells in the shops of Vienna."
    made = crew(
        task("study_b", study.format(kind="colours"), "A table of colours."),
        task("study_a", study.format(kind="prices"), "A table of prices."),
        task("essay_a", "Write an essay on the prices found.", "An essay."),
    )
    assert used(made, "essay_a") == {"study_a"}


def test_agents_that_are_told_the_same_do_not_wait_for_each_other() -> None:
    told = "Conduct a thorough research about {feature}. Use the research of others on the web and blogs."
    made = "An industry specific analysis of the feature."
    agents = ("Industry researcher for biomedicine", "Insight analyst for finance", "Marketer for the web")
    workers = tuple(Agent(f"a{n}", PLACE, role=role) for n, role in enumerate(agents))
    tasks = tuple(
        replace(task(name, told, made), agent=worker.name)
        for name, worker in zip(("biomed", "finance", "care"), workers, strict=True)
    )
    found = infer_dependencies(replace(crew(*tasks), agents=workers))
    assert not any(found.values())


def test_who_is_told_more_than_another_may_work_on_what_that_made() -> None:
    told = "You help create a game in Python, these are the instructions: {game}"
    made = crew(
        task("code_task", f"{told}. You will write the code.", "Full Python code, nothing else."),
        task("review_task", f"{told}. Using the code you got, check for mistakes.", "Full Python code."),
    )
    assert used(made, "review_task") == {"code_task"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Analyze the structure of table {table}", "Generate and execute SQL for: {question}"),
        ("List the columns of {database}", "Write a query that answers {question}"),
        ("Write the specification of {product}", "Develop {product} in Python"),
    ],
)
def test_work_done_for_other_work_comes_first_though_nothing_names_it(before: str, after: str) -> None:
    text = TaskWords(task("b", after, "The answer."), "")
    assert prepares(TaskWords(task("a", before, "Findings."), ""), text)
    assert not prepares(TaskWords(task("a", "Describe how whales sleep.", "A text."), ""), text)
    assert not prepares(TaskWords(task("a", f"{before} {after}", "Findings."), ""), text)


def test_a_query_waits_for_the_study_of_its_table() -> None:
    made = crew(
        task("schema", "Analyze the structure of table {table}", "Table schema analysis"),
        task("sql", "Generate and execute SQL query for: {question}", "SQL query results"),
        task("chart", "Create visualization from query results", "Visualization data"),
        task("explain", "Explain the analysis results", "Clear explanation of findings"),
    )
    assert used(made, "sql") == {"schema"}


def test_a_step_that_says_nothing_of_the_one_before_still_uses_it() -> None:
    code = task("write_code", "Write a Python function that parses {format}.", "Python code.")
    design = task("design", "Design the architecture.", "An architecture document.")
    build = task("build", "Implement the system.", "Source code.")
    assert "design" in used(crew(code, design, build), "build")


@pytest.mark.parametrize(
    "rest", ["Using the code you got, look for mistakes.", "Based on this, count the moves.", "Merge it all."]
)
def test_who_speaks_of_earlier_work_uses_some_of_it_however_alike_the_texts_are(rest: str) -> None:
    told = "You help to make a game for the terminal. These are its rules and its board: {game}."
    made = crew(task("first", told, "A program."), task("second", f"{told} {rest}", "A program."))
    assert used(made, "second") == {"first"}


def test_writers_whose_texts_one_joins_do_not_wait_for_each_other() -> None:
    whales = task("whales", "Describe how whales sleep.", "A text.")
    bread = task("bread", "List ten facts about bread.", "Ten facts.")
    join = task("join", "Combine all texts into one document.", "One document.")
    made = crew(whales, bread, join)
    assert used(made, "bread") == set()
    assert used(made, "join") == {"whales", "bread"}


OTHER_LANGUAGES = (
    ("去年收集关于鲸鱼的资料", "写一篇关于火山的文章", "根据收集的资料写一份鲸鱼报告"),
    ("Собери факты о китах", "Напиши статью о вулканах", "Напиши отчёт на основе фактов о китах"),
    ("クジラの資料を収集する", "火山についての記事を書く", "収集した資料をもとにクジラのレポートを書く"),
    ("Sammle Fakten über Wale", "Schreibe über Vulkane", "Schreibe anhand der Fakten über Wale"),
)


@pytest.mark.parametrize(("source", "sibling", "follower"), OTHER_LANGUAGES)
def test_siblings_and_followers_are_told_apart_in_other_languages(
    source: str, sibling: str, follower: str
) -> None:
    made = crew(
        task("collect_whales", source, source), task("volcanoes", sibling, ""), task("report", follower, "")
    )
    assert used(made, "volcanoes") == set()
    assert "collect_whales" in used(made, "report")
