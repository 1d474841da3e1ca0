"""Lists, dicts, sets and tuples in everyday use."""

a = [3, 1, 2]
a.append(4)
a.sort()
print(a, sum(a), max(a), min(a), len(a), a[1:3], a[::-1], a + [9], a * 2)
a.insert(1, 10)
a.remove(3)
print(a, a.pop(), a.index(10), 10 in a, sorted(a, reverse=True))
grid = [[r * c for c in range(4)] for r in range(3)]
for row in grid:
    print(row)
print([list(col) for col in zip(*grid)], [x for row in grid for x in row if x])
d = {"one": 1, "two": 2}
d["three"] = 3
for key in d:
    print(key, d[key], end="; ")
print()
for key, value in sorted(d.items(), key=lambda kv: -kv[1]):
    print(f"{key:>6} = {value}")
print(d.get("four", 0), d.pop("one"), d, "two" in d, list(d.values()), {v: k for k, v in d.items()})
counts = {}
for ch in "mississippi":
    counts[ch] = counts.get(ch, 0) + 1
print(counts, sorted(counts, key=counts.get))
s = {1, 2, 3}
s.add(2)
s.discard(9)
print(s, s | {4}, s & {2, 3}, s - {1}, s ^ {3, 4}, len(s), 2 in s, {1} < s)
t = (1, "two", 3.0)
x, y, z = t
print(t, x, y, z, t[1], t + (4,), len(t), t.index("two"))
nested = {"list": [1, {"k": (2, 3)}], "set": {5}}
nested["list"][1]["k"] += (4,)
print(nested)
copy = nested.copy()
copy["set"].add(6)
copy["new"] = None
print(nested, copy["set"] is nested["set"])
stack, queue = [], [1, 2, 3]
while queue:
    stack.append(queue.pop(0))
print(stack, queue, not queue)
del stack[0], d["two"]
print(stack, d)
print(list(range(5)), list("abc"), dict(a=1), tuple([1, 2]), set("aab") == {"a", "b"}, dict(zip("xy", (1, 2))))
print(list(map(lambda v: v * 2, [1, 2])), list(filter(None, [0, 1, "", "x"])), list(enumerate("ab")), any([0, 1]), all([]))
