"""Data structures written out: linked list, binary search tree, trie, min-heap, LRU cache, matrix, interval set."""


class Node:
    __slots__ = ("value", "next")

    def __init__(self, value, next=None):
        self.value, self.next = value, next


class LinkedList:
    def __init__(self, items=()):
        self.head = None
        for item in reversed(list(items)):
            self.head = Node(item, self.head)

    def __iter__(self):
        node = self.head
        while node:
            yield node.value
            node = node.next

    def reverse(self):
        previous, node = None, self.head
        while node:
            node.next, previous, node = previous, node, node.next
        self.head = previous
        return self

    def __repr__(self):
        return " -> ".join(map(repr, self)) or "empty"


class Tree:
    def __init__(self, key):
        self.key, self.left, self.right = key, None, None

    def insert(self, key):
        side = "left" if key < self.key else "right"
        child = getattr(self, side)
        if child is None:
            setattr(self, side, Tree(key))
        else:
            child.insert(key)
        return self

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.key
        if self.right:
            yield from self.right

    def __contains__(self, key):
        node = self
        while node and node.key != key:
            node = node.left if key < node.key else node.right
        return node is not None

    @property
    def height(self):
        return 1 + max((c.height for c in (self.left, self.right) if c), default=0)


class Trie(dict):
    END = object()

    def add(self, word):
        node = self
        for ch in word:
            node = node.setdefault(ch, Trie())
        node[self.END] = True

    def words(self, prefix=""):
        for ch, child in sorted((k, v) for k, v in self.items() if k is not self.END):
            yield from child.words(prefix + ch)
        if self.END in self:
            yield prefix

    def starting(self, prefix):
        node = self
        for ch in prefix:
            if ch not in node:
                return []
            node = node[ch]
        return sorted(node.words(prefix))


class LRU:
    def __init__(self, size):
        self.size, self.data = size, {}

    def get(self, key, default=None):
        if key in self.data:
            self.data[key] = self.data.pop(key)
            return self.data[key]
        return default

    def put(self, key, value):
        self.data.pop(key, None)
        self.data[key] = value
        while len(self.data) > self.size:
            del self.data[next(iter(self.data))]


class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]

    def __matmul__(self, other):
        columns = list(zip(*other.rows))
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in columns] for r in self.rows])

    def __pow__(self, n):
        result = Matrix([[int(i == j) for j in range(len(self.rows))] for i in range(len(self.rows))])
        base = self
        while n:
            if n & 1:
                result = result @ base
            base, n = base @ base, n >> 1
        return result

    def det(self):
        if len(self.rows) == 1:
            return self.rows[0][0]
        return sum((-1) ** j * v * Matrix([r[:j] + r[j + 1 :] for r in self.rows[1:]]).det() for j, v in enumerate(self.rows[0]))

    def __repr__(self):
        return f"Matrix({self.rows})"


l = LinkedList("abc")
print(l, l.reverse(), LinkedList(), list(l))
t = Tree(50)
for k in [30, 70, 20, 40, 60, 80, 10]:
    t.insert(k)
print(list(t), t.height, 40 in t, 45 in t, max(t), sum(t))
trie = Trie()
for w in "car card care cat dog do".split():
    trie.add(w)
print(list(trie.words()), trie.starting("car"), trie.starting("x"))
c = LRU(2)
c.put("a", 1), c.put("b", 2), c.get("a"), c.put("c", 3)
print(c.data, c.get("b", "gone"))
m = Matrix([[1, 1], [1, 0]])
print(m**10, m @ Matrix([[2], [3]]), Matrix([[2, 0, 1], [1, 3, 2], [1, 1, 4]]).det(), (m**90).rows[0][1])
deep = Tree(0)
for i in range(1, 300):
    deep.insert(i)
print(sum(1 for _ in deep), deep.height)
