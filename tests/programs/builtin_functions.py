"""The built-in functions, one after another."""


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(abs(-3), abs(-2.5), abs(3 + 4j), attempt(abs, "x"), all([]), any([]), ascii("é\n"), bin(-5), hex(255), oct(8), attempt(bin, 1.5), callable(len), callable(5), chr(97), ord("a"))
print(divmod(17, 5), divmod(-17, 5), divmod(1.5, 0.5), pow(2, 10), pow(2, -1), pow(2, 10, 1000), pow(2, 3, mod=5), attempt(pow, 2, 3, 0), attempt(pow, 2.0, 3, 5), round(3.14159, 2), round(2.5), round(-2.5), round(1234, -2), attempt(round, "x"))
print(list(enumerate("ab", 5)), list(enumerate("ab", start=-1)), attempt(enumerate, 5), list(zip([1, 2], "ab", (3.0, 4.0))), list(zip()), attempt(lambda: list(zip([1], [1, 2], strict=True))), attempt(lambda: list(zip([1, 2], [1], strict=True))), attempt(zip, 5), attempt(zip, [], 5))
print(list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2, 3], [10, 20])), attempt(map, 5), attempt(map, len), attempt(lambda: list(map(len, [1]))), list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3])), list(map(lambda a, b: a, [1], [1], strict=True)), attempt(lambda: list(map(pow, [1], [1, 2], strict=True))))
print(max(1, 2), max([3, 1]), max("abc"), max([], default=None), max("aa", "b", key=len), attempt(max, []), attempt(max, 5), attempt(max, 1, 2, default=3), attempt(max, 1, "a"), min(3, 1, 2), min({5: 1, 2: 3}), min(["bb", "a"], key=len), attempt(min))
print(sum([1, 2]), sum([1.5, 2]), sum([[1], [2]], []), sum(range(5), start=100), attempt(sum, ["a"]), attempt(sum, ["a"], ""), attempt(sum, 5), attempt(sum, [b"a"], b""), sum([0.1] * 10), sum([1e100, 1, -1e100]), sum([1, True, 2.5, 1j]))
print(sorted([3, 1, 2]), sorted("bca", reverse=True), sorted({"b": 1, "a": 2}), attempt(sorted, [1, "a"]), attempt(sorted, 5), list(reversed([1, 2, 3])), list(reversed("abc")), list(reversed(range(3))), attempt(reversed, {1}), list(reversed({1: 2, 3: 4})))
it = iter([1, 2])
print(next(it), next(it), next(it, "end"), attempt(next, it), attempt(next, 5), attempt(iter, 5), list(iter(iter([1, 5, 2]).__next__, 5)), attempt(iter, 5, 6), len("abc"), attempt(len, 5), attempt(len))
print(isinstance(1, int), isinstance(1, (str, int)), isinstance(1, int | str), isinstance(True, int), attempt(isinstance, 1, 5), attempt(isinstance, 1, (5,)), attempt(isinstance, 1, list[int]), issubclass(bool, int), issubclass(int, (str, object)), attempt(issubclass, 1, int), attempt(issubclass, int, 5), isinstance(None, None | int))
print(getattr(1, "real"), getattr(1, "nope", "d"), attempt(getattr, 1, "nope"), attempt(getattr, 1, 5), hasattr(1, "real"), attempt(hasattr, 1, 5), attempt(setattr, 1, "x", 2), hash(1), hash("a") == hash("a"), attempt(hash, []), attempt(vars, 5), type(vars()).__name__, "attempt" in globals(), "attempt" in dir())
print(eval("1 + 1"), eval("a + 1", {"a": 1}), attempt(eval, "x = 1"), attempt(eval, 5), attempt(eval, ""), exec("q = 5"), attempt(exec, "1 +"), eval(b"1 + 2"), attempt(eval, "nope_x"), attempt(eval, "1", 5), eval("__import__('math').pi > 3"), attempt(compile, "1", "f", "bad"), attempt(compile, "1\0", "f", "exec"))
print(repr("a"), str(1.0), format(255, "x"), format("s", ">5"), attempt(format, 1, "zz"), type(1), type(type), type("X", (), {"a": 1}).a, id(None) == id(None), slice(1, 2), int("7"), float("1.5"), bool([]), complex(1, 2), bytes(2), bytearray(b"x"), list("ab"), tuple([1]), dict(a=1), set([1]), frozenset([1]), object().__class__, property().fget, range(3), memoryview(b"a")[0])
print("a", "b", sep="-", end=".\n")
print(*[1, 2], sep="")
print()
print("x", flush=True, end="")
print("", None, sep="|")
print(attempt(print, 1, sep=5), attempt(print, 1, end=5), attempt(print, 1, file=5), attempt(print, 1, bad=2))
import io

out = io.StringIO()
print("to file", 1, file=out)
print(repr(out.getvalue()), attempt(input), attempt(open, "/nonexistent"), attempt(open, "x", "bad mode"), attempt(open, "/tmp", "rwb"), attempt(open, 5.5), attempt(__import__, "nope_nope"), __import__("os.path").__name__, attempt(__import__, ""), attempt(chr, "a"), attempt(ord, ""), attempt(ord, 5), attempt(breakpoint.__class__), attempt(delattr, 1, "x"), aiter.__name__, anext.__name__, __build_class__.__name__, __debug__)
print(sorted(name for name in dir(__builtins__) if name[0].islower()))
