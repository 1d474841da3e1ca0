"""A tokenizer, recursive-descent parser and evaluator for arithmetic with variables and functions."""

import math


class Tokenizer:
    def __init__(self, text):
        self.text, self.pos = text, 0

    def __iter__(self):
        text = self.text
        while self.pos < len(text):
            ch = text[self.pos]
            if ch.isspace():
                self.pos += 1
            elif ch.isdigit() or ch == ".":
                start = self.pos
                while self.pos < len(text) and (text[self.pos].isdigit() or text[self.pos] == "."):
                    self.pos += 1
                yield "num", text[start : self.pos]
            elif ch.isalpha():
                start = self.pos
                while self.pos < len(text) and text[self.pos].isalnum():
                    self.pos += 1
                yield "name", text[start : self.pos]
            elif text.startswith(("**", "//"), self.pos):
                yield "op", text[self.pos : self.pos + 2]
                self.pos += 2
            elif ch in "+-*/%()=,":
                yield "op", ch
                self.pos += 1
            else:
                raise SyntaxError(f"unexpected {ch!r} at {self.pos}")
        yield "end", ""


class Parser:
    functions = {"sqrt": math.sqrt, "max": max, "abs": abs}

    def __init__(self, text, variables):
        self.tokens = list(Tokenizer(text))
        self.index, self.variables = 0, variables

    @property
    def current(self):
        return self.tokens[self.index]

    def take(self, *values):
        kind, value = self.current
        if kind == "op" and value in values:
            self.index += 1
            return value
        return None

    def parse(self):
        if self.current[0] == "name" and self.tokens[self.index + 1] == ("op", "="):
            name = self.current[1]
            self.index += 2
            self.variables[name] = value = self.parse()
            return value
        value = self.sum()
        if self.current[0] != "end":
            raise SyntaxError(f"unexpected {self.current[1]!r}")
        return value

    def sum(self):
        value = self.product()
        while op := self.take("+", "-"):
            right = self.product()
            value = value + right if op == "+" else value - right
        return value

    def product(self):
        value = self.unary()
        while op := self.take("*", "/", "//", "%"):
            right = self.unary()
            value = {"*": lambda: value * right, "/": lambda: value / right, "//": lambda: value // right, "%": lambda: value % right}[op]()
        return value

    def unary(self):
        if op := self.take("-", "+"):
            value = self.unary()
            return -value if op == "-" else value
        return self.power()

    def power(self):
        base = self.atom()
        return base ** self.unary() if self.take("**") else base

    def atom(self):
        kind, value = self.current
        self.index += 1
        if kind == "num":
            return float(value) if "." in value else int(value)
        if kind == "name":
            if self.take("("):
                args = [self.sum()]
                while self.take(","):
                    args.append(self.sum())
                if not self.take(")"):
                    raise SyntaxError("expected )")
                return self.functions[value](*args)
            return self.variables[value]
        if value == "(":
            inner = self.sum()
            if not self.take(")"):
                raise SyntaxError("expected )")
            return inner
        raise SyntaxError(f"unexpected {value or 'end'!r}")


variables = {"pi": math.pi}
for line in ["1 + 2 * 3", "(1 + 2) * 3", "2 ** 3 ** 2", "-2 ** 2", "10 / 4", "10 // 4 - 10 % 4", "x = 5", "y = z = x * 2", "x + y + z", "sqrt(16) + max(1, x, 3)", "2 * pi", "1 +", "(1", "1 / 0", "q + 1", "3 $ 4", "abs(-7.5)", "1.2.3", "2 -- 3", "nope(1)"]:
    try:
        print(line, "=", Parser(line, variables).parse())
    except (SyntaxError, ZeroDivisionError, KeyError, ValueError) as error:
        print(line, "->", type(error).__name__, error)
