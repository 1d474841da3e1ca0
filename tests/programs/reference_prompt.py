"""Reference, the read-evaluate-print loop: what `-i` does after a program, with the input from a pipe."""

import subprocess
import sys


def run(*args, text=None):
    done = subprocess.run([sys.executable, *args], input=text, capture_output=True, text=True)
    print(args, done.returncode, repr(done.stdout), done.stderr.replace(sys.executable, "PYTHON"))


run("-i", "-q", "-c", "x = 5", text="x\nx +\nexit(4)\n")
run("-i", "-q", text="def f():\n    return 1\n\nf()\n1/0\nraise SystemExit('bye')\n")
