"""The simplest programs first: printing, arithmetic, names, a loop, a function."""

print("hello")
print("a", 1, 2.5, None, True, sep="|", end="!\n")
x = 3
y = 4
print(x + y, x - y, x * y, x / y, x // y, x % y, x ** y, -x, +y, ~x)
print(x < y, x <= y, x == y, x != y, x > y, x >= y)
print(x and y, x or y, not x)


def add(a, b=10):
    return a + b


print(add(1), add(1, 2), add(b=3, a=4))
total = 0
for i in range(10):
    if i % 2:
        continue
    if i > 7:
        break
    total += i
else:
    print("not printed")
print(total)
while total > 0:
    total -= 6
else:
    print("done", total)
words = ["one", "two", "three"]
words.append("four")
print(words, len(words), words[-1], words[1:3])
table = {"a": 1, "b": 2}
table["c"] = 3
print(table, list(table), "a" in table, table.get("z"))
print({1, 2, 3} & {2, 3, 4}, (1, 2) + (3,))
print("%s is %d years" % ("he", 5), f"{x}{y!r}{'s'!r}", "abc".upper())
a, *b = 1, 2, 3
print(a, b)
print([n * n for n in range(5)], {n: n for n in range(2)}, {n % 2 for n in range(4)}, sum(n for n in range(5)))
