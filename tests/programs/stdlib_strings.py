"""string, textwrap, difflib, pprint, reprlib, shlex, html, unicodedata."""

import difflib
import html
import pprint
import reprlib
import shlex
import string
import textwrap
import unicodedata


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(string.ascii_letters, string.digits, repr(string.whitespace), string.punctuation, string.hexdigits, string.capwords("hello  big world"))
t = string.Template("$name owes ${amount}$$ to $who")
print(t.substitute(name="A", amount=5, who="B"), t.safe_substitute(name="A"), attempt(t.substitute, name="A"), t.get_identifiers(), t.is_valid(), attempt(string.Template("$").substitute), string.Template("$a").substitute({"a": 1}, a=2))


class F(string.Formatter):
    def get_value(self, key, args, kwargs):
        return kwargs.get(key, f"<{key}>") if isinstance(key, str) else args[key]


print(F().format("{0} {a} {missing}", 1, a=2), list(string.Formatter().parse("a{b!r:>5}c{{")), attempt(string.Formatter().format, "{}{1}", 1, 2))
text = "The quick brown fox jumped over the lazy dog, which was surprisingly-unperturbed by it all.  Indeed."
print(textwrap.fill(text, 30), textwrap.wrap(text, 20)[:2], textwrap.shorten(text, 40), textwrap.shorten(text, 20, placeholder="~"), textwrap.indent("a\n\nb", "> "), textwrap.indent("a\n\nb", "> ", lambda l: True), repr(textwrap.dedent("  a\n    b\n  c\n")), sep="\n")
w = textwrap.TextWrapper(width=25, initial_indent="* ", subsequent_indent="  ", max_lines=3, break_long_words=False)
print(w.fill(text), textwrap.wrap("verylongwordthatdoesnotfit ok", 8), textwrap.wrap(""), sep="\n")
a, b = "one\ntwo\nthree\nfour\n".splitlines(True), "one\n2\nthree\nfour\nfive\n".splitlines(True)
print("".join(difflib.unified_diff(a, b, "a.txt", "b.txt", n=1)), "".join(difflib.ndiff(a, b)), "".join(difflib.context_diff(a, b, n=0)), sep="\n")
m = difflib.SequenceMatcher(None, "abxcd", "abcd")
print(m.ratio(), m.get_opcodes(), m.get_matching_blocks(), difflib.get_close_matches("appel", ["ape", "apple", "peach", "puppy"]), m.find_longest_match(0, 5, 0, 4))
data = {"name": "x" * 30, "list": list(range(30)), "nested": {"a": {"b": ["deep" * 5] * 3}}, "tuple": (1,), "set": {3, 1, 2}, 5: None}
pprint.pprint(data)
pprint.pprint(data, depth=1, compact=True, sort_dicts=False)
pprint.pp([["text " * 10] * 2, "long string " * 12], width=50)
print(pprint.pformat({"b": 1, "a": 2}), pprint.saferepr([1, "a"]), pprint.isreadable([1]), pprint.isrecursive([]), pprint.pformat(10**12, underscore_numbers=True))
rec = [1]
rec.append(rec)
print(reprlib.repr(list(range(100))), reprlib.repr("x" * 100), reprlib.repr({i: i for i in range(10)}), reprlib.repr(rec), reprlib.Repr(maxlist=2).repr([1, 2, 3]))
print(shlex.split("a 'b c' \"d e\" f\\ g # no", comments=True), shlex.quote("it's"), shlex.join(["a b", "c"]), attempt(shlex.split, "'open"), list(shlex.shlex("a=1 (b)", punctuation_chars=True)))
print(html.escape("<a href='x'>\"&"), html.unescape("&lt;&eacute;&#65;&#x42;&nope;&amp"), html.escape("'", quote=False))
for ch in "aé1½٣ ß€日\u0301":
    print(f"{ord(ch):04x}", unicodedata.name(ch, "?"), unicodedata.category(ch), unicodedata.bidirectional(ch), unicodedata.combining(ch), unicodedata.east_asian_width(ch), unicodedata.mirrored(ch), repr(unicodedata.decomposition(ch)), unicodedata.numeric(ch, None), unicodedata.digit(ch, None))
print([ascii(unicodedata.normalize(form, "é ﬁ ① Å")) for form in ("NFC", "NFD", "NFKC", "NFKD")], unicodedata.lookup("SNOWMAN"), attempt(unicodedata.lookup, "NOPE"), attempt(unicodedata.name, "\x00"), unicodedata.is_normalized("NFC", "é"), attempt(unicodedata.normalize, "X", "a"), unicodedata.unidata_version, unicodedata.name("가"), unicodedata.name("\u4e00"))
