"""The interactive prompt fed through a pipe: expressions, statements, errors, underscore, indentation, exit."""

import subprocess
import sys


def session(text, *options):
    done = subprocess.run([sys.executable, "-q", "-i", *options], input=text, capture_output=True, text=True)
    print("--", options, done.returncode)
    print(done.stdout.rstrip())
    print(done.stderr.rstrip())


session("1 + 1\n_ * 10\nx = 5\nx\nNone\n'text'\n")
session("def f(a):\n    return a * 2\n\nf(4)\nfor i in range(2):\n    i\n\nclass C:\n    y = 1\n\nC.y\n")
session("1 / 0\nundefined\nx = (\n1 +\n2)\nx\n")
session("if True:\n    print('yes')\nelse:\n    print('no')\n\nx = '''multi\nline'''\nx\n")
session("x = \nprint('after error')\n  indented\n1 +* 2\n")
session("import sys\nsys.ps1 = 'in> '\nsys.ps2 = '... '\n5\nsys.exit(7)\n")
session("raise SystemExit('bye')\n")
session("print(__name__)\nexit()\nprint('never')\n", "-c", "y = 3")
session("y\n", "-c", "y = 3\n1/0")
session("@property\ndef p(): pass\n\np\n[1,\n2]\n# comment\n\n\\\n5\n")
session("import sys\nsys.displayhook = lambda v: print('hook', v)\n5\nNone\n")
session("try:\n    1/0\nexcept ZeroDivisionError:\n    print('caught')\nfinally:\n    print('fin')\n\nx: int = 3\nx; x + 1\n")
done = subprocess.run([sys.executable, "-"], input="print('from stdin', __name__)\nimport sys\nprint(sys.argv)\n1/0\n", capture_output=True, text=True)
print(done.returncode, done.stdout, done.stderr)
