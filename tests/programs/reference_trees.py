"""Reference, the second step of a run: tokens become a syntax tree (`ast`), which can be searched, changed and run."""

import ast

print(ast.dump(ast.parse("x = 1 + 2"), indent=2))
print(ast.dump(ast.parse("x = 1 + 2"), annotate_fields=False, include_attributes=True))
print(ast.dump(ast.parse("f(a, *b, k=c, **d)", mode="eval"), indent=1, show_empty=True))


def function_names(source):
    return [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]


def operator_counts(source):
    counts = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp):
            name = type(node.op).__name__
            counts[name] = counts.get(name, 0) + 1
    return counts


PROGRAM = '''
def hello(name):
    return f"Hello, {name}"

class Thing:
    def method(self):
        def inner():
            pass

def bye(name):
    return "Bye, " + name
'''
print(function_names(PROGRAM))
print(operator_counts("result = (a + b) * (c - d) / (e + f) ** g // 2 % 3 @ m << 1 | 4 & 5 ^ 6"))


class Shape(ast.NodeVisitor):
    def __init__(self):
        self.depth = 0
        self.lines = []

    def generic_visit(self, node):
        self.lines.append("  " * self.depth + type(node).__name__)
        self.depth += 1
        super().generic_visit(node)
        self.depth -= 1

    def visit_Name(self, node):
        self.lines.append("  " * self.depth + f"Name {node.id} {type(node.ctx).__name__} {node.lineno}:{node.col_offset}-{node.end_col_offset}")


shape = Shape()
shape.visit(ast.parse("for i in range(3):\n    if i % 2: print(i)\n    else: total += i"))
print("\n".join(shape.lines))


class Doubler(ast.NodeTransformer):
    def visit_Constant(self, node):
        if isinstance(node.value, int):
            return ast.copy_location(ast.Constant(node.value * 2), node)
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Add):
            node.op = ast.Mult()
        return node


tree = ast.fix_missing_locations(Doubler().visit(ast.parse("answer = 3 + 4\ntext = 'kept'")))
print(ast.unparse(tree))
space = {}
exec(compile(tree, "<changed>", "exec"), space)
print(space["answer"], space["text"])

made = ast.Module(
    body=[
        ast.FunctionDef(
            name="made",
            args=ast.arguments(args=[ast.arg("n")], defaults=[ast.Constant(5)]),
            body=[ast.Return(ast.BinOp(ast.Name("n", ast.Load()), ast.Pow(), ast.Constant(2)))],
        )
    ],
    type_ignores=[],
)
exec(compile(ast.fix_missing_locations(made), "<made>", "exec"), space)
print(space["made"](), space["made"](7), ast.unparse(made))

print(ast.literal_eval("{'a': [1, 2.5, -3j, (None, True, b'x'), {1, 2}]}"))
for bad in ["f()", "a", "[i for i in x]", "1 + 2", "'a' 'b' + 'c'"]:
    try:
        print(ast.literal_eval(bad))
    except ValueError as error:
        print("ValueError", str(error).replace(str(id(error)), "").split(" at 0x")[0])
for broken, message in [
    (ast.Expression(ast.Name("x")), "no place"),
    (ast.Expression(ast.Constant([1], lineno=1, col_offset=0)), "not a constant"),
    (ast.Module([ast.Expr(1)], []), "not a node"),
    (ast.Module([ast.Pass(lineno=1, col_offset=0)], []), "fine"),
]:
    try:
        compile(broken, "<t>", "eval" if isinstance(broken, ast.Expression) else "exec")
        print(message, "compiled")
    except (TypeError, ValueError) as error:
        print(message, type(error).__name__, error)
print(ast.get_docstring(ast.parse('"""  First.\n\n    Second.\n    """')))
print(ast.get_source_segment("a = (b +\n  c)", ast.parse("a = (b +\n  c)").body[0].value))
typed = ast.parse("x = []  # type: list[int]\ny = 1  # type: ignore[stuff]\ndef f(a):\n    # type: (int) -> str\n    pass\n", type_comments=True)
print(typed.body[0].type_comment, [(t.lineno, t.tag) for t in typed.type_ignores], typed.body[2].type_comment)
print(ast.dump(ast.parse("(int, *str) -> bool", mode="func_type")))
print([(n._fields, n._attributes) for n in (ast.Assign, ast.comprehension, ast.Interpolation)])
print(ast.compare(ast.parse("a+b"), ast.parse("a + b")), ast.compare(ast.parse("a"), ast.parse("b")))
