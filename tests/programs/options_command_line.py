"""Options of the command line and PYTHON* variables: meanings, messages, exit codes."""

import os
import subprocess
import sys
import tempfile

folder = os.path.realpath(tempfile.mkdtemp())
os.chdir(folder)
python = os.path.join(folder, "bin", "python")
os.mkdir("bin")
os.symlink(sys.executable, python)
base = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}


def show(*args, input="", lines=None, drop=(), **env):
    environment = {k: v for k, v in (base | env).items() if k not in drop}
    done = subprocess.run([python, *args], input=input, capture_output=True, text=True, env=environment)
    print("$", *(f"{k}={v}" for k, v in env.items()), *args, "->", done.returncode)
    for text in (done.stdout, done.stderr):
        text = text.replace(python, "PYTHON").replace(folder, "FOLDER")
        for line in text.splitlines()[:lines]:
            print("   ", line)


FLAGS = "import sys; print(str(sys.flags)[10:])"

for args in (["-Z"], ["--foo"], ["-c"], ["-m"], ["-W"], ["-X"], ["-J"], ["--check-hash-based-pycs", "foo"], ["--check-hash-based-pycs"],
             ["-h"], ["-?"], ["--help"], ["--help-env"], ["--help-xoptions"], ["--help-all"], ["-bhV"]):
    show(*args)
print(subprocess.run([python, "-V"], capture_output=True, text=True).stdout[:12])
print(subprocess.run([python, "--version", "-c", "1"], capture_output=True, text=True).stdout[:12])
print(subprocess.run([python, "-VV"], capture_output=True, text=True).stdout[:12])

for options in ("-b", "-bb", "-B", "-d", "-dd", "-E", "-i", "-I", "-O", "-OO", "-OOO", "-P", "-q", "-s", "-S", "-u", "-bBdEIOPqsSu", "-R",
                "-Xdev", "-Xutf8", "-Xutf8=0", "-Xwarn_default_encoding", "-Xint_max_str_digits=0", "-Xint_max_str_digits=640"):
    show(options, "-c", FLAGS)
for name, value in [("PYTHONDEBUG", "5"), ("PYTHONINSPECT", "1"), ("PYTHONOPTIMIZE", "2"), ("PYTHONOPTIMIZE", "x"), ("PYTHONDONTWRITEBYTECODE", "1"),
                    ("PYTHONDONTWRITEBYTECODE", "0"), ("PYTHONNOUSERSITE", "-1"), ("PYTHONSAFEPATH", "0"), ("PYTHONDEVMODE", "0"),
                    ("PYTHONHASHSEED", "0"), ("PYTHONHASHSEED", "random"), ("PYTHONUTF8", "1"), ("PYTHONINTMAXSTRDIGITS", "700"),
                    ("PYTHONWARNDEFAULTENCODING", "1"), ("PYTHONVERBOSE", ""), ("PYTHONUNBUFFERED", "0")]:
    show("-c", FLAGS, **{name: value})
    show("-E", "-c", FLAGS, **{name: value})

show("-Xfoo=1", "-Xbar", "-X", "dev=", "-c", "import sys; print(sys._xoptions)")
show("-Xutf8=2", "-c", "1")
show("-c", "1", PYTHONUTF8="3")
show("-Xint_max_str_digits=5", "-c", "1")
show("-c", "1", PYTHONINTMAXSTRDIGITS="x")
show("-c", "1", PYTHONHASHSEED="foo")
show("-c", "1", PYTHONHASHSEED="4294967296")
show("-Ximporttime=3", "-c", "1")
show("-Xtracemalloc=x", "-c", "1")
show("-Xcpu_count=0", "-c", "1")
show("-Xcpu_count=5", "-c", "import os; print(os.cpu_count(), os.process_cpu_count())")
show("-c", "import os; print(os.cpu_count())", PYTHON_CPU_COUNT="7")
show("-Xfrozen_modules=foo", "-c", "1")
show("-Xthread_inherit_context=2", "-c", "1")
show("-Xthread_inherit_context=1", "-c", "import sys; print(sys.flags.thread_inherit_context)")
show("-c", "import sys; print(sys.flags.context_aware_warnings)", PYTHON_CONTEXT_AWARE_WARNINGS="1")
show("-c", "1", PYTHON_CONTEXT_AWARE_WARNINGS="2")
show("-Xgil=0", "-c", "1")
show("-c", "1", PYTHONMALLOC="foo")
show("--check-hash-based-pycs", "always", "-c", "import _imp; print(_imp.check_hash_based_pycs)")
show("-Xpycache_prefix=/tmp/p", "-c", "import sys; print(sys.pycache_prefix)", PYTHONPYCACHEPREFIX="/tmp/q")
show("-c", "import sys; print(sys.pycache_prefix)", PYTHONPYCACHEPREFIX="/tmp/q")
show("-Xpycache_prefix=", "-c", "import sys; print(sys.pycache_prefix)", PYTHONPYCACHEPREFIX="/tmp/q")

WARNINGS = "import sys, warnings; print(sys.warnoptions, warnings.filters[:2]); warnings.warn('x', DeprecationWarning)"
for options in (["-W", "foo"], ["-W", "error::Foo"], ["-W", "error::foo.Bar"], ["-W", "ignore::DeprecationWarning:x:abc"], ["-Wi"], ["-We"],
                ["-W", "error::DeprecationWarning"], ["-Walways", "-Wignore"], ["-b", "-Xdev", "-Wonce"], ["-W", "a:b:c:d:e:f"]):
    show(*options, "-c", WARNINGS)
show("-c", WARNINGS, PYTHONWARNINGS="bogus,ignore")
show("-Wdefault", "-c", WARNINGS, PYTHONWARNINGS="ignore")
show("-bb", "-c", "print(str(b'a'))")
show("-b", "-c", "print(b'a' == 'a', str(b'x'))")
show("-Xwarn_default_encoding", "-c", "open('/dev/null').close()")
show("-O", "-c", "assert 0; print(__debug__)")
show("-OO", "-c", "def f(): 'd'\nprint(f.__doc__)")

STREAMS = "import sys; print([(f.encoding, f.errors) for f in (sys.stdin, sys.stdout, sys.stderr)])"
for value in ("latin-1", "ascii:ignore", ":replace", "utf-8:", "utf8:nosuch"):
    show("-c", STREAMS, PYTHONIOENCODING=value)
show("-u", "-c", "import sys; print(sys.stdout.buffer, sys.stdin.buffer, sys.stdout.write_through, sys.stdout.line_buffering)")
LOCALE = STREAMS + "; import locale, os; print(sys.flags.utf8_mode, locale.getpreferredencoding(), locale.setlocale(locale.LC_CTYPE), locale.getencoding(), os.environ.get('LC_CTYPE'))"
show("-c", LOCALE, LC_ALL="C")
show("-c", LOCALE, LC_ALL="C.UTF-8")
show("-c", LOCALE, LC_ALL="nosuch")
for value in ("0", "1", "warn"):
    show("-c", LOCALE, drop=("LC_ALL", "LC_CTYPE"), LANG="C", PYTHONCOERCECLOCALE=value)
show("-c", LOCALE, drop=("LC_ALL", "LC_CTYPE"), LANG="C", PYTHONUTF8="0")

show("nofile.py")
show("--", "-c")
os.mkdir("empty")
show("empty")
show("-m", "nomod")
show("-m", "os.path.foo")
show("-m", "")
show("-c", "import sys; print(sys.argv, sys.path[0] == '')", "-x", "y")
show("-cprint(1)")
show("-P", "-c", "import sys; print('' in sys.path)")
show("-c", "import sys; print(sys.path[:3])", PYTHONPATH="/a:/b")
show("-I", "-c", "import sys; print('/a' in sys.path)", PYTHONPATH="/a")
show("-c", "import sys; print(sys.path[:4])", PYTHONPATH="/a::/b")
show("-", "a", "b", input="import sys\nprint(sys.argv, __name__, __file__, __spec__)\n")
with open("first.py", "w") as f:
    f.write("? what is skipped\nimport sys\nprint('second', sys.argv)\n1/0\n")
show("-x", "first.py", "z")
show("first.py")
for code in ("sys.exit('x')", "sys.exit(300)", "sys.exit(1.5)", "sys.exit((1, 2))", "sys.exit(-1)", "sys.exit(None)", "sys.exit(True)", "sys.exit(2 ** 70)"):
    show("-c", f"import sys; {code}")
show("-i", "-c", "raise SystemExit(3)", input="print('after')\n")
show("-c", "import os; os.environ['PYTHONINSPECT'] = '1'; print(1)", input="")
show("-c", "breakpoint()\nprint('on')", PYTHONBREAKPOINT="0")
show("-c", "breakpoint(1)\nprint('on')", PYTHONBREAKPOINT="builtins.print")
show("-c", "breakpoint()\nprint('on')", PYTHONBREAKPOINT="no.such")
show("-c", "breakpoint()\nprint('on')", PYTHONBREAKPOINT=".")

closed = "import os, sys; os.write({0}, repr((sys.stdin is None, sys.stdout is None, sys.stderr is None)).encode()); print('x')"
for fd, left in ((0, 1), (1, 2), (2, 1)):
    done = subprocess.run(["sh", "-c", f'exec "$0" -c "$1" {fd}>&-', python, closed.format(left)], capture_output=True, text=True)
    print(fd, done.returncode, done.stdout, done.stderr)
done = subprocess.run(["sh", "-c", '"$0" -c "print(1)" > /dev/full; echo $?', python], capture_output=True, text=True)
print(done.stdout, done.stderr)
done = subprocess.run(["sh", "-c", '"$0" -c "import sys; [print(i) for i in range(100000)]" | head -1; echo', python], capture_output=True, text=True)
print(done.stdout, done.stderr)
done = subprocess.run([python, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(5)"], capture_output=True, text=True)
print(done.returncode, done.stderr.splitlines()[-1])
with open("start.py", "w") as f:
    f.write("print('started', __file__)\nstarted = 1\n")
show("-q", "-i", input="started\n", PYTHONSTARTUP="start.py")
show("-q", "-i", input="", PYTHONSTARTUP="nope.py")
show("-q", "-i", "-E", input="", PYTHONSTARTUP="start.py")
timed = subprocess.run([python, "-X", "importtime", "-c", "import json"], capture_output=True, text=True).stderr.splitlines()
print(timed[0], any(line.endswith("|   json.decoder") for line in timed), any(line.endswith("| json") for line in timed))
verbose = subprocess.run([python, "-v", "-c", "import colorsys"], capture_output=True, text=True).stderr.splitlines()
print(any(line.startswith("import 'colorsys' # ") for line in verbose))
