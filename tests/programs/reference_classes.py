"""Reference, classes: made by `type`, attributes, C3 and `super`, dunder methods, privacy, metaclasses, decorators, slots, descriptors."""

import sys


class Counter:
    made = 0

    def __init__(self):
        Counter.made += 1
        self.number = Counter.made


a, b = Counter(), Counter()
a.made = "own"
print(a.made, b.made, Counter.made, a.__dict__, vars(b), type(Counter) is type)
del a.made
print(a.made, "made" in Counter.__dict__, "number" in Counter.__dict__)

print("-- order of look-up")


class Data:
    def __set_name__(self, owner, name):
        self.name = name
        print("set_name", owner.__name__, name)

    def __get__(self, obj, owner=None):
        return f"data {self.name} {obj is None}"

    def __set__(self, obj, value):
        print("set", self.name, value)
        obj.__dict__[self.name] = value

    def __delete__(self, obj):
        print("delete", self.name)


class NonData:
    def __get__(self, obj, owner=None):
        return "non-data"


class Both:
    d = Data()
    n = NonData()
    plain = "class"


x = Both()
x.d = 1
x.n = "instance"
x.plain = "instance"
print(x.d, x.n, x.plain, Both.d, Both.n, x.__dict__)
del x.d


class Positive:
    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, obj, owner=None):
        return self if obj is None else getattr(obj, self.slot)

    def __set__(self, obj, value):
        if value <= 0:
            raise ValueError(f"{self.slot[1:]} must be positive")
        setattr(obj, self.slot, value)


class Order:
    price = Positive()

    def __init__(self, price):
        self.price = price

    @property
    def taxed(self):
        return self.price * 1.2

    @taxed.setter
    def taxed(self, value):
        self.price = value / 1.2

    @classmethod
    def free(cls, *args):
        return cls.__name__, args

    @staticmethod
    def plain(*args):
        return args


o = Order(10)
o.taxed = 24
print(o.price, o.taxed, o.free(1), Order.free(2), o.plain(3), Order.plain(4))
for action in [lambda: setattr(o, "price", -1), lambda: delattr(o, "taxed"), lambda: o.missing, lambda: Order.missing, lambda: delattr(o, "nothing")]:
    try:
        action()
    except (ValueError, AttributeError) as error:
        print(type(error).__name__, error)

print("-- the diamond")


class Base:
    def go(self):
        return ["Base"]


class Left(Base):
    def go(self):
        return ["Left"] + super().go()


class Right(Base):
    def go(self):
        return ["Right"] + super().go()


class Bottom(Left, Right):
    def go(self):
        return ["Bottom"] + super().go()


print(Bottom().go(), [c.__name__ for c in Bottom.__mro__], Bottom.mro() == list(Bottom.__mro__), Left().go(), super(Left, Bottom()).go(), Base.__subclasses__())
try:

    class Bad(Base, Left):
        pass
except TypeError as error:
    print(error)
for bases in [(int, str), (bool,), (type(None),), (1,), (Base, Base)]:
    try:
        type("X", bases, {})
    except TypeError as error:
        print(error)

print("-- special methods")


class Vector:
    def __new__(cls, *args):
        print("new", args)
        return super().__new__(cls)

    def __init__(self, *parts):
        print("init", parts)
        self.parts = parts

    def __repr__(self):
        return f"Vector{self.parts}"

    def __eq__(self, other):
        return self.parts == other.parts if isinstance(other, Vector) else NotImplemented

    def __hash__(self):
        return hash(self.parts)

    def __len__(self):
        return len(self.parts)

    def __getitem__(self, key):
        return self.parts[key]

    def __call__(self, f):
        return [f(p) for p in self.parts]

    def __bool__(self):
        return any(self.parts)

    def __contains__(self, item):
        return item in self.parts

    def __getattr__(self, name):
        if name in "xyz":
            return self.parts["xyz".index(name)]
        raise AttributeError(f"no {name}")

    def __format__(self, spec):
        return "<" + ", ".join(format(p, spec) for p in self.parts) + ">"

    def __matmul__(self, other):
        return sum(a * b for a, b in zip(self, other))

    def __lt__(self, other):
        return self.parts < other.parts


v = Vector(1, 2, 3)
print(v, v == Vector(1, 2, 3), v != 1, hash(v) == hash((1, 2, 3)), len(v), v[0], v[-2:], v(lambda p: p * 2), bool(Vector(0)), 2 in v, v.y, f"{v:.1f}", v @ v, sorted([v, Vector(0)]), list(v), v > Vector(0, 1))
try:
    v.w
except AttributeError as error:
    print(error)

print("-- attribute access")


class Demo:
    def __init__(self):
        self.exists = "I exist"

    def __getattr__(self, name):
        print("getattr", name)
        return "default_" + name

    def __getattribute__(self, name):
        print("getattribute", name)
        return super().__getattribute__(name)

    def __setattr__(self, name, value):
        print("setattr", name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        print("delattr", name)
        super().__delattr__(name)


d = Demo()
print(d.exists)
print(d.missing)
del d.exists
print(d.exists)

print("-- private names")


class Parent:
    def __init__(self):
        self.__secret = "parent"
        self._protected = 1
        self.__both__ = 2

    def reveal(self):
        return self.__secret


class Child(Parent):
    def __init__(self):
        super().__init__()
        self.__secret = "child"


c = Child()
print(sorted(vars(c)), c.reveal(), c._Child__secret)
try:
    c.__secret
except AttributeError as error:
    print(error)

print("-- metaclasses")


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **options):
        print("prepare", name, bases, options)
        return {"prepared": True}

    def __new__(mcs, name, bases, space, **options):
        print("new", name, sorted(k for k in space if not k.startswith("__")))
        return super().__new__(mcs, name, bases, space)

    def __init__(cls, name, bases, space, **options):
        print("init", name)
        super().__init__(name, bases, space)

    def __call__(cls, *args, **kwargs):
        print("call", cls.__name__)
        return super().__call__(*args, **kwargs)

    def __instancecheck__(cls, instance):
        return isinstance(instance, int) or super().__instancecheck__(instance)

    def __len__(cls):
        return 7


class WithMeta(metaclass=Meta, option=1):
    value = 1


w = WithMeta()
print(isinstance(5, WithMeta), len(WithMeta), type(WithMeta).__name__, WithMeta.prepared)


class Registry:
    known = {}

    def __init_subclass__(cls, /, tag=None, **rest):
        super().__init_subclass__(**rest)
        Registry.known[tag or cls.__name__] = cls


class One(Registry, tag="uno"):
    pass


class Two(Registry):
    pass


print({k: v.__name__ for k, v in Registry.known.items()})
try:

    class Three(Registry, wrong=1):
        pass
except TypeError as error:
    print(error)


class Field:
    def __init__(self, kind):
        self.kind = kind


class ModelMeta(type):
    def __new__(mcs, name, bases, space):
        fields = {k: v for k, v in space.items() if isinstance(v, Field)}
        for key in fields:
            del space[key]
        cls = super().__new__(mcs, name, bases, space)
        cls.fields = fields
        return cls


class Model(metaclass=ModelMeta):
    def __init__(self, **values):
        for key, field in self.fields.items():
            setattr(self, key, field.kind(values[key]))


class User(Model):
    name = Field(str)
    age = Field(int)


print(vars(User(name="Ada", age="36")), list(User.fields))


def add_repr(cls):
    cls.__repr__ = lambda self: f"{cls.__name__}({', '.join(f'{k}={v!r}' for k, v in vars(self).items())})"
    return cls


@add_repr
class Plain:
    def __init__(self, x):
        self.x = x


print(Plain("y"))

print("-- slots")


class Regular:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


r, s = Regular(1, 2), Slotted(1, 2)
print(r.__dict__, s.x, s.y, sys.getsizeof(r), sys.getsizeof(s), Slotted.__basicsize__, Regular.__basicsize__, type(Slotted.x).__name__)
for action in [lambda: s.__dict__, lambda: setattr(s, "z", 1), lambda: Slotted.__new__(Slotted).x, lambda: __import__("weakref").ref(s)]:
    try:
        action()
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)


class SubSlotted(Slotted):
    __slots__ = ("z", "__weakref__")


class Loose(Slotted):
    pass


print(hasattr(SubSlotted(1, 2), "__dict__"), hasattr(Loose(1, 2), "__dict__"), sys.getsizeof(SubSlotted(1, 2)), sys.getsizeof(Loose(1, 2)))
for slots in ["a b", ("a", 1), ("a", "a-b"), ("__dict__", "__dict__")]:
    try:
        type("S", (), {"__slots__": slots})
        print("made", slots)
    except TypeError as error:
        print(error)
try:
    type("S", (), {"__slots__": ("a",), "a": 1})
except ValueError as error:
    print(error)
