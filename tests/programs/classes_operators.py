"""Operator overloading: binary, reflected, in-place, comparison, containers, callables, hashing."""

import operator


class V:
    def __init__(self, *xs):
        self.xs = xs

    def __repr__(self):
        return f"V{self.xs}"

    def __add__(self, o):
        if isinstance(o, V):
            return V(*(a + b for a, b in zip(self.xs, o.xs)))
        return NotImplemented

    def __radd__(self, o):
        return V(*(o + a for a in self.xs))

    def __mul__(self, k):
        return V(*(a * k for a in self.xs))

    __rmul__ = __mul__

    def __matmul__(self, o):
        return sum(a * b for a, b in zip(self.xs, o.xs))

    def __neg__(self):
        return V(*(-a for a in self.xs))

    def __pos__(self):
        return self

    def __abs__(self):
        return sum(a * a for a in self.xs) ** 0.5

    def __invert__(self):
        return V(*reversed(self.xs))

    def __eq__(self, o):
        return isinstance(o, V) and self.xs == o.xs

    def __lt__(self, o):
        return self.xs < o.xs

    def __hash__(self):
        return hash(self.xs)

    def __len__(self):
        return len(self.xs)

    def __getitem__(self, i):
        return self.xs[i]

    def __contains__(self, x):
        return x in self.xs

    def __iter__(self):
        return iter(self.xs)

    def __call__(self, *a, **k):
        return a, k

    def __bool__(self):
        return any(self.xs)

    def __divmod__(self, o):
        return "divmod", o

    def __pow__(self, o, mod=None):
        return "pow", o, mod

    def __round__(self, n=None):
        return "round", n

    def __index__(self):
        return 3

    def __format__(self, spec):
        return f"fmt:{spec}"


a, b = V(1, 2), V(3, 4)
print(a + b, 10 + a, a * 2, 2 * a, a @ b, -a, +a, abs(b), ~a, a == V(1, 2), a != b, a < b, b > a, hash(a) == hash(V(1, 2)), len(a), a[0], a[-1], 2 in a, 5 in a, list(a), a(1, k=2), bool(V(0)), divmod(a, 1), a**2, pow(a, 2, 3), round(a), round(a, 2), hex(a), [10, 20, 30, 40][a], f"{a:x}", {a: "v"}[V(1, 2)])
for expr in ["a + 'x'", "a - b", "a / 2", "a < 5", "a <= b", "a >> 1", "a @ 5", "2 @ a", "a | b", "a.__add__(5)", "5 - a", "divmod(5, a)", "int(a)", "float(a)", "complex(a)", "a & 1", "sorted([b, a])", "max(a, b)"]:
    try:
        print(expr, "=", eval(expr))
    except Exception as error:
        print(expr, "->", type(error).__name__, error)


class Base:
    def __add__(self, o):
        return "Base.add"

    def __radd__(self, o):
        return "Base.radd"


class Sub(Base):
    def __radd__(self, o):
        return "Sub.radd"


class Other:
    def __radd__(self, o):
        return "Other.radd"

    def __eq__(self, o):
        return "Other.eq"


print(Base() + Sub(), Sub() + Base(), Base() + Other(), 1 + Other(), Base() == Other(), Other() == 1, 1 == Other(), Other() != 1, (lambda: None) == Other())


class NoneOps:
    __add__ = None
    __iter__ = None
    __contains__ = None
    __hash__ = None
    __len__ = None


n = NoneOps()
for f in [lambda: n + 1, lambda: iter(n), lambda: 1 in n, lambda: hash(n), lambda: len(n), lambda: {n}]:
    try:
        f()
    except TypeError as error:
        print(error)


class Cmp:
    def __eq__(self, o):
        return NotImplemented

    def __lt__(self, o):
        return NotImplemented

    def __ge__(self, o):
        return "ge"


c = Cmp()
print(c == c, c == Cmp(), c != c, c >= 1, 1 <= c, Cmp.__hash__)
try:
    c < 1
except TypeError as error:
    print(error)
print(operator.add(a, b), operator.matmul(a, b), operator.itemgetter(0, 1)(a), operator.attrgetter("xs")(a), operator.methodcaller("__len__")(a), operator.index(a), operator.concat([1], [2]), operator.truth(a), operator.not_(a), operator.contains(a, 1))


class Ret:
    def __len__(self):
        return "x"

    def __repr__(self):
        return 5

    def __str__(self):
        return None

    def __hash__(self):
        return "h"

    def __index__(self):
        return 1.5

    def __iter__(self):
        return 5

    def __format__(self, s):
        return 1

    def __bytes__(self):
        return "s"

    def __int__(self):
        return "i"

    def __float__(self):
        return 1

    def __length_hint__(self):
        return -1

    def __dir__(self):
        return [3, 1]

    def __contains__(self, x):
        return []


r = Ret()
for f in [len, repr, str, hash, operator.index, iter, format, bytes, int, float, operator.length_hint, dir, lambda r: 1 in r, lambda r: [1][r]]:
    try:
        print(f(r))
    except Exception as error:
        print(type(error).__name__, error)
