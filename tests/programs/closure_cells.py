"""Closures: cells, nonlocal, late binding, free variables, empty cells."""


def counter(start=0):
    count = start

    def step(by=1):
        nonlocal count
        count += by
        return count

    def reset():
        nonlocal count
        count = start

    return step, reset


step, reset = counter(5)
print(step(), step(2), step(), reset(), step())
print(step.__closure__[0].cell_contents, step.__code__.co_freevars, counter.__code__.co_cellvars, reset.__code__.co_freevars)
late = [lambda: i for i in range(3)]
early = [lambda i=i: i for i in range(3)]
print([f() for f in late], [f() for f in early])


def nested():
    a = 1

    def f():
        b = 2

        def g():
            c = 3

            def h():
                nonlocal a, b
                a += 10
                b += 20
                return a + b + c

            return h

        return g()

    return f()


h = nested()
print(h(), h(), [cell.cell_contents for cell in h.__closure__], h.__code__.co_freevars)


def unset():
    def inner():
        return value

    try:
        inner()
    except NameError as error:
        print(type(error).__name__, error)
    value = 1
    print(inner())
    del value
    try:
        inner()
    except NameError as error:
        print(error)
    try:
        inner.__closure__[0].cell_contents
    except ValueError as error:
        print(error)


unset()


def local_before():
    try:
        print(x)
    except UnboundLocalError as error:
        print(error)
    x = 1
    del x
    try:
        x
    except UnboundLocalError as error:
        print(error)


local_before()
import types

cell = types.CellType(5)
print(cell.cell_contents, cell == types.CellType(5), cell < types.CellType(6), types.CellType() == types.CellType())
cell.cell_contents = "new"
print(cell.cell_contents)
del cell.cell_contents
try:
    cell.cell_contents
except ValueError as error:
    print(error)
step.__closure__[0].cell_contents = 100
print(step())


class C:
    x = "class"

    def method(self):
        return __class__.__name__

    values = [1 for _ in range(2)]

    def comp(self):
        return [__class__ for _ in range(1)][0].x


print(C().method(), C.values, C().comp())
x = "global"


def shadow():
    x = "function"

    class D:
        y = x
        x = "class"
        z = x

        def get(self):
            return x

    return D.y, D.z, D().get()


try:
    print(shadow())
except NameError as error:
    print(error)
made = types.FunctionType(step.__code__, globals(), "made", (3,), (types.CellType(1),))
print(made(), made.__name__, made(10))
for bad in [(), (1,), (types.CellType(1),) * 2, None]:
    try:
        types.FunctionType(step.__code__, globals(), "bad", None, bad)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
