"""threading: threads, locks, conditions, events, semaphores, barriers, timers, locals, excepthook."""

import queue
import threading
import time

results = []


def worker(n, delay=0):
    time.sleep(delay)
    results.append(n)


threads = [threading.Thread(target=worker, args=(i,), kwargs={"delay": i * 0.01}, name=f"w{i}") for i in range(4)]
print(threads[0].is_alive(), threads[0].name, threads[0].ident, threads[0].daemon)
for t in threads:
    t.start()
for t in threads:
    t.join()
print(results, threads[0].is_alive(), threading.active_count(), threading.current_thread() is threading.main_thread(), threading.current_thread().name)
counter = 0
lock = threading.Lock()


def increment():
    global counter
    for _ in range(2000):
        with lock:
            counter += 1


group = [threading.Thread(target=increment) for _ in range(5)]
[t.start() for t in group], [t.join() for t in group]
print(counter, lock.locked(), lock.acquire(), lock.acquire(blocking=False), lock.acquire(timeout=0.01), lock.release())
rlock = threading.RLock()
with rlock, rlock:
    print("reentrant", "owner=" in repr(rlock) and "count=2" in repr(rlock))
for bad in [lock.release, rlock.release, lambda: threads[0].start(), lambda: threading.current_thread().join(), lambda: threading.Thread().join(), lambda: lock.acquire(False, 5), lambda: lock.acquire(timeout=-5), lambda: threading.Semaphore(-1), lambda: threading.Thread(5)]:
    try:
        bad()
        print("no error")
    except (RuntimeError, ValueError, AssertionError, TypeError) as error:
        print(type(error).__name__, error)
event, cond, q = threading.Event(), threading.Condition(), queue.Queue()


def waiter():
    event.wait()
    with cond:
        results.append("waiting")
        cond.notify_all()


t = threading.Thread(target=waiter)
t.start()
with cond:
    event.set()
    print(cond.wait_for(lambda: "waiting" in results, timeout=5), event.is_set())
t.join()


def consumer():
    while (item := q.get()) is not None:
        q.put_nowait(None) if item == "stop" else results.append(item * 2)
        q.task_done()


results.clear()
c = threading.Thread(target=consumer)
c.start()
for i in range(5):
    q.put(i)
q.put("stop")
c.join()
print(results, q.qsize())
barrier, order = threading.Barrier(3, action=lambda: order.append("action")), []


def meet(i):
    index = barrier.wait()
    with lock if False else rlock:
        order.append("passed")


group = [threading.Thread(target=meet, args=(i,)) for i in range(3)]
[t.start() for t in group], [t.join() for t in group]
print(order, barrier.n_waiting, barrier.parties)
local = threading.local()
local.x = "main"


def see():
    results.append(hasattr(local, "x"))
    local.x = "thread"


t = threading.Thread(target=see)
t.start(), t.join()
print(results[-1], local.x)
caught = []
threading.excepthook = lambda args: caught.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))
t = threading.Thread(target=lambda: 1 / 0, name="boom")
t.start(), t.join()
print(caught)
fired = []
timer = threading.Timer(0.01, fired.append, ["fired"])
timer.start()
timer.join()
cancelled = threading.Timer(10, fired.append, ["never"])
cancelled.start()
cancelled.cancel()
cancelled.join()
print(fired)
sem = threading.BoundedSemaphore(2)
print(sem.acquire(), sem.acquire(), sem.acquire(blocking=False), sem.release())
from concurrent.futures import ThreadPoolExecutor, as_completed, wait

with ThreadPoolExecutor(3) as pool:
    print(list(pool.map(lambda v: v * v, range(5))), pool.submit(pow, 2, 5).result(), sorted(f.result() for f in as_completed([pool.submit(len, "a" * i) for i in range(3)])))
    f = pool.submit(int, "x")
    print(repr(f.exception()), f.done(), f.cancelled())
lines = []


def daemon():
    while True:
        time.sleep(0.001)


threading.Thread(target=daemon, daemon=True).start()
print(repr(threading.main_thread()).split("(")[1].split(",")[0], threading.get_ident() == threading.main_thread().ident)
print("end")
