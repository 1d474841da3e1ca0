"""Reference, annotations: kept but not enforced, deferred, for callables, generics, aliases; enforced by a decorator of ours."""

import annotationlib
import functools
import inspect
import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, Final, Generic, Literal, NewType, Optional, ParamSpec, Protocol, Self, TypeAlias, TypeVar, TypeVarTuple, Union, Unpack, assert_never, cast, get_args, get_origin, get_type_hints, overload

if TYPE_CHECKING:
    from never_there import Anything


def double(x: int) -> int:
    return x * 2


print(double("ab"), double.__annotations__, inspect.signature(double))
count: int = "not checked"
names: list[str]
print(count, __annotate__(1), "__annotations__" in globals(), "names" in globals())


class Tree:
    value: int
    left: Tree | None = None
    parent: "Tree | None"
    unknown: Missing

    def attach(self, other: Tree) -> Self: ...


try:
    Tree.__annotations__
except NameError as error:
    print("NameError", error)
print({k: v if not isinstance(v, annotationlib.ForwardRef) else v.__forward_arg__ for k, v in annotationlib.get_annotations(Tree, format=annotationlib.Format.FORWARDREF).items()})
print(annotationlib.get_annotations(Tree, format=annotationlib.Format.STRING))
Missing = float
print(Tree.__annotations__, get_type_hints(Tree)["parent"])
print(get_type_hints(Tree.attach))

print("-- kinds of hints")
for hint in [list[int], dict[str, list[int]], tuple[int, ...], tuple[()], Optional[int], Union[int, str, None], int | None, Literal[1, "a", True], Callable[[int, str], bool], Callable[..., Any], type[int], Final[int], Annotated[int, "meta", 5], typing.List[int], typing.Dict[str, int], set[frozenset[bytes]]]:
    print(hint, get_origin(hint), get_args(hint))
print(Union[int, int], Union[int, str] == Union[str, int], int | str == Union[int, str], isinstance(1, int | str), Optional[None])
for bad in [lambda: isinstance([], list[int]), lambda: list[int, str].__args__, lambda: Union[()], lambda: Literal, lambda: typing.List[int, str], lambda: Optional[int, str], lambda: int | "str", lambda: Callable[int]]:
    try:
        print(bad())
    except TypeError as error:
        print(error)

print("-- names for types")
UserId = NewType("UserId", int)
print(UserId(5) + 1, UserId, UserId.__supertype__, type(UserId(5)))
Json: TypeAlias = "dict[str, Json] | list[Json] | str"
type Pair[T] = tuple[T, T]
print(Json, Pair, Pair[int], Pair.__value__, Pair.__type_params__, Pair[int].__args__)

print("-- generics")
T = TypeVar("T")
N = TypeVar("N", int, float)
B = TypeVar("B", bound="Tree", covariant=True)
Ts = TypeVarTuple("Ts")
P = ParamSpec("P")
print(T, N, B, Ts, P, N.__constraints__, B.__bound__, B.__covariant__)


class Stack(Generic[T]):
    def __init__(self):
        self.items: list[T] = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def pop(self) -> T:
        return self.items.pop()


class Modern[K, D = int, **Q = [int]]:
    def get(self, key: K) -> D: ...


s = Stack[int]()
s.push("any")
print(s.pop(), s.__orig_class__, Stack[str], Stack.__parameters__, Stack.__orig_bases__, Modern.__type_params__, Modern.__orig_bases__)


class Array(Generic[Unpack[Ts]]):
    pass


print(Array[int, str], Array[*tuple[int, ...]], Array.__parameters__, Stack[T][int])
for bad in [lambda: Stack[int, str], lambda: Stack[int][str], lambda: Generic[int], lambda: TypeVar("X", int), lambda: Generic[T, T]]:
    try:
        print(bad())
    except TypeError as error:
        print(error)


def logged(f: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(f)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        return f(*args, **kwargs)

    return inner


def with_prefix(f: Callable[Concatenate[str, P], T]) -> Callable[P, T]:
    return lambda *a, **k: f("prefix", *a, **k)


@logged
def joined(a: str, b: int = 1) -> str:
    return f"{a}{b}"


print(joined("x"), get_type_hints(joined), with_prefix(joined)(7), get_type_hints(with_prefix))


@overload
def pick(x: int) -> int: ...
@overload
def pick(x: str) -> str: ...
def pick(x):
    return x


print(pick(1), len(typing.get_overloads(pick)), cast(int, "still text"), typing.reveal_type.__name__)
try:
    assert_never("x")
except AssertionError as error:
    print(error)

print("-- enforced while running")


def enforce(func):
    hints = get_type_hints(func)
    signature = inspect.signature(func)

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            want = hints.get(name)
            if want is not None and not isinstance(value, want if isinstance(want, Union) else get_origin(want) or want):
                raise TypeError(f"{name} must be {want}, not {type(value).__name__}")
        return func(*args, **kwargs)

    return wrapper


@enforce
def repeat(text: str, times: int | float = 2, *, tags: list[str] = ()) -> str:
    return text * times


print(repeat("ab", 2))
for call in [lambda: repeat(5), lambda: repeat("a", "b"), lambda: repeat("a", tags="x"), lambda: repeat()]:
    try:
        call()
    except TypeError as error:
        print(error)
