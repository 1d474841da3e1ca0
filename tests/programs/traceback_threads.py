"""Exceptions in threads and in finalizers are reported on stderr, and the program goes on."""

import sys
import threading


def fail(n):
    values = [1, 2]
    return values[n]


t = threading.Thread(target=fail, args=(5,), name="worker-one")
t.start()
t.join()
print("main goes on", flush=True)


class Bad:
    def __del__(self):
        raise RuntimeError("in finalizer")

    def __repr__(self):
        return "<Bad>"


b = Bad()
del b
print("after finalizer", flush=True)


def quiet():
    sys.exit("a thread's exit says nothing")


t = threading.Thread(target=quiet, name="quiet")
t.start()
t.join()


def generator():
    try:
        yield 1
    finally:
        raise ValueError("while closing")


g = generator()
next(g)
del g
print("end", flush=True)
