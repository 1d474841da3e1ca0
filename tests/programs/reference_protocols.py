"""Reference, abstract classes and protocols: `abc`, virtual subclasses, `Protocol`, the protocols of the language."""

import abc
import collections.abc as cabc
import contextlib
from typing import Protocol, runtime_checkable


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...

    @property
    @abc.abstractmethod
    def name(self): ...

    @classmethod
    @abc.abstractmethod
    def unit(cls): ...

    def describe(self):
        return f"{self.name}: {self.area()}"


class Square(Shape):
    name = "square"

    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2

    @classmethod
    def unit(cls):
        return cls(1)


class Half(Shape):
    def area(self):
        return super().area()


print(Square(3).describe(), Square.unit().area(), sorted(Shape.__abstractmethods__), sorted(Half.__abstractmethods__))
for cls in (Shape, Half):
    try:
        cls()
    except TypeError as error:
        print(error)


class Duck:
    def quack(self):
        return "quack"


class Quacker(abc.ABC):
    @classmethod
    def __subclasshook__(cls, other):
        if cls is Quacker:
            return any("quack" in vars(c) for c in other.__mro__) or NotImplemented
        return NotImplemented


print(issubclass(Duck, Quacker), isinstance(Duck(), Quacker), isinstance(5, Quacker), Quacker in Duck.__mro__)


class Virtual:
    pass


print(isinstance(Virtual(), Shape))
print(Shape.register(Virtual) is Virtual, isinstance(Virtual(), Shape), issubclass(Virtual, Shape), Virtual.__mro__, hasattr(Virtual, "area"))
try:
    Square.register(Shape)
except RuntimeError as error:
    print(error)


@runtime_checkable
class Closes(Protocol):
    limit: int

    def close(self) -> None: ...


class Resource:
    limit = 5

    def close(self):
        return "closed"


class Plain(Protocol):
    def close(self): ...


print(isinstance(Resource(), Closes), isinstance(Duck(), Closes), isinstance(Resource, Closes))
for check in [lambda: isinstance(Resource(), Plain), lambda: issubclass(Resource, Closes), lambda: Closes(), lambda: issubclass(Resource, 5)]:
    try:
        print(check())
    except TypeError as error:
        print(error)

print("-- iterables, sequences, mappings")


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        while self.n:
            yield self.n
            self.n -= 1


class Steps(cabc.Sequence):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(self.n))]
        if not -self.n <= i < self.n:
            raise IndexError(i)
        return (i % self.n) * 10


s = Steps(4)
print(list(Countdown(3)), isinstance(Countdown(1), cabc.Iterable), isinstance(Countdown(1), cabc.Iterator))
print(list(s), list(reversed(s)), 20 in s, s.index(30), s.count(0), s[1:3], isinstance(s, cabc.Reversible))


class Lower(cabc.MutableMapping):
    def __init__(self):
        self.store = {}

    def __getitem__(self, k):
        return self.store[k.lower()]

    def __setitem__(self, k, v):
        self.store[k.lower()] = v

    def __delitem__(self, k):
        del self.store[k.lower()]

    def __iter__(self):
        return iter(self.store)

    def __len__(self):
        return len(self.store)


m = Lower()
m.update({"A": 1}, B=2)
print(dict(m), m.pop("a"), m.setdefault("C", 3), "b" in m, sorted(m.keys() | {"z"}), m == {"b": 2, "c": 3}, m.popitem())


class Bits(cabc.MutableSet):
    def __init__(self, items=()):
        self.items = list(dict.fromkeys(items))

    def __contains__(self, x):
        return x in self.items

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def add(self, x):
        if x not in self.items:
            self.items.append(x)

    def discard(self, x):
        if x in self.items:
            self.items.remove(x)


t = Bits([1, 2, 3])
t |= {4}
t ^= {1, 9}
print(list(t), list(t & [2, 3]), list(t - {2}), t <= {2, 3, 4, 9, 10}, t.isdisjoint([7]))
for name in ["Container", "Hashable", "Iterable", "Iterator", "Generator", "Sized", "Callable", "Collection", "Sequence", "MutableSequence", "Set", "Mapping", "MappingView", "Awaitable", "Buffer", "Reversible"]:
    kind = getattr(cabc, name)
    print(name, [type(v).__name__ for v in (1, "s", b"", [], (), {}, set(), range(1), {}.keys(), iter([]), (i for i in ()), len) if isinstance(v, kind)], sorted(kind.__abstractmethods__))

print("-- context managers")


class Managed:
    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, kind, value, tb):
        print("exit", kind and kind.__name__, value)
        return kind is KeyError


with Managed() as one, Managed():
    print("body")
with Managed():
    raise KeyError("swallowed")


@contextlib.contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name.upper()
    finally:
        print(f"</{name}>")


with tag("b") as upper:
    print(upper)
with contextlib.ExitStack() as stack:
    stack.enter_context(tag("i"))
    stack.callback(print, "callback")
    stack.push(lambda *exc: print("pushed", exc[0]))
print(isinstance(Managed(), contextlib.AbstractContextManager), isinstance(5, contextlib.AbstractContextManager))
try:
    with Duck():
        pass
except TypeError as error:
    print(error)
