"""Reference, layouts: what `sys.getsizeof` says of the built-in types, of instances, and how containers grow."""

import sys


def size(thing):
    return sys.getsizeof(thing)


print("int", [size(n) for n in (0, 1, -1, 2**30 - 1, 2**30, 2**60, -(2**90), 2**1000)])
print("bool", size(True), size(False), "float", size(1.5), "complex", size(1j), "None", size(None))
print("str", [size(s) for s in ("", "a", "abcdef", "\xe9", "\u20ac", "\U0001f600", "a" * 100, "\xe9" * 100, "\u20ac" * 100, "\U0001f600" * 100)])
print("bytes", [size(b) for b in (b"", b"a", b"abcdef")], "bytearray", [size(bytearray(n)) for n in (0, 1, 10)])
print("tuple", [size(tuple(range(n))) for n in range(5)], "list", [size(list(range(n))) for n in range(12)])
print("set", [size(set(range(n))) for n in (0, 1, 4, 5, 18, 19, 100)], "frozenset", [size(frozenset(range(n))) for n in (0, 4, 5, 100)])
print("dict", [size(dict.fromkeys(range(n))) for n in (0, 1, 5, 6, 10, 11, 21, 22, 100)], [size({str(i): i for i in range(n)}) for n in (0, 1, 5, 6, 11)])
print("range", size(range(10)), "slice", size(slice(1)), "object", size(object()))
print("function", size(lambda: 0), "type", size(type("T", (), {})) > 800, "method", size([].append), "module", size(sys))

print("-- growth")
grown, last = [], None
for i in range(100):
    grown.append(i)
    now = size(grown)
    if now != last:
        print((i + 1, now), end=" ")
        last = now
print()
d, last = {}, None
for i in range(200):
    d[i] = i
    if size(d) != last:
        last = size(d)
        print((i + 1, last), end=" ")
print()
s, last = set(), None
for i in range(200):
    s.add(i)
    if size(s) != last:
        last = size(s)
        print((i + 1, last), end=" ")
print()
print(size([1, 2, 3]), size(list((1, 2, 3))), size([i for i in range(3)]), size([0] * 3), size([*(1, 2, 3)]), size(sorted([3, 2, 1])))
many = list(range(50))
del many[5:]
print(size(many))
many.clear()
print(size(many))


class Plain:
    pass


class WithDict:
    def __init__(self):
        self.a = self.b = 1


class Slots:
    __slots__ = ("a", "b", "c")


class Empty:
    __slots__ = ()


class Weak:
    __slots__ = ("__weakref__",)


class ListChild(list):
    pass


class IntChild(int):
    pass


class TupleChild(tuple):
    __slots__ = ()


print([(c.__name__, size(c()), c.__basicsize__, c.__itemsize__, c.__dictoffset__, c.__weakrefoffset__) for c in (Plain, WithDict, Slots, Empty, Weak, ListChild, IntChild, TupleChild)])
w = WithDict()
print(size(w), size(w.__dict__), size(WithDict().__dict__))
for kind in (int, bool, float, str, bytes, list, tuple, set, dict, type, object, BaseException, type(len), type(lambda: 0)):
    print(kind.__name__, kind.__basicsize__, kind.__itemsize__, kind.__dictoffset__, kind.__weakrefoffset__)


class Sized:
    def __sizeof__(self):
        return 1000


class Wrong:
    def __sizeof__(self):
        return -1


print(size(Sized()), sys.getsizeof(Wrong, 5) > 100)
for bad in (lambda: size(Wrong()), lambda: sys.getsizeof(), lambda: type("B", (), {"__sizeof__": lambda s: "x"})().__sizeof__()):
    try:
        print(bad())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)


def deep(thing, seen=None):
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return 0
    seen.add(id(thing))
    total = size(thing)
    if isinstance(thing, dict):
        total += sum(deep(k, seen) + deep(v, seen) for k, v in thing.items())
    elif isinstance(thing, (list, tuple, set)):
        total += sum(deep(i, seen) for i in thing)
    return total


print(deep([1, [2, "three"], {"four": (5.0,)}]))
print(sys.int_info, sys.float_info.mant_dig, sys.hash_info.width, sys.maxsize == 2**63 - 1, sys.maxunicode)
