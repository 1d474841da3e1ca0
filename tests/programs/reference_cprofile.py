"""Reference, finding what is slow: `cProfile`."""

import cProfile
import io
import pstats


def leaf(n):
    return sum(range(n))


def branch(n):
    return [leaf(i) for i in range(n)]


def tree():
    branch(3)
    branch(4)
    return len("x")


profiler = cProfile.Profile()
profiler.enable()
tree()
profiler.disable()
out = io.StringIO()
stats = pstats.Stats(profiler, stream=out)
rows = {key[2]: value[:2] for key, value in stats.stats.items()}
print({name: rows[name] for name in ("tree", "branch", "leaf", "<built-in method builtins.sum>", "<built-in method builtins.len>")})
stats.sort_stats("ncalls").print_callers("leaf")
print("branch" in out.getvalue())
with cProfile.Profile() as second:
    leaf(3)
print(sorted(e.code.co_name for e in second.getstats() if not isinstance(e.code, str)))
print(cProfile.Profile().runcall(leaf, 4))
