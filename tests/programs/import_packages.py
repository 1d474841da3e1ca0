"""Packages beside the program: relative, circular and lazy imports, namespace packages, __all__, reload, errors."""

import importlib
import importlib.util
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/import_packages_data")

import zoo
import zoo.cats.lion as lion
from zoo import helpers, VERSION
from zoo.cats import *
from zoo.cats.tiger import Tiger as T

print(zoo.__name__, zoo.__package__, zoo.__path__ is not None, zoo.__spec__.name, zoo.__file__.rsplit("/", 2)[1:], VERSION)
print(lion.roar(), T().name, sorted(n for n in dir() if n in ("lion_public", "tiger_public", "_hidden")), helpers.__name__, lion.__package__)
print(zoo.loaded, "zoo.lazy" in sys.modules, zoo.lazy.value, "zoo.lazy" in sys.modules)
import circular_a

print(circular_a.get(), circular_a.circular_b.get())
import nspkg.part
import nspkg

print(nspkg.part.x, nspkg.__path__.__class__.__name__, getattr(nspkg, "__file__", None), repr(nspkg).split("from")[0].split("(")[0])
for statement in ["import nope_xyz", "import zoo.nope", "from zoo import nope", "from zoo.cats import nope", "import zoo.helpers.deeper", "from . import x", "from .x import y", "import broken_syntax", "import raises_error", "from zoo.helpers import missing_name", "import circular_c", "from zoo.bad_relative import x", "import zoo.cats.lion.nothing"]:
    try:
        exec(statement, {"__name__": "__main__", "__package__": None})
        print(statement, "ok")
    except Exception as error:
        print(statement, "->", type(error).__name__, str(error).split(" (/")[0].split(" (unknown location)")[0], getattr(error, "name", None))
print("raises_error" in sys.modules, "broken_syntax" in sys.modules)
helpers.counter = 99
again = importlib.reload(helpers)
print(again is helpers, helpers.counter, importlib.import_module("..helpers", "zoo.cats") is helpers, importlib.import_module("zoo.cats") is sys.modules["zoo.cats"])
for bad in [lambda: importlib.import_module(".x"), lambda: importlib.import_module("...x", "zoo"), lambda: importlib.reload(5), lambda: importlib.import_module("")]:
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
del sys.modules["zoo.helpers"]
import zoo.helpers as fresh

print(fresh is helpers, zoo.helpers is fresh)
sys.modules["blocked"] = None
try:
    import blocked
except ImportError as error:
    print(type(error).__name__, error)
sys.modules["fake"] = type("Fake", (), {"attr": 5})()
from fake import attr

print(attr)
print(importlib.util.find_spec("zoo.cats.tiger").name, importlib.util.find_spec("nope_abc"), importlib.util.find_spec("zoo").submodule_search_locations is not None)
spec = importlib.util.spec_from_loader("made", loader=None)
module = importlib.util.module_from_spec(spec)
exec("z = 1", module.__dict__)
print(module.z, module.__name__)


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.startswith("virtual_"):
            return importlib.util.spec_from_loader(name, Loader())


class Loader:
    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.origin = f"made for {module.__name__}"


sys.meta_path.append(Finder)
import virtual_thing

print(virtual_thing.origin, virtual_thing)
import pkgutil
import importlib.resources

print([m.name for m in pkgutil.iter_modules(zoo.__path__)], [m.name for m in pkgutil.walk_packages(zoo.__path__, "zoo.")], pkgutil.get_data("zoo", "data.txt"), importlib.resources.files("zoo").joinpath("data.txt").read_text())
import zoo as renamed, os.path as osp

print(renamed is zoo, osp is __import__("os").path, __import__("zoo.cats"), __import__("zoo.cats", fromlist=["x"]).__name__, __import__("cats", {"__package__": "zoo"}, None, ["tiger"], 1).__name__)
