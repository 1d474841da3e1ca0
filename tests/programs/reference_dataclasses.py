"""Reference, dataclasses and records: generated methods, fields, `__post_init__`, `NamedTuple`, `TypedDict`, `enum`."""

import collections
import enum
from dataclasses import KW_ONLY, FrozenInstanceError, InitVar, asdict, astuple, dataclass, field, fields, is_dataclass, make_dataclass, replace
from typing import ClassVar, NamedTuple, NotRequired, Required, TypedDict, get_type_hints


@dataclass(order=True)
class Item:
    sort: float = field(init=False, repr=False)
    name: str
    price: float = 1.0
    tags: list[str] = field(default_factory=list, compare=False, metadata={"unit": "none"})
    kind: ClassVar[str] = "thing"
    scale: InitVar[int] = 1

    def __post_init__(self, scale):
        self.sort = self.price * scale


a, b = Item("pen", 2.0), Item("ink", 2.0, ["x"], 3)
print(a, b, a == b, a < b, Item("pen", 2.0) == a, sorted([b, a]), a.tags is not Item("q").tags)
print([(f.name, f.type, f.init, f.repr, f.compare, dict(f.metadata)) for f in fields(Item)])
print(asdict(b), astuple(a), replace(a, name="cap", scale=2), is_dataclass(Item), is_dataclass(a), Item.__match_args__, Item.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    x: int
    y: int = 0


p = Point(x=1)
print(p, hash(p) == hash((1, 0)), {p: 1}[Point(x=1)], Point.__slots__)
for action in [lambda: setattr(p, "x", 2), lambda: Point(1), lambda: Point(), lambda: setattr(p, "z", 1), lambda: hash(a), lambda: a < 1, lambda: replace(p, q=1)]:
    try:
        action()
        print("fine")
    except (FrozenInstanceError, TypeError, AttributeError) as error:
        print(type(error).__name__, error)


@dataclass
class Base:
    one: int
    _: KW_ONLY
    two: int = 2


@dataclass
class Derived(Base):
    three: int = 3


print(Derived(1, 4), Derived(1, two=5, three=6))
for body in ["x: int = 0\n    y: int", "x: list = []", "x: int = field(default=1, default_factory=int)"]:
    try:
        exec(f"@dataclass\nclass Bad:\n    {body}", globals())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
Made = make_dataclass("Made", ["a", ("b", int), ("c", int, 5)], namespace={"total": lambda self: self.b + self.c})
print(Made("x", 1), Made("x", 1).total())
match a:
    case Item(name, price=price):
        print("matched", name, price)


class Employee(NamedTuple):
    """Somebody."""

    name: str
    id: int = 3

    def tag(self):
        return f"{self.id}:{self.name}"


e = Employee("Guido")
print(e, e[0], e.id, e.tag(), e._asdict(), e._replace(id=4), Employee._fields, Employee._field_defaults, Employee._make(["x", 1]), e == ("Guido", 3))
Old = collections.namedtuple("Old", "a b class", rename=True, defaults=[1, 2])
print(Old(0), Old._fields)
try:
    e.name = "x"
except AttributeError as error:
    print(error)


class Movie(TypedDict, total=False):
    title: Required[str]
    year: int
    rating: NotRequired[float]


print(Movie(title="x"), Movie.__required_keys__, sorted(Movie.__optional_keys__), Movie.__total__, get_type_hints(Movie), type(Movie(title="y")).__name__)


class Color(enum.Enum):
    RED = 1
    GREEN = enum.auto()
    CRIMSON = 1

    @property
    def short(self):
        return self.name[0]


class Perm(enum.Flag):
    R = enum.auto()
    W = enum.auto()
    RW = R | W


print(list(Color), Color(2), Color["RED"], Color.CRIMSON is Color.RED, Color.RED.short, repr(Perm.R | Perm.W), Perm.R in Perm.RW, Perm(0), ~Perm.R)
try:
    Color(9)
except ValueError as error:
    print(error)
