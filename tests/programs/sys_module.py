"""sys: the attributes and functions a program sees."""

import sys


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(sys.version_info[:2], sys.version_info.major, sys.version_info >= (3, 14), sys.version.startswith("3.14"), hex(sys.hexversion)[:5], sys.implementation.name, sys.implementation.cache_tag, sys.implementation.version[:2], sys.platform, sys.byteorder, sys.maxsize, sys.maxunicode, sys.api_version, sys.copyright.splitlines()[0][:13])
print(sys.float_info.max, sys.float_info.dig, sys.float_info.epsilon, sys.float_repr_style, sys.int_info, sys.hash_info.width, sys.hash_info.modulus, sys.hash_info.algorithm, sys.thread_info.name, sys.flags.hash_randomization, sys.flags.dont_write_bytecode, len(sys.flags))
print(sys.argv[0].rsplit("/")[-1], sys.orig_argv[-1], isinstance(sys.path, list), sys.path[0] == __file__.rsplit("/", 1)[0], sys.stdin.name, sys.stdout.name, sys.stderr.name, sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors, sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.getdefaultencoding())
print("sys" in sys.modules, "sys" in sys.builtin_module_names, "json" in sys.stdlib_module_names, "posix" in sys.builtin_module_names, len(sys.stdlib_module_names) > 250, sys.dont_write_bytecode, sys.prefix == sys.base_prefix, sys.exec_prefix == sys.base_exec_prefix, sys.platlibdir, sys.abiflags, sys.pycache_prefix, sys.is_finalizing(), sys.gettrace(), sys.getprofile(), sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth())
print(sys.intern("abc") is sys.intern("ab" + "c"), attempt(sys.intern, 5), attempt(sys.getsizeof, object), attempt(sys.getsizeof), sys.getsizeof(5, 9), attempt(sys.getrefcount), sys.is_stack_trampoline_active() if hasattr(sys, "is_stack_trampoline_active") else False, sys._is_gil_enabled(), sys.displayhook is sys.__displayhook__, sys.excepthook is sys.__excepthook__)


class NoSize:
    def __sizeof__(self):
        return -1


print(attempt(sys.getsizeof, NoSize()), attempt(sys.exit, 5) if False else "", attempt(sys.setrecursionlimit, "a"), attempt(sys._getframe, 100), sys._getframe().f_lineno, sys._getframe(0).f_code.co_name, attempt(sys.call_tracing, len, ("abc",)))


def caller():
    return callee()


def callee():
    f = sys._getframe()
    return f.f_code.co_name, f.f_back.f_code.co_name, f.f_back.f_back.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno, sys._getframe(1).f_locals, f.f_globals is globals(), f.f_builtins["len"] is len, f.f_trace, f.f_trace_lines, sys._getframemodulename(1)


print(caller())
sys.displayhook(5)
sys.displayhook(None)
sys.displayhook("text\n")
import builtins

print(builtins._)
sys.audit("custom.event", 1, 2)
events = []
sys.addaudithook(lambda name, args: events.append((name, args)) if name.startswith("my.") else None)
sys.audit("my.event", "arg")
print(events, attempt(sys.audit), attempt(sys.audit, 5))
try:
    sys.exit("msg")
except SystemExit as error:
    print(error.code, error.args)
import io

old, sys.stdout = sys.stdout, io.StringIO()
print("captured")
text, sys.stdout = sys.stdout.getvalue(), old
print(repr(text), sys.__stdout__ is sys.stdout)
old, sys.stdout = sys.stdout, None
print("dropped")
sys.stdout = old
del sys.stdout
try:
    print("x")
except RuntimeError as error:
    sys.stdout = old
    print(error)
print(sys.set_int_max_str_digits(1000), attempt(int, "1" * 1001), attempt(sys.set_int_max_str_digits, 5), sys.set_int_max_str_digits(0), len(str(10**6000)), sys.getallocatedblocks() > 0, sys.getunicodeinternedsize() > 0, sys._clear_internal_caches() if hasattr(sys, "_clear_internal_caches") else None, sys.activate_stack_trampoline.__name__, sys._git is not None, repr(sys.flags)[:16], repr(sys.version_info)[:16])
import sys as again

print(again is sys, sys.__name__, sys.__doc__.splitlines()[0], repr(sys))
sys.path.append("/tmp/nothing-here")
print(sys.path[-1], sys.path_hooks[0].__name__, [getattr(f, "__name__", type(f).__name__) for f in sys.meta_path][:1], sys.warnoptions)
