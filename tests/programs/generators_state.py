"""Generator objects under stress: reentrancy, frames, references, garbage, threads of delegation, exceptions in all states."""

import gc
import inspect
import sys


def attempt(function, *args):
    try:
        return repr(function(*args))
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


def gen():
    x = yield 1
    yield x


g = gen()
states = [inspect.getgeneratorstate(g)]
next(g)
states.append(inspect.getgeneratorstate(g))
g.close()
states.append(inspect.getgeneratorstate(g))
print(states, g.gi_running, g.gi_frame, attempt(g.send, None), attempt(g.throw, ValueError("late")))
fresh = gen()
print(attempt(fresh.throw, KeyError("before start")), inspect.getgeneratorstate(fresh), attempt(next, fresh))


def self_running():
    global me
    me = self_running_gen()
    return attempt(next, me)


def self_running_gen():
    yield attempt(next, me), attempt(me.send, 1), attempt(me.close), me.gi_running


print(self_running())


def chain(n):
    if n:
        result = yield from chain(n - 1)
        return result + 1
    received = yield "leaf"
    return received


c = chain(50)
print(next(c), c.gi_yieldfrom.__name__, attempt(c.send, 100))


def delegating_throw():
    try:
        yield from inner_catch()
    except ZeroDivisionError as error:
        yield f"outer caught {error}"


def inner_catch():
    try:
        yield "inner"
    except ValueError:
        yield "inner caught"
        1 / 0


d = delegating_throw()
print(next(d), d.throw(ValueError("v")), next(d), attempt(next, d))


class Custom:
    def __iter__(self):
        return self

    def __next__(self):
        return "next"

    def throw(self, *exc):
        return f"thrown {exc[0]!r}"

    def send(self, value):
        return f"sent {value}"

    def close(self):
        print("custom closed")


def over_custom():
    yield from Custom()


o = over_custom()
print(next(o), o.send("s"), o.throw(ValueError("x")), o.close())
seen = []


def holds():
    big = ["data"]
    try:
        yield big
    finally:
        seen.append("released")


h = holds()
data = next(h)
print(sys.getrefcount(data) - 1 >= 2)
del h
gc.collect()
print(seen)
h = holds()
next(h)
cycle = [h]
h2 = (x for x in cycle)
cycle.append(h2)
del h, cycle, h2
gc.collect()
print(seen)


def many():
    for i in range(3):
        try:
            got = yield i
            print("got", got)
        except ValueError as error:
            print("error", error, error.__context__)
        else:
            print("else")


m = many()
next(m)
m.send("a")
m.throw(ValueError("b"))
print(attempt(m.send, "c"))


def finally_yield():
    try:
        yield 1
    finally:
        yield "in finally"
        print("after finally")


f = finally_yield()
print(next(f), next(f), attempt(next, f))
f = finally_yield()
next(f)
print(attempt(f.throw, KeyError("k")), attempt(next, f))


def return_in_finally():
    try:
        yield 1
    finally:
        return "value"


r = return_in_finally()
next(r)
print(attempt(r.throw, KeyError("swallowed")), attempt(r.close))
lazy = (print("evaluated", i) for i in (print("outer evaluated now") or range(2)))
print("before")
list(lazy)
print([type(x).__name__ for x in (g, lazy)], g == g, len({g, lazy}), bool(lazy), attempt(len, lazy), attempt(lambda: lazy[0]), attempt(setattr, g, "x", 1), attempt(setattr, g, "__name__", 5))
g.__name__, g.__qualname__ = "renamed", "Q.renamed"
print(repr(g).split(" at ")[0], g.__name__)
