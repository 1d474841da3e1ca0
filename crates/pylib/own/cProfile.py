"""Profiling with the native profiler `_lsprof`, with the functions and the command line of `profile`."""

import _lsprof
import profile as _profile

__all__ = ["run", "runctx", "Profile"]

_USAGE = "cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ..."


def run(statement, filename=None, sort=-1):
    return _profile._Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    return _profile._Utils(Profile).runctx(statement, globals, locals, filename, sort)


run.__doc__ = _profile.run.__doc__
runctx.__doc__ = _profile.runctx.__doc__


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    A profiler: counts calls and adds up their times between enable() and disable(). *timer* is called for the time; if it
    gives integers, *timeunit* is how many seconds one of them is.
    """

    def print_stats(self, sort=-1):
        import pstats

        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        import marshal

        with open(file, "wb") as out:
            self.create_stats()
            marshal.dump(self.stats, out)

    def create_stats(self):
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self):
        entries = self.getstats()
        callers = {id(entry.code): {} for entry in entries}
        self.stats = {}
        for entry in entries:
            total = entry.callcount
            self.stats[label(entry.code)] = (
                total - entry.reccallcount,
                total,
                entry.inlinetime,
                entry.totaltime,
                callers[id(entry.code)],
            )
        # what calls whom is known from the caller's side; the result has it by the callee
        for entry in entries:
            caller = label(entry.code)
            for call in entry.calls or ():
                known = callers.get(id(call.code))
                if known is None:
                    continue
                sums = (
                    call.callcount,
                    call.callcount - call.reccallcount,
                    call.inlinetime,
                    call.totaltime,
                )
                if caller in known:
                    sums = tuple(old + new for old, new in zip(known[caller], sums))
                known[caller] = sums

    def run(self, cmd):
        import __main__

        return self.runctx(cmd, __main__.__dict__, __main__.__dict__)

    def runctx(self, cmd, globals, locals):
        with self:
            exec(cmd, globals, locals)
        return self

    def runcall(self, func, /, *args, **kw):
        with self:
            return func(*args, **kw)

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *exc_info):
        self.disable()


def label(code):
    """The key of a function in the statistics: file, line and name."""
    if isinstance(code, str):
        return ("~", 0, code)
    return (code.co_filename, code.co_firstlineno, code.co_name)


def main():
    import io
    import os
    import pstats
    import runpy
    import sys
    import types
    from optparse import OptionParser

    parser = OptionParser(usage=_USAGE)
    parser.allow_interspersed_args = False
    parser.add_option("-o", "--outfile", dest="outfile", default=None, help="Save stats to <outfile>")
    parser.add_option(
        "-s",
        "--sort",
        dest="sort",
        default=2,
        choices=sorted(pstats.Stats.sort_arg_dict_default),
        help="Sort order when printing to stdout, based on pstats.Stats class",
    )
    parser.add_option(
        "-m", dest="module", action="store_true", default=False, help="Profile a library module"
    )
    if not sys.argv[1:]:
        parser.print_usage()
        sys.exit(2)
    options, args = parser.parse_args()
    sys.argv[:] = args
    if not args:
        parser.print_usage()
        return parser
    if options.outfile is not None:
        # the program may change the current directory
        options.outfile = os.path.abspath(options.outfile)
    if options.module:
        code = "run_module(modname, run_name='__main__')"
        namespace = {"run_module": runpy.run_module, "modname": args[0]}
    else:
        script = args[0]
        sys.path.insert(0, os.path.dirname(script))
        with io.open_code(script) as source:
            code = compile(source.read(), script, "exec")
        module = types.ModuleType("__main__")
        module.__spec__ = None
        module.__file__ = script
        module.__cached__ = None
        module.__builtins__ = __builtins__
        sys.modules["__main__"] = module
        namespace = module.__dict__
    try:
        runctx(code, namespace, None, options.outfile, options.sort)
    except BrokenPipeError as error:
        # nobody reads the report: the exit must not fail in turn
        sys.stdout = None
        sys.exit(error.errno)
    return parser


if __name__ == "__main__":
    main()
