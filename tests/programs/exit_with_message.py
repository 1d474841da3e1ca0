"""sys.exit with a message: it goes to stderr and the status is 1; finally blocks and atexit handlers run."""

import atexit
import sys


def cleanup(name, *, punctuation="."):
    print(f"cleanup {name}{punctuation}")


atexit.register(cleanup, "first")
atexit.register(cleanup, "second", punctuation="!")


@atexit.register
def decorated():
    print("decorated handler")


def unregistered():
    print("never shown")


atexit.register(unregistered)
atexit.unregister(unregistered)


def work():
    try:
        with open(__file__) as f:
            print(f.readline().strip())
        sys.exit("leaving: something was wrong")
    except Exception:
        print("SystemExit is not an Exception")
    finally:
        print("finally runs")


work()
print("never")
