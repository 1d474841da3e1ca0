"""dir, vars, help-ish attributes, repr of built-in things, type attributes."""

print([n for n in dir(int) if not n.startswith("_")])
print([n for n in dir(str) if not n.startswith("_")])
print([n for n in dir(list) if not n.startswith("_")], [n for n in dir(dict) if not n.startswith("_")])
print([n for n in dir(object)])
print([n for n in dir(type) if n not in dir(object)])
print([n for n in dir(lambda: 0) if n not in dir(object)])
print([n for n in dir(float) if n not in dir(object)])
print([n for n in dir(bytes) if n not in dir(object)])
print([n for n in dir(set) if n not in dir(object)])
print([n for n in dir(tuple) if n not in dir(object)], [n for n in dir(range) if n not in dir(object)], [n for n in dir(slice) if n not in dir(object)])
print([n for n in dir((x for x in ())) if n not in dir(object)])
print([n for n in dir(memoryview) if n not in dir(object)], [n for n in dir(complex) if n not in dir(object)])
print([n for n in dir(BaseException) if n not in dir(object)], [n for n in dir(property) if n not in dir(object)], [n for n in dir(super) if n not in dir(object)])
print([n for n in dir(compile("1", "f", "eval")) if n not in dir(object)])
import sys

print([n for n in dir(sys._getframe()) if n not in dir(object)])
for thing in [int, len, str.join, "".join, dict.fromkeys, type, object, None, ..., NotImplemented, sys, print, int.real, (lambda: 0).__class__, range(3).__iter__().__class__, [].__iter__().__class__, {}.keys().__class__, {}.items().__iter__().__class__, ().__iter__().__class__, "".__iter__().__class__, zip, map, super, classmethod, int.__add__, (1).__add__, type.mro, Exception, ExceptionGroup, sys.implementation.__class__, sys.flags.__class__]:
    text = repr(thing)
    print(text if " at 0x" not in text else text[:text.index(" at 0x")], type(thing).__name__, getattr(thing, "__module__", "-"), getattr(thing, "__qualname__", "-"))


def function(a, *, b: int = 1) -> str:
    """Doc."""
    return ""


print(function.__name__, function.__doc__, function.__module__, function.__annotations__, function.__kwdefaults__, function.__dict__, function.__type_params__, function.__globals__ is globals(), function.__builtins__ is __builtins__.__dict__)
function.extra = 5
function.__name__ = "renamed"
function.__doc__ = None
print(function.__dict__, function.__name__, repr(function).split(" at")[0], function.__qualname__)
for attribute, value in [("__name__", 5), ("__defaults__", 5), ("__code__", 5), ("__dict__", 5), ("__kwdefaults__", []), ("__annotations__", 5), ("__closure__", ()), ("__globals__", {}), ("__qualname__", 1), ("__type_params__", 1)]:
    try:
        setattr(function, attribute, value)
        print(attribute, "set")
    except Exception as error:
        print(attribute, type(error).__name__, error)
print(int.__text_signature__, len.__text_signature__, sorted.__text_signature__, str.split.__text_signature__, dict.__text_signature__, print.__text_signature__)
print(int.__doc__.splitlines()[0], len.__doc__, str.upper.__doc__, list.append.__doc__, object.__doc__, type.__doc__.splitlines()[0])
print(int.__basicsize__, int.__itemsize__, object.__basicsize__, list.__basicsize__, tuple.__itemsize__, int.__flags__ & (1 << 24) != 0, bool.__base__, int.__dictoffset__, type.__dictoffset__, int.__weakrefoffset__)
print(sys.getsizeof(0), sys.getsizeof(2**30), sys.getsizeof(""), sys.getsizeof("abc"), sys.getsizeof("é"), sys.getsizeof("日"), sys.getsizeof([]), sys.getsizeof([1]), sys.getsizeof(()), sys.getsizeof((1, 2)), sys.getsizeof({}), sys.getsizeof({1: 1}), sys.getsizeof(set()), sys.getsizeof(1.0), sys.getsizeof(1j), sys.getsizeof(b""), sys.getsizeof(None), sys.getsizeof(True), sys.getsizeof(object()), sys.getsizeof(int), sys.getsizeof(range(3)), sys.getsizeof(slice(1)))
