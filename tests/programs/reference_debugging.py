"""Reference, debuggers: `bdb` and `pdb` driven by a script, `breakpoint`, a tracer of our own, `sys.excepthook`."""

import bdb
import io
import pdb
import sys


def work(n):
    total = 0
    for i in range(n):
        total += helper(i)
    return total


def helper(i):
    return i * 2


class Steps(bdb.Bdb):
    def __init__(self):
        super().__init__()
        self.seen = []

    def user_call(self, frame, args):
        self.seen.append(("call", frame.f_code.co_name))

    def user_line(self, frame):
        if frame.f_code.co_filename == __file__:
            self.seen.append(("line", frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
        self.set_step()

    def user_return(self, frame, value):
        self.seen.append(("return", frame.f_code.co_name, value))

    def user_exception(self, frame, info):
        self.seen.append(("exception", info[0].__name__))


steps = Steps()
print(steps.runcall(work, 2))
print([s for s in steps.seen if s[1] in ("work", "helper")])


class Breaks(bdb.Bdb):
    def user_line(self, frame):
        if frame.f_code is helper.__code__:
            print("break in", frame.f_code.co_name, frame.f_locals)
        self.set_continue()


breaks = Breaks()
print(breaks.set_break(__file__, helper.__code__.co_firstlineno + 1, cond="i == 1"), breaks.set_break(__file__, 100000))
print(breaks.runcall(work, 3), [(b.line - helper.__code__.co_firstlineno, b.hits, b.cond) for b in bdb.Breakpoint.bpbynumber if b])
breaks.clear_all_breaks()


def session(commands, func, *args):
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO(commands), stdout=out, nosigint=True, readrc=False)
    debugger.prompt = "(pdb) "
    try:
        result = debugger.runcall(func, *args)
    except bdb.BdbQuit:
        result = "quit"
    print(out.getvalue().replace(__file__, "FILE"))
    return result


print(session("s\nn\nn\np total, n\nargs\ns\ns\np i\nu\np total\nd\nr\nc\n", work, 2))
print(session("b helper, i == 1\nc\np i\npp sorted(locals())\nwhatis i\n!i = 50\nb\ncl 1\ny\nc\n", work, 3))
print(session("l\nll\nhelp p\nq\n", helper, 1))
print(session("tbreak helper\nc\ninteract\n\nsource helper\ndisplay i\nundisplay i\nunknown_name\nc\n", work, 1))

print("-- breakpoint")
sys.breakpointhook = lambda *args, **kwargs: print("hook", args, kwargs)
breakpoint(1, key="word")
sys.breakpointhook = sys.__breakpointhook__
import os

os.environ["PYTHONBREAKPOINT"] = "0"
breakpoint()
os.environ["PYTHONBREAKPOINT"] = "builtins.print"
breakpoint("printed")
os.environ["PYTHONBREAKPOINT"] = "nowhere.function"
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    breakpoint()
print([str(w.message) for w in caught])

print("-- a tracer of our own")


def tracer(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        value = arg if event == "return" else arg[0].__name__ if event == "exception" else ""
        print(event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, value)
        return tracer


def faulty(n):
    try:
        return 1 // n
    except ZeroDivisionError:
        return helper(n)


sys.settrace(tracer)
faulty(0)
sys.settrace(None)

print("-- post mortem")
try:
    work("x")
except TypeError as error:
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("w\np n\nu\nq\n"), stdout=out, nosigint=True, readrc=False)
    debugger.reset()
    try:
        debugger.interaction(None, error.__traceback__)
    except SystemExit:
        pass
    print(out.getvalue().replace(__file__, "FILE"))
sys.excepthook = lambda kind, value, tb: print("uncaught", kind.__name__, value)
raise RuntimeError("for the hook")
