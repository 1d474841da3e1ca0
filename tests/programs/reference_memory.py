"""Reference, memory: reference counts, the collector of cycles, generations, callbacks, weak references."""

import gc
import sys
import weakref

a = []
b = a
c = b
print(f"Ref count of [] is {sys.getrefcount(a) - 1}")
del b
print(sys.getrefcount(a) - 1)
del c
print(sys.getrefcount(a) - 1)
print(sys.getrefcount(None) > 1 << 30, sys.getrefcount(1) > 1 << 30, sys._is_immortal(1), sys._is_immortal([]))


def count(obj):
    return sys.getrefcount(obj) - 2


data = [1, 2, 3]
print(count(data))
holder = {"k": data, "l": [data, data]}
print(count(data))
holder.clear()
print(count(data))
print(sys.getrefcount([]), sys.getrefcount(object()))


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("freed", self.name)


x = Loud("first")
x = Loud("second")
y = x
del x
print("still there")
y = None
print("gone")


def scope():
    Loud("temporary")
    local = Loud("local")
    print("leaving")


scope()

print("-- cycles")


class Node:
    def __init__(self, value):
        self.value = value
        self.next = None

    def __del__(self):
        print("collected", self.value)


gc.collect()
gc.disable()
n1, n2 = Node(1), Node(2)
n1.next, n2.next = n2, n1
watch = weakref.ref(n1, lambda ref: print("callback", ref() is None))
del n1, n2
print("unreachable but there", watch() is not None)
print(gc.collect() >= 2, watch())
gc.enable()
print(gc.isenabled(), gc.get_threshold(), [type(n) for n in gc.get_count()], len(gc.get_stats()), sorted(gc.get_stats()[0]))
print(gc.collect(0) >= 0, gc.collect(1) >= 0, gc.collect(2) >= 0)
for wrong in (3, -1):
    try:
        gc.collect(wrong)
    except ValueError as error:
        print(error)

print("-- what the collector watches")
for thing in [1, 1.5, "s", b"", None, [], (), (1, 2), ([],), {}, {"a": 1}, {1}, Node, len, lambda: 0, iter([]), object(), range(3), slice(1)]:
    print(type(thing).__name__, gc.is_tracked(thing), end="; ")
print()
inner = []
outer = [inner, (inner,)]
print(gc.get_referents(outer) == [inner, (inner,)], any(r is outer for r in gc.get_referrers(inner)))

print("-- callbacks and thresholds")
events = []


def note(phase, info):
    events.append((phase, info["generation"], sorted(info)))


gc.callbacks.append(note)
gc.collect(1)
gc.callbacks.remove(note)
print(events)
old = gc.get_threshold()
gc.set_threshold(500, 5, 5)
print(gc.get_threshold())
gc.set_threshold(*old)
gc.set_debug(gc.DEBUG_SAVEALL)
cycle = []
cycle.append(cycle)
del cycle
gc.collect()
print(gc.get_debug() == gc.DEBUG_SAVEALL, any(isinstance(g, list) and g and g[0] is g for g in gc.garbage))
gc.set_debug(0)
gc.garbage.clear()
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count())

print("-- weak references")


class Big:
    def __init__(self, n):
        self.n = n

    def __repr__(self):
        return f"Big({self.n})"


cache = weakref.WeakValueDictionary()
one = cache["one"] = Big(1)
cache["two"] = Big(2)
print(dict(cache), "two" in cache)
del one
print(len(cache))
keys = weakref.WeakKeyDictionary()
k = Big(3)
keys[k] = "data"
print(list(keys.items()))
del k
print(len(keys))
members = weakref.WeakSet()
kept = Big(4)
members.add(kept)
members.add(Big(5))
print(members.data and len(members))
proxy = weakref.proxy(kept)
print(proxy.n, weakref.getweakrefcount(kept), type(proxy).__name__)
finish = weakref.finalize(kept, print, "finalized", 4)
method = weakref.WeakMethod(kept.__repr__)
print(method()(), finish.alive)
del kept
print(finish.alive, method())
try:
    proxy.n
except ReferenceError as error:
    print("ReferenceError", error)
for thing in [1, "s", (), [], None]:
    try:
        weakref.ref(thing)
    except TypeError as error:
        print(error)


class Phoenix:
    saved = []

    def __del__(self):
        Phoenix.saved.append(self)
        print("rises")


Phoenix()
print(len(Phoenix.saved))
Phoenix.saved.clear()
print("end")
