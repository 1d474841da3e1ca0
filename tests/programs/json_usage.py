"""json: dumping with every option, loading, hooks, errors, encoders."""

import json
from decimal import Decimal


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


data = {"name": "Ann", "age": 30, "tags": ["a", "b"], "nested": {"x": None, "y": [True, False, 1.5, 1e100]}, "é": "日本\n\"\\\u2028\x00", "empty": [[], {}, ""]}
print(json.dumps(data))
print(json.dumps(data, indent=2, sort_keys=True))
print(json.dumps(data, ensure_ascii=False, separators=(",", ":")), json.dumps([1, [2, {"a": 3}]], indent="\t"), json.dumps([], indent=2), json.dumps({1: 2, None: 3, True: 4, 1.5: 5, "s": 6}), json.dumps((1, 2)), json.dumps("a/b"), json.dumps("\U0001F600\ud800"))
print(json.dumps([float("nan"), float("inf"), -float("inf"), -0.0, 1e22, 0.1, 10**30]), attempt(json.dumps, float("nan"), allow_nan=False), attempt(json.dumps, object()), attempt(json.dumps, {(1, 2): 3}), json.dumps({(1, 2): 3, "a": 1}, skipkeys=True), attempt(json.dumps, {1, 2}), attempt(json.dumps, b"x"))
loop = []
loop.append(loop)
print(attempt(json.dumps, loop), attempt(json.dumps, {"a": {"b": [object()]}}), json.dumps({"d": Decimal("1.5"), "s": {3, 1}}, default=lambda o: sorted(o) if isinstance(o, set) else str(o)))
print(json.loads(json.dumps(data)) == data, json.loads(' [1, 2.5, -3e2, "x", null, true, false, {"a": []}] '), json.loads('"\\u00e9\\n\\ud83d\\ude00\\/"'), json.loads(b'{"a": 1}'), json.loads(bytearray(b"[1]")), json.loads("NaN"), json.loads("-Infinity"), json.loads("123456789012345678901234567890"), json.loads('{"a": 1, "a": 2}'), json.loads("\ufeff[1]".encode("utf-8-sig")) if False else json.loads("[1]".encode("utf-16")))
for text in ["", "[", "[1,", "[1,]", "{", '{"a"', '{"a":', '{"a": 1,}', "{a: 1}", "'x'", '"abc', '"\\x"', '"\\u12"', "tru", "1 2", "[1] x", "01", "-", "1.", "1e", '"\t"', "{1: 2}", "[1 2]", "nul", '["a" "b"]', "\ufeff1", "[1,\n2,\n x]"]:
    print(repr(text), attempt(json.loads, text))
print(attempt(json.loads, 5), json.loads('{"a": 1.5, "b": 2}', parse_float=Decimal, parse_int=str), json.loads('{"a": {"b": 1}}', object_hook=lambda d: sorted(d.items())), json.loads('{"b": 1, "a": 2}', object_pairs_hook=list), json.loads("[NaN]", parse_constant=lambda s: f"<{s}>"), json.loads('"\t"', strict=False))


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, complex):
            return {"re": o.real, "im": o.imag}
        return super().default(o)


print(json.dumps([1 + 2j], cls=Encoder), attempt(Encoder().encode, [object()]), list(json.JSONEncoder(indent=1).iterencode({"a": [1]})), "".join(json.JSONEncoder().iterencode([1, {"b": 2}])))
print(json.JSONDecoder().raw_decode('{"a": 1} rest'), attempt(json.JSONDecoder().decode, '{"a": 1} rest'))
try:
    json.loads('{"a":\n  bad}')
except json.JSONDecodeError as error:
    print(error.msg, error.doc, error.pos, error.lineno, error.colno)
import io

f = io.StringIO()
json.dump({"k": [1, 2]}, f, indent=1)
f.seek(0)
print(f.getvalue(), json.load(f))


class I(int):
    def __repr__(self):
        return "I!"


class D(dict):
    pass


class Str(str):
    pass


from collections import OrderedDict
from enum import Enum, IntEnum


class E(IntEnum):
    A = 5


print(json.dumps([I(5), D(a=1), Str("s"), E.A, OrderedDict(z=1, a=2), True]), json.dumps({E.A: 1, I(3): 2}), json.dumps("x" * 10 + "\x7f\x80\xff"), json.dumps(["a", 1], indent=0), json.dumps({"a": 1, "b": 2}, indent=4, separators=("; ", " = ")))
deep = "[" * 1000 + "]" * 1000
print(len(json.dumps(json.loads(deep))), attempt(json.loads, "[" * 200000).split(":")[0])
