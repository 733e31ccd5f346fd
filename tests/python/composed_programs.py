# ruff: noqa: E501
"""Random Python programs, composed of typed templates: a second generator beside ``random_programs``.

Where that one draws from a grammar and is often wrong about types, as careless programs are, this one fills
the holes of idioms (``{str}.partition({sep})[2]``) with expressions of the type they want, to any depth, and
draws whole classes, decorators, generators and contexts of random parts. What it makes mostly runs, so that
much is compared.
"""

from __future__ import annotations

import ast
import random
import re
from typing import TYPE_CHECKING, Final

from tests.python.random_programs import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable

_HOLE: Final = re.compile(r"<(\w+)>")

EXPRESSIONS: Final[dict[str, tuple[str, ...]]] = {
    "int": (
        *("0", "1", "2", "3", "-1", "5", "7", "12", "100", "255", "True", "1_000", "0x1f", "-4"),
        *("<int> + <int>", "<int> - <int>", "<int> * <int>", "<int> // <pos>", "<int> % <pos>", "-<atom>"),
        *(
            "<small> ** 2",
            "<int> & <int>",
            "<int> | <int>",
            "<int> ^ <int>",
            "<int> << <small>",
            "<int> >> 1",
        ),
        *("~<atom>", "abs(<int>)", "len(<str>)", "len(<ints>)", "len(<strs>)", "len(<map>)", "len(<set>)"),
        *("sum(<ints>)", "sum(<ints>, <int>)", "max(<int>, <int>)", "min(<int>, <int>, <int>)"),
        *(
            "max(<ints>, default=<int>)",
            "min(<ints> or [0])",
            "int(<num>)",
            "int('<digits>')",
            "int('<digits>', 16)",
        ),
        *(
            "round(<float>)",
            "divmod(<int>, <pos>)[1]",
            "pow(<small>, 2, <pos>)",
            "ord(<char>)",
            "hash(<int>)",
        ),
        *("<str>.count(<char>)", "<str>.find(<char>)", "<str>.rfind(<char>)", "<ints>.count(<int>)"),
        *("(<ints> + [9]).index(9)", "([4] + <ints>)[0]", "(<ints> + [6])[-1]", "<map>.get(<key>, <int>)"),
        *(
            "<int> if <bool> else <int>",
            "(<int> or <int>)",
            "(<int> and <int>)",
            "sum(v for v in <ints> if v % 2)",
        ),
        *(
            "sum(1 for _ in <strs>)",
            "(lambda p, *q, k=2: p + len(q) * k)(<int>, <int>)",
            "sum(map(len, <strs>))",
        ),
        *(
            "next(iter(<ints>), <int>)",
            "next((v for v in <ints> if v > 2), <int>)",
            "(lambda v: v * 2)(<int>)",
        ),
        *("max(<strs>, key=len, default='').count('a')", "min(<ints>, key=lambda v: -v, default=<int>)"),
        *("functools.reduce(lambda p, q: p + q, <ints>, 0)", "functools.reduce(operator.mul, <ints>, 1)"),
        *("math.floor(<float>)", "math.ceil(<float>)", "math.gcd(<int>, 12)", "math.prod([1, 2, 3])"),
        *("<int>.bit_length()", "int.from_bytes(b'ab', 'big')", "int(<bool>)", "len({v: 1 for v in <strs>})"),
        *("operator.itemgetter(1)([1, <int>])", "[*<ints>, <int>][-1]", "len(range(<int>))"),
        *("len(set(<ints>))", "len(list(zip(<ints>, <strs>)))", "collections.Counter(<str>)['a']"),
        *(
            "len(collections.deque(<ints>, maxlen=2))",
            "f_add(<int>, <int>)",
            "f_rec(<small>)",
            "f_kw(<int>, k=<int>)",
        ),
        *(
            "f_var(<int>, *<ints>)",
            "Base(<int>).value",
            "Child(<int>).double",
            "Point(<int>, 2).x",
            "Point(1).y",
        ),
        *(
            "Pair(<int>, 'b').first",
            "Pair(*(<int>, 'b'))[0]",
            "Color.RED.value",
            "Color['GREEN'].value",
            "Color(2).value",
        ),
        *(
            "Level.HIGH + 1",
            "len(Color)",
            "Vec(<int>, 1).x",
            "(Vec(1, 2) + Vec(<int>, 3)).x",
            "len(Vec(1, 2))",
            "Vec(3, 4)[0]",
        ),
        *(
            "Child.make(<int>).value",
            "Base.helper(<int>)",
            "adder(<int>)(<int>)",
            "functools.partial(f_add, <int>)(<int>)",
        ),
        *(
            "counter()",
            "next(numbers(<int>))",
            "sum(numbers(<small>))",
            "Frozen(<int>).n",
            "dataclasses.replace(Frozen(1), n=<int>).n",
        ),
        *(
            "<nested>['a']['b']",
            "<nested>['list'][0]",
            "Stack([<int>, <int>]).peek()",
            "len(Stack(<ints>))",
            "Temp(<int>).f",
        ),
        *("(<pairs> or [('z', 3)])[0][1]", "bool(<any>) + 1", "str(<int>).__len__()", "int(<str>.isalpha())"),
    ),
    "pos": ("1", "2", "3", "7", "10", "(abs(<int>) + 1)", "len(<str>) + 1"),
    "small": ("0", "1", "2", "3", "4", "(<int>) % 5"),
    "atom": ("1", "2", "i1", "i2", "(<int>)"),
    "digits": ("12", "7", "0", "99"),
    "float": (
        *("0.5", "2.0", "3.14159", "-1.25", "1e3", "10.0", "<int> / <pos>", "float(<int>)", "float('2.5')"),
        *(
            "<float> + <int>",
            "<float> * 2",
            "abs(<float>)",
            "round(<float>, 2)",
            "math.sqrt(abs(<int>))",
            "math.pi",
        ),
        *(
            "max(<float>, <int>)",
            "sum(<ints>) / (len(<ints>) or 1)",
            "float('inf')",
            "<float> // 1",
            "<float> % 3",
        ),
        *("round(<int> / 3, 3)", "f1"),
    ),
    "num": ("<int>", "<float>", "<bool>"),
    "char": ("'a'", "'b'", "'e'", "','", "' '", "'x'", "'o'", "'é'"),
    "sep": ("','", "' '", "'-'", "', '", "'='", "'\\n'", "'ab'"),
    "key": ("'a'", "'b'", "'c'", "'x'", "'key'", "<str>"),
    "bool": (
        *(
            "True",
            "False",
            "<int> > <int>",
            "<int> == <int>",
            "<str> == <str>",
            "<str> < <str>",
            "<int> != <float>",
        ),
        *("0 <= <int> < 10", "<int> < <int> <= <int>", "not <bool>", "<bool> and <bool>", "<bool> or <bool>"),
        *(
            "<char> in <str>",
            "<char> not in <str>",
            "<int> in <ints>",
            "<str> in <strs>",
            "<key> in <map>",
            "<int> in <set>",
        ),
        *(
            "isinstance(<any>, str)",
            "isinstance(<any>, (int, float))",
            "isinstance(<any>, list)",
            "isinstance(<any>, dict)",
            "isinstance(<any>, collections.abc.Mapping)",
            "isinstance(<any>, (Path, collections.Counter))",
            "isinstance(<any>, int | str)",
            "isinstance(<any>, Base | None)",
        ),
        *(
            "<any> is None",
            "<any> is not None",
            "bool(<any>)",
            "all(<ints>)",
            "any(<ints>)",
            "any(v > 3 for v in <ints>)",
        ),
        *(
            "all(isinstance(v, str) for v in <list>)",
            "<str>.startswith(<char>)",
            "<str>.endswith(('a', 'b'))",
        ),
        *(
            "<str>.isdigit()",
            "<str>.isupper()",
            "<str>.islower()",
            "<str>.istitle()",
            "<str>.isspace()",
            "<str>.isidentifier()",
        ),
        *(
            "<ints> == <ints>",
            "<ints> < <ints>",
            "<map> == <map>",
            "<set> <= <set>",
            "<set> == <set>",
            "<set>.isdisjoint(<set>)",
        ),
        *(
            "hasattr(<any>, 'upper')",
            "callable(<any>)",
            "Child(1) == Child(1)",
            "Point(1) == Point(1)",
            "Point(1) == Point(<int>)",
        ),
        *(
            "isinstance(Child(1), Base)",
            "issubclass(Child, Base)",
            "Color.RED is Color.RED",
            "Color.RED == Color.GREEN",
        ),
        *(
            "Vec(1, 2) == Vec(1, <int>)",
            "Vec(1, 2) < Vec(<int>, 2)",
            "bool(Vec(0, 0))",
            "1 in Vec(1, 2)",
            "hasattr(Child(1), 'zz')",
        ),
        *(
            "Pair(1, 'b') == (1, 'b')",
            "isinstance(Pair(1, 'b'), tuple)",
            "Level.LOW < Level.HIGH",
            "<str> is <str> or True",
        ),
        *(
            "re.match(r'[a-z]+', <str>) is not None",
            "bool(re.search('a', <str>))",
            "type(<any>) is int",
            "type(<any>) == type(<any>)",
        ),
        *(
            "Color.RED in Color",
            "'RED' in Color.__members__",
            "bool(collections.Counter())",
            "isinstance(<bool>, int)",
            "<map>.keys() == {'a'}",
        ),
    ),
    "str": (
        *(
            "''",
            "'a'",
            "'abc'",
            "'Hello World'",
            "'one,two,three'",
            "'key=value'",
            "'  pad '",
            "'éß'",
            '"it\'s"',
            "'a\\nb\\n'",
        ),
        *(
            "'%d'",
            "'{}'",
            "'Ünïcode'",
            "'line1\\nline2'",
            "r'\\d'",
            "'tab\\there'",
            "'x' 'y'",
            "b'ab'.decode()",
            "'MiXed'",
        ),
        *(
            "<str> + <str>",
            "<str> * <small>",
            "<str>.upper()",
            "<str>.lower()",
            "<str>.title()",
            "<str>.capitalize()",
        ),
        *(
            "<str>.strip()",
            "<str>.strip('a ')",
            "<str>.lstrip()",
            "<str>.rstrip('d\\n')",
            "<str>.swapcase()",
            "<str>.casefold()",
        ),
        *(
            "<str>.replace(<char>, <str>)",
            "<str>.replace(<char>, '-', 1)",
            "<str>.removeprefix('a')",
            "<str>.removesuffix('c')",
        ),
        *(
            "<sep>.join(<strs>)",
            "<sep>.join(str(v) for v in <list>)",
            "<sep>.join(map(str, <ints>))",
            "<sep>.join(sorted(<strs>))",
        ),
        *(
            "<str>.partition(<sep>)[0]",
            "<str>.rpartition(<sep>)[2]",
            "<str>.split(<sep>)[0]",
            "<str>.rsplit(<sep>, 1)[-1]",
        ),
        *(
            "<str>.center(10, '*')",
            "<str>.ljust(6)",
            "<str>.rjust(8, '.')",
            "<str>.zfill(5)",
            "<str>.expandtabs(4)",
        ),
        *(
            "<str>[<small>:]",
            "<str>[::-1]",
            "<str>[-2:]",
            "<str>[:<small>]",
            "<str>[1:-1]",
            "(<str> + 'q')[0]",
            "<str>[<int>:<int>]",
        ),
        *(
            "str(<any>)",
            "repr(<any>)",
            "str(<int>)",
            "str(<float>)",
            "repr(<str>)",
            "ascii(<str>)",
            "chr(97 + <small>)",
        ),
        *(
            "hex(<int>)",
            "bin(<int>)",
            "oct(<int>)",
            "format(<int>, '05d')",
            "format(<float>, '.2f')",
            "format(<str>, '>8')",
        ),
        *(
            "f'{<int>}'",
            "f'{<int>:>5}|{<str>!r}'",
            "f'{<float>:.1f}%'",
            "f'{<int>:,}'",
            "f'{<int>:08b}'",
            "f'{<int>:+d}'",
        ),
        *(
            "f'{<str>:<10}|'",
            "f'{<str>:^10}|'",
            "f'{<str>:*^12}'",
            "f'{<int>=}'",
            "f'{{}}{<any>}'",
            "f'{<float>:10.3f}'",
            "f'{<float>:e}'",
        ),
        *(
            "f'{<str>:{<width>}}'",
            "f'{<int>:{<char>}>{<width>}}'",
            "f'{<bool>!s:>6}'",
            "f'{<list>}'",
            "f'{<int>:x}{<int>:#o}'",
        ),
        *(
            "f'''{<str>}\n  {<int>}'''",
            "f'{<map>}'",
            "f'{None}'",
            "f'{<ints>!r:>20}'",
            "f'{<float>:.0%}'",
            "f'{<float>:g}'",
            "f'{<any>!a}'",
        ),
        *(
            "'{} {}'.format(<any>, <any>)",
            "'{1}{0}'.format(<int>, <str>)",
            "'{n:>4}'.format(n=<int>)",
            "'{0[0]}'.format([<any>])",
        ),
        *(
            "'{p.x}'.format(p=Point(<int>))",
            "'{d[a]}'.format(d={'a': <any>})",
            "'{:.2f}'.format(<float>)",
            "'{:,}'.format(<int>)",
        ),
        *(
            "'{a}-{b}'.format(**{'a': <int>, 'b': <str>})",
            "'{a}'.format_map({'a': <any>})",
            "'{!r}'.format(<str>)",
        ),
        *(
            "'%s' % (<any>,)",
            "'%d items' % <int>",
            "'%s and %r' % (<str>, <str>)",
            "'%05.2f' % <float>",
            "'%(a)s!' % {'a': <any>}",
        ),
        *(
            "'%-5s|%5s' % (<str>, <str>)",
            "'%x' % <pos>",
            "'100%%'",
            "'%s%%' % <int>",
            "'%c' % <char>",
            "'%+d' % <int>",
        ),
        *(
            "textwrap.dedent('''\n    <word>\n      <word>\n    ''')",
            "textwrap.dedent(f'''\n    {<int>}\n    x''').strip()",
        ),
        *(
            "textwrap.indent(<str>, '> ')",
            "textwrap.fill(<str>, 5)",
            "textwrap.shorten('<word> <word> <word>', 12)",
            "inspect.cleandoc('  <word>')",
        ),
        *(
            "json.dumps(<any>)",
            "json.dumps(<map>, sort_keys=True)",
            "json.dumps(<list>, indent=2)",
            "json.dumps({'a': <any>}, ensure_ascii=False)",
        ),
        *("json.dumps(<nested>, separators=(',', ':'))", "json.dumps((<int>, None, True))"),
        *(
            "re.sub(r'\\d+', '#', <str>)",
            "re.sub('a', 'b', <str>, count=1)",
            "re.sub(r'(\\w+)=(\\w+)', r'\\2=\\1', <str>)",
        ),
        *(
            "re.sub('[aeiou]', lambda m: m.group().upper(), <str>)",
            "''.join(re.findall('[a-z]', <str>))",
            "re.escape('a.b')",
        ),
        *(
            "(re.search('l+', <str>) or re.match('', '')).group()",
            "re.split(r'[,\\s]+', <str>)[0]",
            "re.compile('o').sub('0', <str>)",
        ),
        *(
            "str(Path('a') / 'b')",
            "Path('x/y.txt').stem",
            "Path('x/y.txt').suffix",
            "Path('x/y.txt').parent.name",
            "(Path('p') / <word_s>).name",
        ),
        *(
            "Path('a/b.c').with_suffix('.md').as_posix()",
            "os.path.join('a', 'b')",
            "os.path.basename('x/y.z')",
            "os.path.splitext('a.b')[1]",
        ),
        *(
            "'/'.join(Path('a/b/c').parts)",
            "str(Path('a', 'b', 'c').relative_to('a'))",
            "str(Path('a/b').parents[0])",
        ),
        *(
            "<str> if <bool> else <str>",
            "(<str> or <str>)",
            "(<str> and <str>)",
            "max(<strs>, key=len, default='')",
            "min(<strs> or ['q'])",
        ),
        *(
            "<strs_>[0]",
            "<strs_>[-1]",
            "(lambda s, n=2: s * n)(<str>)",
            "''.join(reversed(<str>))",
            "''.join(c for c in <str> if c.isalpha())",
        ),
        *(
            "<smap>.get(<key>, <str>)",
            "type(<any>).__name__",
            "Child(1).name",
            "str(Child(<int>))",
            "repr(Child(<int>))",
            "Child(<int>).describe()",
        ),
        *(
            "str(Point(<int>))",
            "repr(Point(<int>, <int>))",
            "repr(Pair(<int>, <str>))",
            "str(Color.RED)",
            "Color.GREEN.name",
            "repr(Color.RED)",
        ),
        *(
            "f'{Color.RED}'",
            "Mode.FAST.value",
            "str(Mode.FAST)",
            "f'{Mode.FAST.value}'",
            "Mode('slow').name",
            "str(Vec(1, <int>))",
            "f'{Vec(1, 2):wide}'",
        ),
        *(
            "shout(<str>)",
            "tagged(<str>)",
            "greet()",
            "greet(<str>, punctuation='?')",
            "guard(<int>)",
            "guard('x')",
            "classify(<any>)",
        ),
        *(
            "string.ascii_lowercase[:<small>]",
            "string.digits",
            "string.capwords(<str>)",
            "string.Template('$a b').substitute(a=<int>)",
        ),
        *(
            "<str>.encode('utf-8').decode('utf-8')",
            "<str>.translate(str.maketrans('ab', 'xy'))",
            "str.upper(<str>)",
            "str.join('-', <strs>)",
        ),
        *(
            "' '.join(w.capitalize() for w in <str>.split())",
            "collections.Counter('aab').most_common(1)[0][0]",
            "Greeter()(<str>)",
        ),
        *(
            "', '.join(f'{k}={v}' for k, v in <map>.items())",
            "str(sorted(<set>))",
            "str(dict(sorted(<map>.items())))",
            "str(tuple(<ints>))",
        ),
        *(
            "str(None)",
            "repr(b'a')",
            "str(<pairs>)",
            "repr({1})",
            "str(range(3))",
            "repr(frozenset())",
            "str({})",
            "str(set())",
            "repr(...)",
        ),
        *(
            "__name__",
            "Base.__name__",
            "f_add.__name__",
            "Child(1).__class__.__name__",
            "(Base.__doc__ or 'none')",
            "Error('m', 3).text()",
        ),
        *(
            "str(Error('m', 3))",
            "str(ValueError(<str>))",
            "repr(KeyError(<str>))",
            "str(KeyError('k'))",
            "uses_context()",
            "Lazy().cached",
            "Conf().name",
        ),
    ),
    "word": ("alpha", "beta gamma", "Delta", "x"),
    "word_s": ("'alpha'", "'b.txt'", "'c/d'"),
    "width": ("3", "8", "len(<strs>) + 4"),
    "ints": (
        *(
            "[]",
            "[1]",
            "[1, 2, 3]",
            "[3, 1, 2]",
            "[5, 5, 0]",
            "[<int>, <int>]",
            "[<int>, <int>, <int>]",
            "list(range(<small>))",
        ),
        *(
            "list(range(1, 10, 3))",
            "list(range(5, 0, -2))",
            "<ints> + <ints>",
            "<ints> * 2",
            "[*<ints>, *<ints>]",
            "[v * 2 for v in <ints>]",
        ),
        *(
            "[v for v in <ints> if v % 2 == 0]",
            "[v + w for v in <ints> for w in <ints>]",
            "sorted(<ints>)",
            "sorted(<ints>, reverse=True)",
        ),
        *(
            "sorted(<ints>, key=lambda v: (v % 3, -v))",
            "sorted(<ints>, key=abs)",
            "sorted(<set>)",
            "<ints>[1:]",
            "<ints>[:-1]",
            "<ints>[::2]",
            "<ints>[::-1]",
        ),
        *(
            "list(reversed(<ints>))",
            "list(map(abs, <ints>))",
            "list(map(lambda v, w: v * w, <ints>, <ints>))",
            "list(filter(None, <ints>))",
        ),
        *(
            "list(filter(lambda v: v > 1, <ints>))",
            "[len(s) for s in <strs>]",
            "list(map(len, <strs>))",
            "list(<map>.values())",
            "[v for _, v in <pairs>]",
        ),
        *(
            "[i for i, _ in enumerate(<strs>)]",
            "[i * v for i, v in enumerate(<ints>, start=1)]",
            "list(itertools.chain(<ints>, <ints>))",
        ),
        *(
            "list(itertools.chain.from_iterable([<ints>, <ints>]))",
            "list(itertools.islice(itertools.count(<int>), 3))",
            "list(itertools.accumulate(<ints>))",
        ),
        *(
            "list(itertools.repeat(<int>, 2))",
            "list(itertools.takewhile(lambda v: v < 3, <ints>))",
            "list(itertools.dropwhile(lambda v: v < 2, <ints>))",
        ),
        *(
            "[sum(p) for p in itertools.product(<ints>, repeat=2)][:4]",
            "[a + b for a, b in itertools.combinations(<ints>, 2)]",
            "list(numbers(<small>))",
        ),
        *(
            "list(evens(<ints>))",
            "[x for x in (y for y in <ints>)]",
            "list(collections.deque(<ints>, maxlen=2))",
            "[a for a, *_ in [(1, 2), (<int>,)]]",
        ),
        *(
            "copy.copy(<ints>)",
            "copy.deepcopy(<ints>)",
            "<ints>.copy()",
            "json.loads(json.dumps(<ints>))",
            "list(dict.fromkeys(<ints>))",
            "list(set(<ints>[:1]))",
        ),
        *(
            "[9, 1]",
            "[n for row in [[1], [2, <int>]] for n in row]",
            "(<ints> if <bool> else <ints>)",
            "list(zip(*[(1, 2), (3, <int>)]))[0:0]",
        ),
        *(
            "flatten([[1], [<int>, [2]]])",
            "Stack(<ints>).items",
            "[*Vec(1, <int>)]",
            "list(countdown(<small>))",
            "[int(d) for d in '<digits>']",
            "list(b'ab')",
        ),
        *(
            "[m.value for m in Color]",
            "list(delegate(<ints>))",
            "list(range(3))[<small>:]",
            "operator.add(<ints>, [<int>])",
            "[*range(<small>)]",
        ),
    ),
    "strs": (
        *(
            "[]",
            "['a']",
            "['b', 'a']",
            "['x', 'yy', 'zzz']",
            "[<str>, <str>]",
            "<str>.split()",
            "<str>.split(',')",
            "<str>.splitlines()",
        ),
        *(
            "list(<str>)[:4]",
            "sorted(<strs>)",
            "sorted(<strs>, key=len)",
            "sorted(<strs>, key=str.lower, reverse=True)",
            "[s.upper() for s in <strs>]",
        ),
        *(
            "[f'{s}!' for s in <strs>]",
            "[f'{i}:{s}' for i, s in enumerate(<strs>)]",
            "list(map(str, <ints>))",
            "list(map(str.upper, <strs>))",
            "list(<map>)",
        ),
        *(
            "list(<map>.keys())",
            "sorted(<map>)",
            "[k for k, v in <map>.items() if v]",
            "list(dict.fromkeys(<strs>))",
            "[*<strs>, <str>]",
            "<strs>[::-1]",
        ),
        *(
            "<strs> + <strs>",
            "[a + b for a, b in zip(<strs>, <strs>)]",
            "re.findall(r'\\w+', <str>)",
            "re.split('a', <str>)",
            "[k for k, _ in itertools.groupby(<str>)]",
        ),
        *(
            "list(filter(str.isalpha, <strs>))",
            "['-'.join(p) for p in itertools.permutations('ab')]",
            "textwrap.wrap('<word> <word>', 6)",
            "[m.name for m in Color]",
        ),
        *(
            "[''.join(t) for t in itertools.product('ab', 'c')]",
            "list(<smap>.values())",
            "[s for s in <strs> if s and s[0] != 'a']",
            "[type(v).__name__ for v in <list>]",
        ),
        *(
            "list(Point.__annotations__)",
            "[f.name for f in dataclasses.fields(Point)]",
            "list(Pair._fields)",
            "list(itertools.islice(itertools.cycle('ab'), 3))",
        ),
        *(
            "[c for c, n in collections.Counter(<str>).most_common(2)]",
            "'a b c'.split(' ', 1)",
            "list(Path('a/b').parts)",
            "sorted({*<strs>})",
        ),
    ),
    "strs_": ("(<strs> or ['q'])", "['k', <str>]"),
    "pairs": (
        *(
            "[('a', 1), ('b', 2)]",
            "list(<map>.items())",
            "list(zip(<strs>, <ints>))",
            "sorted(<map>.items(), key=lambda p: p[1])",
            "[(<str>, <int>)]",
        ),
        *(
            "[(s, len(s)) for s in <strs>]",
            "sorted(<pairs>, key=operator.itemgetter(1))",
            "list(itertools.zip_longest(<strs>, <ints>, fillvalue=0))[:2]",
        ),
        *(
            "[(k, len(list(g))) for k, g in itertools.groupby(sorted(<str>))]",
            "collections.Counter('abca').most_common()",
            "sorted(<pairs>, key=lambda p: (-p[1], p[0]))",
        ),
    ),
    "map": (
        *(
            "{}",
            "{'a': 1}",
            "{'a': 1, 'b': 2}",
            "{'x': <int>, 'y': <int>}",
            "{<str>: <int>}",
            "dict(a=<int>, b=3)",
            "dict(<pairs>)",
            "{**<map>, 'c': <int>}",
        ),
        *(
            "<map> | <map>",
            "{s: len(s) for s in <strs>}",
            "{k: v + 1 for k, v in <map>.items()}",
            "{k: v for k, v in <map>.items() if v > 1}",
            "dict(zip(<strs>, <ints>))",
        ),
        *(
            "dict.fromkeys(<strs>, 0)",
            "<map>.copy()",
            "dict(<map>)",
            "dict(<map>, z=<int>)",
            "json.loads('{\"a\": 1}')",
            "dict(sorted(<map>.items()))",
            "copy.deepcopy(<map>)",
        ),
        *(
            "dict(collections.Counter(<strs>))",
            "dataclasses.asdict(Point(<int>))",
            "{k: i for i, k in enumerate(<strs>)}",
            "vars(Base(<int>)) and {}",
            "histogram(<str>)",
        ),
        *(
            "Pair(1, 'b')._asdict() and {'p': 1}",
            "dict(Counted(<strs>).counts)",
            "group_sizes(<strs>)",
            "f_kwargs(a=<int>, **<kmap>)",
            "(<map> if <bool> else <map>)",
        ),
    ),
    "kmap": ("{}", "{'b': 2}", "dict(c=<int>)", "{k: 1 for k in 'xy'}"),
    "smap": (
        "{'a': 'x'}",
        "{'key': <str>}",
        "{s: s.upper() for s in <strs>}",
        "{k: str(v) for k, v in <map>.items()}",
        "dict([('a', <str>)])",
    ),
    "set": (
        *(
            "set()",
            "{1}",
            "{1, 2, 3}",
            "{<int>, <int>}",
            "set(<ints>)",
            "<set> | <set>",
            "<set> & <set>",
            "<set> - <set>",
            "<set> ^ <set>",
        ),
        *(
            "{v % 3 for v in <ints>}",
            "frozenset(<ints>)",
            "<set>.union(<ints>)",
            "<set>.difference([1])",
            "set(range(<small>))",
        ),
    ),
    "nested": (
        "{'a': {'b': <int>}, 'list': [<int>, <any>]}",
        "{**{'a': {'b': 1}}, 'list': [<int>]}",
        "json.loads(json.dumps({'a': {'b': <int>}, 'list': [1]}))",
    ),
    "tuple": (
        "()",
        "(1,)",
        "(<int>, <str>)",
        "tuple(<ints>)",
        "(<any>, <any>)",
        "(*<ints>, 'e')",
        "divmod(<int>, <pos>)",
        "<str>.partition(<sep>)",
        "Pair(<int>, 'p')",
    ),
    "list": ("<ints>", "<strs>", "[<any>, <any>]", "[<list>, <int>]", "list(<tuple>)", "[None, <bool>]"),
    "any": (
        "<int>",
        "<str>",
        "<float>",
        "<bool>",
        "None",
        "<ints>",
        "<strs>",
        "<map>",
        "<tuple>",
        "<list>",
        "<nested>",
    ),
    "unknown_str": (
        *(
            f"os.getenv('{VARIABLE}', <str>)",
            f"(os.getenv('{VARIABLE}') or <str>)",
            f"os.environ.get('{VARIABLE}', 'x')",
        ),
        *(
            f"os.getenv('{VARIABLE}', '').upper()",
            f"f\"m/{{os.getenv('{VARIABLE}', 'q')}}\"",
            f"str(os.getenv('{VARIABLE}'))",
        ),
    ),
    "unknown_bool": (
        *(
            f"os.getenv('{VARIABLE}') == 'x'",
            f"bool(os.getenv('{VARIABLE}'))",
            f"not os.getenv('{VARIABLE}')",
            f"'{VARIABLE}' in os.environ",
        ),
        *(
            f"os.getenv('{VARIABLE}', 'x') == 'x'",
            f"len(os.getenv('{VARIABLE}', '')) > 1",
            f"os.getenv('{VARIABLE}') is None",
            f"os.getenv('{VARIABLE}', '0').isdigit()",
        ),
    ),
}
"""Expressions by type; ``<type>`` is a hole for an expression of that type."""

TYPES: Final = (
    "int",
    "str",
    "str",
    "float",
    "bool",
    "ints",
    "strs",
    "pairs",
    "map",
    "smap",
    "set",
    "tuple",
    "list",
    "nested",
)
NAMES: Final = {"int": "i", "str": "s", "float": "f", "bool": "b", "ints": "l", "strs": "w", "pairs": "p", "map": "m",
                "smap": "n", "set": "t", "tuple": "u", "list": "v", "nested": "q"}  # fmt: skip

CHANGES: Final[dict[str, tuple[str, ...]]] = {
    "int": (
        "<> += <int>",
        "<> -= <int>",
        "<> *= 2",
        "<> //= 2",
        "<> %= 7",
        "<> |= 4",
        "<> ^= <small>",
        "<> **= 1",
        "<> <<= 1",
    ),
    "float": ("<> += 1", "<> /= 2", "<> -= <int>"),
    "str": ("<> += <str>", "<> *= 2", "<> %= ()" if False else "<> += '!'"),
    "bool": ("<> = not <>", "<> &= <bool>", "<> |= <bool>"),
    "ints": (
        *(
            "<>.append(<int>)",
            "<>.extend(<ints>)",
            "<>.insert(<small>, <int>)",
            "<>.sort()",
            "<>.sort(reverse=True)",
            "<>.sort(key=lambda v: -v)",
        ),
        *(
            "<>.reverse()",
            "<> += <ints>",
            "<> += (<int>,)",
            "<>[:1] = [<int>, <int>]",
            "<>[len(<>):] = <ints>",
            "del <>[:1]",
            "<>.extend(v for v in <ints>)",
        ),
        *(
            "if <>:\n    <>.pop()",
            "if <>:\n    <>[0] = <int>",
            "if <>:\n    <>[-1] += 1",
            "if <>:\n    del <>[0]",
            "if <int> in <>:\n    <>.remove(<>[0])",
            "<> *= 2",
            "<>.clear()",
        ),
    ),
    "strs": (
        "<>.append(<str>)",
        "<>.extend(<strs>)",
        "<>.sort()",
        "<> += [<str>]",
        "<> += <str>",
        "if <>:\n    <>.pop(0)",
        "<>[1:2] = <strs>",
        "<>.insert(0, <str>)",
    ),
    "pairs": ("<>.append((<str>, <int>))", "<>.sort(key=lambda p: p[1])", "<>.extend(<pairs>)"),
    "map": (
        *(
            "<>[<key>] = <int>",
            "<>.update(<map>)",
            "<>.update(z=<int>)",
            "<>.setdefault(<key>, <int>)",
            "<>.pop(<key>, None)",
            "<> |= <map>",
            "<>.update(<pairs>)",
        ),
        *(
            "<>[<key>] = <>.get(<key>, 0) + 1",
            "if <>:\n    <>.popitem()",
            "for k in list(<>):\n    <>[k] += 1",
            "if 'a' in <>:\n    del <>['a']",
            "<>.clear()",
        ),
        *("<> = {k: v for k, v in sorted(<>.items())}", "for k in <strs>:\n    <>[k] = <>.get(k, 0) + 1"),
    ),
    "smap": ("<>[<key>] = <str>", "<>.update(a=<str>)", "<>.setdefault('q', <str>)", "<> |= <smap>"),
    "set": ("<> |= {<int>}", "<> = <> - {1}", "<> &= {1, 2, <int>}"),
    "tuple": ("<> += (<int>,)", "<> = <>[::-1]", "<> = (*<>, <any>)"),
    "list": ("<>.append(<any>)", "<>.insert(0, <any>)", "<> += [<any>]", "<>.extend(<tuple>)"),
    "nested": (
        "<>['a']['b'] = <int>",
        "<>['list'].append(<any>)",
        "<>.setdefault('z', {})['y'] = <int>",
        "<>['a'].update(c=<int>)",
        "<>['a'] = {'b': <int>}",
    ),
}
"""Statements that change a variable of a type, ``<>``."""

HEADER: Final = """
from __future__ import annotations
import abc, collections, contextlib, copy, dataclasses, enum, functools, inspect, itertools, json, math, operator, os, re, string, textwrap
from collections import defaultdict, Counter, deque, OrderedDict, namedtuple
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Optional, TypedDict
"""

FIXED: Final = '''
def f_add(a: int, b: int = 1) -> int:
    """Add."""
    return a + b
def f_rec(n):
    return 1 if n <= 1 else n * f_rec(n - 1)
def f_kw(a, /, b=2, *, k=3):
    return a + b * k
def f_var(first, *rest, scale=1):
    return first + sum(rest) * scale
def f_kwargs(**given):
    return given
def flatten(items):
    found = []
    for one in items:
        if isinstance(one, list):
            found.extend(flatten(one))
        else:
            found.append(one)
    return found
def histogram(text):
    counts = {}
    for char in text:
        counts[char] = counts.get(char, 0) + 1
    return counts
def group_sizes(words):
    groups = defaultdict(list)
    for word in words:
        groups[len(word)].append(word)
    return {str(k): len(v) for k, v in sorted(groups.items())}
def adder(n):
    def add(m):
        return n + m
    return add
def make_counter():
    count = 0
    def step():
        nonlocal count
        count += 1
        return count
    return step
counter = make_counter()
def numbers(n):
    for one in range(n + 1):
        yield one
def evens(items):
    for one in items:
        if one % 2:
            continue
        yield one
def countdown(n):
    while n > 0:
        yield n
        n -= 1
def delegate(items):
    yield 0
    yield from items
    yield -1
def deco(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs).upper()
    return wrapper
def tag(name, *, end='!'):
    def decorate(function):
        def wrapper(*args):
            return f'<{name}>{function(*args)}{end}'
        return wrapper
    return decorate
@deco
def shout(text):
    return text + '?'
@tag('b', end='.')
def tagged(text):
    return text
def greet(name='World', *, punctuation='!'):
    return f'Hello, {name}{punctuation}'
def guard(value):
    try:
        number = int(value)
    except ValueError as error:
        return f'bad: {type(error).__name__}'
    else:
        return f'good: {number}'
    finally:
        LOG.append(value)
LOG = []
def classify(value):
    match value:
        case None:
            return 'none'
        case bool():
            return 'bool'
        case int() | float() if value > 5:
            return 'big'
        case int(n):
            return f'int {n}'
        case str() as text:
            return f'str {len(text)}'
        case []:
            return 'empty'
        case [first, *rest]:
            return f'list {first} {len(rest)}'
        case {'a': inner, **more}:
            return f'map {inner} {sorted(map(str, more))}'
        case Point(x=0):
            return 'origin'
        case _:
            return 'other'
class Base:
    """A base."""
    kind = 'base'
    total: ClassVar[int] = 0
    def __init__(self, value=0, **options):
        self.value = value
        self.options = options
        self._hidden = [value]
    @property
    def double(self):
        return self.value * 2
    @staticmethod
    def helper(n):
        return n + 1
    @classmethod
    def make(cls, value):
        return cls(value)
    def describe(self):
        return f'{self.kind}:{self.value}'
class Child(Base):
    kind = 'child'
    def __init__(self, value, name='kid'):
        super().__init__(value, extra=True)
        self.name = name
    def describe(self):
        return super().describe() + '/' + self.name
    @property
    def double(self):
        return super().double + 1
    def __str__(self):
        return f'Child({self.value})'
@dataclass
class Point:
    x: int = 0
    y: int = 5
    tags: list = field(default_factory=list)
    def moved(self, by):
        return Point(self.x + by, self.y)
@dataclass(frozen=True)
class Frozen:
    n: int
    def __post_init__(self):
        if self.n == 13:
            raise ValueError('unlucky')
class Pair(NamedTuple):
    first: int
    second: str = 's'
class Options(TypedDict, total=False):
    a: int
class Color(Enum):
    RED = 1
    GREEN = 2
class Level(IntEnum):
    LOW = 1
    HIGH = 2
class Mode(str, Enum):
    FAST = 'fast'
    SLOW = 'slow'
class Vec:
    __slots__ = ('x', 'y')
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)
    def __mul__(self, n):
        return Vec(self.x * n, self.y * n)
    __rmul__ = __mul__
    def __eq__(self, other):
        return isinstance(other, Vec) and (self.x, self.y) == (other.x, other.y)
    def __lt__(self, other):
        return (self.x, self.y) < (other.x, other.y)
    def __bool__(self):
        return bool(self.x or self.y)
    def __len__(self):
        return 2
    def __getitem__(self, at):
        return (self.x, self.y)[at]
    def __iter__(self):
        yield self.x
        yield self.y
    def __contains__(self, n):
        return n in (self.x, self.y)
    def __repr__(self):
        return f'Vec({self.x!r}, {self.y!r})'
    def __format__(self, spec):
        return f'{spec}:{self.x}'
class Stack:
    def __init__(self, items=()):
        self.items = list(items)
    def push(self, item):
        self.items.append(item)
        return self
    def peek(self):
        return self.items[-1]
    def __len__(self):
        return len(self.items)
    def __enter__(self):
        self.push(0)
        return self
    def __exit__(self, *details):
        self.items.pop()
        return False
class Temp:
    def __init__(self, c):
        self._c = c
    @property
    def c(self):
        return self._c
    @c.setter
    def c(self, value):
        self._c = value
    @property
    def f(self):
        return self._c * 9 // 5 + 32
class Greeter:
    def __call__(self, name):
        return f'hi {name}'
class Counted:
    def __init__(self, words):
        self.counts = Counter(words)
class Lazy:
    @functools.cached_property
    def cached(self):
        return 'once'
class Conf:
    defaults = {'name': 'conf'}
    def __getattr__(self, name):
        try:
            return self.defaults[name]
        except KeyError:
            raise AttributeError(name) from None
class Error(Exception):
    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code
    def text(self):
        return f'{self.args[0]} ({self.code})'
@contextmanager
def opened(name):
    LOG.append(f'open {name}')
    try:
        yield name.upper()
    finally:
        LOG.append(f'close {name}')
def uses_context():
    with opened('file') as handle:
        return handle
'''


OWN_NAMES: Final = frozenset(
    {node.name for node in ast.parse(FIXED).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    | {alias.asname or alias.name for node in ast.parse(HEADER).body for alias in getattr(node, "names", ())}
) - {"LOG"}
"""Names that every program binds."""


class _Writer:
    """Writes one program; every choice is of ``random``."""

    def __init__(self, number: int, *, with_environment: bool) -> None:
        self.random = random.Random(number)
        self.with_environment = with_environment
        self.names: dict[str, list[str]] = {}
        self.count = 0

    def expression(self, kind: str, depth: int = 0) -> str:
        """An expression of a type."""
        known = self.names.get(kind, [])
        if known and self.random.random() < (0.35 if depth else 0.1):
            return self.random.choice(known)
        if self.with_environment and kind in ("str", "bool") and self.random.random() < 0.12:
            kind = f"unknown_{kind}"
        forms = EXPRESSIONS[kind]
        if depth >= 3:
            forms = tuple(one for one in forms if not _HOLE.search(one)) or forms
        form = self.random.choice(forms)
        return self.filled(form, depth + 1)

    def filled(self, form: str, depth: int) -> str:
        """A template with its holes filled."""
        in_format = bool(re.match("f['\"]", form))

        def fill(found: re.Match[str]) -> str:
            kind = found.group(1)
            if kind == "atom" and not self.names.get("int"):
                return "3"
            if kind not in EXPRESSIONS:
                return found.group()
            made = self.expression(kind, depth)
            if kind in ("word", "digits", "char", "sep", "word_s", "width") and not in_format:
                return made
            if in_format and (set(made) & set("'\"{}\\\n:!=#") or made.startswith("lambda")):
                made = self.random.choice(self.names.get(kind) or ["1"])
            return made if made.isidentifier() else f"({made})"

        made = _HOLE.sub(fill, form)
        return (
            made.replace("i1", "2").replace("i2", "3").replace("f1", "0.25")
            if "i1" in form or "i2" in form or form == "f1"
            else made
        )

    def name(self, kind: str) -> str:
        """A variable of a type: a new one, or one that is bound."""
        known = self.names.setdefault(kind, [])
        if known and self.random.random() < 0.4:
            return self.random.choice(known)
        self.count += 1
        return f"{NAMES[kind]}_{self.count}"

    def bound(self, kind: str, name: str) -> None:
        """Remember that a variable is bound."""
        known = self.names.setdefault(kind, [])
        if name not in known:
            known.append(name)

    # Statements

    def block(self, depth: int, most: int = 3) -> list[str]:
        """The lines of a block; what it binds may not be bound after it."""
        before = {kind: list(names) for kind, names in self.names.items()}
        lines = [line for _ in range(self.random.randint(1, most)) for line in self.statement(depth)]
        if self.random.random() < 0.9:
            self.names = before
        return [f"    {line}" for one in lines for line in one.split("\n")]

    def statement(self, depth: int = 0) -> list[str]:
        """The lines of one statement."""
        simple: tuple[Callable[[int], list[str]], ...] = (
            self.assignment, self.assignment, self.assignment, self.change, self.change, self.unpacking, self.collection,
        )  # fmt: skip
        nested = (
            self.branch,
            self.loop,
            self.attempt,
            self.function,
            self.klass,
            self.matching,
            self.context,
            self.whiles,
            self.alias,
            self.instance,
        )
        made = self.random.choice(simple if depth >= 3 or self.random.random() < 0.6 else nested)
        return made(depth)

    def assignment(self, _depth: int) -> list[str]:
        kind = self.random.choice(TYPES)
        value = self.expression(kind)
        name = self.name(kind)
        self.bound(kind, name)
        if self.random.random() < 0.1:
            return [f"{name}: {self.random.choice(('Any', 'int', 'list[int]', 'Optional[str]'))} = {value}"]
        return [f"{name} = {value}"]

    def alias(self, _depth: int) -> list[str]:
        kind = self.random.choice([kind for kind, names in self.names.items() if names] or ["int"])
        if not self.names.get(kind):
            return self.assignment(0)
        source = self.random.choice(self.names[kind])
        name = self.name(kind)
        self.bound(kind, name)
        return [f"{name} = {source}"]

    def change(self, _depth: int) -> list[str]:
        kinds = [kind for kind, names in self.names.items() if names and kind in CHANGES]
        if not kinds:
            return self.assignment(0)
        kind = self.random.choice(kinds)
        name = self.random.choice(self.names[kind])
        form = self.random.choice(CHANGES[kind]).replace("<>", name)
        return self.filled(form, 1).split("\n")

    def unpacking(self, _depth: int) -> list[str]:
        one, other, third = (f"x_{self.count + at}" for at in (1, 2, 3))
        self.count += 3
        form = self.random.choice(
            (
                "{0}, {1} = <int>, <int>",
                "{0}, *{2} = [<int>, *<ints>]",
                "*{2}, {0} = [*<ints>, <int>]",
                "({0}, {1}), {2} = (<int>, <int>), <ints>",
                "{0}, {1} = sorted([<int>, <int>])",
                "for {0}, ({1}, *{2}) in [(<int>, [<int>, <int>]), (1, (2, 3))]:\n    pass",
                "{0} = {1} = <int>",
                "[{0}, {1}] = divmod(<int>, <pos>)",
                "{0}, {1} = {1}, {0} = <int>, <int>",
                "{0}, *{2}, {1} = 1, *<ints>, 2",
            )
        )
        lines = self.filled(form.format(one, other, third), 1).split("\n")
        self.bound("int", one)
        if other in form.format(one, other, third):
            self.bound("int", other)
        if third in form.format(one, other, third):
            self.bound("ints", third)
        return lines

    def collection(self, _depth: int) -> list[str]:
        self.count += 1
        n = self.count
        form, results = self.random.choice(
            (
                ("g# = defaultdict(list)\nfor word in <strs>:\n    g#[len(word)].append(word)\nm_# = {str(k): len(v) for k, v in g#.items()}", (("map", "m_#"),)),
                ("g# = defaultdict(int)\nfor c in <str>:\n    g#[c] += 1\nm_# = dict(g#)", (("map", "m_#"),)),
                ("g# = Counter(<str>)\ng#.update('aab')\ni_# = g#['a'] + g#['zz']\np_# = g#.most_common(1)", (("int", "i_#"), ("pairs", "p_#"))),
                ("g# = deque(<ints>, maxlen=3)\ng#.append(<int>)\ng#.appendleft(<int>)\nl_# = list(g#)", (("ints", "l_#"),)),
                ("g# = deque(<ints>)\ng#.rotate(1)\nl_# = [g#.popleft() if g# else 0]", (("ints", "l_#"),)),
                ("g# = OrderedDict(<map>)\ng#['z'] = <int>\ng#.move_to_end('z', last=False)\nw_# = list(g#)", (("strs", "w_#"),)),
                ("G# = namedtuple('G#', 'a b')\ng# = G#(<int>, b=<str>)\ni_# = g#.a\ns_# = g#._replace(b=<str>).b\nu_# = tuple(g#)", (("int", "i_#"), ("str", "s_#"), ("tuple", "u_#"))),
                ("g# = collections.ChainMap({'a': <int>}, {'b': 2})\ni_# = g#['a'] + g#.get('b', 0)", (("int", "i_#"),)),
                ("g# = iter(<ints>)\ni_# = next(g#, -1)\nl_# = list(g#)\ni_#b = next(g#, -2)", (("int", "i_#"), ("ints", "l_#"), ("int", "i_#b"))),
                ("g# = zip(<strs>, <ints>)\np_# = list(g#)\np_#b = list(g#)", (("pairs", "p_#"), ("pairs", "p_#b"))),
                ("w_# = []\nm_# = {}\nfor i, s in enumerate(<strs>, 1):\n    if s in m_#:\n        continue\n    m_#[s] = i\n    w_#.append(f'{i}. {s}')", (("strs", "w_#"), ("map", "m_#"))),
                ("l_# = <ints>\nwhile l_# and l_#[-1] > 1:\n    l_#.pop()", (("ints", "l_#"),)),
                ("l_# = [[0] * 2 for _ in range(2)]\nl_#[0][1] = <int>\nl_#[1] = l_#[0]\nl_#[1][0] = <int>", ()),
                ("t_# = {*<ints>}\nt_#.add(<int>)\nt_#.discard(<int>)\nt_#.update(<ints>)", (("set", "t_#"),)),
                ("a_, b_ = itertools.tee(<ints>)\nl_# = list(a_) + list(b_)", (("ints", "l_#"),)),
                ("o: Options = {'a': <int>}\ni_# = o.get('a', 0)", (("int", "i_#"),)),
                ("o# = Options(a=<int>)\ni_# = o#['a']", (("int", "i_#"),)),
                ("global_list = <ints>\ndef put#():\n    global_list.append(1)\n    global total#\n    total# = len(global_list)\nput#()\nput#()", ()),
                ("fs# = [lambda n, k=k: n + k for k in <ints>]\nl_# = [f(1) for f in fs#]", (("ints", "l_#"),)),
                ("fs# = []\nfor k in <ints>:\n    fs#.append(lambda: k)\nl_# = [f() for f in fs#]", (("ints", "l_#"),)),
                ("if (n# := len(<strs>)) > 1:\n    s_# = f'{n#} many'\nelse:\n    s_# = 'few'", (("str", "s_#"),)),
                ("def gen#():\n    got = yield 1\n    yield got\ng# = gen#()\ni_# = next(g#)\ni_#b = g#.send(<int>)", (("int", "i_#"), ("int", "i_#b"))),
                ("def gen#():\n    try:\n        yield 1\n        yield 2\n    finally:\n        LOG.append('end')\nl_# = list(gen#())", (("ints", "l_#"),)),
                ("def gen#(n):\n    x = 0\n    for k in range(n):\n        x += yield_#(k)\n        yield x\ndef yield_#(k):\n    return k * 2\nl_# = list(gen#(<small>))", (("ints", "l_#"),)),
                ("def gen#():\n    for a in <ints>:\n        for b in 'xy':\n            if a == 2:\n                break\n            yield (b, a)\np_# = list(gen#())", (("pairs", "p_#"),)),
                ("@functools.lru_cache(maxsize=None)\ndef fib#(n):\n    return n if n < 2 else fib#(n - 1) + fib#(n - 2)\ni_# = fib#(<small>)", (("int", "i_#"),)),
                ("@functools.singledispatch\ndef show#(x):\n    return 'any'\n@show#.register\ndef _(x: int):\n    return 'int'\ns_# = show#(<int>)", (("str", "s_#"),)),
                ("ns# = types_ns(a=<int>)\ni_# = ns#.a", (("int", "i_#"),)),
                ("with contextlib.ExitStack() as stack#:\n    stack#.callback(LOG.append, <int>)\n    s_# = <str>", (("str", "s_#"),)),
                ("async def co#():\n    return <int>\n", ()),
                ("s_# = ''\nfor k, v in <map>.items():\n    s_# += f'{k}:{v};'", (("str", "s_#"),)),
                ("l_# = []\nfor row in [<ints>, <ints>]:\n    for v in row:\n        if v < 0:\n            break\n        l_#.append(v)\n    else:\n        l_#.append(0)", (("ints", "l_#"),)),
                ("m_# = <map>\nfor k, v in list(m_#.items()):\n    if v > 1:\n        del m_#[k]\n    else:\n        m_#[k] = v * 10", (("map", "m_#"),)),
                ("s_# = str(exec_time#) if (exec_time# := <int>) else 'no'", (("str", "s_#"),)),
                ("l_# = sorted(<strs>, key=functools.cmp_to_key(lambda a, b: len(a) - len(b)))\nw_# = l_#", (("strs", "w_#"),)),
                ("mm# = re.match(r'(?P<k>\\w+)=(?P<v>\\w+)', <str>)\ns_# = mm#['k'] if mm# else 'none'\nu_# = mm#.groups() if mm# else ()", (("str", "s_#"), ("tuple", "u_#"))),
                ("s_# = ''\nfor mt in re.finditer(r'[a-z]+', <str>):\n    s_# += mt.group(0)[:1] + str(mt.start())", (("str", "s_#"),)),
            )
        )  # fmt: skip
        text = form.replace("#", str(n)).replace("(?P<k>", "(?P\x00k>").replace("(?P<v>", "(?P\x00v>")
        if "types_ns" in text:
            text = "from types import SimpleNamespace as types_ns\n" + text
        lines = self.filled(text, 1).replace("\x00", "<").split("\n")
        for kind, name in results:
            self.bound(kind, name.replace("#", str(n)))
        return lines

    def branch(self, depth: int) -> list[str]:
        lines = [f"if {self.expression('bool')}:", *self.block(depth + 1)]
        if self.random.random() < 0.3:
            lines += [f"elif {self.expression('bool')}:", *self.block(depth + 1)]
        if self.random.random() < 0.5:
            lines += ["else:", *self.block(depth + 1)]
        return lines

    def loop(self, depth: int) -> list[str]:
        self.count += 1
        n = self.count
        kind, target, source = self.random.choice(
            (
                ("int", f"k_{n}", "<ints>[:5]"),
                ("int", f"k_{n}", "range(<small>)"),
                ("str", f"k_{n}", "<strs>[:4]"),
                ("str", f"k_{n}", "<str>[:4]"),
                ("int", f"j_{n}, k_{n}", "list(enumerate(<ints>))[:3]"),
                ("int", f"j_{n}, k_{n}", "list(<map>.items())[:3]"),
                ("int", f"k_{n}", "list(<map>.values())"),
                ("int", f"k_{n}, j_{n}", "zip(<ints>[:3], <strs>)"),
                ("str", f"k_{n}", "sorted(<map>)"),
            )
        )
        source = self.filled(source, 1)
        before = {one: list(names) for one, names in self.names.items()}
        self.bound(kind, f"k_{n}")
        body = self.block(depth + 1)
        if self.random.random() < 0.25:
            body += [
                f"    if {self.expression('bool', 1)}:",
                f"        {self.random.choice(('break', 'continue'))}",
            ]
            body += self.block(depth + 2, 1)
        self.names = before
        lines = [f"for {target} in {source}:", *body]
        if self.random.random() < 0.15:
            lines += ["else:", *self.block(depth + 1, 1)]
        return lines

    def whiles(self, depth: int) -> list[str]:
        self.count += 1
        name = f"c_{self.count}"
        body = self.block(depth + 1)
        return [f"{name} = {self.random.choice('123')}", f"while {name}:", f"    {name} -= 1", *body]

    def attempt(self, depth: int) -> list[str]:
        raising = self.random.choice(
            (
                "raise ValueError(<str>)", "raise Error(<str>, <int>)", "int(<str>)", "<map>[<key>]", "<ints>[<int>]", "1 / (<int>)",
                "raise KeyError('k') from ValueError('c')", "assert <bool>, <str>", "<any>.missing", "None + 1", "<ints>.index(99)",
                "raise RuntimeError", "Frozen(13)", "Frozen(1).n = 2", "f_add()", "f_add(1, 2, 3)", "Color(99)", "json.loads('{')", "next(iter([]))",
                "{}['x']", "int('z')", "float('x')", "'a' + 1", "[] + ()", "len(3)", "undefined_name", "Base.missing", "(1, 2)[5]", "'abc'.index('z')",
                "[].pop()", "{}.popitem()", "dict([1])", "a, b = [1]", "max([])", "chr(-1)", "[1, 'a'].sort()", "{[]: 1}", "hash([])",
            )
        )  # fmt: skip
        self.count += 1
        name = f"e_{self.count}"
        lines = [
            "try:",
            *self.block(depth + 1, 2),
            *[f"    {line}" for line in self.filled(raising, 1).split("\n")],
        ]
        if self.random.random() < 0.4:
            lines += self.block(depth + 1, 1)
        kinds = (
            "ValueError",
            "KeyError",
            "(TypeError, AttributeError)",
            "Error",
            "LookupError",
            "ArithmeticError",
            "NameError",
            "RuntimeError",
        )
        for kind in self.random.sample(kinds, self.random.randint(0, 2)):
            lines += [
                f"except {kind} as {name}:",
                f"    s_{name} = {self.random.choice(('str', 'repr', 'type'))}({name}){''}",
                *self.block(depth + 1, 1),
            ]
            if self.random.random() < 0.15:
                lines += [f"    {self.random.choice(('raise', f'raise Error(str({name})) from {name}'))}"]
        lines += [
            f"except Exception as {name}:",
            f"    n_{name} = type({name}).__name__",
            *self.block(depth + 1, 1),
        ]
        if self.random.random() < 0.3:
            lines += ["else:", *self.block(depth + 1, 1)]
        if self.random.random() < 0.3:
            lines += ["finally:", *self.block(depth + 1, 1)]
        return lines

    def function(self, depth: int) -> list[str]:
        self.count += 1
        name = f"fn_{self.count}"
        before = {one: list(names) for one, names in self.names.items()}
        parameters, call = self.random.choice(
            (
                ("", ""),
                ("pa", "<int>"),
                ("pa, pb=<int>", "<int>"),
                ("pa=1, *pl", "<int>, 2, 3"),
                ("pa, /, pb=2, *, pc=<int>", "<int>, pc=4"),
                ("pa, **pm", "1, x=<int>, y=2"),
                ("pa, pl=[]", "<int>"),
                ("*pl, pa=1", "*<ints>"),
            )
        )
        parameters, call = self.filled(parameters, 2), self.filled(call, 1)
        for one, kind in (("pa", "int"), ("pb", "int"), ("pc", "int"), ("pm", "map")):
            if one in parameters:
                self.bound(kind, one)
        head: list[str] = []
        shared = [one for one in before.get("int", []) if one.startswith("i_")]
        if shared and depth == 0 and self.random.random() < 0.2:
            chosen = self.random.choice(shared)
            head = [f"    global {chosen}", f"    {chosen} = {self.expression('int', 1)}"]
        body = self.block(depth + 1)
        # A local name hides that of the module: those assigned here are not read before.
        kind = self.random.choice(TYPES)
        if self.random.random() < 0.3:
            body += [f"    if {self.expression('bool', 1)}:", f"        return {self.expression(kind, 1)}"]
        body += [f"    return {self.expression(kind, 1)}"]
        self.names = before
        decorator = self.random.choice(
            ("", "", "", "", "@functools.lru_cache\n", "@functools.wraps(f_add)\n")
        )
        if "lru" in decorator and ("*" in call or "[" in parameters):
            decorator = ""
        lines = [*decorator.split("\n")[:-1], f"def {name}({parameters}):", *head, *body]
        target = self.name(kind)
        # It may raise: a name that is assigned in the function is local all through it.
        lines += [
            "try:",
            f"    {target} = {name}({call})",
            "except UnboundLocalError:",
            f"    {target} = {self.expression(kind, 2)}",
        ]
        self.bound(kind, target)
        return lines

    def klass(self, depth: int) -> list[str]:
        self.count += 1
        n = self.count
        name = f"K{n}"
        style = self.random.choice(("plain", "plain", "plain", "data", "enum", "tuple", "error", "abstract"))
        lines: list[str]
        if style == "data":
            option = self.random.choice(
                (
                    "",
                    "()",
                    "(order=True)",
                    "(frozen=True)",
                    "(kw_only=True)",
                    "(eq=False)",
                    "(slots=True)",
                    "(repr=False)",
                )
            )
            lines = [
                f"@dataclass{option}",
                f"class {name}:",
                f"    a: int = {self.expression('int', 1)}",
                f"    b: str = {self.expression('str', 2)}",
            ]
            lines += self.random.sample(
                [
                    "    c: list = field(default_factory=list)", "    d: dict = field(default_factory=lambda: {'k': 1})", "    e: int = field(default=3, repr=False)",
                    "    g: int = field(init=False, default=9)", "    h: ClassVar[int] = 4",
                    "    def __post_init__(self):\n        object.__setattr__(self, 'b', self.b + '.')", "    @property\n    def both(self):\n        return (self.a, self.b)",
                    "    def __str__(self):\n        return f'<{self.a}>'",
                ],
                self.random.randint(0, 4),
            )  # fmt: skip
            lines = sorted(lines, key=lambda line: ("@prop" in line or "def " in line,))
            makes = [f"{name}()", f"{name}(a=2)", f"{name}(b='z', a=<int>)"]
            uses = [
                "str(o_#)",
                "repr(o_#)",
                "o_#.b",
                "o_# == K#()",
                "dataclasses.asdict(o_#)",
                "dataclasses.replace(o_#, a=1).a",
                "[f.name for f in dataclasses.fields(o_#)]",
                "dataclasses.astuple(o_#)",
                "vars(o_#)" if "slots" not in option else "o_#.a",
            ]
        elif style == "enum":
            base = self.random.choice(("Enum", "IntEnum", "str, Enum", "enum.Flag", "enum.StrEnum"))
            values = {"IntEnum": ("1", "2"), "enum.Flag": ("enum.auto()", "enum.auto()")}.get(
                base, ("'x'", "'y'")
            )
            lines = [f"class {name}({base}):", f"    ONE = {values[0]}", f"    TWO = {values[1]}"]
            if self.random.random() < 0.4:
                lines += ["    @property", "    def label(self):", "        return self.name.lower()"]
            else:
                lines += [
                    "    @property",
                    "    def label(self):",
                    "        return f'{self.name}/{self.value}'",
                ]
            makes = [f"{name}.ONE", f"{name}['TWO']"]
            uses = [
                "o_#.name",
                "o_#.value",
                "o_#.label",
                "[m.name for m in K#]",
                "str(o_#)",
                "repr(o_#)",
                "f'{o_#}'",
                "o_# == K#.ONE",
                "o_# is K#.TWO",
                "{o_#: 1}[o_#]",
                "K#(o_#.value) is o_#",
                "isinstance(o_#, K#)",
                "len(K#)",
            ]
        elif style == "tuple":
            lines = [
                f"class {name}(NamedTuple):",
                "    a: int",
                f"    b: str = {self.expression('str', 2)}",
                "    def total(self):",
                "        return self.a + len(self.b)",
            ]
            makes = [f"{name}(1)", f"{name}(a=<int>, b='q')", f"{name}(*(1, 'r'))"]
            uses = [
                "o_#.a",
                "o_#[1]",
                "o_#.total()",
                "tuple(o_#)",
                "str(o_#)",
                "o_#._replace(a=5)",
                "o_#._asdict()",
                "list(o_#)",
                "o_# + (1,)",
                "len(o_#)",
                "o_# == (1, 'q')",
                "o_#._fields",
                "sorted([o_#, K#(0)])[0].a",
            ]
        elif style == "error":
            lines = [
                f"class {name}({self.random.choice(('Exception', 'ValueError', 'Error', 'KeyError'))}):",
                "    code = 7",
            ]
            if self.random.random() < 0.4:
                lines += ["    def __str__(self):", "        return f'E{self.code}'"]
            makes = [f"{name}(<str>)"]
            uses = ["str(o_#)", "o_#.args", "o_#.code", "isinstance(o_#, Exception)", "type(o_#).__name__"]
        elif style == "abstract":
            lines = [
                f"class A{n}(abc.ABC):",
                "    @abc.abstractmethod",
                "    def run(self): ...",
                "    def twice(self):",
                "        return [self.run(), self.run()]",
                f"class {name}(A{n}):",
                "    def run(self):",
                f"        return {self.expression('int', 2)}",
            ]
            makes = [f"{name}()"]
            uses = ["o_#.run()", "o_#.twice()", "isinstance(o_#, abc.ABC)", f"issubclass(K#, A{n})"]
        else:
            bases = self.random.choice(("", "(Base)", "(Child)", "(Base)", "(Stack)"))
            lines = [
                f"class {name}{bases}:",
                f"    items = {self.expression('ints', 2)}",
                f"    kind = {self.expression('str', 2)}",
            ]
            own = not bases or self.random.random() < 0.4
            if own:
                lines += ["    def __init__(self, value=1, *args, **kwargs):"]
                if bases:
                    lines += [f"        super().__init__({'()' if bases == '(Stack)' else 'value'})"]
                lines += [
                    "        self.value = value",
                    "        self.items = [value, *args]"
                    if self.random.random() < 0.5
                    else "        self.kw = kwargs",
                ]
            elif bases == "(Stack)":
                lines += ["    value = 4"]
            parts = [
                "    def method(self, by=1):\n        self.value += by\n        return self",
                "    @classmethod\n    def build(cls, *args):\n        return cls(*args)",
                "    @staticmethod\n    def static(x=2):\n        return x * 3",
                "    @property\n    def prop(self):\n        return (self.value, self.kind)",
                "    def __repr__(self):\n        return f'{type(self).__name__}<{self.value}>'",
                "    def __str__(self):\n        return 'str ' + str(self.value)",
                "    def __eq__(self, other):\n        return isinstance(other, type(self)) and self.value == other.value",
                "    def __hash__(self):\n        return hash(self.value)",
                "    def __len__(self):\n        return 3",
                "    def __getitem__(self, key):\n        return f'item {key}'",
                "    def __setitem__(self, key, new):\n        self.value = new",
                "    def __contains__(self, one):\n        return one == self.value",
                "    def __iter__(self):\n        return iter([self.value, 0])",
                "    def __call__(self, *a, **k):\n        return (a, sorted(k))",
                "    def __add__(self, other):\n        return self.value + (other.value if isinstance(other, type(self)) else other)",
                "    def __radd__(self, other):\n        return other + self.value",
                "    def __iadd__(self, other):\n        self.value += other\n        return self",
                "    def __lt__(self, other):\n        return self.value < other.value",
                "    def __neg__(self):\n        return -self.value",
                "    def __bool__(self):\n        return self.value > 1",
                "    def __getattr__(self, name):\n        if name.startswith('auto'):\n            return name\n        raise AttributeError(name)",
                "    def __int__(self):\n        return 42",
                "    def __enter__(self):\n        self.value = 0\n        return self\n    def __exit__(self, kind, error, trace):\n        self.value = -1\n        return kind is ValueError",
                "    def __init_subclass__(cls, **kwargs):\n        LOG.append(cls.__name__)",
                "    def _private(self):\n        return self.__secret()\n    def __secret(self):\n        return 's'",
                "    count = 0\n    def bump(self):\n        type(self).count += 1\n        return self.count",
                "    def gen(self):\n        for one in range(2):\n            yield one + self.value",
            ]
            for part in self.random.sample(parts, self.random.randint(1, 6)):
                lines += part.split("\n")
            makes = [
                f"{name}()" if bases != "(Child)" or own else f"{name}(3)",
                f"{name}(2)" if bases != "(Stack)" or own else f"{name}((2,))",
            ]
            uses = [
                "o_#.method(2).value", "K#.build(1).value", "K#.static()", "o_#.static(4)", "o_#.prop", "repr(o_#)", "str(o_#)", "f'{o_#}'", "o_# == K#.build(2)", "len(o_#)",
                "o_#['k']", "1 in o_#", "list(o_#)", "o_#(1, z=2)", "o_# + 1", "1 + o_#", "o_# + o_#", "sorted([o_#, o_#])[0] is o_#", "-o_#", "bool(o_#)", "o_#.autox", "int(o_#)",
                "o_#.kind", "o_#._private()", "o_#.bump()", "list(o_#.gen())", "getattr(o_#, 'nope', 1)", "hasattr(o_#, 'prop')", "isinstance(o_#, Base)", "o_#.value", "K#.kind", "K#.__mro__[0].__name__",
                "vars(o_#)", "o_#.__dict__", "[m for m in dir(o_#) if m == 'prop']", "K#.__name__", "o_#.items", "o_# != o_#", "{o_#: 1}[o_#]", "callable(o_#)", "sum([1, o_#])", "max(o_#, o_#) is o_#",
            ]  # fmt: skip
        lines = [line for one in lines for line in one.split("\n")]
        lines.append(f"o_{n} = {self.filled(self.random.choice(makes), 1)}")
        lines += self.uses(n, uses, self.random.randint(1, 4))
        return lines

    def uses(self, n: int, uses: list[str], count: int) -> list[str]:
        """Statements that use the object ``o_n`` of class ``Kn``; they may raise."""
        lines: list[str] = []
        for use in self.random.sample(uses, min(count, len(uses))):
            self.count += 1
            lines += [
                "try:",
                f"    r_{self.count} = {use.replace('#', str(n))}",
                "except Exception as error:",
                f"    r_{self.count} = type(error).__name__",
            ]
        return lines

    def instance(self, _depth: int) -> list[str]:
        self.count += 1
        n = self.count
        forms = (
            "o = Point(<int>)\no.x += <int>\no.tags.append(<str>)\nr_# = (o, o.moved(2))",
            "o = Child(<int>, name=<str>)\no.value *= 2\no.extra = <any>\nr_# = vars(o)",
            "o = Temp(<int>)\no.c = <int>\nr_# = o.f",
            "o = Stack(<ints>)\nwith o as s:\n    r_# = len(s)\nr_#b = o.push(1).push(2).items",
            "o = Base(<int>, mode=<str>)\nsetattr(o, 'value', <int>)\nr_# = getattr(o, 'value') + getattr(o, 'none', 3)\nr_#b = o.options",
            "Base.total += 1\nr_# = (Base.total, Child.total)",
            "Child.kind = <str>\nr_# = Child(1).describe()\nChild.kind = 'child'",
            "o = [Point(v) for v in <ints>]\nr_# = [p.x for p in sorted(o, key=lambda p: -p.x)]",
            "o = Vec(<int>, 2)\no2 = o * 3 + 2 * o\nr_# = (o2.x, o2.y, str(o2))",
            "x1, y1 = Vec(<int>, <int>)\nr_# = [x1, y1]",
            "r_# = {Color.RED: <any>, Color.GREEN: 2}[Color.RED]",
            "m = Base(1).describe\nr_# = m()",
            "r_# = [Base.describe(Child(<int>)), Child.describe(Child(1))]",
            "r_# = list(map(Base(1).helper, <ints>))",
            "with opened('f') as h, Stack() as st:\n    r_# = (h, len(st))",
            "with contextlib.suppress(KeyError):\n    {}['x']\nr_# = <any>",
            "d1 = {'k': [1]}\nd2 = dict(d1)\nd3 = copy.deepcopy(d1)\nd1['k'].append(<int>)\nr_# = (d2, d3)",
            "class Inner#(Child):\n    def describe(self):\n        return 'inner ' + super().describe()\nr_# = Inner#(<int>).describe()",
            "class M#:\n    def hi(self):\n        return ['M']\nclass N#(M#):\n    def hi(self):\n        return ['N'] + super().hi()\nclass O#(M#):\n    def hi(self):\n        return ['O'] + super().hi()\nclass P#(N#, O#):\n    pass\nr_# = P#().hi()",
            "try:\n    raise Error(<str>, <int>)\nexcept Error as err:\n    r_# = (err.code, str(err), err.args)",
            "try:\n    try:\n        {}['a']\n    except KeyError as ke:\n        raise ValueError('v') from ke\nexcept ValueError as ve:\n    r_# = (type(ve.__cause__).__name__, str(ve))",
            "def fin#():\n    try:\n        return 'try'\n    finally:\n        LOG.append('fin')\nr_# = fin#()",
            "def fin#():\n    for k in <ints>:\n        try:\n            if k == 2:\n                continue\n            return k\n        finally:\n            LOG.append(k)\nr_# = fin#()",
            "r_# = [*map(classify, [<any>, <any>])]",
            "r_# = classify(Point(<int>))",
            "r_# = sorted([Pair(2, 'b'), Pair(<int>, 'a')])",
            "a_, *b_ = Pair(<int>, <str>)\nr_# = (a_, b_)",
        )  # fmt: skip
        return self.filled(self.random.choice(forms).replace("#", str(n)), 1).split("\n")

    def matching(self, depth: int) -> list[str]:
        subject = self.expression("any", 1)
        cases = (
            "0 | 1", "int(n) if n > 2", "str(t)", "[]", "[x]", "[x, y]", "[x, *xs]", "(_, _, *_)", "{'a': v}", "{'a': int(v), **rest}", "None", "True", "float()", "dict()",
            "'a' | 'abc'", "[[*inner], z]", "[1 | 2 as z, *_]", "{}", "list()", "Point(x, y)", "-1", "tuple()", "[str(), *_] as whole",
        )  # fmt: skip
        lines = [f"match {subject}:"]
        for case in self.random.sample(cases, self.random.randint(1, 4)):
            guard = (
                f" if {self.expression('bool', 2)}"
                if self.random.random() < 0.2 and " if " not in case
                else ""
            )
            lines += [f"    case {case}{guard}:", *[f"    {line}" for line in self.block(depth + 2, 1)]]
        if self.random.random() < 0.6:
            lines += ["    case other:", *[f"    {line}" for line in self.block(depth + 2, 1)]]
        return lines

    def context(self, depth: int) -> list[str]:
        kind = self.random.choice(
            (
                "opened('f') as h",
                "Stack([1]) as st",
                "contextlib.suppress(ValueError, KeyError)",
                "contextlib.nullcontext(3) as nc",
            )
        )
        return [f"with {kind}:", *self.block(depth + 1)]


def composed(number: int, *, with_environment: bool = False) -> str:
    """The source of the program with a number."""
    writer = _Writer(number, with_environment=with_environment)
    lines: list[str] = []
    for _ in range(writer.random.randint(4, 12)):
        made = writer.statement()
        if writer.random.random() < 0.6:
            lines += made
        else:
            made = [line for one in made for line in one.split("\n")]
            lines += [
                "try:",
                *(f"    {line}" for line in made),
                "except Exception as error:",
                "    LOG.append(type(error).__name__)",
            ]
    return HEADER.lstrip("\n") + FIXED + "\n".join(lines) + "\n"
