"""asyncio: gather, tasks, cancellation, timeouts, queues, locks, task groups, subprocesses, streams."""

import asyncio


async def work(name, delay, result=None, fail=False):
    try:
        await asyncio.sleep(delay)
        if fail:
            raise ValueError(f"{name} failed")
        return result or name
    except asyncio.CancelledError:
        print(name, "cancelled")
        raise


async def basics():
    print(await asyncio.gather(work("a", 0.02), work("b", 0.01), work("c", 0)))
    print(await asyncio.gather(work("a", 0), work("x", 0, fail=True), return_exceptions=True))
    task = asyncio.create_task(work("t", 10), name="named")
    await asyncio.sleep(0)
    print(task.get_name(), task.done(), task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        print("task cancelled", task.cancelled())
    try:
        await asyncio.wait_for(work("slow", 10), 0.01)
    except TimeoutError as error:
        print("timeout", repr(error))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError:
        print("timeout block")
    done, pending = await asyncio.wait([asyncio.create_task(work(n, d)) for n, d in [("f", 0), ("s", 5)]], return_when=asyncio.FIRST_COMPLETED)
    print([t.result() for t in done], len(pending))
    for t in pending:
        t.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    print([await f for f in asyncio.as_completed([work("l", 0.02), work("e", 0)])])


async def groups():
    async with asyncio.TaskGroup() as tg:
        t1, t2 = tg.create_task(work("g1", 0.01)), tg.create_task(work("g2", 0))
    print(t1.result(), t2.result())
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(work("ok", 5))
            tg.create_task(work("bad", 0, fail=True))
    except* ValueError as eg:
        print(eg.exceptions)


async def queues():
    q = asyncio.Queue(maxsize=2)
    seen = []

    async def producer():
        for i in range(5):
            await q.put(i)
        await q.put(None)

    async def consumer():
        while (item := await q.get()) is not None:
            seen.append(item)
            q.task_done()

    await asyncio.gather(producer(), consumer())
    print(seen, q.empty())
    lock, order = asyncio.Lock(), []

    async def locked(n):
        async with lock:
            order.append(f"in{n}")
            await asyncio.sleep(0)
            order.append(f"out{n}")

    await asyncio.gather(*(locked(i) for i in range(3)))
    print(order)
    sem, event, cond = asyncio.Semaphore(2), asyncio.Event(), asyncio.Condition()
    running = peak = 0

    async def limited():
        nonlocal running, peak
        async with sem:
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(limited() for _ in range(5)))
    waiter = asyncio.create_task(event.wait())
    await asyncio.sleep(0)
    event.set()
    print(peak, await waiter)


async def servers():
    async def handle(reader, writer):
        data = await reader.readline()
        writer.write(b"echo " + data.upper())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello\n")
    print(await reader.read())
    writer.close()
    await writer.wait_closed()
    server.close()
    proc = await asyncio.create_subprocess_exec("sh", "-c", "cat; echo err >&2; exit 3", stdin=-1, stdout=-1, stderr=-1)
    print(await proc.communicate(b"input"), proc.returncode)


async def misc():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, "from call_soon")
    loop.call_later(0.001, print, "later")
    print(await future, await asyncio.to_thread(lambda x: x * 2, 21), await loop.run_in_executor(None, len, "four"))
    await asyncio.sleep(0.02)
    try:
        future.set_result(1)
    except asyncio.InvalidStateError as error:
        print(repr(error))

    async def agen():
        try:
            for i in range(3):
                yield i
                await asyncio.sleep(0)
        finally:
            print("agen done")

    async for v in agen():
        if v == 1:
            break
    print(await asyncio.shield(work("shielded", 0)), asyncio.current_task().get_name().startswith("Task-"))


for main in (basics, groups, queues, servers, misc):
    print("--", main.__name__)
    asyncio.run(main())
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
