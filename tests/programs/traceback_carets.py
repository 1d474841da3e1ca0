"""Where the carets stand in tracebacks: operators, calls, subscripts, attributes, multi-line expressions, wide characters."""

import traceback


class Obj:
    value = None


def show(function):
    try:
        function()
    except Exception:
        print(traceback.format_exc())


def binary():
    a, b = 1, "x"
    return (a + a) * 2 + b - 1


def subscript():
    d = {"a": [1, 2]}
    return d["a"][0]["deep"] + 1


def attribute():
    o = Obj()
    return o.value.missing.other


def call():
    f = None
    return len([1]) + f(1, 2)


def multi():
    return max(
        1,
        2,
    ) + sum(
        [1, "a"],
    )


def wide():
    текст, b = "日本語", 5
    return "日本語" + текст + b + "日本"


def unary():
    x = "s"
    return 1 + -x


def compare():
    return 1 < 2 < "a"


def unpack():
    a, b = [1, 2, 3]


def loop():
    for i, j in [(1, 2), 3]:
        pass


def nested_call():
    return str(int(float("1.5x")))


def comprehension():
    return [1 / (x - 1) for x in range(3)]


def lambda_frame():
    return (lambda q: q[0])(5)


def with_statement():
    with open("/nonexistent/file") as f:
        pass


def assertion():
    value = 3
    assert value == 4, "values differ"


def fstring():
    return f"{1:d} {undefined!r} {2}"


def delete():
    d = {}
    del d["nope"]


def star():
    return [*5]


def kwargs():
    return dict(**{"a": 1}, **{"a": 2})


def raise_expr():
    raise ValueError("a" + \
                     "b")


def long_line():
    return aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb + ccccccccccccccccccccccccccccc


for function in [binary, subscript, attribute, call, multi, wide, unary, compare, unpack, loop, nested_call, comprehension, lambda_frame, with_statement, assertion, fstring, delete, star, kwargs, raise_expr, long_line]:
    show(function)
