"""__del__: order, resurrection, errors, at exit; weakref callbacks and finalize."""

import gc
import sys
import weakref


class Loud:
    def __init__(self, name, link=None):
        self.name, self.link = name, link

    def __del__(self):
        print("del", self.name)


chain = Loud("a", Loud("b", Loud("c")))
chain = None
saved = []


class Phoenix:
    def __del__(self):
        print("resurrect")
        saved.append(self)


p = Phoenix()
del p
print(len(saved))
saved.clear()
print("gone for good")


class Failing:
    def __del__(self):
        raise ValueError("in del")


old_hook = sys.unraisablehook
sys.unraisablehook = lambda u: print("unraisable", repr(u.exc_value), u.err_msg, u.object is not None)
Failing()
sys.unraisablehook = old_hook
a, b = Loud("cycle a"), Loud("cycle b")
a.link, b.link = b, a
ref = weakref.ref(a, lambda r: print("callback", r() is None))
del a, b
print("before collect", ref() is not None)
print(gc.collect() > 0)


class Target:
    pass


t = Target()
fin = weakref.finalize(t, print, "finalize", "called", sep=":")
print(fin.alive, fin.peek()[1])
del t
print(fin.alive, fin())
u = Target()
fin2 = weakref.finalize(u, print, "detached")
fin2.detach()
del u
v = Target()
weakref.finalize(v, print, "at exit finalize")


def gen():
    try:
        yield
    finally:
        print("generator finally")


g = gen()
next(g)
del g


class Ctx:
    def __enter__(self):
        return Loud("ctx value")

    def __exit__(self, *a):
        print("exit ctx")


with Ctx() as value:
    pass
del value


def f():
    x = Loud("x in f")
    y = Loud("y in f")
    return "returned"


print(f())
print(gc.isenabled(), gc.garbage)
kept = Loud("module global kept until exit")
import atexit

atexit.register(print, "atexit runs before globals die")
