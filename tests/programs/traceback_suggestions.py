"""Suggestions: misspelled names, attributes, imports, keyword arguments."""

import traceback


class Thing:
    colour = 1
    length = 2

    def __init__(self):
        self.name = "n"

    def method(self):
        return name

    def use(self):
        return lenght


def show(source, space=None):
    try:
        exec(source, space if space is not None else {"Thing": Thing, "thing": Thing(), "value_one": 1})
    except Exception as error:
        print(traceback.format_exception_only(error)[-1].strip())


for source in ["Thing.color", "thing.nmae", "thing.xyz", "thing.methd()", "valeu_one", "prnt(1)", "Thing().method()", "thing.use()", "[].apend", "'a'.uper()", "{}.keyz()", "import colections", "from collections import OrderdDict", "import math; math.sqr", "from math import sqroot", "thing._name", "sys.path", "len.__nam__", "none", "true", "int.frm_bytes", "re.compile", "(1).rael", "import os; os.pth", "thing.colour = 1; thing.colur", "import os.nope", "from . import x", "import nope_module_xyz", "from os import nope", "sorted([], kye=1)", "int(bas=2)", "Thing.meth", "print(1, 2, sepp='')", "thing.lengthh", "x = [1]; x.push(2)", "x = {}; x.add(1)", "foo: int = fooo"]:
    print(source, "->", end=" ")
    show(source)


def local_suggestion():
    counter = 1
    return countr


def fun(first, second):
    pass


for function in [local_suggestion, lambda: fun(frist=1, second=2), lambda: Thing(nmae=1)]:
    try:
        function()
    except Exception as error:
        print(traceback.format_exception_only(error)[-1].strip())


class WithSlots:
    __slots__ = ("alpha", "beta")


class WithGetattr:
    known = 1

    def __getattr__(self, name):
        raise AttributeError(f"no {name} here")


class Exact:
    def __getattr__(self, name):
        raise AttributeError(f"no {name} here", name=name, obj=self)

    known = 1


for expression in ["WithSlots().alpa", "WithGetattr().knwn", "Exact().knwn"]:
    try:
        eval(expression)
    except AttributeError as error:
        print(traceback.format_exception_only(error)[-1].strip())
local_suggestion()
