"""Reference, the bytecode cache: a `.pyc` file's magic number, flags, time stamp or hash, size and marshalled code."""

import importlib.util
import marshal
import os
import py_compile
import struct
import subprocess
import sys
import tempfile

MODULE = '''
def add(a, b):
    result = a + b
    return result


class MyClass:
    def __init__(self, value):
        self.value = value

    def get_value(self):
        return self.value


print("Hello, world!", __name__)
x = add(5, 3)
'''
sys.dont_write_bytecode = False
folder = tempfile.mkdtemp()
path = os.path.join(folder, "sample_module.py")
with open(path, "w") as file:
    file.write(MODULE)
os.utime(path, (1_700_000_000, 1_700_000_000))
sys.path.insert(0, folder)
import sample_module

cache = importlib.util.cache_from_source(path)
print(os.listdir(os.path.join(folder, "__pycache__")), sample_module.__cached__ == cache, sample_module.x)
print(importlib.util.source_from_cache(cache) == path)
data = open(cache, "rb").read()
magic, flags, stamp, size = data[:4], *struct.unpack("<III", data[4:16])
print(magic == importlib.util.MAGIC_NUMBER, magic.hex(), flags, stamp, size == len(MODULE))
code = marshal.loads(data[16:])
print(code.co_name, code.co_names, code.co_filename == path, [c.co_name if hasattr(c, "co_name") else c for c in code.co_consts])
print(marshal.dumps(code) == marshal.dumps(marshal.loads(marshal.dumps(code))))

print("-- stale caches are made again")
before = os.stat(cache).st_mtime_ns
with open(path, "a") as file:
    file.write("y = 2\n")
del sys.modules["sample_module"]
importlib.invalidate_caches()
import sample_module

print(sample_module.y, open(cache, "rb").read()[16:] != data[16:])

print("-- wrong magic number, cut-off file, no file")
for content in [b"\0\0\0\0" + data[4:], data[:40], b"", data[:10]]:
    with open(cache, "wb") as file:
        file.write(content)
    del sys.modules["sample_module"]
    try:
        import sample_module

        print(sample_module.x, open(cache, "rb").read()[:4] == magic)
    except (EOFError, ImportError) as error:
        print(type(error).__name__, error)
        os.remove(cache)
        import sample_module

print("-- hashes instead of times")
for mode in py_compile.PycInvalidationMode:
    made = py_compile.compile(path, cfile=os.path.join(folder, mode.name + ".pyc"), invalidation_mode=mode)
    head = open(made, "rb").read()[:16]
    print(mode.name, struct.unpack("<I", head[4:8])[0], head[8:16] == importlib.util.source_hash(open(path, "rb").read()))
print(importlib.util.source_hash(b"x = 1").hex())

print("-- a cache without its source")
lone = os.path.join(folder, "lone.pyc")
py_compile.compile(path, cfile=lone)
os.rename(path, os.path.join(folder, "hidden.txt"))
import lone as loaded

print(loaded.x, loaded.__file__.endswith("lone.pyc"), type(loaded.__loader__).__name__)
run = subprocess.run([sys.executable, lone], capture_output=True, text=True)
print(run.stdout, run.stderr, run.returncode)
with open(os.path.join(folder, "bad.pyc"), "wb") as file:
    file.write(b"\1\2\3\4" + data[4:])
try:
    import bad
except ImportError as error:
    print(error)
print(sys.implementation.cache_tag, importlib.util.cache_from_source("a/b.py", optimization=2), importlib.util.cache_from_source("a/b.py", optimization=""))
for wrong in ["a/b.pyc", "a/__pycache__/b.py", "a/__pycache__/b.x.y.z.pyc", "a/__pycache__/b.cpython-314.opt-.pyc"]:
    try:
        print(importlib.util.source_from_cache(wrong))
    except ValueError as error:
        print(error)
