"""C3 linearization, super() chains, diamonds, mixins, bases reassigned."""


class Root:
    def who(self):
        return ["Root"]

    def __init__(self, **kw):
        self.kw = kw


class Left(Root):
    def __init__(self, left=None, **kw):
        super().__init__(**kw)
        self.left = left

    def who(self):
        return ["Left"] + super().who()


class Right(Root):
    def __init__(self, right=None, **kw):
        super().__init__(**kw)
        self.right = right

    def who(self):
        return ["Right"] + super().who()


class Bottom(Left, Right):
    def who(self):
        return ["Bottom"] + super().who()


b = Bottom(left=1, right=2, other=3)
print(b.who(), b.left, b.right, b.kw, [c.__name__ for c in Bottom.__mro__])
print(super(Left, b).who(), super(Bottom, b).who(), super(Right, Bottom).who(b), super(Root, b).__init__.__qualname__)


class A:
    pass


class B(A):
    pass


class C(A):
    pass


class D(B, C):
    pass


class E(C, B):
    pass


for bases in [(D, E), (A, B), (object, A), (B, A), (D, B, C, A)]:
    try:
        print([c.__name__ for c in type("X", bases, {}).__mro__])
    except TypeError as error:
        print(error)


class S:
    def method(self):
        return super()

    @classmethod
    def cm(cls):
        return super()

    @staticmethod
    def sm():
        return super()

    def no_cell(self):
        return (lambda: super().__init__)() is not None


s = S()
print(repr(s.method()).split("object")[0], repr(S.cm()), s.method().__thisclass__, s.method().__self__ is s, s.method().__self_class__)
for f in [S.sm, s.no_cell, lambda: super().x, lambda: super(int, "a"), lambda: super(5), lambda: super(S).x, lambda: super(S, s).nope, lambda: super(S, s).__init__(1)]:
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, error)


class Counter(dict):
    def __missing__(self, key):
        return 0


class LogMixin:
    log = []

    def __setitem__(self, key, value):
        self.log.append(key)
        super().__setitem__(key, value)


class LogCounter(LogMixin, Counter):
    pass


lc = LogCounter()
for ch in "hello":
    lc[ch] += 1
print(lc, lc.log, LogCounter.__mro__[1].__name__)


class Flip1:
    name = "one"


class Flip2:
    name = "two"


class Child(Flip1):
    pass


c = Child()
print(c.name)
Child.__bases__ = (Flip2,)
print(c.name, Child.__mro__, Flip1.__subclasses__(), Flip2.__subclasses__())
for new in [(), 5, (5,), (Child,), (int,)]:
    try:
        Child.__bases__ = new
    except TypeError as error:
        print(error)


class Property:
    @property
    def v(self):
        return "base"


class Overrides(Property):
    @property
    def v(self):
        return "over " + super().v

    @Property.v.getter
    def w(self):
        return "w"


print(Overrides().v, Overrides().w)


class New:
    def __new__(cls, *args):
        print("new", cls.__name__, args)
        return super().__new__(cls)


class NewSub(New):
    def __init__(self, *args):
        print("init", args)


NewSub(1, 2)


class ReturnsOther:
    def __new__(cls):
        return 5

    def __init__(self):
        print("never")


print(ReturnsOther(), object.__new__(ReturnsOther).__class__.__name__)
for f in [lambda: object.__new__(), lambda: object.__new__(5), lambda: object.__new__(int), lambda: int.__new__(str), lambda: object.__new__(A, 1), lambda: New.__new__(A).__class__]:
    try:
        print(f())
    except TypeError as error:
        print(error)
