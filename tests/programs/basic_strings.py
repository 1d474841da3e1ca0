"""Strings with plain operations: building, slicing, searching, looping, formatting."""

s = "hello, world"
print(len(s), s[0], s[-1], s[0:5], s[7:], s[::2], s[::-1])
print(s.upper(), s.title(), s.replace("l", "L"), s.split(", "), s.find("world"), s.count("o"))
print("x" * 3 + "y", "a" < "b", "abc" == "abc", "ell" in s, "z" not in s)
out = ""
for ch in s:
    if ch in "aeiou":
        out += ch.upper()
    elif ch.isalpha():
        out += ch
print(out)
print("-".join(["a", "b"]), ", ".join(str(n) for n in range(4)), "".join(reversed("abc")), "".join(sorted("hello")))
name, n, pi = "Bob", 42, 3.14159
print(f"{name} {n} {pi:.2f} {n:>6}|{n:<6}|{n:^6}|{n:06d}", "%s %d %.1f" % (name, n, pi), "{} {}".format(name, n))
print("tab\there", "new\nline", 'quote\'s', "back\\slash", "é", "日本", len("日本"), repr("a\n'b"))
print("  pad ".strip() + "|", "abc".center(9, "*"), "7".zfill(3), "a,b,,c".split(","), "one two  three".split())
print(ord("A"), chr(66), [ord(c) for c in "az"], "".join(chr(ord(c) + 1) for c in "HAL"))
vowels = {v: s.count(v) for v in "aeiou" if v in s}
print(vowels, max(s), min("banana"), sorted(set("banana")))
text = """first
second
third"""
for i, line in enumerate(text.splitlines(), 1):
    print(i, line, len(line))
print(str(10) + "1", int("12") + 1, float("2.5"), str(None), str([1, "a"]), str({"k": (1, 2)}), "abc" "def")
print("%5s|%-5s|%05.1f|%x|%e" % ("ab", "cd", 2.5, 255, 12345.678), "100%", "%d%%" % 5)
print(s.startswith("hello"), s.endswith("x"), s.index("w"), s.partition(","), s.isalpha(), "123".isdigit(), "Abc".swapcase())
