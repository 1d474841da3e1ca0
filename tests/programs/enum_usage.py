"""enum: Enum, IntEnum, StrEnum, Flag, IntFlag, auto, aliases, functional API, members with behaviour."""

import enum
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, unique


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Color(Enum):
    RED = 1
    GREEN = auto()
    BLUE = "blue"
    CRIMSON = 1

    @property
    def pretty(self):
        return self.name.title()

    @classmethod
    def first(cls):
        return next(iter(cls))

    def __str__(self):
        return f"Color {self.value}"


print(Color.RED, repr(Color.RED), Color(1), Color["GREEN"], Color.CRIMSON is Color.RED, list(Color), Color.__members__, Color.RED.name, Color.BLUE.value, Color.RED.pretty, Color.first(), len(Color), Color.RED in Color, 1 in Color, "zz" in Color, isinstance(Color.RED, Color), Color.RED == 1, hash(Color.RED) == hash("RED"), type(Color), f"{Color.RED}")
print(attempt(Color, 99), attempt(lambda: Color["NOPE"]), attempt(lambda: Color.NOPE), attempt(setattr, Color, "RED", 5), attempt(setattr, Color.RED, "value", 5), attempt(lambda: Color.RED < Color.GREEN), attempt(delattr, Color, "RED"), attempt(type, "Sub", (Color,), {}), attempt(lambda: Color.RED.GREEN))


class Num(IntEnum):
    ONE = 1
    TWO = 2


class S(StrEnum):
    A = auto()
    B = "bee"


print(Num.ONE + 1, Num.ONE < Num.TWO, repr(Num.ONE), str(Num.ONE), f"{Num.ONE:>3}", Num(2), [10, 20, 30][Num.ONE], int(Num.TWO), S.A, S.B, repr(S.A), S.B.upper(), S("a"), "%s %d" % (S.A, Num.TWO), isinstance(S.A, str), {Num.ONE: "x"}[1], max(Num), sum(Num))


class Perm(Flag):
    R = 4
    W = 2
    X = 1
    RW = R | W


class IP(IntFlag):
    A = auto()
    B = auto()
    C = auto()


print(Perm.R | Perm.X, Perm.RW, Perm(7), Perm(0), ~Perm.R, Perm.R in Perm.RW, list(Perm.RW), bool(Perm.R & Perm.W), Perm.R ^ Perm.RW, attempt(Perm, 8), repr(Perm.R), Perm.RW.name, (Perm.R | Perm.X).name, len(Perm.RW), [m.name for m in Perm])
print(IP.A | IP.B, IP(7), IP.A | 8, IP.A + 1, ~IP.A, IP.C.value, repr(IP(16)), IP.A & 3, str(IP.B), attempt(lambda: Perm.R | 1), IP(5) == 5)
Animal = Enum("Animal", "CAT DOG")
Weird = Enum("Weird", {"a": 10, "b": 20}, module=__name__)
print(list(Animal), Animal.CAT.value, list(Weird), Enum("T", [("x", 1)], type=int).x + 1, IntEnum("I", "p q", start=5).q)
print(attempt(exec, "@unique\nclass D(Enum):\n    A = 1\n    B = 1", globals()), attempt(exec, "class D(Enum):\n    A = 1\n    A = 2", globals()), attempt(exec, "class D(Enum):\n    mro = 1", globals()), attempt(exec, "class D(Enum):\n    _x_ = 1", globals()))


class Planet(Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.39)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius

    @property
    def g(self):
        return round(self.mass / self.radius**2, 4)


print(Planet.EARTH.g, Planet.MARS.mass, Planet((0.64, 3.39)))


class Auto(Enum):
    @staticmethod
    def _generate_next_value_(name, start, count, last):
        return name.lower() + str(count)

    X = auto()
    Y = auto()

    @classmethod
    def _missing_(cls, value):
        return cls.X if value == "?" else None


print(list(Auto), Auto("?"), attempt(Auto, "!"))


class WithFunc(Enum):
    A = enum.member(lambda x: x + 1)
    B = enum.nonmember(5)
    _ignore_ = ["tmp"]
    tmp = 3

    def call(self):
        return self.value(1)


print(WithFunc.A.call(), WithFunc.B, list(WithFunc), hasattr(WithFunc, "tmp"))


class Strict(Flag, boundary=enum.STRICT):
    A = 1


class Conform(Flag, boundary=enum.CONFORM):
    A = 1


print(attempt(Strict, 2), Conform(3), enum.verify, dir(Num)[-3:], [n for n in dir(Color.RED) if not n.startswith("_")])
import pickle

print(pickle.loads(pickle.dumps(Color.RED)) is Color.RED, pickle.loads(pickle.dumps(Perm.RW)), Color.__doc__, Color.RED.__doc__, enum.show_flag_values(7))


@enum.global_enum
class G(IntEnum):
    GG = 3


print(repr(G.GG), str(G.GG), Color._member_names_, Color._value2member_map_[1], Num.ONE.__reduce_ex__(2)[0].__name__)
