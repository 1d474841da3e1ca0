"""Floating-point heavy loops: mandelbrot, n-body energy, numerical integration, least squares, random walk."""

import math


def mandelbrot(width, height, limit):
    rows = []
    for y in range(height):
        row = []
        for x in range(width):
            c = complex(3.0 * x / width - 2.1, 2.4 * y / height - 1.2)
            z, n = 0j, 0
            while n < limit and abs(z) <= 2:
                z = z * z + c
                n += 1
            row.append(" .:-=+*#%@"[n * 9 // limit])
        rows.append("".join(row))
    return rows


print("\n".join(mandelbrot(60, 20, 40)))


class Body:
    def __init__(self, x, v, m):
        self.x, self.v, self.m = list(x), list(v), m


def energy(bodies):
    total = sum(0.5 * b.m * sum(v * v for v in b.v) for b in bodies)
    for i, a in enumerate(bodies):
        for b in bodies[i + 1 :]:
            total -= a.m * b.m / math.dist(a.x, b.x)
    return total


def advance(bodies, dt):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1 :]:
            d = [p - q for p, q in zip(a.x, b.x)]
            mag = dt / (sum(c * c for c in d) ** 1.5)
            for k in range(3):
                a.v[k] -= d[k] * b.m * mag
                b.v[k] += d[k] * a.m * mag
    for b in bodies:
        for k in range(3):
            b.x[k] += dt * b.v[k]


system = [Body((0, 0, 0), (0, 0, 0), 10.0), Body((5, 0, 0), (0, 1.4, 0), 0.5), Body((0, 8, 1), (-1.1, 0, 0.1), 0.25)]
print(f"{energy(system):.9f}")
for _ in range(500):
    advance(system, 0.01)
print(f"{energy(system):.9f}", [round(c, 9) for c in system[1].x])


def simpson(f, a, b, n=200):
    h = (b - a) / n
    return h / 3 * (f(a) + f(b) + 4 * sum(f(a + h * i) for i in range(1, n, 2)) + 2 * sum(f(a + h * i) for i in range(2, n, 2)))


print(f"{simpson(math.sin, 0, math.pi):.10f} {simpson(lambda x: x * x, 0, 3):.10f} {simpson(math.exp, 0, 1):.10f}")


def newton(f, df, x):
    for i in range(50):
        step = f(x) / df(x)
        x -= step
        if abs(step) < 1e-14:
            return x, i


root, count = newton(lambda x: x**3 - 2, lambda x: 3 * x**2, 1.0)
print(f"{root:.12f}", count)
points = [(x, 2.5 * x - 1 + math.sin(x * 5) / 10) for x in range(20)]
n = len(points)
sx, sy = sum(x for x, _ in points), sum(y for _, y in points)
sxy, sxx = sum(x * y for x, y in points), sum(x * x for x, _ in points)
slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
print(f"{slope:.9f} {(sy - slope * sx) / n:.9f}")
seed, x = 12345, 0.0
for _ in range(1000):
    seed = (seed * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
    x += (seed >> 33) / 2**31 - 0.5
print(repr(x), math.hypot(3, 4), math.fsum([0.1] * 10), sum([0.1] * 10))
print([f"{math.sin(i / 4):+.6f}" for i in range(6)], [f"{math.gamma(i + 0.5):.8g}" for i in range(5)])
