"""Records what CPython makes of expressions, for tests/expressions.rs.

    python3.14 tests/record.py > tests/expressions.txt

Each line of tests/expressions/*.py is an expression, or `name = expression`, over the native modules and the types of builtins; `# …` is
a comment, and `name = re.compile(pattern, flags)` becomes a call of `_sre.compile`. A line of the output is the expression, a tab, and
the `repr` of the value or `!! Type: text` of the exception (both through `ascii`); an assignment has no outcome.
"""

import ast
import glob
import os
import re
import warnings
from re import _compiler, _parser

import _csv, _json, _locale, _sre, _string, _struct, binascii, unicodedata

warnings.simplefilter("ignore")


def compile_call(pattern, flags=0):
    p = _parser.parse(pattern, flags)
    code = _compiler._code(p, flags)
    names = [None] * p.state.groups
    for name, index in p.state.groupdict.items():
        names[index] = name
    return (
        f"_sre.compile({pattern!a}, {flags | p.state.flags}, {[int(word) for word in code]}, {p.state.groups - 1}, "
        f"{p.state.groupdict!a}, {tuple(names)!a})"
    )


def outcome(expression, names):
    try:
        value = eval(expression, names)
        text = repr(value)
    except BaseException as error:
        text = f"!! {type(error).__name__}: {error}"
    return ascii(re.sub(r"\bat 0x[0-9a-f]+", "at ADDRESS", text))[1:-1].replace("\t", " ")


def main():
    names = {m.__name__: m for m in (_csv, _json, _locale, _sre, _string, _struct, binascii, unicodedata)}
    for file in sorted(glob.glob(os.path.join(os.path.dirname(__file__), "expressions", "*.py"))):
        for line in open(file, encoding="utf-8"):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            made = re.fullmatch(r"(\w+) = re\.compile\((.*)\)", line)
            if made:
                line = f"{made[1]} = {compile_call(*ast.literal_eval(f'({made[2]},)'))}"
            assigned = re.match(r"(\w+) = ", line)
            if assigned:
                exec(line, names)
                print(line)
            else:
                print(line, outcome(line, names), sep="\t")


main()
