"""re: matching, groups, flags, substitution, splitting, lookaround, possessive and atomic, errors, repr."""

import re


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


m = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)(-(?P<day>\d\d))?", "2024-05 rest")
print(m, m.group(), m.group(1, 2), m["year"], m.groups(), m.groups("x"), m.groupdict(), m.start(), m.end(2), m.span("month"), m.lastindex, m.lastgroup, m.string, m.pos, m.endpos, m.re.pattern, m.expand(r"\g<month>/\1"), bool(m), attempt(m.group, 9), attempt(m.group, "zz"), m[0], m.regs)
print(re.search("b+", "aabbb").span(), re.fullmatch("a+", "aaab"), re.fullmatch("a+|aab", "aab"), re.findall(r"\w+", "a bc d"), re.findall(r"(\w)(\d)", "a1 b2"), re.findall("x*", "axb"), [m.group() for m in re.finditer("[aeiou]", "education")], re.split(r"[,;]\s*", "a, b;c"), re.split("(-)", "a-b-c", maxsplit=1), re.split("x*", "axbc"))
print(re.sub("a", "b", "aaa", count=2), re.subn("a", "b", "aaa"), re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.sub(r"\d", lambda m: str(int(m[0]) * 2), "1a2"), re.sub("(?P<x>a)", r"[\g<x>\g<0>]", "bab"), re.sub("", "-", "ab"), re.sub(r"(a)|b", r"<\1>", "ab"), attempt(re.sub, "a", r"\2", "a"), attempt(re.sub, "a", r"\g<q>", "a"), re.sub("a", r"\n\\", "a"), attempt(re.sub, "a", r"\q", "a"))
for pattern, text in [(r"(?i)HELLO", "hello"), (r"a.c", "a\nc"), (r"(?s)a.c", "a\nc"), (r"(?m)^b$", "a\nb\nc"), (r"(?x) a b # comment", "ab"), (r"(?<=a)b", "ab"), (r"(?<!a)b", "cb"), (r"a(?=b)", "ab"), (r"a(?!b)", "ac"), (r"(a)(?(1)b|c)", "ab"), (r"(?P<q>['\"]).*?(?P=q)", "say 'hi'"), (r"\bfoo\b", "a foo b"), (r"(?:ab)+", "ababx"), (r"a{2,3}?", "aaaa"), (r"a*+a", "aaa"), (r"(?>a+)a", "aaa"), (r"[^\W\d_]+", "12ab_"), (r"\Aab\Z", "ab"), (r"ab\z", "ab"), (r"[\w.-]+@[\w.-]+", "mail bob@x.org!"), (r"é", "caf\u00e9"), (r"(?a)\w+", "é"), (r"\w+", "éa日"), (r"(?i)straße", "STRASSE"), (r"(?i)ß", "ẞ"), (r"[a-c[]", "["), (r"\x41\u0042\N{LATIN SMALL LETTER C}", "ABc"), (r"((a)|(b))+", "ab"), (r"(a?)*?$", "aa"), (r"(?i-s:A).", "a\n"), (r"$", ""), (r"x|", "y"), (r"(?#comment)a", "a")]:
    found = re.search(pattern, text)
    print(pattern, "->", found and (found.group(), found.span(), found.groups()))
for bad in ["(", ")", "[", "a**", "*a", "(?P<n>a)(?P<n>b)", r"\1", "(?P=x)", "(?z)", "a{3,2}", "[b-a]", r"\q", "(?<=a+)b", "(?P<1>a)", "(?P<a", r"\x1", "(?(2)a)", "a++b+*", "(?i", "x(?i)", "[a", r"\u12", r"\N{nope}", "(?<a", "(?"]:
    print(bad, attempt(re.compile, bad))
p = re.compile(r"(\d+)(?P<unit>[a-z]+)", re.I | re.M)
print(p, p.flags, p.groups, p.groupindex, p.pattern, p.match("x12kg", 1).groups(), p.match("12kg", 0, 3).group(), p.search("12", 5), p == re.compile(r"(\d+)(?P<unit>[a-z]+)", re.I | re.M), re.compile(p) is p, attempt(re.compile, p, re.I), re.I | re.S, re.RegexFlag(0), repr(re.compile(b"a\xff")), re.compile("x" * 300), p.scanner("1a2b").search().group())
print(re.escape("a.b*c[d]-e f\n"), re.purge(), re.findall(b"[a-z]+", b"ab cd"), attempt(re.match, "a", b"a"), attempt(re.match, b"a", "a"), attempt(re.match, "a", 5), re.match(b".", bytearray(b"xy")).group(), re.match("a", "abc") == re.match("a", "abc"), re.search(r"(?P<a>x)?", "y").groupdict())
text = "The rain in Spain stays mainly"
print(re.findall(r"\b\w*ain\w*\b", text), re.sub(r"(?<=\s)\w", lambda m: m[0].upper(), text), len(re.findall(r"(?=(ai))", text)), re.split(r"\s+", text, 2), re.search("(a|b)*c", "ab" * 1000 + "c").end())
tokens = re.compile(r"(?P<NUM>\d+(\.\d*)?)|(?P<ID>[A-Za-z_]\w*)|(?P<OP>[-+*/=])|(?P<WS>\s+)|(?P<BAD>.)")
print([(t.lastgroup, t.group()) for t in tokens.finditer("x1 = 3.14 * y$") if t.lastgroup != "WS"])
import copy
import pickle

print(pickle.loads(pickle.dumps(p)) == p, copy.deepcopy(p) is p, hash(p) == hash(re.compile(p.pattern, p.flags)), re.error is re.PatternError, attempt(re.compile, "a(b"), re.NOFLAG)
try:
    re.compile("ab\ncd(e")
except re.error as error:
    print(error.msg, error.pos, error.lineno, error.colno, repr(error.pattern))
