"""Insertion order under every kind of change: deletion, reinsertion, update, pop, splitting between instances."""

d = {}
for k in "zyxw":
    d[k] = len(d)
print(d)
del d["y"]
d["y"] = "back"
d["z"] = "changed in place"
print(d, list(d), next(iter(d)), next(reversed(d)))
d.update(x=1, new=2)
print(d, d.popitem(), d.pop("x"), d)
d.setdefault("w", 0)
d.setdefault("v", 0)
print(list(d.items()), list(reversed(d.items())), list(reversed(d.values())))
print({**{"b": 1, "a": 2}, **{"a": 3, "c": 4}}, {"b": 1} | {"a": 2, "b": 3}, dict([("q", 1), ("p", 2), ("q", 3)]), dict.fromkeys("banana"))


class P:
    def __init__(self, first):
        if first:
            self.a, self.b = 1, 2
        else:
            self.b, self.a = 2, 1


print(vars(P(True)), vars(P(False)), vars(P(True)) == vars(P(False)))
p, q = P(True), P(True)
del p.a
p.c = 3
p.a = 4
print(vars(p), vars(q), list(P(True).__dict__))
p.__dict__["z"] = 0
p.__dict__.pop("b")
print(p.__dict__, sorted(dir(p))[-3:])
big = {i: None for i in range(100)}
for i in range(0, 100, 2):
    del big[i]
for i in range(0, 10, 2):
    big[i] = None
print(list(big)[:3], list(big)[-6:], len(big))
removed = [big.popitem()[0] for _ in range(3)]
print(removed, next(reversed(big)), len(big))
s = {3, 1, 2}
s |= {0}
ordered = list(dict.fromkeys([5, 3, 5, 1, 3]))
print(ordered, sorted(s), [k for k in dict(sorted({"b": 2, "a": 1}.items()))], max({"x": 5, "y": 9}.items(), key=lambda kv: kv[1]))
keys = d.keys()
d["later"] = 1
print(keys, len(keys), "later" in keys, keys == set(d), keys & {"later", "nope"}, list(keys)[-1])
nested = {"outer": {"b": 1, "a": {"z": 0}}}
nested["outer"]["a"]["y"] = 1
nested["outer"] |= {"c": 2}
print(nested)
copy = dict(d)
copy.clear()
copy["only"] = 1
print(copy, len(d), d == dict(reversed(list(d.items()))), list(d) == list(reversed(list(d))))
f = lambda **kw: list(kw)
print(f(z=1, a=2, m=3), f(**{"q": 1}, b=2), (lambda *a, **k: (a, k))(1, c=2, b=3))


class Ordered:
    z = 1
    a = 2

    def m(self): ...

    b = 3


print([k for k in vars(Ordered) if not k.startswith("_")], [k for k in globals() if len(k) == 1][:8])
mixed = {1: "int", "1": "str", 1.5: "float", (1,): "tuple", None: "none", True: "bool is 1", frozenset(): "fs"}
print(mixed, mixed[1], mixed[1.0], mixed[(1,)], len(mixed))
it = iter(d.items())
print(next(it), next(it), len(list(it)))
while d:
    d.popitem()
print(d)
