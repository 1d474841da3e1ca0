"""Plain functions: returns, defaults, recursion, functions as values."""


def square(n):
    return n * n


def compose(*functions):
    def composed(x):
        for f in reversed(functions):
            x = f(x)
        return x

    return composed


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def nothing():
    pass


def early(n):
    if n < 0:
        return "negative"
    if n == 0:
        return
    return "positive"


print(square(4), compose(square, lambda x: x + 1)(2), factorial(10), ackermann(2, 3), nothing(), early(-1), early(0), early(1))
print([f(3) for f in (square, factorial, str, lambda x: -x)])
table = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b}
for name, f in table.items():
    print(name, f(5, 3))


def apply(f, n, *args):
    for _ in range(n):
        args = (f(*args),)
    return args[0]


print(apply(lambda x: x * 2, 5, 1), apply(square, 3, 2), (lambda: "called")(), (lambda *a, **k: (a, k))(1, b=2))


def swap(a, b):
    return b, a


x, y = swap(1, 2)
print(x, y, swap(*swap("p", "q")))
def one_line(): return "one line"
print(one_line(), one_line.__name__)
count = 0


def bump():
    global count
    count += 1
    return count


print(bump(), bump(), count)
