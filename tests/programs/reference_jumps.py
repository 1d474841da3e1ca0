"""Reference, debuggers: a trace function that moves execution by setting `f_lineno`."""

import sys


def jump():
    skipped = True
    a = 1
    skipped = "not skipped"
    return skipped


def jumper(frame, event, arg):
    if frame.f_code is jump.__code__:
        if event == "line" and frame.f_lineno == jump.__code__.co_firstlineno + 3:
            frame.f_lineno += 1
        return jumper


sys.settrace(jumper)
print(jump())
sys.settrace(None)


def into_block():
    for i in range(2):
        a = i
    return a


def refuses(frame, event, arg):
    if frame.f_code is into_block.__code__ and event == "line" and frame.f_lineno == into_block.__code__.co_firstlineno + 1:
        for line in (2, 50):
            try:
                frame.f_lineno = into_block.__code__.co_firstlineno + line
            except ValueError as error:
                print("ValueError", error)
        sys.settrace(None)
    return refuses


sys.settrace(refuses)
print(into_block())
sys.settrace(None)
try:
    sys._getframe().f_lineno = 5
except ValueError as error:
    print("ValueError", error)
