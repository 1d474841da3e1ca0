"""Building, comparing and searching strings of all widths: ASCII, Latin-1, BMP and beyond."""

parts = {"ascii": "hello", "latin": "café", "bmp": "日本語", "astral": "😀🐍", "mixed": "aé日😀", "empty": ""}
for name, text in parts.items():
    print(name, len(text), text[::-1], text * 2, text + "x", "x" + text, [f"{ord(c):x}" for c in text], text.encode("utf-8"), text.find("é"), text.count("😀"), text.upper(), text[1:3], text in "xx" + text + "yy", hash(text) == hash("".join(list(text))))
for a in parts.values():
    print([a < b for b in parts.values()], [(a + b)[len(a) :] == b for b in parts.values()], [b in a for b in parts.values()])
joined = "|".join(parts.values())
print(joined, len(joined), joined.split("|") == list(parts.values()), joined.replace("日", "day"), joined.replace("|", ""), joined.rfind("|"), joined.rsplit("|", 2), joined.partition("é"), joined.translate({ord("é"): "e", ord("😀"): None, ord("a"): "日"}))
print("".join(chr(c) for c in (0x41, 0xE9, 0x65E5, 0x1F600)), "é" "日", "a" "é"[0:0], ("a" + "é")[:1].isascii(), "é日"[0:1].encode("latin-1"), "😀"[0] == "\U0001F600", max("aé日😀"), min("😀日éa"), sorted("😀日éa"))
out = ""
for i in range(300):
    out += chr(0x40 + i % 26) if i < 280 else chr(0x65E5 + i)
print(len(out), out[:5], out[-2:], out.count("A"), out.index("\u66ff") if "\u66ff" in out else "none")
s = "needle in a haystack with another needle and a needl"
print(s.find("needle"), s.find("needle", 1), s.rfind("needle"), s.find("needlez"), s.count("needl"), s.index("hay"), [i for i in range(len(s)) if s.startswith("nee", i)], ("ab" * 500 + "c").find("bc"), ("a" * 1000 + "b").find("a" * 500 + "b"), ("日" * 300 + "本").find("日本"), "aXbXc".split("X", -1), "x".join("日本"), "é".join(["a", "b"]))
print("Hello World".swapcase(), "hello wORLD foo-bar".title(), "ÀÉ".lower(), "ß".upper(), "ǅ".lower(), "ﬁ".title(), "'quoted' don't".title(), "ΌΣΟΣ".lower(), "i̇".upper(), "Dž".capitalize(), "ÿ".upper(), "µ".upper())
print("  \t\n x \u3000".strip() + "|", "xxabcxx".strip("x"), "日a日".strip("日"), "abc".lstrip("ab"), "a-b_c".rstrip("_c"), "\x1c\x1dz".strip(), "１２".isdigit(), "a１".isalnum(), "ª".isalpha(), "Ⅷ".isnumeric(), "\u00a0".isspace(), "日本".isidentifier(), "a b".isidentifier(), "ｆｕｌｌ".isidentifier())
print("%s %s" % ("é", "日"), "{:>5}|{:日^6}|{:<4}|".format("é", "x", "😀"), f"{'日本':10}|{'é':>4}|", "é".center(5, "日"), "😀".ljust(3, "é"), "日".zfill(3), "a\té\t日".expandtabs(4), "日\n本\u2028x".splitlines(), repr("é\u200b日\U0001F600\ud800").encode("ascii", "backslashreplace"), ascii("é日😀"))
import sys

print([sys.getsizeof(t) - sys.getsizeof("") for t in ("a", "é", "日", "😀", "ab", "éa", "日a", "😀a")], "".join(["a", "😀"])[0] is "a"[0], str(b"\xe6\x97\xa5", "utf-8"), "日".encode("utf-16-le"), "é".encode("utf-8").decode("latin-1"), "a" * 0 == "", "日" * -1 == "", not "", bool(" "))
