"""Asynchronous generators and iterators under asyncio: cleanup, sending, nesting, pipelines, cancellation."""

import asyncio
import contextlib


async def ticker(n, log):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
    finally:
        log.append("ticker closed")


async def mapped(source, f):
    async for item in source:
        yield f(item)


async def taken(source, n):
    if n:
        async for item in source:
            yield item
            n -= 1
            if not n:
                break


class Window:
    def __init__(self, source, size):
        self.source, self.size, self.items = aiter(source), size, []

    def __aiter__(self):
        return self

    async def __anext__(self):
        while len(self.items) < self.size:
            self.items.append(await anext(self.source))
        out = tuple(self.items)
        self.items.pop(0)
        return out


@contextlib.asynccontextmanager
async def resource(name, log):
    log.append(f"open {name}")
    try:
        yield name.upper()
    except ValueError as error:
        log.append(f"handled {error}")
    finally:
        await asyncio.sleep(0)
        log.append(f"close {name}")


async def main():
    log = []
    print([x async for x in ticker(3, log)], log)
    print([x async for x in taken(mapped(ticker(10, log), lambda v: v * v), 4)])
    print([w async for w in Window(ticker(5, log), 3)])
    async with resource("db", log) as r:
        print(r)
        raise ValueError("inside")
    print(log[-3:])
    async with contextlib.aclosing(ticker(5, log)) as t:
        async for v in t:
            if v == 1:
                break
    print(log[-1])

    async def echo():
        received = yield "start"
        while received != "stop":
            received = yield f"got {received}"

    e = echo()
    print(await e.asend(None), await e.asend(1), await e.asend([2]))
    try:
        await e.asend("stop")
    except StopAsyncIteration:
        print("stopped")
    results = await asyncio.gather(*(collect(mapped(ticker(3, log), lambda v, k=k: v + k)) for k in (0, 10, 100)))
    print(results)
    task = asyncio.create_task(collect(forever(log)))
    await asyncio.sleep(0.01)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", log[-1])
    stack_log = []
    async with contextlib.AsyncExitStack() as stack:
        for name in "ab":
            await stack.enter_async_context(resource(name, stack_log))
        stack.push_async_callback(asyncio.sleep, 0)
    print(stack_log)
    print({k: v async for k, v in pairs()}, [x + y async for x in ticker(2, log) async for y in ticker(2, log)], [await asyncio.sleep(0, v) for v in "ab"], sum([v async for v in ticker(4, log)]))
    event, order = asyncio.Event(), []

    async def waiter(i):
        await event.wait()
        order.append(i)

    async with asyncio.TaskGroup() as tg:
        for i in range(3):
            tg.create_task(waiter(i))
        await asyncio.sleep(0)
        event.set()
    print(order)
    try:
        async for _ in ticker(3, log).aclose():
            pass
    except TypeError as error:
        print(str(error).split(" object")[0])


async def collect(source):
    return [item async for item in source]


async def forever(log):
    try:
        while True:
            await asyncio.sleep(0.001)
            yield 1
    finally:
        log.append("forever closed")


async def pairs():
    for pair in (("a", 1), ("b", 2)):
        yield pair


asyncio.run(main())
