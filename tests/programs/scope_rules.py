"""Global, nonlocal, class and comprehension scopes; locals(), globals(), exec and eval; PEP 667."""

x = "module"


def reads():
    return x


def writes():
    global x
    x = "written"
    return x


print(reads(), writes(), x)


def locals_snapshot():
    a = 1
    first = locals()
    first["a"] = 99
    first["b"] = 2
    second = locals()
    return a, first, second, first is second


print(locals_snapshot())


def frame_proxy():
    import sys

    a = 1
    proxy = sys._getframe().f_locals
    proxy["a"] = 42
    proxy["extra"] = "e"
    return a, sorted(k for k in proxy), proxy["extra"], "a" in proxy, len(proxy), type(proxy).__name__


print(frame_proxy())
print(eval("a + b", {"a": 1}, {"b": 2}), eval("x"), eval(" 1 + 1"), eval(compile("3 * 3", "<s>", "eval")))
space = {}
exec("y = 5\ndef g():\n    return y\n", space)
print(space["g"](), "__builtins__" in space, sorted(k for k in space if k[0] != "_"))
split_globals, split_locals = {}, {}
exec("z = 1\ndef h():\n    return z", split_globals, split_locals)
try:
    split_locals["h"]()
except NameError as error:
    print(error)


def inner_exec():
    q = 1
    exec("q = 2; r = 3")
    try:
        r
    except NameError as error:
        return q, str(error)


print(inner_exec())


class Scope:
    y = 1
    z = [y + 1 for y in range(2)]
    try:
        w = [y for _ in range(1)]
    except NameError as error:
        w = str(error)
    locals()["dynamic"] = 5
    del y


print(Scope.z, Scope.w, Scope.dynamic, hasattr(Scope, "y"))
print([n for n in range(3)], [(a, b) for a in range(2) for b in range(a + 1) if a or b])
try:
    n
except NameError as error:
    print(error)
last = None
[last := v for v in range(5)]
print(last, any((hit := v) > 2 for v in [1, 3, 5]), hit)


def comp_locals():
    a = 1
    return [sorted(locals()) for b in range(1)]


print(comp_locals())
try:
    undefined_name
except NameError as error:
    print(error, error.name)
for source in ["def f():\n x = 1\n global x", "def f():\n nonlocal q", "nonlocal q", "def f(a):\n global a", "def f():\n print(x)\n global x", "[i := 0 for i in range(5)]", "class A:\n [q := 1 for _ in ()]", "def f(a, a): pass", "x = 1\nglobal x", "lambda: (yield)", "return", "yield", "break", "continue", "await x", "def f():\n  from os import *", "del f()", "f() = 1", "None = 1", "x + 1 = 2", "a, b += 1", "(a, b): int = 1"]:
    try:
        exec(compile(source, "<test>", "exec"), {})
        print(repr(source), "ok")
    except SyntaxError as error:
        print(repr(source), error.msg, error.lineno, error.offset)
del x
print("x" in globals(), __name__, __builtins__.__name__, __doc__.split(":")[0])
