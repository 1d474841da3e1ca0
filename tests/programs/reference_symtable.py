"""Reference, scopes as the compiler sees them: the tables of the module `symtable`."""

import symtable

SOURCE = """
import os
level = 1

def outer(a, *rest, k=2, **more):
    b = a
    def inner():
        nonlocal b
        global made
        made = b + free
        return [x for x in rest]
    return inner

class Thing[T]:
    attribute: int = level
    def method(self):
        return __class__, self.__hidden

type Alias[U] = list[U]
"""


def show(table, depth=0):
    print("  " * depth, table.get_type(), table.get_name(), table.get_lineno(), table.is_optimized(), table.is_nested(), table.has_children())
    for symbol in sorted(table.get_symbols(), key=lambda s: s.get_name()):
        flags = [name[3:] for name in dir(symbol) if name.startswith("is_") and getattr(symbol, name)()]
        print("  " * depth, "  -", symbol.get_name(), flags)
    if isinstance(table, symtable.Function):
        print("  " * depth, "  parameters", sorted(table.get_parameters()), "locals", sorted(table.get_locals()), "globals", sorted(table.get_globals()), "free", sorted(table.get_frees()), "nonlocal", sorted(table.get_nonlocals()))
    for child in table.get_children():
        show(child, depth + 1)


top = symtable.symtable(SOURCE, "<example>", "exec")
show(top)
print(top.lookup("outer").is_namespace(), top.lookup("outer").get_namespace().get_name(), sorted(top.get_identifiers()))
try:
    top.lookup("level").get_namespace()
except ValueError as error:
    print("ValueError", error)
try:
    top.lookup("absent")
except KeyError as error:
    print("KeyError", error)
try:
    symtable.symtable("def f(a, a): pass", "<bad>", "exec")
except SyntaxError as error:
    print(error.msg)
