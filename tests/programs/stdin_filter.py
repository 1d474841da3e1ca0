"""Reads standard input in several ways: input(), iteration, read; prints a report."""

import sys

print(input("prompt> "))
print(repr(sys.stdin.readline()))
for number, line in enumerate(sys.stdin, 3):
    print(number, repr(line), len(line.split()))
    if number == 4:
        break
print(repr(sys.stdin.read()), repr(sys.stdin.read()), repr(sys.stdin.readline()))
try:
    input()
except EOFError as error:
    print("EOF:", error)
print(sys.stdin.isatty(), sys.stdin.readable(), sys.stdin.fileno(), sys.stdin.encoding, sys.stdin.closed, type(sys.stdin.buffer).__name__)
print("to stderr", file=sys.stderr)
sys.stdout.write("written ")
sys.stdout.writelines(["a", "b", "\n"])
print(sys.stdout.write("12345\n"))
sys.stdout.buffer.write(b"raw bytes\n") if sys.stdout.flush() is None else None
sys.stdout.flush()
print("unicode: é 日本 😀")
sys.stderr.write("another line\n")
