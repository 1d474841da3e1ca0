"""list: every method, slices, comparison, sorting, errors."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


a = [3, 1, 2]
a.append(5)
a.extend((7, 8))
a.insert(0, "first")
a.insert(-1, "near")
a.insert(100, "last")
print(a, len(a), a.index(1), attempt(a.index, 99), attempt(a.index, 3, 2), a.count(5), a.pop(), a.pop(0), a.pop(-2), a)
a.remove(5)
print(a, attempt(a.remove, 5), attempt(a.pop, 10), attempt([].pop), a.copy() is a, a.reverse(), a)
a.clear()
print(a, bool(a))
b = list(range(10))
print(b[2:5], b[:3], b[-3:], b[::2], b[::-1], b[8:2:-2], b[20:], b[-100:2], b[5:2], b[slice(None, None, 3)])
b[2:4] = ["x", "y", "z"]
print(b)
b[::3] = "ABCD"
print(b, attempt(b.__setitem__, slice(0, 4, 2), [1]), attempt(lambda: b[11]), attempt(lambda: b["a"]), attempt(b.__setitem__, 50, 1), attempt(b.__delitem__, 50))
del b[1], b[-1], b[2:4], b[::2]
print(b)
b[:] = []
b += (1, 2)
b *= 2
print(b, [1] + [2], [0] * 3, 2 * [1], [] * 5, attempt(lambda: [1] + (2,)), attempt(lambda: [1] * "a"), attempt(lambda: [1] * 1.0))
words = "the Quick brown fox Jumps over".split()
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len, reverse=True), sorted(words, key=lambda w: (len(w), w)))
words.sort(key=lambda w: w[-1])
print(words, attempt([1, "a"].sort), attempt(sorted, [1], 2), attempt([3, 2].sort, key=5), sorted([(1, "b"), (0, "z"), (1, "a")]))
pairs = [(n % 3, n) for n in range(9)]
pairs.sort(key=lambda t: t[0], reverse=True)
print(pairs)
print([1, 2] < [1, 3], [1, 2] < [1, 2, 0], [2] > [1, 99], [1, 2] == [1, 2.0], [1] == (1,), attempt(lambda: [1] < (1,)), attempt(lambda: [1] < ["a"]), [[]] == [[]], [float("nan")] == [float("nan")])
nested = [1, [2, [3]]]
nested.append(nested)
print(nested, nested[2] is nested, [1, 2, 3] == [1, 2, 3], 2 in [1, 2], "x" not in [1])
print(list(), list("abc"), list((1, 2)), list({"a": 1}), list(range(3)), attempt(list, 5), attempt(list, 1, 2), attempt(list, x=1), [*"ab", *range(2)], attempt(hash, []))


class Meddler:
    def __init__(self, owner):
        self.owner = owner

    def __eq__(self, other):
        self.owner.clear()
        return False


c = []
c.extend([Meddler(c), Meddler(c), 3])
print(3 in c, c, attempt(c.index, 3))
d = [5, 4, 3, 2, 1]


def key(value):
    if len(d):
        d.append(value)
    return value


print(attempt(d.sort, key=key), d)
e = [1, 2, 3]
for item in e:
    if item < 3:
        e.append(item + 10)
    if len(e) > 6:
        break
print(e, list(reversed(e)), e.__reversed__().__length_hint__(), iter(e).__length_hint__(), e.__contains__(2), e.__sizeof__() > 0)
f = list(range(1000))
f.sort(key=lambda n: (n * 7919) % 1009)
print(f[:10], sum(f), sorted(f) == list(range(1000)), min(f), max(f, key=lambda n: n % 100), [*map(str, f[:3])])
x = y = [1]
x += [2]
print(y, x is y)
x = x + [3]
print(y, x)
print(list[int], list[int] == list[int], list.__doc__.split("\n")[0])
