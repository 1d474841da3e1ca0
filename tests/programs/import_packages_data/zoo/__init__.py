VERSION = "1.0"
loaded = ["zoo"]
from . import helpers


def __getattr__(name):
    if name == "lazy":
        import importlib

        return importlib.import_module("zoo.lazy")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
