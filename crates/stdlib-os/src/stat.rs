//! `_stat`: the bits of file modes.

use object::args::{ArgContext, FromArg};
use object::{PyModule, PyObject, PyResult, number, pymodule, raise};

macro_rules! numbers {
    ($($name:ident = $value:expr;)*) => { &[$((stringify!($name), $value)),*] };
}

const NUMBERS: &[(&str, i64)] = numbers! {
    S_IFDIR = 0o040000; S_IFCHR = 0o020000; S_IFBLK = 0o060000; S_IFREG = 0o100000; S_IFIFO = 0o010000;
    S_IFLNK = 0o120000; S_IFSOCK = 0o140000; S_IFDOOR = 0; S_IFPORT = 0; S_IFWHT = 0;
    S_ISUID = 0o4000; S_ISGID = 0o2000; S_ISVTX = 0o1000; S_ENFMT = 0o2000;
    S_IREAD = 0o400; S_IWRITE = 0o200; S_IEXEC = 0o100;
    S_IRWXU = 0o700; S_IRUSR = 0o400; S_IWUSR = 0o200; S_IXUSR = 0o100;
    S_IRWXG = 0o070; S_IRGRP = 0o040; S_IWGRP = 0o020; S_IXGRP = 0o010;
    S_IRWXO = 0o007; S_IROTH = 0o004; S_IWOTH = 0o002; S_IXOTH = 0o001;
    UF_SETTABLE = 0xffff; UF_NODUMP = 1; UF_IMMUTABLE = 2; UF_APPEND = 4; UF_OPAQUE = 8; UF_NOUNLINK = 0x10;
    UF_COMPRESSED = 0x20; UF_TRACKED = 0x40; UF_DATAVAULT = 0x80; UF_HIDDEN = 0x8000;
    SF_SETTABLE = 0xffff0000; SF_ARCHIVED = 0x10000; SF_IMMUTABLE = 0x20000; SF_APPEND = 0x40000;
    SF_NOUNLINK = 0x100000; SF_SNAPSHOT = 0x200000; SF_FIRMLINK = 0x800000; SF_DATALESS = 0x40000000;
    ST_MODE = 0; ST_INO = 1; ST_DEV = 2; ST_NLINK = 3; ST_UID = 4; ST_GID = 5; ST_SIZE = 6;
    ST_ATIME = 7; ST_MTIME = 8; ST_CTIME = 9;
};

/// A file mode.
struct Mode(u32);

impl<'a> FromArg<'a> for Mode {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        let n = number::index(obj)?;
        match n.to_u64() {
            Some(v) => match u32::try_from(v) {
                Ok(v) => Ok(Mode(v)),
                Err(_) => raise!(OverflowError, "mode out of range"),
            },
            None if n.is_negative() => raise!(OverflowError, "can't convert negative value to unsigned int"),
            None => raise!(
                OverflowError,
                "Python int too large to convert to C unsigned long"
            ),
        }
    }
}

impl Mode {
    fn is(&self, kind: u32) -> bool {
        self.0 & 0o170000 == kind
    }
}

/// The module.
pub struct Stat;

#[pymodule(name = "_stat")]
impl Stat {
    #[function("($self, object, /)", name = "S_ISDIR")]
    fn is_dir(mode: Mode) -> bool {
        mode.is(0o040000)
    }
    #[function("($self, object, /)", name = "S_ISCHR")]
    fn is_chr(mode: Mode) -> bool {
        mode.is(0o020000)
    }
    #[function("($self, object, /)", name = "S_ISBLK")]
    fn is_blk(mode: Mode) -> bool {
        mode.is(0o060000)
    }
    #[function("($self, object, /)", name = "S_ISREG")]
    fn is_reg(mode: Mode) -> bool {
        mode.is(0o100000)
    }
    #[function("($self, object, /)", name = "S_ISFIFO")]
    fn is_fifo(mode: Mode) -> bool {
        mode.is(0o010000)
    }
    #[function("($self, object, /)", name = "S_ISLNK")]
    fn is_lnk(mode: Mode) -> bool {
        mode.is(0o120000)
    }
    #[function("($self, object, /)", name = "S_ISSOCK")]
    fn is_sock(mode: Mode) -> bool {
        mode.is(0o140000)
    }
    #[function("($self, object, /)", name = "S_ISDOOR")]
    fn is_door(_mode: Mode) -> bool {
        false
    }
    #[function("($self, object, /)", name = "S_ISPORT")]
    fn is_port(_mode: Mode) -> bool {
        false
    }
    #[function("($self, object, /)", name = "S_ISWHT")]
    fn is_wht(_mode: Mode) -> bool {
        false
    }
    #[function("($self, object, /)", name = "S_IMODE")]
    fn permissions(mode: Mode) -> u32 {
        mode.0 & 0o7777
    }
    #[function("($self, object, /)", name = "S_IFMT")]
    fn file_type(mode: Mode) -> u32 {
        mode.0 & 0o170000
    }
    /// The text that `ls -l` shows.
    #[function("($self, object, /)")]
    fn filemode(mode: Mode) -> String {
        let m = mode.0;
        let kind = match m & 0o170000 {
            0o040000 => 'd',
            0o020000 => 'c',
            0o060000 => 'b',
            0o100000 => '-',
            0o010000 => 'p',
            0o120000 => 'l',
            0o140000 => 's',
            _ => '?',
        };
        let mut text = String::from(kind);
        for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
            let bits = m >> shift;
            text.push(if bits & 4 != 0 { 'r' } else { '-' });
            text.push(if bits & 2 != 0 { 'w' } else { '-' });
            text.push(match (m & special != 0, bits & 1 != 0) {
                (true, true) => letter,
                (true, false) => letter.to_ascii_uppercase(),
                (false, true) => 'x',
                (false, false) => '-',
            });
        }
        text
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        for (name, value) in NUMBERS {
            module.add_value(name, *value)?;
        }
        for (name, value) in [
            ("FILE_ATTRIBUTE_ARCHIVE", 32i64),
            ("FILE_ATTRIBUTE_COMPRESSED", 2048),
            ("FILE_ATTRIBUTE_DEVICE", 64),
            ("FILE_ATTRIBUTE_DIRECTORY", 16),
            ("FILE_ATTRIBUTE_ENCRYPTED", 16384),
            ("FILE_ATTRIBUTE_HIDDEN", 2),
            ("FILE_ATTRIBUTE_INTEGRITY_STREAM", 32768),
            ("FILE_ATTRIBUTE_NORMAL", 128),
            ("FILE_ATTRIBUTE_NOT_CONTENT_INDEXED", 8192),
            ("FILE_ATTRIBUTE_NO_SCRUB_DATA", 131072),
            ("FILE_ATTRIBUTE_OFFLINE", 4096),
            ("FILE_ATTRIBUTE_READONLY", 1),
            ("FILE_ATTRIBUTE_REPARSE_POINT", 1024),
            ("FILE_ATTRIBUTE_SPARSE_FILE", 512),
            ("FILE_ATTRIBUTE_SYSTEM", 4),
            ("FILE_ATTRIBUTE_TEMPORARY", 256),
            ("FILE_ATTRIBUTE_VIRTUAL", 65536),
        ] {
            module.add_value(name, value)?;
        }
        Ok(())
    }
}
