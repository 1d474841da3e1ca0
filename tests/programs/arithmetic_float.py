"""Floats: repr, rounding, special values, methods, mixed arithmetic."""

import math


def attempt(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for x in [0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 1.5e300, 5e-324, 2.2250738585072014e-308, 1 / 3, 2 / 3, 1e22, 1e23, 9007199254740993.0]:
    print(repr(x), str(-x), x.hex(), x.as_integer_ratio(), x.is_integer(), hash(x))
inf, nan = float("inf"), float("nan")
print(inf, -inf, nan, inf - inf, inf * 0, nan == nan, nan != nan, inf > 1e308, hash(inf), hash(-inf), inf == inf)
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, divmod(-7.5, 2), 2.0**0.5, (-8.0) ** 2, (-8.0) ** (1 / 3), 0.0**0)
for a, b in [(1.0, 0.0), (0.0, 0.0)]:
    print(attempt(lambda: a / b), attempt(lambda: a // b), attempt(lambda: a % b), attempt(divmod, a, b))
print(attempt(lambda: 0.0**-1), attempt(lambda: 10.0**400), attempt(lambda: float(10**400)), attempt(lambda: 10**400 * 1.0))
for digits in [0, 1, 2, 3, -1, -2]:
    print(digits, round(2.675, digits), round(1234.5678, digits), round(-0.5, digits), round(1e300, digits), round(55.5, digits))
print(round(0.5), round(1.5), round(2.5), round(-1.5), round(1e20), attempt(round, nan), attempt(round, inf), round(2.5, None))
print(float("1e3"), float("  -1.5\n"), float("1_0.2_5"), float("Infinity"), float("-NaN"), float(".5"), float("5."), float(b"2.5"))
print(attempt(float, "1__0"), attempt(float, "abc"), attempt(float, ""), attempt(float, "1e"), attempt(float, []), attempt(float, "٣.٥"))
print(float.fromhex("0x1.8p3"), float.fromhex("-0x.1"), float.fromhex("inf"), attempt(float.fromhex, "0x1p5000"), attempt(float.fromhex, "zz"))
print(f"{math.pi:.3f}", f"{math.pi:10.2e}|", f"{math.pi:<10.4g}|", f"{1e10:g}", f"{1e-10:g}", f"{0.1:.20f}", f"{1234567.891:,.2f}", f"{-0.0:z.1f}", f"{0.256:.1%}")
print(f"{1.0}", f"{1.0:g}", f"{1.0:#g}", f"{1e100:n}", f"{3:.2f}", f"{inf:08.2f}", f"{nan:+}", f"{1.5:+010.3f}", f"{12345.678:_.1f}", f"{2.5:.0f}", f"{3.5:.0f}")
print("%.3f %5.1f|%-8.2e|%g %G" % (1.23456, 2.25, 12345.678, 1e-7, 1e-7), "%r %s" % (0.1, 0.1), "%d" % 3.99, "%i" % -3.99, "%x" % 255)
print(0.1 + 0.2, 0.1 + 0.2 == 0.3, sum([0.1] * 10), math.fsum([0.1] * 10), 1e308 * 10, -1e308 * 10)
print((1.5).__trunc__(), (1.5).__floor__(), (-1.5).__ceil__(), (2.5).conjugate(), (2.5).real, (2.5).imag, int(1e20), 3 == 3.0, hash(3) == hash(3.0))
print(float.__getformat__("double"), 1 < 1.5 < 2, 2**53 == float(2**53), 2**53 + 1 == float(2**53), 10**30 > 1e30, 10**400 > inf)
print(float.from_number(3), attempt(float.from_number, "3"), max(1, 1.0), min(1.0, 1), sorted([2.5, -1, 3, 0.0, -inf]))
