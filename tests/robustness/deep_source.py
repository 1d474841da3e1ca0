"""Sources nested or repeated without reason: an error of the parser or compiler, or code; never a crash."""

ENDS = (SyntaxError, RecursionError, MemoryError, UnicodeError)
N = 100_000


def tried(name, source):
    try:
        compile(source, "s", "exec")
        outcome = "compiled"
    except ENDS as error:
        outcome = type(error).__name__
    print(name, outcome, flush=True)


blocks = lambda head, depth: "".join(" " * i + head + "\n" for i in range(depth)) + " " * depth + "pass\n"
for name, source in {
    "parentheses": "(" * N + ")" * N,
    "brackets": "[" * N + "]" * N,
    "braces": "{" * N + "}" * N,
    "open": "(" * N,
    "minus": "-" * N + "1",
    "not": "not " * N + "1",
    "tilde": "~" * (10 * N) + "1",
    "await": "async def f(): " + "await " * N + "x",
    "attributes": "a" + ".b" * N,
    "calls": "a" + "()" * N,
    "subscripts": "a" + "[0]" * N,
    "lambdas": "lambda:" * N + "1",
    "conditions": "1 if 1 else " * N + "1",
    "comparisons": "1" + "<1" * N,
    "and": "a" + " and a" * (N // 10),
    "powers": "1" + "**1" * N,
    "elifs": "if 1:pass\n" + "elif 1:pass\n" * 10_000,
    "blocks": blocks("if 1:", 10_000),
    "loops": blocks("for x in y:", 100),
    "functions": blocks("def f():", 99),
    "classes": blocks("class f:", 99),
    "terms": "1" + "+1" * N,
    "names": "a" + "+a" * N,
    "statements": "x=1\n" * N,
    "strings": "x=" + '"a" ' * N,
    "formatted": "x=" + 'f"{a}" ' * 5_000,
    "nested formatted": 'f"{' * 200 + "1" + '}"' * 200,
    "walrus": "(a:=" * N + "1" + ")" * N,
    "decorators": "@a\n" * N + "def f():pass",
    "patterns": "match x:\n case " + "[" * N + "]" * N + ":pass",
    "comprehensions": "[x for x in " * 100 + "y" + "]" * 100,
    "targets": "a=" * N + "1",
    "import": "import a" + ".b" * N,
    "yields": "def f():\n x=" + "(yield " * N + ")" * N,
    "types": "type X=" + "list[" * N + "int" + "]" * N,
    "null": "x = 1\0",
    "surrogate": "x = '\ud800'",
    "long line": "x = " + "'" + "a" * 20_000_000 + "'",
}.items():
    tried(name, source)
for name, data in {"latin": b"x = '\xe9'", "cookie": b"# coding: nonsense\n", "bom": b"\xef\xbb\xbf# coding: latin-1\n", "utf-16": "x = 1".encode("utf-16"), "null": b"x = 1\0y", "rot13": b"# coding: rot13\n"}.items():
    tried("bytes " + name, data)
