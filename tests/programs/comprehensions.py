"""List, set, dict and generator comprehensions: nesting, conditions, scopes, exceptions, laziness."""

matrix = [[1, 2, 3], [4, 5, 6]]
print([row[i] for row in matrix for i in range(3)], [[row[i] for row in matrix] for i in range(3)])
print([x for x in range(20) if x % 2 if x % 3], {x: -x for x in "abc" if x != "b"} if False else {x: x * 2 for x in "abc" if x != "b"}, {x % 4 for x in range(10)})
print([(x, y) for x in range(3) for y in range(x) if (x + y) % 2], [x if x > 1 else -x for x in range(4)], [[]for _ in range(2)])
print([a + b for a, b in [(1, 2), (3, 4)]], [a for a, *b in ["xyz", "pq"]], [b for a, *b in ["xyz", "pq"]], {k: v for d in [{"a": 1}, {"b": 2}] for k, v in d.items()})
gen = (print("making", x) or x for x in range(3))
print("nothing yet")
print(next(gen), next(gen))
gen.close()
print(list(gen))
try:
    (x for x in 5)
except TypeError as error:
    print(error)


def outer():
    factor = 3
    functions = [lambda y: y * factor + i for i in range(3)]
    total = sum(factor * i for i in range(4))
    return [f(1) for f in functions], total, [[factor * i * j for j in range(2)] for i in range(2)]


print(outer())


class K:
    items = [1, 2]
    doubled = [i * 2 for i in items]
    pairs = [(i, len(tuple(j for j in range(i)))) for i in items]


print(K.doubled, K.pairs)
i = "kept"
squares = [i * i for i in range(3)]
print(i, squares)


def raising():
    try:
        return [1 // (x - 2) for x in range(5)]
    except ZeroDivisionError as error:
        return str(error), error.__traceback__.tb_lineno - raising.__code__.co_firstlineno


print(raising())


def with_yield():
    received = []
    for v in (w * 2 for w in range(3)):
        received.append((yield v))
    yield received


g = with_yield()
print(next(g), g.send("a"), g.send("b"), g.send("c"))
words = ["apple", "Bob", "cat"]
print(sorted([w.lower() for w in words], key=len), {w[0]: len(w) for w in words}, {w: i for i, w in enumerate(words)}, max((len(w), w) for w in words))
print([*(x for x in "ab")], [*[1], *{2}, *(3,)], {**{i: i for i in range(2)}, **{5: 5}}, (lambda: [z for z in range(2)])())
print([y for x in [1, 2, 3] if (y := x * x) > 3], y)
print([[x for x in range(x)] for x in range(4)], [x for x in [x for x in range(3)]])


def shadowed(x):
    return [x for x in range(x)], x, [lambda: x for x in range(2)][0]()


print(shadowed(3))


def deleted():
    a = 5
    b = [a for a in range(2)]
    del a
    try:
        a
    except NameError as error:
        return b, str(error)


print(deleted())


async def agen():
    for v in range(3):
        yield v


async def use():
    return [v async for v in agen() if v], {v: v async for v in agen()}, {v async for v in agen()}, [await one(v) for v in range(2)], [x async for x in (v * 2 async for v in agen())]


async def one(v):
    return v + 1


try:
    use().send(None)
except StopIteration as stop:
    print(stop.value)
