"""Identity and reuse: small ints, interned strings, constants, copies, mutability, default equality."""

a, b = 256, 256
print(a is b, int("256") is a, int("-5") is int("-5"))
s1, s2 = "hello", "hel" + "lo"
print(s1 is s2, "".join(["hel", "lo"]) == s1, "".join(["hel", "lo"]) is s1)
import sys

print(sys.intern("".join(["x", "y"])) is sys.intern("xy"), () is tuple(), (1, 2) is (1, 2) if False else True, "" is str(), chr(97) is chr(97), b"" is bytes(), frozenset() is frozenset())
x = [1, 2]
y = x
z = x[:]
print(x is y, x is z, x == z, id(x) == id(y))
y.append(3)
print(x, z)
t = (1, [2])
u = t[:]
print(u is t, tuple(t) is t, t[1] is u[1], str("abc") is str("abc"), int(5) is 5 if False else True)


class Plain:
    pass


p, q = Plain(), Plain()
print(p == q, p == p, p != q, hash(p) == hash(p), p in [p], p in [q], len({p, q, p}))
nan = float("nan")
print(nan == nan, nan is nan, nan in [nan], [nan] == [nan], {nan: 1}.get(nan), {nan, nan} == {nan}, (nan,) == (nan,))
print(None is None, True is (1 == 1), NotImplemented is NotImplemented, ... is Ellipsis, type(None) is type(None))
import copy

deep = {"a": [1, {"b": (2, [3])}]}
shallow, full = copy.copy(deep), copy.deepcopy(deep)
deep["a"][1]["b"][1].append(4)
print(shallow, full, shallow["a"] is deep["a"], full["a"] is deep["a"], copy.copy(t) is t, copy.deepcopy((1, 2)) is not None)
f = lambda: 0
print(f == f, f == (lambda: 0), f.__code__ == (lambda: 0).__code__, Plain.__init__ is Plain.__init__, p.__init__ == p.__init__)
print([1] == [1.0], (1,) == (True,), {1: 1} == {True: 1.0}, "1" == 1, b"a" == "a", 0 == False, "" == None, [] == (), 1 == 1 + 0j, float("1e400") == float("inf"))
values = [0, 0.0, False, 0j]
print(len(set(values)), [hash(v) for v in values], {v: type(v).__name__ for v in values})
m = [[0] * 2] * 2
m[0][0] = 1
print(m, m[0] is m[1], [[0] * 2 for _ in range(2)])


def default(acc=[]):
    acc.append(len(acc))
    return acc


print(default(), default(), default() is default())
