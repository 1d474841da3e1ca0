"""for/while with else, break and continue in nested try/finally, range loops, match-free branching."""


def search(items, wanted):
    for index, item in enumerate(items):
        if item == wanted:
            result = index
            break
    else:
        result = None
    return result


print(search("abc", "b"), search("abc", "z"), search([], 1))


def flow():
    log = []
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            log.append(i)
        except ValueError:
            log.append("never")
        else:
            log.append("else")
        finally:
            log.append(f"finally {i}")
    else:
        log.append("loop else")
    return log


print(flow())


def return_in_finally():
    for i in range(3):
        try:
            return i
        finally:
            if i == 0:
                print("leaving", i)


print(return_in_finally())


def nested_finally(log):
    try:
        try:
            log.append(1)
            raise KeyError("k")
        finally:
            log.append(2)
            try:
                log.append(3)
            finally:
                log.append(4)
    except KeyError as error:
        log.append(error.args)
    finally:
        log.append(5)
    return log


print(nested_finally([]))


def while_else(n):
    while n:
        n -= 1
        if n == 10:
            break
        if n % 2:
            continue
    else:
        return "else"
    return "broke"


print(while_else(5), while_else(20), while_else(0))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n


print(list(Countdown(3)), sum(Countdown(5)), [x for x in Countdown(2)], 2 in Countdown(4))


class OldStyle:
    def __getitem__(self, index):
        if index >= 3:
            raise IndexError(index)
        return index * index


print(list(OldStyle()), 4 in OldStyle(), max(OldStyle()), tuple(reversed(range(3))))
for x in []:
    pass
else:
    print("empty else")
for i in range(3):
    for j in range(3):
        if j == 2:
            break
        if i == j:
            continue
        print(i, j, end=" ")
    else:
        print("never")
print()


def primes(limit):
    found = []
    for n in range(2, limit):
        for p in found:
            if p * p > n:
                found.append(n)
                break
            if n % p == 0:
                break
        else:
            found.append(n)
    return found


print(primes(60))
a, b = 0, 1
while a < 100:
    print(a, end=" ")
    a, b = b, a + b
print()
for text in ("fizz" * (not i % 3) + "buzz" * (not i % 5) or str(i) for i in range(1, 16)):
    print(text, end=" ")
print()
for bad in (5, None, object):
    try:
        for _ in bad:
            pass
    except TypeError as error:
        print(error)
chain = 1 < 2 < 3 != 2 == 2 in [2] is not None
print(chain, 1 < 3 > 2, 3 > 2 > 2, (1 < 2) == True, 1 == 1.0 is not None if False else "")
if 0:
    print("no")
elif "":
    print("no")
elif []:
    print("no")
else:
    print("else branch")
print("a" if [] else "b" if {} else "c", not [] and "x", [] or {} or "z")
assert True, "not shown"
try:
    assert 1 > 2, f"message {1 + 1}"
except AssertionError as error:
    print(repr(error))
try:
    assert ()
except AssertionError as error:
    print(repr(error))
