"""Reference, looking at running objects: `inspect`, signatures, sources, members, `dir`, `vars`, `getattr`."""

import inspect
import types


class Robot:
    """A robot."""

    kind = "machine"

    def __init__(self, name, *, speed: int = 3):
        self.name = name
        self._speed = speed

    # Walks a little.
    def walk(self, steps: int = 1, /) -> str:
        """Go forward.

        Carefully.
        """
        return f"{self.name} walks {steps}"

    @property
    def speed(self):
        """How fast."""
        return self._speed

    @classmethod
    def build(cls, n):
        return cls(f"r{n}")

    @staticmethod
    def helper(x):
        return x

    async def charge(self):
        pass


def generate():
    yield 1


r = Robot("robby")
print(inspect.getsource(Robot.walk))
print(inspect.getcomments(Robot.walk), inspect.getdoc(Robot.walk), inspect.getdoc(r), inspect.getsourcelines(generate))
print(inspect.getfile(Robot) == __file__, inspect.getmodule(Robot).__name__, inspect.getsource(Robot).count("def "))
for thing in (Robot, Robot.walk, r.walk, Robot.build, Robot.helper, generate, len, print, int, dict.get, str.join, sorted, type, "".split):
    try:
        print(getattr(thing, "__name__", thing), inspect.signature(thing))
    except (ValueError, TypeError) as error:
        print(getattr(thing, "__name__", thing), type(error).__name__, error)
sig = inspect.signature(Robot.__init__)
for name, p in sig.parameters.items():
    print(name, p.kind.description, p.default is inspect.Parameter.empty, p.annotation)
bound = sig.bind(r, "x", speed=9)
print(bound.arguments["name"], bound.kwargs, bound.args[1:])
bound = inspect.signature(lambda a, b=2, *c, d=4, **e: 0).bind_partial(1)
bound.apply_defaults()
print(bound.arguments)
try:
    sig.bind()
except TypeError as error:
    print(error)
print(inspect.signature(Robot.walk).replace(return_annotation=int), inspect.Signature([inspect.Parameter("q", inspect.Parameter.KEYWORD_ONLY)]))
print([name for name, value in inspect.getmembers(r, inspect.ismethod)], [n for n, _ in inspect.getmembers(Robot, inspect.isfunction)])
print([(a.name, a.kind, a.defining_class.__name__) for a in inspect.classify_class_attrs(Robot) if not a.name.startswith("__")])
checks = [n for n in dir(inspect) if n.startswith("is") and callable(getattr(inspect, n))]
samples = [Robot, r, r.walk, Robot.walk, generate, generate(), Robot.charge, len, inspect, Robot.__dict__["speed"], Robot.walk.__code__, int.__add__, (1).__add__, types.SimpleNamespace.__init__, int.real]
for sample in samples:
    print(type(sample).__name__, [c for c in checks if c not in ("iskeyword",) and getattr(inspect, c)(sample)])
print(sorted(set(dir(r)) - set(dir(object))), vars(r), getattr(r, "nope", "default"), hasattr(r, "speed"))
print(inspect.getattr_static(r, "speed"), inspect.getclasstree([Robot, bool])[0])
print(inspect.getmro(bool), inspect.getfullargspec(Robot.__init__), inspect.cleandoc("  a\n    b\n   c"))
g = generate()
print(inspect.getgeneratorstate(g), next(g), inspect.getgeneratorstate(g), inspect.getgeneratorlocals(g))
counter = 0


def closure():
    kept = 1

    def use():
        return kept, counter, undefined_name, len

    return use


print(inspect.getclosurevars(closure()))
print(inspect.indentsize("    x"), inspect.isabstract(Robot), inspect.unwrap(len) is len)


def callsite():
    frame = inspect.currentframe().f_back
    info = inspect.getframeinfo(frame, context=3)
    return info.function, info.code_context[1].strip(), info.index, info.positions.lineno == info.lineno


print(callsite())
try:
    inspect.getsource(len)
except TypeError as error:
    print(error)
try:
    inspect.getsource(eval("lambda: 0"))
except OSError as error:
    print(error)
