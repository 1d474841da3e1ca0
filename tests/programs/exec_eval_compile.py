"""exec, eval, compile: modes, namespaces, flags, code objects, builtins control."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


code = compile("a + b", "<expr>", "eval")
print(eval(code, {"a": 1, "b": 2}), code.co_names, code.co_filename, eval("[x for x in range(n)]", {"n": 3}))
space = {"out": []}
exec("""
def square(x):
    return x * x
out.append(square(7))
class K:
    y = 5
out.append(K.y)
for i in range(3):
    out.append(i)
""", space)
print(space["out"], "square" in space, space["i"], sorted(k for k in space if not k.startswith("__")))
single = compile("1 + 1\n", "<single>", "single")
exec(single)
exec(compile("x = 5; x", "<single>", "single"))
exec(compile("for i in range(2): i\n", "<single>", "single"))
local = {}
exec("value = 1\ndel value\nother = 2", {}, local)
print(local, attempt(eval, "other", {}, local), attempt(eval, "missing", {}, local))


class Mapping(dict):
    def __missing__(self, key):
        return f"<{key}>"

    def __setitem__(self, key, value):
        super().__setitem__(key, ("set", value))


m = Mapping()
exec("p = q\nr = 1", {}, m)
print(m, eval("anything", {}, Mapping()))
print(attempt(eval, "len([1])", {"__builtins__": {}}), attempt(eval, "len([1])", {"__builtins__": {"len": lambda v: 99}}), attempt(exec, "import os", {"__builtins__": {}}), attempt(exec, "class A: pass", {"__builtins__": {}}))
for source, mode in [("x = 1", "eval"), ("1; 2", "eval"), ("1\n2", "single"), ("", "eval"), ("", "exec"), ("x", "nope"), ("def f(): yield", "exec"), ("await x", "exec"), ("return", "exec"), ("  x", "eval"), (" x", "exec")]:
    print(repr(source), mode, attempt(compile, source, "<s>", mode).split(" at 0x")[0])
print(attempt(compile, "1", "f", "exec", flags=1 << 30), attempt(compile, b"'\xc3\xa9'", "f", "eval").startswith("<code"), attempt(eval, b"1 + 1"), attempt(exec, 5), attempt(eval, "1", {}, 5), attempt(exec, "x", None, None).split(":")[0])
import ast

print(compile("a", "f", "eval", ast.PyCF_ONLY_AST), eval(compile(ast.parse("6 * 7", mode="eval"), "f", "eval")), compile("assert 0", "f", "exec", optimize=1).co_consts, compile("'''doc'''\nx = 1", "f", "exec", optimize=2).co_consts, eval("__debug__"))


def scoped():
    a, b = 1, 2
    return eval("a + b"), eval("[a for _ in range(2)]"), sorted(eval("locals()")), exec("a = 100"), a


print(scoped())
f = {}
exec("def outer():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n        return n\n    return inner", f)
counter = f["outer"]()
print(counter(), counter(), eval("lambda x: x + 1")(4), eval("(yield_ := 3)"), attempt(eval, "(yield)"), exec("pass") is None, eval("__import__('math').floor(2.7)"), eval("1 if 0 else 2"), eval("'%s' % 5"), eval("(\n1,\n2)"))
exec(open(__file__).read().split('"""')[0] + "print('from file text')")
free = (lambda z: (lambda: z))(5).__code__
print(attempt(exec, free), attempt(exec, free, closure=(lambda q: (lambda: q).__closure__)(9)), attempt(eval, code, {"a": 1}))
