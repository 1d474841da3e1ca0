"""Metaclasses: __prepare__, __new__, __init__, __call__, keywords, conflicts, __init_subclass__, __class_getitem__, mro()."""


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"injected": 42}

    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")))
        return super().__new__(mcs, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        print("init", name)
        super().__init__(name, bases, ns)

    def __call__(cls, *args, **kw):
        print("call", cls.__name__, args)
        return super().__call__(*args, **kw)

    def __len__(cls):
        return 7

    def __getitem__(cls, item):
        return f"{cls.__name__}[{item}]"

    def __instancecheck__(cls, obj):
        return obj == "magic" or super().__instancecheck__(obj)

    def __subclasscheck__(cls, sub):
        return sub is int or super().__subclasscheck__(sub)

    @property
    def prop(cls):
        return "prop of " + cls.__name__


class A(metaclass=Meta, option=1):
    x = 1

    def __init__(self, v=0):
        self.v = v


class B(A, extra="e"):
    pass


print(A.injected, B(5).v, len(A), A["k"], isinstance("magic", A), issubclass(int, A), issubclass(B, A), isinstance(1, A), A.prop, type(A), type(B))


class Base:
    registry = []

    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag
        Base.registry.append((cls.__name__, tag))


class C1(Base, tag="one"):
    pass


class C2(C1):
    pass


print(Base.registry, C2.tag)
for source in ["class X(Base, nope=1): pass", "class X(metaclass=5): pass", "class M1(type): pass\nclass M2(type): pass\nclass P(metaclass=M1): pass\nclass Q(metaclass=M2): pass\nclass R(P, Q): pass", "class X(int, str): pass", "class X(A, A): pass", "class X(object, A): pass", "class X(5): pass", "class X(True): pass", "class X(bool): pass", "class X(type(None)): pass", "class X(*[]): pass", "class X(lambda: 1): pass", "type('X', (), 5)", "type('X', 5, {})", "type(5, (), {})", "type('X', (int, float), {})", "type()", "type(1, 2)", "type('a\\0b', (), {})"]:
    try:
        exec(source)
        print(source.splitlines()[-1], "ok")
    except Exception as error:
        print(source.splitlines()[-1], "->", type(error).__name__, error)


class Singleton(type):
    _instances = {}

    def __call__(cls, *a):
        if cls not in cls._instances:
            cls._instances[cls] = super().__call__(*a)
        return cls._instances[cls]


class Config(metaclass=Singleton):
    def __init__(self, v=None):
        self.v = v


print(Config(1) is Config(2), Config().v)


class Generic1:
    def __class_getitem__(cls, item):
        return cls.__name__, item


print(Generic1[int], Generic1[1, 2])


class MyMro(type):
    def mro(cls):
        return [cls, *reversed(super().mro()[1:-1]), object]


class P1:
    who = "P1"


class P2:
    who = "P2"


class R(P1, P2, metaclass=MyMro):
    pass


print([c.__name__ for c in R.__mro__], R.who)


class Ordered(dict):
    def __setitem__(self, key, value):
        if not key.startswith("__"):
            print("define", key)
        super().__setitem__(key, value)


class Watch(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return Ordered()


class W(metaclass=Watch):
    b = 1
    a = 2

    def c(self):
        pass


def function_meta(name, bases, ns):
    return f"made {name} with {sorted(k for k in ns if not k.startswith('__'))}"


class F(metaclass=function_meta):
    z = 1


print(F)


class Sub:
    def __mro_entries__(self, bases):
        return (P1, P2)


class UsesEntries(Sub()):
    pass


print(UsesEntries.__bases__, UsesEntries.__orig_bases__[0].__class__.__name__, type.__call__(int, "5"), type(type), type.__mro__, object.__class__)
import types

print(types.new_class("N", (P1,), {}, lambda ns: ns.update(q=1)).q, types.prepare_class("N", (A,), {"metaclass": Meta})[0].__name__, types.resolve_bases((Sub(), int)))
