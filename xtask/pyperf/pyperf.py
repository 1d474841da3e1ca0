"""A small stand-in for `pyperf`: what pyperformance's programs use of it, run in one process.

Each benchmark is run until a value takes long enough to be measured, then a few values are taken. For each, one line
`pyperf-result<TAB>name<TAB>seconds per loop` goes to stdout: the least of the values.
"""

import argparse
import asyncio
import os
import sys
from time import perf_counter

VERSION = (2, 9, 0)
__version__ = "2.9.0"

#: How long one value should take at least, in seconds, and how many values are taken.
MIN_TIME = float(os.environ.get("PYPERF_MIN_TIME", "0.1"))
VALUES = int(os.environ.get("PYPERF_VALUES", "3"))


def python_implementation():
    return sys.implementation.name


def python_has_jit():
    return False


class Runner:
    """Measures functions and prints the results."""

    def __init__(self, values=None, processes=None, loops=0, min_time=MIN_TIME, metadata=None, show_name=True,
                 program_args=None, add_cmdline_args=None, warmups=1, **_ignored):
        self.metadata = dict(metadata or {})
        self.argparser = argparse.ArgumentParser()
        self.argparser.add_argument("--loops", type=int, default=loops)
        self.argparser.add_argument("--fast", action="store_true")
        self.argparser.add_argument("--debug-single-value", action="store_true")
        self.min_time = min_time
        self.args = None

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse_args(args)
        return self.args

    def _measure(self, name, timed, inner_loops):
        args = self.parse_args()
        if args.debug_single_value:
            loops, values = 1, [timed(1)]
        else:
            loops = args.loops or 1
            elapsed = timed(loops)
            while not args.loops and elapsed < self.min_time:
                loops = min(loops * 10, int(loops * self.min_time / max(elapsed, 1e-9)) + 1) if elapsed else loops * 10
                elapsed = timed(loops)
            values = [elapsed]
            # One value that takes seconds is exact enough.
            while len(values) < VALUES and sum(values) < 20 * self.min_time:
                values.append(timed(loops))
        seconds = min(values) / loops / (inner_loops or 1)
        print("pyperf-result", name, repr(seconds), sep="\t", flush=True)
        return seconds

    def bench_time_func(self, name, time_func, *args, inner_loops=None, metadata=None):
        return self._measure(name, lambda loops: time_func(loops, *args), inner_loops)

    def bench_func(self, name, func, *args, inner_loops=None, metadata=None):
        def timed(loops):
            rounds = range(loops)
            start = perf_counter()
            for _ in rounds:
                func(*args)
            return perf_counter() - start

        return self._measure(name, timed, inner_loops)

    def bench_async_func(self, name, func, *args, inner_loops=None, metadata=None, loop_factory=None):
        async def timed_async(loops):
            rounds = range(loops)
            start = perf_counter()
            for _ in rounds:
                await func(*args)
            return perf_counter() - start

        def timed(loops):
            with asyncio.Runner(loop_factory=loop_factory) as runner:
                return runner.run(timed_async(loops))

        return self._measure(name, timed, inner_loops)

    def bench_command(self, name, command):
        import subprocess

        def timed(loops):
            start = perf_counter()
            for _ in range(loops):
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            return perf_counter() - start

        return self._measure(name, timed, None)

    def timeit(self, name, stmt=None, setup="pass", teardown="pass", inner_loops=None, globals=None, metadata=None):
        import timeit

        timer = timeit.Timer(stmt, setup, globals=globals)
        return self._measure(name, timer.timeit, inner_loops)
