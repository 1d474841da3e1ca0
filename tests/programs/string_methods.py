"""Every method of str on ordinary arguments, and their errors."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


s = "The quick brown fox"
print(s.upper(), s.lower(), s.swapcase(), s.title(), s.capitalize(), s.casefold(), "straße".casefold(), "ŉ".upper(), "ǆ".title())
print(s.find("q"), s.find("z"), s.rfind("o"), s.index("fox"), attempt(s.index, "cat"), s.rindex("o"), attempt(s.rindex, "z"), s.find("o", 13), s.find("o", -3, -1), s.find("", 5), s.find("", 50))
print(s.count("o"), s.count(""), "aaaa".count("aa"), s.count("o", 13, 18))
print(s.startswith("The"), s.startswith(("x", "T")), s.endswith("fox"), s.endswith("brown", 0, 15), s.startswith("quick", 4), s.startswith(""), attempt(s.startswith, 1), attempt(s.startswith, ("a", 1)))
print(s.split(), s.split(" ", 1), s.rsplit(" ", 1), "a,,b,".split(","), "".split(), "".split(","), "  a  b ".split(None, 1), "  a  b ".rsplit(None, 1), attempt(s.split, ""), "axxbxxc".split("xx"))
print("a\nb\r\nc\rd\x0be\u2028f".splitlines(), "a\nb\n".splitlines(True), "".splitlines(), "\n".splitlines())
print(s.partition(" "), s.rpartition(" "), s.partition("zz"), s.rpartition("zz"), attempt(s.partition, ""))
print("-".join(["a", "b", "c"]), "".join("xyz"), "-".join([]), "-".join(["one"]), attempt("-".join, [1]), attempt("-".join, ["a", b"b"]), attempt("-".join, 5))
print(s.replace("quick", "slow"), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".replace("", "-", 2), "abc".replace("a", ""), "aaa".replace("a", "b", count=1))
print("  x ".strip() + "|", "  x ".lstrip() + "|", "  x ".rstrip() + "|", "xxayx".strip("xy"), "xxayx".lstrip("x"), "xxayx".rstrip("xy"), attempt("x".strip, 1))
print("x".center(5) + "|", "x".center(6, "*"), "ab".center(5, "*"), "x".ljust(4, "."), "x".rjust(4, "."), "abc".center(2), attempt("x".center, 5, "ab"), "-5".zfill(4), "+5".zfill(4), "abc".zfill(5), "".zfill(3))
print("a\tb\tcd".expandtabs(), "a\tb".expandtabs(4), "\t".expandtabs(0) + "|", "a\n\tb".expandtabs(3))
for text in ["", "abc", "ABC", "Abc Def", "123", "½", "²", "abc123", " \t", "_a1", "1a", "é", "ǅ", "\x00", "def", "٣"]:
    print(ascii(text), text.isalpha(), text.isdigit(), text.isdecimal(), text.isnumeric(), text.isalnum(), text.isspace(), text.isupper(), text.islower(), text.istitle(), text.isidentifier(), text.isprintable(), text.isascii())
print("prefix-body".removeprefix("prefix-"), "body.py".removesuffix(".py"), "body".removeprefix("x"), "body".removesuffix(""))
table = str.maketrans("abc", "xyz", "d")
print("aabbccdd".translate(table), table, str.maketrans({"a": "1", 98: None, "c": 0x41}), "abc".translate({97: "AA", 98: None, 99: 0x2603}), attempt(str.maketrans, "a", "bc"), attempt(str.maketrans, {"ab": 1}))
print("abc"[::-1], "abc"[5:], "abc"[-2:], attempt(lambda: "abc"[3]), attempt(lambda: "abc"["a"]), "abc" * 3, "abc" * -1, 2 * "x", "a" in "abc", "" in "abc", attempt(lambda: 1 in "abc"), "abc" < "abd", "a" < "B", "abc" == "abc")
print("é".encode(), "é".encode("latin-1"), attempt("é".encode, "ascii"), "é".encode("ascii", "replace"), "é".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "backslashreplace"), "é".encode("ascii", "ignore"), "a".encode("utf-16"), "a".encode("utf-32-le"), attempt("a".encode, "nope"))
print(str(b"abc", "ascii"), str(b"\xff", "ascii", "replace"), str(b"abc"), str(), str(1.5), str([1, "a"]), str(object=5), attempt(str, "a", "b"), attempt(str, b"\xff", "utf-8"))
print(attempt(lambda: "abc" + 1), attempt(lambda: "a" - "b"), attempt(lambda: "abc".nope), attempt("abc".replace, 1, 2), attempt("a".upper, 1), attempt("abc".find))
print(hash("abc") == hash("ab" + "c"), len("日本語"), "日本語"[1], max("abc"), min("abc"), sorted("hello"), list("ab"), ord("€"), chr(0x1F600), attempt(chr, -1), attempt(chr, 0x110000), attempt(ord, "ab"))
