"""tuple: construction, methods, packing and unpacking, comparison, hashing."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


t = (1, 2, 3, 2)
print(t, (), (1,), tuple(), tuple("ab"), tuple([1]), t.count(2), t.index(2), t.index(2, 2), attempt(t.index, 9), t[1:], t[::-1], t[-1], attempt(lambda: t[4]), attempt(lambda: t["a"]))
print(t + (4,), t * 2, 0 * t, 3 in t, len(t), min(t), max(t), sum(t), sorted(t, reverse=True), attempt(lambda: t + [1]), attempt(t.__add__, 5))
print((1, 2) < (1, 3), (1, 2) < (1, 2, 3), () < (0,), (1, "a") == (1, "a"), (1,) == [1], hash((1, 2)) == hash((1.0, 2)), attempt(hash, ([],)), attempt(lambda: (1,) < ("a",)))
print(attempt(lambda: t.__setitem__), attempt(exec, "t[0] = 1", {"t": t}), attempt(exec, "del t[0]", {"t": t}), attempt(exec, "t.x = 1", {"t": t}))
a, b = 1, 2
a, b = b, a
print(a, b)
(a, b), c = (3, 4), 5
[d, [e, f]] = [6, (7, 8)]
print(a, b, c, d, e, f)
first, *middle, last = range(6)
print(first, middle, last)
*start, end = "xyz"
print(start, end)
head, *tail = (1,)
print(head, tail)
for source in ["a, b = 1,", "a, b = 1, 2, 3", "a, *b, c = 1,", "a, b = 5", "a, b = None", "(a,) = ()", "a, b, c = 'ab'", "a, b = {1: 2}", "a, b = {}", "a, b, *c = iter([1])"]:
    print(source, attempt(exec, source))
print((lambda *args: args)(*t, *"ab", **{}), *(1, 2), sep=",")
x = 1, 2
y = (*x, 3, *x)
print(x, y, (*(), *[1]), {**{"a": 1}, "b": 2})
for i, (k, v) in enumerate({"p": 1, "q": 2}.items()):
    print(i, k, v)
print(attempt(tuple, 5), attempt(tuple, 1, 2), tuple(x for x in range(3)), tuple({3: 1}), tuple[int, ...], tuple[()])
nested = (1, (2, (3, [4])))
nested[1][1][1].append(5)
print(nested, repr(((),)), str((1, "a", 2.5, None)))
rec = ([],)
rec[0].append(rec)
print(rec)


class T(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, items)

    def __repr__(self):
        return f"T{super().__repr__()}"


u = T(1, 2)
print(u, u[0], u + (3,), type(u[:]), type(u * 1), u == (1, 2), isinstance(u, tuple), hash(u) == hash((1, 2)), u.__getnewargs__())
print(t.__class__, (1, 2).__contains__(1), (1, 2).__len__(), (1, 2).__eq__([1, 2]), (1, 2).__mul__(2), attempt((1, 2).__mul__, "x"))
