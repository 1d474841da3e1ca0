"""Small closure patterns: counters, accumulators, memoization, callbacks, private state, currying."""


def make_counter(start=0, step=1):
    value = start - step

    def counter():
        nonlocal value
        value += step
        return value

    counter.reset = lambda: None
    return counter


a, b = make_counter(), make_counter(10, 5)
print(a(), a(), b(), a(), b(), b())


def account(balance):
    def deposit(x):
        nonlocal balance
        balance += x
        return balance

    def withdraw(x):
        nonlocal balance
        if x > balance:
            return "insufficient"
        balance -= x
        return balance

    return {"deposit": deposit, "withdraw": withdraw, "peek": lambda: balance}


acc = account(100)
print(acc["deposit"](50), acc["withdraw"](500), acc["withdraw"](20), acc["peek"]())


def memo(f):
    cache = {}

    def inner(n):
        if n not in cache:
            cache[n] = f(n)
        return cache[n]

    inner.cache = cache
    return inner


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(40), len(fib.cache))


def curry(f, n, *args):
    return f(*args) if n == 0 else lambda x: curry(f, n - 1, *args, x)


print(curry(lambda a, b, c: a * 100 + b * 10 + c, 3)(1)(2)(3))
handlers = []
for name in ("one", "two"):
    def handler(event, name=name):
        return f"{name}: {event}"
    handlers.append(handler)
print([h("click") for h in handlers])


def deep():
    x = "x"

    def one():
        y = "y"

        def two():
            nonlocal x, y
            x += "2"
            y += "2"
            return lambda: (x, y)

        return two

    return one()()


print(deep()())


def gen_closure():
    total = 0
    for i in range(3):
        def add(k, i=i):
            nonlocal total
            total += i * k
            return total
        yield add


print([f(10) for f in gen_closure()])


def conditional(flag):
    if flag:
        value = "set"
    return lambda: value


print(conditional(True)())
try:
    conditional(False)()
except NameError as error:
    print(error)


class Button:
    def __init__(self):
        self.callbacks = []

    def on(self, f):
        self.callbacks.append(f)
        return f

    def click(self):
        return [f(self) for f in self.callbacks]


button = Button()


@button.on
def pressed(source):
    return source is button


button.on(lambda source, count=make_counter(): count())
print(button.click(), button.click())
compose = lambda f, g: lambda x: f(g(x))
print(compose(str, lambda v: v + 1)(4), (lambda x: (lambda y: x - y))(10)(3), [f() for f in [lambda n=n: n * n for n in range(4)]])
