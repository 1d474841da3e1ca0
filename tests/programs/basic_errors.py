"""Errors of everyday code, caught and printed."""


def attempt(label, action):
    try:
        print(label, "=", action())
    except Exception as error:
        print(label, "->", type(error).__name__ + ":", error)


attempt("divide", lambda: 1 / 0)
attempt("index", lambda: [1, 2][5])
attempt("key", lambda: {"a": 1}["b"])
attempt("attr", lambda: "text".missing)
attempt("type", lambda: 1 + "a")
attempt("value", lambda: int("abc"))
attempt("name", lambda: undefined)
attempt("call", lambda: (5)(1) if False else None)
attempt("args", lambda: len())
attempt("args2", lambda: (lambda a: a)(1, 2))
attempt("iter", lambda: list(5))
attempt("unpack", lambda: (lambda: [a for a, b in [(1, 2, 3)]])())
attempt("import", lambda: __import__("not_a_module"))
attempt("str index", lambda: "abc"[10])
attempt("none attr", lambda: None.x)
attempt("none index", lambda: (None)[0] if False else eval("None[0]"))
attempt("hash", lambda: {[]: 1})
attempt("compare", lambda: 1 < "a")
attempt("bad int", lambda: int("1.5"))
attempt("chr", lambda: chr(-1))
attempt("neg shift", lambda: 1 << -1)
attempt("mod", lambda: 5 % 0)
attempt("float div", lambda: 1.0 // 0)
attempt("next", lambda: next(iter([])))
attempt("max", lambda: max([]))
attempt("join", lambda: ",".join([1]))
attempt("fmt", lambda: "%d" % "x")
attempt("set attr", lambda: setattr(5, "x", 1))
attempt("open", lambda: open("/no/such/file"))
attempt("tuple assign", lambda: exec("t = (1,); t[0] = 2"))
attempt("del", lambda: exec("del nothing"))
attempt("assert", lambda: exec("assert 1 == 2, 'math'"))
attempt("recursion", lambda: (lambda f: f(f))(lambda f: f(f)))
attempt("exit", lambda: [][0:1])


class MyError(Exception):
    pass


def layered(n):
    try:
        if n == 0:
            raise MyError("bottom")
        layered(n - 1)
    except MyError as error:
        if n == 2:
            raise ValueError("converted") from error
        raise
    finally:
        print("finally", n, end=" ")


attempt("layered", lambda: layered(3))
result = []
for value in [1, 0, "x", None]:
    try:
        result.append(10 / value)
    except ZeroDivisionError:
        result.append("zero")
    except TypeError:
        result.append("type")
    else:
        result.append("ok")
print(result)
