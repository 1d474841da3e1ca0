"""ast: parsing, dumping, unparsing, visiting, transforming, literal_eval, compiling, positions; symtable."""

import ast
import symtable


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}".split(" at 0x")[0]


SOURCE = '''\
@decorator(1)
class C[T](Base, metaclass=M):
    """doc"""
    x: int = 5

    async def m(self, a, /, b=1, *c, d: str = "x", **e) -> None:
        async with open(a) as f, g:
            await f
        for i, *j in (1, 2), [3]:
            yield {**a, "k": b}
        else:
            pass
        try:
            raise ValueError from None
        except (A, B) as err:
            del a.b, c[1:2, ::3]
        finally:
            global z
        match a:
            case [1, *_, {"k": v, **r}] | Point(x=0) if v:
                return lambda q, *w: (yield)
        return f"{a!r:>{b}} {{}} {c=}"


type Alias[*Ts, **P] = tuple[*Ts]
while (n := n - 1) > 0 and not x or y: n += 1; break
assert x, "msg"
import a.b as c, d
from ..e import (f as g, h)
with x: print(*a, **b, end="", sep=1 if q else 2)
res = [i for i in x if i for j in y] + {i async for i in z} - {k: v for k, v in w} @ (i for i in q)
t = t"{a} {b!s}"
x = -1 ** ~2 < 3 is not 4 not in 5; y = 1_0j, 1.5e10, b"a\\xff", ..., None, True, "it's"
'''
tree = ast.parse(SOURCE)
print(ast.dump(tree.body[0], indent=1)[:1500])
unparsed = ast.unparse(tree)
print(unparsed)
print(ast.dump(ast.parse(unparsed)) == ast.dump(tree), len(list(ast.walk(tree))), [type(n).__name__ for n in ast.iter_child_nodes(tree)], ast.get_docstring(tree.body[0]), ast.get_source_segment(SOURCE, tree.body[3]), tree.body[1]._fields, tree.body[0].body[1]._attributes)


class Doubler(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node) if isinstance(node.value, int) else node

    def visit_Name(self, node):
        return ast.Name(node.id.upper(), node.ctx)


new = ast.fix_missing_locations(Doubler().visit(ast.parse("y = x + 21", mode="exec")))
space = {"X": 0}
exec(compile(new, "<ast>", "exec"), space)
print(space["Y"], ast.unparse(new))


class Counter(ast.NodeVisitor):
    def __init__(self):
        self.names = []

    def visit_Name(self, node):
        self.names.append((node.id, type(node.ctx).__name__, node.lineno, node.col_offset, node.end_col_offset))

    def visit_Call(self, node):
        self.names.append(("call", ast.unparse(node)))
        self.generic_visit(node)


counter = Counter()
counter.visit(ast.parse("a = f(b, c.d)[e]"))
print(counter.names)
for text in ["[1, 'a', (2.5, None)]", "{'a': {1, 2}, 'b': -1}", "1+2j", "b'x'", "set()", "f(1)", "a", "1 + 1", "[", "  1", "-'x'", "{**{}}"]:
    print(text, attempt(ast.literal_eval, text))
built = ast.Module([ast.Expr(ast.Call(ast.Name("print", ast.Load()), [ast.BinOp(ast.Constant(2), ast.Mult(), ast.Constant(21))], []))], [])
exec(compile(ast.fix_missing_locations(built), "<built>", "exec"))
print(attempt(compile, ast.Module([ast.Expr(5)], []), "f", "exec"), attempt(compile, ast.Expression(ast.Name("x", ast.Store(), lineno=1, col_offset=0)), "f", "eval"), attempt(compile, ast.Module([ast.Pass()], []), "f", "exec"), attempt(ast.Name, "a", "b", "c", "d"), attempt(lambda: ast.Name().id), ast.dump(ast.Name("q")), attempt(ast.parse, "x ="), attempt(ast.parse, "x", "f", "bad"), attempt(compile, 5, "f", "exec"))
print(ast.dump(ast.parse("1", mode="eval")), ast.dump(ast.parse("x: int", type_comments=True)), ast.dump(ast.parse("(int) -> str", mode="func_type")), ast.dump(ast.parse("pass"), include_attributes=True), ast.compare(ast.parse("a"), ast.parse("a")), isinstance(ast.Constant(1), ast.expr), ast.Constant.__match_args__, ast.PyCF_ONLY_AST, ast.If._field_types["test"])
table = symtable.symtable("x = 1\ndef f(a, *b):\n    global g\n    c = a + x\n    def inner(): nonlocal c; return c\n    return [i for i in b]\nclass K:\n    def m(self): return __class__\n", "<s>", "exec")


def show(t, depth=0):
    print("  " * depth, t.get_type(), t.get_name(), t.get_lineno(), sorted((s.get_name(), s.is_global(), s.is_local(), s.is_free(), s.is_parameter(), s.is_assigned(), s.is_referenced()) for s in t.get_symbols()))
    for child in t.get_children():
        show(child, depth + 1)


show(table)
f = table.lookup("f").get_namespace()
print(f.get_parameters(), f.get_locals(), f.get_globals(), f.get_frees(), f.is_nested(), f.is_optimized(), f.has_children())
