"""bytes and bytearray: methods, mutation, errors."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for kind in (bytes, bytearray):
    b = kind(b"Hello, World")
    print(b, b.upper(), b.lower(), b.swapcase(), b.title(), b.capitalize(), b[0], b[-1], b[1:4], b[::-1], len(b))
    print(b.find(b"o"), b.find(111), b.rfind(b"o"), b.index(b"W"), attempt(b.index, b"z"), b.count(b"l"), b.count(108), attempt(b.find, 300), attempt(b.find, "o"))
    print(b.split(b", "), b.rsplit(b"o", 1), kind(b" a b ").split(), b.partition(b","), b.rpartition(b"l"), kind(b"a\nb\r\nc").splitlines(), kind(b"a\nb").splitlines(True))
    print(b.startswith(b"Hell"), b.endswith((b"x", b"d")), attempt(b.startswith, "H"), b.replace(b"l", b"LL"), b.replace(b"l", b"", 1), b.strip(b"Hd"), kind(b"  x ").strip(), kind(b"xxa").lstrip(b"x"), kind(b"axx").rstrip(b"x"))
    print(b.center(20, b"*"), b.ljust(15, b"."), b.rjust(15), kind(b"-7").zfill(5), kind(b"a\tb").expandtabs(4), b.removeprefix(b"Hello"), b.removesuffix(b"World"))
    print(b.isalpha(), kind(b"abc").isalpha(), kind(b"12").isdigit(), kind(b"a1").isalnum(), kind(b" ").isspace(), kind(b"AB").isupper(), kind(b"ab").islower(), kind(b"Ab").istitle(), b.isascii(), kind(b"\xff").isascii())
    print(b.hex(), b.hex(" "), b.hex("-", 4), b.hex(":", -5), kind.fromhex("48 65 6c"), attempt(kind.fromhex, "4"), attempt(kind.fromhex, "zz"), b.decode(), attempt(kind(b"\xff").decode), kind(b"\xff").decode("utf-8", "replace"), kind(b"\xff").decode("latin-1"))
    print(b.translate(kind.maketrans(b"lo", b"01")), b.translate(None, b"l"), kind(b"-").join([b"a", bytearray(b"b"), memoryview(b"c")]), attempt(kind(b"-").join, ["a"]), attempt(kind.maketrans, b"a", b"bc"))
    print(kind(3), kind([1, 2, 255]), kind("é", "utf-8"), kind(b"x") * 3, kind(b"a") + b"b", kind(b"a") + bytearray(b"b"), b"ell" in b, 72 in b, attempt(lambda: "a" in b), attempt(lambda: 300 in b))
    print(attempt(kind, [256]), attempt(kind, "x"), attempt(kind, -1), attempt(kind, 1.5), attempt(kind, ["a"]), attempt(kind, 1, "ascii"), kind(), attempt(lambda: kind(b"a") + "b"))
    print(kind(b"%d %s %r %5.2f %c %x %%") % (1, b"ab", "é", 2.5, 65, 255), attempt(lambda: kind(b"%s") % "x"), attempt(lambda: kind(b"%d") % "x"), kind(b"%b|%a") % (b"q", "é"))
    print(kind(b"abc") < b"abd", kind(b"abc") == b"abc", kind(b"abc") == "abc", b"a" == bytearray(b"a"), list(kind(b"ab")), sorted(kind(b"ba")), kind(b"abc")[1:2], attempt(lambda: kind(b"abc")[3]))
a = bytearray(b"abcdef")
a[0] = 65
a[1:3] = b"XYZ"
a.append(33)
a.extend([1, 2])
a.extend(b"ext")
a.insert(0, 64)
print(a, a.pop(), a.pop(0), attempt(a.pop, 50), a.remove(33), attempt(a.remove, 200), a)
del a[0], a[-2:]
a += b"++"
a *= 2
a.reverse()
print(a, a.copy(), a[::2])
a[::2] = bytes(len(a[::2]))
print(a, attempt(a.__setitem__, 0, 256), attempt(a.__setitem__, 0, "x"), attempt(a.append, -1), attempt(a.__setitem__, slice(0, 4, 2), b"abc"))
del a[::3]
print(a, a.clear(), a, attempt(a.pop), bytes(a), hash(b"abc") == hash(bytes(bytearray(b"abc"))), attempt(hash, a))
a = bytearray(b"hold")
view = memoryview(a)
print(attempt(a.append, 1), attempt(a.clear))
view.release()
a.resize(6)
print(a, a.take_bytes() if hasattr(a, "take_bytes") else "", a.__alloc__() >= len(a))
