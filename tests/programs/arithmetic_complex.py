"""Complex numbers: construction, repr, operators, methods, formatting, errors."""

import cmath


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


values = [0j, 1j, -1j, 1 + 2j, 3 - 4j, complex(-0.0, 0.0), complex(0.0, -0.0), complex("inf"), complex("nanj"), 1e100 + 1j]
for z in values:
    print(repr(z), str(z), z.real, z.imag, z.conjugate(), -z, +z, bool(z))
a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a**2, a**b, a**0, a**-1, abs(a), a == 3 + 4j, a != b, hash(a), hash(3 + 0j) == hash(3))
print(1 + a, 2.5 * a, a - 1, 10 / a, 2**a, True + 1j)
print(attempt(lambda: a / 0), attempt(lambda: 0j**-1), attempt(lambda: a < b), attempt(lambda: a // b), attempt(lambda: a % b), attempt(int, a), attempt(float, a))
for text in ["1+2j", " -1.5e3-2J ", "(3+4j)", "j", "-j", "1_0+2_0j", "nan+infj", "1 + 2j", "", "1+2", "1+j2", "(1", "abc"]:
    print(repr(text), attempt(complex, text))
print(complex(), complex(1), complex(1, 2), complex(1j, 1j), complex(real=3), complex(imag=4), complex(2.5))
print(attempt(complex, "1", 2), attempt(complex, [], 1), attempt(complex, 1, "2"), attempt(complex, None))
print(f"{a:.2f}", f"{a:e}", f"{a:>20}|", f"{a:<20}|", f"{a:^20.1f}|", f"{a:g}", f"{1234567.5 + 2j:,.1f}", attempt(format, a, "010"), attempt(format, a, "=10"), attempt(format, a, "d"))


class Number:
    def __init__(self, value):
        self.value = value

    def __complex__(self):
        return self.value


class Indexed:
    def __index__(self):
        return 7


print(complex(Number(2 + 3j)), attempt(complex, Number(1)), complex(Indexed()), attempt(complex, Number("x")))
print(complex.from_number(Number(1j)), attempt(complex.from_number, "1"))
print(cmath.sqrt(-1), cmath.phase(-1), cmath.polar(1j), cmath.isnan(complex("nan")), cmath.isinf(complex("inf")), cmath.isclose(1j, 1.0000000001j))
print(cmath.exp(0), cmath.log(1), cmath.rect(2, 0), attempt(cmath.log, 0), [round(abs(cmath.exp(1j * k)), 12) for k in range(4)])
print(a.__getnewargs__(), a.__add__("x"), a.__eq__("x"), complex.__doc__.splitlines()[0])
