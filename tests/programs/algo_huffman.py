"""Huffman coding, LZ77-like compression, base conversions, checksums: bytes and bit handling."""

import heapq
from collections import Counter
from itertools import count


def huffman(text):
    tie = count()
    heap = [(n, next(tie), ch) for ch, n in sorted(Counter(text).items())]
    heapq.heapify(heap)
    while len(heap) > 1:
        (n1, _, a), (n2, _, b) = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, (n1 + n2, next(tie), (a, b)))
    codes = {}

    def walk(node, prefix):
        if isinstance(node, tuple):
            walk(node[0], prefix + "0")
            walk(node[1], prefix + "1")
        else:
            codes[node] = prefix or "0"

    walk(heap[0][2], "")
    return codes


def decode(bits, codes):
    back, out, current = {v: k for k, v in codes.items()}, [], ""
    for bit in bits:
        current += bit
        if current in back:
            out.append(back[current])
            current = ""
    return "".join(out)


text = "she sells sea shells by the sea shore"
codes = huffman(text)
bits = "".join(codes[ch] for ch in text)
print(sorted(codes.items(), key=lambda kv: (len(kv[1]), kv[0])), len(bits), decode(bits, codes) == text)
packed = int("1" + bits, 2).to_bytes((len(bits) + 8) // 8, "big")
print(packed.hex(), bin(int.from_bytes(packed, "big"))[3:] == bits)


def lz(data):
    out, i = [], 0
    while i < len(data):
        best = (0, 0)
        for start in range(max(0, i - 64), i):
            length = 0
            while i + length < len(data) and data[start + length] == data[i + length] and length < 15:
                length += 1
            if length > best[1]:
                best = i - start, length
        if best[1] > 2:
            out.append(best)
            i += best[1]
        else:
            out.append(data[i])
            i += 1
    return out


def unlz(tokens):
    out = bytearray()
    for token in tokens:
        if isinstance(token, tuple):
            distance, length = token
            for _ in range(length):
                out.append(out[-distance])
        else:
            out.append(token)
    return bytes(out)


data = b"abracadabra abracadabra " * 3
tokens = lz(data)
print(tokens[:20], len(tokens), unlz(tokens) == data)


def crc32(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def adler(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


def fletcher(data):
    x = y = 0
    for byte in data:
        x = (x + byte) % 255
        y = (y + x) % 255
    return y << 8 | x


for sample in (b"", b"a", b"123456789", bytes(range(256))):
    print(f"{crc32(sample):08x} {adler(sample):08x} {fletcher(sample):04x}")


def to_base(n, base, digits="0123456789abcdefghijklmnopqrstuvwxyz"):
    if n < 0:
        return "-" + to_base(-n, base)
    out = ""
    while True:
        n, d = divmod(n, base)
        out = digits[d] + out
        if n == 0:
            return out


print([to_base(n, b) for n, b in [(255, 2), (255, 16), (-37, 3), (0, 7), (10**20, 36)]], all(int(to_base(n, b), b) == n for n in (5, 99, 12345) for b in (2, 7, 36)))


def gray(n):
    return n ^ n >> 1


print([f"{gray(i):03b}" for i in range(8)], sum(bin(i).count("1") for i in range(256)))


def b64(data):
    table = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    out = ""
    for i in range(0, len(data), 3):
        chunk = data[i : i + 3]
        n = int.from_bytes(chunk + bytes(3 - len(chunk)), "big")
        out += "".join(table[n >> s & 63] for s in (18, 12, 6, 0))[: len(chunk) + 1] + "=" * (3 - len(chunk))
    return out


import base64

print(b64(b"Hello, World"), all(b64(data[:n]) == base64.b64encode(data[:n]).decode() for n in range(20)))
