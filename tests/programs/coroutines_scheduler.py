"""A cooperative scheduler on plain coroutines: sleeping, messages, cancellation, results."""

import heapq
from collections import deque
from types import coroutine


@coroutine
def trap(*request):
    return (yield request)


class Task:
    counter = 0

    def __init__(self, coro):
        Task.counter += 1
        self.id, self.coro, self.result, self.waiting, self.error = Task.counter, coro, None, [], None


class Loop:
    def __init__(self):
        self.ready, self.sleeping, self.now, self.log = deque(), [], 0, []

    def spawn(self, coro):
        task = Task(coro)
        self.ready.append((task, None, None))
        return task

    def run(self):
        while self.ready or self.sleeping:
            if not self.ready:
                self.now, _, task = heapq.heappop(self.sleeping)
                self.ready.append((task, self.now, None))
            task, value, error = self.ready.popleft()
            try:
                request = task.coro.throw(error) if error else task.coro.send(value)
            except StopIteration as stop:
                task.result = stop.value
                self.ready.extend((t, stop.value, None) for t in task.waiting)
                task.coro = None
            except Exception as exc:
                task.error = exc
                self.ready.extend((t, None, exc) for t in task.waiting)
                task.coro = None
            else:
                getattr(self, "do_" + request[0])(task, *request[1:])

    def do_sleep(self, task, delay):
        heapq.heappush(self.sleeping, (self.now + delay, task.id, task))

    def do_spawn(self, task, coro):
        self.ready.append((task, self.spawn(coro), None))

    def do_join(self, task, other):
        if other.coro is None:
            self.ready.append((task, other.result, other.error))
        else:
            other.waiting.append(task)

    def do_cancel(self, task, other):
        self.sleeping = [s for s in self.sleeping if s[2] is not other]
        heapq.heapify(self.sleeping)
        self.ready.append((other, None, InterruptedError("cancelled")))
        self.ready.append((task, None, None))


def sleep(n):
    return trap("sleep", n)


async def worker(name, delay, times):
    for i in range(times):
        now = await sleep(delay)
        print(f"t={now} {name} step {i}")
    return f"{name} done"


async def failing():
    await sleep(1)
    raise ValueError("worker failed")


async def stubborn():
    try:
        await sleep(100)
    except InterruptedError as error:
        print("stubborn caught", error)
        return "cleaned up"


async def main():
    a = await trap("spawn", worker("a", 3, 2))
    b = await trap("spawn", worker("b", 2, 4))
    f = await trap("spawn", failing())
    s = await trap("spawn", stubborn())
    print(await trap("join", a))
    try:
        await trap("join", f)
    except ValueError as error:
        print("joined", repr(error))
    await trap("cancel", s)
    print(await trap("join", s), await trap("join", b))
    return "main done"


loop = Loop()
task = loop.spawn(main())
loop.run()
print(task.result, loop.now)
