"""time, calendar bits, sched, timeit, queue, copyreg, cmd, zipfile, gzip-free archives, tarfile, select, socket."""

import cmd
import io
import queue
import sched
import select
import socket
import sys
import tarfile
import threading
import time
import timeit
import zipfile


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(time.gmtime(0), time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(86400)), time.strptime("2024-02-29", "%Y-%m-%d").tm_yday, time.mktime(time.gmtime(1000)), time.asctime(time.gmtime(0)), time.ctime(0), time.tzname, time.timezone, time.localtime(0).tm_zone, time.monotonic() <= time.monotonic(), time.perf_counter_ns() > 0, time.time() > 1.6e9, time.process_time() >= 0, time.get_clock_info("monotonic").monotonic, attempt(time.sleep, -1), attempt(time.strptime, "x", "%Y"), attempt(time.gmtime, 1e30), attempt(time.sleep, "x"), attempt(time.strftime, "%Y", (1,)), time.struct_time(range(9)).tm_year, time.gmtime(0)[:3], time.clock_gettime(time.CLOCK_REALTIME) > 0, attempt(time.mktime, (1, 2)))
clock = [0]
events = []
s = sched.scheduler(lambda: clock[0], lambda d: clock.__setitem__(0, clock[0] + d))
s.enter(5, 1, events.append, ("five",))
s.enter(1, 2, events.append, ("one-b",))
s.enter(1, 1, events.append, ("one-a",))
cancelled = s.enter(3, 1, events.append, ("never",))
s.cancel(cancelled)
s.run()
print(events, clock, s.empty())
print(timeit.timeit("x = 1", number=10) >= 0, timeit.repeat("pass", number=1, repeat=2).__len__(), timeit.Timer(lambda: None).autorange()[0] > 0)
for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
    q = kind(3)
    for v in (2, 1, 3):
        q.put(v)
    print(kind.__name__, q.full(), attempt(q.put_nowait, 9), [q.get() for _ in range(3)], attempt(q.get_nowait), attempt(q.get, timeout=0.01))
sq = queue.SimpleQueue()
sq.put(1)
print(sq.get(), sq.empty(), attempt(sq.get, False))
q = queue.Queue()
q.shutdown()
print(attempt(q.put, 1), attempt(q.get))


class Shell(cmd.Cmd):
    prompt = "> "

    def do_add(self, line):
        "Adds numbers."
        print(sum(map(int, line.split())), file=self.stdout)

    def do_quit(self, line):
        return True

    def default(self, line):
        print("unknown", line, file=self.stdout)


out = io.StringIO()
shell = Shell(stdin=io.StringIO("add 1 2 3\nnope\nhelp add\n\nquit\nadd 9\n"), stdout=out)
shell.use_rawinput = False
shell.cmdloop("welcome")
print(out.getvalue())
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("a.txt", "hello " * 50)
    z.writestr("dir/b.txt", b"bytes", compress_type=zipfile.ZIP_STORED)
with zipfile.ZipFile(buffer) as z:
    print(z.namelist(), z.read("a.txt")[:11], z.getinfo("a.txt").file_size, z.getinfo("dir/b.txt").compress_type, z.testzip(), attempt(z.read, "nope"), zipfile.Path(z, "dir/").joinpath("b.txt").read_text(), zipfile.is_zipfile(buffer))
print(attempt(zipfile.ZipFile, io.BytesIO(b"junk")))
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode="w:gz") as t:
    info = tarfile.TarInfo("x/y.txt")
    info.size = 5
    t.addfile(info, io.BytesIO(b"12345"))
buffer.seek(0)
with tarfile.open(fileobj=buffer) as t:
    print(t.getnames(), t.extractfile("x/y.txt").read(), t.getmember("x/y.txt").isfile())
server = socket.create_server(("127.0.0.1", 0))


def serve():
    conn, address = server.accept()
    with conn:
        conn.sendall(conn.recv(100).upper())


thread = threading.Thread(target=serve)
thread.start()
with socket.create_connection(server.getsockname()) as client:
    client.sendall(b"ping")
    ready, _, _ = select.select([client], [], [], 5)
    print(ready == [client], client.recv(100), client.family.name, client.type.name, client.getpeername()[0])
thread.join()
server.close()
a, b = socket.socketpair()
a.send(b"x")
b.setblocking(False)
print(b.recv(10), attempt(b.recv, 1), socket.inet_aton("1.2.3.4"), socket.htons(1), socket.AF_INET, a.fileno() > 2, a.close(), attempt(a.send, b"x"), socket.gethostbyname("127.0.0.1"), attempt(socket.socket().connect, "bad"))
b.close()
p = select.poll()
print(p.poll(0), sys.stdout.isatty())
