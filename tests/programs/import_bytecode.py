"""__pycache__: writing and reading .pyc files, timestamps, hash-based pycs, py_compile, compileall, marshal."""

import importlib.util
import marshal
import os
import py_compile
import struct
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
path = os.path.join(folder, "mod.py")
with open(path, "w") as f:
    f.write("x = 1\nprint('running', x)\n")
env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def run(code, *options):
    done = subprocess.run([sys.executable, *options, "-c", code], cwd=folder, env=env, capture_output=True, text=True)
    return done.stdout + done.stderr.replace(folder, "FOLDER")


print(run("import mod; print(mod.__cached__.rsplit('/', 2)[1:])"), end="")
cache = os.path.join(folder, "__pycache__")
print(os.listdir(cache), importlib.util.cache_from_source("a/b.py"), importlib.util.source_from_cache("a/__pycache__/b.cpython-314.pyc"), sys.implementation.cache_tag)
pyc = os.path.join(cache, "mod.cpython-314.pyc")
data = open(pyc, "rb").read()
magic, flags, mtime, size = struct.unpack("<4sIII", data[:16])
print(magic == importlib.util.MAGIC_NUMBER, magic, flags, mtime == int(os.stat(path).st_mtime), size == os.stat(path).st_size)
code = marshal.loads(data[16:])
print(code.co_name, code.co_consts, code.co_names)
os.utime(path, (1, 1))
with open(path, "w") as f:
    f.write("x = 22\nprint('changed', x)\n")
print(run("import mod"), end="")
py_compile.compile(path, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
data = open(pyc, "rb").read()
print(struct.unpack("<I", data[4:8]), data[8:16] == importlib.util.source_hash(open(path, "rb").read()))
print(run("import mod"), end="")
py_compile.compile(path, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
with open(path, "w") as f:
    f.write("print('newest')\n")
print(run("import mod"), run("import mod", "-X", "frozen_modules=off")[:0], end="")
os.remove(pyc)
print(run("import mod", "-B"), os.path.exists(pyc))
print(run("import mod", "-O"), sorted(os.listdir(cache)))
legacy = os.path.join(folder, "legacy.py")
with open(legacy, "w") as f:
    f.write("print('legacy', __file__.rsplit('/')[-1])\n")
py_compile.compile(legacy, cfile=legacy + "c")
os.remove(legacy)
print(run("import legacy"), end="")
for junk in [b"", b"short", data[:8], magic + b"\0" * 12, b"XXXX" + data[4:], data[:20]]:
    with open(legacy + "c", "wb") as f:
        f.write(junk)
    print(run("import legacy").splitlines()[-1])
try:
    with open(path, "w") as f:
        f.write("def (")
    py_compile.compile(path, doraise=True)
except py_compile.PyCompileError as error:
    print(error.exc_type_name, str(error).splitlines()[-1])
for value in [None, True, 1, -(2**70), 1.5, 2j, "s", "é", b"b", (1, (2,)), [1], {"a": 1}, {1}, frozenset([2]), ..., StopIteration, slice(1, 2)]:
    assert marshal.loads(marshal.dumps(value)) == value, value
for bad in [object(), lambda: 0, [object()]]:
    try:
        marshal.dumps(bad)
    except ValueError as error:
        print(error)
for bad in [b"", b"\x00", b"i", b"s\xff\xff\xff\x7f", b"(\x05", b"z", b"[\xff\xff\xff\xff"]:
    try:
        print(marshal.loads(bad))
    except Exception as error:
        print(type(error).__name__, error)
print(marshal.version, marshal.dumps((1, "a", None)), marshal.dumps(code)[:1])
import shutil

shutil.rmtree(folder)
