"""Huge and hostile input: long literals, large containers, deep nesting, cut-off data, out-of-range sizes."""

import sys


def attempt(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
        return f"{type(result).__name__} {len(result) if hasattr(result, '__len__') else result}"
    except BaseException as error:
        message = str(error)
        return f"{type(error).__name__}: {'Stack overflow' if message.startswith('Stack overflow') else message[:70]}"


print(attempt(eval, "'" + "x" * 10_000_000 + "'"), attempt(eval, "1" * 4000), attempt(eval, "1" * 5000), attempt(eval, "[" + "1," * 200_000 + "]"), attempt(eval, "+".join(["1"] * 5000)), attempt(eval, "(" * 5000), attempt(eval, "x" * 1000 + " + 1"))
print(attempt(list, range(3_000_000)), attempt(dict.fromkeys, range(1_000_000)), attempt(set, range(1_000_000)), attempt(bytes, 50_000_000), attempt("x".__mul__, 50_000_000), attempt(tuple, bytes(2_000_000)))
huge = sys.maxsize
for action in [lambda: "x" * huge, lambda: [1] * huge, lambda: (1, 2) * huge, lambda: b"x" * huge, lambda: bytearray(huge), lambda: bytes(huge), lambda: list(range(huge)), lambda: "x".center(huge), lambda: "x".zfill(huge), lambda: "ab".replace("", "x" * 10**7) * 10**12, lambda: "%*d" % (huge, 1), lambda: f"{1:{huge}}", lambda: format(1.5, f".{huge}f"), lambda: 1 << huge, lambda: 1 << (1 << 70), lambda: "a" * (1 << 70), lambda: [0][1 << 70], lambda: [0] * (1 << 70), lambda: range(1 << 70)[1 << 69] and 5, lambda: bytearray(b"x") * huge, lambda: "\t".expandtabs(huge), lambda: memoryview(b"ab").cast("B", [huge, huge]), lambda: int.to_bytes(1, huge, "big"), lambda: round(1.5, huge), lambda: round(15, -(10**6)), lambda: 10 ** -(10**20) if False else 2.0 ** 10000, lambda: (2).__pow__(10**7).bit_length()]:
    print(attempt(action))
print(attempt(int, "9" * 4301), attempt(float, "9" * 5000), attempt(float, "1e" + "9" * 100), attempt(float, "0." + "0" * 5000 + "1"), attempt(complex, "1" * 400 + "j"), attempt(chr, 1 << 70), attempt(ord, "ab"), attempt(hex, 1 << 4000))
source = "def f():\n" + "".join(f"{' ' * (i + 1)}if x{i}:\n" for i in range(90)) + " " * 91 + "pass\n"
print(attempt(compile, source, "f", "exec").split(" ")[0], attempt(compile, "\n" * 100000 + "x", "f", "exec").split(" ")[0], attempt(compile, "for a in b:\n" + "".join(f"{' ' * (i + 1)}for a in b:\n" for i in range(25)) + " " * 27 + "pass", "f", "exec"), attempt(compile, "f(" + ",".join(f"a{i}" for i in range(1000)) + ")", "f", "eval").split(" ")[0], attempt(compile, "def f(" + ",".join(f"a{i}" for i in range(1000)) + "): pass", "f", "exec").split(" ")[0], attempt(compile, "if 1: pass\n" + "elif 1: pass\n" * 2000, "f", "exec").split(" ")[0])
for text in ["\x00", "a\x00b", "\ufeff", "\ud800", "'\\", "\"\"\"", "#" * 100000, " " * 100000, "\t" * 150 + "x", "\f\fx", "x\\\n" * 5, "\x1a", "é" * 1000, "🐍", "0" * 10000, "_" * 10000]:
    print(ascii(text[:5]), attempt(compile, text, "f", "exec").split(" at 0x")[0][:90])
deep = []
for _ in range(300_000):
    deep = [deep]
chain = {}
for _ in range(200_000):
    chain = {"n": chain}
linked = None


class Node:
    def __init__(self, n):
        self.n = n


for _ in range(200_000):
    linked = Node(linked)
gen = iter(())
for _ in range(500):
    gen = (x for x in gen)
print(attempt(list, gen))
del deep, chain, linked, gen
print("freed")
import json
import marshal
import pickle
import re
import struct

data = pickle.dumps({"a": [1, 2.5, "x", (None, True)]})
print({attempt(pickle.loads, data[:n]).split(":")[0] for n in range(len(data))})
code = marshal.dumps(compile("def f(a): return a + 1", "f", "exec"))
print({attempt(marshal.loads, code[:n]).split(":")[0] for n in range(len(code))} <= {"EOFError", "ValueError", "TypeError"})
print(attempt(json.loads, "[" * 100000), attempt(re.compile, "(" * 5000), attempt(re.compile, "a{99999999999}"), attempt(re.match, "(a*)*b", "a" * 20), attempt(re.match, "(?:x|y)*z", "xy" * 100000), attempt(struct.unpack, "<100i", b"x"), attempt(bytes.fromhex, "0" * 99999))
