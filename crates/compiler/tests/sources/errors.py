return 1
# ---
def f():
    yield 1
    return
class A:
    return 2
# ---
break
# ---
for x in y:
    def f():
        continue
# ---
try:
    pass
finally:
    continue
# ---
def f(a, b, a): pass
# ---
lambda x, x: 1
# ---
def f():
    x = 1
    global x
# ---
def f():
    print(x)
    nonlocal x
# ---
nonlocal x
# ---
def f():
    nonlocal missing
# ---
def f(x):
    global x
# ---
def f():
    global x
    nonlocal x
# ---
def f():
    global x
    x: int
# ---
def f():
    from a import *
# ---
await x
# ---
def f(): await x
# ---
async def f():
    yield 1
    return 2
# ---
async def f():
    yield from x
# ---
def f():
    async for x in y: pass
# ---
def f():
    async with x: pass
# ---
def f(): [x async for x in y]
# ---
class A: yield
# ---
[(yield) for x in y]
# ---
def f(): {(yield): 1 for x in y}
# ---
[i := 1 for i in x]
# ---
[x for x in (y := z)]
# ---
class A: [y := 1 for z in q]
# ---
[x for x in a if (j := x) for j in b]
# ---
def f(x: (y := 1)): pass
# ---
x: (yield)
# ---
type X = (yield)
# ---
def f[T: (yield)](): pass
# ---
class A[T](x := 1): pass
# ---
type X[T = await x] = 1
# ---
def f[T, T](): pass
# ---
def f[T = int, U](): pass
# ---
class A[__classdict__]: pass
# ---
def f[T]():
    nonlocal T
# ---
__debug__ = 1
# ---
del __debug__
# ---
def f(__debug__): pass
# ---
f(__debug__=1)
# ---
x.__debug__ = 1
# ---
import __debug__
# ---
from __future__ import braces
# ---
from __future__ import nothing
# ---
x = 1
from __future__ import annotations
# ---
f(a=1, b=2, a=3)
# ---
*a, *b = c
# ---
*a = c
# ---
try: pass
except: pass
except A: pass
# ---
for x in y:
    try: pass
    except* A: break
# ---
def f():
    try: pass
    except* A: return 1
# ---
match x:
    case a: pass
    case 1: pass
# ---
match x:
    case _: pass
    case 1: pass
# ---
match x:
    case [a, a]: pass
# ---
match x:
    case [a] | [b]: pass
# ---
match x:
    case a | 1: pass
# ---
match x:
    case {1: a, 1: b}: pass
# ---
match x:
    case {'a': a, 'a': b}: pass
# ---
match x:
    case {1: a, True: b}: pass
# ---
match x:
    case A(x=1, x=2): pass
# ---
match x:
    case [*a, *b]: pass
# ---
with a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v: pass
# ---
x = 1 is 1
y = "a" is not b
z = 1 == 2 is ()
assert (x, "message")
1()
"a"[1.5]
(1, 2)["a"]
[][x, y]
None[1]
(lambda: 1)[2]
"%s"()
f"{x}"["a"]
# ---
def f():
    try:
        pass
    finally:
        return 1
def g():
    for x in y:
        try: pass
        finally:
            for z in w: break
            break
def h():
    while 1:
        try: pass
        finally:
            if x: continue
            def i(): return 1
