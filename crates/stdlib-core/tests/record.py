"""Records what CPython makes of expressions, for tests/expressions.rs.

    python3.14 -W ignore tests/record.py > tests/expressions.txt

Each line of tests/expressions/*.py is an expression, or `name = expression`, over the types of builtins and the modules `math`, `cmath` and
`_codecs`; `# …` is a comment. A line of the output is the expression, a tab, and the `repr` of the value or `!! Type: text` of the exception
(both through `ascii`); an assignment has no outcome.
"""

import glob
import os
import re

import _codecs, cmath, math


def outcome(expression, names):
    try:
        value = eval(expression, names)
        text = repr(value)
    except BaseException as error:
        text = f"!! {type(error).__name__}: {error}"
    return ascii(re.sub(r"\bat 0x[0-9a-f]+", "at ADDRESS", text))[1:-1].replace("\t", " ")


def main():
    names = {m.__name__: m for m in (_codecs, cmath, math)}
    for file in sorted(glob.glob(os.path.join(os.path.dirname(__file__), "expressions", "*.py"))):
        for line in open(file, encoding="utf-8"):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            assigned = re.match(r"(\w+) = ", line)
            if assigned:
                exec(line, names)
                print(line)
            else:
                print(line, outcome(line, names), sep="\t")


main()
