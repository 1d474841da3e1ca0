"""Every kind of parameter and every call error."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def f(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


print(f(1, d=4), f(1, 20, 30, 40, 50, d=60, e=70, z=80), f(1, d=2, a=3, b=4))
print(attempt(f), attempt(f, 1), attempt(f, d=1), attempt(f, 1, 2, c=3, d=4, **{"c2": 5}), attempt(f, 1, 2, 3, c=4, d=5), attempt(lambda: f(1, **{"d": 1}, **{"d": 2})), attempt(lambda: f(*5)), attempt(lambda: f(**5)), attempt(lambda: f(1, **{1: 2})))


def two(a, b):
    return a, b


def keyword_only(*, a, b=1):
    return a, b


def positional(a, b, /):
    return a, b


def none():
    pass


def default(a, b=1, c=2):
    return a, b, c


for call in ["two()", "two(1)", "two(1, 2, 3)", "two(a=1)", "two(1, a=2)", "two(1, 2, c=3)", "two(b=1, a=2)", "two(1, bb=2)", "keyword_only()", "keyword_only(1)", "keyword_only(a=1)", "keyword_only(b=1)", "keyword_only(1, 2, a=3)", "positional(1, 2)", "positional(a=1, b=2)", "positional(1, b=2)", "positional(1)", "none(1)", "none(x=1)", "default()", "default(1, 2, 3, 4)", "default(1, c=5)", "default(c=1, b=2)", "(lambda x: x)()", "(lambda x, *y: (x, y))(1, 2, 3)", "(lambda **k: k)(self=1)", "len()", "len(1, 2)", "len(x=[])", "int(1, 2, 3)", "sorted()", "print(sepp=1)", "''.join()", "[].append()", "{}.get()", "dict.get()", "str.upper()", "str.upper(1)", "[].sort(1)", "isinstance(1)", "range(1, 2, 3, 4)", "object(1)"]:
    print(call, "->", attempt(eval, call))


class C:
    def method(self, a):
        return a

    @classmethod
    def cm(cls, a):
        return a

    @staticmethod
    def sm(a):
        return a


for call in ["C().method()", "C().method(1, 2)", "C.method()", "C.method(1)", "C.cm()", "C.sm()", "C.sm(1, 2)", "C(1)", "C(x=1)", "C().missing()"]:
    print(call, "->", attempt(eval, call))


def mutable(x, acc=[]):
    acc.append(x)
    return acc


print(mutable(1), mutable(2), mutable(3, []), mutable.__defaults__)
print(f.__defaults__, f.__kwdefaults__, f.__code__.co_argcount, f.__code__.co_posonlyargcount, f.__code__.co_kwonlyargcount, f.__code__.co_varnames, bin(f.__code__.co_flags))
default.__defaults__ = (10,)
print(attempt(default, 1), attempt(default, 1, 2))
keyword_only.__kwdefaults__ = {"a": 7}
print(attempt(keyword_only), attempt(keyword_only, b=2))


def order():
    log = []

    def note(x):
        log.append(x)
        return x

    two(note(1), note(2))
    f(note("a"), *note([1, 2]), d=note("d"), **note({"k": 1}))
    return log


print(order(), two(*"ab"), two(**{"a": 1, "b": 2}), two(*[1], **{"b": 2}), two(*(), *(1, 2)), default(*[1], 2, *[3]))
