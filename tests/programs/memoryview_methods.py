"""memoryview: formats, casting, slicing, writing through, releasing, errors."""

import array


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


data = bytearray(range(10))
m = memoryview(data)
print(len(m), m[0], m[-1], m[2:5].tolist(), m[::3].tobytes(), m[::-1].tolist(), m.tobytes(), m.hex(), m.hex(":"), m.nbytes, m.itemsize, m.format, m.ndim, m.shape, m.strides, m.suboffsets, m.readonly, m.contiguous, m.c_contiguous, m.f_contiguous)
m[0] = 255
m[1:3] = b"\xaa\xbb"
m[::5] = b"\x01\x02"
print(data, attempt(m.__setitem__, 0, 256), attempt(m.__setitem__, 0, "a"), attempt(m.__setitem__, slice(0, 2), b"abc"), attempt(lambda: m[10]), attempt(lambda: m[0, 0]), attempt(lambda: m["a"]))
print(m == data, m == bytes(data), m[:2] == b"\x01\xaa", m != b"", attempt(lambda: m < m), m.obj is data, attempt(hash, m), hash(memoryview(b"abc")) == hash(b"abc"), 255 in m, list(m)[:3], m.tolist()[:2])
ro = memoryview(b"abc")
print(ro.readonly, attempt(ro.__setitem__, 0, 1), ro.toreadonly().readonly, m.toreadonly().readonly, attempt(memoryview, "abc"), attempt(memoryview, 5), attempt(memoryview), bytes(ro), bytearray(ro), ro.tobytes("A"))
a = array.array("i", [1, 2, 3, -4])
v = memoryview(a)
print(v.format, v.itemsize, v.shape, v.tolist(), v[3], v.nbytes, v.cast("B")[0], v.cast("B").cast("i").tolist(), v.cast("B", (4, 4)).tolist()[0], attempt(v.cast, "h"), attempt(v.cast, "z"))
v[0] = 100
print(a, attempt(v.__setitem__, 0, 2**40), attempt(v.__setitem__, 0, 1.5), v == a, v[1:] == array.array("i", [2, 3, -4]), v == array.array("d", [100, 2, 3, -4]))
grid = memoryview(bytearray(range(12))).cast("B", [3, 4])
print(grid.shape, grid.strides, grid.ndim, grid[1, 2], grid.tolist(), len(grid), attempt(lambda: grid[0]), attempt(lambda: grid[5, 0]), attempt(lambda: grid[0:1, 0:1]))
grid[2, 3] = 99
print(grid[-1, -1], grid.tobytes()[-1])
with memoryview(data) as w:
    print(w[0])
print(attempt(lambda: w[0]), attempt(len, w), repr(w).split(" at ")[0], attempt(w.tobytes))
x = memoryview(data)
y = x[2:4]
print(attempt(data.append, 1))
x.release()
print(attempt(data.append, 1), y.tolist())
y.release()
m.release()
data.append(1)
print(len(data), x.release(), attempt(x.__enter__))
for code in "bBhHiIlLqQnNfd?c":
    raw = memoryview(bytearray(16)).cast(code)
    print(code, raw.itemsize, len(raw), raw[0], end=" ")
print()
f = memoryview(bytearray(8)).cast("d")
f[0] = 1.5
print(f.tobytes(), f[0], f.tolist(), ro.count(97) if hasattr(ro, "count") else 1, ro.index(98) if hasattr(ro, "index") else 1)
print(memoryview(b"abc")[1:].obj, memoryview(memoryview(b"xy")).obj, memoryview(b"")[:].nbytes, memoryview[int])
