"""CPython's half of `cargo xtask frontend`: what its front end makes of sources, one after another.

A request on standard input is a line `SECTIONS MODE LEVELS LENGTH FILENAME` and LENGTH bytes of source. The answer is one
part for each thing asked for, a line `NAME LENGTH` and LENGTH bytes, and a last line `end 0`. Parts:

    text        the source as text, for encodings that need Python's codecs
    tokens      the tokens of `tokenize`, one a line, as `repr` shows them
    lexer       the same without comments and blank lines: what the parser sees
    tree        `ast.dump(tree, include_attributes=True)`
    comments    the same with `type_comments=True`
    symbols     the symbol table's blocks, one a line
    codeN       `marshal.dumps` of the code object at optimization level N, and `warnN` the warnings on the way
    strings     the sources among the file's string constants and doctests, separated by null characters

What fails gives a part named `error` instead, once: type, message and range.
"""

import _symtable
import _tokenize
import ast
import doctest
import gc
import io
import marshal
import sys
import textwrap
import time
import tokenize
import warnings


def error_text(error):
    """Type, message and range of an exception, as Taipan's half writes them."""
    kind = type(error).__name__
    if isinstance(error, SyntaxError):
        place = (error.lineno, error.offset, error.end_lineno, error.end_offset, error.text)
        return f"{kind}: {error.msg}\n" + " ".join(map(repr, place)) + "\n"
    return f"{kind}: {error}\n"


def field_code(name, annotation):
    """The statements that append a field to `parts`."""
    if getattr(annotation, "__origin__", None) is list:
        return (
            f" v = n.{name}\n"
            f" if v: parts.append('{name}=[' + ', '.join([show(x) for x in v]) + ']')\n"
        )
    return f" v = n.{name}\n if v is not None: parts.append('{name}=' + show(v))\n"


def dumper(cls):
    """A function that writes nodes of a class as `ast.dump` does."""
    source = "def dump(n):\n parts = []\n"
    for name in cls._fields:
        if cls is ast.Constant and name == "value":
            source += " parts.append('value=' + constant(n.value))\n"
        elif cls is ast.MatchSingleton and name == "value":
            source += " parts.append('value=' + repr(n.value))\n"
        else:
            source += field_code(name, cls._field_types[name])
    places = [name for name in cls._attributes]
    if places == ["lineno", "col_offset", "end_lineno", "end_col_offset"]:
        source += (
            " parts.append(f'lineno={n.lineno}, col_offset={n.col_offset},"
            " end_lineno={n.end_lineno}, end_col_offset={n.end_col_offset}')\n"
        )
    elif places:
        raise TypeError(cls)
    source += f" return '{cls.__name__}(' + ', '.join(parts) + ')'\n"
    scope = {"show": show, "constant": repr}
    exec(source, scope)
    return scope["dump"]


DUMPERS = {str: repr, int: repr, type(None): repr}


def show(node):
    cls = node.__class__
    function = DUMPERS.get(cls)
    if function is None:
        function = DUMPERS[cls] = dumper(cls)
    return function(node)


def tokens(text, extra):
    found = []
    try:
        found.extend(map(repr, _tokenize.TokenizerIter(io.StringIO(text).readline, extra_tokens=extra)))
    except SyntaxError as error:
        found.append(error_text(error).rstrip("\n"))
    return "\n".join(found)


def symbols(block, depth, out):
    names = sorted(block.symbols.items())
    out.append(
        f"{' ' * depth}{block.type} {block.name} line {block.lineno} nested {int(block.nested)}"
        f" params {block.varnames} symbols {names}"
    )
    for child in block.children:
        symbols(child, depth + 1, out)


def strings(source):
    """Sources in string constants, and in the examples of doctests."""
    found = {}
    parser = doctest.DocTestParser()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            found[text] = found[textwrap.dedent(text)] = None
            if ">>>" in text:
                try:
                    for example in parser.get_examples(text):
                        found[example.source] = None
                except ValueError:
                    pass
    return "\0".join(text for text in found if "\0" not in text)


def answer(section, source, filename, mode, levels):
    """The parts for one thing asked for."""
    if section == "text":
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        yield "text", source.decode(encoding)
    elif section in ("tokens", "lexer"):
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
            text = source.decode(encoding)
        except (SyntaxError, ValueError, LookupError):
            # `tokenize` finds encodings in its own way; the parser's errors are what counts.
            return
        yield section, tokens(text, section == "tokens")
    elif section in ("tree", "comments"):
        flags = ast.PyCF_ONLY_AST | (ast.PyCF_TYPE_COMMENTS if section == "comments" else 0)
        yield section, show(compile(source, filename, mode, flags, dont_inherit=True))
    elif section == "symbols":
        out = []
        symbols(_symtable.symtable(source, filename, mode), 0, out)
        yield section, "\n".join(out)
    elif section == "code":
        for level in levels:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                code = compile(source, filename, mode, dont_inherit=True, optimize=int(level))
            yield f"warn{level}", "\n".join(f"{w.lineno} {w.category.__name__} {w.message}" for w in caught)
            yield f"code{level}", marshal.dumps(code)
            code = None
    elif section == "strings":
        yield section, strings(source)
    else:
        raise ValueError(section)


def parts(sections, source, filename, mode, levels):
    for section in sections.split(","):
        try:
            yield from answer(section, source, filename, mode, levels)
        except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError, LookupError) as error:
            yield "error", error_text(error)
            return


def serve():
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while header := requests.readline():
        header = header.decode("utf-8", "surrogateescape").rstrip("\n")
        sections, mode, levels, length, filename = header.split(" ", 4)
        source = requests.read(int(length))
        for name, part in parts(sections, source, filename, mode, levels):
            if isinstance(part, str):
                part = part.encode("utf-8", "surrogatepass")
            answers.write(b"%s %d\n" % (name.encode(), len(part)))
            answers.write(part)
        answers.write(b"end 0\n")
        answers.flush()


def bench(paths):
    """Seconds to read nothing and compile every file, and the process's peak memory in KiB."""
    import resource

    sources = []
    for path in paths:
        with open(path, "rb") as file:
            sources.append((path, file.read()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    for path, source in sources:
        try:
            compile(source, path, "exec", dont_inherit=True, optimize=0)
        except (SyntaxError, ValueError):
            pass
    seconds = time.perf_counter() - start
    print(seconds, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(50_000)
    if sys.argv[1:] == ["bench"]:
        bench(sys.stdin.read().splitlines())
    else:
        gc.freeze()
        gc.disable()
        serve()
