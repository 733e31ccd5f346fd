"""Constructed crews whose dependencies are known: unrelated writers, siblings of one source, chains,
and texts beside a chain."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

from crewprof.crew.definition import Agent, Crew, Kind, Task
from crewprof.crew.written import Judge, Written
from crewprof.source.place import Place

PLACE = Place("crew.yaml", 1, 1, 1, 1)
TOPICS = [
    "whales",
    "volcanoes",
    "old bridges",
    "tulips",
    "chess",
    "tram lines",
    "bread",
    "comets",
    "sea salt",
    "puppets",
    "clocks",
    "beavers",
    "kites",
    "lighthouses",
    "marbles",
    "windmills",
    "violins",
    "glaciers",
    "rye",
    "canals",
    "stamps",
    "owls",
    "saddles",
    "roof tiles",
    "cheese",
    "ferries",
]
PRODUCTS = (
    ("tweet", "Write a tweet", "A tweet."),
    ("linkedin", "Write a LinkedIn post", "A post of 150 words."),
    ("newsletter", "Write a newsletter item", "An item of 200 words."),
    ("press_release", "Draft a press release", "A press release of one page."),
    ("faq", "Write an FAQ with eight questions", "Eight questions with answers."),
    ("script", "Write a script for a short video", "A script of two minutes."),
    ("blog", "Write a blog post", "A blog post of 600 words."),
    ("slides", "Make the text of ten slides", "Ten slides with three points each."),
    ("email", "Write an email to customers", "An email of 120 words."),
    ("poster", "Write the text of a poster", "A poster text of 40 words."),
    ("podcast", "Prepare the notes of a podcast episode", "Notes with five topics."),
    ("ad", "Write three short advertisements", "Three advertisements of 30 words."),
)
ESSAYS = (
    ("essay_on_{0}", "Write an essay on {1}.", "An essay of 500 words."),
    ("{0}", "Describe the history of {1} for children.", "A text of 400 words."),
    ("report_{0}", "Write a report about {1}.", "A report of two pages."),
    ("{0}_analysis", "Analyze the market for {1} in Europe.", "An analysis with three sections."),
    ("check_{0}", "Explain what is known about {1}.", "Five paragraphs."),
    ("list_{0}", "List ten facts about {1}.", "A list of ten facts."),
)
SOURCES = (
    ("research", "Research new rules on {0}.", "Notes of 400 words.", "the research notes"),
    ("interviews", "Interview three makers of {0}.", "Three transcripts.", "the interviews"),
    ("study", "Study how people use {0}.", "A study of three pages.", "the study"),
    ("facts", "Collect facts on {0}.", "A list of 20 facts.", "the collected facts"),
    ("briefing", "Prepare a briefing on {0}.", "A briefing of one page.", "the briefing"),
)
LINKS = ("from {0}", "based on {0}", "using {0}", "with {0} as its source")
JOINERS = (
    ("join", "Combine all texts into one document.", "One document."),
    ("magazine", "Put everything together into a magazine with a table of contents.", "The magazine."),
    ("final", "Merge the results of all tasks into one file.", "The complete file."),
)
CHAINS = (
    (
        ("letter", "Write a letter to a maker of {0}.", "A letter."),
        ("polish", "Improve style and grammar.", "The final text."),
    ),
    (
        ("speech", "Write a speech on {0}.", "A speech."),
        ("shorten", "Shorten long sentences.", "A text that is easy to read."),
    ),
    (
        ("draft", "Write a draft about {0}.", "A draft."),
        ("edit", "Edit the draft for style.", "The edited text."),
        ("translate", "Translate the edited text into French.", "The French text."),
    ),
    (
        ("plan", "Plan a guide to {0}.", "An outline."),
        ("write", "Write the guide along the outline.", "The guide."),
        ("review", "Review the guide and mark mistakes.", "The guide with remarks."),
    ),
    (
        ("data", "Collect sales of {0} by month.", "A table of sales."),
        ("trend", "Find trends in the sales.", "Five trends."),
        ("advice", "Recommend what to do about the trends.", "Three recommendations."),
    ),
    (
        ("code", "Write a program that counts {0}.", "A program."),
        ("test", "Write tests for the program.", "Tests."),
        ("docs", "Document how to run the program and its tests.", "A page of documentation."),
    ),
)


@dataclass(frozen=True)
class Constructed:
    """A crew and, by task, what each task uses. ``independent``: tasks that could run side by side."""

    kind: str
    crew: Crew
    uses: dict[str, frozenset[str]]
    independent: frozenset[str]


def constructed(number: int, seed: int) -> list[Constructed]:
    """``number`` crews of every kind, the same for the same ``seed``."""
    chance = random.Random(seed)
    makers = (_unrelated, _siblings, _gatherers, _chain, _aside)
    return [makers[turn % len(makers)](chance) for turn in range(number)]


def _unrelated(chance: random.Random) -> Constructed:
    """Writers on unrelated subjects, mostly with one who joins their texts."""
    topics = chance.sample(TOPICS, chance.randint(3, 6))
    same = chance.random() < 0.5
    one = chance.choice(ESSAYS)
    rows = [_essay(one if same else chance.choice(ESSAYS), topic) for topic in topics]
    return _made("unrelated", chance, rows, {}, independent=_names(rows), joined=chance.random() < 0.8)


def _names(rows: list[tuple[str, str, str]]) -> frozenset[str]:
    return frozenset(name for name, _, _ in rows)


def _essay(form: tuple[str, str, str], topic: str) -> tuple[str, str, str]:
    return form[0].format(topic.replace(" ", "_"), topic), form[1].format("", topic), form[2]


def _siblings(chance: random.Random) -> Constructed:
    """One source, and products made of it."""
    source = chance.choice(SOURCES)
    link = chance.choice(LINKS).format(source[3])
    products = chance.sample(PRODUCTS, chance.randint(2, 5))
    rows = [(source[0], source[1].format(chance.choice(TOPICS)), source[2])]
    rows += [(name, f"{told} {link}.", wanted) for name, told, wanted in products]
    uses = {name: frozenset({source[0]}) for name, _, _ in products}
    return _made("siblings", chance, rows, uses, independent=frozenset(uses), joined=chance.random() < 0.5)


def _gatherers(chance: random.Random) -> Constructed:
    """Several who gather, and one who writes from all of it."""
    topics = chance.sample(TOPICS, chance.randint(2, 4))
    verbs = chance.choices(
        ("Collect news on", "Search for prices of", "Find studies of", "Look up laws on"), k=len(topics)
    )
    rows = [
        (f"find_{topic.replace(' ', '_')}", f"{verb} {topic}.", f"A list on {topic}.")
        for topic, verb in zip(topics, verbs, strict=True)
    ]
    return _made("gatherers", chance, rows, {}, independent=_names(rows), joined=True)


def _chain(chance: random.Random) -> Constructed:
    """Each works on what the one before it made."""
    topic = chance.choice(TOPICS)
    rows = [(name, told.format(topic), wanted) for name, told, wanted in chance.choice(CHAINS)]
    names = [name for name, _, _ in rows]
    uses = {name: frozenset({before}) for before, name in itertools.pairwise(names)}
    return _made("chain", chance, rows, uses)


def _aside(chance: random.Random) -> Constructed:
    """A source, a text on something else, and a product of the source alone."""
    source = chance.choice(SOURCES)
    about, other = chance.sample(TOPICS, 2)
    product, told, wanted = chance.choice(PRODUCTS)
    link = chance.choice(LINKS).format(source[3])
    aside = _essay(chance.choice(ESSAYS), other)
    rows = [(source[0], source[1].format(about), source[2]), aside, (product, f"{told} {link}.", wanted)]
    uses = {product: frozenset({source[0]})}
    return _made("aside", chance, rows, uses, independent=frozenset({source[0], aside[0]}))


def _made(
    kind: str,
    chance: random.Random,
    rows: list[tuple[str, str, str]],
    uses: dict[str, frozenset[str]],
    *,
    independent: frozenset[str] = frozenset(),
    joined: bool = False,
) -> Constructed:
    names = [name for name, _, _ in rows]
    used = {name: uses.get(name, frozenset()) for name in names}
    if joined:
        joiner = chance.choice(JOINERS)
        rows = [*rows, joiner]
        used[joiner[0]] = independent
    tasks = tuple(
        Task(name, PLACE, agent=f"agent_{number}", description=told, expected_output=wanted)
        for number, (name, told, wanted) in enumerate(rows)
    )
    agents = tuple(Agent(f"agent_{number}", PLACE, role="Worker") for number in range(len(rows)))
    written = Written("crew-yaml", Judge.DEFINITION)
    crew = Crew("c", "crew.yaml", Kind.CREW_YAML, PLACE, written, agents=agents, tasks=tasks)
    return Constructed(kind, crew, used, independent)
