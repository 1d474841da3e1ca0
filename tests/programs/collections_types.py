"""collections: deque, Counter, OrderedDict, defaultdict, namedtuple, ChainMap, UserDict/List/String."""

from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque, namedtuple


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


d = deque([1, 2, 3], maxlen=4)
d.append(4)
d.append(5)
d.appendleft(0)
print(d, d.maxlen, len(d), d[0], d[-1], d.pop(), d.popleft(), d.rotate(1), d, d.extend([7, 8]), d.extendleft([9]), d, d.count(8), d.index(7), attempt(d.index, 99), d.reverse(), d, d.remove(7), attempt(d.remove, 99), d.copy(), d.insert(0, "i") if len(d) < 4 else attempt(d.insert, 0, 1), attempt(lambda: d[10]), attempt(deque, [], -1), attempt(deque().pop), attempt(deque().popleft))
print(deque("abc") + deque("d"), deque("ab") * 2, deque("ab") == deque("ab"), deque("a") < deque("b"), list(reversed(deque("abc"))), "a" in deque("a"), attempt(lambda: deque("a") + ["b"]), deque(maxlen=0), d.clear(), d, repr(deque([1], 3)))
q = deque([1, 2])


def mutate():
    for x in q:
        q.append(x)


print(attempt(mutate))
r = deque()
r.append(r)
print(r)
c = Counter("abracadabra")
print(c, c.most_common(2), c["z"], sorted(c.elements()), c.total(), c + Counter("abz"), c - Counter("aaab"), c & Counter("aab"), c | Counter("zz"), Counter(a=1, b=-1), +Counter(a=1, b=-1), -Counter(a=1, b=-2), c.update("aa"), c["a"], c.subtract("a"), c["a"], Counter(a=1) == Counter(a=1, b=0), Counter(a=1) <= Counter(a=2), attempt(Counter.fromkeys, "a"), dict(c.copy()))
o = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
o.move_to_end("a")
o.move_to_end("c", last=False)
print(o, o.popitem(), o.popitem(last=False), o, OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1) == {"a": 1}, list(reversed(OrderedDict(x=1, y=2))), attempt(o.move_to_end, "zz"), o.pop("b"), attempt(o.popitem), OrderedDict(a=1) | {"b": 2}, OrderedDict.fromkeys("ab"), attempt(o.pop, "q"), o.pop("q", 5), o.setdefault("n", 1))
dd = defaultdict(list, {"x": [1]})
dd["y"].append(2)
print(dd, dd.default_factory, dd.get("q"), attempt(lambda: defaultdict()["k"]), defaultdict(int)["k"], attempt(defaultdict, 5), dd | {"z": 1}, dd.copy(), dd.__missing__("new"), dd)
P = namedtuple("P", "x y", defaults=[0])
p = P(1)
print(p, p.x, p[1], p._asdict(), p._replace(x=5), P._fields, P._field_defaults, P._make([7, 8]), p == (1, 0), P.__doc__, P.x.__doc__, attempt(P), attempt(P, 1, 2, 3), attempt(setattr, p, "x", 1), attempt(p._replace, z=1), attempt(P._make, [1, 2, 3]), attempt(namedtuple, "X", "a a"), attempt(namedtuple, "X", "def"), attempt(namedtuple, "X", "_a"), attempt(namedtuple, "1", "a"), namedtuple("X", "a def a", rename=True)._fields, namedtuple("Q", ["m"])(m=3), hash(p) == hash((1, 0)), [*p], P(y=2, x=1), P.__match_args__)
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
m["c"] = 9
print(m, m["a"], m["b"], m.maps, m.new_child({"a": 0})["a"], m.parents, len(m), list(m), dict(m), attempt(lambda: m["q"]), attempt(m.__delitem__, "b"), m.pop("c"), "b" in m, m | {"z": 1}, m.get("zz", "d"), bool(ChainMap()))


class UD(UserDict):
    def __setitem__(self, k, v):
        super().__setitem__(k.upper(), v)


u = UD(a=1)
u["b"] = 2
u.update(c=3)
ul, us = UserList([3, 1]), UserString("abc")
print(u, u.data, "A" in u, ul + [2], sorted(ul), ul * 2, ul[0], us.upper(), us + "d", us[1], len(us), us == "abc", isinstance(us, str), type(us.upper()).__name__, repr(ul), us % () if "%" in us else "", hash(us) == hash("abc"))
import collections.abc as abc

print(isinstance(d, abc.MutableSequence), isinstance({}, abc.Mapping), isinstance(u, abc.MutableMapping), issubclass(list, abc.Sequence), isinstance(iter([]), abc.Iterator), isinstance((x for x in ()), abc.Generator), isinstance({}.keys(), abc.KeysView), isinstance(len, abc.Callable), isinstance([], abc.Hashable), isinstance("", abc.Sized), isinstance(b"", abc.Buffer), isinstance(range(1), abc.Reversible), attempt(abc.Sequence))


class Seq(abc.Sequence):
    def __getitem__(self, i):
        return [10, 20, 30][i]

    def __len__(self):
        return 3


s = Seq()
print(list(s), 20 in s, s.index(30), s.count(10), list(reversed(s)), attempt(s.index, 5))
