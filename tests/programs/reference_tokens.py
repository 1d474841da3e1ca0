"""Reference, the four steps of a run: source text becomes tokens (`tokenize`, `token`, `keyword`)."""

import io
import keyword
import token
import tokenize

SUM = "x = 1 + 2"
for tok in tokenize.generate_tokens(io.StringIO(SUM).readline):
    print(tok)

print("-- exact types")
for tok in tokenize.generate_tokens(io.StringIO("a, *b = c[1:] ** -d if e != f else {g: h}; i //= 2 -> j\n").readline):
    print(token.tok_name[tok.exact_type], tok.string.strip() or repr(tok.string), tok.start, tok.end)

print("-- indentation and comments")
BLOCK = """\
def area(w, h):  # sides
    # a comment of its own

    if w and h:
        return (w *
                h)
    return 0
"""
for tok in tokenize.tokenize(io.BytesIO(BLOCK.encode()).readline):
    print(tok.type, tokenize.tok_name[tok.type], repr(tok.string), tok.start, tok.end, repr(tok.line))

print("-- strings")
for text in ['f"a{b!r:>{w}}c{{"', "t'{x = }'", "rb'\\n' + '''two\nlines'''", "0x_ff + 1e3j + 1_000"]:
    print([(token.tok_name[t.type], t.string) for t in tokenize.generate_tokens(io.StringIO(text).readline)])

print("-- back to text")
tokens = list(tokenize.generate_tokens(io.StringIO(BLOCK).readline))
print(tokenize.untokenize(tokens) == BLOCK)
renamed = [(t.type, {"w": "width", "h": "height"}.get(t.string, t.string)) for t in tokens]
print(tokenize.untokenize(renamed))

print("-- what cannot be a token stream")
for text in ["(1,", "'abc", "  x\n y\n", "a = $", "1__0", "'''never", "\x00", "if x:\n\ty\n        z\n"]:
    try:
        print([t.string for t in tokenize.generate_tokens(io.StringIO(text).readline)])
    except (tokenize.TokenError, SyntaxError) as error:
        print(repr(text), type(error).__name__, error.args)

print("-- encodings")
for data in [b"x = 1", b"\xef\xbb\xbfx = 1", b"# -*- coding: latin-1 -*-\nx='\xe9'", b"# vim: fileencoding=cp1252\n", b"# coding: nonsense\n", b"\xff"]:
    try:
        print(tokenize.detect_encoding(io.BytesIO(data).readline))
    except SyntaxError as error:
        print("SyntaxError", error)
print(keyword.kwlist, keyword.softkwlist, keyword.iskeyword("None"), keyword.issoftkeyword("match"))
