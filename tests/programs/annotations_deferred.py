"""Annotations in 3.14: deferred evaluation, __annotate__, annotationlib formats, type parameters' scopes, future import."""

import annotationlib
from annotationlib import Format, get_annotations


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def f(a: Later, b: list[Later] = None) -> "quoted":
    c: Never_Evaluated = 1
    return c


print(f(1), attempt(lambda: f.__annotations__), get_annotations(f, format=Format.STRING), get_annotations(f, format=Format.FORWARDREF))


class Later:
    x: int
    y: "str"
    z: Undefined
    w: int = 5

    def method(self, other: Later) -> Later: ...


print(f.__annotations__ == {"a": Later, "b": list[Later], "return": "quoted"}, Later.method.__annotations__["other"] is Later, attempt(lambda: Later.__annotations__), get_annotations(Later, format=Format.STRING), list(get_annotations(Later, format=Format.FORWARDREF)))
ref = get_annotations(Later, format=Format.FORWARDREF)["z"]
print(type(ref).__name__, ref.__forward_arg__, attempt(ref.evaluate), ref.evaluate(globals={"Undefined": 7}))
Undefined = float
print(Later.__annotations__, ref.evaluate())
print(f.__annotate__(1)["return"], attempt(f.__annotate__, 2), attempt(f.__annotate__, 3), f.__annotate__.__name__, type(f.__annotate__).__name__)


def no_annotations():
    pass


print(no_annotations.__annotations__, no_annotations.__annotate__)
no_annotations.__annotations__ = {"a": 1}
print(no_annotations.__annotations__, no_annotations.__annotate__, attempt(setattr, no_annotations, "__annotate__", 5))
no_annotations.__annotate__ = lambda fmt: {"fmt": fmt}
print(no_annotations.__annotations__)
module_level: int
conditional = True
if conditional:
    branch: str = "s"
else:
    other: bytes
print(__annotations__ if "__annotations__" in globals() else __annotate__(1))
print(attempt(lambda: other))


def generic[T: (int, str), *Ts, **P](x: T, *args: *Ts, **kw: P.kwargs) -> T: ...


print(generic.__type_params__, [type(p).__name__ for p in generic.__type_params__], generic.__type_params__[0].__constraints__, generic.__annotations__["x"])


class Outer[T]:
    attr: T
    type Inner[U] = tuple[T, U]

    def m[V: T](self, v: V) -> Inner[V]: ...


print(Outer.__annotations__, Outer.Inner.__value__, Outer.m.__annotations__, Outer.m.__type_params__[0].__bound__)


def lazy_bound[T: undefined_bound = undefined_default](x: T): ...


print(lazy_bound.__type_params__[0].__name__, attempt(lambda: lazy_bound.__type_params__[0].__bound__), attempt(lambda: lazy_bound.__type_params__[0].__default__), lazy_bound.__type_params__[0].has_default())
undefined_bound = int
print(lazy_bound.__type_params__[0].__bound__)
space = {}
exec("from __future__ import annotations\ndef g(a: anything[1]) -> x + y: ...\nclass K:\n    a: not_defined\n    b: int = 3\n", space)
print(space["g"].__annotations__, space["K"].__annotations__)
print(annotationlib.annotations_to_string({"a": int, "b": "s", "c": list[int]}), annotationlib.type_repr(Later), annotationlib.type_repr(len), get_annotations(space["K"], eval_str=False))


class Meta(type):
    m: int


class WithMeta(metaclass=Meta):
    pass


print(Meta.__annotations__, WithMeta.__annotations__, WithMeta.__annotate__, attempt(lambda: Later.__annotate__(9)))


def order(a: print("never printed at definition")): ...


print("defined")
order.__annotations__
for source in ["def f(x: (yield)): ...", "def f(x: (await y)): ...", "def f(x: (z := 1)): ...", "class A[T]:\n x: (yield)", "type X = (yield)"]:
    try:
        compile(source, "<s>", "exec")
    except SyntaxError as error:
        print(error.msg)
