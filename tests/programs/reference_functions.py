"""Reference, functions: closures, the parts of a function object, arguments, lambdas, decorators."""

import functools
import inspect
import operator


def power(exponent):
    """Make a function that raises to a power."""

    def raise_to(base):
        return base**exponent

    return raise_to


square, cube = power(2), power(3)
print(square(5), cube(2), square.__name__, square.__qualname__, square.__closure__[0].cell_contents, square.__code__.co_freevars)
table = {"sq": square, "up": str.upper, "len": len}
print(table["sq"](3), table["up"]("x"), [f("3") if name != "sq" else f(3) for name, f in table.items()])


def function(a: int, b: "str" = "x", /, c=3, *rest: float, d, e: list[int] = [], **more) -> None:
    """Doc."""


for name in "__name__ __qualname__ __module__ __doc__ __defaults__ __kwdefaults__ __annotations__ __dict__ __closure__ __type_params__".split():
    print(name, getattr(function, name))
function.tag = "data of its own"
print(function.__dict__, inspect.signature(function))
function.__defaults__ = (1, 2)
function.__kwdefaults__ = {"d": 0}
print(inspect.signature(function))
for name, value in [("__defaults__", 1), ("__code__", 2), ("__name__", 3), ("__kwdefaults__", []), ("__closure__", ()), ("__globals__", {}), ("__dict__", 1)]:
    try:
        setattr(function, name, value)
        print(name, "set")
    except (TypeError, AttributeError) as error:
        print(name, type(error).__name__, error)
square.__code__ = cube.__code__
print(square(2))
try:
    function.__code__ = cube.__code__
except ValueError as error:
    print(error)
square.__closure__[0].cell_contents = 10
print(square(2))


def collects(first, *args, key="k", **kwargs):
    return first, args, key, kwargs


print(collects(1), collects(1, 2, 3, key=4, other=5), collects(*"ab", **{"key": 1, "x y": 2}), collects(*[1], *(2, 3), **{"a": 1}, **{"b": 2}))


def strict(pos, /, normal, *, named):
    return pos, normal, named


for call in [
    lambda: strict(1, 2, named=3),
    lambda: strict(1, normal=2, named=3),
    lambda: strict(pos=1, normal=2, named=3),
    lambda: strict(1, 2, 3),
    lambda: strict(1, named=3),
    lambda: strict(1, 2),
    lambda: strict(),
    lambda: strict(1, 2, named=3, extra=4),
    lambda: strict(1, 2, named=3, nmaed=4),
    lambda: collects(),
    lambda: collects(1, first=2),
    lambda: collects(**{"first": 1}, **{"first": 2}),
    lambda: collects(*5),
    lambda: collects(**5),
    lambda: collects(1, **{1: 2}),
    lambda: power(),
    lambda: power(1, 2),
    lambda: len(),
    lambda: (lambda x: x)(),
    lambda: table["len"](5),
    lambda: table(5),
]:
    try:
        print(call())
    except TypeError as error:
        print("TypeError", error)


def remembers(item, seen=[]):
    seen.append(item)
    return seen


def forgets(item, seen=None):
    seen = [] if seen is None else seen
    seen.append(item)
    return seen


print(remembers(1), remembers(2), forgets(1), forgets(2), remembers.__defaults__)

numbers = [3, 1, 2]
print(list(map(lambda n: n * n, numbers)), list(filter(lambda n: n > 1, numbers)), sorted(numbers, key=lambda n: -n), functools.reduce(operator.add, numbers, 10))
print(list(map(max, [1, 5], [3, 2], [2, 2])), list(map(lambda a, b: (a, b), [1, 2], [3, 4], strict=True)))
try:
    list(map(lambda a, b: 0, [1], [2, 3], strict=True))
except ValueError as error:
    print(error)
add5 = functools.partial(operator.add, 5)
print(add5(1), add5, functools.partial(add5, 2).args, functools.partial(int, base=2)("101"), functools.partial(print, functools.Placeholder, "end")("start"))
print((lambda *a, k=1, **kw: (a, k, kw))(1, 2, z=3), (lambda: (yield))().__class__.__name__)


def traced(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        print("call", func.__name__, args, kwargs)
        result = func(*args, **kwargs)
        print("result", result)
        return result

    return wrapper


def repeat(times):
    def decorate(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            return [func(*args, **kwargs) for _ in range(times)]

        return wrapper

    return decorate


@traced
@repeat(times=2)
def double(x):
    """Twice x."""
    return x * 2


print(double(4), double.__name__, double.__doc__, double.__wrapped__.__wrapped__(5), inspect.signature(double), inspect.unwrap(double).__code__.co_name)


def need(role):
    def decorate(func):
        @functools.wraps(func)
        def wrapper(user, *args):
            if role not in user["roles"]:
                raise PermissionError(f"{user['name']} lacks {role}")
            return func(user, *args)

        return wrapper

    return decorate


@need("admin")
def remove(user, what):
    return f"{user['name']} removed {what}"


print(remove({"name": "ada", "roles": ["admin"]}, "file"))
try:
    remove({"name": "bob", "roles": []}, "file")
except PermissionError as error:
    print(error)


@functools.lru_cache(maxsize=3)
def slow(n):
    print("computing", n)
    return n * n


print([slow(n) for n in (1, 2, 1, 3, 4, 1)], slow.cache_info(), slow.cache_parameters())
slow.cache_clear()
print(slow.cache_info())


@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(90), fib.cache_info())


@functools.singledispatch
def describe(value):
    return "something"


@describe.register
def _(value: int):
    return "int"


@describe.register(list)
def _(value):
    return "list of " + ", ".join(map(describe, value))


print(describe(1), describe([1, "a", [2]]), describe.dispatch(bool)(1), sorted(t.__name__ for t in describe.registry))


class Timer:
    calls = 0

    def __init__(self, func):
        functools.update_wrapper(self, func)
        self.func = func

    def __call__(self, *args):
        Timer.calls += 1
        return self.func(*args)

    def __get__(self, instance, owner):
        return functools.partial(self, instance)


class Uses:
    @Timer
    def method(self, x):
        return x + 1

    @functools.cached_property
    def costly(self):
        print("once")
        return 7


u = Uses()
print(u.method(1), u.method(2), Timer.calls, u.costly, u.costly, u.__dict__)
