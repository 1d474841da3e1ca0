"""itertools: every function."""

import itertools as it
import operator


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def take(n, iterable):
    return list(it.islice(iterable, n))


print(take(3, it.count(10)), take(3, it.count(1, -2)), take(3, it.count(0.5, 0.25)), it.count(5), it.count(1, 2), attempt(it.count, "a"), take(5, it.cycle("ab")), list(it.cycle([])), take(2, it.repeat("x")), list(it.repeat(1, 3)), it.repeat(1, 2), it.repeat("y"), attempt(it.repeat), list(it.repeat(1, -5)))
print(list(it.accumulate([1, 2, 3])), list(it.accumulate([1, 2, 3], operator.mul)), list(it.accumulate([1, 2], initial=100)), list(it.accumulate("abc")), list(it.accumulate([])), list(it.batched("abcdefg", 3)), attempt(it.batched, "a", 0), attempt(lambda: list(it.batched("abc", 2, strict=True))))
print(list(it.chain("ab", [1])), list(it.chain.from_iterable(["ab", [1]])), list(it.compress("abcd", [1, 0, 1])), list(it.dropwhile(lambda x: x < 3, [1, 3, 1])), list(it.takewhile(lambda x: x < 3, [1, 3, 1])), list(it.filterfalse(None, [0, 1, 2])), list(it.filterfalse(lambda x: x % 2, range(5))), list(it.starmap(pow, [(2, 3), (3, 2)])), attempt(lambda: list(it.starmap(pow, [1]))), attempt(lambda: list(it.chain([1], 5))))
print([(k, list(g)) for k, g in it.groupby("aabbca")], [(k, list(g)) for k, g in it.groupby([1, 3, 2, 4], key=lambda x: x % 2)])
groups = it.groupby("aab")
key, group = next(groups)
print(key, next(group))
next(groups)
print(list(group))
print(list(it.islice("abcdef", 2)), list(it.islice("abcdef", 1, None, 2)), list(it.islice("abcdef", 1, 3)), attempt(it.islice, "a", -1), attempt(it.islice, "a", 0, 1, 0), attempt(it.islice, "a"), attempt(it.islice, 5, 1), list(it.pairwise("abcd")), list(it.pairwise("a")))
print(list(it.product("ab", [1, 2])), list(it.product("ab", repeat=2)), list(it.product()), list(it.product("ab", [])), attempt(it.product, "a", repeat=-1), len(list(it.product(range(3), repeat=3))))
print(list(it.permutations("abc", 2)), list(it.permutations([1, 2])), list(it.permutations("ab", 3)), list(it.combinations("abcd", 2)), list(it.combinations("ab", 0)), list(it.combinations_with_replacement("abc", 2)), attempt(it.combinations, "ab", -1), len(list(it.permutations(range(5)))), attempt(it.permutations, "a", "b"))
a, b, c = it.tee([1, 2, 3], 3)
print(next(a), list(b), list(a), list(c), it.tee([], 0), attempt(it.tee, [], -1))
print(list(it.zip_longest("abc", [1], fillvalue="-")), list(it.zip_longest()), attempt(it.zip_longest, "a", bad=1))
x = it.chain([1], [2])
print(type(x).__name__, iter(x) is x, attempt(next, it.chain()), x.__next__(), list(x), repr(it.islice([1], 1)).split(" at")[0])


def gen():
    yield 1
    raise ValueError("inside")


for f in [lambda: list(it.chain(gen(), [2])), lambda: list(it.accumulate(gen())), lambda: list(it.islice(gen(), 5)), lambda: list(it.groupby(gen())), lambda: list(it.tee(gen())[0]), lambda: list(it.product(gen())), lambda: next(it.dropwhile(lambda v: 1 / 0, [1]))]:
    print(attempt(f))


class Evil:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration
        return self.n


print(list(it.zip_longest(Evil(), Evil(), fillvalue=0)), list(it.pairwise(Evil())), list(it.batched(Evil(), 2)), dict(zip(it.count(), "ab")), sum(it.takewhile(lambda v: v < 100, (v * v for v in it.count()))))
primes = []
sieve = it.count(2)
for _ in range(8):
    p = next(sieve)
    primes.append(p)
    sieve = filter(lambda v, p=p: v % p, sieve)
print(primes, operator.length_hint(it.repeat(1, 5)), operator.length_hint(it.count(), 7))
