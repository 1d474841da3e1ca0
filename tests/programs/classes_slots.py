"""__slots__: layout, inheritance, errors, weakrefs, dicts beside slots."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


p = Point(1, 2)
print(p.x, p.y, attempt(lambda: p.z), attempt(setattr, p, "z", 1), attempt(lambda: p.__dict__), hasattr(p, "__weakref__"), Point.__slots__, type(Point.x).__name__, Point.x)
del p.x
print(attempt(lambda: p.x), attempt(delattr, p, "x"), Point.y.__get__(p), Point.x.__name__, Point.x.__objclass__)
Point.x.__set__(p, 9)
print(p.x, attempt(Point.x.__get__, 5), attempt(Point.x.__set__, 5, 1))


class Sub(Point):
    pass


class Sub2(Point):
    __slots__ = "z"


class Sub3(Point):
    __slots__ = ("z", "__dict__", "__weakref__")


s, s2, s3 = Sub(1, 2), Sub2(1, 2), Sub3(1, 2)
s.extra = 5
s2.z = 3
s3.z, s3.other = 3, 4
print(s.__dict__, s2.z, attempt(setattr, s2, "w", 1), s3.__dict__, s3.z, Sub3.__dictoffset__ != 0, Sub2.__basicsize__ - Point.__basicsize__)
import weakref

print(weakref.ref(s3)() is s3, attempt(weakref.ref, p))
for body in ["__slots__ = ('a', 'a')", "__slots__ = 5", "__slots__ = ('1a',)", "__slots__ = (5,)", "__slots__ = ('a',); a = 1", "__slots__ = ('__dict__', '__dict__')", "__slots__ = ['a', 'b']", "__slots__ = {'a': 'doc of a'}", "__slots__ = ()", "__slots__ = '__private'", "__slots__ = ('a b',)"]:
    ns = {}
    print(body, attempt(exec, f"class C:\n    {body}", ns), getattr(ns.get("C"), "__slots__", None))


class Doc:
    __slots__ = {"a": "the a"}


import inspect

print(inspect.getdoc(Doc.a), attempt(type, "X", (int,), {"__slots__": ("a",)}), attempt(type, "X", (tuple,), {"__slots__": ("a",)}), attempt(type, "X", (tuple,), {"__slots__": ()}))


class A:
    __slots__ = ("a",)


class B:
    __slots__ = ("b",)


print(attempt(type, "C", (A, B), {}), attempt(type, "C", (A, Doc), {}))


class D:
    __slots__ = ()


class E(A, D):
    __slots__ = ("e",)


e = E()
e.a, e.e = 1, 2
print(e.a, e.e, E.__mro__)


class F:
    __slots__ = ("v",)


class G:
    __slots__ = ("v",)


class H:
    __slots__ = ("w",)


f = F()
f.v = 1
print(attempt(setattr, f, "__class__", G), attempt(lambda: f.__class__), attempt(setattr, F(), "__class__", H), attempt(setattr, Sub(1, 2), "__class__", Sub2))


class Private:
    __slots__ = ("__x",)

    def __init__(self):
        self.__x = 7

    def get(self):
        return self.__x


print(Private().get(), Private()._Private__x, Private.__slots__)
import copy
import pickle

q = copy.copy(s2)
print(q.x, q.y, q.z, copy.deepcopy(s3).__dict__)
try:
    r = pickle.loads(pickle.dumps(s2))
    print(r.x, r.z)
except Exception as error:
    print(type(error).__name__, error)
print(attempt(pickle.dumps, p, 0), p.__reduce_ex__(2)[2] if False else s2.__getstate__())
