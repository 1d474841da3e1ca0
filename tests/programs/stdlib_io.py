"""io: text and binary files, buffering, StringIO, BytesIO, encodings, newlines, seeking, errors."""

import io
import os
import tempfile


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs)).replace(path, "PATH")
    except Exception as error:
        return f"{type(error).__name__}: {error}".replace(path, "PATH")


fd, path = tempfile.mkstemp()
os.close(fd)
with open(path, "w", encoding="utf-8") as f:
    print(f.write("line one\nlíne two\nline three"), f.tell(), f.name == path, f.mode, f.encoding, f.newlines, f.closed, f.writable(), f.readable(), f.seekable(), f.line_buffering, f.fileno() > 2, f.isatty(), type(f).__name__, type(f.buffer).__name__, type(f.buffer.raw).__name__)
    f.writelines(["\nfour", "\nfive\n"])
    f.flush()
print(f.closed, attempt(f.write, "x"), attempt(f.read), repr(f).replace(path, "PATH"))
with open(path, encoding="utf-8") as f:
    print(f.readline(), f.read(4), f.readlines(12), list(f), f.read(), f.seek(0), f.readline(3), f.seek(0, 2) > 0, attempt(f.seek, 1, 1), attempt(f.write, "x"))
with open(path, "rb") as f:
    print(f.read(5), f.seek(-5, 2), f.read(), f.seek(0), f.readline(), f.peek(3)[:3], f.read1(4), f.readinto(b := bytearray(4)), b, f.tell(), attempt(f.write, b"x"), [len(line) for line in f])
with open(path, "r+b") as f:
    f.seek(5)
    f.write(b"ONE!")
    f.seek(0)
    print(f.readline(), f.truncate(12), f.seek(0, 2))
with open(path, "a") as f:
    f.write("appended")
    print(f.tell())
print(open(path, "rb").read() if False else attempt(lambda: open(path, "rb").read()), attempt(open, path, "x"), attempt(open, path, "w+r"), attempt(open, path, "rt", newline="x"), attempt(open, path, "rb", encoding="utf-8"), attempt(open, path, "r", 0), attempt(open, path, "q"), attempt(open, path, encoding="nope"), attempt(open, -1), attempt(open, path + "nope"))
with open(path, "w", newline="") as f:
    f.write("a\r\nb\rc\nd")
for newline in (None, "", "\n", "\r", "\r\n"):
    with open(path, newline=newline) as f:
        print(repr(newline), f.readlines(), f.newlines)
with open(path, "w", newline="\r\n") as f:
    f.write("x\ny\n")
print(attempt(lambda: open(path, "rb").read()))
with open(path, "wb") as f:
    f.write(b"ok \xff\xfe bad")
for errors in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape"):
    with open(path, encoding="utf-8", errors=errors) as f:
        print(errors, attempt(lambda: ascii(f.read())))
with open(path, encoding="latin-1") as f:
    print(ascii(f.read()))
with open(path, "w", encoding="utf-16") as f:
    f.write("é")
with open(path, "rb") as f:
    print(f.read())
s = io.StringIO("one\ntwo\n")
print(s.read(2), s.readline(), s.tell(), s.getvalue(), s.seek(0), list(s), s.write("three"), s.getvalue(), s.truncate(3), s.getvalue(), s.seek(0), s.readlines(), s.close(), attempt(s.read), attempt(io.StringIO, 5), io.StringIO("a\r\nb", newline=None).read(), attempt(io.StringIO().write, b"x"), attempt(io.StringIO().seek, -1))
b = io.BytesIO(b"abcdef")
print(b.read(2), b.getbuffer()[2], b.seek(10), b.write(b"z"), b.getvalue(), b.readinto(bytearray(2)), b.seek(0), b.read1(3), b.tell(), b.truncate(2), b.getvalue(), attempt(b.write, "x"), attempt(b.seek, -1), b.readable(), b.detach() if False else b.isatty())
view = b.getbuffer()
print(attempt(b.write, b"longer"), attempt(b.close))
view.release()
w = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="xmlcharrefreplace", write_through=True)
w.write("é€")
print(w.buffer.getvalue(), w.reconfigure(errors="strict"), attempt(w.write, "é"), w.detach() is not None, attempt(w.read))


class Raw(io.RawIOBase):
    def __init__(self, chunks):
        self.chunks = list(chunks)

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self.chunks:
            return 0
        chunk = self.chunks.pop(0)
        buffer[: len(chunk)] = chunk
        return len(chunk)


print(io.BufferedReader(Raw([b"ab", b"cd\ne", b"f"]), 4).readlines(), Raw([b"xyz"]).read(), Raw([b"a", b"b"]).readall(), io.TextIOWrapper(io.BufferedReader(Raw([b"\xc3", b"\xa9\n"])), "utf-8").read(), attempt(io.RawIOBase().read), attempt(io.IOBase().readline), io.DEFAULT_BUFFER_SIZE, isinstance(s, io.TextIOBase), issubclass(io.FileIO, io.RawIOBase), io.UnsupportedOperation.__mro__[1:3])
r, wr = os.pipe()
with open(wr, "w") as f:
    f.write("through a pipe\n")
with open(r) as f:
    print(f.read(), f.name)
print(io.IncrementalNewlineDecoder(None, True).decode("a\r\nb\r"), io.text_encoding(None), os.remove(path))
