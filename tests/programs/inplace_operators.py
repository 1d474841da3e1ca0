"""In-place operators on every built-in type, on attributes and items, with fallbacks and errors."""


def attempt(source, **names):
    try:
        exec(source, names)
        names.pop("__builtins__")
        return names
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(attempt("x += 1", x=1), attempt("x -= 1.5", x=1), attempt("x *= 2", x="ab"), attempt("x /= 2", x=3), attempt("x //= 2", x=-3), attempt("x %= 3", x=-7), attempt("x **= 3", x=2), attempt("x @= 1", x=1), attempt("x <<= 3", x=1), attempt("x >>= 1", x=5), attempt("x &= 6", x=3), attempt("x |= 4", x=3), attempt("x ^= 1", x=3))
print(attempt("x += [3]", x=[1]), attempt("x += (3,)", x=[1]), attempt("x += 'ab'", x=[1]), attempt("x += 5", x=[1]), attempt("x += (2,)", x=(1,)), attempt("x += [2]", x=(1,)), attempt("x *= 3", x=[1]), attempt("x *= 0", x=[1]), attempt("x *= 'a'", x=[1]), attempt("x += 'b'", x="a"), attempt("x += 1", x="a"), attempt("x %= 5", x="%d!"), attempt("x += b'b'", x=b"a"), attempt("x += b'b'", x=bytearray(b"a")), attempt("x *= 2", x=bytearray(b"a")))
print(attempt("x |= {2}", x={1}), attempt("x &= {1}", x={1, 2}), attempt("x -= {1}", x={1, 2}), attempt("x ^= {1}", x={1, 2}), attempt("x |= [1]", x={1}), attempt("x |= {2: 3}", x={1: 2}), attempt("x |= [(5, 6)]", x={1: 2}), attempt("x |= 5", x={1: 2}), attempt("x |= {3}", x=frozenset([1])), attempt("x += {1}", x={2}), attempt("x &= 5", x={1: 2}.keys()), attempt("x |= int", x=str), attempt("x += 1", x=None), attempt("x += 1"))


class Box:
    log = []

    def __init__(self, v):
        self.v = v

    def __iadd__(self, o):
        Box.log.append(("iadd", o))
        self.v += o
        return self

    def __imul__(self, o):
        return NotImplemented

    def __mul__(self, o):
        Box.log.append(("mul", o))
        return Box(self.v * o)

    def __ior__(self, o):
        return "replaced"

    def __rsub__(self, o):
        return ("rsub", o)

    def __ipow__(self, o):
        return ("ipow", o)

    def __repr__(self):
        return f"Box({self.v})"


b = same = Box(1)
b += 5
print(b, b is same)
b *= 3
print(b, b is same, same)
b |= 1
print(b, Box.log)
n = 10
n -= Box(1)
print(n)
p = Box(2)
p **= 4
print(p, attempt("x -= 1", x=Box(1)), attempt("x <<= 1", x=Box(1)))


class Holder:
    items = [1]
    count = 0


h = Holder()
h.count += 1
h.items += [2]
print(h.count, Holder.count, h.items is Holder.items, vars(h))
d = {"k": [1], "n": 1}
d["k"] += [2]
d["n"] *= 10
d["n"] -= d["n"] // 2
grid = [[0] * 2 for _ in range(2)]
grid[1][0] += 5
grid[1][-1] -= 1
print(d, grid)
calls = []


def index():
    calls.append("index")
    return 0


values = [1]
values[index()] += (calls.append("value"), 1)[1]
print(values, calls)
t = ([], 1)
try:
    t[0] += ["added anyway"]
except TypeError as error:
    print(error, t)
x = y = (1, 2)
x += (3,)
print(x, y)
s = "a"
for i in range(5):
    s += str(i)
print(s, attempt("a.b += 1", a=h), attempt("a[0] += 1", a=()), attempt("a['q'] += 1", a={}), attempt("def f():\n    z += 1\nf()"))
