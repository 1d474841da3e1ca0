"""Prints operations on decimals and what CPython's `_decimal` makes of them, for `tests/recorded.rs`.

Recorded by `python3.14 tests/record.py 40 > tests/recorded.txt`; the arguments are the number of cases of each operation
and a seed. A line: operation, context (precision, emax, emin, rounding, clamp), operands, result, conditions.
"""

import random
import sys
import _decimal as d

count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
only = sys.argv[3:]
rand = random.Random(seed)
ROUNDINGS = ["ROUND_UP", "ROUND_DOWN", "ROUND_CEILING", "ROUND_FLOOR", "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_HALF_EVEN", "ROUND_05UP"]
FLAGS = [d.Clamped, d.InvalidOperation, d.DivisionByZero, d.Inexact, d.Overflow, d.Rounded, d.Subnormal, d.Underflow]
SPECIAL = "NaN -NaN123 sNaN sNaN99 Infinity -Infinity 0 -0 0E+5 -0E-7 1 -1 1.0 1.000 10 1E+3 0.1 0.5 5 2 0.999 1.001 9.99E+5".split()


def number():
    kind = rand.randrange(10)
    if kind == 0:
        return rand.choice(SPECIAL)
    sign = rand.choice(["", "", "-"])
    digits = str(rand.randrange(10 ** rand.choice([1, 2, 3, 5, 9, 12, 20, 40])))
    if kind == 1:
        digits = digits.rstrip("0") + "0" * rand.randrange(8) or "0"
    if kind == 2:
        digits = "9" * rand.randrange(1, 14)
    if kind == 3:
        digits = rand.choice("123456789") + "0" * rand.randrange(12) + rand.choice("0515")
    exponent = rand.choice([0, 0, 0, -1, -2, -len(digits), rand.randrange(-20, 20), rand.randrange(-60, 60)])
    return f"{sign}{digits}" + (f"E{exponent:+}" if exponent or rand.random() < 0.3 else "")


def context():
    prec = rand.choice([1, 2, 3, 5, 9, 16, 28, rand.randrange(1, 50)])
    emax = rand.choice([6, 40, 384, 999999, 999999999999999999])
    emin = -rand.choice([5, 40, 383, 999999, 999999999999999999])
    return prec, emax, emin, rand.choice(ROUNDINGS), rand.choice([0, 0, 0, 1])


UNARY = "plus minus abs sqrt exp ln log10 logb normalize next_minus next_plus to_integral_exact to_integral_value logical_invert number_class is_normal is_subnormal to_eng_string to_sci_string copy_abs".split()
BINARY = "add subtract multiply divide divide_int remainder divmod remainder_near compare compare_signal compare_total compare_total_mag quantize max min max_mag min_mag next_toward scaleb shift rotate logical_and logical_or logical_xor power same_quantum".split()
TERNARY = "fma powmod".split()


def show(value):
    if isinstance(value, tuple):
        return "|".join(map(str, value))
    return str(value)


def logical():
    return "".join(rand.choice("01") for _ in range(rand.randrange(1, 12)))


def operands(name):
    n = 1 if name in UNARY else 2 if name in BINARY else 3
    out = [number() for _ in range(n)]
    if name.startswith("logical") and rand.random() < 0.8:
        out = [logical() for _ in range(n)]
    if name in ("shift", "rotate", "scaleb") and rand.random() < 0.8:
        out[1] = str(rand.randrange(-30, 30))
    if name == "power":
        if rand.random() < 0.6:
            out[1] = str(rand.randrange(-40, 40))
        elif rand.random() < 0.5:
            out[0] = out[0].lstrip("-")
    if name == "powmod" and rand.random() < 0.8:
        out = [str(rand.randrange(-1000, 1000)), str(rand.randrange(0, 50)), str(rand.randrange(-500, 500))]
    if name in ("exp", "ln", "log10") and rand.random() < 0.7:
        out[0] = rand.choice([f"{rand.uniform(-50, 50):.10g}", f"1.{'0' * rand.randrange(15)}{rand.randrange(1, 999)}", f"0.{'9' * rand.randrange(1, 15)}{rand.randrange(1, 999)}", f"1E{rand.randrange(-9, 9)}", number().lstrip("-")])
    return out


for name in only or UNARY + BINARY + TERNARY:
    for _ in range(count):
        prec, emax, emin, rounding, clamp = context()
        args = operands(name)
        if name in ("power", "exp", "ln", "log10") and emax > 10**6:
            emax, emin = 999999, -999999
        c = d.Context(prec=prec, Emax=emax, Emin=emin, rounding=rounding, clamp=clamp, traps=[], capitals=1)
        values = [d.Decimal(a) for a in args]
        method = getattr(c, {"powmod": "power"}.get(name, name))
        answer = show(method(*values))
        flags = "".join("01"[bool(c.flags[f])] for f in FLAGS)
        print(name, f"{prec},{emax},{emin},{ROUNDINGS.index(rounding)},{clamp}", *args, answer, flags, sep="\t")
