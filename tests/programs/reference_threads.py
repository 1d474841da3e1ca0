"""Reference, threads under the GIL: shared memory, locks, input and output in parallel, the switch interval, queues."""

import http.server
import queue
import sys
import threading
import time
import urllib.request

print(sys._is_gil_enabled(), sys.getswitchinterval())
sys.setswitchinterval(0.001)
print(sys.getswitchinterval())
for wrong in (0, -1, "x"):
    try:
        sys.setswitchinterval(wrong)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
sys.setswitchinterval(0.005)


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"page {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_address[1]}"
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
results = {}


def fetch(path):
    results[path] = opener.open(base + path).read()


threads = [threading.Thread(target=fetch, args=(f"/{i}",)) for i in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results.items()))
server.shutdown()
server.server_close()


def count_primes(n):
    return sum(1 for i in range(2, n) if all(i % j for j in range(2, i)))


answers = []
workers = [threading.Thread(target=lambda n=n: answers.append(count_primes(n))) for n in (100, 200, 300)]
[w.start() for w in workers]
[w.join() for w in workers]
print(sorted(answers))

start = time.monotonic()
sleepers = [threading.Thread(target=time.sleep, args=(0.1,)) for _ in range(10)]
[s.start() for s in sleepers]
[s.join() for s in sleepers]
print("slept together", time.monotonic() - start < 0.9)

total = 0
lock = threading.Lock()


def add(times):
    global total
    for _ in range(times):
        with lock:
            total += 1


workers = [threading.Thread(target=add, args=(2000,)) for _ in range(4)]
[w.start() for w in workers]
[w.join() for w in workers]
print(total, lock.locked())

items = []
appenders = [threading.Thread(target=lambda k=k: [items.append(k) for _ in range(1000)]) for k in range(4)]
[w.start() for w in appenders]
[w.join() for w in appenders]
print(len(items), {k: items.count(k) for k in range(4)})

jobs, done = queue.Queue(maxsize=3), queue.Queue()


def worker():
    while (job := jobs.get()) is not None:
        done.put(job * job)
        jobs.task_done()
    jobs.task_done()


crew = [threading.Thread(target=worker) for _ in range(3)]
[w.start() for w in crew]
for n in range(10):
    jobs.put(n)
for _ in crew:
    jobs.put(None)
jobs.join()
[w.join() for w in crew]
print(sorted(done.get() for _ in range(10)), done.empty())

local = threading.local()
local.value = "main"
seen = []


def look():
    seen.append(hasattr(local, "value"))
    local.value = threading.current_thread().name
    seen.append(local.value)


t = threading.Thread(target=look, name="other")
t.start()
t.join()
print(local.value, seen)

event, order = threading.Event(), []
waiter = threading.Thread(target=lambda: (event.wait(), order.append("woken")))
waiter.start()
order.append("before")
event.set()
waiter.join()
print(order)
condition, box = threading.Condition(), []


def consume():
    with condition:
        condition.wait_for(lambda: box)
        box.append("eaten")


c = threading.Thread(target=consume)
c.start()
with condition:
    box.append("food")
    condition.notify()
c.join()
print(box)
barrier, through = threading.Barrier(3), []
parties = [threading.Thread(target=lambda: through.append(barrier.wait())) for _ in range(3)]
[p.start() for p in parties]
[p.join() for p in parties]
print(sorted(through))
gate = threading.BoundedSemaphore(2)
print(gate.acquire(), gate.acquire(), gate.acquire(blocking=False))
gate.release(2)
try:
    gate.release()
except ValueError as error:
    print(error)
reentrant = threading.RLock()
with reentrant, reentrant:
    print("twice", reentrant.locked())
try:
    lock.release()
except RuntimeError as error:
    print(error)
timer = threading.Timer(0.01, lambda: order.append("timer"))
timer.start()
timer.join()
print(order[-1], threading.active_count() >= 1, threading.main_thread() is threading.current_thread(), t.is_alive())
try:
    t.start()
except RuntimeError as error:
    print(error)
caught = []
threading.excepthook = lambda args: caught.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))
bad = threading.Thread(target=lambda: 1 / 0, name="bad")
bad.start()
bad.join()
print(caught)
