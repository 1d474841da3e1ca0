"""typing and generics at run time: aliases, generics, protocols, TypedDict, NamedTuple, get_type_hints, overloads."""

import typing
from typing import Annotated, Any, Callable, ClassVar, Concatenate, Final, Generic, Literal, NamedTuple, NewType, Optional, ParamSpec, Protocol, TypedDict, TypeVar, Union, get_args, get_origin, get_type_hints, overload, runtime_checkable


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


T = TypeVar("T")
B = TypeVar("B", bound=int)
C = TypeVar("C", int, str, covariant=False)
P = ParamSpec("P")
for alias in [list[int], dict[str, list[int]], tuple[int, ...], tuple[()], int | str, Optional[int], Union[int, str, None], Union[int], Callable[[int], str], Callable[..., int], Callable[P, T], Literal[1, "a", None], Annotated[int, "meta"], type[int], ClassVar[int], Final[int], Any, typing.List[int], typing.Dict, Concatenate[int, P], T | None, "str | int", typing.Iterable[T], typing.Never, typing.Self]:
    print(alias, get_origin(alias), get_args(alias))
print((int | str) == (str | int), hash(int | str) == hash(str | int), isinstance(1, int | None), int | None | int, attempt(lambda: int | 5), list[int] == list[int], list[T][int], dict[str, T][int], attempt(lambda: list[int][str]), list[int]([1]), list[int].__origin__, (int | str).__args__, T, B.__bound__, C.__constraints__, P.args, Literal[1] == Literal[1], Union[int, Union[str, int]])


class Box(Generic[T]):
    def __init__(self, v: T):
        self.v = v


class Pair[K, V = int](dict[K, V]):
    def first[Q](self, q: Q) -> tuple[K, Q]: ...


print(Box[int], Box[int](5).v, Box[int](5).__orig_class__, Box.__parameters__, Pair[str, int], Pair.__type_params__, Pair.first.__type_params__, Pair.__orig_bases__, Pair[str], attempt(lambda: Box[int, str]), Box.__class_getitem__(str), Box.__mro__[1:])
type Alias[X] = list[X] | None
type Rec = dict[str, Rec] | int
print(Alias, Alias.__value__, Alias[int], Alias.__type_params__, Rec.__value__, Alias.__name__, get_args(Alias[int]), attempt(lambda: isinstance([], Alias)))


def f(a: int, b: "list[str]" = None, *args: T, key: Optional["Box"] = None) -> Box[T]: ...


print(get_type_hints(f), f.__annotations__, typing.get_type_hints(Box.__init__))


@runtime_checkable
class Closer(Protocol):
    def close(self) -> None: ...


class Has:
    def close(self):
        pass


print(isinstance(Has(), Closer), isinstance(5, Closer), issubclass(Has, Closer), attempt(Closer), typing.get_protocol_members(Closer), typing.is_protocol(Closer))


class Movie(TypedDict, total=False):
    title: typing.Required[str]
    year: int


class Emp(NamedTuple):
    """An employee."""

    name: str
    id: int = 3


print(Movie(title="x"), Movie.__required_keys__, Movie.__optional_keys__, Movie.__total__, get_type_hints(Movie), Emp("a"), Emp._field_defaults, Emp.__annotations__, Emp.__doc__, typing.is_typeddict(Movie))
UserId = NewType("UserId", int)
print(UserId(5), UserId, UserId.__supertype__, typing.cast(str, 5), typing.reveal_type.__name__, typing.TYPE_CHECKING, attempt(typing.assert_never, 5), typing.assert_type(1, int))


@overload
def g(a: int) -> int: ...
@overload
def g(a: str) -> str: ...
def g(a):
    return a


print(len(typing.get_overloads(g)), g(1), typing.final(Has).__final__, typing.no_type_check(f) is f, attempt(get_type_hints, 5))
for bad in [lambda: Literal[1][2], lambda: Optional[1, 2], lambda: Union[()], lambda: Callable[int], lambda: ClassVar[1, 2], lambda: TypeVar("X", int), lambda: TypeVar("X", bound=int, covariant=True, contravariant=True), lambda: Generic[int], lambda: Any(), lambda: isinstance(1, list[int]), lambda: isinstance(1, Any), lambda: Protocol[int], lambda: Union[int, 5]]:
    print(attempt(bad))
X = typing.TypeVarTuple("X")
print(tuple[*X], tuple[int, *X][str, float], typing.Unpack[X], get_args(tuple[*tuple[int, ...]]), typing.ForwardRef("int").__forward_arg__, typing.get_type_hints(type("Q", (), {"__annotations__": {"a": "int"}})))
