"""Random crews whose texts name earlier outputs, in many ways and languages, and give instructions.

What names a task, what it is about and what it makes are invented words, so that nothing is named by chance
and no list of known words decides what is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Phrases:
    """How a language asks for work and speaks of what was made.

    ``{w}`` stands for an invented word: of the task in ``work`` and ``by_subject``, of its output in
    ``makes`` and ``by_output``, of its agent in ``roles`` and ``by_role``.
    """

    work: Sequence[str]
    makes: Sequence[str]
    roles: Sequence[str]
    by_subject: Sequence[str]
    by_output: Sequence[str]
    by_role: Sequence[str]
    ends: Sequence[str]
    repeats: str
    praise: str
    comma: str = ", "


LANGUAGES: Final[Mapping[str, Phrases]] = {
    "en": Phrases(
        ("Describe the {w} of small bells.", "List what is known about {w}.", "Compare two kinds of {w}."),
        ("A {w} of 300 words.", "Ten lines of {w}.", "A table with {w} and price."),
        ("{w} Analyst", "Expert in {w}", "Senior {w} Writer"),
        ("the {w}", "what was found on {w}", "the {w} research", "results about {w}", "our {w}"),
        ("the {w}", "the lines of {w}", "that table with {w}"),
        ("what the {w} expert says", "the view of the {w} analyst", "the {w} writer's work"),
        ("Decide whether to go on, from {all}.", "Using {all}, write one page.", "Weigh {all} and advise."),
        "Write every {w} in capital letters and underline each {v} twice with red ink.",
        "You are a world-class professional with 20 years of experience.",
    ),
    "de": Phrases(
        ("Beschreibe {w} bei kleinen Glocken.", "Liste auf, was man über {w} weiß.", "Vergleiche zwei {w}."),
        ("Ein {w} mit 300 Wörtern.", "Zehn Zeilen {w}.", "Eine Tabelle mit {w} und Preis."),
        ("{w}-Analyst", "Fachfrau für {w}", "Erfahrener {w} Autor"),
        ("{w}", "was über {w} gefunden wurde", "die Recherche zu {w}", "die Ergebnisse zu {w}"),
        ("den Text über {w}", "die Zeilen {w}", "jene Tabelle mit {w}"),
        ("was die Fachfrau für {w} sagt", "die Sicht des {w} Analysten"),
        ("Entscheide anhand von {all}, ob es weitergeht.", "Schreibe eine Seite aus {all}."),
        "Schreibe jedes {w} in Großbuchstaben und unterstreiche jedes {v} zweimal mit roter Tinte.",
        "Du bist ein weltweit anerkannter Profi mit 20 Jahren Erfahrung.",
    ),
    "fr": Phrases(
        ("Décris {w} des petites cloches.", "Liste ce que l'on sait de {w}.", "Compare deux sortes de {w}."),
        ("Un {w} de 300 mots.", "Dix lignes de {w}.", "Un tableau avec {w} et prix."),
        ("Analyste {w}", "Expert en {w}"),
        ("le {w}", "ce qui a été trouvé sur {w}", "les résultats sur {w}"),
        ("les lignes de {w}", "le texte {w}", "ce tableau avec {w}"),
        ("ce que dit l'expert en {w}", "l'avis de l'analyste {w}"),
        ("Décide s'il faut continuer, d'après {all}.", "Avec {all}, écris une page."),
        "Écris chaque {w} en lettres majuscules et souligne chaque {v} deux fois avec encre rouge.",
        "Vous êtes un professionnel de renommée mondiale avec 20 ans d'expérience.",
    ),
    "es": Phrases(
        ("Describe {w} de las campanas.", "Enumera lo que se sabe de {w}.", "Compara dos tipos de {w}."),
        ("Un {w} de 300 palabras.", "Diez líneas de {w}.", "Una tabla con {w} y precio."),
        ("Analista de {w}", "Experta en {w}"),
        ("el {w}", "lo que se encontró sobre {w}", "los resultados de {w}"),
        ("las líneas de {w}", "el texto {w}", "esa tabla con {w}"),
        ("lo que dice la experta en {w}", "la opinión del analista de {w}"),
        ("Decide si seguir, a partir de {all}.", "Con {all}, escribe una página."),
        "Escribe cada {w} en letras mayúsculas y subraya cada {v} dos veces con tinta roja.",
        "Eres un profesional de clase mundial con 20 años de experiencia.",
    ),
    "pt": Phrases(
        ("Descreva {w} dos sinos.", "Liste o que se sabe sobre {w}.", "Compare dois tipos de {w}."),
        ("Um {w} de 300 palavras.", "Dez linhas de {w}.", "Uma tabela com {w} e preço."),
        ("Analista de {w}", "Especialista em {w}"),
        ("o {w}", "o que foi encontrado sobre {w}", "os resultados de {w}"),
        ("as linhas de {w}", "o texto {w}", "aquela tabela com {w}"),
        ("o que diz a especialista em {w}", "a opinião do analista de {w}"),
        ("Decida se continuamos, a partir de {all}.", "Com {all}, escreva uma página."),
        "Escreva cada {w} em letras maiúsculas e sublinhe cada {v} duas vezes com tinta vermelha.",
        "Você é um profissional de renome mundial com 20 anos de experiência.",
    ),
    "ru": Phrases(
        ("Опиши {w} маленьких звонков.", "Перечисли, что известно про {w}.", "Сравни два вида {w}."),
        ("Текст {w} на 300 слов.", "Десять строк {w}.", "Таблица с {w} и ценой."),
        ("Аналитик {w}", "Эксперт по {w}"),
        ("{w}", "что нашли про {w}", "результаты по {w}"),
        ("строки {w}", "таблицу с {w}"),
        ("что говорит эксперт по {w}", "мнение аналитика {w}"),
        ("Реши, продолжать ли, исходя из {all}.", "Используя {all}, напиши страницу."),
        "Пиши каждое {w} большими буквами и подчёркивай каждое {v} дважды красными чернилами.",
        "Вы специалист мирового уровня с 20-летним опытом.",
    ),
    "zh": Phrases(
        ("描述小铃铛的{w}。", "列出关于{w}的已知事实。", "比较两种{w}。"),
        ("一份 300 字的{w}。", "十行{w}。", "包含{w}和价格的表格。"),
        ("{w}分析师", "{w}专家"),
        ("{w}", "关于{w}的结果"),
        ("那十行{w}", "{w}表格"),
        ("{w}专家的意见",),
        ("根据{all}，决定是否继续。", "用{all}写一页。"),
        "每个{w}都要用大写字母书写，并且用红色墨水在每个{v}下面画两条线。",
        "你是拥有20年经验的世界级专家。",
        "、",
    ),
}
_SYLLABLES: Final = {
    "ru": ("бвгджзклмнпрст", "аеиоу", "внрст"),
    "zh": ("钛锌钴镍铬锰钒钪铟镓锗砷硒溴氪铷锶钇锆铌钼锝钌铑钯", "", ""),
}
_LATIN: Final = ("bdfgklmnprstvz", "aeiou", "bdgkmprt")
_CONTENT: Final = 3
"""Invented words a task has: of its subject, of its output, of its agent."""


@dataclass(frozen=True)
class Named:
    """A crew as text, with what its author would miss.

    ``named``: for each task the earlier ones its text names. ``told``: the invented words of its
    instructions. ``orders``: those of the instructions its agent has.
    """

    text: str
    named: Mapping[str, frozenset[str]]
    told: Mapping[str, frozenset[str]]
    orders: Mapping[str, frozenset[str]]


@st.composite
def crews_that_name(draw: st.DrawFn) -> Named:
    """Crews of three to six tasks, all in one language."""
    language = draw(st.sampled_from(sorted(LANGUAGES)))
    phrases = LANGUAGES[language]
    number = draw(st.integers(3, 6))
    invented = draw(
        st.lists(
            _words(language),
            min_size=_CONTENT * number + 4,
            max_size=_CONTENT * number + 4,
            unique_by=lambda word: word[:4],
        )
    )
    spare = invented[_CONTENT * number :]
    agents: dict[str, Any] = {}
    tasks: list[dict[str, Any]] = []
    named: dict[str, frozenset[str]] = {}
    subjects: list[tuple[str, str, str]] = []
    for index in range(number):
        subject, output, who = invented[_CONTENT * index : _CONTENT * (index + 1)]
        agent, name = (
            f"agent_{index}",
            draw(st.sampled_from([f"make_{subject}", subject, f"{subject}_{index}"])),
        )
        backstory = draw(st.sampled_from([phrases.praise, "Calm.", f"{phrases.praise} Calm."]))
        role = draw(st.sampled_from(phrases.roles)).format(w=who.title())
        agents[agent] = {"role": role, "goal": "Work.", "backstory": backstory, "llm": "openai/gpt-4o"}
        made = draw(st.sampled_from(phrases.makes)).format(w=output)
        told = draw(st.sampled_from(phrases.work)).format(w=subject)
        wanted = draw(st.sets(st.integers(0, index - 1), max_size=index)) if index > 1 else set()
        if wanted:
            ways = {one: draw(st.integers(0, _CONTENT - 1)) for one in sorted(wanted)}
            spoken = phrases.comma.join(_spoken(draw, phrases, ways[one], subjects[one]) for one in ways)
            roles = {subjects[one][2] for one, by in ways.items() if by == _CONTENT - 1}
            wanted = {one for one in range(index) if one in wanted or subjects[one][2] in roles}
            end = draw(st.sampled_from(phrases.ends)).format(all=spoken)
            told = draw(st.sampled_from([end, f"{told} {end}"]))
        named[name] = frozenset(tasks[one]["name"] for one in wanted)
        tasks.append({"name": name, "description": told, "expected_output": made, "agent": agent})
        subjects.append((subject, output, who))
    twice = draw(st.integers(0, number - 1))
    order = phrases.repeats.format(w=spare[0], v=spare[1])
    tasks[twice]["description"] += f" {order}"
    if draw(st.booleans()):
        place = draw(st.sampled_from(["description", "expected_output"]))
        tasks[twice][place] += f" {order}"
    serious = draw(st.integers(0, number - 1))
    agents[tasks[serious]["agent"]]["backstory"] += " " + phrases.repeats.format(w=spare[2], v=spare[3])
    definition = {"agents": agents, "tasks": tasks}
    return Named(
        yaml.safe_dump(definition, allow_unicode=True, sort_keys=False, width=1000),
        named,
        {
            task["name"]: frozenset(
                word for word in invented if word in f"{task['description']} {task['expected_output']}"
            )
            for task in tasks
        },
        {tasks[serious]["name"]: frozenset(spare[2:])},
    )


def _spoken(draw: st.DrawFn, phrases: Phrases, by: int, words: tuple[str, str, str]) -> str:
    """A reference to an earlier task by its subject, its output or its agent."""
    ways = (phrases.by_subject, phrases.by_output, phrases.by_role)[by]
    return draw(st.sampled_from(ways)).format(w=words[by])


def _words(language: str) -> st.SearchStrategy[str]:
    """Words of no language, in its letters."""
    begins, vowels, ends = _SYLLABLES.get(language, _LATIN)
    if not vowels:
        return st.text(st.sampled_from(begins), min_size=2, max_size=3)
    syllable = st.tuples(st.sampled_from(begins), st.sampled_from(vowels)).map("".join)
    return st.tuples(st.lists(syllable, min_size=2, max_size=3).map("".join), st.sampled_from(ends)).map(
        "".join
    )
