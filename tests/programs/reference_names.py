"""Reference, names and scopes: binding, the order local-enclosing-global-built-in, `globals`, `locals`, `global`, `nonlocal`, `del`."""

import builtins

level = "global"


def outer():
    level = "enclosing"

    def inner():
        level = "local"
        return level

    def middle():
        return level

    def changing():
        nonlocal level
        level = "changed"
        return level

    return inner(), middle(), changing(), level


print(outer(), level)


def top():
    global level, brand_new
    level = "set from inside"
    brand_new = 1
    return level


print(top(), level, brand_new)


def early():
    try:
        print(later)
    except UnboundLocalError as error:
        print(type(error).__name__, error)
    later = 1
    del later
    try:
        later
    except UnboundLocalError as error:
        print(error)


early()
try:
    nowhere
except NameError as error:
    print(error, error.name)


def free():
    if False:
        cell = 1

    def use():
        return cell

    try:
        use()
    except NameError as error:
        print(error)


free()


def shadow():
    len = lambda thing: "mine"
    return len([1])


print(shadow(), len([1]))
builtins.shared = "from builtins"
print(shared)
shared = "from the module"
print(shared)
del shared
print(shared)
del builtins.shared
try:
    shared
except NameError as error:
    print(error)


def introspect(a, b=2):
    c = a + b
    names = locals()
    names["c"] = "not seen"
    names["d"] = "extra"
    return c, names, sorted(locals())


print(introspect(1))
globals()["injected"] = 5
print(injected, "introspect" in globals(), globals() is locals(), __name__)


class Body:
    x = 1
    y = [i for i in range(x + 1)]
    try:
        z = [x for _ in range(2)]
    except NameError as error:
        print(error)
    names = sorted(n for n in locals() if not n.startswith("__"))

    def method(self):
        try:
            return x
        except NameError as error:
            return str(error)

    z = (lambda: __class__)


print(Body.y, Body.names, Body().method(), Body.z() is Body)

functions = []
for i in range(3):
    functions.append(lambda: i)
print([f() for f in functions], [f() for f in [lambda i=i: i for i in range(3)]], [f() for f in [lambda: j for j in range(3)]])
try:
    j
except NameError as error:
    print(error)
print([last := k for k in range(3)], last)

try:
    raise ValueError("x")
except ValueError as caught:
    pass
try:
    caught
except NameError as error:
    print(error)

space = {"x": 10}
exec("y = x + 1\ndef f(): return y\nz = f()", space)
print(space["z"], sorted(k for k in space if k != "__builtins__"))
print(eval("x + y", {"x": 1}, {"y": 2}), eval("[x for _ in 'ab']", {}, {"x": 3}))
exec("print(len('abc'))", {"__builtins__": {"print": print, "len": lambda s: "restricted"}})
try:
    eval("open('x')", {"__builtins__": {}})
except NameError as error:
    print(error)
for wrong in ["def f():\n    global a\n    a = 1\n    nonlocal a", "nonlocal x", "def f(a):\n    global a", "def f():\n    x = 1\n    global x", "def f():\n    nonlocal missing", "class C:\n    nonlocal q"]:
    try:
        compile(wrong, "<s>", "exec")
    except SyntaxError as error:
        print(error.msg, error.lineno)


def lifetime():
    kept = []

    def add(item):
        kept.append(item)
        return len(kept)

    return add


add = lifetime()
print(add(1), add(2), add.__closure__[0].cell_contents, add.__code__.co_freevars, lifetime.__code__.co_cellvars)
