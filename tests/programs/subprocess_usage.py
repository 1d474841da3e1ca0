"""subprocess with sys.executable: capture, input, errors, pipes, environment, options of the command line."""

import os
import subprocess
import sys

py = sys.executable


def run(*args, **kwargs):
    kwargs.setdefault("capture_output", True)
    kwargs.setdefault("text", True)
    return subprocess.run([py, *args], **kwargs)


r = run("-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
print(r.returncode, repr(r.stdout), repr(r.stderr), r.args[1:])
print(run("-c", "print(input()[::-1])", input="hello\n").stdout, end="")
print(run("-c", "import sys; print(sys.argv, len(sys.argv))", "a", "-b", "c d").stdout, end="")
print(run("-", "x", input="import sys; print(sys.argv, __name__)\n").stdout, end="")
print(run(input="print('piped', 1 + 1)\nx = [\n1]\nprint(x)\n").stdout, end="")
print(subprocess.check_output([py, "-c", "print(42)"]), subprocess.call([py, "-c", "raise SystemExit(5)"]), subprocess.getoutput("echo shell"), subprocess.getstatusoutput("exit 3"))
for make in [lambda: subprocess.run([py, "-c", "exit(2)"], check=True), lambda: subprocess.check_call(["sh", "-c", "exit 4"]), lambda: subprocess.run(["/nonexistent/program"]), lambda: subprocess.run([py, "-c", "import time; time.sleep(10)"], timeout=0.3), lambda: subprocess.run("exit 7", shell=True, check=True), lambda: subprocess.Popen([]), lambda: subprocess.run(["true"], capture_output=True, stdout=1)]:
    try:
        make()
    except Exception as error:
        print(type(error).__name__, str(error).replace(py, "PY"))
p = subprocess.Popen([py, "-u", "-c", "import sys\nfor line in sys.stdin:\n    print('got', line.strip().upper(), flush=True)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
for word in ["one", "two"]:
    p.stdin.write(word + "\n")
    p.stdin.flush()
    print(p.stdout.readline(), end="")
print(p.poll(), p.communicate(), p.returncode, p.poll())
first = subprocess.Popen([py, "-c", "print('b\\na\\nc')"], stdout=subprocess.PIPE)
second = subprocess.run(["sort"], stdin=first.stdout, capture_output=True)
first.stdout.close()
first.wait()
print(second.stdout)
env = dict(os.environ, MY_VAR="value é", PYTHONOPTIMIZE="1")
print(run("-c", "import os, sys; print(os.environ['MY_VAR'], sys.flags.optimize, __debug__)", env=env).stdout, end="")
print(run("-c", "import os; print(os.getcwd())", cwd="/").stdout, end="")
for options in [["-O"], ["-OO"], ["-B"], ["-s"], ["-S"], ["-E"], ["-I"], ["-u"], ["-v"][:0], ["-q"], ["-P"], ["-b"], ["-bb"], ["-d"], ["-X", "utf8"], ["-X", "dev"], ["-W", "error"], ["-X", "foo=bar"]]:
    print(options, run(*options, "-c", "import sys; f = sys.flags; print(f.optimize, f.dont_write_bytecode, f.no_user_site, f.no_site, f.ignore_environment, f.isolated, f.quiet, f.safe_path, f.bytes_warning, f.debug, f.utf8_mode, f.dev_mode, sys.warnoptions, sorted(sys._xoptions))").stdout, end="")
print(run("-W", "error", "-c", "import warnings; warnings.warn('x')").stderr.splitlines()[-1], run("-W", "ignore", "-c", "import warnings; warnings.warn('x'); print('quiet')").stdout, run("-bb", "-c", "print(b'a' == 'a')").stderr.splitlines()[-1])
print(run("-O", "-c", "assert False; print('asserts off')").stdout, run("-OO", "-c", "def f(): 'doc'\nprint(f.__doc__)").stdout, run("-m", "nope_module").stderr.replace(py, "PY"), run("nope_file.py").stderr.split(": ", 1)[1], run("nope_file.py").returncode, run("-c").stderr.splitlines()[0], run("-c").returncode, run("-Z").returncode, run("-X", "importtime=bad" if False else "importtime", "-c", "pass").stderr.splitlines()[0])
print(run("-V").stdout.split(".")[0:2], run("-h").stdout.splitlines()[0].split(" ", 2)[2], run("-x", "-c", "print('x')").stdout, run("-i", "-c", "x = 5", input="print(x + 1)\n").stdout, run("-c", "import sys; sys.stdout.write('x' * 100000)").stdout.count("x"))
print(subprocess.list2cmdline(["a b", 'c"d', "e"]), subprocess.PIPE, subprocess.DEVNULL, subprocess.STDOUT, run("-c", "import sys; print('e', file=sys.stderr)", capture_output=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout)
