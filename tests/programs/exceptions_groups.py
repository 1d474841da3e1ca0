"""ExceptionGroup: except*, split, subgroup, derive, nesting, printing."""

import traceback


def show(title, error):
    print(title, repr(error), "|", error.message, "|", [repr(e) for e in error.exceptions])


eg = ExceptionGroup("top", [ValueError(1), TypeError("t"), ExceptionGroup("inner", [KeyError("k"), ValueError(2)])])
show("group", eg)
print(eg)
match, rest = eg.split(ValueError)
show("match", match)
show("rest", rest)
print(eg.split(OSError), eg.subgroup(KeyError), eg.subgroup(lambda e: isinstance(e, TypeError)), eg.split((ValueError, KeyError, TypeError))[1])
try:
    raise eg
except* ValueError as caught:
    show("except* ValueError", caught)
except* (KeyError, TypeError) as caught:
    show("except* others", caught)
else:
    print("else")
finally:
    print("finally")
try:
    try:
        raise eg
    except* KeyError as caught:
        print("key", caught.exceptions)
except ExceptionGroup as left:
    show("left over", left)
try:
    raise ValueError("naked")
except* ValueError as caught:
    show("wrapped", caught)
try:
    try:
        raise ExceptionGroup("a", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("new")
    except* TypeError as t:
        raise
except ExceptionGroup as both:
    show("combined", both)
    print([type(e).__name__ for e in both.exceptions], repr(both.exceptions[0].__context__))
for make in [lambda: ExceptionGroup("m", []), lambda: ExceptionGroup("m", [1]), lambda: ExceptionGroup(5, [ValueError()]), lambda: ExceptionGroup("m"), lambda: ExceptionGroup("m", [KeyboardInterrupt()]), lambda: BaseExceptionGroup("m", [ValueError()]), lambda: BaseExceptionGroup("m", [KeyboardInterrupt()]), lambda: ExceptionGroup("m", 5), lambda: eg.split(5), lambda: eg.derive([OSError()])]:
    try:
        print(repr(make()))
    except Exception as error:
        print(type(error).__name__, error)


class MyGroup(ExceptionGroup):
    def __new__(cls, message, excs, code):
        self = super().__new__(cls, message, excs)
        self.code = code
        return self

    def derive(self, excs):
        return MyGroup(self.message, excs, self.code)


m, r = MyGroup("mine", [ValueError(), TypeError()], 42).split(ValueError)
print(type(m).__name__, m.code, type(r).__name__, r.code)


def bare_group():
    try:
        raise ValueError
    except* ExceptionGroup:
        pass


try:
    bare_group()
except TypeError as error:
    print(error)
eg.add_note("a note on the group")
print("".join(traceback.format_exception(eg)))
for source in ["try: pass\nexcept* ValueError: pass\nexcept TypeError: pass", "try: pass\nexcept*: pass", "for i in range(1):\n try: pass\n except* ValueError: break", "def f():\n try: pass\n except* ValueError: return 1", "for i in range(1):\n try: pass\n except* ValueError: continue"]:
    try:
        compile(source, "<s>", "exec")
        print("ok")
    except SyntaxError as error:
        print(error.msg)


def nested(depth):
    if depth == 0:
        return ValueError("leaf")
    return ExceptionGroup(f"level {depth}", [nested(depth - 1), TypeError(depth)])


try:
    raise nested(3)
except* TypeError as t:
    print([e.args for e in t.exceptions if not isinstance(e, ExceptionGroup)])
except* ValueError as v:
    print(repr(v))


def no_parens():
    try:
        raise KeyError
    except ValueError, KeyError:
        return "without parentheses"


print(no_parens())
