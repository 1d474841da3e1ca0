"""The traceback module: formatting, extraction, summaries, printing with limits, chains, custom errors."""

import io
import sys
import traceback


def inner(x):
    y = [x]
    return y[5]


def outer():
    value = "local"
    return inner(value)


try:
    outer()
except IndexError as error:
    saved = error
print("".join(traceback.format_exception(saved)))
print(traceback.format_exception_only(saved), traceback.format_exception_only(type(saved), saved), traceback.format_exception_only(None, None))
print([(f.name, f.line, f.lineno > 0, f.filename == __file__) for f in traceback.extract_tb(saved.__traceback__)])
te = traceback.TracebackException.from_exception(saved, capture_locals=True)
print(len(te.stack), te.exc_type_str, te.stack[1].locals["value"], te.stack[2].locals)
print("".join(te.format()))
for limit in (1, -1, 0):
    print(limit, "".join(traceback.format_tb(saved.__traceback__, limit)))
out = io.StringIO()
traceback.print_exception(saved, file=out, chain=False)
print(out.getvalue() == "".join(traceback.format_exception(saved)))


def show_stack():
    stack = traceback.extract_stack()
    print([f.name for f in stack], traceback.format_stack()[-1].splitlines()[1].strip())


show_stack()
try:
    try:
        raise KeyError("first")
    except KeyError as first:
        raise ValueError("second\nwith two lines") from first
except ValueError as error:
    print("".join(traceback.format_exception(error)))
    print("".join(traceback.format_exception(error, chain=False)))
    te = traceback.TracebackException.from_exception(error)
    print(te.__cause__.exc_type_str, te.__context__ is not None, te.__suppress_context__, str(te))


class Odd(Exception):
    def __str__(self):
        raise RuntimeError("no str")


class Silent(Exception):
    __module__ = "custom.mod"


for error in [Odd(), Silent("msg"), Silent(), Exception("", 1), SyntaxError("bad", ("f.py", 3, 5, "x = = 1\n", 3, 6)), SyntaxError("no details"), SyntaxError("neg", ("f", 1, 0, "abc")), OSError(2, "nope", "path"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), KeyboardInterrupt(), StopIteration(3), SystemExit(2), ExceptionGroup("g", [ValueError(1)]), MemoryError(), Exception(Exception("nested"))]:
    print("".join(traceback.format_exception_only(error)), end="")


def recurse(n):
    if n == 0:
        raise RecursionError("made up")
    return recurse(n - 1)


try:
    recurse(30)
except RecursionError as error:
    print("".join(traceback.format_exception(error)))
summary = traceback.StackSummary.from_list([("file.py", 10, "func", "code line"), ("file.py", 10, "func", "code line")])
print("".join(summary.format()), summary[0], traceback.FrameSummary("f", 1, "n") == traceback.FrameSummary("f", 1, "n"))
try:
    exec(compile("def g():\n    return 1 / zero\nzero = 0\ng()", "<generated>", "exec"))
except ZeroDivisionError:
    traceback.print_exc(file=sys.stdout)
e = ValueError("with notes")
e.__notes__ = ["fine", 5, "multi\nline"]
print("".join(traceback.format_exception(e)))
e.__notes__ = "not a list"
print("".join(traceback.format_exception(e)))
a, b = ValueError("a"), ValueError("b")
a.__context__, b.__context__ = b, a
print("".join(traceback.format_exception(a)))
