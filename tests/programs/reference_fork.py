"""Reference, processes without help: `os.fork`, pipes, exit statuses, signals, and copies of memory."""

import os
import signal
import sys

shared = ["parent"]
read, write = os.pipe()
sys.stdout.flush()
pid = os.fork()
if pid == 0:
    os.close(read)
    shared.append("child")
    os.write(write, repr(shared).encode())
    os._exit(7)
os.close(write)
print(os.read(read, 100).decode(), shared)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status), os.WIFEXITED(status), os.WEXITSTATUS(status))

pid = os.fork()
if pid == 0:
    signal.pause()
    os._exit(0)
os.kill(pid, signal.SIGTERM)
_, status = os.waitpid(pid, 0)
print(os.WIFSIGNALED(status), signal.Signals(os.WTERMSIG(status)), os.waitstatus_to_exitcode(status))

events = []
os.register_at_fork(before=lambda: events.append("before"), after_in_parent=lambda: events.append("parent"), after_in_child=lambda: events.append("child"))
read, write = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(write, ",".join(events).encode())
    os._exit(0)
os.waitpid(pid, 0)
print(os.read(read, 100).decode(), events)
got = []
signal.signal(signal.SIGUSR1, lambda number, frame: got.append((number == signal.SIGUSR1, frame.f_code.co_name)))
os.kill(os.getpid(), signal.SIGUSR1)
print(got)
