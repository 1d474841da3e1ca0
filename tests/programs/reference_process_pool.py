"""Reference, futures and executors: `concurrent.futures` with processes."""

import concurrent.futures as futures
import multiprocessing
import os


def work(n):
    return n * n


def fail(n):
    raise LookupError(f"in the process {n}")


def die():
    os._exit(3)


if __name__ == "__main__":
    with futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        print(list(pool.map(work, range(6), chunksize=2)))
        jobs = {pool.submit(work, n): n for n in (3, 1, 2)}
        print(sorted((jobs[f], f.result()) for f in futures.as_completed(jobs)))
        try:
            pool.submit(fail, 5).result()
        except LookupError as error:
            print(error, type(error.__cause__).__name__)
    with futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        try:
            pool.submit(die).result()
        except futures.process.BrokenProcessPool as error:
            print(error)
