"""os, os.path, pathlib, tempfile, shutil, glob, fnmatch, stat."""

import fnmatch
import glob
import os
import os.path as p
import pathlib
import shutil
import stat
import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs)).replace(base, "BASE")
    except Exception as error:
        return f"{type(error).__name__}: {error}".replace(base, "BASE")


base = tempfile.mkdtemp()
print(p.join("a", "b", "/c", "d"), p.split("/a/b/"), p.splitext("x.tar.gz"), p.splitext(".bashrc"), p.basename("/a/b"), p.dirname("/a/b"), p.normpath("a//b/../c/."), p.isabs("/x"), p.relpath("/a/b", "/a/c"), p.commonpath(["/a/b", "/a/c"]), p.commonprefix(["abc", "abd"]), p.expanduser("~nope_user_x"), p.splitroot("//a/b"), p.exists(base), p.join(b"a", b"b"), attempt(p.join, "a", b"b"), attempt(p.join, 5))
q = PurePosixPath("/usr/lib/python3.14/os.tar.gz")
print(q.parts, q.name, q.stem, q.suffix, q.suffixes, q.parent, list(q.parents)[1:3], q.with_suffix(".py"), q.with_name("x"), q.with_stem("y"), q / "z", "/" / q, q.relative_to("/usr"), attempt(q.relative_to, "/etc"), q.is_relative_to("/usr"), q.match("*.gz"), q.full_match("/usr/**"), q.as_posix(), q.as_uri(), q < PurePosixPath("/z"), hash(q) == hash(PurePosixPath(str(q))), repr(q), PurePosixPath("a/../b"), PurePosixPath("a") == PurePosixPath("a/."), q.joinpath("a", "b"), q.is_absolute(), attempt(q.with_suffix, "bad"), q.anchor, PurePosixPath("..", "x").parts, q.relative_to("/usr/share", walk_up=True))
print(PureWindowsPath(r"C:\Users\x.txt").parts, PureWindowsPath("c:/a").drive, PureWindowsPath("a/b"), PureWindowsPath("C:/A") == PureWindowsPath("c:/a"))
root = Path(base)
(root / "sub" / "deep").mkdir(parents=True)
f = root / "file.txt"
print(f.write_text("héllo\nworld\n"), f.read_text(), f.read_bytes(), f.stat().st_size, f.exists(), f.is_file(), root.is_dir(), attempt((root / "sub").mkdir), attempt((root / "nope").read_text), f.with_suffix(".bin").write_bytes(b"\0\1"), f.rename(root / "renamed.txt").name, attempt((root / "sub").rmdir))
(root / "sub" / "a.py").touch()
(root / "sub" / "deep" / "b.py").write_text("x")
print(sorted(x.name for x in root.iterdir()), sorted(str(x.relative_to(root)) for x in root.glob("**/*.py")), sorted(x.name for x in root.rglob("*")), sorted(glob.glob("**/*.py", root_dir=base, recursive=True)), [(Path(d).relative_to(root).as_posix(), sorted(ds), sorted(fs)) for d, ds, fs in sorted(os.walk(base))], [(d.relative_to(root).as_posix(), sorted(fs)) for d, ds, fs in sorted(root.walk())])
os.symlink("renamed.txt", root / "link")
print((root / "link").is_symlink(), os.readlink(root / "link"), (root / "link").resolve().name, p.islink(root / "link"), os.path.samefile(root / "link", root / "renamed.txt"), stat.filemode(os.stat(f.with_name("renamed.txt")).st_mode), oct(stat.S_IMODE(0o100644)), stat.S_ISDIR(os.stat(base).st_mode))
with os.scandir(base) as entries:
    print(sorted((e.name, e.is_dir(), e.is_file(), e.is_symlink()) for e in entries))
os.chmod(root / "renamed.txt", 0o600)
print(oct((root / "renamed.txt").stat().st_mode), shutil.copy(root / "renamed.txt", root / "copy.txt").name if False else attempt(shutil.copy, root / "renamed.txt", root / "copy.txt"), attempt(shutil.copytree, root / "sub", root / "sub2"), attempt(shutil.move, root / "copy.txt", root / "sub2"), sorted(os.listdir(root / "sub2")), attempt(shutil.rmtree, root / "sub2"), attempt(os.remove, root / "nope"), attempt(os.rmdir, root / "sub"), attempt(os.listdir, root / "nope"), attempt(os.mkdir, root), attempt(open, root), attempt(os.stat, root / "nope"), shutil.which("sh") is not None, shutil.disk_usage("/").total > 0)
fd = os.open(root / "raw", os.O_CREAT | os.O_RDWR)
print(os.write(fd, b"abcdef"), os.lseek(fd, 2, os.SEEK_SET), os.read(fd, 2), os.fstat(fd).st_size, os.ftruncate(fd, 3), os.close(fd), attempt(os.read, fd, 1), os.path.getsize(root / "raw"))
print(fnmatch.fnmatch("a.py", "*.p?"), fnmatch.filter(["a.py", "b.txt"], "*.py"), fnmatch.translate("*.py"), fnmatch.fnmatchcase("A", "a"), os.sep, os.linesep, os.name, os.pardir, os.extsep, os.pathsep, os.devnull, os.fspath(Path("x")), attempt(os.fspath, 5), os.fsencode("é"), os.fsdecode(b"\xff"), os.environ.get("PYTHONHASHSEED"), "NOPE" in os.environ, os.getenv("NOPE", "d"), os.cpu_count() > 0, len(os.urandom(4)), os.getpid() > 0, os.strerror(2), os.get_terminal_size.__name__)
os.environ["ADDED"] = "1"
print(os.environ["ADDED"], os.popen("echo $ADDED").read(), os.system("exit 3") >> 8, attempt(lambda: os.environ[5]), attempt(os.environ.__setitem__, "a", 1), os.waitstatus_to_exitcode(256))
with tempfile.TemporaryDirectory() as d, tempfile.NamedTemporaryFile("w+", suffix=".x", dir=d) as nf, tempfile.TemporaryFile() as tf, tempfile.SpooledTemporaryFile() as sf:
    nf.write("data")
    nf.flush()
    print(os.listdir(d)[0].endswith(".x"), tf.write(b"x"), sf.write(b"y"), p.exists(nf.name))
print(p.exists(d), tempfile.gettempprefix())
old = os.getcwd()
os.chdir(base)
print(Path.cwd() == root.resolve(), Path("sub").resolve() == root / "sub", p.abspath("x") == p.join(os.getcwd(), "x"), Path("~").expanduser() != Path("~"), list(Path("sub").glob("*.nope")))
os.chdir(old)
shutil.rmtree(base)
print(p.exists(base), attempt(shutil.rmtree, base), shutil.rmtree(base, ignore_errors=True))
