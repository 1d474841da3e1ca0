"""gc: collecting cycles, thresholds, callbacks, referrers and referents, freeze, tracking, debugging."""

import gc


class Node:
    def __init__(self):
        self.ref = None


gc.collect()
gc.disable()
print(gc.isenabled(), gc.get_threshold())
for _ in range(5):
    a, b = Node(), Node()
    a.ref, b.ref = b, a
del a, b
print(gc.collect(), gc.collect())
lst = []
lst.append(lst)
del lst
d = {}
d["d"] = d
del d
print(gc.collect())
events = []


def callback(phase, info):
    events.append((phase, info["generation"], sorted(info)))


gc.callbacks.append(callback)
gc.collect(0)
gc.collect(1)
gc.collect()
gc.callbacks.remove(callback)
print(events)
gc.enable()
gc.set_threshold(100, 5, 5)
print(gc.get_threshold(), len(gc.get_count()), [sorted(s) for s in gc.get_stats()])
gc.set_threshold(2000, 10, 10)
for value in [1, "s", 1.5, None, (), (1, 2), [], {}, {"a": 1}, {"a": []}, set(), Node(), Node, len, lambda: 0, b"x", range(3), frozenset(), iter([]), object(), type]:
    print(type(value).__name__, gc.is_tracked(value), end="; ")
print()
n = Node()
n.ref = [n, 1]
print(n.ref in gc.get_referents(n) or any(isinstance(x, dict) for x in gc.get_referents(n)) or n.ref in gc.get_referents(n), gc.get_referents([1, "a"]), n in gc.get_referents(n.ref), any(r is n.ref for r in gc.get_referrers(n)))
print(len(gc.get_objects()) > 100, gc.get_freeze_count(), gc.freeze(), gc.get_freeze_count() > 0, gc.unfreeze(), gc.get_freeze_count())
print(gc.get_debug(), gc.DEBUG_SAVEALL, gc.garbage)
gc.set_debug(gc.DEBUG_SAVEALL)
x = Node()
x.ref = x
del x
n.ref = None
gc.collect()
print([type(o).__name__ for o in gc.garbage if isinstance(o, Node)])
gc.set_debug(0)
gc.garbage.clear()
gc.collect()


class Fin:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        Fin.log.append(self.name)


f, g = Fin("f"), Fin("g")
f.other, g.other = g, f
print(gc.is_finalized(f))
del f, g
gc.collect()
print(sorted(Fin.log))


class Resurrect:
    keep = []

    def __del__(self):
        Resurrect.keep.append(self)


r = Resurrect()
r.me = r
del r
gc.collect()
print(len(Resurrect.keep), gc.is_finalized(Resurrect.keep[0]))
for bad in [lambda: gc.collect(5), lambda: gc.collect("x"), lambda: gc.set_threshold(), lambda: gc.set_debug("x"), lambda: gc.is_tracked()]:
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
deep = None
for _ in range(200000):
    deep = [deep]
del deep
chain = None
for _ in range(100000):
    chain = (chain, {})
del chain
print(gc.collect() >= 0)
