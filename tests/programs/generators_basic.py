"""Generators: send, throw, close, return values, delegation, state, errors."""

import inspect


def attempt(function, *args):
    try:
        return repr(function(*args))
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


def echo():
    received = []
    try:
        while True:
            try:
                value = yield len(received)
                received.append(value)
            except ValueError as error:
                received.append(f"error {error}")
    finally:
        print("cleanup", received)


g = echo()
print(attempt(g.send, "early"), next(g), g.send("a"), g.send("b"), g.throw(ValueError("x")), next(g), g.close(), attempt(next, g), g.close())
print(attempt(g.send, 1), attempt(g.throw, KeyError("after")))


def returns():
    x = yield 1
    return f"got {x}"


g = returns()
next(g)
try:
    g.send(5)
except StopIteration as stop:
    print(stop.value, stop.args)


def inner():
    try:
        a = yield "i1"
        b = yield f"i2 {a}"
        return a, b
    except KeyError as error:
        yield "handled " + repr(error)
        return "after error"


def outer():
    result = yield from inner()
    yield f"result {result}"
    yield from [10, 20]
    yield from "xy"
    return "done"


g = outer()
print(next(g), g.send("A"), g.send("B"), list(g))
g = outer()
print(next(g), g.throw(KeyError("k")), next(g), g.gi_yieldfrom, inspect.getgeneratorstate(g))
g = outer()
next(g)
print(g.gi_yieldfrom.__name__, inspect.getgeneratorstate(g), g.gi_frame.f_code.co_name, g.gi_running, g.gi_suspended, g.gi_code.co_name)
g.close()
print(inspect.getgeneratorstate(g), g.gi_frame, attempt(next, g))


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = stubborn()
next(g)
print(attempt(g.close))


def raises_stop():
    yield 1
    raise StopIteration("inside")


g = raises_stop()
print(next(g), attempt(next, g))


def recursive():
    yield next(me)


me = recursive()
print(attempt(next, me))


def close_value():
    try:
        yield
    except GeneratorExit:
        return "closed value"


g = close_value()
next(g)
print(g.close(), attempt(g.throw, 5), attempt(returns().throw, ValueError, "v"), attempt(returns().throw, TypeError("t")))


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(list(tree(4)), sum(1 for _ in tree(10)))


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


from itertools import islice, takewhile

print(list(islice(fib(), 15)), list(takewhile(lambda v: v < 50, fib())))


def depth(n):
    if n == 0:
        yield "bottom"
    else:
        yield from depth(n - 1)


print(next(depth(300)))


class Iter:
    def __iter__(self):
        yield from (1, 2)

    def send(self, v):
        return v


print(list(Iter()), attempt(lambda: list((yield_from_int()))), type(g).__name__, hasattr(g, "__next__"), repr(g).split(" at")[0], g.__name__, g.__qualname__)


def yield_from_int():
    yield from 5


def context():
    try:
        1 / 0
    except ZeroDivisionError:
        yield "in handler"
        try:
            raise
        except ZeroDivisionError as error:
            yield str(error)


print(list(context()), attempt(lambda: list(yield_from_int())))
try:
    raise OSError("outer")
except OSError:
    g = context()
    print(list(g))
del g
