"""unittest, doctest, timeit, calendar, zipapp, tarfile, uuid, random, code, asyncio, http.server and venv from the command line."""

import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

folder = os.path.realpath(tempfile.mkdtemp())
os.chdir(folder)


def put(name, text):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w", encoding="utf-8") as f:
        f.write(text)


# a name of the same length everywhere: usage lines are wrapped by it
python = os.path.join(folder, "bin", "python")
os.mkdir("bin")
os.symlink(sys.executable, python)


def clean(text):
    text = text.replace(python, "PYTHON").replace(sys.executable, "PYTHON").replace(folder, "FOLDER")
    words = []
    for line in text.split("\n"):
        if " in " in line and line.startswith("Ran"):
            line = line.split(" in ")[0]
        words.append(line)
    return "\n".join(words)


def show(*args, input=None, lines=None, python=python):
    done = subprocess.run([python, *args], input=input or "", capture_output=True, text=True)
    print("$", *args, "->", done.returncode)
    for text in (done.stdout, done.stderr):
        for line in clean(text).splitlines()[:lines]:
            print("   ", line)


put("test_a.py", '''import unittest
class A(unittest.TestCase):
    def test_ok(self): self.assertEqual(1, 1)
    def test_bad(self): self.assertEqual([1,2], [1,3])
    def test_err(self): 1/0
    @unittest.skip("why")
    def test_skip(self): pass
    @unittest.expectedFailure
    def test_xf(self): self.fail()
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
''')
put("doc.py", '''"""Doc.

>>> f(2)
4
>>> f(3)
7
>>> f()
Traceback (most recent call last):
    ...
TypeError: f() missing 1 required positional argument: 'x'
"""
def f(x): return x * 2
''')
put("app/__main__.py", 'import sys; print("app", sys.argv[1:], __name__)\n')
put("app/m.py", 'def main(): print("main")\n')
put("plain/m.py", 'def main(): print("main")\n')
put("text.txt", "hello\n" * 10)

show("-m", "unittest", "test_a")
show("-m", "unittest", "-v", "test_a.A.test_bad", "test_a.A.test_skip")
show("-m", "unittest", "discover", "-s", ".", "-p", "test_*.py", "-f", "-k", "ok")
show("-m", "unittest", "-q", "-b", "test_a", lines=4)
show("-m", "doctest", "doc.py")
show("-m", "doctest", "-v", "doc.py")
show("-m", "doctest", "-o", "FAIL_FAST", "doc.py", lines=3)
show("-m", "timeit", "-n", "x", lines=0)
show("-m", "timeit", "-n", "1", "1/0")
show("-m", "timeit", "-n", "1", "-r", "1", "-s", "print('setup')", "print('body')", lines=2)
show("-m", "calendar", "2024", "2")
show("-m", "calendar", "-t", "html", "2024", "2", lines=12)
show("-m", "zipapp", "app", "-o", "app.pyz", "-p", "/usr/bin/env python3")
show("app.pyz", "a", "b")
show("app", "c")
show("-m", "zipapp", "app.pyz", "--info")
show("-m", "zipapp", "plain", "-m", "m:main", "-o", "x.pyz")
show("x.pyz")
show("plain")
show("-m", "tarfile", "-c", "t.tar", "text.txt", "doc.py")
show("-m", "tarfile", "-l", "t.tar")
show("-m", "tarfile", "-v", "-e", "t.tar", "out")
print(sorted(os.listdir("out")))
show("-m", "uuid", "-u", "uuid3", "-n", "@dns", "-N", "python.org")
show("-m", "uuid", "-u", "uuid5", "-n", "@url", "-N", "python.org")
show("-m", "random", "-c", "a")
show("-m", "code", "-q", input="1 + 1\nfor i in range(2):\n    i\n\n1/0\n")
show("-m", "asyncio", input="import asyncio\nawait asyncio.sleep(0, 5)\n", lines=0)
show("-m", "this", lines=1)
show("-m", "keyword")
show("-m", "__hello__")

server = subprocess.Popen(
    [python, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"],
    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
)
line = server.stdout.readline()
port = int(line.split("port ")[1].split()[0])
print(line.replace(str(port), "PORT").strip())
with urllib.request.urlopen(f"http://127.0.0.1:{port}/text.txt") as answer:
    print(answer.status, answer.headers["Content-Type"], answer.headers["Content-Length"], answer.read()[:12])
with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
    print(answer.status, [l for l in answer.read().decode().splitlines() if "<li>" in l])
try:
    urllib.request.urlopen(f"http://127.0.0.1:{port}/nope")
except urllib.error.HTTPError as e:
    print(e.code, e.reason)
server.terminate()
log = server.communicate()[1].splitlines()
print([line.split("] ", 1)[1] for line in log])

show("-m", "venv", "--without-pip", "env", python=sys.executable)
print(sorted(os.listdir("env")), [n for n in sorted(os.listdir("env/bin")) if "ctivate" in n])
with open("env/pyvenv.cfg") as f:
    print([line.split(" = ")[0] for line in f])
show("-c", """
import sys, site, os
base = os.path.realpath(sys.base_prefix) != os.path.realpath(sys.prefix)
print(sys.prefix, sys.exec_prefix == sys.prefix, base, sys.executable, site.ENABLE_USER_SITE)
print([p for p in sys.path if p.startswith(sys.prefix)])
""", python="env/bin/python")
show("-I", "-c", "import sys; print(sys.prefix)", python="env/bin/python")
show("-S", "-c", "import sys; print(sys.prefix == sys.base_prefix or sys.prefix)", python="env/bin/python")
