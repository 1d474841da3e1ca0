"""Records what CPython's re does, for tests/recorded.rs.

    python3.14 tests/record.py > tests/recorded.txt
    python3.14 tests/record.py --random SEED COUNT     (only random cases, for a longer run)

A line `pattern` gives the number of groups and the code words; each line `case` below it a subject and the outcome:

    pattern <TAB> repr <TAB> groups <TAB> words in hexadecimal
    case <TAB> mode <TAB> subject's code points in hexadecimal <TAB> pos <TAB> endpos <TAB> outcome

The modes are match, fullmatch, search, and all (every match that finditer yields). An outcome is `-`, or for each match, separated by
`/`, `lastindex:` and the spans of group 0, 1, 2 …, separated by `;`.
"""

import contextlib
import io
import random
import re
import signal
import sys
import warnings
from re import _compiler, _parser

warnings.simplefilter("ignore")


def outcome(matches):
    def one(m):
        return f"{m.lastindex or 0}:" + ";".join(f"{a},{b}" for a, b in m.regs)

    return "/".join(one(m) for m in matches if m) or "-"


def points(text):
    return " ".join(f"{c:x}" for c in (text if isinstance(text, bytes) else map(ord, text)))


class Recorder:
    def pattern(self, pattern, flags=0):
        compiled = re.compile(pattern, flags)
        code = _compiler._code(_parser.parse(pattern, flags), flags)
        print("pattern", ascii(pattern), compiled.groups, " ".join(f"{w:x}" for w in code), sep="\t")
        return compiled

    def record(self, pattern, *subjects, flags=0, span=None, modes=("match", "fullmatch", "search", "all")):
        compiled = self.pattern(pattern, flags)
        for subject in subjects:
            pos, end = span or (0, len(subject))
            for mode in modes:
                if mode == "all":
                    matches = list(compiled.finditer(subject, pos, end))
                else:
                    matches = [getattr(compiled, mode)(subject, pos, end)]
                print("case", mode, points(subject), pos, end, outcome(matches), sep="\t")


def handwritten(r):
    I, M, S, A, X = re.I, re.M, re.S, re.A, re.X
    # literals, prefixes, the end of the subject
    r.record("abc", "", "abc", "xabcy", "ab", "ababcabc")
    r.record("aabaab", "aabaaabaabaab")
    r.record("(foo)bar", "xfoobarfoobar", "foo")
    r.record("fo(o)(b)ar", "fofoobar")
    r.record("\u20ac\u20acx", "a\u20ac\u20ac\u20acx")
    r.record("a\u0130", "a\u0130", "ai")
    r.record("\U0001f600+", "x\U0001f600\U0001f600y", "\u263a")
    r.record("", "", "ab")
    # any
    r.record("a.c", "abc", "a\nc", "ac", "a\u1234c")
    r.record("a.c", "a\nc", flags=S)
    r.record(".*", "ab\ncd", "\n\n")
    r.record(".*?", "ab\ncd")
    r.record(".+\n", "ab\ncd\nef")
    # positions
    for p in ("^", "$", r"\A", r"\Z", r"\b", r"\B", "^$", "^a", "a$", "a^", "$a", r"\ba\b", r"\Ba\B", "(^|b)a", "(?:^a)*b", r"^.*$"):
        r.record(p, "", "a", "a\n", "a\nb", "ba a", "ab\naab\n", "\n", "a\na")
        r.record(p, "a\na", "\n\na\n", "b\na", flags=M)
    r.record(r"\b\w", "\u00e9a b\u4e2d \u4e2db")
    r.record(r"\b\w", "\u00e9a b\u4e2d \u4e2db", flags=A)
    r.record(r"^b", "aba\nb", span=(1, 3))
    r.record(r"^b", "aba\nb", "\nbb", span=(1, 3), flags=M)
    r.record(r"a$", "aaab", span=(1, 3))
    r.record(r"\bb", "ab b", span=(1, 4))
    r.record(r"(?<=a)b", "ab b", span=(1, 4))
    r.record(r"b(?=c)", "abc", span=(0, 2))
    r.record(r"b\Z", "abc", span=(0, 2))
    r.record("a", "aaa", span=(2, 1))
    r.record("", "aaa", span=(3, 3))
    r.record("x*", "axbxx", span=(2, 4))
    # sets
    r.record("[abc]+", "xxabcabcdx")
    r.record("[^abc]+", "xxabc\u4e2dx")
    r.record("[a-cx-z0-9_]+", "__abq09zz\u4e2d")
    r.record("[]-]+", "a]-]")
    r.record(r"[\d\-x]+", "12-x\u0663")
    r.record(r"[\d\-x]+", "12-x\u0663", flags=A)
    r.record(r"[\s\S]+", "a\nb")
    r.record(r"[^\s\S]", "a\nb")
    r.record(r"[^\s\S]*b", "a\nb")
    r.record("[\u0100-\u0200\u4e00-\u9fff\u3042]+", "a\u0150\u4e2d\u3042\u3043")
    r.record("[^\u0100-\u0200\u4e00-\u9fff\u3042]+", "a\u0150\u4e2d\u3042\u3043z")
    r.record("[\u0100\u0102\u0104\u0106\u1000\u1002\u1004a]+", "a\u0100\u0101\u0102\u1003\u1004")
    r.record("[\U0001f600-\U0001f64f]", "\U0001f600\U0001f650\u1f60")
    r.record("[\u0100\u0102\u0104\U0001f600-\U0001f64fq]+", "q\u0100\U0001f610\U0001f64f\U0001f650")
    r.record("[\ud800-\udfff]", "a\ud800\udfff")
    for c in "dDsSwW":
        for flags in (0, A):
            r.record(rf"\{c}+", "a1_ \t\n\x0b\x1c\x85\xa0\xaa\xb2\u0660\u2003\u2028\u4e2d\u0300.", flags=flags)
            r.record(rf"[^\{c}x]+", "a1_ \t\n\x1cx\x85\xa0\u0660\u2003\u4e2dx.", flags=flags)
        r.record(rf"\{c}+".encode(), b"a1_ \t\n\x0b\x1c\x85\xa0\xe9.")
    # case
    for p in ("abc", "a[B-D]c", "[^a-c]", "A|bc", "(a)\\1", "[k]", "k", "s+", "[^s]", "\u00b5", "\u017f", "\u0130", "\u0131", "i",
              "\u03c3", "[\u03a3-\u03a9]+", "\ufb05", "\u1e9e", "\u00df", "[\U00010400-\U00010410]", "\U00010428", "[^\U00010428]",
              "\u01c5", "x[\u01c4-\u01c6]", ".k", "a*b", "(?:ab)+c", "a{2,3}?b"):
        subjects = ("abc", "ABC", "aBcd", "AbAbC", "aA", "K\u212a", "sS\u017f", "\u00b5\u03bc\u039c", "\u0130\u0131iI", "\u03c3\u03c2\u03a3",
                    "\ufb05\ufb06", "\u1e9e\u00df", "\U00010400\U00010428\U00010411", "x\u01c4\u01c5\u01c6", "AAb aab")
        r.record(p, *subjects, flags=I, modes=("search", "all"))
        r.record(p, *subjects[:6], flags=I | A, modes=("search", "all"))
    r.record(b"a[B-D]\xe9", b"AB\xc9 aB\xe9", flags=I)
    r.record(b"(?L)\\w+\\b[a-c]?", b"ab\xe9 c")
    r.record(b"(?Li)A[B-D]x\\1|(q)".replace(b"\\1", b""), b"aBX Q abx")
    r.record(b"(?Li)(a)\\1[^b-d]", b"aAB aae")
    r.record(b"(?Li)[^a]", b"Aab")
    r.record(b"(?Li)[^b-d\\d]+", b"Aab1BcCxX")
    r.record(b"(?Li)[\\W]+|[^\\w]|[^\\W]", b"A-b\xe9 ")
    r.record(b"(?Li)[^B]x[b][^\\Da]*", b"AxB1a bxBA")
    r.record("(?i:a)b", "Ab aB ab AB")
    r.record("a(?-i:b)", "Ab aB ab AB", flags=I)
    r.record("(?s:.)b.", "\nbx\nb\n")
    r.record("(?a:\\w)\\w", "a\u00e9 \u00e9a")
    # repeats of one item
    for p in ("a*", "a+", "a?", "a{2}", "a{2,}", "a{2,3}", "a{,2}", "a{0}", "[ab]*", ".{2}", "[^b]{1,2}", "a*a", "a*ab", "a*b", "[ab]*b", ".*b.",
              "a{2,3}a", "[^b]*b", "\\w*\\d", "\\d*\\w"):
        for suffix in ("", "?", "+"):
            if p[-1] in "*+?}":
                r.record(p + suffix, "aaaab", "b", "aab1ab2", "\naa\nb", "ab\u4e2d1", modes=("match", "fullmatch", "all"))
    r.record("a*?$", "aaa", "aab")
    r.record(".*?x", "aax", "a\nx", "a\nxx")
    r.record("(?s).*?x", "aax", "a\nx")
    r.record("(?s).*?x.*?y", "a\nxbb\ny", "xxy")
    r.record("<.*?>", "<a><b>", "<\n><>", "<<<")
    r.record("[^>]*>", "a>b>", ">")
    r.record('"[^"]*"', 'a"b"c"d', '"\u4e2d"')
    r.record("x.{3}y", "xabcyx", "xabx")
    r.record(".*aaaaaaaaaaaaaaaaaaab", "a" * 40 + "b")
    # loops
    for p in ("(a|b)*", "(ab)*", "(ab|cd)+", "(a|ab)(c|bcd)(d*)", "(?:a|b)*?c", "(a*)*", "(a*)+", "(a?)*?b", "(a|b)*?b", "(?:(a)|b)*",
              "(?:(a)|(b))*", "(?:(a)(b)?)*", "((a)|(b))*?c", "(a{2})*", "(?:a{2,3}){2}", "(a)*", "(.)*", "(.){2}", "(.){1,2}?b", "(?:(.)(.))*",
              "((.)(.))*b", "(ab){1,2}", "(ab){0}c?", "(a|b){2,3}b", "((a)b?){2,}", "(?:)*a", "(?:a?)*b", "(?:a?b?)*c", "(?:|a)*b", "(?:|a)*?b",
              "(a|)+b", "(|a)+b", "(?:a*)*b", "(?:a*b*)*c", "(a?b??)*", "((a?)(b?))*c", "(?:a(?:b)*)*c", "(?:(?:ab)*c)*", "(?:(?:ab|b)*c)*?d",
              "(a(b)*)*", "(?:(a)|(b)|(c))*", "(a+|b)*", "(a+|b){0,}", "(a+|b)+", "(a+|b){1,}", "(a+|b)?", "([ab]+)*c", "(?:a+)*b",
              "(?:(ab)|c)*d", "(?:b|(a)){3}", "(\\w)+", "(\\w+\\s?)*", "(?:(\\w+),?)*"):
        r.record(p, "", "aab", "abab", "abcd", "aabbcc", "cdabd", "b", "cabcabd", "ababc")
    for p in ("(a|b)*+", "(?:ab)*+a", "(a|b)++b", "(?:a|ab){2}+c", "(ab?)*+b", "(?:a?)*+b", "(?:(a)|(x?))*+", "(?:(a)|b){1,2}+", "(?>a*)b", "(?>a*)a",
              "(?>(a)|b)*", "(?>(a)b|a)c", "(?>a|ab)c", "((?>a+)b)+", "(?>(?:a|b)*)c", "(?:(?>(a))|b)*", "(?>(a+?))b", "a?+b", "(?:x(?>(a)|b)+)*"):
        r.record(p, "", "aab", "abab", "abc", "aabbcc", "aac", "ab", "xaxb")
    # branches
    for p in ("a|b|c", "ab|a", "a|ab", "(?:ab|a)b", "(a|ab)(bc|c)?", "|a", "a|", "a||b", "(?:a|b|)c", "(abc|)ef", "[ab]|c", "ab|cd", "(?:[ab]c|a)d",
              "(([a-c])b*?\\2)*", "(a|(b|(c|d)))+", "agggtaaa|tttaccct", "[cgt]gggtaaa|tttaccc[acg]", "\u4e2d|a|\u4e2db", "(?:a|b)(?:c|d)(?:e|f)"):
        r.record(p, "", "ab", "abc", "abcd", "cabd", "ef", "xagggtaaattttaccctcgggtaaa", "\u4e2db", "acebdf")
    r.record("|".join(f"w{i:02}x" for i in range(100)), "w00x w63xw64x w99x w62x w65xw1", "w")
    r.record("|".join(chr(0x100 + 3 * i) + "?" for i in range(70)), "\u0100\u0103\u0101\u01cf")
    # groups and references
    for p in (r"(a)\1", r"(a*)\1", r"(a+)b\1", r"(a)|\1b", r"(?:(a)|b)\1", r"(?P<x>a|b)(?P=x)", r"(a)(b)\2\1", r"((a)|b)*\2",
              r"(a)?(?(1)b|c)", r"(a)?(?(1)b)", r"(?:(a)|b)(?(1)b|a)", r"(a)?b(?(1)c|d)*", r"()?(?(1)a|b)", r"(?P<q>a)?(?(q)b|c)d",
              r"(?:(a)|(b))*(?(1)c|d)", r"(?:(a)(?(2)x|)(b)?)*", r"((a)?b)*\2c", r"(\w)(\w)?\2", r"^(?:(a)|c)(?(1)|b)$"):
        r.record(p, "", "aa", "ab", "aab", "abab", "bab", "abba", "aaaaaaaaaa", "cbd", "bcac", "bd", "abd", "\u4e2d\u4e2d")
    r.record(r"(\w)\1", "aA \u00b5\u03bc kK\u212a", flags=I)
    r.record(r"(\w)\1", "aA \u00b5\u03bc kK\u212a", flags=I | A)
    # assertions
    for p in ("a(?=b)", "a(?!b)", "(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", "(?=(a+))a*b\\1", "(?=(a+))", "(?!(a)b)a", "(?:(?=(a))a)*b", "(?:(?!(a)b)a)*b",
              "(?<=(a))b", "(?<!(a))b", "(?<=ab|ba)c", "(?<!ab)c", "(?=a(?=b))ab", "(?!a(?!b))\\w", "(?:(?<=a)b|a)*", "(?=a*?b)a", "(?:a(?=(b)|c))*",
              "(?!)", "(?:a|(?!))b", "(?<=^a)b", "(?<=a$)", r"(?<=\ba)b", r"(?=(\w)(\w)?)\w\1", "(a)(?<=\\1)b?", "(?<!c)(a|b)+(?!c)"):
        r.record(p, "", "ab", "aab", "aaabaaa", "bac", "abc", "cbac", "aabac")
    # what real programs use
    r.record(r"^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$", "12.5e-3", "-7", "+1.", "x", "1e")
    r.record(r"([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)", "mail a.b+c@x-y.example.org, d@e.f.", "@")
    r.record(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)", "on 2024-02-29 or 1999-1-1")
    r.record(r'"(?:[^"\\]|\\.)*"', r'x = "a\"b" + "c"', '"\\')
    r.record(r"\s*([A-Za-z_]\w*)\s*=\s*('[^']*'|\d+)\s*(?:;|$)", "x = 'a b' ; y=12")
    r.record(r"(?x) (\d+) \s* # number\n ([a-z]+)?", "12 ab3")
    r.record(r"<(\w+)[^>]*>(.*?)</\1>", "<b>x</b><i a=1><b></b></i>")
    r.record(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}", "192.168.1.255", "256.1.1.1", "1.2.3.")
    r.record(r"(?m)^(\s*)(?:def|class)\s+(\w+)", "def a:\n  class B:\nx def c")
    r.record(r"[^\W\d_]+", "ab1_c\u00e9\u4e2d ")
    r.record(r"(?i)\b(?:select|from|where)\b", "SELECT a From b whereas Where")
    r.record(r"\$(?:(\$)|([_a-z][_a-z0-9]*)|{([_a-z]\w*)}|())", "$a ${b} $$ $1 ${", flags=I)


ATOMS = ["a", "b", "c", ".", "[ab]", "[^a]", r"\w", r"\b", "^", "$", "", r"\B", "ab", "\u4e2d", "(?=a)", "(?!b)", "(?<=a)", "(?<!ab)", r"\W"]
QUANTIFIERS = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}", "*+", "++", "?+", "{1,2}+"]


def random_pattern(rng, depth, groups):
    """A random pattern; groups counts those opened so far, in a list."""
    def atom(depth):
        kind = rng.random()
        if depth == 0 or kind < 0.45:
            return rng.choice(ATOMS)
        if kind < 0.65:
            groups[0] += 1
            return f"({alternatives(depth - 1)})"
        if kind < 0.8:
            return f"(?:{alternatives(depth - 1)})"
        if kind < 0.84:
            return f"(?>{alternatives(depth - 1)})"
        if kind < 0.88:
            return f"(?{rng.choice(['=', '!'])}{alternatives(depth - 1)})"
        if kind < 0.90:
            return f"(?i:{alternatives(depth - 1)})"
        if groups[0]:
            group = rng.randint(1, groups[0])
            if kind < 0.96:
                return f"\\{group}"
            return f"(?({group}){atom(depth - 1)}|{atom(depth - 1)})"
        return rng.choice(ATOMS)

    def sequence(depth):
        out = ""
        for _ in range(rng.choice([1, 1, 2, 2, 3])):
            piece = atom(depth)
            quantifier = rng.choice(QUANTIFIERS)
            if quantifier and piece and piece not in ("^", "$", r"\b", r"\B"):
                if not (piece.startswith(("(", "[", "\\")) or len(piece) == 1):
                    piece = f"(?:{piece})"
                piece += quantifier
            out += piece
        return out

    def alternatives(depth):
        return "|".join(sequence(depth) for _ in range(rng.choice([1, 1, 1, 2, 2, 3])))

    return alternatives(depth)


def too_slow(*_):
    raise TimeoutError


def randomized(r, seed, count):
    signal.signal(signal.SIGALRM, too_slow)
    rng = random.Random(seed)
    while count:
        pattern = random_pattern(rng, 3, [0])
        flags = rng.choice([0, 0, 0, re.I, re.M, re.A])
        try:
            re.compile(pattern, flags)
        except re.error:
            continue
        subjects = ["".join(rng.choice("aaabbbcA\n \u4e2d"[: rng.choice([6, 8, 11])]) for _ in range(rng.randint(0, 9))) for _ in range(3)]
        modes = rng.sample(["match", "fullmatch", "search", "all"], 2)
        recorded = io.StringIO()
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            with contextlib.redirect_stdout(recorded):
                r.record(pattern, *subjects, flags=flags, modes=modes)
        except TimeoutError:
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        print(recorded.getvalue(), end="")
        count -= 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--random"]:
        randomized(Recorder(), int(sys.argv[2]), int(sys.argv[3]))
    else:
        handwritten(Recorder())
        randomized(Recorder(), 314, 400)
