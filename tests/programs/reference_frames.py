"""Reference, the fourth step of a run: frames, seen with `sys._getframe`, and how exceptions unwind through them."""

import inspect
import sys
import traceback


def outer():
    secret = 42

    def inner():
        frame = sys._getframe()
        here = secret
        print("Function:", frame.f_code.co_name, frame.f_code.co_qualname)
        print("File:", frame.f_code.co_filename == __file__)
        print("Line:", frame.f_lineno)
        print("Locals:", {k: v for k, v in frame.f_locals.items() if k != "frame"})
        print("Caller:", frame.f_back.f_code.co_name, frame.f_back.f_lineno)
        print("Module:", frame.f_back.f_back.f_code.co_name, frame.f_globals is globals(), frame.f_builtins["len"] is len)
        print("Position:", frame.f_lasti % 2, frame.f_trace, frame.f_trace_lines, frame.f_trace_opcodes)
        return here

    return inner()


print(outer())


def chain(n):
    if n:
        return chain(n - 1)
    frame, names = sys._getframe(), []
    while frame:
        names.append((frame.f_code.co_name, frame.f_lineno))
        frame = frame.f_back
    return names


print(chain(3))


def writes():
    counter = 1
    frame = sys._getframe()
    frame.f_locals["counter"] = 10
    frame.f_locals["extra"] = "stays with the frame"
    snapshot = locals()
    snapshot["counter"] = 99
    return counter, sorted(k for k in frame.f_locals), type(frame.f_locals).__name__


print(writes())


def callers():
    return [(info.function, info.lineno, (info.code_context or ["?"])[0].strip()) for info in inspect.stack()][:3]


def calls():
    return callers()


print(calls())


def fails(depth):
    value = depth * 2
    if depth == 0:
        raise KeyError("bottom")
    fails(depth - 1)


try:
    fails(2)
except KeyError as error:
    tb = error.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_lasti % 2, tb.tb_frame.f_locals.get("value"))
        tb = tb.tb_next
    print([(s.name, s.lineno, s.line) for s in traceback.extract_tb(error.__traceback__)])
    frames = [f for f, _ in traceback.walk_tb(error.__traceback__)]
    print(len(frames), frames[0].f_code.co_name)
    frames[-1].clear()
    print(frames[-1].f_locals)
    try:
        frames[0].clear()
    except RuntimeError as problem:
        print("RuntimeError", problem)


def cleanup():
    order = []

    class Guard:
        def __init__(self, name):
            self.name = name

        def __enter__(self):
            order.append("enter " + self.name)

        def __exit__(self, kind, value, tb):
            order.append(f"exit {self.name} {kind and kind.__name__}")
            return self.name == "a"

    with Guard("a"):
        with Guard("b"):
            try:
                raise ValueError("x")
            finally:
                order.append("finally")
    order.append("after")
    return order


print(cleanup())


def generator():
    local = 1
    yield sys._getframe().f_back.f_code.co_name
    yield local


g = generator()
print(next(g), g.gi_frame.f_lineno, g.gi_frame.f_locals, g.gi_frame.f_back)
print(next(g), list(g), g.gi_frame)
print(sys._getframe(0) is sys._getframe(), sys._getframemodulename(0))
try:
    sys._getframe(1000)
except ValueError as error:
    print("ValueError", error)
print(inspect.getframeinfo(sys._getframe()).function, inspect.currentframe().f_lineno)
