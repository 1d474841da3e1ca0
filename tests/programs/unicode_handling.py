"""Unicode: code points, surrogates, normalization in identifiers, case mapping, encodings, splitting."""


def attempt(function, *args, **kwargs):
    try:
        return ascii(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


texts = ["abc", "é", "e\u0301", "日本語", "😀👍🏽", "\U0010ffff", "ﬃ", "ß", "İ", "ς", "Ω", "ǆ", "\u200d", "\xad", "٣", "Ⅷ", "\u2028", "a\u0300b"]
for t in texts:
    print(ascii(t), len(t), t.encode("utf-8"), t.encode("utf-16-le").hex(), ascii(t.upper()), ascii(t.lower()), ascii(t.title()), ascii(t.casefold()), t.isalpha(), t.isprintable(), t.isidentifier())
print("ΑΣ".lower(), "ΑΣ ΒΣ".lower(), "Σ".lower(), "ὈΔΥΣΣΕΎΣ".lower(), "straße".upper(), "ŉ".title(), "ﬀ".capitalize(), "ıI".lower().upper())
for name in ["ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-7", "cp1252", "cp437", "iso8859-15", "koi8-r", "mac-roman", "idna", "punycode", "unicode_escape", "raw_unicode_escape"]:
    print(name, attempt("é€".encode, name), attempt(lambda: "Aé".encode(name, "replace").decode(name)))
for data in [b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"a\x80b", b"\xf0\x9f\x98", b"\xe2\x28\xa1"]:
    print(data, attempt(data.decode), attempt(data.decode, "utf-8", "replace"), attempt(data.decode, "utf-8", "ignore"), attempt(data.decode, "utf-8", "backslashreplace"), attempt(data.decode, "utf-8", "surrogateescape"))
lone = "\ud800x"
print(attempt(lone.encode), attempt(lone.encode, "utf-8", "surrogatepass"), attempt(lone.encode, "utf-16", "surrogatepass"), b"\xed\xa0\x80".decode("utf-8", "surrogatepass") == "\ud800", "\ud83d\ude00" == "😀", attempt("\udc80".encode, "utf-8", "surrogateescape"), attempt("é\ud800".encode, "ascii", "namereplace"), attempt("é".encode, "ascii", "namereplace"))
for data in [b"\x00", b"\x00\xd8", b"\xff\xfeA\x00", b"\xfe\xff\x00A", b"A\x00B"]:
    print(data, attempt(data.decode, "utf-16"), attempt(data.decode, "utf-16-le"))
import codecs

codecs.register_error("custom", lambda e: (f"<{e.object[e.start:e.end]!a}>", e.end))
print("aéb".encode("ascii", "custom"), attempt("é".encode, "ascii", "nope"), codecs.lookup("UTF8").name, codecs.encode("abc", "rot13"), codecs.decode("616263", "hex"), codecs.encode(b"abc", "base64"), codecs.BOM_UTF8, attempt(codecs.lookup, "nope"), attempt("a".encode, "hex"), codecs.escape_decode(b"a\\n\\x41")[0])
d = codecs.getincrementaldecoder("utf-8")()
print([d.decode(bytes([b])) for b in "é€😀".encode()], attempt(d.decode, b"\xc3", True))
print(list(codecs.iterdecode([b"\xe2\x82", b"\xac"], "utf-8")), codecs.getreader("utf-8")(__import__("io").BytesIO("é\n".encode())).readline())
ﬁ = "ligature"
print(fi, "ﬁ" in globals(), "fi" in globals(), ª if "a" in globals() else "no a")
𝐱 = 5
print(x, sorted("zéaÉb"), "é" > "z", "日" < "本", max("aé日😀"), "😀"[0], len("👨‍👩‍👧"), list("e\u0301"), "a\x85b\x1cc".splitlines(), "a\u3000b\xa0c".split(), "\u3000x\u2003".strip(), "１２".isdigit(), int("１２"), float("٣"), "²".isdigit(), "½".isnumeric())
print("".join(chr(c) for c in range(0x20, 0x7F)), ascii("".join(chr(c) for c in range(0x80, 0x110) if chr(c).isupper())))
