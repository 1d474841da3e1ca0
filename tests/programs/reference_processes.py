"""Reference, processes for what computes: `multiprocessing` with queues, pipes, pools, shared memory and locks."""

import multiprocessing
import os


def square(n):
    return n * n


def count_primes(n):
    return sum(1 for i in range(2, n) if all(i % j for j in range(2, i)))


def child(queue, n):
    queue.put((n, count_primes(n), os.getpid() != os.getppid()))


def talk(pipe):
    pipe.send({"got": pipe.recv(), "list": [1, 2]})
    pipe.close()


def increase(value, lock, times):
    for _ in range(times):
        with lock:
            value.value += 1


def fail(n):
    raise ValueError(f"no {n}")


def main(method):
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    children = [context.Process(target=child, args=(queue, n)) for n in (50, 100)]
    for process in children:
        process.start()
    print(sorted(queue.get() for _ in children))
    for process in children:
        process.join()
    print([p.exitcode for p in children])
    here, there = context.Pipe()
    process = context.Process(target=talk, args=(there,), name="talker")
    process.start()
    here.send("hello")
    print(here.recv(), process.name)
    process.join()
    with context.Pool(2) as pool:
        print(pool.map(square, range(6)), pool.apply(square, (9,)), sorted(pool.imap_unordered(square, [1, 2])), pool.starmap(pow, [(2, 3), (3, 2)]))
        try:
            pool.apply(fail, (5,))
        except ValueError as error:
            print("ValueError", error)
    value, lock = context.Value("i", 0), context.Lock()
    workers = [context.Process(target=increase, args=(value, lock, 50)) for _ in range(2)]
    [w.start() for w in workers]
    [w.join() for w in workers]
    print(value.value)
    stopped = context.Process(target=__import__("time").sleep, args=(60,))
    stopped.start()
    stopped.terminate()
    stopped.join()
    print(stopped.exitcode, stopped.is_alive())


if __name__ == "__main__":
    print(multiprocessing.get_start_method(), multiprocessing.get_all_start_methods())
    main("fork")
    main("spawn")
