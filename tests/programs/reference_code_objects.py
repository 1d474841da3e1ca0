"""Reference, code objects: what the compiler leaves behind for every function, class and module."""

import dis
import types


def greet(name: str, times: int = 1) -> str:
    """Say hello."""
    message = f"Hello, {name}!"
    return message * times


code = greet.__code__
FIELDS = "co_name co_qualname co_varnames co_argcount co_posonlyargcount co_kwonlyargcount co_nlocals co_consts co_names co_freevars co_cellvars co_firstlineno co_flags co_stacksize".split()
for field in FIELDS:
    print(field, getattr(code, field))
print(code.co_filename == __file__, len(code.co_code), type(code.co_code), code.co_code.hex())
print(code.co_linetable.hex(), code.co_exceptiontable.hex())
print(list(code.co_lines()))
print(list(code.co_positions())[:6])
print(list(code.co_branches()))


def every(a, /, b, *rest, c, d=4, **more):
    def inside():
        return a, rest

    return [inside, lambda: more, (x for x in b)]


for field in FIELDS:
    if field != "co_consts":
        print(field, getattr(every.__code__, field))
print([c.co_name if isinstance(c, types.CodeType) else c for c in every.__code__.co_consts])
print([c.co_qualname for c in every.__code__.co_consts if isinstance(c, types.CodeType)])

for assign in [lambda: setattr(code, "co_name", "x"), lambda: delattr(code, "co_consts"), lambda: code.__setattr__("new", 1)]:
    try:
        assign()
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)

other = code.replace(co_name="salute", co_consts=tuple("Salute, " if c == "Hello, " else c for c in code.co_consts))
greet.__code__ = other
print(greet("Ada", 2), greet.__name__, greet.__code__.co_name, other == code, hash(other) == hash(code))
print(code == code.replace(), code is code.replace())

module = compile("x = 1\ndef f(): return x\nclass C: y = f()", "<text>", "exec")
print(module.co_name, module.co_names, [c if not isinstance(c, types.CodeType) else c.co_name for c in module.co_consts], module.co_flags)
space = {}
exec(module, space)
print(space["C"].y, eval(compile("x + 1", "<e>", "eval"), space))
made = types.FunctionType(next(c for c in compile("lambda a, b=2: a * b", "<l>", "eval").co_consts if isinstance(c, types.CodeType)), {}, "made", (5,))
print(made(3), made(3, 4), made.__defaults__, made.__qualname__)
try:
    types.FunctionType(every.__code__.co_consts[1], {})
except (TypeError, ValueError) as error:
    print(type(error).__name__, error)
print(dis.pretty_flags(code.co_flags), dis.pretty_flags(every.__code__.co_flags))
print(repr(code).split(" at 0x")[0])
