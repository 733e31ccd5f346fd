"""The words people ask for answers with: numbers, units, forms and manners, in six languages.

English, Spanish, Portuguese, French, German and Italian. Only meanings stand here; how many tokens a
form is worth stands in :mod:`crewprof.estimate.assumptions`. Words are compared in lower case and
without accents (see :func:`plain`), so ``párrafo`` and ``parrafo`` are one word.
"""

from __future__ import annotations

import unicodedata
from enum import Enum
from typing import TypeVar

Meaning = TypeVar("Meaning")


class Unit(Enum):
    """What is counted in a phrase such as ``5 bullet points`` or ``under 200 words``."""

    CHARACTER = "character"
    TOKEN = "token"
    WORD = "word"
    LINE = "line"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    SECTION = "section"
    PAGE = "page"
    ITEM = "item"
    SHORT_ITEM = "short item"


class Form(Enum):
    """What kind of text is asked for; the value names its assumption ``answer_<value>_tokens``."""

    VALUE = "value"
    GREETING = "greeting"
    SENTENCE = "sentence"
    TWEET = "tweet"
    PARAGRAPH = "paragraph"
    EXPLANATION = "explanation"
    MESSAGE = "message"
    JSON = "json"
    LIST = "list"
    SUMMARY = "summary"
    ANALYSIS = "analysis"
    PLAN = "plan"
    CODE = "code"
    REPORT = "report"
    CHAPTER = "chapter"


class Bound(Enum):
    """How a number limits: ``under 15 words`` is MOST, ``at least 3 pages`` is LEAST."""

    MOST = "most"
    LEAST = "least"


def plain(text: str) -> str:
    """``text`` in lower case without accents, as the tables below are written."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("ß", "ss")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _by_word(table: dict[Meaning, str]) -> dict[str, Meaning]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


NUMBERS: dict[str, int] = _by_word(
    {
        1: "one single una uno um uma une ein eine einen einer eines einzelne un",
        2: "two both dos dois duas deux zwei due couple",
        3: "three tres trois drei tre",
        4: "four cuatro quatro quatre vier quattro",
        5: "five cinco cinq funf fuenf cinque",
        6: "six seis sechs sei",
        7: "seven siete sete sept sieben sette",
        8: "eight ocho oito huit acht otto",
        9: "nine nueve nove neuf neun",
        10: "ten diez dez dix zehn dieci",
        12: "twelve dozen doce doze douze zwolf zwoelf dodici",
        15: "fifteen quince quinze funfzehn quindici",
        20: "twenty veinte vinte vingt zwanzig venti",
        30: "thirty treinta trinta trente dreissig trenta",
        50: "fifty cincuenta cinquenta cinquante funfzig cinquanta",
        100: "hundred cien cem cent hundert cento",
    }
)
"""Number words. The article-like ones of :data:`ARTICLES` count only before a unit of size."""

ARTICLES = _words("a an un una um uma une ein eine einen einer eines uno")
"""Articles: ``a paragraph`` is one paragraph, but ``a bullet list`` is not one bullet."""

UNITS: dict[str, Unit] = _by_word(
    {
        Unit.CHARACTER: "character characters char chars caracter caracteres caractere caracteres zeichen "
        "carattere caratteri letters",
        Unit.TOKEN: "token tokens",
        Unit.WORD: "word words palabra palabras palavra palavras mot mots wort worte worter wortern woerter "
        "parola parole",
        Unit.LINE: "line lines linea lineas linha linhas ligne lignes zeile zeilen riga righe liner",
        Unit.SENTENCE: "sentence sentences oracion oraciones frase frases sentenca sentencas phrase phrases "
        "satz satze satzen saetze frasi",
        Unit.PARAGRAPH: "paragraph paragraphs parrafo parrafos paragrafo paragrafos paragraphe paragraphes "
        "absatz absatze absatzen absaetze paragrafi stanza stanzas",
        Unit.SECTION: "section sections seccion secciones secao secoes abschnitt abschnitte sezione sezioni "
        "chapters",
        Unit.PAGE: "page pages pagina paginas seite seiten pagine",
        Unit.ITEM: "bullet bullets bulletpoint bulletpoints point points item items idea ideas insight "
        "insights finding findings fact facts tip tips step steps example examples reason reasons topic "
        "topics event events recommendation recommendations suggestion suggestions option options trend "
        "trends takeaway takeaways highlight highlights benefit benefits risk risks issue issues "
        "improvement improvements candidate candidates company companies product products source sources "
        "article articles paper papers result results scenario scenarios entry entries task tasks "
        "competitor competitors opportunity opportunities advantage advantages challenge challenges "
        "strategy strategies case cases feature features aspect aspects argument arguments criterion "
        "criteria slide slides scene scenes story stories story email emails post posts tweet tweets "
        "punto puntos ponto pontos punti punkt punkte punkten ideia ideias idee ideen "
        "ejemplo ejemplos exemplo exemplos exemple exemples beispiel beispiele esempio esempi "
        "consejo consejos dica dicas conseil conseils tipp tipps consiglio consigli "
        "sugerencia sugerencias sugestao sugestoes vorschlag vorschlage vorschlaege suggerimenti "
        "recomendacion recomendaciones recomendacao recomendacoes recommandation recommandations "
        "empfehlung empfehlungen raccomandazioni elemento elementos elements element elemente elementi "
        "paso pasos passo passos etape etapes schritt schritte passi "
        "tema temas sujet sujets thema themen temi noticia noticias ereignis ereignisse",
        Unit.SHORT_ITEM: "keyword keywords tag tags hashtag hashtags name names title titles headline "
        "headlines url urls link links query queries question questions number numbers value values "
        "term terms label labels emoji emojis digit digits quote quotes "
        "pregunta preguntas pergunta perguntas frage fragen domanda domande titulo titulos titre titres "
        "titel titoli nombre nombres nome nomes nom noms namen nomi enlace enlaces liens links "
        "clave claves numero numeros zahl zahlen numeri",
    }
)

NOT_ITEMS = _words(
    "year years month months week weeks day days hour hours minute minutes second seconds percent times "
    "people users dollars usd eur euros km miles kg degrees agents agent ano anos mes meses dia dias hora "
    "horas minuto minutos an ans annees mois jours heures jahre jahr monate tage stunden minuten anni mesi "
    "giorni ore version gpt  stars star scale"
)
"""Nouns behind a number that say nothing about length (``the last 5 years``)."""

FORMS: dict[str, Form] = _by_word(
    {
        Form.VALUE: "number integer float score rating grade percentage percent value word boolean "
        "bool yes true false date name label category class sum total count id identifier path filename "
        "language sentiment color colour capital age price amount symbol ticker url link "
        "multiplication division addition subtraction calculation decision verdict status acknowledgement "
        "acknowledgment confirmation ok done keyword digit temperature approval "
        "numero nombre entero puntuacion puntaje valor palabra fecha precio decision "
        "pontuacao palavra preco sim inteiro nota mot oui prix "
        "zahl wert wort datum preis punktzahl punteggio valore parola prezzo",
        Form.GREETING: "greeting farewell hi hello bye howdy goodbye saludo hola saudacao ola salut bonjour "
        "salutation gruss hallo begrussung saluto ciao",
        Form.SENTENCE: "sentence headline slogan tagline title haiku oneliner caption "
        "oracion frase titulo phrase titre satz titel",
        Form.TWEET: "tweet tweets hashtag joke chiste piada blague witz",
        Form.PARAGRAPH: "paragraph abstract bio blurb pitch feedback parrafo paragrafo paragraphe absatz",
        Form.EXPLANATION: "explanation description definition clarification comment "
        "opinion justification reasoning translation quote statement note notes "
        "explicacion descripcion explicacao descricao explication "
        "erklarung beschreibung ubersetzung spiegazione descrizione traduccion traducao",
        Form.MESSAGE: "email mail letter message post poem song dialogue invitation copy copies "
        "announcement correo carta mensaje mensagem courriel lettre nachricht lettera messaggio "
        "poema gedicht poesia posting linkedin",
        Form.JSON: "json dictionary dict object array yaml xml csv",
        Form.LIST: "list lists bullet bullets bulletpoints points ideas items insights findings facts "
        "recommendations suggestions questions keywords topics urls links table tables checklist "
        "spreadsheet matrix ranking "
        "lista listado liste tabla tabela tableau tabelle elenco ideen ideias",
        Form.SUMMARY: "summary summaries overview recap digest synopsis highlights profile briefing "
        "resumen resumo resume synthese zusammenfassung uberblick riassunto sintesi perfil profil profilo",
        Form.ANALYSIS: "analysis analyses assessment evaluation review comparison critique diagnosis audit "
        "investigation research interpretation breakdown recommendation information insight "
        "analisis analise analyse analisi evaluacion avaliacao evaluation bewertung valutazione revision "
        "revisao investigacion pesquisa recherche",
        Form.PLAN: "plan outline strategy proposal roadmap schedule itinerary curriculum agenda framework "
        "design architecture specification spec plano estrategia propuesta proposta strategie piano "
        "plano roteiro cronograma itinerario",
        Form.CODE: "code script program function implementation html css python javascript "
        "typescript solidity sql component codigo programa quellcode codice",
        Form.REPORT: "report reports article articles blog essay guide documentation document story tutorial "
        "newsletter whitepaper handbook manual dossier memo presentation "
        "informe reporte articulo ensayo guia documento historia relatorio artigo ensaio documentacao "
        "rapport dissertation histoire bericht artikel aufsatz leitfaden dokument geschichte dokumentation "
        "rapporto relazione articolo saggio documentazione storia screenplay transcript",
        Form.CHAPTER: "chapter book ebook novel thesis capitulo libro livro chapitre livre kapitel buch "
        "capitolo libro",
    }
)

VERBS: dict[str, Form] = _by_word(
    {
        Form.GREETING: "say greet reply repeat echo diga saluda cumprimente dis sag saluta",
        Form.VALUE: "calculate compute count classify score rate choose select pick divide multiply add "
        "calcula calcular clasifica calcule classifique calculer classer berechne zahle klassifiziere "
        "calcola conta",
        Form.EXPLANATION: "describe identify clarify define translate describa traduce descreva traduza "
        "decris traduire beschreibe ubersetze descrivi traduci",
        Form.SUMMARY: "summarize summarise condense extract find gather collect search resume resuma resumir "
        "resumer fasse riassumi busca busque cherche suche cerca",
        Form.ANALYSIS: "analyze analyse evaluate assess research investigate explore compare review examine "
        "explain brainstorm discuss share expand criteria analiza analice investiga explica evalua analisar "
        "pesquise pesquisar investigue explique avalie analyser rechercher expliquer evaluer analysiere "
        "recherchiere erklare bewerte analizza ricerca spiega valuta",
        Form.PLAN: "plan design develop planifica disena desarrolla planeje desenvolva planifie concevoir "
        "plane entwickle entwirf pianifica progetta sviluppa",
    }
)
"""What a telling verb of the description suggests when no form is named."""

LIGHT_VERBS = _words(
    "give provide write draft produce create compose prepare generate make return handle process suggest "
    "da escribe crea redacta genera escreva crie gere redija ecris cree redige genere schreibe erstelle "
    "scrivi redigi"
)
"""Verbs whose object says what is wanted; alone they ask for a text of no known kind."""

QUESTIONS = _words(
    "what who which when where whose is are does do did que quem qual quien cual quel quelle "
    "qui wer was welche wann wo chi quale quando"
)
"""First words of a question that a sentence answers."""

QUANTITY_QUESTIONS = _words(
    "many much old long far often tall cuantos cuantas cuanto quantos quantas quanto "
    "combien viele viel quanti quante"
)
"""Words that make a question one about a number (``how many``)."""

BEFORE_BOUNDS: dict[str, Bound] = _by_word(
    {
        Bound.MOST: "under below within max maximum most up fewer less limit limited exceed exceeding than "
        "menos maximo maxima hasta ate moins maximum jusqu'a jusqua hochstens maximal unter massimo fino "
        "meno bis",
        Bound.LEAST: "least minimum min over minimo mindestens minimum almeno lo",
    }
)
"""Words that bound a number when one of the few words before it is one of them (``more than`` aside)."""

LEAST_LEADS = _words("more least minimum min over mas mais plus mindestens mehr almeno piu minimo lo")
"""Words that turn ``than``, ``menos``, ``moins`` into a lower bound (``more than``, ``at least``,
``al menos``, ``au moins``)."""

AFTER_MOST = _words("max maximum most fewer less maximo maximal massimo tops limit")
"""Words behind a unit that make its number a limit (``200 words max``)."""

STOPS = _words(
    "for of to in with from on per that which is are by at as about de del do da em en con com para por "
    "sur pour avec dans von mit fur zu im uber di con per su the each every cada chaque jede jeden ogni "
    "given provided this these those explaining describing"
)
"""Words that end a noun phrase: a unit behind one of them does not belong to the number before it."""

EACH = _words("each every per apiece cada chaque jede jeder jeden jedes ogni pro")

LONGER = _words(
    "detailed comprehensive thorough thoroughly extensive complete full fully depth exhaustive "
    "long lengthy elaborate rich deep expand expanded super all "
    "detallado detallada completo completa exhaustivo detalhado detalhada abrangente aprofundado detaille "
    "detaillee complet complete approfondi detailliert detaillierte ausfuhrlich ausfuhrliche umfassend "
    "umfassende vollstandig dettagliato dettagliata approfondito approfondita"
)
SHORTER = _words(
    "brief briefly short shortly concise concisely small quick simple succinct tiny compact terse minimal "
    "breve corto corta conciso concisa curto curta sucinto sucinta simples court courte bref concis "
    "kurz kurze kurzen kurzer knapp knappe breve corto sintetico"
)
ONLY = _words("only just nothing solo solamente somente apenas seulement nur soltanto solamente soltanto")

WEAK = _words(
    "answer response reply text content draft version output solution respuesta resposta reponse antwort "
    "risposta texto texte contenido conteudo"
)
"""Nouns for an answer of no known kind."""

WITH = _words("with containing including con com avec mit conteniendo incluyendo comprenant inkl")
LIST_LEADS = _words(
    "list table top exactly set lista tabla tabela tableau liste tabelle elenco exactamente exatamente "
    "exactement genau esattamente following best"
)

VAGUE = _words(
    "your best answer the final a an output result results response expected test to task its it this "
    "any coworker asking you accounting context shared la le el o der die das "
    "respuesta resposta reponse antwort risposta resultado resultat ergebnis risultato salida saida "
    "of from for tool good correct"
)
"""An expected output made of these words alone says nothing about the answer."""
