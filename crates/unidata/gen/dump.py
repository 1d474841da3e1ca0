"""Prints what CPython says about every code point, in the form of `tests/all_code_points.rs`.

With `--digest`: a CRC for every 4,096 code points instead, as that test reads them.
"""

import ctypes
import sys
import unicodedata as u
import zlib

OLD = u.ucd_3_2_0
digest = "--digest" in sys.argv
block = []


def api(name):
    function = getattr(ctypes.pythonapi, name)
    function.restype, function.argtypes = ctypes.c_uint32, [ctypes.c_uint32]
    return function


simple = [api(f"_PyUnicode_To{kind}case") for kind in ("Upper", "Lower", "Title")]
linebreak = api("_PyUnicode_IsLinebreak")
hexes = lambda text: ".".join(f"{ord(c):x}" for c in text)
opt = lambda v: "-" if v is None else repr(v)
for cp in range(0x110000):
    c = chr(cp)
    flags = (c.isalpha(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.isspace(), c.isprintable(), c.isupper())
    flags += (c.islower(), c.istitle(), c.isalnum(), c.isidentifier(), ("a" + c).isidentifier(), linebreak(cp))
    fields = [f"{cp:x}", "".join("01"[bool(f)] for f in flags)]
    fields += [opt(f(c, None)) for f in (u.decimal, u.digit, u.numeric)]
    fields += [hexes(f()) for f in (c.upper, c.lower, c.title, c.casefold)]
    fields += [str(f(cp)) for f in simple]
    for db in (u, OLD):
        data = [db.category(c), db.bidirectional(c), db.combining(c), db.east_asian_width(c), db.mirrored(c)]
        data = [str(f) for f in data] + [db.decomposition(c)]
        if db is u:
            fields += data + [u.name(c, "")]
            for form in ("NFC", "NFD", "NFKC", "NFKD"):
                fields += [hexes(u.normalize(form, c)), hexes(OLD.normalize(form, c))]
        else:
            fields += data + [opt(f(c, None)) for f in (OLD.decimal, OLD.digit, OLD.numeric)]
    if not digest:
        print(";".join(fields))
        continue
    block.append(";".join(fields) + "\n")
    if len(block) == 4096:
        print(f"{cp - 4095:06x} {zlib.crc32(''.join(block).encode()):08x}")
        block.clear()
