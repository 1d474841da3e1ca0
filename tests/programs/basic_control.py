"""if, while, for, break, continue, else, pass, nested loops, match."""

for n in range(-1, 4):
    if n < 0:
        kind = "negative"
    elif n == 0:
        kind = "zero"
    elif n % 2:
        kind = "odd"
    else:
        kind = "even"
    print(n, kind)
i = 0
while True:
    i += 1
    if i == 2:
        continue
    if i > 4:
        break
    print("i", i)
for x in range(2):
    for y in range(2):
        print(x, y, x ^ y)
for letter in "abc":
    if letter == "z":
        break
else:
    print("no z")
n = 10
while n:
    n -= 3
    if n < 0:
        print("below zero")
        break
else:
    print("exactly zero")


def command(words):
    match words.split():
        case ["go", ("north" | "south") as where]:
            return f"going {where}"
        case ["take", *things]:
            return f"taking {things}"
        case []:
            return "nothing"
        case [word]:
            return f"just {word}"
        case _:
            return "what?"


for words in ["go north", "go up", "take a b", "", "look"]:
    print(command(words))
print("yes" if i > 3 else "no", [c for c in "hello" if c != "l"], i and "and", 0 or "or", not i)
pass
if True: print("same line")
values = iter(range(3))
for v in values:
    print(v, next(values, "end"))
numbers = [4, 8, 15, 16, 23, 42]
print([n for n in numbers if n % 2 == 0], any(n > 40 for n in numbers), all(n > 3 for n in numbers))
lo, hi = 0, len(numbers) - 1
while lo <= hi:
    mid = (lo + hi) // 2
    if numbers[mid] == 23:
        print("found at", mid)
        break
    elif numbers[mid] < 23:
        lo = mid + 1
    else:
        hi = mid - 1
for row in range(1, 4):
    print(" ".join(str(row * col).rjust(2) for col in range(1, 6)))
