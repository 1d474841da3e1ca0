"""Reference, finding what is slow: `profile`, `pstats`, `timeit`, `sys.setprofile`, a line counter by `sys.settrace`."""

import collections
import io
import profile
import pstats
import sys
import timeit


def leaf(n):
    return sum(range(n))


def branch(n):
    return [leaf(i) for i in range(n)]


def tree():
    branch(3)
    branch(4)
    return len("x")


p = profile.Profile()
p.runcall(tree)
out = io.StringIO()
stats = pstats.Stats(p, stream=out)
rows = {key[2]: value[:2] for key, value in stats.stats.items()}
print({name: rows[name] for name in ("tree", "branch", "leaf")})
stats.sort_stats("calls", "name").print_stats("leaf|branch")
print([line.split()[0] for line in out.getvalue().splitlines() if "reference_profiling" in line])

calls = collections.Counter()


def watch(frame, event, arg):
    name = frame.f_code.co_name if not event.startswith("c_") else arg.__name__
    calls[event, name] += 1


sys.setprofile(watch)
tree()
sys.setprofile(None)
print(sorted(calls.items()))

lines = collections.Counter()


def tracer(frame, event, arg):
    if frame.f_code is counted.__code__:
        if event == "line":
            lines[frame.f_lineno - counted.__code__.co_firstlineno] += 1
        return tracer


def counted():
    total = 0
    for i in range(3):
        if i % 2:
            total += i
        else:
            total -= i
    return total


sys.settrace(tracer)
counted()
sys.settrace(None)
print(sorted(lines.items()), sys.gettrace(), sys.getprofile())

runs = []
print(timeit.timeit(lambda: runs.append(1), number=7) >= 0, len(runs), len(timeit.repeat("x + 1", "x = 1", repeat=3, number=10)))
print(timeit.Timer("pass").autorange()[0] > 0)
try:
    timeit.timeit("1/0", number=1)
except ZeroDivisionError as error:
    print(error)
values = [str(i) for i in range(10)]
joined, added = "".join(values), ""
for v in values:
    added += v
print(joined == added, sum(x * x for x in range(10)) == sum([x * x for x in range(10)]), list(map(str, range(3))), 5 in {1, 5}, collections.deque([1, 2]).popleft())
