"""The standard library's command line tools, each run with -m."""

import os
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()


def run(*args, text=None, cwd=folder, lines=None):
    done = subprocess.run([sys.executable, "-m", *args], input=text, capture_output=True, text=True, cwd=cwd)
    out = done.stdout.replace(folder, "FOLDER").replace(os.path.basename(sys.executable), "PYTHON")
    if lines:
        out = "\n".join(out.splitlines()[:lines])
    print("==", " ".join(args).replace(folder, "FOLDER"), "->", done.returncode)
    print(out.rstrip("\n"))
    if done.stderr:
        print("stderr:", done.stderr.replace(folder, "FOLDER").replace(sys.executable, "PYTHON").strip().splitlines()[-1])


def write(name, content):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(content)
    return path


run("json.tool", text='{"b": [1, 2], "a": null}')
run("json.tool", "--sort-keys", "--compact", text='{"b": 1, "a": {"x": []}}')
run("json.tool", text="{bad}")
run("calendar", "2024", "2")
run("ast", text="x = [1, *y]\n")
run("tokenize", text="if x:\n  y = 1\n")
run("dis", text="def f(a):\n    return a + 1\n")
program = write("prog.py", 'def double(x):\n    """\n    >>> double(2)\n    4\n    >>> double("a")\n    \'aa\'\n    """\n    return x * 2\n\nif __name__ == "__main__":\n    import sys\n    print(double(21), sys.argv[1:], __name__, __spec__)\n')
run("prog", "arg1", "-x")
run("doctest", "prog.py")
run("doctest", "-v", "prog.py", lines=5)
write("test_it.py", "import unittest\nclass T(unittest.TestCase):\n    def test_ok(self): pass\n    def test_bad(self): self.assertEqual(1, 2)\n")
run("unittest", "test_it")
run("unittest", "-q", "test_it.T.test_ok")
write("pkg/__init__.py", "print('init')\n")
write("pkg/__main__.py", "import sys\nprint('main', __package__, len(sys.argv))\n")
write("pkg/mod.py", "print('mod', __name__)\n")
run("pkg", "a")
run("pkg.mod")
run("compileall", "-q", "pkg")
print(sorted(os.listdir(os.path.join(folder, "pkg", "__pycache__"))))
run("zipapp", "pkg", "-o", "app.pyz", "-p", "/usr/bin/env python3")
done = subprocess.run([sys.executable, os.path.join(folder, "app.pyz"), "x"], capture_output=True, text=True)
print(done.stdout, done.stderr, sep="")
run("py_compile", "prog.py")
run("base64", "-e", text="hello")
run("textwrap" if False else "this", lines=3)
run("keyword" if False else "inspect", "--details", "json.tool", lines=1)
run("nope_module")
run("pkg.nope")
run("pdb", "prog.py", text="b double\nc\np x\nn\nr\np 1 + 1\nc\nq\n", lines=20)
run("trace", "--count" if False else "--listfuncs", "prog.py", lines=1)
run("symtable", text="x = 1\n", lines=2)
run("code", "-q", text="x = 6 * 7\nx\n1/0\n", lines=3)
run("gzip", "-h", lines=1)
run("platform", lines=0 or None) if False else None
import shutil

shutil.rmtree(folder)
