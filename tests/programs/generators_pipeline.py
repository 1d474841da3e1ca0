"""A pipeline of generators with finalization order, exceptions passing through, and interleaving."""

import gc


def source(n, log):
    try:
        for i in range(n):
            log.append(f"produce {i}")
            yield i
    finally:
        log.append("source closed")


def double(items, log):
    try:
        for item in items:
            yield item * 2
    finally:
        log.append("double closed")


def batches(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield tuple(batch)
            batch.clear()
    if batch:
        yield tuple(batch)


log = []
for batch in batches(double(source(5, log), log), 2):
    log.append(batch)
print(log)
log = []
pipeline = batches(double(source(5, log), log), 2)
print(next(pipeline))
del pipeline
gc.collect()
print(log)


def round_robin(*iterables):
    queue = [iter(i) for i in iterables]
    while queue:
        current = queue.pop(0)
        try:
            yield next(current)
        except StopIteration:
            continue
        queue.append(current)


print("".join(round_robin("ABC", "d", "12345")))


def averager():
    total = count = 0
    average = None
    while True:
        value = yield average
        if value is None:
            return total, count
        total += value
        count += 1
        average = total / count


def grouper(results, key):
    while True:
        results[key] = yield from averager()


results = {}
for key, values in {"a": [1, 2, 3], "b": [10, 20]}.items():
    g = grouper(results, key)
    next(g)
    for v in values:
        print(key, g.send(v))
    g.send(None)
print(results)


def coroutine_sink(target):
    def start(*args):
        g = target(*args)
        next(g)
        return g

    return start


@coroutine_sink
def grep(pattern, out):
    try:
        while True:
            line = yield
            if pattern in line:
                out.append(line)
    except GeneratorExit:
        out.append("END")


found = []
g = grep("py", found)
for line in ["python", "java", "pypy"]:
    g.send(line)
g.close()
print(found)


def permutations(items):
    if len(items) <= 1:
        yield tuple(items)
    else:
        for i in range(len(items)):
            for rest in permutations(items[:i] + items[i + 1:]):
                yield (items[i],) + rest


print(list(permutations("abc")), sum(1 for _ in permutations(list(range(6)))))


def queens(n, placed=()):
    if len(placed) == n:
        yield placed
        return
    for col in range(n):
        if all(col != c and abs(col - c) != len(placed) - r for r, c in enumerate(placed)):
            yield from queens(n, (*placed, col))


print(next(queens(8)), sum(1 for _ in queens(6)))


def exploding():
    yield 1
    raise ValueError("boom")


try:
    list(double(exploding(), log := []))
except ValueError as error:
    print(error, log)
gen = (x for x in exploding())
print(next(gen))
try:
    next(gen)
except ValueError:
    print(list(gen))
zipped = zip(range(3), (c for c in "ab"), strict=True)
try:
    print(list(zipped))
except ValueError as error:
    print(error)
any_gen = (print("tested", x) or x > 1 for x in range(5))
print(any(any_gen), next(any_gen))
