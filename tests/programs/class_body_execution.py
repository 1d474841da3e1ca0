"""What a class body can hold: loops, conditions, nested definitions, exec, names and deletions; order of attributes."""

log = []


def note(value):
    log.append(value)
    return value


class Body(note(object), metaclass=note(type)):
    log.append("start")
    for i in range(3):
        locals()[f"attr{i}"] = i * i
    if i == 2:
        flag = True
    else:
        flag = False
    try:
        1 / 0
    except ZeroDivisionError as error:
        message = str(error)
    with open(__file__) as f:
        first = f.readline()[:3]
    squares = [n * n for n in range(4)]
    total = sum(squares)
    exec("made = 'by exec'")
    x = y = 5
    x += 1
    del y

    def method(self, default=total):
        return default

    alias = method

    class Inner:
        value = "inner"

        def outer_total(self):
            return Body.total

    lam = lambda self: self.flag
    a, (b, *c) = 1, (2, 3, 4)
    log.append("end")
    print(sorted(n for n in locals() if not n.startswith("_")))


print(log, Body.attr2, Body.flag, Body.message, Body.first, Body.total, Body.made, Body.x, hasattr(Body, "y"), hasattr(Body, "error"), Body().method(), Body().alias(1), Body.Inner().outer_total(), Body().lam(), Body.c, Body.i)
print([n for n in vars(Body) if not n.startswith("_")])


def factory(name, bonus):
    class Made:
        label = name

        def get(self):
            return self.label, bonus, __class__

        def set_bonus(self, value):
            nonlocal bonus
            bonus = value

    Made.__name__ = name
    return Made


A, B = factory("A", 1), factory("B", 2)
A().set_bonus(100)
print(A().get(), B().get(), A is B, A.__qualname__, A.get.__qualname__)


class Conditional:
    import sys

    if sys.version_info >= (3,):
        def f(self):
            return "three"
    else:
        def f(self):
            return "two"

    @classmethod
    def create(cls, *, count: int = 2) -> list:
        return [cls() for _ in range(count)]

    @staticmethod
    @note
    def helper():
        return "helped"

    __slots__ = ()
    __doc__ = "set by assignment"


print(Conditional().f(), len(Conditional.create()), Conditional.helper(), Conditional.__doc__, Conditional.sys.__name__, hasattr(Conditional(), "__dict__"))
try:
    class Fails:
        good = 1
        bad = undefined_name
except NameError as error:
    print(error, "Fails" in globals())


class Global:
    global made_global
    made_global = "module level"
    own = made_global


print(made_global, hasattr(Global, "made_global"), Global.own)
n = 10


class Reads:
    n = n + 1
    doubled = n * 2

    def later(self):
        return n


print(Reads.n, Reads.doubled, Reads().later())


class Returns:
    def __new__(cls):
        return [cls.__name__]


print(Returns(), type("Dyn", (), {"__repr__": lambda s: "dyn!"})(), (lambda: type("Anon", (Reads,), {}))().n)
