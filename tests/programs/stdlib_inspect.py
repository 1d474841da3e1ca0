"""inspect: signatures, source, members, frames, classification, argument binding, docs."""

import functools
import inspect


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def function(a, b: int, /, c=3, *args: str, d, e="x", **kw) -> bool:
    """Doc line.

        Indented.
    """
    return True


class Base:
    """Base doc."""

    def method(self, x):
        """Method doc."""

    @classmethod
    def cm(cls, y=1): ...

    @staticmethod
    def sm(z): ...

    @property
    def prop(self): ...

    attr = 5


class Sub(Base):
    def __init__(self, q, *, r=2): ...

    def method(self, x): ...


sig = inspect.signature(function)
print(sig, list(sig.parameters), sig.return_annotation, [str(p.kind) for p in sig.parameters.values()], sig.parameters["c"].default, sig.parameters["a"].annotation is inspect.Parameter.empty)
for target in [Sub, Sub.cm, Sub(1).method, Base.sm, len, int, dict.get, print, functools.partial(function, 1, d=5), lambda x, y=2: x, Sub.method, type, sorted, functools.partialmethod(function), str.join, object, range, BaseException]:
    print(attempt(inspect.signature, target))
bound = sig.bind(1, 2, 3, 4, 5, d=6, z=7)
bound.apply_defaults()
print(bound.args, bound.kwargs, bound.arguments, attempt(sig.bind, 1), attempt(sig.bind, 1, 2), attempt(sig.bind, 1, 2, d=1, a=5), sig.bind_partial(1).arguments)
print(sig.replace(return_annotation=int), sig.parameters["c"].replace(default=9), inspect.Signature([inspect.Parameter("p", inspect.Parameter.POSITIONAL_ONLY)]), attempt(inspect.Parameter, "1", 0), attempt(inspect.Signature, [inspect.Parameter("a", 3), inspect.Parameter("b", 1)]), sig == inspect.signature(function), hash(sig) == hash(inspect.signature(function)))
print(inspect.getsource(Sub), inspect.getsourcelines(function)[1], len(inspect.getsourcelines(function)[0]), inspect.getsourcefile(function) == __file__, inspect.getfile(Base) == __file__, attempt(inspect.getsource, len), inspect.getdoc(function), inspect.getdoc(Sub.method), inspect.getdoc(Sub), inspect.cleandoc("a\n   b\n   c"), inspect.getcomments(commented := helper) if False else "")
print([name for name, _ in inspect.getmembers(Sub, inspect.isfunction)], [n for n, _ in inspect.getmembers(Base, lambda o: isinstance(o, property))], [(a.name, a.kind, a.defining_class.__name__) for a in inspect.classify_class_attrs(Sub) if not a.name.startswith("__")], inspect.getmro(Sub), inspect.getattr_static(Sub(1), "prop").__class__, attempt(inspect.getattr_static, Sub, "zz"))


def gen():
    yield


async def coro(): ...


async def agen():
    yield


for predicate in [inspect.isfunction, inspect.ismethod, inspect.isbuiltin, inspect.isclass, inspect.ismodule, inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isroutine, inspect.isdatadescriptor, inspect.ismethoddescriptor, inspect.isabstract, inspect.iscode, inspect.isawaitable, inspect.isgetsetdescriptor]:
    print(predicate.__name__, [i for i, o in enumerate([function, Base().method, len, Base, inspect, gen, coro, agen, Base.prop, str.join, function.__code__, type.__dict__["__dict__"]]) if predicate(o)])


def caller():
    return callee()


def callee():
    stack = inspect.stack()
    frame = inspect.currentframe()
    info = inspect.getframeinfo(frame)
    return [s.function for s in stack[:3]], info.function, info.lineno - frame.f_code.co_firstlineno, info.code_context[0].strip(), inspect.getargvalues(frame.f_back).locals, inspect.getouterframes(frame)[1].function


print(caller())
try:
    1 / 0
except ZeroDivisionError as error:
    print([t.function for t in inspect.trace()], inspect.getinnerframes(error.__traceback__)[0].lineno > 0)


def closure():
    x, y = 1, 2

    def inner():
        return x + len([]) + undefined_thing

    return inner


print(inspect.getclosurevars(closure()), inspect.getcallargs(function, 1, 2, d=3), inspect.getfullargspec(function), inspect.unwrap(functools.wraps(function)(lambda: 0)) is function, inspect.getmodule(function).__name__, inspect.getmodulename("/a/b.py"), inspect.indentsize("    x"), inspect.isgenerator(gen()), inspect.getgeneratorlocals(gen()), inspect.CO_GENERATOR, inspect.markcoroutinefunction(lambda: 0) is not None)
print(inspect.formatannotation(list[int]), inspect.get_annotations(function), str(inspect.signature(function, eval_str=True)), inspect.Signature.from_callable(closure), sig.format(max_width=20))
