"""A runaway recursion: the traceback is shortened and the exit status is 1."""

import sys

sys.setrecursionlimit(200)


def down(n):
    return down(n + 1) + 1


def even(n):
    return odd(n - 1)


def odd(n):
    return even(n - 1)


try:
    even(10)
except RecursionError as error:
    print("caught", error)
try:
    repr_loop = []
    for _ in range(100000):
        repr_loop = [repr_loop]
    repr(repr_loop)
except RecursionError as error:
    print("repr:", type(error).__name__)
down(0)
