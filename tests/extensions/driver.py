"""Exercises the extension modules of this folder; what it prints is compared with what CPython 3.14 prints."""

import gc
import importlib.machinery
import importlib.util
import sys
import types
import warnings
import weakref

folder = sys.argv[1]
sys.path.insert(0, folder)
gc.disable()


def show(*values):
    print(*[repr(v) for v in values])


def fails(f, *args, **kwargs):
    try:
        result = f(*args, **kwargs)
    except BaseException as e:
        print(f"{type(e).__module__}.{type(e).__name__}: {e}")
    else:
        print("no error:", repr(result))


print("--- module")
import sample

show(sample.__name__, sample.__doc__, sample.ANSWER, sample.NAME, type(sample))
print(sample.__file__.startswith(folder), type(sample.__loader__).__name__, sample.__spec__.name)
show(sample.noargs(), sample.noargs(), sample.noargs.__doc__, sample.noargs.__text_signature__, sample.noargs.__name__)
show(sample.one.__module__, sample.one.__self__ is sample, repr(sample.one).split(" at ")[0])
second = importlib.util.module_from_spec(sample.__spec__)
sample.__spec__.loader.exec_module(second)
show(second is sample, second.noargs(), sample.noargs(), second.Counter is sample.Counter)

print("--- calls")
show(sample.one("x"), sample.varargs(3), sample.varargs(3, "text", 2.5))
show(sample.keywords(1), sample.keywords(1, 2, 3), sample.keywords(1, c="c", d=[]), sample.keywords(1, b=5, d=1))
show(sample.fastcall(), sample.fastcall(1, 2, 3), sample.fastcall_keywords(1, 2, a=3, b=4))
for f, args, kwargs in [
    (sample.noargs, (1,), {}), (sample.noargs, (), {"a": 1}), (sample.one, (), {}), (sample.one, (1, 2), {}),
    (sample.one, (), {"x": 1}), (sample.varargs, (), {}), (sample.varargs, (1, 2), {}), (sample.varargs, ("1",), {}),
    (sample.varargs, (1, "a", 2.0, 4), {}), (sample.varargs, (1,), {"s": 1}), (sample.fastcall, (), {"a": 1}),
    (sample.keywords, (), {}), (sample.keywords, (1, 2, 3, 4), {}), (sample.keywords, (1, 2, 3, 4, 5), {}),
    (sample.keywords, (1,), {"e": 1}), (sample.keywords, (1, 2), {"b": 3}), (sample.keywords, (1, "x"), {}),
    (sample.keywords, (), {"b": 1}), (sample.varargs, (1 << 40,), {}),
]:
    fails(f, *args, **kwargs)

print("--- built-in types")
show(sample.sum_sequence([1, 2.5, 10**20]), sample.sum_sequence((1, True)), sample.sum_sequence(iter([4])))
fails(sample.sum_sequence, 5)
fails(sample.sum_sequence, ["x"])
for s in ["", "abc", "h\xe9", "\u20ac\u20ac", "a\U0001f600"]:
    show(sample.text_info(s))
fails(sample.text_info, b"x")
fails(sample.text_info, "\ud800")
show(sample.make_text(0x64), sample.make_text(0xe9), sample.make_text(0x20ac), sample.make_text(0x1f600))
show(sample.make_text(0x64) == "abcd", {sample.make_text(0x64): 1}["abcd"])
show(sample.reversed_bytes(b"hello"), sample.reversed_bytes(b""), sample.reversed_bytes(b"x"))
show(sample.swap_pair((1, "b")), sample.invert_dict({"a": 1, "b": 2}), sample.set_things([1, 7]), sample.set_things("aab")[0:2])
for n in [0, 1, -1, 2**31, -2**31, 2**63 - 1, -2**63, 2**63, 2**64 + 5, -2**70]:
    show(sample.integers(n))
show(sample.references(object()), sample.references([]))
show(sample.iterate([1, "a", (2,)]), sample.iterate(x for x in "xy"))
fails(sample.iterate, [None])
fails(sample.iterate, 3)

print("--- formats")
cases = {
    "b": [5, 255, 256, -1, "x", 1.5], "B": [5, 300, -1], "h": [-5, 40000, -40000], "H": [70000, -1], "i": [7, 2**31, -2**31 - 1, 1.0, None],
    "I": [2**32 + 3, -1, "x"], "l": [5, 2**63, 1.5], "k": [5, 2**64 + 1, -1, 1.5, "x"], "L": [5, 2**63, "x"], "K": [2**64 + 2, 1.5], "n": [5, 2**63, 1.5],
    "f": [1.5, 3, "x"], "d": [1.5, 3, True, "x", 10**400], "D": [1j, 2, 2.5, "x"], "c": [b"a", bytearray(b"b"), b"", b"ab", "a", 5],
    "C": ["a", "\u20ac", "", "ab", b"a"], "p": [0, [], [0], "x"],
    "s": ["text", "caf\xe9", "a\0b", b"x", None, 5], "z": ["text", None, b"x", "a\0b"], "y": [b"x", b"a\0b", "text", bytearray(b"q"), None, memoryview(b"mem")],
    "s#": ["text", "a\0b", b"bytes", bytearray(b"x"), None, 5], "z#": ["t", None, b"x", 5], "y#": [b"a\0b", "x", bytearray(b"y"), 5],
    "s*": ["text", b"bytes", bytearray(b"ba"), memoryview(b"mv"), None, 5], "z*": ["text", None, b"b", 5], "y*": [b"b", bytearray(b"c"), "x", None],
    "w*": [bytearray(b"rw"), b"ro", "x"], "es": ["caf\xe9", "\u20ac", b"x", "a\0b", 5], "et": ["caf\xe9", b"raw", bytearray(b"ba"), 5], "es#": ["ab", "abc", 5],
    "S": [b"x", "x"], "U": ["x", b"x"], "Y": [bytearray(b"x"), b"x"], "O": [None, ()], "O!": [[1], (1,)], "O&": [4, 5, "x"],
}
for f, values in cases.items():
    for v in values:
        print(f, "memoryview" if isinstance(v, memoryview) else repr(v), end=" -> ")
        fails(sample.parse, f, (v,))
for f, args in [
    ("(ii)i", ((1, 2), 3)), ("(ii)i", ([1, 2], 3)), ("(ii)i", ((1,), 3)), ("(ii)i:nested", ((1, "x"), 3)), ("(ii)i", (5, 3)), ("(ii)i:nested", ("ab", 3)),
    ("(ii)i;a text of its own", ((1,), 3)), ("(ii)i", ((1, 2),)), ("i|i:f", (1,)), ("i|i:f", (1, 2)), ("i|i:f", ()), ("i|i:f", (1, 2, 3)), ("|ii", ()),
    ("|ii", (1, 2, 3)), ("ii;two numbers", (1,)), ("ii;two numbers", (1, "x")),
]:
    print(f, args, end=" -> ")
    fails(sample.parse, f, args)
show(sample.unpack(1), sample.unpack(1, 2), sample.unpack(1, 2, 3))
fails(sample.unpack)
fails(sample.unpack, 1, 2, 3, 4)
show(sample.build())
for line in sample.formatted("t\xe9xt"):
    show(line)
show(sample.formatted(sample.Counter(5))[6], sample.formatted(sample.Counter(5))[8])

print("--- calls from C, exceptions")
show(sample.call_things("abab"))
fails(sample.raise_own, "message")
fails(sample.raise_own, (1, 2))
show(sample.Error.__mro__, sample.Error.__doc__, sample.Error.__module__)


def raiser(e):
    def f():
        raise e
    return f


show(sample.catch(lambda: 5), sample.catch(raiser(sample.Error(1, 2))), sample.catch(raiser(KeyError("k"))))
fails(sample.catch, raiser(ZeroDivisionError("zero")))
try:
    sample.chained("k")
except RuntimeError as e:
    show(e, e.__cause__, e.__context__)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    sample.warn([1])
    show([(w.category, str(w.message)) for w in caught])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    fails(sample.warn, 2)
show(sample.without_gil(1000))

print("--- capsules")
c = sample.capsule()
show(type(c), isinstance(c, types.CapsuleType), repr(c).split(" at ")[0], sample.open_capsule(c))
del c
show(sample.open_capsule(sample.capsule()))
show(sample.imported_capsule())
fails(sample.open_capsule, 5)
fails(type(sample.value))

print("--- a heap type")
C = sample.Counter
show(C, C.__name__, C.__qualname__, C.__module__, C.__doc__, C.__text_signature__, C.__basicsize__ > 16, C.__flags__ & (1 << 9) != 0)
c = C(2, label="L")
show(c, c.step, c.ratio, c.label, c.extra, c.value, c.letter, c.double, len(c), bool(c), hash(c), c(1, k=2), c())
show(1 in c, 2 in c, c[0], c[1], c[0:5:2], c + 1, 1 + c, c + c, c**2, pow(c, 2, 3), range(10)[c], list(C(0)), list(C(0, 2)))
show(c == C(2), c != C(2), c < C(3), c >= C(3), c == 2, C(1) in [C(1)])
c.double = 20
c.step = 5
c.ratio = 3
c.letter = "z"
c.extra = [1]
c.free = "instance dict"
show(c.value, c.step, c.ratio, c.letter, c.extra, c.__dict__, c.free)
c["any"] = 3
show(c.value)
del c["any"]
show(c.value, bool(c))
for text in ["c.step = 'x'", "c.step = 2**40", "c.ratio = 'x'", "c.letter = 'no'", "c.letter = 5", "c.value = 1", "c.readonly = 1", "del c.double",
             "c.double = 'x'", "del c.step", "c + 'x'", "c[5]", "c['x']", "'x' in c", "c.missing", "C('x')", "C(1, 2, 3, 4)", "C(nope=1)", "hash(C(-5))",
             "len(C(-1))", "C.step.__get__(5)", "C.noargs(5)", "C.noargs()", "c.noargs(1)", "c.o()", "c.fast(a=1)", "c < 1", "C.__new__(int)", "C.method(c)"]:
    print(text, end=" -> ")
    fails(lambda: exec(text) if "=" in text and "C(nope=1)" != text and "a=1" not in text or text.startswith("del") else eval(text))
del c.label
fails(lambda: c.label)
c.label = c
fails(lambda: delattr(c, "nothing"))
show(C.step, C.double, C.__dict__["noargs"], C.__dict__["class_method"], type(C.__dict__["static_method"]).__name__)
show(C.step.__doc__, C.double.__doc__, C.noargs.__doc__, C.noargs.__text_signature__, C.varargs.__doc__, C.varargs.__text_signature__)
show(c.noargs() is c, c.o(1)[1], c.varargs(1, 2), c.keywords(1, a=2), c.keywords(), c.fast(1, 2), c.method(1, k=2), C.class_method(5), c.class_method(6), C.static_method(7))
show(sorted(n for n in vars(C) if not n.startswith("__")), "__iter__" in vars(C), "__next__" in vars(C), C.__len__(C(4)), C.__add__(C(1), 2), C.__repr__(C(9)))
r = weakref.ref(c)
show(r() is c)
c.extra = c
del c, r


class Sub(C):
    def __init__(self, value=0):
        super().__init__(value, 2)
        self.own = "own"

    def __repr__(self):
        return f"Sub({super().__repr__()})"

    def __len__(self):
        return super().__len__() + 100

    def __add__(self, other):
        return "added"


s = Sub(3)
show(s, len(s), s + 1, s.step, s.own, s.__dict__, s.double, s.method(), isinstance(s, C), s[0], s(1))
ended = []
weakref.finalize(s, ended.append, "gone")
s.label = s
del s
show(ended)
gc.collect()
show(ended)
fails(type, "Both", (C, int), {})
C.added_later = 5
show(C(1).added_later)
fails(setattr, sample.Box, "x", 1)


class Slotted(C):
    __slots__ = ("more",)


t = Slotted(1)
t.more = t
show(t.more is t, t.value)
del t
gc.collect()

print("--- a cycle in C")
a = sample.node(None)
b = sample.node(a)
a.next = b
show(sample.alive(), gc.is_tracked(a), a.next is b, type(a))
del a, b
show(sample.alive())
gc.collect()
show(sample.alive())
fails(sample.Node)
keep = sample.node([])
keep.next.append(keep)
del keep
gc.collect()
show(sample.alive())

print("--- buffers")
block = sample.Block()
m = memoryview(block)
show(m.shape, m.strides, m.format, m.tolist(), m.nbytes, m.readonly, block.exports)
m[1, 2] = -7
show(m[1, 2], m.tobytes(), bytes(memoryview(block).cast("B"))[:4], block.exports)
fails(bytearray, block)
m.release()
show(block.exports)
show(sample.buffer_info(block), sample.buffer_info(b"xyz"), sample.buffer_info(memoryview(b"abcdef")[::2]))
fails(sample.buffer_info, 5)
show(block.exports)

print("--- data of a class's own")
d = sample.Data(a=1)
show(d, d.get(), d.get(), d.number, isinstance(d, dict))
d.number = 10


class MoreData(sample.Data):
    pass


e = MoreData()
e.attribute = e
show(d.get(), e.get(), e.number, sample.Data.__mro__)
del e
gc.collect()

print("--- static types")
b = sample.Box([1])
show(str(b), b.held, b.special, sample.Box.__doc__, sample.Box.__name__, sample.Box, b.__class__)
del b.held
fails(lambda: b.held)
fails(lambda: b.nothing)
fails(sample.Box, a=1)
fails(sample.Box, 1, 2)


class SubBox(sample.Box):
    pass


sb = SubBox("in")
sb.attribute = 5
show(str(sb), sb.attribute, sb.special, sb.held)
cl = sample.CountingList("ab")
cl.append("c")
show(cl, cl.appended, len(cl), cl[-1], sorted(cl, reverse=True), cl == ["a", "b", "c"], sample.CountingList.__mro__)

print("--- single phase")
import single

show(single.__doc__, single.ONE, single.hello(), single.hello("you"), single.found())
fails(single.hello, 5)
again = sys.modules.pop("single")
import single

show(single is again, single.ONE, single.hello())

print("--- what cannot be loaded")
for name in ["silent", "loud", "missing"]:
    loader = importlib.machinery.ExtensionFileLoader(name, f"{folder}/broken.so")
    spec = importlib.util.spec_from_file_location(name, f"{folder}/broken.so", loader=loader)
    fails(importlib.util.module_from_spec, spec)
try:
    loader = importlib.machinery.ExtensionFileLoader("gone", f"{folder}/gone.so")
    importlib.util.module_from_spec(importlib.util.spec_from_file_location("gone", f"{folder}/gone.so", loader=loader))
except ImportError as e:
    show(e.name, e.path == f"{folder}/gone.so", "gone.so: cannot open shared object file" in str(e))
show([s in importlib.machinery.EXTENSION_SUFFIXES for s in [".cpython-314-x86_64-linux-gnu.so", ".abi3.so", ".so"]])
print("end")
