"""A function, a class and a call at module level, as source, as a tree and as running code."""

import ast
import tokenize
import io


def add(a, b):
    result = a + b
    return result


class MyClass:
    def __init__(self, value):
        self.value = value

    def get_value(self):
        return self.value


print("Hello, world!")
x = add(5, 3)
print(x, MyClass(x).get_value(), add.__code__.co_varnames, add.__code__.co_consts, MyClass.get_value.__code__.co_names)
source = "def add(a, b):\n    result = a + b\n    return result\n"
for token in tokenize.generate_tokens(io.StringIO(source).readline):
    print(tokenize.tok_name[token.type], repr(token.string), token.start, token.end)
tree = ast.parse(source)
print(ast.dump(tree, indent=2))
print(ast.unparse(tree))
code = compile(tree, "example.py", "exec")
space = {}
exec(code, space)
print(space["add"](2, 40), code.co_filename, code.co_name)
try:
    add("a", 1)
except TypeError as error:
    print(error)
