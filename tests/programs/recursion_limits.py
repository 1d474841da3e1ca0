"""Recursion: limits, deep but legal recursion, recursion in repr, comparison, hashing, json, copy."""

import sys


def attempt(function, *args):
    try:
        result = function(*args)
        return repr(result) if not isinstance(result, (list, dict)) else type(result).__name__
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(sys.getrecursionlimit(), depth(900), attempt(depth, 5000).split(":")[0])
sys.setrecursionlimit(20000)
print(depth(15000))
sys.setrecursionlimit(1000)
for bad in (0, -5, "x"):
    print(attempt(sys.setrecursionlimit, bad))


def nest(n, make):
    value = make(None)
    for _ in range(n):
        value = make(value)
    return value


a = nest(100000, lambda v: [v])
b = nest(100000, lambda v: [v])
print(attempt(repr, a).split(":")[0], attempt(lambda: a == b).split(":")[0], attempt(lambda: a < b).split(":")[0])
t = nest(100000, lambda v: (v,))
print(attempt(hash, t).split(":")[0] if "Recursion" in attempt(hash, t) else "hashed")
d = nest(50000, lambda v: {"k": v})
print(attempt(repr, d).split(":")[0])


class Infinite:
    def __repr__(self):
        return repr(self)

    def __eq__(self, other):
        return self == other

    def __getattr__(self, name):
        return getattr(self, name)

    def __hash__(self):
        return hash(self)

    def __call__(self):
        return self()

    def __str__(self):
        return f"{self}"

    def __iter__(self):
        return iter(self)

    def __add__(self, o):
        return self + o

    def __bool__(self):
        return not self

    def __contains__(self, x):
        return x in self

    def __instancecheck__(self, x):
        return isinstance(x, self)


i = Infinite()
for action in [lambda: repr(i), lambda: i == 1, lambda: i.x, lambda: hash(i), lambda: i(), lambda: str(i), lambda: list(i), lambda: i + 1, lambda: bool(i), lambda: 1 in i, lambda: isinstance(1, i), lambda: sorted([i, i], key=repr)]:
    print(attempt(action))


def mutual_a(n):
    return mutual_b(n)


def mutual_b(n):
    return mutual_a(n)


print(attempt(mutual_a, 1))


def gen(n):
    yield n
    yield from gen(n + 1)


def consume():
    total = 0
    for v in gen(0):
        total = v
    return total


print(attempt(consume))


def recover(n):
    try:
        return recover(n + 1)
    except RecursionError:
        return n


print(recover(0) > 500, depth(500))
import ast
import copy
import json

print(attempt(copy.deepcopy, a).split(":")[0], attempt(json.dumps, a).split(":")[0], attempt(compile, "(" * 300 + ")" * 300, "f", "eval"), attempt(eval, "-" * 100 + "1"), attempt(compile, "[" * 150 + "]" * 150, "f", "eval").split(" at")[0])


class Prop:
    @property
    def p(self):
        return self.p


print(attempt(lambda: Prop().p), attempt(lambda: (lambda f: f(f))(lambda f: f(f))))
del a, b, t, d
print("deallocated")
