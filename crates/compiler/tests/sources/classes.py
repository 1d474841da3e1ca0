class Empty: pass


class C(Base, metaclass=Meta, **kw):
    """Doc."""
    x: int = 1
    y: str
    __private = 2
    if cond:
        z: "conditional"
    items = [x for x in range(10)]
    nested = {k: [v for v in vs] for k, vs in items}
    fns = [lambda: (x, __class__) for x in items]

    def __init__(self, a):
        self.a = a
        self.__b = self.__private
        self.c, [self.d, *self.e] = a

    @property
    def p(self):
        return super().p

    class Inner:
        def f(self):
            self.inner = __class__


def outer(v):
    class Local:
        v = v
        w = [v for _ in v]

        def g(self):
            return v, w
    return Local


class Generic[T: int, *Ts, **P = [int]](Base[T], list[*Ts]):
    attr: T

    def method[U: (int, str) = int](self, x: T, y: U) -> dict[T, U]:
        type Alias[V] = dict[T, V]
        return x


type Simple = int
type Param[A, *B, **C] = Callable[C, tuple[A, *B]]


def generic[T](a: T = 1, *, b=2) -> T:
    def inner() -> T:
        return a
    return inner


class D:
    def f(self): return __classdict__
    x = [__class__ for _ in y]
    global g
    g = 1
    def h(self): return g
# ---
x: int = 1
if x:
    y: str = 2
(z): float = 3
a.b: int
c[d, 1:2]: int = 4
e: list[x for x in y]
# ---
from __future__ import annotations
x: int = 1
def f(a: b.c[d, "e"], *args: *Ts, k: lambda x, /, y=1, *, z: x) -> (yield_ if not a else -b ** 2): pass
class C:
    y: f"{x!r:>{w}} {{}}" = 1
    z: {1: 2, **d}
    w: [a async for b in c if d]
    def g(self, q: (x := 1), r: a @ b or c and not d, s: 1e400 + 1j, t: 1 .real, u: x[::2], v: x[1:, ...]) -> (): pass
    n: a < b <= c is not d
    m: f(*a, k=1, **b)
    o: f(x for x in y)
    p: 'it''s "q" \n\x01é'
