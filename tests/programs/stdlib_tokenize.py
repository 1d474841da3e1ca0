"""tokenize, token, keyword, tabnanny, codeop, linecache, py_compile-free source handling."""

import codeop
import io
import keyword
import linecache
import token
import tokenize

SOURCE = '''\
# comment
def f(x: int = 0x1F) -> str:  # trailing
    """doc"""
    if x >= 1_000 and not y:
\treturn f"{x!r:>{width}} {{}}" rf'\\d{a}' t"{z}"
    return x ** -2.5e-3 // 1j @ b'raw' != ...


async def g(): await (yield)
x = """multi
line""" + \\
    'cont'
lambda: (x := 1)
type T = int; match x:
  case _: pass
é = "日本"
'''
SOURCE = SOURCE.replace("\treturn", "        return")


def show(source):
    try:
        for t in tokenize.generate_tokens(io.StringIO(source).readline):
            print(tokenize.tok_name[t.exact_type], repr(t.string), t.start, t.end)
    except (tokenize.TokenError, SyntaxError) as error:
        print(type(error).__name__, error)


show(SOURCE)
for bad in ["(", "'abc", '"""abc', "x = 1\n  y", "if 1:\n  a\n b", "$", "0x", "1__0", "f'{'", "a\\", "\tx\n        y"]:
    print("--", repr(bad))
    show(bad)
tokens = list(tokenize.generate_tokens(io.StringIO("x = ( 1+2 )\nif x:\n  pass\n").readline))
print(repr(tokenize.untokenize(tokens)), repr(tokenize.untokenize([t[:2] for t in tokens])))
print(tokenize.detect_encoding(io.BytesIO(b"# -*- coding: latin-1 -*-\n").readline), tokenize.detect_encoding(io.BytesIO(b"\xef\xbb\xbfx").readline), [t.string for t in tokenize.tokenize(io.BytesIO("é = 1".encode()).readline)])
print(keyword.kwlist, keyword.softkwlist, keyword.iskeyword("if"), keyword.issoftkeyword("match"), token.ISTERMINAL(1), token.tok_name[token.NAME], token.EXACT_TOKEN_TYPES[":="] == token.COLONEQUAL)
for source in ["x = 1", "x = (", "def f():", "if 1:\n  pass", "x +", "'''abc", "1 = x", "@d", "a\\", "", "for i in x:\n  pass\n", "f(", "class"]:
    try:
        code = codeop.compile_command(source)
        print(repr(source), "complete" if code else "incomplete")
    except SyntaxError as error:
        print(repr(source), "error", error.msg)
print(linecache.getline(__file__, 1), linecache.getlines("/nonexistent"), len(linecache.getlines(__file__)) > 10)
linecache.cache["<made>"] = (5, None, ["line 1\n", "line 2\n"], "<made>")
print(linecache.getline("<made>", 2), linecache.getline("<made>", 99) == "")
for encoding, data in [("utf-8", "s = 'é'\n".encode()), ("latin-1", b"# coding: latin-1\ns = '\xe9'\n"), ("bom", b"\xef\xbb\xbfs = '\xc3\xa9'\n"), ("cp1252", b"# vim: set fileencoding=cp1252 :\ns = '\x80'\n"), ("bad", b"s = '\xe9'\n"), ("unknown", b"# coding: nope\n"), ("conflict", b"\xef\xbb\xbf# coding: latin-1\n"), ("null", b"s = 'a\x00b'\n"), ("crlf", b"s = 1\r\nif s:\r\n  t = '''a\r\nb'''\r\n"), ("cr", b"s = 1\rt = 2")]:
    space = {}
    try:
        exec(compile(data, "<bytes>", "exec"), space)
        print(encoding, ascii({k: v for k, v in space.items() if k in "st"}))
    except (SyntaxError, ValueError) as error:
        print(encoding, type(error).__name__, error)
