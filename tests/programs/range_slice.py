"""range and slice objects."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for r in [range(5), range(2, 8, 3), range(5, 0, -2), range(0), range(3, 3), range(10**20, 10**20 + 5, 2), range(-5, 5, 4)]:
    print(r, len(r), list(r), list(reversed(r)), r.start, r.stop, r.step, bool(r), r[:2], r[::-1], r[1:], 4 in r, 4.0 in r, "a" in r, r.count(2), hash(r) == hash(range(r.start, r.stop, r.step)))
r = range(0, 100, 7)
print(r[3], r[-1], attempt(lambda: r[50]), attempt(lambda: r["a"]), r.index(21), attempt(r.index, 22), r[2:10:3], r[10:2:-3], min(r), max(r), sum(r))
print(range(0, 3, 2) == range(0, 4, 2), range(0) == range(2, 1), range(1) == [0], range(5) != range(6), attempt(lambda: range(3) < range(4)), {range(3): 1}[range(0, 3, 1)])
print(attempt(range), attempt(range, 1.5), attempt(range, "a"), attempt(range, 1, 2, 0), attempt(range, 1, 2, 3, 4), attempt(setattr, r, "start", 1), attempt(len, range(10**30)), range(10**30)[10**29], 10**29 in range(10**30))
it = iter(range(3))
print(next(it), it.__length_hint__(), list(it), attempt(next, it), list(iter(range(10**20, 10**20 + 2))))
print(slice(3), slice(1, 2), slice(1, 2, 3), slice(None), slice(1, 5).indices(3), slice(None, None, -1).indices(5), slice(-3, None).indices(5), slice(10, -10, -2).indices(4), attempt(slice(0, 1, 0).indices, 5), attempt(slice(0).indices, -1), attempt(slice), attempt(slice(1.5).indices, 3))
s = slice(1, 10, 2)
print(s.start, s.stop, s.step, s == slice(1, 10, 2), s < slice(2, 3), hash(s) == hash(slice(1, 10, 2)), attempt(setattr, s, "start", 0), list(range(20))[s], "abcdefghijkl"[s])


class Indexable:
    def __getitem__(self, key):
        return key


class Index:
    def __index__(self):
        return 2


i = Indexable()
print(i[1], i[1:2], i[1:2:3], i[:], i[::2], i[1, 2], i[1:2, ::3], i[...], i[..., 1:], i[()], i[None:"a"], i[Index():].start.__index__())
print([0, 1, 2, 3][Index()], [0, 1, 2, 3][Index():], "abc"[: Index()], range(Index()), attempt(lambda: [1]["x"]), attempt(lambda: [1][1.0:]), attempt(lambda: [1][None]))
for n in range(3):
    for m in range(n):
        print((n, m), end=" ")
print()
print([x for x in range(10, 0, -3)], sum(range(101)), [*range(3)], dict(enumerate(range(2))), list(zip(range(3), range(5, 8))), tuple(map(lambda v: v * 2, range(3))))
print(range(2**63 - 2, 2**63 + 2), list(range(2**63 - 2, 2**63 + 2)), range(5).__reduce__(), isinstance(range(3), __import__("collections").abc.Sequence))
