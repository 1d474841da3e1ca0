"""types: dynamic types, namespaces, mapping proxies, GenericAlias, code replacement, function building."""

import types


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


ns = types.SimpleNamespace(a=1, b="x")
ns.c = [2]
print(ns, ns == types.SimpleNamespace(a=1, b="x", c=[2]), types.SimpleNamespace({"k": 1}), attempt(types.SimpleNamespace, 1), vars(ns), attempt(lambda: ns.zz), types.SimpleNamespace(n=ns), __import__("copy").replace(ns, a=9))
proxy = types.MappingProxyType(d := {"k": 1})
d["new"] = 2
print(proxy, proxy["k"], len(proxy), "new" in proxy, attempt(exec, "proxy[1] = 2", {"proxy": proxy}), attempt(lambda: proxy.pop), proxy | {"z": 1}, list(proxy), proxy.get("q", 0), proxy == d, proxy.copy(), attempt(types.MappingProxyType, 5), hash(types.MappingProxyType(types.MappingProxyType({}))) if False else "", type(int.__dict__) is types.MappingProxyType)


def f(a, b=2):
    c = a + b
    return c


code = f.__code__
print(code.co_name, code.co_argcount, code.co_nlocals, code.co_varnames, code.co_names, code.co_consts, code.co_stacksize, code.co_flags, code.co_firstlineno > 0, code.co_freevars, code.co_cellvars, code.co_qualname, len(code.co_linetable) > 0, code.co_exceptiontable, list(code.co_lines())[0][2] == code.co_firstlineno, len(list(code.co_positions())))
g = types.FunctionType(code.replace(co_name="g", co_consts=code.co_consts), globals(), argdefs=(100,))
print(g(1), g.__name__, g.__code__.co_name, code == f.__code__, code != g.__code__, hash(code) == hash(f.__code__), attempt(code.replace, nope=1), attempt(code.replace, co_argcount=-1), repr(code).split(" at")[0], attempt(types.FunctionType, 5, {}), attempt(types.CodeType))
m = types.MethodType(f, 10)
print(m(5), m.__self__, m.__func__ is f, attempt(types.MethodType, 5, 1), attempt(types.MethodType, f, None), m == types.MethodType(f, 10), repr(m).split(" of ")[0])
mod = types.ModuleType("mymod", "the doc")
exec("value = 5\ndef get(): return value", mod.__dict__)
print(mod.get(), mod, mod.__doc__, sorted(n for n in vars(mod) if n[0] != "_"), mod.__loader__, mod.__spec__, attempt(types.ModuleType), attempt(lambda: mod.zzz), attempt(setattr, mod, "__dict__", {}))
alias = types.GenericAlias(list, (int,))
print(alias, alias.__origin__, alias.__args__, alias == list[int], alias(), isinstance(alias, types.GenericAlias), attempt(isinstance, [], alias), types.GenericAlias(dict, (str, "fwd")), alias.__parameters__, hash(alias) == hash(list[int]), alias.append is list.append, attempt(lambda: alias[int]), (int | None).__class__, types.UnionType is type(int | str), types.NoneType, types.EllipsisType, types.NotImplementedType)
for name in sorted(n for n in types.__all__ if n.endswith("Type"))[:40]:
    print(name, getattr(types, name).__name__, end="; ")
print()


class Ctx:
    @types.DynamicClassAttribute
    def v(self):
        return "instance v"


print(Ctx().v, attempt(lambda: Ctx.v), types.get_original_bases(type("X", (list,), {})), types.coroutine(f) is not None)
frame = __import__("sys")._getframe()
print(type(frame) is types.FrameType, frame.f_code.co_name, attempt(types.FrameType), attempt(types.GeneratorType), attempt(type(iter([]))), attempt(types.BuiltinFunctionType), attempt(types.CellType, 1, 2), attempt(types.TracebackType, 1, 2, 3, 4))
try:
    1 / 0
except ZeroDivisionError as e:
    tb = e.__traceback__
    new = types.TracebackType(None, tb.tb_frame, tb.tb_lasti, 123)
    print(new.tb_lineno, new.tb_next, tb.tb_frame is frame, attempt(setattr, tb, "tb_next", tb), tb.tb_lineno > 0)
    tb.tb_next = new
    print(tb.tb_next is new, [t[1] for t in __import__("traceback").walk_tb(tb)][-1])
