"""del, global in odd places, semicolons, line continuation, nested functions in classes, docstrings, pass, ellipsis."""

x = 1; y = 2; print(x, y)
if x: print("one line"); print("two")
total = 1 + \
    2 + \
    3
print(total, (1 +
              2), [
    1,
    2,
], {"a":
    1})
def f(): "docstring"; return f.__doc__
print(f())
class Empty: ...
class OneLine: a = 1; b = a + 1
print(Empty.__doc__, OneLine.b)


def documented():
    """First.

    Second.
    """


def not_documented():
    f"not a docstring"


class Documented:
    """Class doc."""


print(repr(documented.__doc__), not_documented.__doc__, Documented.__doc__, __doc__.split(",")[0])
a, b, c = [0], {"k": 1}, "s"
del a[0], b["k"], c
print(a, b, "c" in globals())
(p), [q] = 1, [2]
print(p, q)
for i in range(3): pass
else: print("loop", i)
while True: break
with open(__file__) as source, open(__file__) as again: first = source.readline()
print(first.startswith('"""del'))
try: raise ValueError
except ValueError: print("caught")
finally: print("finally")
lambda_default = lambda x, /, y=2, *z, k=3, **kw: (x, y, z, k, kw)
print(lambda_default(1), lambda_default(1, 5, 6, k=7, m=8))
print(1if x else 2, [1,2,][0], (1,)[0], 0xfor 5, not(x), -1**2, 2**-1, ~-1, - -1, 1_0)
print(*[1], *(2, 3), sep="-"), print(**{"sep": ""})
def generator(): yield; x = yield 1; print("got", x); return (yield)
g = generator()
print(next(g), next(g), g.send("v"))
try: g.send("end")
except StopIteration as stop: print(stop.value)
global_set = {1, 2} | {3} & {3, 4} ^ {5} - {6}
print(global_set, 1 | 2 ^ 3 & 4 << 1 + 2 * 3 ** 2, not 1 < 2 or 3 == 3 and 4 in [4])
match x:
    case 1: print("matched one")
    case _: print("other")
type Alias = int | list[Alias]
print(Alias, Alias.__value__)
def outer():
    def inner(): nonlocal v; v += 1; return v
    v = 1; inner(); return inner()
print(outer())
assert (x == 1), "fine"
print("if" "else", r"\n" "\n".strip(), b"a" b"b", """a
b""", f"{x}" "{x}" f'{y}')
if (z := 5) and z > 3: print(z)
print((yield_ := 3), [w := 1, w + 1], (lambda: (u := 9))())
print(x if x else y, (x, y) if y else None, [x for x in [1] if x], {**{}, "k": x})
print(__name__ == "__main__", 5 .real, 5..real, 1e3.is_integer(), 0b1_0, 0O17, 0XfF, 1J, .5, 5., 1E-2)
@property
@staticmethod
def decorated(): return 1
print(type(decorated).__name__)
async def coroutine(): return [i async for i in agen()]
async def agen(): yield 1; yield 2
try: coroutine().send(None)
except StopIteration as stop: print(stop.value)
import sys as system, os.path as path; from os import (sep, getcwd as cwd,)
print(system.__name__, path.__name__, sep, callable(cwd))
