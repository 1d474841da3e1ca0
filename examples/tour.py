"""A tour of the language and its library, in one file and without surprises: the output is always the same."""

import asyncio
import json
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext
from enum import Enum, Flag, auto
from fractions import Fraction
from functools import cache, partial, reduce, singledispatch
from itertools import batched, groupby, islice, pairwise
from string.templatelib import Interpolation


def title(text):
    print(f"\n── {text} {'─' * (60 - len(text))}")


title("numbers")
print(f"2 ** 100      = {2**100:,}")
print(f"1/3 + 1/6     = {Fraction(1, 3) + Fraction(1, 6)}        0.1 + 0.2 = {0.1 + 0.2!r}")
with localcontext(prec=40):
    print(f"√2 (40 digits) = {Decimal(2).sqrt()}")

title("generators")


def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found if p * p <= n):
            found.append(n)
            yield n
        n += 1


print(*islice(primes(), 15))
print([b - a for a, b in pairwise(islice(primes(), 16))])
print(*("".join(row) for row in batched("taipan is python in rust", 6)), sep=" | ")


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(f"fib(90) = {fib(90)}, after {fib.cache_info().misses} calls")

title("classes, enums, pattern matching")


class Suit(Enum):
    SPADES = "♠"
    HEARTS = "♥"


class Access(Flag):
    READ = auto()
    WRITE = auto()


@dataclass(order=True, frozen=True)
class Card:
    rank: int
    suit: Suit = field(compare=False)

    def __str__(self):
        return f"{self.rank}{self.suit.value}"


def describe(value):
    match value:
        case Card(rank=r, suit=Suit.HEARTS) if r > 10:
            return f"a high heart: {value}"
        case Card() as card:
            return f"a card: {card}"
        case [first, *_, last]:
            return f"a sequence from {first} to {last}"
        case {"kind": kind, **rest}:
            return f"a {kind} with {len(rest)} more"
        case int() | float():
            return f"a number: {value}"
        case _:
            return f"something else: {value!r}"


for thing in (Card(12, Suit.HEARTS), Card(3, Suit.SPADES), range(1, 9), {"kind": "tree", "height": 5}, 4.5, Access.READ | Access.WRITE):
    print(describe(thing))
print(max(Card(7, Suit.SPADES), Card(9, Suit.HEARTS)), Access.READ in (Access.READ | Access.WRITE))

title("generics and dispatch")


class Stack[T]:
    def __init__(self, *items: T):
        self.items = deque(items)

    def push(self, item: T) -> "Stack[T]":
        self.items.append(item)
        return self

    def __iter__(self):
        yield from reversed(self.items)


@singledispatch
def size(x):
    return "?"


size.register(list, len)
size.register(str, lambda s: f"{len(s)} letters")
print(*Stack(1, 2).push(3), Stack[int].__args__, size([1, 2]), size("four"), size(None))

title("text")
poem = "the rain in spain stays mainly in the plain"
print(Counter(poem.split()).most_common(2), re.findall(r"\b\w*ain\b", poem))
print({k: list(g) for k, g in groupby(sorted(set(poem.split()), key=lambda w: (len(w), w)), key=len)})
print("İstanbul".casefold().encode(), "ﬁ ß".upper(), f"{'日本':*^10}", f"{3.14159:>8.3f}", f"{255:#06x}")


def shout(template):
    return "".join(part.value.upper() if isinstance(part, Interpolation) else part for part in template)


who = "world"
print(shout(t"hello {who}, this is a template string"))
print(json.dumps({"when": str(date(2024, 2, 28) + timedelta(days=1)), "ok": [True, None, 1.5]}, indent=None))

title("errors")
try:
    try:
        {}["missing"]
    except KeyError as error:
        error.add_note("looked in an empty dict")
        raise ValueError("could not find it") from error
except ValueError as error:
    print(f"{error!r} caused by {error.__cause__!r}: {error.__cause__.__notes__}")
try:
    raise ExceptionGroup("several", [TypeError("a"), OSError("b"), TypeError("c")])
except* TypeError as group:
    print("types:", [str(e) for e in group.exceptions])
except* OSError as group:
    print("system:", group.exceptions)

title("async")


async def fetch(name, delay):
    await asyncio.sleep(delay)
    return f"{name} after {delay}"


async def main():
    async with asyncio.TaskGroup() as tasks:
        jobs = [tasks.create_task(fetch(n, d)) for n, d in [("slow", 0.02), ("quick", 0.01), ("now", 0)]]
    print(*(job.result() for job in jobs), sep=", ")


asyncio.run(main())
compose = partial(reduce, lambda f, g: lambda x: f(g(x)))
print(compose([str, abs, int])("-42"), "— that is all.")
