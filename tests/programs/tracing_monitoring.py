"""sys.monitoring: tools, events, local events, DISABLE, branch and call events, errors."""

import sys

mon = sys.monitoring
E = mon.events
TOOL = 3


def attempt(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(sorted(n for n in dir(E) if n.isupper()), E.LINE, E.CALL, mon.DISABLE is not None, mon.MISSING is not None, mon.DEBUGGER_ID, mon.COVERAGE_ID, mon.PROFILER_ID, mon.OPTIMIZER_ID)
print(mon.get_tool(TOOL), mon.use_tool_id(TOOL, "mytool"), mon.get_tool(TOOL), attempt(mon.use_tool_id, TOOL, "again"), attempt(mon.use_tool_id, 9, "x"), attempt(mon.set_events, 5, E.LINE), attempt(mon.set_events, TOOL, 1 << 30), attempt(mon.get_events, TOOL))
log = []


def record(name):
    def callback(code, *args):
        if code.co_filename == __file__ and code.co_name not in ("record", "callback", "<module>", "traced"):
            shown = []
            for a in args:
                if isinstance(a, BaseException):
                    a = repr(a)
                elif callable(a):
                    a = a.__name__
                elif a is mon.MISSING:
                    a = "MISSING"
                shown.append(a)
            log.append((name, code.co_name, *shown))

    return callback


def sample(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
    return total


def caller():
    return len("abc") + sample(1)


def fails():
    raise ValueError("v")


def handles():
    try:
        fails()
    except ValueError:
        return "handled"


def gen():
    got = yield 1
    yield got


def uses_gen():
    return list(gen())


def traced(events, function, *args, offsets=False):
    log.clear()
    for name in events:
        mon.register_callback(TOOL, getattr(E, name), record(name))
    mask = 0
    for name in events:
        mask |= getattr(E, name)
    mon.set_events(TOOL, mask)
    function(*args)
    mon.set_events(TOOL, 0)
    for name in events:
        mon.register_callback(TOOL, getattr(E, name), None)
    for entry in log:
        print("   ", *entry[:2], *([e for e in entry[2:] if offsets or not isinstance(e, int) or events == ["LINE"]]))


print("lines")
log_base = sample.__code__.co_firstlineno
log.clear()
mon.register_callback(TOOL, E.LINE, lambda code, line: log.append((code.co_name, line - code.co_firstlineno)) if code in (sample.__code__, caller.__code__) else None)
mon.set_events(TOOL, E.LINE)
caller()
mon.set_events(TOOL, 0)
print(log)
for events, function, args in [(["PY_START", "PY_RETURN"], caller, ()), (["CALL", "C_RETURN", "C_RAISE"], caller, ()), (["RAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "RERAISE"], handles, ()), (["PY_YIELD", "PY_RESUME", "PY_START", "STOP_ITERATION"], uses_gen, ()), (["BRANCH_LEFT", "BRANCH_RIGHT"], sample, (2,)), (["JUMP"], sample, (1,))]:
    print(events)
    traced(events, function, *args)
calls = []


def once(code, line):
    calls.append(line - code.co_firstlineno)
    return mon.DISABLE


mon.register_callback(TOOL, E.LINE, once)
mon.set_local_events(TOOL, sample.__code__, E.LINE)
print(mon.get_local_events(TOOL, sample.__code__) == E.LINE, mon.get_local_events(TOOL, caller.__code__))
sample(4)
sample(4)
first = list(calls)
mon.restart_events()
sample(4)
print(first, len(calls) == 2 * len(first))
mon.set_local_events(TOOL, sample.__code__, 0)
sample(2)
print(len(calls) == 2 * len(first))


def bad_callback(code, line):
    raise RuntimeError("from callback")


mon.register_callback(TOOL, E.LINE, bad_callback)
mon.set_local_events(TOOL, sample.__code__, E.LINE)
print(attempt(sample, 1))
mon.set_local_events(TOOL, sample.__code__, 0)
print(mon.register_callback(TOOL, E.LINE, None) is bad_callback, attempt(mon.register_callback, TOOL, 3, None), attempt(mon.set_local_events, TOOL, 5, 1), mon._all_events(), mon.clear_tool_id(TOOL), mon.free_tool_id(TOOL), mon.get_tool(TOOL))
