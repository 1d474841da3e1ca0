"""dataclasses: fields, defaults, ordering, frozen, slots, kw_only, inheritance, replace, InitVar."""

import dataclasses
from dataclasses import KW_ONLY, InitVar, asdict, astuple, dataclass, field, fields, make_dataclass, replace


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@dataclass
class Item:
    name: str
    price: float = 1.5
    tags: list = field(default_factory=list, repr=False)
    count: int = field(default=0, compare=False)
    total: float = field(init=False)

    def __post_init__(self):
        self.total = self.price * 2


a, b = Item("a"), Item("a", count=5)
print(a, a == b, a != Item("b"), a.total, [f.name for f in fields(a)], asdict(a), astuple(b), replace(a, name="z"), attempt(Item), attempt(Item, "a", 1, [], 0, 5), attempt(replace, a, total=1), attempt(lambda: a < b), attempt(hash, a), Item.__match_args__, Item.__doc__)


@dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0
    label: str = field(default="", compare=False)


v = Version(1, 2)
print(v < Version(1, 3), sorted([Version(2), Version(1, 5), Version(1)]), hash(v) == hash(Version(1, 2, "x")), attempt(setattr, v, "major", 5), attempt(delattr, v, "major"), attempt(setattr, v, "new", 1), {v: 1}[Version(1, 2, "other")])


@dataclass(slots=True, kw_only=True)
class Slotted:
    x: int
    y: int = 2


s = Slotted(x=1)
print(s, Slotted.__slots__, hasattr(s, "__dict__"), attempt(Slotted, 1), attempt(setattr, s, "z", 1))


@dataclass
class Base:
    a: int
    b: int = 2
    _: KW_ONLY
    k: int = 5


@dataclass
class Derived(Base):
    c: InitVar[int] = 10
    d: "str" = "d"
    cls_var: "dataclasses.ClassVar[int]" = 3

    def __post_init__(self, c):
        self.a += c


print(Derived(1), Derived(1, k=7, c=0), [f.name for f in fields(Derived)], Derived.cls_var, Derived.__init__.__annotations__)
for source in ["@dataclass\nclass X:\n    a: int = 1\n    b: int", "@dataclass\nclass X:\n    a: list = []", "@dataclass(order=True, eq=False)\nclass X:\n    a: int", "@dataclass\nclass X(Version):\n    z: int = 1", "@dataclass(frozen=True)\nclass X(Item):\n    z: int = 1", "@dataclass\nclass X:\n    a: int = field(default=1, default_factory=int)", "@dataclass\nclass X:\n    a = field(default=1)", "@dataclass(order=True)\nclass X:\n    a: int\n    def __lt__(self, o): pass"]:
    print(attempt(exec, source, {"dataclass": dataclass, "field": field, "Version": Version, "Item": Item}))


@dataclass(repr=False, eq=False, unsafe_hash=False)
class Plain:
    a: int

    def __repr__(self):
        return "custom"


print(Plain(1), Plain(1) == Plain(1), dataclasses.is_dataclass(Plain), dataclasses.is_dataclass(Plain(1)), dataclasses.is_dataclass(5), attempt(fields, 5), attempt(asdict, Plain))
Point = make_dataclass("Point", ["x", ("y", int), ("z", int, field(default=3))], namespace={"norm": lambda self: self.x + self.y + self.z})
print(Point(1, 2), Point(1, 2).norm(), Point.__annotations__["y"], attempt(make_dataclass, "P", ["1a"]), attempt(make_dataclass, "P", ["a", "a"]))


@dataclass
class Tree:
    value: int
    children: list["Tree"] = field(default_factory=list)
    meta: dict = field(default_factory=dict, metadata={"doc": "m"})


t = Tree(1, [Tree(2), Tree(3, [Tree(4)])], {"k": [Tree(5)]})
t.children.append(t) if False else None
print(t, asdict(t), asdict(t, dict_factory=lambda items: sorted(k for k, _ in items)), fields(Tree)[2].metadata["doc"], fields(Tree)[0].type, fields(Tree)[0])
r = Tree(0)
r.children.append(r)
print(r)
import copy
import pickle

print(copy.replace(v, minor=9), copy.deepcopy(t) == t, pickle.loads(pickle.dumps(v)) == v, pickle.loads(pickle.dumps(s)))


@dataclass(match_args=False)
class NoMatch:
    a: int


match a:
    case Item(name, price=p):
        print(name, p, hasattr(NoMatch, "__match_args__"))
