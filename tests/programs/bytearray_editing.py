"""bytearray as an editable buffer: slices, growth, memoryviews, searching, building records."""


def attempt(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


b = bytearray(b"hello world")
b[0] = ord("J")
b[-5:] = b"there"
b[5:6] = b", "
print(b, len(b), b.decode(), b.upper(), bytes(b[:4]))
del b[4:7]
b += b"!!"
b.insert(0, 0x3E)
b.extend(range(65, 70))
print(b, b.find(b"there"), b.count(b"!"), b.index(0x3E), b.pop(), b.pop(0))
b[::2] = b"." * len(b[::2])
print(b, b.replace(b".", b""), b.split(b"!"), b.strip(b"."))
b.clear()
for n in (1, 300, 70000):
    b += n.to_bytes(4, "little")
print(b.hex(" ", 4), [int.from_bytes(b[i : i + 4], "little") for i in range(0, len(b), 4)])
view = memoryview(b)
view[0:4] = (99).to_bytes(4, "little")
view[4] ^= 0xFF
print(b[:6], view[4:8].tolist(), attempt(b.append, 1), view.release(), b.append(1), len(b))
c = bytearray(5)
for i in range(5):
    c[i] = (i * 60) % 256
print(c, sum(c), max(c), sorted(c, reverse=True), list(c), c.hex())
print(attempt(c.__setitem__, 0, 256), attempt(c.__setitem__, 9, 1), attempt(c.__setitem__, slice(0, 2), "ab"), attempt(bytearray, "text"), attempt(c.extend, "x"), attempt(c.extend, [1, 300]), c, attempt(c.remove, 77), attempt(lambda: c + "x"), attempt(lambda: c[1.5]))
c.reverse()
c *= 2
print(c, c.copy() == c, c.copy() is c, bytearray(b"ab") * 3, b"x" + bytearray(b"y"), bytearray(b"y") + b"x", bytearray(b"abc") == b"abc", bytearray(b"a") < b"b")
text = bytearray("héllo", "utf-8")
text[1:3] = b"e"
print(text.decode(), text.title(), text.isalpha(), text.startswith(b"hel"), text.center(11, b"-"), text.translate(bytes(range(256)), b"l"), text.partition(b"l"))


def crc(data, table=[]):
    if not table:
        for n in range(256):
            for _ in range(8):
                n = n >> 1 ^ (0xEDB88320 if n & 1 else 0)
            table.append(n)
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


print(f"{crc(bytearray(b'123456789')):08x}", crc(b""), bytes(reversed(bytearray(b"abc"))), bytearray(i for i in range(3)), bytearray(b"%d-%s" % (5, b"x")))
record = bytearray()
for name, value in [("one", 1), ("two", 2)]:
    raw = name.encode()
    record.append(len(raw))
    record += raw + bytes([value])
pos, out = 0, {}
while pos < len(record):
    size = record[pos]
    out[record[pos + 1 : pos + 1 + size].decode()] = record[pos + 1 + size]
    pos += size + 2
print(record, out)
