"""weakref: ref, proxy, callbacks, WeakValueDictionary, WeakKeyDictionary, WeakSet, WeakMethod."""

import gc
import weakref


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Obj:
    def __init__(self, name):
        self.name = name

    def method(self):
        return f"method of {self.name}"

    def __repr__(self):
        return f"Obj({self.name})"

    def __len__(self):
        return 3

    def __eq__(self, o):
        return isinstance(o, Obj) and self.name == o.name

    def __hash__(self):
        return hash(self.name)


o = Obj("o")
r1, r2 = weakref.ref(o), weakref.ref(o)
r3 = weakref.ref(o, lambda r: print("r3 dead", r is r3))
print(r1 is r2, r1 is r3, r1() is o, r1 == weakref.ref(Obj("o")), hash(r1) == hash(o), weakref.getweakrefcount(o), len(weakref.getweakrefs(o)), r1.__callback__, r3.__callback__ is not None)
p = weakref.proxy(o)
print(p.name, len(p), p.method(), type(p).__name__, p == o, attempt(hash, p), isinstance(p, Obj), str(p))
p.name = "renamed"
print(o.name, weakref.proxy(len.__class__) is not None, callable(weakref.proxy(Obj)))
m = weakref.WeakMethod(o.method)
print(m()(), m == weakref.WeakMethod(o.method))
del o
print(r1(), m(), attempt(lambda: p.name), attempt(str, p).split(":")[0], repr(r1).split(" at")[0], r1 == r2, attempt(hash, weakref.ref(Obj("gone"))))
for bad in [5, "s", (1,), None, [1], {}, 1.5]:
    print(type(bad).__name__, attempt(weakref.ref, bad).split(" at")[0])
for good in [len, Obj, {1}, frozenset([1]), (x for x in ()), lambda: 0, type, weakref, Obj.method, Obj("b").method, __import__("re").compile("a"), __import__("collections").deque()]:
    print(type(good).__name__, weakref.ref(good)() is good, end="; ")
print()
wv = weakref.WeakValueDictionary()
a, b = Obj("a"), Obj("b")
wv["a"], wv["b"], wv["t"] = a, b, Obj("temp")
print(sorted(wv), len(wv), wv.get("t"), wv["a"], "t" in wv, sorted(wv.items()) if False else sorted(k for k, v in wv.items()), attempt(wv.__setitem__, "x", 5))
del a
print(sorted(wv.keys()), wv.pop("b"), len(wv), wv.setdefault("c", b), dict(wv))
wk = weakref.WeakKeyDictionary()
k = Obj("k")
wk[k] = 1
wk[Obj("tmp")] = 2
print(len(wk), wk[k], list(wk), wk.get(Obj("k")), k in wk, attempt(wk.__getitem__, Obj("zz")), attempt(lambda: wk[5]))
del k
print(len(wk))
ws = weakref.WeakSet()
s1 = Obj("s1")
ws.add(s1)
ws.add(Obj("s2"))
print(len(ws), s1 in ws, list(ws), ws | {b}, ws.copy() == ws)
del s1
print(len(ws), ws.__class__)


class Sub(weakref.ref):
    __slots__ = ("extra",)

    def __new__(cls, obj, cb=None, extra=None):
        self = super().__new__(cls, obj, cb)
        self.extra = extra
        return self

    def __init__(self, obj, cb=None, extra=None):
        super().__init__(obj, cb)


s = Sub(b, extra=9)
print(s(), s.extra, weakref.ref(b) is s)
order = []
x = Obj("x")
refs = [weakref.ref(x, lambda r, i=i: order.append(i)) for i in range(4)]
del x
print(order)


class Cyc:
    pass


c = Cyc()
c.me = c
rc = weakref.ref(c, lambda r: print("cycle callback"))
del c
gc.collect()
print(rc(), attempt(weakref.ref), attempt(weakref.ref, Cyc, None, None), attempt(weakref.proxy, 5))
