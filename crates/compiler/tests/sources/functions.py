"""Module docstring.

    Indented.
  Less.
"""
import os, os.path as path, a.b.c as abc
from . import x as y, z
from ..m import *


def plain(a, /, b=1, *args, c, d=2, **kwargs):
    """Doc."""
    return a, b, args, c, d, kwargs


def annotated(a: int, *args: *Ts, b: "str" = None) -> list[int]:
    x: int = 1
    y: undefined
    return x


@decorator
@another(1, 2)
def closure(n):
    total = 0

    def inner(k=n):
        nonlocal total
        total += k
        return lambda: total + k

    del n
    return inner


def generator():
    try:
        x = yield 1
        yield
        y = yield from x
    finally:
        print(x)
    return y


def unbound():
    if cond:
        value = 1
    del value
    try:
        other = value
    except E as e:
        print(e)
    print(e, other)
    for i in x:
        pass
    return i


def calls(f, a, kw):
    f()
    f(1, 2, *a, 3, *a)
    f(*a)
    f(**kw)
    f(x=1, y=2)
    f(1, x=1, **kw, y=2, **kw)
    f.method(1)
    f.method(1, x=2)
    f.method(*a)
    os.path(1)
    f(g(1))(2)[3].x(4)
    (f
     .first(1)
     .second(2))
    all(x for x in a)
    any(not x for x in a if x)
    tuple(x for x in a)
    list(x for x in a)


def many(f):
    f(a1=1, a2=2, a3=3, a4=4, a5=5, a6=6, a7=7, a8=8, a9=9, b1=1, b2=2, b3=3, b4=4, b5=5, b6=6, b7=7)
    f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
      29, 30, 31)


def locals_beyond_64():
    a00 = a01 = a02 = a03 = a04 = a05 = a06 = a07 = a08 = a09 = a10 = a11 = a12 = a13 = a14 = a15 = 0
    a16 = a17 = a18 = a19 = a20 = a21 = a22 = a23 = a24 = a25 = a26 = a27 = a28 = a29 = a30 = a31 = 1
    a32 = a33 = a34 = a35 = a36 = a37 = a38 = a39 = a40 = a41 = a42 = a43 = a44 = a45 = a46 = a47 = 2
    a48 = a49 = a50 = a51 = a52 = a53 = a54 = a55 = a56 = a57 = a58 = a59 = a60 = a61 = a62 = a63 = 3
    if a00:
        a64 = 4
    a65, a66 = a64, a64
    return a64 + a65 + a66 + a63


class Base:
    def method(self):
        return super().method() + super(Base, self).other + super().attr

    @staticmethod
    def static():
        return __class__
# ---
def f():
    """Only a docstring."""


class C:
    """Only a docstring."""


def g():
    "doc"
    "not a doc"
# ---
def f(): pass
# ---
# ---
"Only a docstring"
