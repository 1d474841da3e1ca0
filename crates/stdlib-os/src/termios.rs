//! `termios`: settings of terminals.
//!
//! The kernel's own calls are used, not the C library's: they speak of speeds as numbers of bits a second, as the constants
//! of this module do, whichever version of the library is there.

use crate::os::{Fileno, call, retry};
use crate::termios_consts::NUMBERS;
use object::{
    GilCell, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, error, number, pymodule, raise,
};

static ERROR: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

/// `termios.error`
fn error_class() -> PyResult<&'static PyTypeObject> {
    crate::os::class_of(&ERROR, || {
        let dict = PyDict::new()?;
        dict.set_item(object::intern!("__module__"), object::intern!("termios"))?;
        let bases = PyTuple::from_refs(&[object::exceptions::Exception::type_object().as_object()])?;
        let class = object::call::call(
            PyTypeObject::type_object().as_object(),
            &[
                object::intern!("error").as_object(),
                bases.as_object(),
                dict.as_object(),
            ],
        )?;
        match class.downcast_into::<PyTypeObject>() {
            Ok(class) => Ok(class),
            Err(_) => error::bad_internal_call(),
        }
    })
}

/// The value of a call, or `termios.error(errno, text)`.
fn check<T>(result: Result<T, i32>) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(e) => {
            let number = PyInt::from_i64(e.into())?;
            let text = PyStr::new(&error::errno_text(e))?;
            let made = object::call::call(
                error_class()?.as_object(),
                &[number.as_object(), text.as_object()],
            )?;
            Err(error::raise_object(made))
        }
    }
}

/// Control characters that are shown; the kernel has fewer.
const NCCS: usize = 32;
const KERNEL_NCCS: usize = 19;
const CBAUD: u32 = 0o010017;
const BOTHER: u32 = 0o010000;
const IBSHIFT: u32 = 16;

/// Speeds and their codes in the control flags.
const SPEEDS: &[(u32, u32)] = &[
    (0, 0),
    (50, 1),
    (75, 2),
    (110, 3),
    (134, 4),
    (150, 5),
    (200, 6),
    (300, 7),
    (600, 8),
    (1200, 9),
    (1800, 10),
    (2400, 11),
    (4800, 12),
    (9600, 13),
    (19200, 14),
    (38400, 15),
    (57600, 0o010001),
    (115200, 0o010002),
    (230400, 0o010003),
    (460800, 0o010004),
    (500000, 0o010005),
    (576000, 0o010006),
    (921600, 0o010007),
    (1000000, 0o010010),
    (1152000, 0o010011),
    (1500000, 0o010012),
    (2000000, 0o010013),
    (2500000, 0o010014),
    (3000000, 0o010015),
    (3500000, 0o010016),
    (4000000, 0o010017),
];

fn code_of(speed: u32) -> u32 {
    SPEEDS
        .iter()
        .find(|(s, _)| *s == speed)
        .map_or(BOTHER, |(_, code)| *code)
}

/// The control flags with the codes of the speeds in them.
fn with_speeds(flags: u32, input: u32, output: u32) -> u32 {
    (flags & !CBAUD & !(CBAUD << IBSHIFT)) | code_of(output) | code_of(input) << IBSHIFT
}

fn get(fd: i32) -> PyResult<libc::termios2> {
    // SAFETY: zero is a valid value of plain numbers.
    let mut t: libc::termios2 = unsafe { std::mem::zeroed() };
    // SAFETY: a place for the answer.
    check(call(|| unsafe { libc::ioctl(fd, libc::TCGETS2, &mut t) }))?;
    Ok(t)
}

/// A C `int` that is taken from a `long`, its upper bits dropped.
fn flags(obj: &PyObject) -> PyResult<u32> {
    match number::index(obj)?.to_i64() {
        Some(n) => Ok(n as u32),
        None => raise!(OverflowError, "Python int too large to convert to C long"),
    }
}

/// The module.
pub struct Termios;

#[pymodule(name = "termios")]
impl Termios {
    #[function("($module, fd, /)")]
    fn tcgetattr(fd: Fileno) -> PyResult<Py<PyList>> {
        let t = get(fd.0)?;
        let mut cc = Vec::with_capacity(NCCS);
        for i in 0..NCCS {
            let c = t.c_cc.get(i).copied().unwrap_or(0);
            // without lines, two of them are numbers
            if t.c_lflag & libc::ICANON == 0 && (i == libc::VMIN || i == libc::VTIME) {
                cc.push(PyInt::from_i64(c.into())?.into_object());
            } else {
                cc.push(PyBytes::new(&[c])?.into_object());
            }
        }
        let cflag = with_speeds(t.c_cflag, t.c_ispeed, t.c_ospeed);
        let mut all = Vec::with_capacity(7);
        for n in [t.c_iflag, t.c_oflag, cflag, t.c_lflag, t.c_ispeed, t.c_ospeed] {
            all.push(PyInt::from_i64(n.into())?.into_object());
        }
        all.push(PyList::from_vec(cc)?.into_object());
        PyList::from_vec(all)
    }
    #[function("($module, fd, when, attributes, /)")]
    fn tcsetattr(fd: Fileno, when: i32, attributes: &PyObject) -> PyResult<()> {
        let all = attributes.downcast::<PyList>().map(|l| l.to_vec());
        let Some([iflag, oflag, cflag, lflag, ispeed, ospeed, cc]) = all.as_deref() else {
            return raise!(TypeError, "tcsetattr, arg 3: must be 7 element list");
        };
        let mut t = get(fd.0)?;
        t.c_iflag = flags(iflag)?;
        t.c_oflag = flags(oflag)?;
        let cflag = flags(cflag)?;
        t.c_lflag = flags(lflag)?;
        t.c_ispeed = flags(ispeed)?;
        t.c_ospeed = flags(ospeed)?;
        let cc = match cc.downcast::<PyList>().map(|l| l.to_vec()) {
            Some(cc) if cc.len() == NCCS => cc,
            _ => {
                return raise!(TypeError, "tcsetattr: attributes[6] must be {NCCS} element list");
            }
        };
        for (i, c) in cc.iter().enumerate() {
            let value = match c.downcast::<PyBytes>().map(|b| b.as_slice()) {
                Some([one]) => *one,
                _ => match c.downcast::<PyInt>() {
                    Some(n) => n.to_u64_wrapping() as u8,
                    None => {
                        return raise!(
                            TypeError,
                            "tcsetattr: elements of attributes must be bytes objects of length 1 or integers"
                        );
                    }
                },
            };
            if i < KERNEL_NCCS {
                t.c_cc[i] = value;
            }
        }
        if t.c_ispeed == 0 {
            // no speed of its own: that of the output
            t.c_ispeed = t.c_ospeed;
        }
        t.c_cflag = with_speeds(cflag, t.c_ispeed, t.c_ospeed);
        let request = match when {
            libc::TCSANOW => libc::TCSETS2,
            libc::TCSADRAIN => libc::TCSETSW2,
            libc::TCSAFLUSH => libc::TCSETSF2,
            _ => return check(Err(libc::EINVAL)),
        };
        // SAFETY: filled-in settings.
        check(call(|| unsafe { libc::ioctl(fd.0, request, &t) })).map(drop)
    }
    #[function("($module, fd, duration, /)")]
    fn tcsendbreak(fd: Fileno, duration: i32) -> PyResult<()> {
        // SAFETY: numbers.
        check(call(|| unsafe { libc::tcsendbreak(fd.0, duration) })).map(drop)
    }
    #[function("($module, fd, /)")]
    fn tcdrain(fd: Fileno) -> PyResult<()> {
        // SAFETY: a number.
        check(retry(|| unsafe { libc::tcdrain(fd.0) })?).map(drop)
    }
    #[function("($module, fd, queue, /)")]
    fn tcflush(fd: Fileno, queue: i32) -> PyResult<()> {
        // SAFETY: numbers.
        check(call(|| unsafe { libc::tcflush(fd.0, queue) })).map(drop)
    }
    #[function("($module, fd, action, /)")]
    fn tcflow(fd: Fileno, action: i32) -> PyResult<()> {
        // SAFETY: numbers.
        check(call(|| unsafe { libc::tcflow(fd.0, action) })).map(drop)
    }
    #[function("($module, fd, /)")]
    fn tcgetwinsize(fd: Fileno) -> PyResult<(i32, i32)> {
        let w = window(fd.0)?;
        Ok((w.ws_row.into(), w.ws_col.into()))
    }
    #[function("($module, fd, winsize, /)")]
    fn tcsetwinsize(fd: Fileno, winsize: &PyObject) -> PyResult<()> {
        let is_pair = number::is_sequence(winsize) && winsize.length()? == 2;
        if !is_pair {
            return raise!(TypeError, "tcsetwinsize, arg 2: must be a two-item sequence");
        }
        let item = |i: isize| -> PyResult<i64> {
            match number::index(&*winsize.sequence_item(i)?)?.to_i64() {
                Some(n) => Ok(n),
                None => raise!(OverflowError, "Python int too large to convert to C long"),
            }
        };
        let (rows, columns) = (item(0)?, item(1)?);
        let mut w = window(fd.0)?;
        match (u16::try_from(rows), u16::try_from(columns)) {
            (Ok(r), Ok(c)) => {
                w.ws_row = r;
                w.ws_col = c;
            }
            _ => return raise!(OverflowError, "winsize value(s) out of range."),
        }
        // SAFETY: a filled-in size.
        check(call(|| unsafe { libc::ioctl(fd.0, libc::TIOCSWINSZ, &w) })).map(drop)
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add("error", error_class()?.as_object())?;
        for (name, value) in NUMBERS {
            module.add_value(name, *value)?;
        }
        Ok(())
    }
}

fn window(fd: i32) -> PyResult<libc::winsize> {
    let mut w = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: a place for the answer.
    check(call(|| unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut w) }))?;
    Ok(w)
}
