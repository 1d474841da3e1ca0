"""An uncaught exception group with nested groups, causes and notes."""


def fail(kind, *args):
    raise kind(*args)


def collect(*actions):
    errors = []
    for action in actions:
        try:
            action()
        except Exception as error:
            errors.append(error)
    return errors


def inner():
    try:
        fail(KeyError, "missing")
    except KeyError as error:
        raise ValueError("inner failure") from error


errors = collect(lambda: fail(TypeError, "bad type"), inner, lambda: fail(OSError, 5, "io"))
errors[0].add_note("note on the first")
nested = ExceptionGroup("nested", collect(lambda: fail(ValueError, 1), lambda: fail(ValueError, 2)))
group = ExceptionGroup("outer problems", [*errors, nested, *[ValueError(i) for i in range(20)]])
group.add_note("a note on the group")
try:
    fail(LookupError, "context")
except LookupError:
    raise group
