"""Mutation behind the interpreter's back: containers changed during iteration, comparison, sorting and hashing."""


def attempt(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Evil:
    def __init__(self, action, result=False):
        self.action, self.result = action, result

    def __eq__(self, other):
        self.action()
        return self.result

    def __lt__(self, other):
        self.action()
        return False

    def __hash__(self):
        return 1

    def __repr__(self):
        self.action()
        return "Evil"

    def __index__(self):
        self.action()
        return 0

    def __del__(self):
        pass


a = [0] * 10
a[5] = Evil(a.clear)
print(attempt(a.index, 99), a)
a = [1, 2, 3]
a.append(Evil(lambda: a.append(1) if len(a) < 20 else None))
print(attempt(a.count, 7), len(a))
a = [Evil(lambda: a.clear()), 2]
print(attempt(a.remove, 5), a)
a = [1, Evil(lambda: a.clear()), 3]
print(attempt(repr, a), a)
a = list(range(10))
print(attempt(a.__setitem__, slice(0, 5), (a.clear() or i for i in range(3))), a)
b = [Evil(lambda: b.clear()) for _ in range(3)]
c = [Evil(lambda: None) for _ in range(3)]
print(attempt(lambda: b == c), attempt(lambda: b < c))
d = {}
d[Evil(lambda: d.clear())] = 1
print(attempt(d.get, Evil(lambda: None)), attempt(lambda: Evil(lambda: d.clear()) in d), len(d))
d = {i: i for i in range(5)}


def mutate_dict():
    for k in d:
        del d[k]


print(attempt(mutate_dict), len(d))
d = {1: 1}


def grow_values():
    for v in d.values():
        d[len(d) + 10] = v


print(attempt(grow_values))


def replace_values():
    for k in d:
        d[k] = "new"
    return d


print(attempt(replace_values))
s = {1, 2, 3}


def mutate_set():
    for x in s:
        s.discard(x)
        s.add(x + 100)


print(attempt(mutate_set))
s1 = {Evil(lambda: s1.clear())}
print(attempt(lambda: s1 & {Evil(lambda: None)}), attempt(lambda: s1 == {Evil(lambda: None)}))
e = [3, 2, 1]
print(attempt(lambda: e.sort(key=lambda v: e.append(v) or v)), e)
e = [Evil(lambda: e.clear()), Evil(lambda: None), Evil(lambda: None)]
print(attempt(e.sort).split(": ")[-1], len(e))
ba = bytearray(b"abcdef")


class Clear:
    def __index__(self):
        ba.clear()
        return 3


print(attempt(lambda: ba[Clear()]), attempt(ba.__setitem__, Clear(), 1), ba, attempt(ba.insert, Clear(), 65), ba)
ba = bytearray(b"abcdef")
print(attempt(lambda: ba.extend(ba)), ba, attempt(lambda: ba.extend(x for x in (1, ba.clear() or 2))), ba)
it = iter(l := [1, 2, 3])
next(it)
l.clear()
print(list(it), l.append(9), list(it))
r = iter([1, 2])
r.__setstate__(50)
print(list(r), attempt(r.__setstate__, "x"))
from collections import OrderedDict, deque

q = deque([1, 2, 3])
q.append(Evil(lambda: q.clear()))
print(attempt(q.index, 99), attempt(lambda: 99 in deque([Evil(lambda: None)])), len(q))
o = OrderedDict((i, i) for i in range(4))


def od():
    for k in o:
        o.move_to_end(k)
        del o[k]


print(attempt(od))


class Shifty(type):
    def mro(cls):
        return type.mro(cls)


class Weird(metaclass=Shifty):
    pass


def getter(self):
    del Weird.x
    return "got"


Weird.x = property(getter)
print(Weird().x, attempt(lambda: Weird().x))


class Self:
    def __getattr__(self, name):
        self.__dict__[name] = name * 2
        return name


print(Self().abc, (w := Self()).q, w.q)
f = lambda a=1: a
f.__defaults__ = None
print(attempt(f))
g = (x for x in range(3))
h = (attempt(g.throw, ValueError("in")) for _ in range(1))
print(next(g), next(h), list(g))
"".join(str(i) for i in range(3))
x = [[]]
x[0].append(x)
x *= 2
print(x, x == x)
