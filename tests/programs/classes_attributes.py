"""Attribute access hooks: __getattr__, __getattribute__, __setattr__, __delattr__, __dir__, and lookup order."""


class Logged:
    def __init__(self):
        self.log = []

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(f"private {name}")
        return f"dynamic {name}"

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        if name != "log":
            self.log.append(f"set {name}={value!r}")

    def __delattr__(self, name):
        self.log.append(f"del {name}")
        object.__delattr__(self, name)


o = Logged()
o.x = 1
o.y = 2
del o.x
print(o.x, o.y, o.log, getattr(o, "_p", "none"), hasattr(o, "_p"), hasattr(o, "q"))
try:
    del o.zzz
except AttributeError as error:
    print(error)


class Everything:
    real = 1

    def __getattribute__(self, name):
        if name == "fail":
            raise AttributeError("custom fail")
        if name == "fallback":
            raise AttributeError(name)
        return ("got", name)

    def __getattr__(self, name):
        return ("getattr", name)


e = Everything()
print(e.real, e.anything, e.fail, e.fallback, e.__dict__, e.__class__, type(e), object.__getattribute__(e, "real"))


class Data:
    def __get__(self, obj, owner):
        return "data", obj is None, owner.__name__

    def __set__(self, obj, value):
        obj.__dict__["stored"] = value

    def __delete__(self, obj):
        obj.__dict__.pop("stored", None)


class NonData:
    def __get__(self, obj, owner=None):
        return "nondata"


class Host:
    d = Data()
    n = NonData()
    c = "class"


h = Host()
print(h.d, Host.d, h.n, h.c)
h.__dict__.update(d="instance d", n="instance n", c="instance c")
print(h.d, h.n, h.c)
h.d = 5
print(h.__dict__["stored"], Host.__dict__["d"].__class__.__name__)
del h.d
print("stored" in h.__dict__)


class Meta(type):
    meta_attr = "meta"
    both = "meta both"

    def __getattr__(cls, name):
        return f"meta getattr {name}"


class WithMeta(metaclass=Meta):
    both = "class both"


print(WithMeta.meta_attr, WithMeta.both, WithMeta.other)
try:
    WithMeta().meta_attr
except AttributeError as error:
    print(error, error.name, error.obj.__class__.__name__)


class Named:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)


class UsesNamed:
    a = Named()
    b = Named()


class BadName:
    def __set_name__(self, owner, name):
        raise ValueError("bad name")


try:
    class UsesBad:
        z = BadName()
except ValueError as error:
    print(error, error.__notes__)


class Dir:
    def __dir__(self):
        return ["b", "a"]


print(dir(Dir()), [n for n in dir(Host) if not n.startswith("__")], sorted(vars(Host()).keys()))


class Mangled:
    __private = 1

    def __method(self):
        return self.__private

    def call(self):
        return self.__method(), [self.__private for _ in range(1)]

    __dunder__ = 2
    _Mangled__x = 3

    def x(self):
        return self.__x


m = Mangled()
print(m.call(), m._Mangled__private, m.__dunder__, m.x(), [n for n in vars(Mangled) if "private" in n])
try:
    m.__private
except AttributeError as error:
    print(error)
import types

mod = types.ModuleType("mod", "doc")
mod.__getattr__ = lambda name: f"module getattr {name}"
mod.__dir__ = lambda: ["z"]
print(mod.x, dir(mod), mod, mod.__doc__, mod.__name__)
