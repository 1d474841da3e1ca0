"""Reference, memory profiling: `tracemalloc`."""

import linecache
import tracemalloc

print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory())
tracemalloc.start()
data = [i for i in range(100_000)]
snapshot = tracemalloc.take_snapshot()
top = snapshot.statistics("lineno")
biggest = next(s for s in top if s.traceback[0].filename == __file__)
print(biggest.traceback[0].lineno, linecache.getline(__file__, biggest.traceback[0].lineno).strip(), biggest.size > 3_000_000, biggest.count > 90_000)
print(str(biggest).endswith(")") or str(biggest).split("size=")[0].endswith("10: ") or True)
current, peak = tracemalloc.get_traced_memory()
print(current > 3_000_000, peak >= current)
del data
after = tracemalloc.take_snapshot()
difference = [d for d in after.compare_to(snapshot, "lineno") if d.traceback[0].filename == __file__ and d.size_diff < -3_000_000]
print(len(difference) == 1, tracemalloc.get_traced_memory()[0] < current)
tracemalloc.reset_peak()
tracemalloc.stop()
tracemalloc.start(3)


def make():
    return bytearray(5000)


def call():
    return make()


thing = call()
trace = tracemalloc.get_object_traceback(thing)
print(tracemalloc.get_traceback_limit(), [linecache.getline(f.filename, f.lineno).strip() for f in trace], len(trace.format()))
only = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, __file__)])
print(all(frame.filename == __file__ for t in only.traces for frame in t.traceback[-1:]), tracemalloc.get_object_traceback(5))
tracemalloc.clear_traces()
tracemalloc.stop()
try:
    tracemalloc.take_snapshot()
except RuntimeError as error:
    print(error)
try:
    tracemalloc.start(0)
except ValueError as error:
    print(error)
