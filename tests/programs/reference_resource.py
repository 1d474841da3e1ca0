"""Reference, the standard library: `resource`, limits and use of the process."""

import resource

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
print(soft > 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 1000, type(resource.getrusage(resource.RUSAGE_SELF)).__name__)
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
print(resource.getrlimit(resource.RLIMIT_CORE)[0], resource.getpagesize(), resource.RLIM_INFINITY)
for bad in (lambda: resource.getrlimit(999), lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (5,)), lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (hard, soft - 1))):
    try:
        bad()
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
