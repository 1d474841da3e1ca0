"""decimal: contexts, rounding, special values, arithmetic, formatting, signals."""

import decimal
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, getcontext, localcontext


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


D = Decimal
print(D("1.10") + D("2.2"), D("0.1") * 3, D(1) / D(7), D("1E+5"), D("1e-10"), D("-0"), D("NaN"), D("Infinity"), D((1, (1, 2, 3), -2)), D(0.1), D("  1.5 "), D("1_000.5"), repr(D("3.140")), str(D("1E+2")), D(10**30), attempt(D, "x"), attempt(D, None), attempt(D, "1.2.3"))
a, b = D("17.5"), D("-4")
print(a + b, a - b, a * b, a / b, a // b, a % b, a**2, -a, abs(b), divmod(a, b), a > b, a == D("17.50"), hash(D("1.0")) == hash(1), max(a, b), D("17.5").compare(b), a + 1, attempt(lambda: a + 1.5), a == 17.5, a < 18.5, int(a), float(a), round(a), round(D("2.675"), 2), a.as_tuple(), a.as_integer_ratio(), bool(D(0)))
for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_UP, ROUND_CEILING):
    print(rounding, [D(x).quantize(D("0.1"), rounding=rounding) for x in ("1.25", "1.35", "-1.25", "1.21")])
print(getcontext().prec, attempt(lambda: D(1) / 0), attempt(lambda: D(0) / 0), attempt(lambda: D("Infinity") - D("Infinity")), attempt(D("1").quantize, D("1e-50")), attempt(lambda: D("sNaN") + 1), D("NaN") == D("NaN"), attempt(lambda: D("NaN") < 1), D(-1).sqrt() if False else attempt(D(-1).sqrt))
with localcontext() as ctx:
    ctx.prec = 50
    print(D(1) / 3, D(2).sqrt(), D(1).exp(), D(10).ln(), D(1000).log10())
    ctx.prec = 5
    print(D("1.234567") + 0, +D("123456789"), D(2) / 3)
    ctx.traps[decimal.DivisionByZero] = False
    print(D(1) / 0, D(-1) / 0, ctx.flags[decimal.DivisionByZero])
with localcontext(prec=3, rounding=ROUND_DOWN):
    print(D(2) / 3, D("9.999") + 0)
print(D("1234567.891").__format__(",.2f"), f"{D('0.5'):.1%}", f"{D('1e10'):f}", f"{D('3.14159'):.3}", f"{D('5'):>8}|{D('5'):<8}|{D('-5'):=8}", f"{D('1234.5'):e}", f"{D('1.10'):g}", "%s %.2f" % (D("1.5"), D("1.5")))
x = D("123.4500")
print(x.normalize(), x.to_integral_value(), x.to_eng_string(), D("1e7").to_eng_string(), x.adjusted(), x.scaleb(2), x.shift(1), x.rotate(1), x.logb(), x.copy_negate(), x.is_zero(), x.is_signed(), D("inf").is_infinite(), D("nan").is_nan(), x.number_class(), x.next_plus(), x.same_quantum(D("0.0001")), x.fma(2, 3), x.remainder_near(7), x.max(5), x.compare_total(D("123.45")), x.logical_and(1) if False else D("1101").logical_and(D("1011")), x.radix(), x.canonical())
c = Context(prec=4, rounding=ROUND_UP)
print(c.divide(D(1), D(3)), c.create_decimal("1.23456"), c.sqrt(2), c.power(2, 10), c.copy().prec, c.Etiny() < 0, repr(c)[:20], attempt(c.divide, 1, 0), attempt(Context, prec=0), attempt(Context, rounding="x"))
print(D.from_float(0.5), D("12.3").__reduce__()[1], sum([D("0.1")] * 10) == 1, D("0.1") + D("0.2") == D("0.3"), sorted([D(3), D("1.5"), 2]), D(5).__floordiv__(2), 5 + D(1), 2 ** D(3), D(2) ** D("0.5"), pow(D(3), 4, 5), D("-7") // 2, D("-7") % 2, D(7).__rsub__(10), D("1e400") * D("1e400"), D("1E-999999") if False else D("1e-400") * 1)
total = sum(D(p) * q for p, q in [("19.99", 3), ("0.01", 7)])
tax = (total * D("0.0825")).quantize(D(".01"))
print(total, tax, total + tax)


def pi():
    with localcontext() as ctx:
        ctx.prec += 2
        lasts, t, s, n, na, d, da = 0, D(3), D(3), 1, 0, 0, 24
        while s != lasts:
            lasts = s
            n, na = n + na, na + 8
            d, da = d + da, da + 32
            t = (t * n) / d
            s += t
    return +s


print(pi(), decimal.MAX_PREC > 10**6, decimal.HAVE_THREADS)
