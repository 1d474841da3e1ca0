"""Frames, tracebacks and code objects from within: f_locals, f_back, f_lineno, walking, code flags."""

import sys


def where():
    frame = sys._getframe(1)
    return frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno


def outer():
    a = 1

    def inner(b):
        c = a + b
        frame = sys._getframe()
        names = []
        while frame:
            names.append(frame.f_code.co_qualname)
            frame = frame.f_back
        return names, sorted(sys._getframe().f_locals.items(), key=str)[:2], where()

    return inner(2)


names, values, place = outer()
print(names, [v for v in values if not callable(v[1])], place)


def generator():
    x = 1
    yield sys._getframe()
    x = 2
    yield x


g = generator()
frame = next(g)
print(frame is g.gi_frame, frame.f_locals, frame.f_back, frame.f_code is generator.__code__)
next(g)
print(g.gi_frame.f_locals)
list(g)
print(g.gi_frame)


def fails(n):
    local = n * 2
    if n == 0:
        raise ValueError("deep")
    fails(n - 1)


try:
    fails(3)
except ValueError as error:
    tb = error.__traceback__
    depth = []
    while tb:
        depth.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno, tb.tb_frame.f_locals.get("local")))
        tb = tb.tb_next
    print(depth)
    error.__traceback__.tb_next.tb_frame.clear()
    print(error.__traceback__.tb_next.tb_frame.f_locals, error.with_traceback(None).__traceback__)


def kinds(a, /, b, *c, d, **e):
    f = a
    g = lambda: f
    [h for h in c]
    return g


code = kinds.__code__
print(code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_varnames, code.co_cellvars, code.co_freevars, code.co_names, code.co_nlocals, [c.co_name for c in code.co_consts if hasattr(c, "co_name")])
for function in (kinds, generator, lambda: 0, outer):
    print(function.__name__, [n for n, v in [("VARARGS", 4), ("VARKEYWORDS", 8), ("GENERATOR", 32), ("NESTED", 16), ("OPTIMIZED", 1)] if function.__code__.co_flags & v])


class C:
    def method(self):
        return sys._getframe().f_code.co_qualname, __class__.__name__

    frame_locals = sorted(k for k in sys._getframe().f_locals)


print(C().method(), C.frame_locals)


def modify():
    x = 1
    sys._getframe().f_locals["x"] = 50
    sys._getframe().f_locals.update({"y": 5})
    return x, sys._getframe().f_locals["y"], "y" in locals()


print(modify())


def proxies():
    a, b = 1, 2
    p = sys._getframe().f_locals
    out = [list(p), list(p.values()), list(p.items())[:1], len(p), p.get("zz", 0), p | {"q": 1} == {**p, "q": 1}, dict(p)["b"], repr(p)[:8], p == {"a": 1, "b": 2, "p": p} if False else ""]
    for action in (lambda: p.pop("a"), lambda: p.__delitem__("a"), lambda: p["nope"], lambda: p.clear()):
        try:
            action()
        except Exception as error:
            out.append(f"{type(error).__name__}: {error}")
    return out


print(proxies())
module_frame = sys._getframe()
print(module_frame.f_code.co_name, module_frame.f_locals is globals(), module_frame.f_back, module_frame.f_builtins["print"] is print, type(module_frame.f_lasti).__name__)
for attribute in ("f_code", "f_globals", "f_back", "f_builtins"):
    try:
        setattr(module_frame, attribute, None)
    except AttributeError as error:
        print(error)
