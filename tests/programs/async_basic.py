"""Coroutines by hand: await protocol, async with, async for, async generators, comprehensions."""

import types


def attempt(function, *args):
    try:
        return repr(function(*args))
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


def run(coro):
    sent = None
    log = []
    while True:
        try:
            log.append(coro.send(sent))
            sent = f"reply {log[-1]}"
        except StopIteration as stop:
            return stop.value, log


class Ask:
    def __init__(self, question):
        self.question = question

    def __await__(self):
        answer = yield self.question
        return answer


async def simple():
    a = await Ask("one")
    b = await Ask("two")
    return [a, b]


print(run(simple()))


class ACM:
    async def __aenter__(self):
        await Ask("enter")
        return "acm"

    async def __aexit__(self, kind, value, tb):
        await Ask("exit")
        return kind is ValueError


class AIter:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        await Ask(f"next {self.n}")
        return self.n


async def everything():
    out = []
    async with ACM() as acm:
        out.append(acm)
        raise ValueError("suppressed")
    async for v in AIter(2):
        out.append(v)
    else:
        out.append("else")
    out.append([v async for v in AIter(2) if v])
    out.append({v: await Ask(v) async for v in AIter(1)})
    async for v in AIter(5):
        if v == 3:
            break
    return out


print(run(everything()))


async def agen():
    try:
        x = yield 1
        print("agen got", x)
        await Ask("in agen")
        yield 2
    finally:
        print("agen finally")


async def use_agen():
    g = agen()
    print(await g.__anext__(), await g.asend("hello"))
    await g.aclose()
    print(attempt(g.__anext__().send, None))
    g = agen()
    await anext(g)
    try:
        await g.athrow(KeyError("thrown"))
    except KeyError as error:
        print(repr(error))
    print(await anext(agen(), "default"), [v async for v in agen()], g.ag_running, g.ag_frame)
    return await anext(aiter(AIter(0)), "exhausted")


print(run(use_agen()))
c = simple()
print(type(c).__name__, c.cr_await, c.cr_running, c.send(None), type(c.cr_await).__name__, c.cr_frame.f_code.co_name, attempt(c.throw, ValueError("t")), attempt(c.send, None), c.close())


async def bad_await():
    await 5


async def bad_for():
    async for x in [1]:
        pass


async def bad_with():
    async with 5:
        pass


class BadAwait:
    def __await__(self):
        return 5


async def bad_await2():
    await BadAwait()


for bad in (bad_await, bad_for, bad_with, bad_await2):
    print(attempt(run, bad()))


@types.coroutine
def old_style():
    value = yield "old"
    return value


async def use_old():
    return await old_style()


print(run(use_old()))
c = simple()
print(attempt(iter, c), attempt(lambda: [*c]))
c.close()
print(attempt(run, c), attempt(c.send, 1))
fresh = simple()
print(attempt(fresh.send, "non-None"))
fresh.close()


async def raises_stop():
    raise StopIteration("x")


print(attempt(run, raises_stop()))


async def no_await():
    return 1


import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    no_await()
    print([str(w.message) for w in caught])
