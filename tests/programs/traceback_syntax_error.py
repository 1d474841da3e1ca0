"""Syntax errors as they are reported: message, range, text."""

import traceback

sources = [
    "x = (1,", "x = [1, 2", "print 'hello'", "if x = 1: pass", "def f(:\n pass", "for in x: pass", "class A\n pass", "x = 1 +", "a b", "1 = x", "f(x for x in y, 1)", "'abc", "\"\"\"abc", "x = 5 if 1", "return 1", "  x = 1", "if 1:\nx", "if 1:\n  x\n y", "x = 0777", "1__0", "0x", "1e", "0b2", "5a", "x = $", "x = ?", "a = 'é", "import a.b as c.d", "from x import", "from x import (a, b", "def f(a=1, b): pass", "def f(*): pass", "def f(**a, b): pass", "f(a=1, 2)", "f(**a, *b)", "f(a=1, a=2)", "lambda x=: 1", "{1: 2, 3}", "{1, 2: 3}", "[x for x in]", "del 1", "del f()", "(a, 1) = x", "*a = 1", "*a", "print(*)", "with a as 1: pass", "try: pass", "try: pass\nfinally", "except: pass", "else: pass", "elif 1: pass", "a ? b : c", "x++", "a <> b", "not", "yield = 1", "True = 1", "f'{'", "f'{a'", "f'{a b}'", "f'{}'", "f'}'", "f'{a!x}'", "f'{a:{b:{c}}}'", "f'{*a}'", "f'{lambda x: 1}'", "async x", "await = 1", "global x, x = 1", "match x:\n case 1: pass\n case a: pass\n case b: pass", "match x:\n case a | 1: pass", "match x:\n case {**rest, 'a': 1}: pass", "@\ndef f(): pass", "x: int: str", "(x): int = 1, 2 = 3", "nonlocal x", "while True print(1)", "def f()\n  return 1", "a = b = 1 = c", "with open(x) as f, : pass", "for x in range(10)\n pass", "print(a b)", "x = {a b}", "x = [a b]", "f(a b)", "raise a from", "assert", "import", "class C(a b): pass", "if x:\n", "def f():\n", "\tif x:\n        y", "if 1:\n\tx\n        y", "a = 1\n  b = 2", "\\ x", "x = \"a\nb\"", "f(a.b=1)", "f(True=1)", "f(1=2)", "a.b: int = 1 = 2", "type X", "type X[T = int, U] = 1", "def f[T, T](): pass", "0_", "1.e_1", "٣x", "x = 1 if y else", "a, b = *c", "x = *a, *b = 1", "(yield) = 1", "[i for i in x] = 1", "None += 1", "f() += 1", "a and b = 1", "-x = 1", "\"a\" = 1", "a < b = 1", "...= 1", "{**a} = 1", "{a} = 1", "(a for b in c) = 1", "lambda: 1 = 2", "f'{x}' = 1", "x if y else z = 1",
]
for source in sources:
    try:
        compile(source, "<test>", "exec")
        print(repr(source), "compiles")
    except SyntaxError as error:
        print(repr(source), type(error).__name__, error.msg, (error.lineno, error.offset, error.end_lineno, error.end_offset))
for source in ["x = (1 +\n  2", "def f():\n    return  1 +* 2\n", "print(é é)"]:
    try:
        compile(source, "<shown>", "exec")
    except SyntaxError as error:
        print("".join(traceback.format_exception_only(error)))
eval("1 +")
