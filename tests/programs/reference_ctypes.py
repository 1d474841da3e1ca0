"""Reference, the memory of an object seen from outside: the reference count and the type through `ctypes`."""

import ctypes
import sys


def count(thing):
    return ctypes.c_ssize_t.from_address(id(thing)).value & 0xFFFFFFFF


x = [1, 2, 3]
print(count(x), sys.getrefcount(x) - 1)
y = x
print(count(x))
del y
print(count(x))
print(ctypes.c_void_p.from_address(id(x) + 8).value == id(list))
print(ctypes.c_ssize_t.from_address(id(x) + 16).value, ctypes.c_double.from_address(id(2.5) + 16).value)
print(ctypes.cast(id(x), ctypes.py_object).value is x)
libc = ctypes.CDLL(None)
libc.strlen.argtypes = [ctypes.c_char_p]
libc.strlen.restype = ctypes.c_size_t
print(libc.strlen(b"hello"), libc.abs(-5))


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]


p = Point(1, 2.5)
print(p.x, p.y, ctypes.sizeof(Point), bytes(p)[:4], Point.y.offset)
numbers = (ctypes.c_int * 4)(3, 1, 2, 0)
compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
libc.qsort(numbers, 4, 4, compare(lambda a, b: a[0] - b[0]))
print(list(numbers))
print(ctypes.pythonapi.Py_IncRef is not None, ctypes.py_object(x).value is x)
