"""Reference, identity: which objects are shared (small integers, interned strings, constants, empty containers)."""

import sys


def same(left, right):
    return left is right, left == right


def number(text):
    return int(text)


print([n for n in range(-10, 262) if number(str(n)) is not number(str(n))])
a = 100
b = 100
print(a is b)
a = 1000
b = 1000
print(a is b)
print(same(number("1000"), number("1000")))
a = "hello"
b = "hello"
print(a is b)
a = "hello world"
b = "hello world"
print(a is b)
one = eval("'hello world'")
two = eval("'hello world'")
print(same(one, two), same(eval("'name_1'"), eval("'name_1'")), same(eval("'x'"), "x"))
made = "".join(["hel", "lo"])
print(same(made, "hello"), sys.intern(made) is sys.intern("hello"), sys._is_interned(made), sys._is_interned(sys.intern("".join(["fresh ", "text"]))))
for kind in [(), "", b"", frozenset()]:
    print(type(kind).__name__, same(kind, type(kind)()))
print(same([], []), same({}, {}), same((1, 2), tuple([1, 2])), same(frozenset({1}), frozenset({1})))
print(same(None, None), same(True, 1 == 1), same(..., Ellipsis), same(bool(0), False))
print(same(1.5, float("1.5")), same("abc"[1], "b"), same(chr(200), chr(200)), same(chr(300), chr(300)), same(b"a"[:1], b"b"[:0] + b"a"))


def f():
    return (1, 2, "x"), 1000, 2.5


print(f()[0] is f()[0], f()[1] is f()[1], f()[2] is f()[2])


def g():
    return 1000


print(f()[1] is g(), "attribute" in dir(type("T", (), {"attribute": 1})))


class Named:
    some_name = 1


print(next(k for k in vars(Named) if k.startswith("some")) is "".join(["some", "_name"]), next(k for k in vars(Named) if k.startswith("some")) is sys.intern("".join(["some", "_name"])))
x = [1, 2, 3]
y = x
z = list(x)
y.append(4)
print(x, y is x, z is x, z == x, id(x) == id(y), id(x) == id(z))
print(id(object()) == id(object()), type(id(x)).__name__)
t = ([1], 2)
before = id(t)
try:
    t[0] += [2]
except TypeError as error:
    print(error, t, id(t) == before)
s = "ab"
before = id(s)
s += "c"
print(id(s) == before, s)
try:
    sys.intern(1)
except TypeError as error:
    print(error)
try:
    sys.intern(type("S", (str,), {})("x"))
except TypeError as error:
    print(error)
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    compile("x is 'literal'", "<w>", "eval")
    compile("x is not 5", "<w>", "eval")
    compile("x is ()", "<w>", "eval")
for w in caught:
    print(w.category.__name__, w.message)
