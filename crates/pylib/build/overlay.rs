//! Where the embedded library departs from the crate `rustpython-pylib`: files left out, edits that take back changes
//! made there for another interpreter, and the names under which the frozen modules are compiled.
//!
//! Each edited file is held by a hash of the crate's version of it, and each text to be replaced must stand in it
//! exactly once: when the crate changes, the build stops here instead of embedding something unexpected.

use std::collections::BTreeMap;

/// One text in a file and what stands there instead.
struct Edit {
    find: &'static str,
    replace: &'static str,
}

/// The edits of one file.
struct Patch {
    path: &'static str,
    /// FNV-1a (64 bit) of the file as the crate has it.
    hash: u64,
    edits: &'static [Edit],
}

/// Files that are not part of CPython's library or of no use without what they belong to.
const EXCLUDED: &[&str] = &[
    "README.md",
    "_dummy_os.py",
    "_dummy_thread.py",
    "dummy_threading.py",
    "_pycodecs.py",
    "idlelib/",
    "turtledemo/",
    "venv/scripts/nt/",
];

const PATCHES: &[Patch] = &[
    // An exception type that CPython does not have.
    Patch {
        path: "_compat_pickle.py",
        hash: 0x667557ce1d201aa7,
        edits: &[Edit {
            find: "# NOTE: RUSTPYTHON exceptions\ntry:\n    JitError\nexcept NameError:\n    pass\nelse:\n    \
                   PYTHON2_EXCEPTIONS += (\"JitError\",)\n\n",
            replace: "",
        }],
    },
    // The opcode tables are CPython's; only the heading says otherwise.
    Patch {
        path: "_opcode_metadata.py",
        hash: 0x9db93172be968b9b,
        edits: &[Edit {
            find: "# for RustPython bytecode format (CPython 3.14 compatible opcode numbers).\n",
            replace: "# for CPython 3.14's bytecode.\n",
        }],
    },
    // `FileIO` is always there.
    Patch {
        path: "io.py",
        hash: 0x2838a3e0edc5fe81,
        edits: &[
            Edit {
                find: "                 open, open_code, BytesIO,",
                replace: "                 open, open_code, FileIO, BytesIO,",
            },
            Edit {
                find: "# XXX: RUSTPYTHON; FileIO needs host_env, optional without it\ntry:\n    from _io import FileIO\n\
                       except ImportError:\n    FileIO = None\n",
                replace: "",
            },
            Edit {
                find: "if FileIO is not None:  # XXX: RUSTPYTHON; see the try/except above\n    RawIOBase.register(FileIO)\n",
                replace: "RawIOBase.register(FileIO)\n",
            },
        ],
    },
    // A constructor for another scanner's errors.
    Patch {
        path: "json/decoder.py",
        hash: 0xabad29c8365af745,
        edits: &[Edit {
            find: "    # RUSTPYTHON SPECIFIC\n    @classmethod\n    def _from_serde(cls, msg, doc, line, col):\n        pos = 0\n        \
                   # 0-indexed\n        line -= 1\n        col -= 1\n        while line > 0:\n            \
                   i = doc.index('\\n', pos)\n            line -= 1\n            pos = i\n        pos += col\n        \
                   return cls(msg, doc, pos)\n\n",
            replace: "",
        }],
    },
    // `platform.python_implementation()` is decided by `sys.implementation` alone.
    Patch {
        path: "platform.py",
        hash: 0x2ec9cfb881758caa,
        edits: &[Edit {
            find: "\n        # XXX: RUSTPYTHON support\n        if \"RustPython\" in sys_version:\n            \
                   name = \"RustPython\"\n        else:\n            name = 'CPython'\n",
            replace: "        name = 'CPython'\n",
        }],
    },
    // Site packages are found where CPython's are. The prompt edits its lines through `readline`, never through `_pyrepl`.
    Patch {
        path: "site.py",
        hash: 0xc10b3ed23206b664,
        edits: &[
            Edit {
                find: "    if not sys.flags.ignore_environment:\n        PYTHON_BASIC_REPL = os.getenv(\"PYTHON_BASIC_REPL\")\n    \
                       else:\n        PYTHON_BASIC_REPL = False\n\n    import atexit\n",
                replace: "    PYTHON_BASIC_REPL = True\n\n    import atexit\n",
            },
            Edit {
                find: "    return 'RustPython' # XXX: RUSTPYTHON; for site-packages\n",
                replace: "    return 'Python'\n",
            },
            Edit {
                find: "    # XXX: RUSTPYTHON\n    return f'{userbase}/lib/rustpython{version[0]}",
                replace: "    return f'{userbase}/lib/python{version[0]}",
            },
        ],
    },
    Patch {
        path: "sysconfig/__init__.py",
        hash: 0x5be6a40ce954a000,
        edits: &[Edit {
            find: "    return 'RustPython'  # XXX: RUSTPYTHON; For site-packages\n",
            replace: "    return 'Python'\n",
        }],
    },
    // The scripts stand in no folder: they are written out before they are installed.
    Patch {
        path: "venv/__init__.py",
        hash: 0xbfe737eb97183556,
        edits: &[Edit {
            find: "        path = os.path.join(path, 'scripts')\n        self.install_scripts(context, path)\n",
            replace: "        path = os.path.join(path, 'scripts')\n        \
                      files = __loader__.files_below(path) if hasattr(__loader__, 'files_below') else ()\n        \
                      if not files:\n            self.install_scripts(context, path)\n            return\n        \
                      import tempfile\n        with tempfile.TemporaryDirectory() as folder:\n            \
                      for name in files:\n                target = os.path.join(folder, name)\n                \
                      os.makedirs(os.path.dirname(target), exist_ok=True)\n                \
                      with open(target, 'wb') as f:\n                    \
                      f.write(__loader__.get_data(os.path.join(path, name)))\n            \
                      self.install_scripts(context, folder)\n",
        }],
    },
    // Helpers for another project's copy of the test suite.
    Patch {
        path: "unittest/__init__.py",
        hash: 0x109c869a82e10347,
        edits: &[Edit {
            find: "\n\n\n# XXX: RUSTPYTHON\n# This is very useful to reduce platform difference boilerplates in tests.\n\
                   def expectedFailureIf(condition, reason):\n    assert reason.startswith(\"TODO: RUSTPYTHON\")\n    \
                   if condition:\n        return expectedFailure\n    else:\n        return lambda x: x\n\n\
                   # XXX: RUSTPYTHON\n# Even more useful because most of them are windows only.\n\
                   def expectedFailureIfWindows(reason):\n    import sys\n    \
                   return expectedFailureIf(sys.platform == 'win32', reason)\n\n\
                   # XXX: RUSTPYTHON\n# For a rare case when the parent class test fails but the child pass.\n\
                   def expectedSuccess(test_item):\n    test_item.__unittest_expecting_failure__ = False\n    \
                   return test_item\n",
            replace: "",
        }],
    },
];

/// The modules that CPython freezes: their code says `<frozen NAME>` where others have a file name.
pub const FROZEN: &[&str] = &[
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "zipimport",
    "abc",
    "codecs",
    "io",
    "_collections_abc",
    "_sitebuiltins",
    "genericpath",
    "ntpath",
    "posixpath",
    "os",
    "site",
    "stat",
    "importlib.util",
    "importlib.machinery",
    "runpy",
    "__hello__",
    "__phello__",
    "__phello__.spam",
    "__phello__.ham",
    "__phello__.ham.eggs",
];

/// Is `path` left out of the embedded library?
pub fn excluded(path: &str) -> bool {
    EXCLUDED
        .iter()
        .any(|entry| path == *entry || (entry.ends_with('/') && path.starts_with(entry)))
}

/// The `co_filename` that a module is compiled with. That of a module which is not frozen is its path in the library:
/// the importer puts the library's folder before it.
pub fn co_filename(name: &str, path: &str) -> String {
    if FROZEN.contains(&name) {
        format!("<frozen {name}>")
    } else {
        path.to_owned()
    }
}

/// Applies all edits; panics when a file is not what the edits were written for.
pub fn apply(files: &mut BTreeMap<String, Vec<u8>>) {
    for patch in PATCHES {
        let data = files
            .get_mut(patch.path)
            .unwrap_or_else(|| panic!("{} is not in the library", patch.path));
        let found = fnv1a(data);
        assert!(
            found == patch.hash,
            "{}: the library's file has changed (hash {found:#x}); look at its edits in build/overlay.rs",
            patch.path
        );
        let mut text = String::from_utf8(std::mem::take(data)).expect("edited files are UTF-8");
        for edit in patch.edits {
            assert!(
                text.matches(edit.find).count() == 1,
                "{}: the text to replace must stand there once: {:?}",
                patch.path,
                edit.find
            );
            text = text.replace(edit.find, edit.replace);
        }
        *data = text.into_bytes();
    }
}

fn fnv1a(data: &[u8]) -> u64 {
    data.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
