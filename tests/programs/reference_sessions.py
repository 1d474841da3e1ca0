"""Reference, the read-evaluate-print loop: sessions at the prompt (`code`, `codeop`, `sys.displayhook`), running files and modules."""

import code
import codeop
import contextlib
import io
import subprocess
import sys


def session(*lines):
    out = io.StringIO()
    console = code.InteractiveConsole({"__name__": "__console__"})
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        more = False
        for line in lines:
            out.write(("... " if more else ">>> ") + line + "\n")
            more = console.push(line)
    print(out.getvalue())


session("1 + 2", "_ * 2", "x = [1, 2]", "x", "None", "x[5]", "def f(a):", "    return a * 2", "", "f(4)", "if x:", "    'block'", "", "1 +", "for i in range(2):", "    i", "", "'é'", "import nothing_like_this")
for text in ["x = 1", "x =", "if x:", "if x:\n  y", "if x:\n  y\n", "(1,", "'''open", "'open", "a b", "", "# comment", "\\", "@decorator", "async def f():\n", "pass\n", "try:\n  x"]:
    try:
        print(repr(text), type(codeop.compile_command(text)).__name__)
    except (SyntaxError, ValueError, OverflowError) as error:
        print(repr(text), type(error).__name__, error)
sys.displayhook(None)
sys.displayhook({"shown": 1})
import builtins

print(builtins._)
del builtins._


def run(*args, text=None):
    done = subprocess.run([sys.executable, *args], input=text, capture_output=True, text=True)
    print(args, done.returncode, repr(done.stdout), done.stderr.replace(sys.executable, "PYTHON"))


run("-c", "print(__name__, __file__ if '__file__' in globals() else 'no file')")
run("-", text="import sys; print(sys.argv)\n")
run(text="print('from a pipe')\n1 + 1\n")
run("-m", "nothing_here")
run("-c", "raise KeyError('k')")
run("-c", "x = (")
run("no_such_file.py")
run("-W", "error", "-c", "import warnings; warnings.warn('w')")
run("-O", "-c", "assert False; print(__debug__)")
run("-OO", "-c", "def f():\n    'doc'\nprint(f.__doc__)")
run("-X", "utf8=0", "-E", "-s", "-B", "-c", "import sys; print(sys.flags.dont_write_bytecode, sys.flags.ignore_environment, sys.flags.no_user_site)")
run("-m", "this")
run("-m", "dis", text="x = 1 + y\n")
run("-m", "ast", text="x = 1\n")
run("-m", "tokenize", text="x = 1\n")
run("-m", "json.tool", text='{"a": [1, 2]}')
