"""contextvars, abc, atexit-free registries, copy semantics, operator and typing-free protocols."""

import abc
import contextvars
import operator

var = contextvars.ContextVar("var", default="default")
other = contextvars.ContextVar("other")


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs)).split(" at 0x")[0]
    except Exception as error:
        return f"{type(error).__name__}: {error}".split(" at 0x")[0]


print(var.get(), var.name, attempt(other.get), other.get("fallback"))
token = var.set("one")
print(var.get(), token.old_value is contextvars.Token.MISSING, token.var is var, var.reset(token), var.get(), attempt(var.reset, token))
ctx = contextvars.copy_context()


def change():
    var.set("inside")
    other.set(1)
    return var.get(), other.get()


print(ctx.run(change), var.get(), ctx[var], ctx.get(other), var in ctx, len(ctx), sorted(v.name for v in ctx), attempt(lambda: contextvars.copy_context()[other]), attempt(ctx.run), attempt(contextvars.ContextVar), attempt(lambda: ctx.run(ctx.run, print)))
with var.set("with"):
    print(var.get())
print(var.get(), dict(ctx.copy()) == dict(ctx), attempt(var.reset, 5), attempt(hash, var) != "")


class Base(abc.ABC):
    @abc.abstractmethod
    def a(self): ...

    @property
    @abc.abstractmethod
    def p(self): ...

    @classmethod
    @abc.abstractmethod
    def c(cls): ...

    def concrete(self):
        return "concrete"

    @classmethod
    def __subclasshook__(cls, C):
        return True if hasattr(C, "quacks") else NotImplemented


class Partial(Base):
    def a(self):
        return 1


class Full(Partial):
    p = 5

    @classmethod
    def c(cls):
        return "c"


class Duck:
    quacks = True


@Base.register
class Registered:
    pass


print(attempt(Base), attempt(Partial), Full().concrete(), sorted(Base.__abstractmethods__), sorted(Partial.__abstractmethods__), Full.__abstractmethods__, isinstance(Duck(), Base), issubclass(Registered, Base), isinstance(Registered(), Base), isinstance(5, Base), attempt(Base.register, 5), abc.get_cache_token() == abc.get_cache_token(), attempt(Base._dump_registry) if False else "", abc.update_abstractmethods(Partial) is Partial)
Partial.p = Partial.c = None
abc.update_abstractmethods(Partial)
print(Partial().a())
for name, args in [("add", (1, 2)), ("sub", (5, 3)), ("mul", (2, "a")), ("truediv", (1, 4)), ("floordiv", (7, 2)), ("mod", (7, 3)), ("pow", (2, 3)), ("neg", (5,)), ("pos", (-5,)), ("invert", (5,)), ("and_", (6, 3)), ("or_", (6, 3)), ("xor", (6, 3)), ("lshift", (1, 3)), ("rshift", (8, 2)), ("lt", (1, 2)), ("eq", (1, 1)), ("is_", (None, None)), ("not_", (0,)), ("truth", ([],)), ("contains", ([1], 1)), ("countOf", ([1, 1], 1)), ("indexOf", ([5, 6], 6)), ("getitem", ("abc", 1)), ("concat", ("a", "b")), ("index", (True,)), ("length_hint", ([1, 2],)), ("iadd", ([1], [2])), ("ipow", (2, 5)), ("abs", (-1,)), ("call", (len, "abc")), ("is_none", (None,)), ("is_not_none", (None,)), ("matmul", (1, 2)), ("indexOf", ([], 1)), ("concat", (1, 2)), ("countOf", (5, 1)), ("getitem", ({}, "k"))]:
    print(name, args, attempt(getattr(operator, name), *args))
d = {"a": [1, {"b": 2}]}
print(operator.itemgetter("a")(d), operator.itemgetter(1, 0)("xyz"), operator.itemgetter(slice(1, None))("abc"), operator.attrgetter("real", "imag")(3), operator.attrgetter("__class__.__name__")(5), operator.methodcaller("replace", "a", "b")("aaa"), operator.methodcaller("split", sep=",")("a,b"), repr(operator.itemgetter(1)), repr(operator.attrgetter("a.b")), repr(operator.methodcaller("m", 1, k=2)), attempt(operator.attrgetter, 5), attempt(operator.itemgetter), attempt(operator.attrgetter("x.y"), 5), operator.setitem(d, "z", 1), operator.delitem(d, "z"), d)
