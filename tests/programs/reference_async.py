"""Reference, asynchronous code: coroutines as state machines, awaitables, a small loop of our own, and `asyncio`."""

import asyncio
import inspect
import types


async def leaf():
    return 5


async def branch():
    return await leaf() + 1


c = branch()
print(type(c).__name__, inspect.iscoroutine(c), inspect.iscoroutinefunction(branch), inspect.getcoroutinestate(c), c.cr_await, c.cr_frame.f_code.co_name)
try:
    c.send(None)
except StopIteration as stop:
    print("returned", stop.value, inspect.getcoroutinestate(c))
try:
    c.send(None)
except RuntimeError as error:
    print(error)
never = leaf()
never.close()
print(inspect.getcoroutinestate(never))


class Step:
    def __init__(self, name):
        self.name = name

    def __await__(self):
        got = yield self.name
        return f"{self.name}:{got}"


async def talk(label):
    log = []
    for i in range(2):
        log.append(await Step(f"{label}{i}"))
    return log


def run_all(*coros):
    waiting = [(c, None) for c in coros]
    results = {}
    while waiting:
        coro, value = waiting.pop(0)
        try:
            asked = coro.send(value)
            print("asked", asked)
            waiting.append((coro, asked.upper()))
        except StopIteration as stop:
            results[coro.__name__ + str(len(results))] = stop.value
    return results


print(run_all(talk("a"), talk("b")))


@types.coroutine
def old_style():
    got = yield "old"
    return got


async def throws():
    try:
        await old_style()
    except ValueError as error:
        return f"caught {error}"
    finally:
        print("cleanup")


t = throws()
print(t.send(None))
try:
    t.throw(ValueError("thrown in"))
except StopIteration as stop:
    print(stop.value)
for bad in [5, "s", [1]]:

    async def wrong():
        await bad

    w = wrong()
    try:
        w.send(None)
    except TypeError as error:
        print(error)

print("-- asyncio")


async def job(name, delay, order):
    order.append(f"start {name}")
    await asyncio.sleep(delay)
    order.append(f"end {name}")
    return name


async def main():
    order = []
    print(await asyncio.gather(job("a", 0.03, order), job("b", 0.01, order), job("c", 0.02, order)), order)
    task = asyncio.create_task(job("t", 10, order), name="named")
    await asyncio.sleep(0)
    print(task.get_name(), task.done(), task.cancel("stop"))
    try:
        await task
    except asyncio.CancelledError as error:
        print("cancelled", error.args, task.cancelled())
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError:
        print("timeout")
    try:
        await asyncio.wait_for(asyncio.sleep(5), 0.01)
    except TimeoutError as error:
        print("wait_for", repr(error))
    async with asyncio.TaskGroup() as group:
        one = group.create_task(job("g1", 0.01, order))
        two = group.create_task(job("g2", 0, order))
    print(one.result(), two.result())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(failing(0.01))
            group.create_task(asyncio.sleep(5))
    except* ValueError as group:
        print(repr(group))
    queue = asyncio.Queue(2)

    async def produce():
        for i in range(5):
            await queue.put(i)
        await queue.put(None)

    async def consume():
        got = []
        while (item := await queue.get()) is not None:
            got.append(item)
        return got

    _, got = await asyncio.gather(produce(), consume())
    print(got)
    lock, inside = asyncio.Lock(), []

    async def guarded(n):
        async with lock:
            inside.append(n)
            await asyncio.sleep(0)
            inside.append(n)

    await asyncio.gather(*(guarded(i) for i in range(3)))
    print(inside)
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_later(0.01, event.set)
    loop.call_soon(order.append, "soon")
    future = loop.create_future()
    loop.call_soon(future.set_result, "value")
    print(await future, await event.wait(), order[-1])
    print(await asyncio.to_thread(sum, range(10)), await loop.run_in_executor(None, len, "abc"))

    async def numbers(n):
        for i in range(n):
            await asyncio.sleep(0)
            yield i

    print([i async for i in numbers(4) if i % 2], {i: j async for i in numbers(2) async for j in numbers(2)})
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"line one\nline two\n")
    await writer.drain()
    print(await reader.readline(), await reader.readline())
    writer.close()
    await writer.wait_closed()
    server.close()
    process = await asyncio.create_subprocess_exec("/bin/echo", "from a process", stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    print(out, process.returncode)
    for done in asyncio.as_completed([job("x", 0.02, order), job("y", 0.0, order)]):
        print(await done)
    return "main done"


async def failing(delay):
    await asyncio.sleep(delay)
    raise ValueError("task failed")


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


print(asyncio.run(main()))
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
try:
    asyncio.run(leaf)
except (ValueError, TypeError) as error:
    print(type(error).__name__, str(error).split(" <")[0])


async def nested():
    inner = leaf()
    try:
        asyncio.run(inner)
    except RuntimeError as error:
        print(error)
    inner.close()


asyncio.run(nested())
with asyncio.Runner() as runner:
    print(runner.run(leaf()), runner.run(branch()), type(runner.get_loop()).__name__)
