"""Threads sharing containers: fairness, exceptions, generators, dict and list use from many threads, switch interval."""

import sys
import threading
import time
from collections import Counter, deque

print(sys.getswitchinterval())
sys.setswitchinterval(0.0005)
shared, counts = {}, Counter()
box = deque()


def writer(n):
    for i in range(500):
        shared[n, i] = i
        box.append(n)
        counts[n] += 1


threads = [threading.Thread(target=writer, args=(n,)) for n in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(len(shared), len(box), sum(shared.values()), sorted(counts.items()), sorted(Counter(box).items()))
progress = [0, 0]
stop = False


def spin(i):
    while not stop:
        progress[i] += 1


spinners = [threading.Thread(target=spin, args=(i,)) for i in range(2)]
[t.start() for t in spinners]
deadline = time.monotonic() + 20
while min(progress) < 1000 and time.monotonic() < deadline:
    time.sleep(0.001)
stop = True
[t.join() for t in spinners]
print("both progressed", min(progress) >= 1000)


def generator():
    for i in range(1000):
        yield i
        time.sleep(0)


g, clashes, got = generator(), [], []


def pull():
    while True:
        try:
            got.append(next(g))
        except StopIteration:
            return
        except ValueError as error:
            clashes.append(str(error))


pullers = [threading.Thread(target=pull) for _ in range(2)]
[t.start() for t in pullers]
[t.join() for t in pullers]
print(set(clashes) <= {"generator already executing"}, sorted(got) == list(range(1000)))
locks = [threading.Lock() for _ in range(3)]
eaten = []


def philosopher(i):
    first, second = sorted((i, (i + 1) % 3))
    for _ in range(50):
        with locks[first], locks[second]:
            eaten.append(i)


dinner = [threading.Thread(target=philosopher, args=(i,)) for i in range(3)]
[t.start() for t in dinner]
[t.join() for t in dinner]
print(sorted(Counter(eaten).items()))


def slow_sum(n):
    return sum(i * i for i in range(n))


answers = {}
jobs = [threading.Thread(target=lambda n=n: answers.__setitem__(n, slow_sum(n))) for n in (10, 1000, 20000)]
[t.start() for t in jobs]
[t.join() for t in jobs]
print(sorted(answers.items()))
start = time.monotonic()
sleepers = [threading.Thread(target=time.sleep, args=(0.1,)) for _ in range(10)]
[t.start() for t in sleepers]
[t.join() for t in sleepers]
print("slept together", time.monotonic() - start < 0.8)
log = []


class Tracked:
    def __del__(self):
        log.append(threading.current_thread().name)


def owner():
    Tracked()


t = threading.Thread(target=owner, name="owner-thread")
t.start()
t.join()
print(log)
frames = sys._current_frames()
print(threading.get_ident() in frames, frames[threading.get_ident()].f_code.co_name)
import contextvars

var = contextvars.ContextVar("var", default="unset")
var.set("main")
seen = []
t = threading.Thread(target=lambda: seen.append(var.get()))
t.start(), t.join()
t = threading.Thread(target=contextvars.copy_context().run, args=(lambda: seen.append(var.get()),))
t.start(), t.join()
print(seen)
for bad in (0, -1, "x"):
    try:
        sys.setswitchinterval(bad)
    except Exception as error:
        print(type(error).__name__, error)
