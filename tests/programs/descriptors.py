"""Descriptors: property, classmethod, staticmethod, functions, cached_property, custom; their attributes."""

import functools


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Typed:
    def __init__(self, kind, default=None):
        self.kind, self.default = kind, default

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, owner=None):
        return self if obj is None else getattr(obj, self.name, self.default)

    def __set__(self, obj, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name[1:]} must be {self.kind.__name__}, not {type(value).__name__}")
        setattr(obj, self.name, value)

    def __delete__(self, obj):
        delattr(obj, self.name)


class Person:
    name = Typed(str, "nobody")
    age = Typed(int)

    def __init__(self, name, age):
        self.name, self.age = name, age


p = Person("Ann", 30)
print(p.name, p.age, attempt(setattr, p, "age", "x"), attempt(setattr, p, "name", 5), vars(p), type(Person.name).__name__)
del p.name
print(p.name, attempt(delattr, p, "name"))


class Temp:
    def __init__(self, c):
        self._c = c

    @property
    def f(self):
        "Fahrenheit."
        return self._c * 9 / 5 + 32

    @f.setter
    def f(self, v):
        self._c = (v - 32) * 5 / 9

    def get_c(self):
        return self._c

    c = property(get_c, doc="Celsius.")
    w = property(fset=lambda self, v: None)

    @property
    def broken(self):
        return self.nope

    @functools.cached_property
    def slow(self):
        print("computing")
        return self._c * 1000


t = Temp(100)
t.f = 32
print(t.f, t.c, Temp.f.__doc__, Temp.c.__doc__, Temp.f.fget.__name__, Temp.f.fset.__name__, Temp.f.fdel, Temp.f.__name__, type(Temp.f))
print(attempt(setattr, t, "c", 1), attempt(delattr, t, "c"), attempt(lambda: t.w), attempt(delattr, t, "f"), attempt(lambda: t.broken), t.slow, t.slow, "slow" in vars(t))
print(Temp.f.__get__(t), Temp.f.__get__(None, Temp) is Temp.f, Temp.f.getter(None).fget, attempt(property().__get__, t), property.__doc__.splitlines()[0], Temp.f.__isabstractmethod__)


class K:
    @classmethod
    def cm(cls):
        "cm doc"
        return cls.__name__

    @staticmethod
    def sm():
        "sm doc"
        return "static"

    def m(self):
        return self


class L(K):
    pass


print(K.cm(), L.cm(), L().cm(), K.sm(), K().sm(), K.__dict__["cm"].__func__.__name__, K.__dict__["sm"].__wrapped__.__name__, K.__dict__["cm"].__doc__, K.cm.__self__, K.__dict__["sm"]())
f = K.__dict__["m"]
print(f.__get__(None, K) is f, f.__get__(5)(), attempt(f.__get__, None, None), attempt(K.m), K.m is f, type(K().m).__name__, repr(K.cm).split(" at")[0], repr(K.__dict__["cm"]).split(" at")[0], repr(K.__dict__["sm"]).split(" at")[0])
print(str.upper.__get__("abc")(), type(str.upper), type("".upper), type(str.__add__), type("".__add__), type(int.real), type(type.__dict__["__name__"]) if False else type(type.__dict__["__doc__"]), attempt(str.upper.__get__, 5), int.real.__get__(5), attempt(int.real.__set__, 5, 1), int.__add__.__get__(5)(6), str.upper.__objclass__, str.upper.__name__, str.upper.__qualname__, "".upper.__self__ == "")
print(dict.fromkeys.__self__, type(dict.__dict__["fromkeys"]), repr(str.join), repr(str.__len__), repr(int.real), repr(type(f).__code__), attempt(dict.__dict__["fromkeys"], 5))


class Lazy:
    def __init__(self, f):
        self.f = f

    def __get__(self, obj, owner):
        if obj is None:
            return self
        value = obj.__dict__[self.f.__name__] = self.f(obj)
        return value


class UsesLazy:
    @Lazy
    def data(self):
        print("load")
        return [1]


u = UsesLazy()
print(u.data, u.data is u.data)


class DynamicProp(property):
    """sub of property"""


class M:
    x = DynamicProp(lambda self: 5)


print(M().x, type(M.x).__name__)


class PartialMethod:
    def act(self, a, b):
        return a, b

    one = functools.partialmethod(act, 1)


print(PartialMethod().one(2), attempt(PartialMethod().one))


class SetOnly:
    def __set__(self, obj, value):
        obj.__dict__["s"] = value * 2


class UsesSetOnly:
    s = SetOnly()


so = UsesSetOnly()
print(type(so.s).__name__)
so.s = 4
print(so.s, attempt(delattr, so, "s"))
