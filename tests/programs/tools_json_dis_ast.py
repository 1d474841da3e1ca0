"""Modules run with -m on small files: json.tool, dis, ast, tokenize, py_compile, compileall, tabnanny, pyclbr, inspect, base64."""

import os
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
os.chdir(folder)


def put(name, text):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w", encoding="utf-8") as f:
        f.write(text)


# a name of the same length everywhere: usage lines are wrapped by it
python = os.path.join(folder, "bin", "python")
os.mkdir("bin")
os.symlink(sys.executable, python)


def show(*args, input=None, lines=None):
    done = subprocess.run([python, *args], input=input or "", capture_output=True, text=True)
    print("$", *args, "->", done.returncode)
    for text in (done.stdout, done.stderr):
        text = text.replace(python, "PYTHON").replace(folder, "FOLDER")
        shown = text.splitlines()
        for line in shown[:lines]:
            print("   ", line)


put("prog.py", '''"""Doc."""
import sys
class C(object):
    """A class."""
    def m(self, x=1, *a): return x
def f(x: int) -> int:
    "double"
    for i in range(3):
        if i: break
    return x * 2
async def g(): pass
if __name__ == "__main__":
    print(f(21), sys.argv[1:])
''')
put("data.json", '{"b":[1,2.5,null,"\u00e9"],"a":{}}')
put("bad.json", '{"b":[1,}')
put("lines.json", '{"a":1}\n{"b":2}\n')
put("bad.py", "x = (\n")
put("tab.py", "if 1:\n        x=1\n\ty=2\n")
put("pkg/__init__.py", "")
put("pkg/mod.py", "y=2\n")
put("pkg/sub/broken.py", "def\n")
put("text.txt", "hello\n" * 10)

show("-m", "json.tool", "data.json")
show("-m", "json.tool", "--sort-keys", "--indent", "2", "data.json")
show("-m", "json.tool", "--compact", "--no-ensure-ascii", "data.json")
show("-m", "json.tool", "--json-lines", "lines.json")
show("-m", "json.tool", "bad.json")
show("-m", "json", "--tab", "data.json", "out.json")
print(open("out.json").read())
show("-m", "json.tool", input="[1, 2")
show("-m", "dis", "prog.py")
show("-m", "dis", "-S", "-P", "prog.py", lines=30)
show("-m", "ast", "prog.py", lines=30)
show("-m", "ast", "-a", "-i", "2", "prog.py", lines=20)
show("-m", "ast", "-m", "eval", input="1 + x")
show("-m", "tokenize", "prog.py", lines=40)
show("-m", "tokenize", "-e", "prog.py", lines=20)
show("-m", "tokenize", "bad.py")
show("-m", "py_compile", "prog.py")
show("-m", "py_compile", "bad.py")
show("-m", "py_compile", "-q", "bad.py")
show("-m", "compileall", "pkg")
show("-m", "compileall", "-q", "-f", "pkg")
show("-m", "compileall", "-b", "-o", "0", "-o", "1", "pkg/mod.py")
show("-m", "compileall", "--invalidation-mode", "checked-hash", "-f", "pkg/mod.py")
show("-m", "compileall", "nope")
print(sorted(n for _, _, names in os.walk("pkg") for n in names))
show("-m", "tabnanny", "-v", "prog.py")
show("-m", "tabnanny", "tab.py")
show("-m", "pyclbr", "prog.py")
show("-m", "inspect", "prog:f")
show("-m", "inspect", "prog:C.m")
show("-m", "inspect", "nope")
show("-m", "base64", "-e", "text.txt")
show("-m", "fileinput", "text.txt", lines=2)
show("-m", "trace", "--count", "--missing", "-C", "cov", "prog.py")
show("-m", "pydoc", "prog")
