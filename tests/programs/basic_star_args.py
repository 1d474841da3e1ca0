"""Star arguments, keyword arguments, defaults, unpacking in calls."""


def f(*args, **kwargs):
    return args, kwargs


def g(a, b=2, *rest, c, d=4, **extra):
    return a, b, rest, c, d, extra


print(f(), f(1, 2), f(a=1), f(1, *[2, 3], x=4, **{"y": 5}))
print(g(1, c=3), g(1, 2, 3, 4, c=5, z=6), g(*"ab", **{"c": 1, "d": 2}))


def total(*numbers, scale=1):
    return sum(numbers) * scale


print(total(), total(1, 2, 3), total(*range(5), scale=10))


def wrap(function):
    def inner(*args, **kwargs):
        return "[" + function(*args, **kwargs) + "]"

    return inner


join = wrap(lambda *words, sep=" ": sep.join(words))
print(join("a", "b"), join("a", "b", sep="-"), join())


def defaults(a, b=[], c=None):
    if c is None:
        c = []
    b.append(a)
    c.append(a)
    return b, c


print(defaults(1), defaults(2), defaults(3, []))
options = {"sep": ", ", "end": ".\n"}
print(*[1, 2, 3], **options)
print(*"abc", sep="")
first, *middle, last = (1, 2, 3, 4)
print(first, middle, last, [*middle, *"xy"], {**{"a": 1}, "b": 2}, (*middle,))
for call in ["g()", "g(1)", "g(1, c=2, a=3)", "total(x=1)", "f(**5)", "g(1, 2, c=3, **{'c': 4})", "(lambda x: x)()", "(lambda x: x)(1, 2)", "f(*5)", "defaults(b=1)"]:
    try:
        print(call, "=", eval(call))
    except TypeError as error:
        print(call, "->", error)


def positional(a, b, /, c, *, d):
    return a, b, c, d


print(positional(1, 2, 3, d=4), positional(1, 2, c=3, d=4))
try:
    positional(a=1, b=2, c=3, d=4)
except TypeError as error:
    print(error)
compose = lambda *fs: (lambda x: [x := f(x) for f in fs][-1])
print(compose(lambda v: v + 1, lambda v: v * 2)(5), max(*[3, 1], 2), dict(**{"k": 1}), "{} {k}".format(*[1], **{"k": 2}))
