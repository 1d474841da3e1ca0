"""fractions, statistics, math, cmath bits, numbers, random with a seed."""

import math
import numbers
import random
import statistics
from fractions import Fraction as F


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(F(3, 6), repr(F("1.25")), F("-7/3"), F(0.5), F(1, 3) + F(1, 6), F(2, 3) * 3, F(1, 2) / F(3, 4), F(7, 2) // 1, F(7, 2) % 1, F(2, 3) ** 2, F(4) ** F(1, 2), -F(1, 2), abs(F(-1, 2)), F(1, 2) == 0.5, F(1, 3) < 0.34, hash(F(2)) == hash(2), float(F(1, 3)), int(F(7, 2)), round(F(5, 2)), round(F(22, 7), 2), math.floor(F(-1, 2)), F(math.pi).limit_denominator(1000), F(3).is_integer(), F(1, 3).as_integer_ratio(), f"{F(1, 3):.4f}", f"{F(5, 2)}", attempt(F, 1, 0), attempt(F, "x"), attempt(F, 1.5, 2), F.from_decimal(__import__("decimal").Decimal("0.1")), sum([F(1, n) for n in range(1, 6)]))
print(math.floor(-1.5), math.ceil(-1.5), math.trunc(1.9), math.sqrt(2), math.cbrt(27), math.exp(1), math.log(8, 2), math.log2(1024), math.log10(1000), math.log1p(1e-10), math.expm1(1e-10), math.pow(2, 0.5), math.factorial(20), math.gcd(12, 18, 27), math.lcm(4, 6), math.comb(5, 2), math.perm(5, 2), math.isqrt(99), math.dist([0, 0], [3, 4]), math.hypot(1, 2, 2), math.prod([1, 2, 3], start=2), math.fsum([1e100, 1, -1e100]), math.sumprod([1, 2], [3, 4]), math.fmod(-7, 3), math.remainder(7, 3), math.modf(1.25), math.frexp(10.0), math.ldexp(0.5, 4), math.copysign(1, -0.0), math.nextafter(1, 2), math.ulp(1.0), math.degrees(math.pi), math.radians(180), math.atan2(1, -1), math.isclose(0.1 + 0.2, 0.3), math.inf, math.nan, math.tau, math.fma(2, 3, 4))
print(attempt(math.sqrt, -1), attempt(math.log, 0), attempt(math.factorial, -1), attempt(math.factorial, 1.5), attempt(math.exp, 1000), attempt(math.acos, 2), attempt(math.floor, math.nan), attempt(math.floor, math.inf), attempt(math.gcd, 1.5), attempt(math.comb, 3, -1), attempt(math.pow, 0, -1), attempt(math.sumprod, [1], [1, 2]), attempt(math.sqrt, "x"), attempt(math.isqrt, -1), math.erf(0.5), math.lgamma(10), math.gamma(5), [round(f(0.5), 12) for f in (math.sin, math.cos, math.tan, math.asin, math.acos, math.atan, math.sinh, math.cosh, math.tanh, math.asinh, math.atanh)], attempt(math.gamma, 0), math.log(10**400))
data = [2, 4, 4, 4, 5, 5, 7, 9]
print(statistics.mean(data), statistics.median(data), statistics.mode(data), statistics.multimode("aabbc"), statistics.stdev(data), statistics.pstdev(data), statistics.variance(data), statistics.pvariance(data), statistics.fmean(data, [1] * 8), statistics.geometric_mean([1, 2, 4]), statistics.harmonic_mean([40, 60]), statistics.median_low(data), statistics.median_high(data), statistics.median_grouped(data), statistics.quantiles(data), statistics.correlation([1, 2, 3], [1, 5, 7]), statistics.covariance([1, 2, 3], [1, 5, 7]), statistics.linear_regression([1, 2, 3], [2, 4, 6]), statistics.mean([F(1, 2), F(1, 3)]), attempt(statistics.mean, []), attempt(statistics.stdev, [1]), statistics.NormalDist(0, 1).cdf(1.5), statistics.NormalDist.from_samples(data), statistics.NormalDist(100, 15).inv_cdf(0.9))
random.seed(12345)
print(random.random(), random.randint(1, 100), random.randrange(0, 100, 5), random.choice("abcdef"), random.choices([1, 2, 3], weights=[1, 1, 8], k=6), random.sample(range(100), 5), random.uniform(1, 2), random.gauss(0, 1), random.getrandbits(70), random.betavariate(1, 2), random.expovariate(1.5), random.normalvariate(), random.triangular(), random.randbytes(5), random.binomialvariate(10, 0.5), random.lognormvariate(0, 1), random.vonmisesvariate(0, 1), random.gammavariate(2, 1), random.paretovariate(3), random.weibullvariate(1, 2))
items = list(range(10))
random.shuffle(items)
state = random.getstate()
first = random.random()
random.setstate(state)
r = random.Random("text seed")
print(items, first == random.random(), r.random(), random.Random(1.5).random(), random.Random(b"bytes").randint(0, 9), random.Random(2**100).random(), attempt(random.choice, []), attempt(random.randint, 5, 1), attempt(random.sample, [1], 2), attempt(random.sample, {1}, 1), attempt(random.Random, []), 0 <= random.SystemRandom().random() < 1, random.Random(-5).random() == random.Random(5).random())
for n in [1, True, 1.5, 2j, F(1, 2), __import__("decimal").Decimal(1)]:
    print(type(n).__name__, isinstance(n, numbers.Number), isinstance(n, numbers.Complex), isinstance(n, numbers.Real), isinstance(n, numbers.Rational), isinstance(n, numbers.Integral))
