"""Numbers in small steps: literals, operators, precedence, conversions."""

print(1 + 2 * 3 - 4, (1 + 2) * 3, 7 // 2, 7 % 3, -7 // 2, -7 % 3, 2**10, 7 / 2)
print(10, 0x10, 0o10, 0b10, 1_000, 1.5, 1e3, 1.5e-3, 2j)
a = 17
a += 3
a -= 5
a *= 2
a //= 4
a **= 2
a %= 30
print(a, a & 6, a | 8, a ^ 5, a << 2, a >> 1, ~a)
print(int(3.9), int("12"), float(5), float("1.25"), str(7), round(2.567, 2), abs(-3), divmod(17, 5), pow(2, 5), max(3, 9, 2), min(4, 1))
total = 0
for i in range(1, 11):
    total += i * i
print(total, sum(range(101)), 100 * 101 // 2)
print(0.1 + 0.2, 1 / 3, 1e100, 1.0, 100.0, 1e16, 123456789.123, -0.0, 3.0 == 3)
print(2**64, 2**64 - 1, -(2**63), 10**20 // 3, 10**20 % 7, 12345678901234567890 * 98765432109876543210)
n, digits = 987654321, []
while n:
    n, d = divmod(n, 10)
    digits.append(d)
print(digits, sum(digits), 5 > 3 > 1, 1 < 2 == 2, 3 != 4, not 0)
print(bin(10), hex(255), oct(8), int("ff", 16), int("101", 2), chr(65), ord("a"), 5 == 5.0, True + 1, 7 .bit_length())
celsius = [-40, 0, 37.5, 100]
for c in celsius:
    print(f"{c:>6} C = {c * 9 / 5 + 32:>6.1f} F")
