"""Reference counts as `sys.getrefcount` shows them, and when objects die."""

import sys
import weakref

a = []
b = a
c = b
print(f"Ref count of [] is {sys.getrefcount(a) - 1}")
del b
print(sys.getrefcount(a) - 1)
del c
print(sys.getrefcount(a) - 1)


class Node:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


n = Node("n")
held = [n, n, {"k": n}, (n,)]
print(sys.getrefcount(n) - 1)
held.clear()
print(sys.getrefcount(n) - 1)
ref = weakref.ref(n)
n = None
print("after None", ref())


def scope():
    local = Node("local")
    count = sys.getrefcount(local)
    return count - 1


print(scope())


def argument(x):
    return sys.getrefcount(x)


m = Node("m")
print(argument(m) > 1, sys.getrefcount(m) - 1)
x = [Node("in list")]
x[0] = Node("replacement")
x.append(x.pop())
del x[:]
d = {"k": Node("value")}
d["k"] = 1
t = (Node("in tuple"), Node("in tuple 2"))
del t
m = Node("second m")
print(sys.getrefcount(None) > 1000, sys.getrefcount(1) > 1000, sys.getrefcount("interned") > 0)
for i in range(2):
    tmp = Node(f"loop {i}")
print("end of loop")
del tmp
try:
    raise ValueError(Node("in exception"))
except ValueError as error:
    print("handling")
print("handled")
f = lambda: Node("from lambda")
f()
Node("expression")
_ = Node("underscore")
[Node(f"comp {i}") for i in range(2)] and print("built")
print("exit")
