"""SystemExit in its forms, atexit handlers, and the status of a process."""

import subprocess
import sys

cases = ["import sys; sys.exit()", "import sys; sys.exit(3)", "import sys; sys.exit('message')", "raise SystemExit(None)", "raise SystemExit(5, 6)", "raise SystemExit([1])", "raise SystemExit(True)", "raise SystemExit(-1)", "raise SystemExit(256 + 7)", "raise KeyError('x')", "import os; os._exit(9)", "import atexit\natexit.register(print, 'bye', sep='')\natexit.register(print, 'first')\nraise SystemExit(4)", "try:\n    raise SystemExit(2)\nfinally:\n    print('finally')", "import sys\ntry:\n    sys.exit(1)\nexcept SystemExit as e:\n    print('caught', e.code)", "class E(SystemExit): pass\nraise E('custom')", "import sys\nsys.stdout.write('no newline')\nsys.exit(0)", "import atexit\ndef bad(): raise ValueError('in atexit')\natexit.register(bad)\nprint('body')", "def f(", "import threading\nthreading.Thread(target=lambda: 1/0, name='T').start()", "raise KeyboardInterrupt", "import sys\nsys.excepthook = lambda t, v, tb: print('hook', t.__name__, v)\n1/0", "import sys\nsys.excepthook = lambda *a: 1/0\nraise ValueError('orig')", "import sys\nsys.stderr = None\n1/0", "import warnings\nwarnings.warn('careful')\nwarnings.warn('old', DeprecationWarning)", "import sys\nprint('to stderr', file=sys.stderr)", "assert False, 'assertion'", "print(__name__, __file__ if '__file__' in globals() else 'no file')", "exit(7)", "quit()", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"]
for code in cases:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    print("==", code.replace("\n", "; "))
    print(done.returncode, repr(done.stdout))
    print(done.stderr.rstrip("\n"))
