"""Reference, the object model: everything is an object with a type, a count and an identity."""

import math
import sys
import types


def function():
    pass


class Class:
    def method(self):
        return self


THINGS = [1, 1.5, "text", b"b", None, ..., NotImplemented, [], (), {}, set(), range(3), function, Class, Class(), Class().method, math, type, object, len, [].append, function.__code__, (i for i in ()), slice(1), int | str, list[int], Class.__dict__, function.__get__, property(), super, memoryview(b"")]
for thing in THINGS:
    print(type(thing).__name__, isinstance(thing, object), isinstance(type(thing), type), callable(thing), hasattr(thing, "__class__"), thing.__class__ is type(thing))
print(type(type) is type, isinstance(object, type), issubclass(type, object), object.__bases__, type.__mro__)

print("-- operators are methods of the type")
print((5).__add__(3), int.__add__(5, 3), 5 + 3, (5).__add__("x"), (5).__radd__(2.5), (2.5).__radd__(5))
print("abc".upper(), [1].append, "  call result ".strip(), str.upper("type"), (1).__class__.__name__)


class Meters:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        print("add", type(other).__name__)
        return Meters(self.n + other.n) if isinstance(other, Meters) else NotImplemented

    def __radd__(self, other):
        print("radd", type(other).__name__)
        return Meters(self.n + other)

    def __repr__(self):
        return f"Meters({self.n})"


print(Meters(1) + Meters(2), 1 + Meters(2), sum([Meters(1), Meters(2)]))
try:
    Meters(1) + 1
except TypeError as error:
    print(error)
m = Meters(1)
m.__add__ = lambda other: "never asked"
print(m + Meters(1))

print("-- types are made and changed while running")
Point = type("Point", (), {"x": 0, "shift": lambda self, d: self.x + d})
p = Point()
Point.double = lambda self: self.x * 2
p.x = 21
print(p.double(), p.shift(1), Point.__name__, Point.__module__, sorted(k for k in vars(Point) if not k.startswith("__")))


class A:
    def who(self):
        return "A"


class B:
    def who(self):
        return "B"


a = A()
a.__class__ = B
print(a.who(), type(a).__name__)
for change in [lambda: setattr(int, "new", 1), lambda: setattr(1, "new", 1), lambda: setattr(object(), "new", 1), lambda: setattr(a, "__class__", int), lambda: setattr(a, "__class__", 3)]:
    try:
        change()
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)

print("-- duck typing")
for sized in ["four", [1, 2], {1}, {"a": 1}, range(9), types.SimpleNamespace(a=1), 5]:
    try:
        print(len(sized))
    except TypeError as error:
        print(error)

print("-- hashable or not")
for thing in [1, "a", (1, 2), (1, [2]), frozenset({1}), [1], {1}, {}, bytearray(), slice(1, 2), Class, Class(), None, 1.0, float("inf"), 2**61 - 1, -1, -2, True, 1 + 0j]:
    try:
        print(type(thing).__name__, hash(thing) == hash(thing), hash(thing) if isinstance(thing, (int, float, complex)) else "")
    except TypeError as error:
        print(error)
print({1: "int", 1.0: "float", True: "bool"}, hash(1) == hash(1.0) == hash(True))
print(sys.getsizeof(object()), object.__basicsize__, int.__basicsize__, int.__itemsize__, type(1).__flags__ & (1 << 24) != 0)
