"""Slicing and indexing shared by all sequences; concatenation, repetition and comparison rules between types."""


def attempt(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


kinds = {"list": list("abcdef"), "tuple": tuple("abcdef"), "str": "abcdef", "bytes": b"abcdef", "bytearray": bytearray(b"abcdef"), "range": range(6), "memoryview": memoryview(b"abcdef")}
slices = [slice(None), slice(2), slice(1, 4), slice(-2, None), slice(None, None, -1), slice(None, None, 2), slice(4, 1, -1), slice(10, 20), slice(-100, 100, 3), slice(3, 3)]
for name, seq in kinds.items():
    print(name, len(seq), seq[0], seq[-1], attempt(lambda: seq[6]), attempt(lambda: seq[-7]), attempt(lambda: seq["x"]), attempt(lambda: seq[1.0]), attempt(lambda: seq[::0]))
    for s in slices:
        part = seq[s]
        print("   ", s.indices(6), part.tolist() if name == "memoryview" else part)
for a in ([1], (1,), "1", b"1", {1}, {1: 1}, 1, None):
    row = []
    for b in ([1], (1,), "1", b"1", {1}, {1: 1}, 1, None):
        try:
            row.append(repr(a + b))
        except TypeError:
            row.append("-")
    print(repr(a), "+", row, attempt(lambda: a * 2), attempt(lambda: 2 * a))
for a in ([1, 2], (1, 2), "ab", {1}, 5, 2.5, None, b"a", 1j):
    row = []
    for b in ([1, 3], (1, 3), "ac", {1, 2}, 6, None):
        try:
            row.append(a < b)
        except TypeError as error:
            row.append("-")
    print(repr(a), "<", row, [a == b for b in ([1, 2], (1, 2), "ab", {1}, 5, 2.5, None)])
print(attempt(lambda: [1] < 5), attempt(lambda: "a" < b"a"), attempt(lambda: {1} < [1]), attempt(lambda: None < None), attempt(lambda: 1j < 2j), attempt(lambda: object() < object()))
for seq in ([3, 1, 2], (3, 1, 2), "312", b"312", range(3)):
    print(min(seq), max(seq), sorted(seq), list(reversed(seq)), seq.index(seq[1]), seq.count(seq[0]), seq[1] in seq, list(enumerate(seq))[1], list(zip(seq, seq))[0], sum(seq) if not isinstance(seq, str) else "")
l = list(range(10))
l[2:5] = "xyz!"
l[::4] = [0, 0, 0]
del l[1::3]
print(l, attempt(l.__setitem__, slice(None, None, 2), [1]), l * -1, [] + l[:0])
x = [1, 2, 3]
x[1:1] = x
x += x[:1]
x.extend(x)
print(x, x[:] == x, x[:] is x)
x[:] = (i for i in range(3))
x[len(x):] = [9]
print(x, x.__getitem__(slice(0, 2)), x.__len__(), x.__contains__(9), list.__add__(x, [1]), tuple.__mul__((1,), 3), str.__getitem__("abc", -1))
