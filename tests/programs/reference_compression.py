"""Reference, the standard library: compression and archives (`zlib`, `gzip`, `bz2`, `lzma`, `zipfile`, `tarfile`)."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

data = b"the same words again and again " * 50
for module in (zlib, gzip, bz2, lzma):
    packed = module.compress(data)
    print(module.__name__, len(packed) < len(data) // 5, module.decompress(packed) == data)
box = io.BytesIO()
with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("a.txt", data)
    archive.writestr("sub/b.txt", "text")
with zipfile.ZipFile(box) as archive:
    print(archive.namelist(), archive.read("a.txt") == data, archive.getinfo("a.txt").file_size, archive.testzip())
for mode in ("", "gz", "bz2", "xz"):
    box = io.BytesIO()
    with tarfile.open(fileobj=box, mode="w:" + mode) as archive:
        info = tarfile.TarInfo("x")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    box.seek(0)
    with tarfile.open(fileobj=box) as archive:
        print(archive.getnames(), archive.extractfile("x").read() == data)
print(hex(zlib.crc32(b"abc")), hex(zlib.adler32(b"abc")))
for module, bad in ((zlib, b"nonsense"), (gzip, b"nonsense"), (bz2, b"nonsense"), (lzma, b"nonsense")):
    try:
        module.decompress(bad)
    except Exception as error:
        print(type(error).__name__, error)
