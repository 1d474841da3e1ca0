"""Decorators: functions, classes, arguments, stacking, wraps, order of evaluation."""

import functools
import inspect


def trace(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        print("call", function.__name__, args, kwargs)
        result = function(*args, **kwargs)
        print("return", result)
        return result

    return wrapper


def repeat(times):
    print("make repeat", times)

    def decorator(function):
        print("apply repeat to", function.__name__)

        @functools.wraps(function)
        def wrapper(*args):
            return [function(*args) for _ in range(times)]

        return wrapper

    return decorator


@trace
@repeat(2)
def greet(name: str, punctuation="!") -> str:
    """Greets."""
    return f"hi {name}{punctuation}"


print(greet("bob"), greet.__name__, greet.__doc__, greet.__wrapped__.__name__, greet.__annotations__, inspect.signature(greet), inspect.unwrap(greet).__code__.co_name)


class CountCalls:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function, self.count = function, 0

    def __call__(self, *args):
        self.count += 1
        return self.function(*args)

    def __get__(self, obj, owner=None):
        return self if obj is None else functools.partial(self, obj)


@CountCalls
def double(x):
    return x * 2


class Thing:
    @CountCalls
    def method(self, x):
        return x + 1


print(double(1), double(2), double.count, double.__name__, Thing().method(5), Thing.method.count)


def register(registry):
    def decorator(cls):
        registry[cls.__name__] = cls
        cls.registered = True
        return cls

    return decorator


registry = {}


@register(registry)
class Plugin:
    @staticmethod
    @trace
    def static(a):
        return a

    @classmethod
    @trace
    def klass(cls, a):
        return a

    @property
    @functools.lru_cache
    def cached(self):
        print("computed")
        return 1


print(registry, Plugin.registered, Plugin.static(1), Plugin.klass(2), (p := Plugin()).cached, p.cached)


@lambda f: f.__name__
def named():
    pass


@[len, str][1]
def listed():
    pass


print(named, listed.startswith("<function listed"), (lambda: 0).__name__)


def not_callable():
    try:
        @5
        def f():
            pass
    except TypeError as error:
        print(error)


not_callable()


@functools.lru_cache(maxsize=2)
def cached(n):
    print("miss", n)
    return n * n


print(cached(1), cached(2), cached(1), cached(3), cached(2), cached.cache_info(), cached.cache_parameters(), cached.cache_clear(), cached.cache_info(), cached.__wrapped__(9))


@functools.singledispatch
def describe(x):
    return f"object {x}"


@describe.register
def _(x: int):
    return f"int {x}"


@describe.register(list)
@describe.register(tuple)
def _(x):
    return f"sequence {len(x)}"


@describe.register
def _(x: float | complex):
    return f"real or complex {x}"


print(describe("s"), describe(1), describe([1]), describe((1, 2)), describe(True), describe(2.5), describe.dispatch(bool) is describe.dispatch(int), sorted(c.__name__ for c in describe.registry))


@functools.total_ordering
class Version:
    def __init__(self, *parts):
        self.parts = parts

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts


print(Version(1, 2) >= Version(1, 1), Version(1) > Version(2), Version(1) <= Version(1))
add = functools.partial(lambda a, b, c=0: (a, b, c), 1, c=9)
print(add(2), add(2, c=3), add.args, add.keywords, functools.partial(add, 5)(), functools.reduce(lambda a, b: a * b, range(1, 6)), functools.reduce(max, [3, 9, 2], 100), functools.partial(int, functools.Placeholder, 2)("101"))
