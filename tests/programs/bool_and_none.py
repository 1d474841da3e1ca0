"""bool, None, Ellipsis, NotImplemented, truth values, identity."""


def attempt(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Falsy:
    def __bool__(self):
        return False


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


class Bad:
    def __bool__(self):
        return 1


class Negative:
    def __len__(self):
        return -1


for value in [0, 1, -1, 0.0, 0j, "", "0", b"", (), (0,), [], [0], {}, {0: 0}, set(), range(0), range(1), None, ..., Falsy(), Sized(0), Sized(2), object, len]:
    print(type(value).__name__, bool(value), not value, "yes" if value else "no")
print(attempt(bool, Bad()), attempt(bool, Negative()), attempt(lambda: not Bad()), attempt(bool, Sized(1.5)), attempt(bool, Sized(2**100)))
print(True & False, True | False, True ^ True, True & 3, ~5, True + 1, True == 1, True is True, {True: "a", 1: "b", 1.0: "c"})
print(repr(None), repr(...), repr(NotImplemented), type(None)(), type(...)() is ..., type(NotImplemented)() is NotImplemented)
print(attempt(type(None), 1), attempt(bool, 1, 2), attempt(bool), attempt(lambda: bool(NotImplemented)))
print(attempt(setattr, None, "x", 1), attempt(lambda: None.x), attempt(lambda: None()), attempt(lambda: None[0]), attempt(lambda: None + 1))
try:
    class B(bool):
        pass
except TypeError as error:
    print(error)
print(1 and 0 and 2, 1 and 2 and 3, 0 or "" or None, 0 or [] or "x", not 1 == 2, (not 1) == 2)
print(1 if 0 else 2 if 0 else 3, [x if x else -1 for x in (0, 1, 2)])
calls = []


def note(value):
    calls.append(value)
    return value


print(note(1) and note(0) and note(2), note(0) or note(3) or note(4), calls)
print(all([]), any([]), all([1, 0]), any([0, 1]), all(x for x in (1, 2)), any(note(x) for x in (0, 5, 6)), calls[-1])
print(bool.__mro__, True.__repr__(), True.__and__("x"), format(True), format(True, "d"), f"{True:5}|", "%d" % True, str(True), int("1") is 1 if False else True)
