"""Primes, factoring, greatest common divisors, totients, perfect numbers."""


def sieve(n):
    flags = bytearray([1]) * (n + 1)
    flags[0:2] = b"\0\0"
    for i in range(2, int(n**0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i, f in enumerate(flags) if f]


def factor(n):
    out = {}
    d = 2
    while d * d <= n:
        while n % d == 0:
            out[d] = out.get(d, 0) + 1
            n //= d
        d += 1 if d == 2 else 2
    if n > 1:
        out[n] = out.get(n, 0) + 1
    return out


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def egcd(a, b):
    if b == 0:
        return a, 1, 0
    g, x, y = egcd(b, a % b)
    return g, y, x - a // b * y


def is_prime(n):
    if n < 2:
        return False
    for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while d % 2 == 0:
        d //= 2
        s += 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def totient(n):
    for p in factor(n):
        n -= n // p
    return n


primes = sieve(10000)
print(len(primes), primes[:10], primes[-3:], sum(primes))
for n in [12, 97, 360, 1001, 2**20, 600851475143, 9999991]:
    print(n, factor(n), is_prime(n), totient(n))
print(gcd(1071, 462), egcd(240, 46), [n for n in range(2, 500) if sum(d for d in range(1, n) if n % d == 0) == n])
print([p for p in primes if p < 200 and p + 2 in primes], is_prime(2**89 - 1), is_prime(2**83 - 1), is_prime(10**18 + 9))
print([is_prime(n) for n in range(20)] == [n in primes for n in range(20)], all(is_prime(p) for p in primes[::50]))
goldbach = {n: next((p, n - p) for p in primes if n - p in primes) for n in range(4, 40, 2)}
print(goldbach)
collatz = max(range(1, 3000), key=lambda n: steps(n)) if False else None


def steps(n):
    count = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        count += 1
    return count


best = max(range(1, 3000), key=steps)
print(best, steps(best))
