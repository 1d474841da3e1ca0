"""sys.settrace and sys.setprofile: events, local tracing, exceptions, generators, f_lineno jumps."""

import sys

events = []
base = 0


def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return None
    shown = arg
    if event == "exception":
        shown = (arg[0].__name__, str(arg[1]))
    elif event == "call":
        shown = None
    events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, shown))
    return tracer


def simple(x):
    y = x + 1
    if y > 2:
        return y
    return 0


def loop(n):
    total = 0
    for i in range(n):
        total += i
    return total


def raising():
    try:
        1 / 0
    except ZeroDivisionError:
        pass
    finally:
        x = 1
    raise KeyError("k")


def gen():
    yield 1
    yield 2


def with_gen():
    return list(gen())


def comp():
    return [v for v in range(2)]


def nested():
    def inner():
        return 5

    return inner()


def multi():
    return simple(
        1
    ) + simple(2)


def run(function, *args):
    events.clear()
    sys.settrace(tracer)
    try:
        function(*args)
    except Exception as error:
        pass
    finally:
        sys.settrace(None)
    print(function.__name__)
    for event in events[:-1] if events and events[-1][1] == "run" else events:
        print("   ", *event)


for function, args in [(simple, (1,)), (simple, (5,)), (loop, (2,)), (raising, ()), (with_gen, ()), (comp, ()), (nested, ()), (multi, ())]:
    run(function, *args)
profile = []


def profiler(frame, event, arg):
    if event.startswith("c_"):
        profile.append((event, arg.__name__))
    else:
        profile.append((event, frame.f_code.co_name))


sys.setprofile(profiler)
simple(3)
len([1])
sorted([2, 1])
try:
    int("x")
except ValueError:
    pass
sys.setprofile(None)
print(profile)


def no_lines(frame, event, arg):
    frame.f_trace_lines = False
    frame.f_trace_opcodes = False
    events.append((event, frame.f_code.co_name))
    return no_lines


events.clear()
sys.settrace(no_lines)
simple(5)
sys.settrace(None)
print(events)


def jumper(frame, event, arg):
    if frame.f_code.co_name == "skipper" and event == "line" and frame.f_lineno == frame.f_code.co_firstlineno + 2:
        frame.f_lineno = frame.f_code.co_firstlineno + 4
    return jumper


def skipper():
    log = ["start"]
    log.append("skipped")
    log.append("skipped too")
    log.append("end")
    return log


sys.settrace(jumper)
result = skipper()
sys.settrace(None)
print(result)


def failing(frame, event, arg):
    raise RuntimeError("in tracer")


sys.settrace(failing)
try:
    simple(1)
except RuntimeError as error:
    print(error, sys.gettrace())
try:
    sys._getframe().f_lineno = 5
except ValueError as error:
    print(error)
opcodes = []


def opcode_tracer(frame, event, arg):
    frame.f_trace_opcodes = True
    if event == "opcode":
        opcodes.append(frame.f_lasti)
    return opcode_tracer


sys.settrace(opcode_tracer)
simple(1)
sys.settrace(None)
print(len(opcodes) > 3, opcodes == sorted(opcodes))
