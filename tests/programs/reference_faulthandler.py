"""Reference, crashes: `faulthandler` shows the Python stack when a process is ended by a signal."""

import faulthandler
import os
import signal
import subprocess
import sys
import tempfile

print(faulthandler.is_enabled())
with tempfile.TemporaryFile() as file:

    def inner():
        faulthandler.dump_traceback(file=file, all_threads=False)

    def outer():
        inner()

    outer()
    file.seek(0)
    for line in file.read().decode().splitlines():
        print(line.replace(__file__, "FILE"))
    faulthandler.enable(file=file)
    print(faulthandler.is_enabled())
    faulthandler.disable()
    faulthandler.register(signal.SIGUSR1, file=file, all_threads=False)
    file.truncate(0)
    os.kill(os.getpid(), signal.SIGUSR1)
    print(faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1))
    file.seek(0)
    print(b"most recent call first" in file.read())
run = subprocess.run([sys.executable, "-X", "faulthandler", "-c", "import os, signal\ndef f():\n    os.kill(os.getpid(), signal.SIGSEGV)\nf()"], capture_output=True, text=True)
print(run.returncode, run.stderr.splitlines()[0], [line for line in run.stderr.splitlines() if "line" in line])
faulthandler.dump_traceback_later(100)
faulthandler.cancel_dump_traceback_later()
