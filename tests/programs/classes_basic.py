"""Classes: attributes, methods, inheritance, class and static methods, special attributes."""


class Animal:
    """An animal."""

    kingdom = "animalia"
    count = 0

    def __init__(self, name, sound="..."):
        self.name = name
        self.sound = sound
        Animal.count += 1

    def speak(self):
        return f"{self.name} says {self.sound}"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"

    @classmethod
    def make(cls, *args):
        return cls(*args)

    @staticmethod
    def add(a, b):
        return a + b

    @property
    def loud(self):
        return self.sound.upper()

    @loud.setter
    def loud(self, value):
        self.sound = value.lower()

    @loud.deleter
    def loud(self):
        self.sound = ""


class Dog(Animal):
    def __init__(self, name):
        super().__init__(name, "woof")

    def speak(self):
        return super().speak() + "!"


a, d = Animal("cat", "meow"), Dog.make("rex")
print(a, d, a.speak(), d.speak(), Animal.count, Dog.count, Animal.add(1, 2), d.add(3, 4))
d.loud = "WOW"
print(d.loud, d.sound)
del d.loud
print(repr(d.sound), isinstance(d, Animal), issubclass(Dog, Animal), issubclass(Animal, Dog), Dog.__mro__, Dog.__bases__, Dog.__base__, Animal.__subclasses__())
print(Animal.__name__, Animal.__qualname__, Animal.__module__, Animal.__doc__, Dog.__doc__, a.__class__, a.__dict__, sorted(Dog.__dict__), Animal.__dict__["kingdom"], type(Animal.__dict__).__name__)
d.kingdom = "own"
Animal.kingdom = "changed"
print(a.kingdom, d.kingdom, Dog.kingdom)
del d.kingdom
print(d.kingdom, hasattr(d, "nope"), getattr(d, "nope", "default"), vars(d))
setattr(d, "age", 3)
print(d.age, "age" in dir(d), delattr(d, "age"), hasattr(d, "age"))
bound = d.speak
print(bound(), bound.__self__ is d, bound.__func__ is Dog.speak, Dog.speak(d), bound == d.speak, bound is d.speak, hash(bound) == hash(d.speak), bound.__name__, bound.__qualname__)
for source in ["a.nope", "a.nope = 1; a.nope", "del a.nope; a.nope", "Animal.nope", "del a.kingdom", "Animal()", "a()", "a + 1", "a[0]", "len(a)", "a < a", "for x in a: pass", "Animal.speak()", "super().x", "a.loud = 5", "a.__class__ = 5", "a.__class__ = int", "a.__dict__ = 5", "Animal.__name__ = 5", "del Animal.__name__", "int.x = 1", "object().x = 1", "with a: pass"]:
    try:
        exec(source)
        print(source, "ok")
    except Exception as error:
        print(source, "->", type(error).__name__, error)
a.__class__ = Dog
print(a, a.speak())
a.__dict__ = {"name": "new", "sound": "s"}
print(a, a.__dict__)


class Outer:
    class Inner:
        def f(self):
            pass

    def g(self):
        def local():
            pass

        return local


print(Outer.Inner.__qualname__, Outer.Inner.f.__qualname__, Outer().g().__qualname__, Outer.Inner().f.__func__)
Animal.shout = lambda self: self.speak().upper()
print(d.shout(), Animal.shout.__name__)
Empty = type("Empty", (Animal,), {"x": 1, "__doc__": "made"})
print(Empty, Empty.x, Empty.__doc__, Empty("e", "q").speak(), Empty.__module__, type(Empty), Empty.__firstlineno__ if hasattr(Empty, "__firstlineno__") else None, Animal.__firstlineno__, Animal.__static_attributes__)
