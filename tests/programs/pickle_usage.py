"""pickle: every protocol, classes, reduce, state, persistent ids, buffers, errors; copy too."""

import copy
import copyreg
import io
import pickle
import pickletools


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

    def __repr__(self):
        return f"Point({self.x}, {self.y})"


class Stateful:
    def __init__(self):
        self.data, self.cache = [1], "cached"

    def __getstate__(self):
        return {"data": self.data}

    def __setstate__(self, state):
        self.__dict__.update(state, cache="restored")


class Slots:
    __slots__ = ("a", "b")


class Reduce:
    def __init__(self, v):
        self.v = v

    def __reduce__(self):
        return Reduce, (self.v + 1,), {"extra": 5}


class NewArgs(tuple):
    def __new__(cls, a, b=2):
        return super().__new__(cls, (a, b))

    def __getnewargs_ex__(self):
        return (self[0],), {"b": self[1]}


class ListSub(list):
    pass


values = [None, True, False, 0, -1, 255, 65536, 2**31, -(2**63), 10**50, 1.5, float("inf"), 1j, "", "text", "é日\U0001F600", "x" * 300, b"", b"bytes", b"z" * 300, bytearray(b"ba"), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1, [2]], {}, {"a": {"b": 1}}, set(), {1}, frozenset([2]), range(5), slice(1, 2), ..., NotImplemented, int, len, Point, Point(1, 2), ListSub([1]), NewArgs(1, 3), ValueError("v", 1), print, str.upper, [].append, complex]
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    bad = []
    for value in values:
        loaded = pickle.loads(pickle.dumps(value, protocol))
        same = repr(loaded) == repr(value) if not callable(value) or isinstance(value, type) else True
        if not same or type(loaded) is not type(value):
            bad.append(value)
    print(protocol, "bad:", bad)
for protocol in (0, 2, 4):
    print(pickle.dumps([1, "a", (2.5, None), {"k": b"v"}], protocol))
s = pickle.loads(pickle.dumps(Stateful()))
r = pickle.loads(pickle.dumps(Reduce(1)))
sl = Slots()
sl.a = 5
sl2 = pickle.loads(pickle.dumps(sl, 2))
print(s.data, s.cache, r.v, r.extra, sl2.a, hasattr(sl2, "b"))
shared = [1]
a, b = pickle.loads(pickle.dumps((shared, shared)))
rec = [1]
rec.append(rec)
d = {}
d["self"] = d
print(a is b, pickle.loads(pickle.dumps(rec))[1][1][0], list(pickle.loads(pickle.dumps(d))["self"]))
for bad in [lambda x: x, (i for i in []), io.StringIO if False else open(__file__), type("Local", (), {})(), memoryview(b"")]:
    print(attempt(pickle.dumps, bad).split(" at 0x")[0])
for data in [b"", b"garbage", b"\x80\x09.", b"cnope\nnope\n.", b"cos\nnope_x\n.", b"(", b"\x80\x04\x95", b".", b"I1x\n."]:
    print(data, attempt(pickle.loads, data))


class PP(pickle.Pickler):
    def persistent_id(self, obj):
        return ("pt", obj.x) if isinstance(obj, Point) else None


class PU(pickle.Unpickler):
    def persistent_load(self, pid):
        return f"loaded {pid}"

    def find_class(self, module, name):
        if module != "builtins":
            raise pickle.UnpicklingError(f"forbidden {module}.{name}")
        return super().find_class(module, name)


f = io.BytesIO()
PP(f).dump([Point(1, 2), "x"])
f.seek(0)
print(PU(f).load(), attempt(PU(io.BytesIO(pickle.dumps(Point))).load), attempt(pickle.loads, f.getvalue()))
buffers = []
big = pickle.dumps(pickle.PickleBuffer(bytearray(b"outofband")), protocol=5, buffer_callback=buffers.append)
print(len(buffers), pickle.loads(big, buffers=buffers))
copyreg.pickle(Point, lambda p: (Point, (p.x * 10, p.y)))
print(pickle.loads(pickle.dumps(Point(1, 2))), copy.copy(Point(1, 2)))
pickletools.dis(pickle.dumps([1, "a", {"k": (True, None)}], 4))
print(pickletools.optimize(pickle.dumps(["a", "a"], 2)))
x = [[1], {"k": [2]}, (3, [4])]
y, z = copy.copy(x), copy.deepcopy(x)
x[0].append(9)
print(y[0], z[0], z == x, copy.deepcopy(rec)[1][0], copy.copy(s).cache, copy.deepcopy(sl).a)


class DC:
    def __deepcopy__(self, memo):
        return "deep"

    def __copy__(self):
        return "shallow"


print(copy.copy(DC()), copy.deepcopy([DC()]), copy.copy(5) is 5 if False else 5, copy.replace((p := NewArgs(1)), **{}) if hasattr(NewArgs, "__replace__") else "no replace", attempt(copy.copy, (i for i in [])), pickle.HIGHEST_PROTOCOL, pickle.DEFAULT_PROTOCOL)
