"""Assignment expressions, augmented assignment, chained assignment, starred targets, order of evaluation."""

if (n := len("hello")) > 3:
    print(n)
while (n := n - 1) > 2:
    print("n", n)
print((a := 1, b := 2), a, b, [c := 3, c ** 2], (d := (1, 2)), f"{(e := 5)} {e}")
x = y = z = []
x.append(1)
print(x, y, z is x)
log = []


class Trace:
    def __init__(self, name):
        object.__setattr__(self, "name", name)

    def __getattr__(self, attr):
        log.append(f"get {self.name}.{attr}")
        return Trace(f"{self.name}.{attr}")

    def __setattr__(self, attr, value):
        log.append(f"set {self.name}.{attr}")

    def __delattr__(self, attr):
        log.append(f"del {self.name}.{attr}")

    def __getitem__(self, key):
        log.append(f"getitem {self.name}[{key}]")
        return 1

    def __setitem__(self, key, value):
        log.append(f"setitem {self.name}[{key}] = {value}")

    def __delitem__(self, key):
        log.append(f"delitem {self.name}[{key}]")


def say(value):
    log.append(f"say {value}")
    return value


t = Trace("t")
t.a.b = say(1)
t[say("k")] = say("v")
t[say("k")] += say(5)
t.p, t[0], *t.rest = say([1, 2, 3, 4])
del t.q, t[1], t.r.s
print("\n".join(log))
log.clear()
say(1) + say(2) * say(3) < say(4) < say(0) < say(9)
print(log)
log.clear()
{say("k1"): say("v1"), say("k2"): say("v2")}
print(log)


class Number:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return Number(f"({self.v}+{other})")

    def __radd__(self, other):
        return Number(f"({other}+{self.v})")

    def __iadd__(self, other):
        self.v = f"{self.v}+={other}"
        return self

    def __isub__(self, other):
        return NotImplemented

    def __sub__(self, other):
        return Number(f"({self.v}-{other})")

    def __imatmul__(self, other):
        return "matmul"


m = Number("m")
same = m
m += 1
print(m.v, m is same, (m + 2).v, (3 + m).v)
m -= 4
print(m.v, m is same)
m @= 1
print(m)
try:
    m @= 1
except TypeError as error:
    print(error)
for op in ["+=", "-=", "*=", "/=", "//=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^="]:
    ns = {"v": 13}
    exec(f"v {op} 3", ns)
    print(op, ns["v"], end="; ")
print()
tup = ([1], 2)
try:
    tup[0] += [5]
except TypeError as error:
    print(error, tup)
(i, [j, *k]), l = (1, "abc"), 4
print(i, j, k, l)
first, (second, *others), *(last, final) = 1, (2, 3, 4), 5, 6
print(first, second, others, last, final)
for key, (p, q) in [("a", (1, 2)), ("b", (3, 4))]:
    print(key, p, q)
values = [0, 1, 2]
idx = 0
idx, values[idx] = 2, "changed"
print(idx, values)
v: int = 5
w: "undefined_type"
print(v, __annotations__ if "__annotations__" in globals() else "", __annotate__(2) if False else "")
