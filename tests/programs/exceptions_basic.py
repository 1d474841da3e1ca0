"""try/except/else/finally, raising, re-raising, matching, args, built-in hierarchy."""


def run(action):
    try:
        action()
    except ZeroDivisionError:
        return "zero"
    except (KeyError, IndexError) as error:
        return f"lookup {error!r}"
    except Exception as error:
        return f"{type(error).__name__}({error})"
    else:
        return "fine"
    finally:
        print("finally", end=" ")


print(run(lambda: 1 / 0), run(lambda: {}["a"]), run(lambda: [][1]), run(lambda: int("x")), run(lambda: None))


def raiser(what):
    raise what


for what in [ValueError, ValueError("a"), ValueError("a", 1), KeyError("k"), OSError(2, "No such", "file"), OSError(13, "denied"), StopIteration(5), SystemExit(3), AssertionError(), UnicodeDecodeError("utf-8", b"abc\xff", 3, 4, "bad"), UnicodeEncodeError("ascii", "aé", 1, 2, "bad"), SyntaxError("msg", ("f", 1, 2, "text", 1, 3)), ImportError("no", name="n", path="p"), AttributeError("a", name="x", obj=5), NameError("n", name="q"), 5, "text", None, int, object()]:
    try:
        raiser(what)
    except BaseException as error:
        print(type(error).__name__, error, error.args, repr(error)[:60])
e = OSError(2, "No such file", "a.txt", None, "b.txt")
print(e, e.errno, e.strerror, e.filename, e.filename2, type(e).__name__, OSError("one"), OSError().errno, type(OSError(17, "x")).__name__, type(OSError(32, "x")).__name__)


class Custom(Exception):
    def __init__(self, code, *rest):
        super().__init__(code, *rest)
        self.code = code

    def __str__(self):
        return f"custom {self.code}"


try:
    raise Custom(7, "more")
except Custom as error:
    print(error, repr(error), error.args, error.code, error.__traceback__ is not None)
try:
    error
except NameError as missing:
    print(missing)
try:
    try:
        raise ValueError("first")
    except ValueError as first:
        raise TypeError("second") from first
except TypeError as second:
    print(second.__cause__, second.__context__, second.__suppress_context__)
try:
    try:
        raise ValueError("first")
    except ValueError:
        raise TypeError("second") from None
except TypeError as second:
    print(second.__cause__, second.__context__, second.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise
except ZeroDivisionError as error:
    print("again", error)
for source in ["raise", "raise ValueError from 5", "raise ValueError from KeyError", "raise 5 from None"]:
    try:
        exec(source)
    except BaseException as error:
        print(source, "->", repr(error), repr(error.__cause__))


def bad_match():
    try:
        raise ValueError
    except 5:
        pass


try:
    bad_match()
except TypeError as error:
    print(error, repr(error.__context__))


def finally_overrides():
    try:
        raise ValueError
    finally:
        return "swallowed"


print(finally_overrides())
import sys

try:
    raise KeyError("x")
except KeyError:
    print(sys.exc_info()[0].__name__, sys.exception(), sys.exc_info()[1] is sys.exception())
print(sys.exc_info(), sys.exception())
n = ValueError("noted")
n.add_note("note one")
n.add_note("note two")
print(n.__notes__, n.with_traceback(None) is n)
try:
    n.add_note(5)
except TypeError as error:
    print(error)
for cls in [BaseException, Exception, ArithmeticError, LookupError, OSError, ValueError, RuntimeError, Warning, ImportError, SyntaxError, NameError]:
    print(cls.__name__, [sub.__name__ for sub in cls.__subclasses__() if sub.__module__ == "builtins"])
print(issubclass(IOError, OSError), IOError is OSError, EnvironmentError is OSError, Exception.__mro__, ValueError("a") == ValueError("a"), Exception(1, 2).args, KeyError("a").__str__(), str(KeyError("a", "b")), str(Exception()), str(Exception(1)))
