"""Prints texts and whether CPython's `datetime.fromisoformat` calls them invalid: src/datetime/isoformat.txt."""

import datetime
import random

rand = random.Random(3)
PARTS = "2020 - 01 01 W W01 T 10 20 30 . 123 , 5 + 05 Z : _ 1 -01 -01-01 :20 :30 2020-01-01 20200101 2020-W01-1".split()
PARTS += "T10:20:30 T102030 +05:30 2020W011".split()
DATES = "2020-01-01 20200101 2020-W01-1 2020W011 2020-W01 2020W01".split()


def valid(text):
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError as e:
        return int(not str(e).startswith("Invalid isoformat"))
    return 1


seen = {}
for _ in range(60000):
    text = "".join(rand.choice(PARTS) for _ in range(rand.randint(1, 7)))
    if rand.random() < 0.6:
        text = rand.choice(DATES) + rand.choice(["T", "_", "-", "1", ""])
        text += "".join(rand.choice(PARTS[7:20]) for _ in range(rand.randint(0, 7)))
    seen[text] = valid(text)
for i, (text, answer) in enumerate(seen.items()):
    if i % (3 if answer else 25) == 0:
        print(text, answer, sep="\t")
