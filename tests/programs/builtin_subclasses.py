"""Subclasses of built-in types: int, str, float, list, dict, tuple, set, bytes; which operations keep the subclass."""


class I(int):
    def __repr__(self):
        return f"I({int(self)})"

    def __add__(self, other):
        return I(int(self) + int(other))


class S(str):
    def shout(self):
        return self.upper() + "!"

    def __getitem__(self, i):
        return S(super().__getitem__(i))


class F(float):
    def __new__(cls, value, unit=""):
        self = super().__new__(cls, value)
        self.unit = unit
        return self

    def __str__(self):
        return f"{float(self)}{self.unit}"


class L(list):
    def append(self, item):
        super().append(item * 2)

    def __eq__(self, other):
        return len(self) == len(other)


class D(dict):
    def __getitem__(self, key):
        return f"<{super().__getitem__(key)}>"


class T(tuple):
    @property
    def first(self):
        return self[0]


i, s, f, l, d, t = I(5), S("abc"), F("2.5", "kg"), L([1]), D(a=1), T((7, 8))
print(i, i + 1, 1 + i, i * 2, -i, type(i * 2).__name__, type(+i).__name__, [10, 20, 30, 40, 50, 60][i], i == 5, hash(i) == hash(5), f"{i}", "%d %s" % (i, i), int(i), divmod(i, 2), I("12"), I(0b11), sum([i, i]), max(i, 3), bool(I(0)), range(i), {5: "five"}[i], I.from_bytes(b"\1", "big"), type(I.from_bytes(b"\1")).__name__)
print(s.shout(), s[0], type(s[0:2]).__name__, type(s + "d").__name__, type(s.upper()).__name__, s == "abc", {"abc": 1}[s], "".join([s, S("d")]), f"{s:>5}", str(s), type(str(s)).__name__, s in "xabcx", repr(s), type(s.replace("x", "y")).__name__, type(S("x").__str__()).__name__, S(b"raw", "ascii"), isinstance(s, str))
print(f, f.unit, f + 1, type(f + 1).__name__, repr(f), f > 2, round(f), f"{f}", f"{f:.1f}", "%s %.1f" % (f, f), float(f), F.fromhex("0x1p0"), type(F.fromhex("0x1p0")).__name__, f.is_integer(), vars(f))
l.append(5)
l += [9]
l.extend([1])
print(l, l == [0, 0, 0, 0], l[1:], type(l[1:]).__name__, type(l + [1]).__name__, type(l.copy()).__name__, L("ab") * 2, sorted(L([2, 1])), len(l), isinstance(l, list))
print(d["a"], d.get("a"), d, list(d.items()), d | {"b": 2}, type(d | {}).__name__, type(d.copy()).__name__, D.fromkeys("xy"), type(D.fromkeys("x")).__name__, {**d}, dict(d), "%(a)s" % d, "{a}".format_map(d), "{a}".format(**d), (lambda a: a)(**d), eval("a", {}, d))
print(t, t.first, t + (9,), type(t[:1]).__name__, type(t * 2).__name__, T("xy"), hash(t) == hash((7, 8)), t == (7, 8), (lambda *a: a)(*t), "%s-%s" % t, sorted({t, (7, 8)}), isinstance(t, tuple))


class B(bytes):
    pass


class Ba(bytearray):
    pass


class Fs(frozenset):
    pass


class C(complex):
    pass


print(B(b"x") + b"y", type(B(b"ab")[:1]).__name__, B(b"a").hex(), type(Ba(b"a") + b"b").__name__, Ba(b"q"), type(Fs([1]) | {2}).__name__, Fs([1]), C(1, 2) * 2, type(C(1)).__name__, C("1j").imag)


class NoInit(list):
    def __init__(self):
        self.tag = "set"


class Kw(dict):
    def __init__(self, **kw):
        super().__init__(kw, extra=1)


class Frozen(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, sorted(items))

    def __init__(self, *items):
        self.count = len(items)


n = NoInit()
n.append(1)
print(n, n.tag, Kw(a=2), Frozen(3, 1, 2), Frozen(1).count)
for base in (bool, type(None), range, slice, type(...), type(lambda: 0), memoryview, type(iter([])), type((x for x in ())), type(NotImplemented)):
    try:
        type("X", (base,), {})
        print(base.__name__, "ok")
    except TypeError as error:
        print(error)
