"""Structures nested 100,000 deep: what walks them ends in a result or an exception; freeing them works, a million deep."""

import collections
import copy
import functools
import gc
import itertools
import json
import marshal
import pickle
import pprint
import traceback
import types

DEPTH = 100_000
ENDS = (RecursionError, TypeError, ValueError)


def nested(wrap, start=1, depth=DEPTH):
    for _ in range(depth):
        start = wrap(start)
    return start


def tried(name, action):
    try:
        action()
        outcome = "done"
    except ENDS as error:
        outcome = type(error).__name__
    print(name, outcome)


for wrap in (lambda x: [x], lambda x: (x,), lambda x: {1: x}):
    one, two = nested(wrap), nested(wrap)
    kind = type(one).__name__
    tried(kind + " repr", lambda: repr(one))
    tried(kind + " ==", lambda: one == two)
    tried(kind + " <", lambda: one < two)
    tried(kind + " hash", lambda: hash(one))
    tried(kind + " deepcopy", lambda: copy.deepcopy(one))
    tried(kind + " json", lambda: json.dumps(one))
    tried(kind + " marshal", lambda: marshal.dumps(one))
    tried(kind + " pickle", lambda: pickle._dumps(one))
    tried(kind + " pprint", lambda: pprint.pformat(one))
    gc.collect()
    del one, two
tried("json.loads", lambda: json.loads("[" * DEPTH + "]" * DEPTH))
deep_types = nested(lambda t: (t,), int)
tried("isinstance", lambda: isinstance(1.0, deep_types))
tried("issubclass", lambda: issubclass(float, deep_types))
del deep_types
tried("map", lambda: next(nested(lambda i: map(int, i), iter([1]))))
tried("chain", lambda: next(nested(lambda i: itertools.chain(i, [1]), [])))
tried("filter", lambda: next(nested(lambda i: filter(None, i), iter([1]))))
tried("method", lambda: nested(lambda f: types.MethodType(f, 1), len, 20_000)())
tried("generic alias", lambda: repr(nested(lambda t: list[t], int)))
chain = None
for _ in range(DEPTH):
    error = ValueError()
    error.__context__ = chain
    chain = error
tried("exception chain", lambda: traceback.format_exception(chain, limit=1, chain=False))
del chain, error


class Instance:
    def __init__(self, value):
        self.value = value

    def method(self):
        pass


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


def closure(value):
    return lambda: value


def generator(value):
    def inner(value):
        yield value

    started = inner(value)
    next(started)
    return started


def exception(value):
    error = ValueError()
    error.__context__ = value
    return error


def trace(value):
    try:
        1 / 0
    except ZeroDivisionError as error:
        error.value = value
        return error.__traceback__


def cycle(value):
    items = [value]
    items.append(items)
    return items


WRAPS = [
    lambda x: [x], lambda x: (x,), lambda x: {1: x}, Instance, Slotted, closure, generator, exception, trace, cycle,
    types.CellType, lambda x: types.MethodType(len, x or 1), lambda x: functools.partial(len, x),
    lambda x: iter([x]), lambda x: map(int, [x]), lambda x: collections.deque([x]), lambda x: types.SimpleNamespace(a=x),
    lambda x: slice(x), property, lambda x: itertools.chain([x]), lambda x: zip([x]), lambda x: {1: x}.values(), lambda x: Instance(x).method,
    lambda x: collections.OrderedDict(a=x), lambda x: types.MappingProxyType({1: x}), lambda x: super(Instance, Instance(x)),
]
for wrap in WRAPS:
    made = nested(wrap, None, 1_000_000 if wrap in WRAPS[:3] else 100_000)
    del made
    gc.collect()
print("freed", len(WRAPS))
