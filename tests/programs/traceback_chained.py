"""Chained exceptions, causes, contexts, notes, and an exception raised while handling."""

import sys


def convert(text):
    try:
        return int(text)
    except ValueError as error:
        error.add_note(f"while reading {text!r}")
        raise RuntimeError("conversion failed") from error


def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        return convert(key.missing)


def suppressed():
    try:
        1 / 0
    except ZeroDivisionError:
        raise LookupError("suppressed") from None


def cleanup():
    try:
        suppressed()
    except LookupError as error:
        error.add_note("multi\nline note")
        try:
            convert("12x")
        finally:
            print("cleaning", file=sys.stderr)


try:
    lookup({}, "abc")
except AttributeError:
    import traceback

    traceback.print_exc()
print("---", file=sys.stderr)
cleanup()
