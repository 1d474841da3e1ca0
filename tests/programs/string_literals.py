"""Literals: escapes, raw, bytes, implicit joining, triple quotes, unicode names, repr and ascii."""

print("a\tb\nc\\d\'e\"f\a\b\f\v\r"[:20].encode())
print(repr("\x41\u00e9\U0001F600\N{SNOWMAN}\101\0"), "\N{LATIN SMALL LETTER E WITH ACUTE}" == "é")
print(r"a\tb", R"\\", rb"\x00", b"\x00\xff\101\n", bR"\d")
print("one" "two" 'three' """four""")
print("""line one
line two \
continued
    indented""")
print('''it's "quoted"''', "it's", 'say "hi"', "both ' and \"")
for text in ["plain", "tab\t", "nl\n", "cr\r", "quote'", 'dquote"', "both'\"", "\\", "\x00\x1f\x7f\x80\x9f", "\xa0\xad", "é", "\u2028\u200b", "\ud800", "\U0001F600", "\U000E0001", "\uffff", "日本"]:
    print(ascii(repr(text)), ascii(text), len(text))
for data in [b"plain", b"it's", b'"', b"it's \"", b"\t\n\r\\\x00\x7f\xff", bytearray(b"a'b")]:
    print(repr(data))
print(f"{'nested'}" "plain" f"{1+1}", "a" f"{{}}" 'b')
print("%r %a %s" % ("é\n", "é\n", "é"))
print(u"unicode", u'x' == 'x', B"x" == b"x")
print("\
joined", 'a\
b')
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    value = eval(r"'\d\400'")
    print(ascii(value))
    for w in caught:
        print(w.category.__name__, w.message)
for source in [r"'\x4'", r"'\u12'", r"'\N{no such}'", r"b'\x'", r"'\U00110000'", "b'é'", "'abc", "'''abc", "'a\nb'"]:
    try:
        print(eval(source))
    except SyntaxError as error:
        print(ascii(source), error.msg, error.lineno, error.offset)
long = "x" * 50 + "\\" * 3 + "'" * 2
print(repr(long), eval(repr(long)) == long)
names = ["a", "é", "ª", "ﬁ", "x\u0301"]
ns = {}
exec("ﬁ = 1; ª = 2", ns)
print(sorted(k for k in ns if not k.startswith("__")))
