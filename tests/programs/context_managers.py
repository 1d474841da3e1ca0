"""with statements: protocol, suppression, several managers, exceptions in enter and exit, contextlib."""

import contextlib
import io


class CM:
    def __init__(self, name, suppress=False, fail=None):
        self.name, self.suppress, self.fail = name, suppress, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise RuntimeError("enter failed")
        return self.name

    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind.__name__ if kind else None, value, tb is not None)
        if self.fail == "exit":
            raise RuntimeError("exit failed")
        return self.suppress


with CM("a") as a, CM("b") as b:
    print(a, b)
with CM("s", suppress=True):
    raise ValueError("hidden")
with (
    CM("p") as p,
    CM("q", suppress=True),
):
    1 / 0
for fail in ["enter", "exit"]:
    try:
        with CM("outer"), CM("inner", fail=fail):
            print("body")
    except RuntimeError as error:
        print("caught", error, repr(error.__context__))
try:
    with CM("x", fail="exit"):
        raise KeyError("body")
except RuntimeError as error:
    print(error, repr(error.__context__))


def early():
    for i in range(3):
        with CM(f"loop{i}"):
            if i == 0:
                continue
            return i


print(early())
for bad in ["with 5: pass", "with open: pass", "with CM('z') as (u, v): pass", "with CM: pass"]:
    try:
        exec(bad)
    except Exception as error:
        print(type(error).__name__, error)


@contextlib.contextmanager
def managed(name):
    print("start", name)
    try:
        yield name.upper()
    except ValueError as error:
        print("handled", error)
    finally:
        print("stop", name)


with managed("m") as m:
    print(m)
with managed("v"):
    raise ValueError("inside")
try:
    with managed("k"):
        raise KeyError("through")
except KeyError as error:
    print("outside", error)


@managed("decorator")
def decorated(x):
    return x * 2


print(decorated(4), decorated(5))


@contextlib.contextmanager
def no_yield():
    if False:
        yield


@contextlib.contextmanager
def two_yields():
    yield 1
    yield 2


for cm in (no_yield, two_yields):
    try:
        with cm():
            pass
    except RuntimeError as error:
        print(error)
with contextlib.ExitStack() as stack:
    stack.enter_context(CM("one"))
    stack.callback(print, "callback", sep="-")
    stack.push(lambda *exc: print("push", exc[0]) or True)
    names = [stack.enter_context(CM(n)) for n in "xy"]
    raise OSError("in stack")
with contextlib.suppress(KeyError, IndexError):
    {}["a"]
with contextlib.redirect_stdout(io.StringIO()) as captured:
    print("captured text")
print(repr(captured.getvalue()))


class Closable:
    def close(self):
        print("closed")


with contextlib.closing(Closable()):
    pass
with contextlib.nullcontext(5) as five:
    print(five)
stack = contextlib.ExitStack()
stack.enter_context(CM("kept"))
moved = stack.pop_all()
stack.close()
moved.close()


class Deco(contextlib.ContextDecorator):
    def __enter__(self):
        print("deco in")

    def __exit__(self, *exc):
        print("deco out")


@Deco()
def f():
    return "f"


print(f(), isinstance(CM("i"), contextlib.AbstractContextManager))
