"""Hot loops that change their types midway: arithmetic, attributes, calls, subscripts, iteration, comparisons, globals."""


def add(a, b):
    return a + b


class Int(int):
    def __add__(self, other):
        return "Int add"


results = []
for i in range(60):
    values = [1, 1.5, "s", [1], (2,), Int(3), True, 2**70, 1j, b"b"]
    v = values[0 if i < 20 else i % len(values)]
    results.append(add(v, v))
print(results[0], results[20:32])


class P:
    def __init__(self, x):
        self.x = x

    def m(self):
        return self.x


class Q:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x

    def m(self):
        return -self.x


class R:
    @property
    def x(self):
        return "property"

    m = staticmethod(lambda: "static")


class S:
    x = "class attr"

    def __getattr__(self, name):
        return lambda: f"getattr {name}"


def read(o):
    return o.x, o.m()


print([read(o) for o in [P(1)] * 20 + [Q(2), R(), S(), P(3), Q(4)]][-6:])
P.x2 = 5
P.m = lambda self: "patched"
print(read(P(1)))
p = P(1)
for i in range(30):
    if i == 15:
        p.__dict__["m"] = lambda: "instance m"
    r = read(p)
print(r)


def total(seq):
    t = 0
    for x in seq:
        t += x
    return t


print([total(s) for s in [[1, 2]] * 15 + [(1, 2), range(3), {4, 5}, {1: 2}, (x for x in (1, 2)), iter([3]), [1.5, 2], [True, 2]]][-9:])


def index(o, i):
    return o[i]


class Getter:
    def __getitem__(self, i):
        return ("getter", i)


print([index(o, 0) for o in [[5]] * 15 + [(6,), "s", {0: "d"}, Getter(), range(9, 10), b"a", memoryview(b"z")]][-8:])
for bad in [[], (), {}, 5]:
    try:
        index(bad, 0)
    except (IndexError, KeyError, TypeError) as error:
        print(type(error).__name__, error)


def store(o, i, v):
    o[i] = v
    return o


print([store(o, 0, "v") for o in [[1]] * 15 + [{0: 1}, bytearray(b"a") if False else {}, [2]]][-3:])


def compare(a, b):
    return a < b, a == b, a is b, a in (b,)


print([compare(*args) for args in [(1, 2)] * 20 + [(1.5, 2), ("a", "b"), (2**70, 1), ([1], [2]), ((1,), (1,))]][-6:])


def call(f, *args, **kw):
    return f(*args, **kw)


def pos(a, b=2):
    return a, b


class C:
    def __init__(self, a=1, b=2):
        self.v = a, b

    def __call__(self, *a):
        return "called", a


print([call(f, 1) for f in [pos] * 15 + [str, C()] + [lambda q: q, [].append, type, int, P(1).__class__]][-8:-1])
counter = 0


def use_global():
    return counter + len("abc")


out = []
for i in range(40):
    if i == 20:
        counter = 100
    if i == 30:
        len = lambda s: 1000
    out.append(use_global())
del len
print(out[0], out[25], out[35], use_global())


def unpack(v):
    a, b = v
    return b, a


print([unpack(v) for v in [(1, 2)] * 15 + [[3, 4], "xy", {5: 0, 6: 0}, (i for i in (7, 8))]][-5:])


def truth(v):
    return 1 if v else 0


print([truth(v) for v in [True] * 15 + [None, 0, 5, "", "x", [], [0], 0.0, P(1), {}]][-11:])


def loop():
    n = 0
    for i in range(300):
        if i == 150:
            P.m = lambda self: self.x + 1
        n += P(i).m() if i >= 150 else 1
    return n


print(loop(), [f"{v}" for v in [1] * 10 + ["s", 2.5, None]][-4:], [isinstance(v, int) for v in [1] * 10 + ["s", True]][-3:])


class Base:
    def f(self):
        return "base"


class Derived(Base):
    def f(self):
        return super().f() + " derived"


objs = [Derived() for _ in range(30)]
first = [o.f() for o in objs]
Base.f = lambda self: "changed"
print(first[-1], [o.f() for o in objs][-1])
big = 0
for i in range(100):
    big = big * 1000003 + i
    if i > 50:
        big = float(big % 1000)
print(big)
