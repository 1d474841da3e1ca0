"""Reference, imports: `sys.modules`, `sys.path`, `__all__`, `__name__`, reloading, cycles, relative imports, hooks."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import tempfile
import types

root = tempfile.mkdtemp()


def write(name, text):
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    importlib.invalidate_caches()
    return path


sys.path.insert(0, root)
print(list(sys.modules)[:10])
print("sys" in sys.modules, sys.modules["os"] is os, type(sys.path).__name__, sys.path[1] == os.path.dirname(os.path.abspath(__file__)))

public = write("public.py", '''
print("running", __name__)
__all__ = ["PublicClass", "public_function"]

class PublicClass:
    pass

class _PrivateClass:
    pass

def public_function():
    return "public"

def not_listed():
    pass

def _private_function():
    return "private"

if __name__ == "__main__":
    print("Result:", public_function())
''')
import public as first
import public as second

print(first is second, sys.modules["public"] is first)
space = {}
exec("from public import *", space)
print(sorted(k for k in space if not k.startswith("__")))
from public import _private_function, not_listed as alias

print(_private_function(), alias.__name__)
run = subprocess.run([sys.executable, public], capture_output=True, text=True)
print(run.stdout)
write("nolist.py", "a = 1\n_b = 2\nimport os as c\n")
space = {}
exec("from nolist import *", space)
print(sorted(k for k in space if not k.startswith("__")))
write("badlist.py", "__all__ = ['missing']\n")
for text in ["from badlist import *", "from public import nothing", "import nowhere_at_all", "import public.sub", "from . import x", "import os.path.none", "from collections import dque"]:
    try:
        exec(text, {})
    except (ImportError, AttributeError, KeyError) as error:
        print(type(error).__name__, str(error).replace(root, "ROOT"), getattr(error, "name", None))

print("-- reloading")
write("changing.py", "version = 1\nobjects = []\n")
import changing
from changing import version

write("changing.py", "version = 2222\n")
again = importlib.reload(changing)
print(again is changing, changing.version, version, changing.objects)
try:
    importlib.reload("changing")
except TypeError as error:
    print(error)

print("-- packages")
write("pack/__init__.py", "print('init', __name__, __package__)\nfrom .core import value\n__all__ = ['core', 'late']\n")
write("pack/core.py", "value = 'core value'\nfrom . import late\n")
write("pack/late.py", "name = __name__\npackage = __package__\n")
write("pack/sub/__init__.py", "from ..core import value as up\nfrom ... import beyond\n")
import pack.late

print(pack.value, pack.late.name, pack.late.package, pack.__path__ == [os.path.join(root, "pack")], pack.__spec__.submodule_search_locations == pack.__path__)
try:
    import pack.sub
except ImportError as error:
    print(error)
space = {}
exec("from pack import *", space)
print(sorted(k for k in space if not k.startswith("__")))
write("space1/plugins/a.py", "x = 'a'\n")
write("space2/plugins/b.py", "x = 'b'\n")
sys.path[:0] = [os.path.join(root, "space1"), os.path.join(root, "space2")]
import plugins.a, plugins.b

print(plugins.a.x, plugins.b.x, type(plugins.__path__).__name__, plugins.__file__ if hasattr(plugins, "__file__") else None, type(plugins.__loader__).__name__)

print("-- circular imports")
write("ring_a.py", "import ring_b\nstart = 1\nfrom ring_b import end\n")
write("ring_b.py", "import ring_a\nseen = hasattr(ring_a, 'start')\nend = 2\n")
import ring_a, ring_b

print(ring_a.end, ring_b.seen, ring_b.ring_a.start)
write("knot_a.py", "from knot_b import two\none = 1\n")
write("knot_b.py", "from knot_a import one\ntwo = 2\n")
try:
    import knot_a
except ImportError as error:
    print(str(error).replace(root, "ROOT"))
print("knot_a" in sys.modules, "knot_b" in sys.modules)
write("self_attr.py", "import self_attr\nself_attr.missing\n")
try:
    import self_attr
except AttributeError as error:
    print(str(error).replace(root, "ROOT"))
write("boom.py", "x = 1\nraise RuntimeError('while loading')\n")
try:
    import boom
except RuntimeError as error:
    print(error, "boom" in sys.modules, [os.path.basename(f.f_code.co_filename) for f in (error.__traceback__.tb_frame, error.__traceback__.tb_next.tb_frame)])

print("-- hooks")


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.startswith("virtual"):
            print("find", name, path)
            return importlib.machinery.ModuleSpec(name, self, origin="nowhere", is_package=name == "virtual")

    def create_module(self, spec):
        print("create", spec.name)
        return None

    def exec_module(self, module):
        print("exec", module.__name__)
        module.answer = len(module.__name__)


sys.meta_path.insert(0, Finder())
import virtual.child

print(virtual.answer, virtual.child.answer, virtual, virtual.child.__spec__)
sys.meta_path.pop(0)


class PathHook:
    def __init__(self, path):
        if not path.startswith("memory:"):
            raise ImportError
        self.path = path

    def find_spec(self, name, target=None):
        if name == "remembered":
            return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        return types.ModuleType(spec.name, "made by hand")

    def exec_module(self, module):
        exec("def hello(): return __name__ + ' from ' + where", vars(module))
        module.where = self.path


sys.path_hooks.append(PathHook)
sys.path.append("memory:store")
import remembered

print(remembered.hello(), remembered.__doc__, "memory:store" in sys.path_importer_cache)

print("-- by hand")
spec = importlib.util.spec_from_file_location("by_hand", public)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.public_function(), "by_hand" in sys.modules, spec.name, spec.origin == public, spec.has_location, spec.loader.get_source("by_hand").count("def"))
print(importlib.import_module(".late", "pack") is pack.late, importlib.util.find_spec("nope"), importlib.util.resolve_name("..x", "a.b.c"))
sys.modules["blocked"] = None
try:
    import blocked
except ImportError as error:
    print(type(error).__name__, error)
lazy = importlib.util.LazyLoader.factory(importlib.machinery.SourceFileLoader)
spec = importlib.util.spec_from_file_location("lazy_one", write("lazy_one.py", "print('now loaded')\nx = 5\n"), loader=lazy("lazy_one", os.path.join(root, "lazy_one.py")))
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print("before")
print(module.x)
print(sys.builtin_module_names[:0], "sys" in sys.builtin_module_names, sys.__spec__.origin, importlib.util.find_spec("sys").origin, type(importlib.__spec__.loader) is type(os.__spec__.loader) or "frozen os")
write("getter.py", "def __getattr__(name):\n    if name == 'dynamic':\n        return 'made on demand'\n    raise AttributeError(f'no {name} here')\ndef __dir__():\n    return ['dynamic']\n")
import getter

print(getter.dynamic, dir(getter))
try:
    getter.other
except AttributeError as error:
    print(error)
try:
    from getter import third
except ImportError as error:
    print(str(error).replace(root, "ROOT"))
