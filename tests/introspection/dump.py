"""What can be seen of the native modules, types and functions, one fact a line: KIND, NAME and the value's repr, with
tabs between. `cargo xtask introspection` runs it in two interpreters and compares."""

import importlib
import sys
import types

MODULES = """
builtins sys _io _abc _ast _bisect _codecs _collections _contextvars _csv _datetime _decimal _functools _heapq _imp
_json _locale _md5 _opcode _operator _posixsubprocess _queue _random _sha1 _sha2 _sha3 _blake2 _signal _socket _sre _stat
_statistics _string _struct _suggestions _symtable _sysconfig _thread _tokenize _types _typing _tracemalloc _uuid _warnings _weakref
array atexit binascii cmath errno fcntl faulthandler gc grp itertools marshal math mmap posix pwd pyexpat resource
select syslog termios time unicodedata zlib _zstd _bz2 _lzma _asyncio _pickle _elementtree _ssl _hashlib _sqlite3 _ctypes
_lsprof _multiprocessing _posixshmem _zoneinfo _interpreters _interpqueues _interpchannels _hmac _curses _dbm _gdbm
_remote_debugging _ctypes_test
""".split()

FUNCTIONS = (types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType,
             types.MethodWrapperType, types.ClassMethodDescriptorType)
SHOWN = FUNCTIONS + (types.GetSetDescriptorType, types.MemberDescriptorType)
HEAPTYPE, IMMUTABLETYPE = 1 << 9, 1 << 8
# sequence and mapping, no instances, may be a base, vectorcall, method descriptor, abstract, matches itself, subclasses
FLAGS = 3 << 5 | 1 << 7 | 1 << 10 | 1 << 11 | 1 << 17 | 1 << 20 | 1 << 22 | 0xFF << 24


def fact(kind, name, value):
    print(kind, name, ascii(value), sep="\t")


def attribute(name, value):
    fact("type", name, type(value).__name__)
    if isinstance(value, SHOWN):
        fact("doc", name, value.__doc__)
        if isinstance(value, FUNCTIONS):
            fact("signature", name, value.__text_signature__)
    elif isinstance(value, (staticmethod, classmethod)):
        attribute(name + "()", value.__func__)


def full_name(cls):
    return f"{cls.__module__}.{cls.__qualname__}"


def native(cls):
    if not cls.__flags__ & HEAPTYPE or cls.__flags__ & IMMUTABLETYPE:
        return True
    return any(isinstance(v, SHOWN) and k not in ("__dict__", "__weakref__") and type(v) is not types.MemberDescriptorType
               and getattr(v, "__objclass__", None) is cls for k, v in vars(cls).items())


def classes():
    seen, todo = set(), [object]
    while todo:
        cls = todo.pop()
        if cls in seen:
            continue
        seen.add(cls)
        todo += type.__subclasses__(cls)
    return seen


def show_class(cls, name):
    fact("doc", name, cls.__doc__)
    fact("signature", name, cls.__text_signature__)
    fact("mro", name, [full_name(c) for c in cls.__mro__])
    fact("flags", name, cls.__flags__ & FLAGS)
    for key, value in vars(cls).items():
        attribute(f"{name}.{key}", value)


def main():
    only = sys.argv[1:]
    for name in MODULES:
        if only and name not in only:
            continue
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        fact("type", name, "module")
        fact("doc", name, module.__doc__)
        for key in dir(module):
            attribute(f"{name}.{key}", getattr(module, key))
    for cls in sorted(classes(), key=full_name):
        if native(cls) and (not only or cls.__module__ in only):
            show_class(cls, "class " + full_name(cls))


main()
