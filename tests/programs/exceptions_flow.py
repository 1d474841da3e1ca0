"""The flow of exceptions through nested calls, loops, generators, comprehensions, context managers and finally."""

log = []


class Ctx:
    def __init__(self, name, swallow=()):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        log.append(f"+{self.name}")
        return self

    def __exit__(self, kind, value, tb):
        log.append(f"-{self.name}:{kind.__name__ if kind else None}")
        return kind is not None and issubclass(kind, self.swallow)


def show(function, *args):
    log.clear()
    try:
        result = function(*args)
    except Exception as error:
        chain = []
        while error:
            chain.append(repr(error))
            error = error.__cause__ or error.__context__
        result = " <- ".join(chain)
    print(f"{function.__name__}{args}: {result} | {' '.join(log)}")


def nested(fail):
    with Ctx("a"), Ctx("b", (KeyError,)):
        try:
            log.append("try")
            if fail:
                raise fail
        except ValueError:
            log.append("value")
            raise RuntimeError("from value")
        else:
            log.append("else")
        finally:
            log.append("finally")
        return "returned"
    return "swallowed"


for fail in (None, KeyError("k"), ValueError("v"), TypeError("t")):
    show(nested, fail)


def loops(n):
    for i in range(4):
        try:
            if i == n:
                raise IndexError(i)
            if i == 2:
                continue
            log.append(str(i))
        except IndexError as error:
            log.append(f"caught{error}")
            if n == 3:
                break
        finally:
            log.append("f")
    else:
        return "completed"
    return "broken"


for n in (1, 3, 9):
    show(loops, n)


def replaced():
    try:
        raise KeyError("one")
    finally:
        raise ValueError("two")


def handler_fails():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            {}["missing"]
    except KeyError:
        raise OSError("three")


def reraised():
    try:
        try:
            raise ValueError("original")
        except ValueError as error:
            saved = error
            raise
    except ValueError as error:
        return error is saved


def return_order():
    def value():
        log.append("evaluate")
        return 1

    try:
        return value()
    finally:
        log.append("cleanup")


def generator_through():
    def gen():
        try:
            yield 1
            yield 2
        except GeneratorExit:
            log.append("exit")
            raise
        finally:
            log.append("gen finally")

    for x in gen():
        if x == 1:
            raise ValueError("in loop body")


def comprehension():
    return [int(x) for x in ("1", "x", "3")]


def deep(n):
    try:
        return 1 / n if n == 0 else deep(n - 1)
    except ZeroDivisionError:
        log.append(str(n))
        if n < 3:
            raise
        return "handled at 3"


def cleared():
    try:
        raise ValueError
    except ValueError as e:
        pass
    try:
        return e
    except UnboundLocalError as error:
        return str(error)


def conditional_else(flag):
    try:
        pass
    except Exception:
        return "no"
    else:
        if flag:
            raise LookupError("from else")
        return "else"
    finally:
        log.append("fin")


def exception_in_exit():
    class Bad(Ctx):
        def __exit__(self, *exc):
            raise RuntimeError("exit failed")

    with Ctx("outer"), Bad("bad"):
        raise ValueError("body")


def dynamic_match():
    kinds = [KeyError, ValueError]

    def matching():
        log.append("evaluated")
        return tuple(kinds)

    try:
        raise ValueError("dynamic")
    except matching() as error:
        return error


show(replaced)
show(handler_fails)
show(reraised)
show(return_order)
show(generator_through)
show(comprehension)
show(deep, 5)
show(cleared)
show(conditional_else, True)
show(conditional_else, False)
show(exception_in_exit)
show(dynamic_match)
