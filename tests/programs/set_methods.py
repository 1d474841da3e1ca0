"""set and frozenset: operators, methods, mutation, errors."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


a, b = {1, 2, 3}, {3, 4}
print(a | b, a & b, a - b, a ^ b, b - a, a == {3, 2, 1}, a != b, a < {1, 2, 3, 4}, a <= a, a > {1}, a >= b, a < b, 2 in a, 9 not in a)
print(a.union([7], (8,)), a.intersection([1, 2], [2]), a.difference([1], [2]), a.symmetric_difference([3, 9]), a.issubset(range(5)), a.issuperset([1]), a.isdisjoint([9]), a.isdisjoint([1]))
for kind in (set, frozenset):
    print(kind(), kind([1]), kind([1, 1, 2]), kind("a"), kind({1: 2}), attempt(kind, 5), attempt(kind, 1, 2), attempt(kind, [[]]), len(kind(range(5))), kind([2]).copy())
s = {1, 2}
s.add(3)
s.add(3)
s.discard(99)
s.discard(1)
print(s, s.remove(2), attempt(s.remove, 2), s, s.pop(), attempt(s.pop), s)
s.update([1, 2], {3}, "x")
s.intersection_update([1, 2, 3])
s.difference_update([1])
s.symmetric_difference_update([3, 4])
print(s, s.clear(), s)
s |= {1, 2}
s &= {2, 3}
s -= {9}
s ^= {5}
print(s, attempt(lambda: s | [1]), attempt(lambda: s & "ab"), attempt(lambda: s < [1]), attempt(s.add, []), attempt(s.remove, {}), attempt(lambda: [] in s), {frozenset([1])} == {frozenset([1])}, frozenset([1]) in {frozenset([1])}, {1} in {frozenset([1])})
f = frozenset([1, 2])
print(f | {3}, {3} | f, type(f | {3}).__name__, type({3} | f).__name__, hash(f) == hash(frozenset([2, 1])), f == {1, 2}, attempt(hash, a), attempt(lambda: f.add), {f: 1}[frozenset([2, 1])], frozenset(f) is f, f.copy() is f)
print({x % 3 for x in range(10)}, {*a, *b}, {*()}, sorted({"b", "a"}), min(a), sum(a), len(a), bool(set()), {1, 1.0, True}, {0, False})


def grow():
    t = {1}
    for x in t:
        t.add(x + 1)


print(attempt(grow))


class Weird:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.n == other.n

    def __repr__(self):
        return f"W{self.n}"


w = {Weird(1), Weird(2), Weird(1)}
print(len(w), Weird(2) in w, sorted(repr(x) for x in w))
big = set(range(0, 1000, 3)) & set(range(0, 1000, 5))
print(len(big), sorted(big)[:5], big.issubset(range(0, 1000, 15)), set(range(1000)) - set(range(1, 1000)))


class MySet(set):
    def __repr__(self):
        return f"My{sorted(self)}"


m = MySet([1, 2])
print(m, m | {3}, type(m | {3}).__name__, type(m.copy()).__name__, m.union([4]), set.__or__(m, {5}), m.__or__([1]), set[int])
nested = {frozenset(), frozenset([frozenset()])}
print(len(nested), frozenset() in nested, frozenset([frozenset()]) in nested, {(), (1,)} == {(1,), ()})
it = iter({10})
print(next(it), attempt(next, it), it.__length_hint__(), attempt(lambda: {1, []}), attempt(lambda: {1} + {2}))
