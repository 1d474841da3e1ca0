"""Signals: handlers run between bytecodes, SIGINT raises KeyboardInterrupt, alarms interrupt sleeping."""

import os
import signal
import subprocess
import sys
import time

seen = []


def handler(number, frame):
    seen.append((signal.Signals(number).name, frame.f_code.co_name))


old = signal.signal(signal.SIGUSR1, handler)
print(old, signal.getsignal(signal.SIGUSR1) is handler, signal.getsignal(signal.SIGINT) is signal.default_int_handler)


def sender():
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(100):
        pass


sender()
print(seen)
try:
    os.kill(os.getpid(), signal.SIGINT)
    while True:
        pass
except KeyboardInterrupt as error:
    print("interrupted", repr(error))


class Timeout(Exception):
    pass


def alarm(number, frame):
    raise Timeout("alarm")


signal.signal(signal.SIGALRM, alarm)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    time.sleep(10)
except Timeout as error:
    print(error)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    n = 0
    while True:
        n += 1
except Timeout:
    print("counted", n > 0)
signal.signal(signal.SIGALRM, lambda *a: seen.append("quiet"))
signal.setitimer(signal.ITIMER_REAL, 0.02)
start = time.monotonic()
time.sleep(0.1)
print(seen[-1], time.monotonic() - start >= 0.1)
signal.raise_signal(signal.SIGUSR1)
print(len(seen), signal.SIGTERM, signal.SIG_DFL, signal.strsignal(signal.SIGINT), signal.Signals(15).name, signal.SIGINT in signal.valid_signals())
for bad in [lambda: signal.signal(999, handler), lambda: signal.signal(signal.SIGUSR1, 5), lambda: signal.signal(signal.SIGKILL, handler), lambda: signal.Signals(999), lambda: signal.alarm("x")]:
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
child = subprocess.Popen([sys.executable, "-c", "import time\ntry:\n    print('up', flush=True)\n    time.sleep(20)\nexcept KeyboardInterrupt:\n    print('stopped')\n"], stdout=subprocess.PIPE, text=True)
child.stdout.readline()
child.send_signal(signal.SIGINT)
print(child.communicate()[0], child.returncode)
child = subprocess.Popen([sys.executable, "-c", "import time\nprint('up', flush=True)\ntime.sleep(20)\n"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
child.stdout.readline()
child.send_signal(signal.SIGINT)
out, err = child.communicate()
print(child.returncode, err.splitlines()[-1])
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.kill(os.getpid(), signal.SIGUSR1)
print(len(seen), signal.SIGUSR1 in signal.sigpending())
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
print(len(seen))
