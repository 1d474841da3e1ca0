"""Simple generators and iterators."""


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def evens():
    n = 0
    while True:
        yield n
        n += 2


print(list(count(5)), sum(count(10)), [x for x in count(3)])
g = evens()
print(next(g), next(g), next(g))
for x in evens():
    if x > 8:
        break
    print(x, end=" ")
print()


def flatten(items):
    for item in items:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


print(list(flatten([1, [2, [3, 4], []], [[5]]])), max(flatten([[3], [9, [2]]])))


def running():
    total = 0
    while True:
        total += yield total


r = running()
next(r)
print(r.send(5), r.send(10), r.send(1))


class Range:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __iter__(self):
        n = self.a
        while n < self.b:
            yield n
            n += 1


r = Range(1, 4)
print(list(r), list(r), sum(r), [(x, y) for x in r for y in r if x < y])
e = (x * x for x in range(5) if x % 2)
print(next(e), list(e), list(e))
z = zip(count(3), "abc", [True, False, None])
print(next(z), list(z))
m = map(lambda x: x + 1, count(3))
print(list(m), dict(enumerate("xy")), list(reversed([1, 2])), sorted(count(4), reverse=True))


def finishing():
    try:
        yield 1
        yield 2
    finally:
        print("finished")


for x in finishing():
    print(x)
f = finishing()
next(f)
f.close()
it = iter([1, 2, 3])
for x in it:
    for y in it:
        print(x, y)
a, *b = count(4)
print(a, b, *count(2), tuple(count(2)), set(count(3)), {k: v for k, v in zip("ab", count(2))}, "".join(str(x) for x in count(4)))
