"""Importing a file with a syntax error ends in a SyntaxError with the file's line."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/import_packages_data")
print("before")


def load():
    import broken_syntax

    return broken_syntax


load()
