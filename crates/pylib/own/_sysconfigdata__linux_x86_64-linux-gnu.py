"""What `sysconfig` knows of the build, for x86-64 Linux.

Names and suffixes are those of CPython 3.14, since installers choose wheels and extension modules by them; compiler
settings are those that an extension module needs.
"""

import sys as _sys

_multiarch = "x86_64-linux-gnu"
_cc = "cc"
_cxx = "c++"
_cflags = "-fno-strict-overflow -Wsign-compare -DNDEBUG -g -O2 -Wall"
_shared = f"{_cc} -shared"

build_time_vars = {
    "ABIFLAGS": "",
    "AR": "ar",
    "ARFLAGS": "rcs",
    "BLDLIBRARY": "",
    "BLDSHARED": _shared,
    "CC": _cc,
    "CCSHARED": "-fPIC",
    "CFLAGS": _cflags,
    "CONFIG_ARGS": "",
    "CPPFLAGS": "",
    "CXX": _cxx,
    "EXE": "",
    "EXEEXT": "",
    "EXT_SUFFIX": f".cpython-314-{_multiarch}.so",
    "HAVE_FORK": 1,
    "HAVE_GETRANDOM": 1,
    "HAVE_SENDFILE": 1,
    "HOST_GNU_TYPE": f"{_multiarch.replace('-linux', '-pc-linux')}",
    "INCLUDEPY": f"{_sys.base_prefix}/include/python3.14",
    "INSTSONAME": "",
    "LDFLAGS": "",
    "LDLIBRARY": "",
    "LDSHARED": _shared,
    "LDVERSION": "3.14",
    "LIBDEST": f"{_sys.base_prefix}/lib/python3.14",
    "LIBDIR": f"{_sys.base_prefix}/lib",
    "LIBPYTHON": "",
    "LINKFORSHARED": "-Wl,--export-dynamic",
    "MACHDEP": "linux",
    "MULTIARCH": _multiarch,
    "OPT": "-DNDEBUG -g -O2 -Wall",
    "PLATLIBDIR": _sys.platlibdir,
    "PY_CFLAGS": _cflags,
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "Py_GIL_DISABLED": 0,
    "SHELL": "/bin/sh -e",
    "SHLIB_SUFFIX": ".so",
    "SIZEOF_VOID_P": 8,
    "SOABI": f"cpython-314-{_multiarch}",
    "TZPATH": "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
    "VERSION": "3.14",
    "WITH_DOC_STRINGS": 1,
    "exec_prefix": _sys.base_exec_prefix,
    "prefix": _sys.base_prefix,
}
