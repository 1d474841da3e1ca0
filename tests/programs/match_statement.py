"""Structural pattern matching: every kind of pattern."""

from dataclasses import dataclass
from enum import Enum


class Color(Enum):
    RED = 1
    GREEN = 2


@dataclass
class Point:
    x: int
    y: int


class Args:
    __match_args__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


def classify(value):
    match value:
        case None | True | False:
            return f"constant {value}"
        case 0 | 1 | -1:
            return "small"
        case int(n) if n > 1000:
            return f"big {n}"
        case int() | float():
            return f"number {value}"
        case "":
            return "empty"
        case str(s) if len(s) == 1:
            return f"char {s}"
        case "a" "b":
            return "ab"
        case str():
            return f"string {value}"
        case []:
            return "empty sequence"
        case [x]:
            return f"one {x}"
        case [1, 2, *rest]:
            return f"1, 2 and {rest}"
        case [first, *_, last] if first == last:
            return f"same ends {first}"
        case (Point(x=0, y=0) as origin, other):
            return f"origin {origin} then {other}"
        case [[a, b], [c, d]]:
            return f"2x2 {a}{b}{c}{d}"
        case [*items]:
            return f"sequence of {len(items)}"
        case {"type": "circle", "r": r}:
            return f"circle {r}"
        case {"type": t, **rest}:
            return f"type {t} rest {rest}"
        case {}:
            return f"mapping {len(value)}"
        case Color.RED:
            return "red"
        case Color():
            return f"color {value.name}"
        case Point(0, y):
            return f"on y axis at {y}"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point(x=px, y=py):
            return f"point {px} {py}"
        case Args(1, b=Args(c, d)):
            return f"args nested {c} {d}"
        case Args(a, b):
            return f"args {a} {b}"
        case 1 + 2j | -3.5:
            return "complex"
        case bytes(data):
            return f"bytes {data}"
        case _:
            return f"other {type(value).__name__}"


values = [None, True, 0, -1, 5000, 7, 2.5, "", "x", "ab", "hello", [], [9], (1, 2), [1, 2, 3, 4], (5, 6, 5), (Point(0, 0), 1), [[1, 2], [3, 4]], [1, 3, 4], range(3), {"type": "circle", "r": 2}, {"type": "sq", "w": 1, "h": 2}, {}, {"a": 1}, Color.RED, Color.GREEN, Point(0, 5), Point(2, 2), Point(1, 2), Args(1, Args(2, 3)), Args(1, 2), 1 + 2j, b"raw", set(), object]
for value in values:
    print(classify(value))


def bindings(value):
    match value:
        case [x, y] as pair:
            pass
        case {"k": x}:
            y = pair = None
        case x:
            y = pair = "nothing"
    return x, y, pair


print(bindings([1, 2]), bindings({"k": 5}), bindings(7))


class BadArgs:
    __match_args__ = ["a"]


class Few:
    __match_args__ = ("a",)
    a = 1


for source in ["match BadArgs():\n case BadArgs(1): pass", "match Few():\n case Few(1, 2): pass", "match 5:\n case int(1, 2): pass", "match 5:\n case len(): pass", "match Few():\n case Few(1, a=1): pass", "match {1: 1}:\n case {1: a, 1: b}: pass", "match 1:\n case x: pass\n case 1: pass", "match 1:\n case [a, a]: pass", "match 1:\n case a | b: pass", "match 1:\n case [*a, *b]: pass", "match object():\n case object(1): pass", "k = 'a'\nmatch {'a': 1}:\n case {Few.a: 1}: pass"]:
    try:
        exec(source)
        print("ok")
    except Exception as error:
        print(type(error).__name__, error)
match = 1
case = {"match": match}
match case:
    case {"match": int(match)}:
        print("soft keywords", match)
match 1, 2:
    case 1, *rest:
        print(rest)
match [*range(3)]:
    case 0, 1, x: print("inline", x)
import collections

match collections.OrderedDict(a=1), collections.deque([1, 2]), collections.ChainMap({"z": 1}):
    case [{"a": v}, [p, q], {"z": z}]:
        print(v, p, q, z)
