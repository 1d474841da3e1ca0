"""Integers: operators, signs, shifts, powers, conversion and limits."""


def attempt(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for a, b in [(7, 2), (-7, 2), (7, -2), (-7, -2), (0, 5), (10**20, 3), (-10**20, 7), (2**64, -(2**32))]:
    print(a, b, a + b, a - b, a * b, a // b, a % b, divmod(a, b), a & b, a | b, a ^ b)
for n in [0, 1, -1, 5, -5, 2**30, -(2**30), 2**60 - 1, 2**63, -(2**63)]:
    print(n, n << 3, n >> 3, n >> 100, ~n, abs(n), n.bit_length(), n.bit_count(), hash(n))
print(2**100, (-3)**5, 2**-2, 0**0, pow(3, 200, 13), pow(3, -1, 7), pow(-2, 3, -5))
for args in [(1, 0)]:
    for op in ["//", "%", "/"]:
        print(op, attempt(eval, f"{args[0]} {op} {args[1]}"))
print(attempt(divmod, 5, 0), attempt(pow, 2, -1, 4), attempt(pow, 0, -1), attempt(lambda: 1 << -1))
print(attempt(int, "12_3"), attempt(int, "0x1f", 16), attempt(int, "0b101", 0), attempt(int, "z", 36), attempt(int, " -42 \n"))
print(attempt(int, "1__2"), attempt(int, "9", 8), attempt(int, "1", 1), attempt(int, ""), attempt(int, 3.99), attempt(int, -3.99))
print(attempt(int, float("inf")), attempt(int, float("nan")), attempt(int, None), attempt(int, [1]), attempt(int, b"17"), attempt(int, "١٢"))
print((255).to_bytes(2, "big"), (-2).to_bytes(3, "little", signed=True), (0).to_bytes(), int.from_bytes(b"\x01\x00", "big"), int.from_bytes(b"\xff\xfe", "big", signed=True))
print(attempt((256).to_bytes, 1, "big"), attempt((-1).to_bytes, 1), attempt((1).to_bytes, 1, "middle"))
print((10).as_integer_ratio(), (3).numerator, (3).denominator, (3).real, (3).imag, (3).conjugate(), (7).is_integer())
print(bin(10), oct(-8), hex(255), hex(-(2**70)), bin(0))
print(round(1234, -2), round(1250, -2), round(1350, -2), round(-15, -1), round(5), round(25, -1), round(35, -1))
print(True + True, True * 3, ~True if False else -True, isinstance(True, int), int(True), bool("x"), bool([]), True.bit_length())
big = 1
for i in range(1, 60):
    big *= i
print(big, len(str(big)), big % 1000007, big // 10**70)
print(str(2**200), f"{2**70:,}", f"{2**70:_x}", f"{-5:08b}", f"{42:+d}", f"{42: d}", f"{65:c}", f"{1234567:,}", f"{255:#x}", f"{255:#010X}")
import sys

print(sys.int_info.bits_per_digit, sys.get_int_max_str_digits(), attempt(str, 10**5000), attempt(int, "1" * 5000))
print(1_000_000, 0xFF, 0o17, 0b11, int("0o17", 0), 5 .__add__(3), (5).__rsub__(8), (5).__floordiv__("a"))
print(attempt(lambda: 1 + "a"), attempt(lambda: "a" * 1.5), attempt(lambda: [] - []), attempt(lambda: -"x"))
