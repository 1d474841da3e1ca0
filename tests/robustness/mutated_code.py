"""Changes code objects at random and runs what comes of it: whatever happens is an exception or a result, never a crash.

Arguments: the seed and the number of changed code objects.
"""

import marshal
import random
import signal
import sys
import types


def arithmetic(a, b=2, *rest, c=3, **more):
    x = a + b * c - len(rest)
    for i in range(3):
        x += i if i % 2 else -i
    return x, more, [x for x in rest if x], f"{x!r:>5}{a}"


def handling(d, k=0):
    try:
        try:
            return d[k]
        except (KeyError, TypeError) as error:
            raise ValueError("no") from error
        finally:
            k = None
    except* ValueError as group:
        k = group
    with Manager() as m, Manager():
        while k is not None:
            k = None
        else:
            m.x = 1
    return k


def closing(n):
    total = 0

    def inner(step=1):
        nonlocal total
        total += step
        return [lambda: total + i for i in range(n)]

    return inner, {k: v for k, v in zip("ab", inner(2))}, {*"ab", n}


def generating(n=3):
    got = yield n
    try:
        yield from [got, n]
        for i in range(n):
            got = (yield i) or got
    finally:
        yield "last"


async def awaiting(n=2):
    async with AsyncManager() as m:
        async for i in m:
            await Step()
            yield i, m, n


async def waiting(n=1):
    return [i async for i in awaiting(n)], await Step()


def matching(value=(1, 2)):
    match value:
        case [1, *rest]:
            return rest
        case {"a": x, **rest} if x:
            return x, rest
        case Manager(x=1) | str():
            return 1
    a, *b, c = value
    del a
    value = b[0:1]
    b[:] = c, *value
    return f(*b, **{"x": 1}), super, not value, -c, ~c, value is c, print


def classes(base=object):
    class Inner(base):
        field: int = 1

        def method(self):
            return __class__, super().__init__()

    import sys as other
    from types import SimpleNamespace

    assert Inner, other
    global made
    made = Inner().method
    type Alias[T] = list[T]
    return made, t"{base}", SimpleNamespace, Alias.__value__


def f(*args, **kwargs):
    return args, kwargs


class Manager:
    x = 0

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return True


class AsyncManager:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        return True

    def __aiter__(self):
        self.n = 2
        return self

    async def __anext__(self):
        self.n -= 1
        if self.n < 0:
            raise StopAsyncIteration
        return self.n


class Step:
    def __await__(self):
        yield 1


SEEDS = [arithmetic, handling, closing, generating, awaiting, waiting, matching, classes]
VALUES = [0, 1, 5, "ab", (1, 2), [1, 2, 3], {"a": 1}, None, int, f, Manager(), 2.5, range(3)]


def codes():
    todo = [s.__code__ for s in SEEDS]
    while todo:
        code = todo.pop()
        yield code
        todo.extend(c for c in code.co_consts if isinstance(c, types.CodeType))


def changed(rng, code):
    data = bytearray(code.co_code)
    changes = {}
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        what = rng.randrange(13)
        if what < 3:
            at = rng.randrange(len(data) // 2) * 2
            data[at] = rng.choice((rng.randrange(256), rng.choice(data[::2])))
        elif what < 6:
            at = rng.randrange(len(data) // 2) * 2
            data[at + 1] = rng.choice((rng.randrange(256), data[at + 1] + 1 & 255, data[at + 1] - 1 & 255, rng.randrange(5)))
        elif what == 6 and len(data) > 4:
            at = rng.randrange(len(data) // 2) * 2
            del data[at : at + 2]
        elif what == 7:
            at = rng.randrange(len(data) // 2) * 2
            data[at:at] = bytes((rng.randrange(130), rng.randrange(6)))
        elif what == 8:
            a, b = (rng.randrange(len(data) // 2) * 2 for _ in "ab")
            data[a : a + 2], data[b : b + 2] = data[b : b + 2], data[a : a + 2]
        elif what == 9:
            changes["co_stacksize"] = max(0, code.co_stacksize + rng.choice((-2, -1, 1, 100, 1 << 20, (1 << 31) - 1 - code.co_stacksize)))
        elif what == 10:
            table = bytearray(code.co_exceptiontable)
            if table:
                table[rng.randrange(len(table))] = rng.randrange(256)
            else:
                table = bytes(rng.randrange(256) for _ in range(4))
            changes["co_exceptiontable"] = bytes(table)
        elif what == 11:
            consts = list(code.co_consts)
            if consts:
                consts[rng.randrange(len(consts))] = rng.choice(VALUES)
                rng.random() < 0.3 and consts.pop()
            changes["co_consts"] = tuple(consts)
        else:
            which = rng.randrange(7)
            if which == 0:
                changes["co_flags"] = code.co_flags ^ 1 << rng.randrange(10)
            elif which == 1:
                changes["co_argcount"] = rng.randrange(5)
            elif which == 2:
                changes["co_names"] = code.co_names[:-1]
            elif which == 3:
                changes["co_linetable"] = bytes(rng.randrange(256) for _ in code.co_linetable)
            elif which == 4:
                changes["co_cellvars"] = code.co_cellvars[:-1]
            elif which == 5:
                changes["co_kwonlyargcount"] = rng.randrange(3)
            else:
                changes["co_varnames"] = code.co_varnames[:-1]
                changes["co_nlocals"] = len(changes["co_varnames"])
    if rng.random() < 0.97:
        changes["co_code"] = bytes(data)
    return code.replace(**changes)


class Enough(BaseException):
    pass


def stop(*_):
    raise Enough


def drive(result):
    if isinstance(result, types.GeneratorType):
        for value in (None, 1, None, "x", None, None):
            result.send(value)
        result.throw(KeyError("thrown"))
    elif isinstance(result, types.CoroutineType):
        while True:
            result.send(None)
    elif isinstance(result, types.AsyncGeneratorType):
        for _ in range(4):
            try:
                result.asend(None).send(None)
            except StopIteration:
                pass
        result.athrow(KeyError("thrown")).send(None)
    elif callable(result) and not isinstance(result, type):
        result()
    elif isinstance(result, (tuple, list)):
        for item in result[:3]:
            if callable(item) and item is not f and not isinstance(item, type):
                item()


def attempt(rng, code):
    globals_ = {"__builtins__": {k: v for k, v in vars(__builtins__).items() if k not in ("input", "open", "exec", "eval", "breakpoint", "exit", "quit", "help", "print")}, **{k: v for k, v in globals().items() if not k.startswith("__")}, "__name__": "mutated"}
    cells = tuple(types.CellType(rng.choice(VALUES)) for _ in code.co_freevars)
    function = types.FunctionType(code, globals_, closure=cells or None)
    if rng.random() < 0.2:
        return exec(code, globals_) if not cells else exec(code, globals_, closure=cells)
    required = code.co_argcount
    args = [rng.choice(VALUES) for _ in range(required if rng.random() < 0.8 else rng.randrange(4))]
    kwargs = {n: 1 for n in code.co_varnames[required : required + code.co_kwonlyargcount]}
    for _ in range(rng.choice((1, 1, 20))):
        drive(function(*args, **kwargs))


def main(seed, count):
    rng = random.Random(seed)
    sys.unraisablehook = lambda *_: None
    sys.setrecursionlimit(150)
    signal.signal(signal.SIGALRM, stop)
    originals = list(codes())
    outcomes = {"result": 0, "refused": 0, "exception": 0, "stopped": 0}
    for number in range(count):
        code = rng.choice(originals)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.3, 0.02)
            try:
                code = changed(rng, code)
                if rng.random() < 0.1:
                    code = marshal.loads(marshal.dumps(code))
                if "-v" in sys.argv:
                    with open("/tmp/last_mutant", "wb") as file:
                        file.write(b"%d " % number + marshal.dumps(code) if all(not isinstance(c, (type, types.FunctionType, Manager, range)) for c in code.co_consts) else b"%d" % number)
                attempt(rng, code)
                outcomes["result"] += 1
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except SystemError:
            outcomes["refused"] += 1
        except Enough:
            outcomes["stopped"] += 1
        except BaseException:
            outcomes["exception"] += 1
    assert all(outcomes[k] for k in ("result", "refused", "exception")), outcomes
    if "-v" in sys.argv:
        print(outcomes)
    print("done", count)


main(int(sys.argv[1]), int(sys.argv[2]))
