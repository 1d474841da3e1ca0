"""copy in depth: recursive structures, hooks, slots, dict subclasses, memo, immutables."""

import copy


class Node:
    def __init__(self, value, *children):
        self.value, self.children, self.parent = value, list(children), None
        for child in children:
            child.parent = self

    def __repr__(self):
        return f"Node({self.value}, {self.children})"


tree = Node(1, Node(2), Node(3, Node(4)))
dup = copy.deepcopy(tree)
print(dup, dup.children[1].parent is dup, dup.children[0].parent is tree)
dup.children[1].children[0].value = 99
print(tree, dup, copy.copy(tree).children is tree.children)


class Hooks:
    def __init__(self, log):
        self.log = log

    def __copy__(self):
        self.log.append("copy")
        return self

    def __deepcopy__(self, memo):
        self.log.append(f"deepcopy {type(memo).__name__}")
        return Hooks([])


h = Hooks([])
copy.copy(h), copy.deepcopy([h, h])
print(h.log)


class D(dict):
    pass


class L(list):
    def __init__(self, *a):
        super().__init__(*a)
        self.extra = "e"


d, l = D(a=[1]), L([1, [2]])
d.attr = [5]
d2, l2 = copy.deepcopy(d), copy.deepcopy(l)
print(type(d2).__name__, d2, d2.attr, d2.attr is d.attr, type(l2).__name__, l2, l2.extra, l2[1] is l[1])


class S:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = [1]


s = copy.deepcopy(S())
print(s.a, hasattr(s, "b"))
for immutable in [1, "s", (1, 2), None, ..., frozenset([1]), len, int, range(3), b"x", 1.5, 2j, slice(1)]:
    assert copy.copy(immutable) is immutable, immutable
shared = [0]
pair = copy.deepcopy({"x": shared, "y": shared})
print(pair["x"] is pair["y"], copy.deepcopy((shared, shared))[0] is not shared)
rec = {}
rec["me"] = rec
r2 = copy.deepcopy(rec)
print(r2["me"] is r2, r2 is rec)
t = ([],)
t[0].append(t)
t2 = copy.deepcopy(t)
print(t2[0][0] is t2, copy.deepcopy({1, 2}), copy.deepcopy(bytearray(b"x")), copy.copy({1: [2]}), copy.deepcopy(tree.__init__).__self__ is not tree)
memo = {}
a = [1]
b = copy.deepcopy(a, memo)
print(memo[id(a)] is b, copy.deepcopy(a, memo) is b)


class Args:
    def __new__(cls, x):
        self = super().__new__(cls)
        self.x = x
        return self

    def __getnewargs__(self):
        return (self.x,)


class State:
    def __getstate__(self):
        return {"only": 1}


class Reduce:
    def __reduce_ex__(self, protocol):
        return "Reduce"


class Bad:
    def __reduce_ex__(self, protocol):
        return 5


print(copy.copy(Args(3)).x, vars(copy.copy(State())), isinstance(copy.copy(Reduce()), Reduce))
for bad in [Bad(), (i for i in ()), __import__("threading").Lock()]:
    try:
        copy.deepcopy(bad)
        print("copied", type(bad).__name__)
    except Exception as error:
        print(type(error).__name__, error)
print(copy.Error, copy.copy(copy) is copy if False else "module", copy.replace(__import__("types").SimpleNamespace(a=1), a=2))
