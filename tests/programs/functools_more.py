"""functools beyond decorators: cmp_to_key, cache, partial internals, singledispatchmethod, reduce errors."""

import functools


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def compare(a, b):
    return (a > b) - (a < b)


key = functools.cmp_to_key(compare)
print(sorted([3, 1, 2], key=key), sorted("bca", key=functools.cmp_to_key(lambda a, b: -compare(a, b))), key(1) < key(2), key(1) == key(1), attempt(hash, key(1)), attempt(lambda: key(1) < 2), key(5).obj)


@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info())


@functools.lru_cache(maxsize=3, typed=True)
def typed(x, y=0):
    return type(x).__name__, y


print(typed(1), typed(1.0), typed(True), typed(1), typed(y=1, x=1), typed(x=1, y=1), typed.cache_info(), attempt(typed, []), attempt(functools.lru_cache, "bad"))


@functools.lru_cache(maxsize=None)
def raising(x):
    print("run", x)
    raise ValueError(x)


print(attempt(raising, 1), attempt(raising, 1), raising.cache_info())


@functools.lru_cache(maxsize=0)
def uncached(x):
    return x


print(uncached(1), uncached(1), uncached.cache_info())


class Shape:
    @functools.lru_cache
    def area(self, k):
        return k * 2

    @functools.singledispatchmethod
    def show(self, x):
        return f"? {x}"

    @show.register
    def _(self, x: int):
        return f"int {x}"

    @show.register(str)
    @classmethod
    def _(cls, x):
        return f"{cls.__name__} str {x}"

    @functools.cached_property
    def total(self):
        return sum(range(10))


s = Shape()
print(s.area(3), s.area(3), Shape.area.cache_info().hits, s.show(1), s.show("a"), s.show(2.5), s.total, s.__dict__, Shape.total.__class__.__name__, Shape.total.attrname)
p = functools.partial(sorted, key=len, reverse=True)
print(p(["a", "ccc", "bb"]), p.func is sorted, p.keywords, functools.partial(p, reverse=False)(["ccc", "a"]), repr(functools.partial(int, base=2)), attempt(functools.partial), attempt(functools.partial, 5), functools.partial(print, "a").args)
import pickle

loaded = pickle.loads(pickle.dumps(functools.partial(int, base=2)))
print(loaded("110"), functools.reduce(lambda a, b: a + b, [[1], [2]], []), attempt(functools.reduce, max, []), attempt(functools.reduce, max, 5), functools.reduce(max, [], 7), functools.reduce(lambda a, b: a - b, initial=10, *([1, 2],)) if False else functools.reduce(lambda a, b: a - b, [1, 2], 10))
q = functools.partial(divmod, functools.Placeholder, 3)
print(q(10), attempt(q), repr(functools.Placeholder), attempt(functools.partial, divmod, 1, functools.Placeholder))


def f():
    "doc"


f.attr = 1
g = functools.update_wrapper(lambda: 0, f, assigned=("__doc__",), updated=("__dict__",))
print(g.__doc__, g.attr, g.__wrapped__ is f, g.__name__, functools.WRAPPER_ASSIGNMENTS, functools.WRAPPER_UPDATES)


class Meta(type):
    pass


@functools.singledispatch
def kind(x):
    return "object"


class A:
    pass


class B(A):
    pass


class C(B):
    pass


kind.register(A, lambda x: "A")
print(kind(C()), kind.register(B, lambda x: "B") is not None, kind(C()), attempt(kind), attempt(kind.register, 5), kind.dispatch(C)(0))
from collections.abc import Mapping, Sized

kind.register(Sized, lambda x: "Sized")
kind.register(Mapping, lambda x: "Mapping")
print(kind({}), kind([]), kind(5))


@functools.total_ordering
class T:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        return self.v < o.v if isinstance(o, T) else NotImplemented

    def __eq__(self, o):
        return self.v == o.v


print(T(1) <= T(1), T(2) > T(1), T(2) >= T(3), attempt(lambda: T(1) > 5), attempt(functools.total_ordering, type("E", (), {})))
