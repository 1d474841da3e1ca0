"""Input that is cut off or changed: sources cut at every byte, marshal data and archives cut and changed at every byte."""

import io
import marshal
import pickle
import sys
import types
import zipfile

SOURCE = '''\
# -*- coding: utf-8 -*-
@decorator
class C[T](base, metaclass=M):
    """Doc"""
    x: int = 0x1f + 1_000.5e-3j
    async def f(self, a, /, b=1, *args, c: str = 'é', **kw) -> None:
        async with a as b, c: yield [i async for i in a if i]
        return (await x)[1:2, ...], {**a, 'b': 1}, {*a}, lambda q: (yield)
try:
    match x:
        case {"a": [1, *_, -2], **rest} | C(x=1) if y: pass
        case _: del a.b, c[0]
except* E as e: raise e from None
finally:
    for i in range(3):
        if (n := i) > 1 or not n: break
        elif n: continue
    else: print(f"{x!r:>{w}} {{}} {'a' "b"}", t'{x=}', rb"\\x00")
while True: global g; g += 1; x = y if z else """w
w"""
type A[*Ts, **P] = list[int]
'''


def attempt(action, *ends):
    try:
        action()
    except ends:
        pass


count = 0
text = SOURCE.encode()
for end in range(len(text)):
    attempt(lambda: compile(text[:end], "s", "exec"), SyntaxError, ValueError)
    attempt(lambda: compile(text[end:], "s", "exec"), SyntaxError, ValueError)
    for byte in (0, 0x28, 0x22, 0x7B, 0xFF, 0x0A):
        attempt(lambda: compile(text[:end] + bytes([byte]) + text[end + 1 :], "s", "exec"), SyntaxError, ValueError)
    count += 8
print("sources", count)

VALUE = (compile("def f(a, *b, c=1):\n    try: return a + 1.5\n    except KeyError: return [x for x in b]\n    finally: f(2)\n", "s", "exec"), [1, 2**70, -1.5, 2j, "é", b"x", None, True, ...], {"a": (1, {2}), 3: frozenset("q")}, slice(1, 2))
data = marshal.dumps(VALUE)
ENDS = (ValueError, EOFError, TypeError, OverflowError, MemoryError, SystemError, RecursionError)


def load(data):
    value = marshal.loads(data)
    code = value[0] if isinstance(value, tuple) and value else value
    if isinstance(code, types.CodeType) and not code.co_freevars:
        space = {}
        try:
            exec(code, space)
            space["f"](1)
        except Exception:
            pass


sys.setrecursionlimit(200)
for end in range(len(data)):
    attempt(lambda: load(data[:end]), *ENDS)
    for byte in {0, 1, 0x7F, 0x80, 0xFF, data[end] ^ 1, data[end] ^ 0x80, data[end] + 1 & 255}:
        attempt(lambda: load(data[:end] + bytes([byte]) + data[end + 1 :]), *ENDS)
print("marshal", len(data) > 100)

pickled = pickle._dumps([{"a": (1, 2.5, "é", b"x", {3}, None)}, range(3), len, 2**80], 5)
PICKLE_ENDS = (Exception,)
for end in range(len(pickled)):
    attempt(lambda: pickle._loads(pickled[:end]), *PICKLE_ENDS)
    for byte in (0, 0xFF, pickled[end] ^ 1, pickled[end] ^ 0x20):
        attempt(lambda: pickle._loads(pickled[:end] + bytes([byte]) + pickled[end + 1 :]), *PICKLE_ENDS)
print("pickle", len(pickled) > 50)

box = io.BytesIO()
with zipfile.ZipFile(box, "w") as archive:
    archive.writestr("a.txt", "content")
packed = box.getvalue()


def unzip(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            archive.read(name)


for end in range(len(packed)):
    attempt(lambda: unzip(packed[:end]), Exception)
    for byte in (0, 0xFF, packed[end] ^ 1):
        attempt(lambda: unzip(packed[:end] + bytes([byte]) + packed[end + 1 :]), Exception)
print("zip", len(packed) > 50)
