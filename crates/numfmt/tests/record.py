"""Prints cases and CPython 3.14's answers, one per line, fields separated by tabs, for `tests/recorded.rs`.

Recorded by `python3.14 tests/record.py 40 > tests/recorded.txt`; the argument is how many random cases of each kind
there are (a larger number and another seed as second argument make a longer check).
"""

import _string
import random
import struct
import sys

count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
rand = random.Random(seed)
sys.set_int_max_str_digits(0)


def escape(text):
    return "".join(c if " " <= c <= "~" and c != "\\" else f"\\{ord(c):x}." for c in text)


def answer(call, show=escape):
    try:
        return "=" + show(call())
    except (ValueError, TypeError, OverflowError, MemoryError) as e:
        return "!" + escape(f"{type(e).__name__}: {e}")


def line(*fields):
    print(*fields, sep="\t")


def bits(x):
    return f"{struct.unpack('<Q', struct.pack('<d', x))[0]:x}"


def some_float():
    kind = rand.randrange(8)
    if kind == 0:
        return rand.choice([0.0, -0.0, 1.0, 0.5, 1.5, 2.5, -0.5, float("inf"), float("-inf"), float("nan"), 1e16, 1e-5, 5e-324, 1e23, 9.5, 99.95, 1e308])
    if kind == 1:
        return struct.unpack("<d", struct.pack("<Q", rand.getrandbits(64)))[0]
    if kind == 2:
        return rand.uniform(-1000, 1000)
    if kind == 3:
        return float(rand.randrange(-(10**rand.randrange(1, 25)), 10**24))
    if kind == 4:
        return round(rand.uniform(-100, 100), rand.randrange(5))
    if kind == 5:
        return rand.randrange(-1000, 1000) / 2 ** rand.randrange(12)
    return rand.choice([1, -1]) * rand.random() * 10.0 ** rand.randrange(-30, 30)


def some_int():
    return rand.choice([0, 1, -1, 255, -12345678, rand.randrange(-(10**6), 10**6), rand.getrandbits(rand.randrange(1, 300)), -rand.getrandbits(90)])


def some_spec(types):
    pick = lambda *options: rand.choice(options)
    spec = pick("", "", "", "<", ">", "^", "=", "*<", "x^", "0=", "0>", "\u20ac=", "\U0001f600^")
    spec += pick("", "", "", "+", "-", " ") + pick("", "", "", "z") + pick("", "", "", "#") + pick("", "", "0")
    spec += pick("", "", str(rand.randrange(40)), "\u0661\u0662") + pick("", "", ",", "_", "_,"[: rand.randrange(3)])
    spec += pick("", "", "", "." + str(rand.randrange(20)), ".", ".,", "._", "." + str(rand.randrange(9)) + pick(",", "_", "_,"))
    spec += pick("", *types, *types, *types, "y", "\u00e9", "\n", "dd")
    return spec


for _ in range(count * 4):
    x = some_float()
    line("repr", bits(x), repr(x))
    line("hex", bits(x), x.hex())
    n = rand.choice([0, 1, 2, 3, -1, -2, -5, rand.randrange(-330, 340)])
    line("round", bits(x), n, answer(lambda: round(x, n), bits))
    text = rand.choice([repr(x), f"{x:.{rand.randrange(30)}e}", f"{x:_.5f}", f" {x}\n", "1__0", "1_0e_1", "infinity", "-nan", "1e", ".", "0x1p3"])
    line("float", escape(text), answer(lambda: float(text), bits))
    text = f"{rand.choice(['', '+', '-'])}{rand.choice(['', '0x', '0X'])}{rand.choice(['', '.', f'{rand.getrandbits(rand.randrange(1, 90)):x}'])}"
    text += f"{rand.choice(['', '.', f'.{rand.getrandbits(rand.randrange(1, 90)):x}', '.8', '.80000000000000000000001'])}"
    text += rand.choice(["", f"p{rand.randrange(-1150, 1100)}", "p", "p-1074", "P+1023", " 1", "q"])
    line("fromhex", escape(text), answer(lambda: float.fromhex(text), bits))
for _ in range(count * 10):
    x, n = some_float(), some_int()
    spec = some_spec("eEfFgG%n")
    line("format_float", bits(x), escape(spec), answer(lambda: format(x, spec)))
    spec = some_spec("bcdoxXneEfFgG%")
    if spec and (abs(n) < 10**300):
        line("format_int", n, escape(spec), answer(lambda: format(n, spec)))
    spec = some_spec("eEfFgGn")
    z = complex(x, some_float())
    line("format_complex", bits(z.real), bits(z.imag), escape(spec), answer(lambda: format(z, spec)))
    spec = some_spec("s")
    text = rand.choice(["", "abc", "\u20acuro", "long enough text"])
    line("format_str", escape(text), escape(spec), answer(lambda: format(text, spec)))
for _ in range(count * 5):
    flags = "".join(rand.choice("-+ #0") for _ in range(rand.choice([0, 0, 1, 2])))
    head = "%" + flags + rand.choice(["", "", "12", "3", "30"]) + rand.choice(["", "", ".", ".3", ".10"]) + rand.choice(["", "", "l", "h", "L", "ll"])
    n, x = some_int(), some_float()
    spec = head + rand.choice("diuoxX")
    line("percent_int", spec, n, answer(lambda: spec % n))
    line("percent_float", head + (kind := rand.choice("eEfFgG")), bits(x), answer(lambda: (head + kind) % x))
    line("percent_str", head + "s", "abc\\20ac.def", answer(lambda: (head + "s") % "abc\u20acdef"))
    spec = head + rand.choice(["", "y", "\u00e9", "%", "\n", "\x7f"])
    line("percent_bad", escape(spec), answer(lambda: spec % 1))
    spec = spec.encode("latin-1")
    line("percent_bad_bytes", escape(spec.decode("latin-1")), answer(lambda: repr(spec % 1)))
for _ in range(count * 10):
    text = "".join(rand.choice(["{", "}", "{{", "}}", "a", "b.c", "[x]", "[", "]", "!r", "!", ":", "0", "{}", "{a!r:>{b}}", "."]) for _ in range(rand.randrange(1, 9)))
    show = lambda pieces: "|".join(",".join("-" if p is None else escape(p) for p in piece) for piece in pieces)
    line("markup", escape(text), answer(lambda: list(_string.formatter_parser(text)), show))
    text = "".join(rand.choice(["a", "0", "12", ".b", "[0]", "[x]", "[", "]", ".", "\u0663", "99999999999999999999"]) for _ in range(rand.randrange(6)))

    def split(text):
        first, rest = _string.formatter_field_name_split(text)
        return [first, *(("." if a else "[") + f"{type(v).__name__}:{v}" for a, v in rest)]

    line("field", escape(text), answer(lambda: split(text), lambda s: "|".join(f"{type(p).__name__}:{escape(str(p))}" for p in s)))
for _ in range(count * 5):
    base = rand.choice([0, 10, 10, 16, 2, 8, 36, 7, 23])
    n = rand.getrandbits(rand.choice([1, 10, 30, 31, 60, 61, 64, 65, 200, 1200, 1800, 4000, 9000])) * rand.choice([1, -1])
    text = rand.choice([str(n), hex(n), oct(n), bin(n), f"{n:_}", f" {n}\t", f"0_{abs(n)}", f"{n}_", f"0{abs(n):x}"])
    line("int", escape(text), base, answer(lambda: int(text, base), lambda v: f"{v} {v:x} {v:o} {v:b}"))
