"""A few simple classes: instances, methods, inheritance, str and repr, equality."""


class Shape:
    def __init__(self, name):
        self.name = name

    def area(self):
        return 0

    def __str__(self):
        return f"{self.name} with area {self.area():.2f}"


class Circle(Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return 3.14159 * self.radius**2


class Rectangle(Shape):
    def __init__(self, w, h):
        Shape.__init__(self, "rectangle")
        self.w, self.h = w, h

    def area(self):
        return self.w * self.h

    def __eq__(self, other):
        return isinstance(other, Rectangle) and (self.w, self.h) == (other.w, other.h)

    def __repr__(self):
        return f"Rectangle({self.w}, {self.h})"

    def __lt__(self, other):
        return self.area() < other.area()


class Square(Rectangle):
    def __init__(self, side):
        super().__init__(side, side)
        self.name = "square"


shapes = [Circle(1), Rectangle(2, 3), Square(2), Shape("nothing")]
for shape in shapes:
    print(shape)
print(Rectangle(2, 2) == Square(2), Rectangle(1, 2) != Rectangle(2, 1), sorted([Rectangle(5, 5), Rectangle(1, 1), Square(2)]), max(shapes, key=Shape.area).name)


class Stack:
    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)
        return self

    def pop(self):
        if not self._items:
            raise IndexError("pop from empty stack")
        return self._items.pop()

    def __len__(self):
        return len(self._items)

    def __iter__(self):
        return iter(self._items[::-1])

    def __contains__(self, item):
        return item in self._items

    def __getitem__(self, i):
        return self._items[-1 - i]


s = Stack().push(1).push("two").push(3.0)
print(len(s), list(s), s.pop(), "two" in s, s[0], bool(s), [*s])
try:
    Stack().pop()
except IndexError as error:
    print("error:", error)


class Counter:
    total = 0

    def __init__(self):
        type(self).total += 1
        self.id = Counter.total

    def __call__(self, x):
        return x + self.id


a, b = Counter(), Counter()
print(a.id, b.id, Counter.total, a(10), b(10), callable(a), isinstance(a, Counter), type(a).__name__)
a.new = 5
print(a.__dict__, hasattr(b, "new"), getattr(b, "new", "none"))
