"""Class machinery at work: a plug-in registry, typed fields, an ORM-like metaclass, visitors, mixins."""


class Field:
    order = 0

    def __init__(self, kind, default=None):
        self.kind, self.default = kind, default
        Field.order += 1
        self.order = Field.order

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, owner=None):
        return self if obj is None else obj.__dict__.get(self.name, self.default)

    def __set__(self, obj, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{type(obj).__name__}.{self.name}: expected {self.kind.__name__}, got {type(value).__name__}")
        obj.__dict__[self.name] = value


class ModelMeta(type):
    tables = {}

    def __new__(mcs, name, bases, ns, table=None):
        cls = super().__new__(mcs, name, bases, ns)
        inherited = [f for b in bases for f in getattr(b, "fields", [])]
        cls.fields = inherited + sorted((v for v in ns.values() if isinstance(v, Field)), key=lambda f: f.order)
        cls.table = table or name.lower()
        mcs.tables[cls.table] = cls
        return cls

    def __repr__(cls):
        return f"<model {cls.__name__}>"

    def __iter__(cls):
        return iter(f.name for f in cls.fields)

    def __contains__(cls, name):
        return name in list(cls)


class Model(metaclass=ModelMeta):
    id = Field(int, 0)

    def __init__(self, **values):
        for name, value in values.items():
            if name not in type(self):
                raise AttributeError(f"no field {name!r}")
            setattr(self, name, value)

    def sql(self):
        names = list(type(self))
        return f"INSERT INTO {self.table} ({', '.join(names)}) VALUES ({', '.join(repr(getattr(self, n)) for n in names)})"


class User(Model, table="users"):
    name = Field(str, "?")
    age = Field(int)


class Admin(User):
    level = Field(int, 1)


print(User, list(Admin), ModelMeta.tables, "age" in User, User.name is User.fields[1])
u = Admin(name="ann", age=40, level=3)
print(u.sql(), User().sql(), vars(u))
for action in (lambda: User(age="x"), lambda: User(nope=1), lambda: setattr(u, "name", 5)):
    try:
        action()
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)


class Shape:
    registry = {}

    def __init_subclass__(cls, /, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Shape.registry[key or cls.__name__] = cls

    @classmethod
    def make(cls, key, *args):
        return cls.registry[key](*args)


class Sq(Shape, key="square"):
    def __init__(self, a):
        self.a = a

    def area(self):
        return self.a**2


class Ci(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return 3 * self.r**2


print(Shape.registry, Shape.make("square", 4).area(), Shape.make("Ci", 2).area())


class Num:
    def __init__(self, v):
        self.v = v


class Bin:
    def __init__(self, op, a, b):
        self.op, self.a, self.b = op, a, b


class Visitor:
    def visit(self, node):
        return getattr(self, f"visit_{type(node).__name__}", self.generic)(node)

    def generic(self, node):
        raise NotImplementedError(type(node).__name__)


class Eval(Visitor):
    def visit_Num(self, n):
        return n.v

    def visit_Bin(self, n):
        a, b = self.visit(n.a), self.visit(n.b)
        return {"+": a + b, "*": a * b, "-": a - b}[n.op]


class Show(Visitor):
    def visit_Num(self, n):
        return str(n.v)

    def visit_Bin(self, n):
        return f"({self.visit(n.a)} {n.op} {self.visit(n.b)})"


tree = Bin("+", Num(2), Bin("*", Num(3), Bin("-", Num(10), Num(4))))
print(Show().visit(tree), "=", Eval().visit(tree))
try:
    Eval().visit("text")
except NotImplementedError as error:
    print("no visitor for", error)


class Comparable:
    def __eq__(self, o):
        return self.key() == o.key()

    def __lt__(self, o):
        return self.key() < o.key()


class Printable:
    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in vars(self).items())})"


class Version(Comparable, Printable):
    def __init__(self, text):
        self.parts = [int(p) for p in text.split(".")]

    def key(self):
        return self.parts


print(sorted(map(Version, ["1.10", "1.2", "0.9.1"])), Version("1.0") == Version("1.0"), Version.__mro__[1:3])
