"""The iterator protocol: __iter__, __next__, __getitem__, length hints, iter with a sentinel, exhaustion."""


class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return CountIterator(self.n)


class CountIterator:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i

    def __length_hint__(self):
        return self.n - self.i


c = Count(3)
print(list(c), list(c), [x for x in c], sum(c), max(c), tuple(c), set(c), 2 in c, 9 in c, sorted(c, reverse=True), dict(zip(c, c)))
it = iter(c)
print(next(it), next(it), list(it), next(it, "done"), iter(it) is it)
a, b, d = c
print(a, b, d, *c)
lines = iter(["one", "two", "stop", "three"])
print(list(iter(lambda: next(lines), "stop")), next(lines))
for kind in ([1, 2], (1, 2), "ab", {1: 2}, {3}, range(2), b"ab", enumerate("a"), zip("a"), map(str, [1]), filter(None, [1]), reversed([1]), {1: 2}.keys(), {1: 2}.items(), frozenset([1]), bytearray(b"a"), memoryview(b"a"), iter([1])):
    i = iter(kind)
    print(type(kind).__name__, type(i).__name__, next(i), i is iter(i), next(i, "end"), end="; ")
print()


class Sequence:
    def __len__(self):
        return 4

    def __getitem__(self, i):
        if i >= 4:
            raise IndexError
        return i * 10


s = Sequence()
print(list(s), list(reversed(s)), 20 in s, [*enumerate(s)])


class NotIterator:
    def __iter__(self):
        return 5


class NoNext:
    def __iter__(self):
        return self


for bad in (NotIterator(), NoNext(), 5, None):
    try:
        for _ in bad:
            pass
    except TypeError as error:
        print(error)


class Broken:
    def __iter__(self):
        return self

    def __next__(self):
        raise ValueError("broken next")


for use in (list, sum, lambda b: [*b], lambda b: 1 in b, lambda b: dict(b), lambda b: "".join(b), max, tuple, sorted, lambda b: (lambda *a: a)(*b)):
    try:
        use(Broken())
    except ValueError as error:
        print(error, end="; ")
print()
pairs = [(k, v) for k, v in zip("ab", Count(5))]
print(pairs, list(zip(Count(2), Count(3))), list(map(lambda a, b: a * b, Count(3), Count(2))), list(filter(lambda v: v > 1, Count(3))), any(v == 2 for v in Count(9)), list(enumerate(Count(2), 5)))
l = [1, 2, 3]
i = iter(l)
next(i)
l.insert(0, 0)
print(list(i), i.__reduce__()[0].__name__)
import operator

print(operator.length_hint(iter(c)), operator.length_hint(Broken(), 3), len(list(Count(1000))))
