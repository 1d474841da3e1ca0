"""Arithmetic with large integers: factorials, Fibonacci, pi, square roots, conversions, modular powers."""

import math


def factorial(n):
    result = 1
    for i in range(2, n + 1):
        result *= i
    return result


def fib(n):
    a, b = 0, 1
    for bit in bin(n)[2:]:
        a, b = a * (2 * b - a), a * a + b * b
        if bit == "1":
            a, b = b, a + b
    return a


def pi_digits(n):
    q, r, t, k, m, x = 1, 0, 1, 1, 3, 3
    out = []
    while len(out) < n:
        if 4 * q + r - t < m * t:
            out.append(m)
            q, r, m = 10 * q, 10 * (r - m * t), (10 * (3 * q + r)) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return "".join(map(str, out))


def isqrt(n):
    x = n
    y = (x + 1) // 2
    while y < x:
        x, y = y, (y + n // y) // 2
    return x


print(factorial(50), factorial(100) == math.factorial(100), len(str(factorial(500))))
print(fib(100), fib(300), fib(1000) % 10**20, [fib(i) for i in range(12)])
print(pi_digits(60))
print(isqrt(2 * 10**60), isqrt(10**40) == 10**20, math.isqrt(10**101))
for text in ["1" * 40, "9" * 60, "123456789" * 12]:
    n = int(text)
    print(n == eval(text), str(n) == text, hex(n), n.bit_length(), n % 97, n // 10**30, str(-n)[:6])
a, b = 3**200, 7**90
print(a * b == b * a, (a * b) // b == a, divmod(a, b)[1] == a - a // b * b, divmod(-a, b), (a << 100) >> 100 == a, (a ^ b) ^ b == a, a & -a, (a | b) == a + b - (a & b), ~(~a) == a)
print(pow(2, 10**6, 10**9 + 7), pow(a, b, 10**12 + 39), pow(3, -1, 10**9 + 7), hash(a), hash(-a), hash(2**61 - 1), a > b, -a < -b, a == float(a))
print(int("ff" * 20, 16), int("z" * 20, 36), f"{a:,}"[:40], f"{b:e}", f"{a:x}"[:20], float(b), round(a, -90) % 10**91, math.log2(a), math.log(b), math.gcd(a * 12, a * 18) == a * 6, math.lcm(4, 6, 10))
total = sum(10**i for i in range(50))
print(total, total * total, total**3 % 10**25, int.from_bytes(total.to_bytes(30, "big"), "big") == total, total.bit_count())
print(1 << 200, -1 >> 300, (-5) >> 1, -(1 << 65) >> 64, (1 << 64) - 1 & 0xFF, 10**30 // -7, -(10**30) % 7, 10**25 / 10**20, (10**25) ** 2 == 10**50)
squares = [n * n for n in range(10**15, 10**15 + 3)]
print(squares, [math.isqrt(s) for s in squares], math.comb(100, 50), math.perm(20, 10))
