"""Reference, futures and executors: `concurrent.futures` with threads."""

import concurrent.futures as futures
import threading
import time


def work(n):
    time.sleep(0.01 * n)
    return n * n


def fail():
    raise LookupError("in the pool")


with futures.ThreadPoolExecutor(max_workers=3, thread_name_prefix="pool") as pool:
    jobs = {pool.submit(work, n): n for n in (3, 1, 2)}
    print(sorted((jobs[f], f.result()) for f in futures.as_completed(jobs)))
    print(list(pool.map(work, [2, 0, 1])), list(pool.map(pow, [2, 3], [3, 2])), list(pool.map(work, range(5), buffersize=2)))
    bad = pool.submit(fail)
    try:
        bad.result()
    except LookupError as error:
        print(error, bad.exception() is error, bad.done())
    names = []
    called = pool.submit(work, 0)
    called.add_done_callback(lambda f: names.append(f.result()))
    futures.wait([called])
    pool.submit(threading.current_thread).result().name.startswith("pool") and print("named")
    done, pending = futures.wait([pool.submit(work, n) for n in (0, 1)], return_when=futures.ALL_COMPLETED)
    print(len(done), len(pending))
    try:
        pool.submit(time.sleep, 0.2).result(timeout=0.01)
    except TimeoutError as error:
        print("TimeoutError", error, futures.TimeoutError is TimeoutError)
print(names)
try:
    pool.submit(work, 1)
except RuntimeError as error:
    print(error)
by_hand = futures.Future()
print(by_hand.running(), by_hand.done(), by_hand.cancel(), by_hand.cancelled(), repr(by_hand).split(" at 0x")[0])
try:
    by_hand.result()
except futures.CancelledError as error:
    print(type(error).__name__)
second = futures.Future()
second.set_running_or_notify_cancel()
second.set_result(5)
print(second.result(), second.cancel())
try:
    second.set_result(6)
except futures.InvalidStateError as error:
    print(str(error).split(":")[0])
try:
    futures.ThreadPoolExecutor(0)
except ValueError as error:
    print(error)


def init(value):
    threading.local_value = value


with futures.ThreadPoolExecutor(1, initializer=init, initargs=("set",)) as pool:
    print(pool.submit(lambda: threading.local_value).result())
gate = threading.Event()
pool = futures.ThreadPoolExecutor(1)
first = pool.submit(gate.wait)
later = [pool.submit(work, 1) for _ in range(3)]
pool.shutdown(wait=False, cancel_futures=True)
gate.set()
print([f.cancelled() for f in later], first.result())
