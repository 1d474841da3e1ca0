"""struct, array, binascii, base64, zlib checksums, hashlib, hmac, bisect, heapq, queue."""

import array
import base64
import binascii
import bisect
import hashlib
import heapq
import struct
import zlib


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(struct.pack("<bBhHiIqQ", -1, 255, -2, 65535, -3, 2**32 - 1, -4, 2**64 - 1), struct.pack(">hlf?cd", 1, 2, 1.5, True, b"x", 2.5), struct.pack("3s5pxxB", b"abcd", b"hello", 9), struct.calcsize("@bi"), struct.calcsize("=bi"), struct.unpack("<2h", b"\1\0\2\0"), list(struct.iter_unpack(">H", b"\0\1\0\2")), struct.unpack_from("<H", b"xx\1\2", 2), struct.Struct("!HI").size, struct.Struct("<e").pack(1.5), struct.pack("n", -1), struct.pack("<F" if False else "<2f", 1, 2))
print(attempt(struct.pack, "B", 256), attempt(struct.pack, "i", "x"), attempt(struct.pack, "z", 1), attempt(struct.unpack, "i", b"abc"), attempt(struct.pack, "ii", 1), attempt(struct.pack, "s", "x"), attempt(struct.pack, "c", b"ab"), attempt(struct.pack_into, "i", bytearray(2), 0, 1), attempt(struct.calcsize, "9999999999999i"), attempt(struct.pack, "f", 1e100), attempt(struct.unpack_from, "i", b"abcd", 2))
a = array.array("i", [3, 1, 2])
a.append(5)
a.extend([7, 8])
a.insert(0, 9)
print(a, a[1], a[1:3], len(a), a.pop(), a.index(5), a.count(1), a.reverse(), a.tolist(), a.itemsize, a.typecode, a.tobytes()[:4], array.array("d", [1.5]) * 2, array.array("b", b"\xff\1"), array.array("w", "añ"), a == array.array("i", a), a + array.array("i", [0]), attempt(a.append, "x"), attempt(a.append, 2**40), attempt(array.array, "z"), attempt(a.remove, 99), attempt(lambda: a + [1]), a.buffer_info()[1], array.typecodes, attempt(lambda: a[50]), array.array("H", [1, 256]).byteswap())
a.frombytes(b"\1\0\0\0")
a[0:2] = array.array("i", [100])
del a[-1]
print(a, a.fromlist([4]), attempt(a.fromlist, [1, "x"]), a, list(reversed(a)), sorted(a), 4 in a, array.array("f", [0.1]), attempt(a.frombytes, b"123"))
print(binascii.hexlify(b"ab\xff"), binascii.unhexlify("6162"), binascii.crc32(b"hello"), binascii.b2a_base64(b"hello"), binascii.a2b_base64("aGVsbG8="), attempt(binascii.unhexlify, "6"), attempt(binascii.a2b_base64, "a"), binascii.b2a_qp(b"a=b\xe9"), binascii.hexlify(b"abcd", "-", 2), binascii.crc_hqx(b"x", 0), attempt(binascii.a2b_base64, "a!b", strict_mode=True))
print(base64.b64encode(b"\xfb\xff"), base64.urlsafe_b64encode(b"\xfb\xff"), base64.b32encode(b"hi"), base64.b16encode(b"hi"), base64.b85encode(b"hello"), base64.a85encode(b"hello"), base64.b64decode("aGk="), base64.b32decode("NBUQ===="), base64.b85decode(b"Xk~0{Zv"), attempt(base64.b64decode, "a"), attempt(base64.b64decode, "a$=", validate=True), base64.b32hexencode(b"x"), base64.z85encode(b"abcd"))
print(zlib.crc32(b"hello"), zlib.adler32(b"hello"), zlib.decompress(zlib.compress(b"x" * 1000)) == b"x" * 1000, len(zlib.compress(b"x" * 1000)) < 50, attempt(zlib.decompress, b"bad"), zlib.crc32(b"lo", zlib.crc32(b"hel")))
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"):
    print(name, hashlib.new(name, b"hello").hexdigest()[:32], getattr(hashlib, name)().digest_size)
h = hashlib.sha256()
h.update(b"he")
c = h.copy()
h.update(b"llo")
import hmac

print(h.hexdigest() == hashlib.sha256(b"hello").hexdigest(), c.hexdigest()[:8], h.name, h.block_size, attempt(hashlib.new, "nope"), attempt(hashlib.sha256, "text"), hmac.new(b"k", b"m", "sha256").hexdigest()[:16], hmac.compare_digest("a", "a"), hashlib.pbkdf2_hmac("sha256", b"p", b"s", 10).hex()[:16], hashlib.shake_128(b"x").hexdigest(4), sorted(hashlib.algorithms_guaranteed)[:3], hashlib.scrypt(b"p", salt=b"s", n=2, r=1, p=1).hex()[:8] if hasattr(hashlib, "scrypt") else "3", hashlib.file_digest(open(__file__, "rb"), "md5").name)
l = [1, 3, 3, 5]
print(bisect.bisect(l, 3), bisect.bisect_left(l, 3), bisect.insort(l, 4), l, bisect.bisect([("a", 1), ("b", 2)], 1, key=lambda t: t[1]), attempt(bisect.bisect, l, "x"), bisect.bisect(l, 9, 1, 3), attempt(bisect.bisect, l, 1, -1))
heap = [5, 3, 8, 1]
heapq.heapify(heap)
heapq.heappush(heap, 0)
print(heap, heapq.heappop(heap), heapq.heappushpop(heap, 2), heapq.heapreplace(heap, 9), heapq.nlargest(2, heap), heapq.nsmallest(2, heap, key=lambda v: -v), list(heapq.merge([1, 4], [2, 3])), list(heapq.merge(["b"], ["aa"], key=len)), attempt(heapq.heappop, []), [heapq.heappop(heap) for _ in range(len(heap))], attempt(heapq.heappush, (), 1))
