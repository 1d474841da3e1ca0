"""sorted, min, max and sort with keys; stability; reversing; tuples and attribute keys."""

people = [("Ann", 30, "NY"), ("bob", 25, "LA"), ("Cid", 30, "LA"), ("dee", 25, "NY")]
print(sorted(people))
print(sorted(people, key=lambda p: p[1]))
print(sorted(people, key=lambda p: (p[2], -p[1])))
print(sorted(people, key=lambda p: p[0].lower(), reverse=True))
by_age = {}
for name, age, city in people:
    by_age.setdefault(age, []).append(name)
print(by_age, sorted(by_age), max(people, key=lambda p: p[1]), min(people, key=lambda p: (p[1], p[0])))
people.sort(key=lambda p: p[2])
people.sort(key=lambda p: p[1])
print(people)
words = "banana Apple cherry apple Banana".split()
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(set(map(str.lower, words))))
print(sorted([3, -1, 2, -5], key=abs), sorted("hello world".split(), key=lambda w: w[-1]), sorted([[2, 1], [1, 2], [1]]), sorted([True, False, 2, 0]))
d = {"x": 3, "y": 1, "z": 2}
print(sorted(d), sorted(d.items(), key=lambda kv: kv[1]), max(d, key=d.get), sorted(d.values(), reverse=True))
print(list(reversed(sorted([1, 3, 2]))), sorted(range(5), key=lambda n: n % 3), sorted([(1, "b"), (1, "a")]), sorted([1.5, 1, 2]), sorted(["10", "9", "1"]), sorted(["10", "9", "1"], key=int))


class Item:
    def __init__(self, w):
        self.w = w

    def __lt__(self, other):
        return self.w < other.w

    def __repr__(self):
        return f"I{self.w}"


items = [Item(n) for n in (5, 2, 9, 2)]
print(sorted(items), min(items), max(items), sorted(items, reverse=True))
try:
    sorted([1, None])
except TypeError as error:
    print(error)
big = sorted(((i * 37) % 101 for i in range(101)), reverse=True)
print(big[:5], big == list(range(100, -1, -1)))
ranks = {v: i for i, v in enumerate(sorted({30, 10, 20}))}
print(ranks, [ranks[v] for v in (10, 20, 30)])
