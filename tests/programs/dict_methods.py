"""dict: every method, views, ordering, merging, errors, custom keys."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


d = {"a": 1, "b": 2}
print(d, d["a"], attempt(lambda: d["z"]), d.get("z"), d.get("z", 0), d.setdefault("c", 3), d.setdefault("a", 9), d, len(d), "a" in d, "z" not in d)
print(d.pop("a"), attempt(d.pop, "a"), d.pop("a", "default"), d.popitem(), d, attempt({}.popitem))
d.update({"x": 1}, y=2)
d.update([("z", 3), ("x", 10)])
d.update()
print(d, attempt(d.update, 5), attempt(d.update, [1]), attempt(d.update, [(1, 2, 3)]), attempt(d.update, {}, {}), attempt(d.update, ["abc"]))
print(dict(), dict(a=1), dict([(1, 2)]), dict({1: 2}, b=3), dict(zip("ab", range(2))), dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), {**{"k": 1}, "k": 2}, attempt(dict, 1), attempt(dict, [(1,)]))
print({"a": 1} | {"b": 2}, {"a": 1} | {"a": 2}, attempt(lambda: {} | []), d.copy() == d, d.copy() is d)
e = {1: "one"}
e |= [(2, "two")]
print(e, {1: 2} == {1: 2.0}, {1: 2, 3: 4} == {3: 4, 1: 2}, attempt(lambda: {} < {}), e.clear(), e)
keys, values, items = d.keys(), d.values(), d.items()
print(keys, values, items, len(keys), "x" in keys, 10 in values, ("x", 10) in items, list(reversed(d)), list(reversed(items)), keys.mapping)
d["new"] = None
print(keys, keys & {"x", "nope"}, sorted(keys | {"q"}), sorted(keys - {"x"}), sorted(keys ^ {"x", "q"}), keys == {"x", "y", "z", "b", "new"}, keys.isdisjoint(["q"]), {"x"} <= keys, items & {("x", 10)})
for bad in [[], {}, set(), ([],)]:
    print(attempt(lambda: d[bad]), attempt(d.__setitem__, bad, 1), attempt(d.get, bad), attempt(lambda: bad in d))


def grow():
    for key in d:
        d[key * 2] = 1


print(attempt(grow), len(d) > 0)


def change():
    for key in list(d):
        del d[key]
        d[key] = key


change()
print(list(d)[:3])
it = iter({1: 1, 2: 2})
print(next(it), it.__length_hint__(), next(it), attempt(next, it))
order = {}
for n in [5, 3, 9, 1]:
    order[n] = n
del order[3]
order[3] = 0
order[5] = "again"
print(order, {1: "int", 1.0: "float", True: "bool"}, {"": 0, None: 1, (): 2, frozenset(): 3})


class Key:
    def __init__(self, name, h):
        self.name, self.h = name, h

    def __hash__(self):
        return self.h

    def __eq__(self, other):
        return isinstance(other, Key) and self.name == other.name

    def __repr__(self):
        return f"Key({self.name})"


k = {Key(n, h): n for n, h in [("a", 1), ("b", 1), ("c", 2), ("a", 1)]}
print(k, k[Key("b", 1)], attempt(lambda: k[Key("b", 2)]), Key("c", 2) in k)


class Default(dict):
    def __missing__(self, key):
        self[key] = f"made {key}"
        return self[key]


m = Default(a=1)
print(m["a"], m["q"], m, m.get("r"), "r" in m, attempt(lambda: m[[]]))
rec = {}
rec["self"] = rec
print(rec, {x: y for x, y in zip("abc", (1, 2, 3)) if y > 1}, {i: {j: i * j for j in range(2)} for i in range(2)})
big = {i: i * i for i in range(10000)}
for i in range(0, 10000, 3):
    del big[i]
print(len(big), sum(big), sum(big.values()) % 1000, next(iter(big)), list(big)[-1], big.popitem())
print(attempt(hash, {}), dict.__doc__.splitlines()[0], dict[str, int], attempt(lambda: {[]: 1}), attempt(eval, "{**1}"), attempt(lambda: dict(**{1: 2})))
