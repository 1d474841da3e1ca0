//! Tracebacks written where nothing may be allocated, locked or raised: in signal handlers, by a watchdog thread, on the way
//! to a crash. What is read may be changing or damaged; it is read as it stands.

use crate::frame::{InterpreterFrame, owner};
use object::PyStr;
use object::thread::{ThreadState, tstate_opt};
use std::ffi::{CStr, c_char, c_int, c_void};

/// Longest text, most frames and most threads shown.
const MAX_TEXT: usize = 500;
const MAX_FRAMES: usize = 100;
const MAX_THREADS: usize = 100;
const MAX_NATIVE_FRAMES: usize = 32;

/// Writes text; what cannot be written is lost.
pub fn write(fd: c_int, text: &[u8]) {
    let mut rest = text;
    while !rest.is_empty() {
        // SAFETY: a slice and its length.
        let n = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        if n <= 0 {
            // SAFETY: the thread's own word.
            if n < 0 && unsafe { *libc::__errno_location() } == libc::EINTR {
                continue;
            }
            return;
        }
        rest = rest.get(n as usize..).unwrap_or(&[]);
    }
}

/// Writes a number in hexadecimal, with leading zeros up to `width` digits.
pub fn write_hex(fd: c_int, value: u64, width: usize) {
    let mut digits = [0u8; 16];
    let mut n = 0;
    let mut v = value;
    while n < 16 && (v != 0 || n < width.max(1)) {
        digits[15 - n] = b"0123456789abcdef"[(v & 15) as usize];
        v >>= 4;
        n += 1;
    }
    write(fd, &digits[16 - n..]);
}

/// Writes a number in decimal.
pub fn write_decimal(fd: c_int, value: u64) {
    let mut digits = [0u8; 20];
    let mut n = 0;
    let mut v = value;
    while n == 0 || v != 0 {
        n += 1;
        digits[20 - n] = b'0' + (v % 10) as u8;
        v /= 10;
    }
    write(fd, &digits[20 - n..]);
}

/// Writes text in ASCII, all else as escapes, shortened if it is long.
fn write_text(fd: c_int, text: &PyStr) {
    let chars = text.chars();
    let n = chars.len().min(MAX_TEXT);
    let mut line = [0u8; 64];
    let mut used = 0;
    for i in 0..n {
        let c = chars.at(i);
        if (0x20..0x7f).contains(&c) {
            line[used] = c as u8;
            used += 1;
            if used == line.len() {
                write(fd, &line);
                used = 0;
            }
            continue;
        }
        write(fd, &line[..used]);
        used = 0;
        let (mark, width) = match c {
            0..=0xff => (b"\\x", 2),
            0x100..=0xffff => (b"\\u", 4),
            _ => (b"\\U", 8),
        };
        write(fd, mark);
        write_hex(fd, c.into(), width);
    }
    write(fd, &line[..used]);
    if chars.len() > n {
        write(fd, b"...");
    }
}

/// One line of a traceback.
///
/// # Safety
/// `frame` is a complete frame.
unsafe fn write_frame(fd: c_int, frame: *const InterpreterFrame) {
    // SAFETY: the caller's promise; the code's texts live as long as the frame.
    unsafe {
        let code = InterpreterFrame::code(frame);
        write(fd, b"  File ");
        match code.co_filename.borrow() {
            Some(name) => {
                write(fd, b"\"");
                write_text(fd, name);
                write(fd, b"\"");
            }
            None => write(fd, b"???"),
        }
        write(fd, b", line ");
        match InterpreterFrame::lineno(frame) {
            Some(line) if line >= 0 => write_decimal(fd, line as u64),
            _ => write(fd, b"???"),
        }
        write(fd, b" in ");
        match code.co_name.borrow() {
            Some(name) => write_text(fd, name),
            None => write(fd, b"???"),
        }
        write(fd, b"\n");
    }
}

/// The frames of a thread, innermost first.
fn write_frames(fd: c_int, state: &ThreadState) {
    let mut frame = state.current_frame.get() as *mut InterpreterFrame;
    let mut shown = 0;
    // SAFETY: linked frames are alive while their thread stands still; a running one may be misread, as everywhere that
    // tracebacks are written without the GIL.
    unsafe {
        while !frame.is_null() {
            let entry = (*frame).owner == owner::INTERPRETER || InterpreterFrame::is_incomplete(frame);
            if !entry {
                if shown == MAX_FRAMES {
                    write(fd, b"  ...\n");
                    return;
                }
                write_frame(fd, frame);
                shown += 1;
            }
            frame = (*frame).previous;
        }
    }
    if shown == 0 {
        write(fd, b"  <no Python frame>\n");
    }
}

/// The state of the calling thread, whether or not it has the GIL.
pub fn this_thread() -> Option<&'static ThreadState> {
    if let Some(state) = tstate_opt() {
        return Some(state);
    }
    // SAFETY: a query.
    let this = unsafe { libc::pthread_self() } as u64;
    let mut found: *const ThreadState = std::ptr::null();
    object::thread::visit_states(&mut |state| {
        if state.thread_id.get() == this {
            found = state;
        }
    });
    // SAFETY: null, or the calling thread's own state, which lives as long as the thread.
    unsafe { found.as_ref() }
}

/// A thread's frames under the heading `Stack`.
pub fn write_stack(fd: c_int, state: Option<&ThreadState>) {
    write(fd, b"Stack (most recent call first):\n");
    match state {
        Some(s) => write_frames(fd, s),
        None => write(fd, b"  <no Python frame>\n"),
    }
}

unsafe extern "C" {
    fn pthread_getname_np(thread: libc::pthread_t, name: *mut c_char, len: usize) -> c_int;
    fn backtrace(buffer: *mut *mut c_void, size: c_int) -> c_int;
}

fn write_heading(fd: c_int, state: &ThreadState, current: bool) {
    write(
        fd,
        if current {
            b"Current thread 0x"
        } else {
            b"Thread 0x"
        },
    );
    let id = state.thread_id.get();
    write_hex(fd, id, 16);
    let mut name = [0u8; 32];
    // SAFETY: a thread that has not ended, as its state is registered, and room for the name.
    let status = unsafe { pthread_getname_np(id as libc::pthread_t, name.as_mut_ptr().cast(), name.len()) };
    let name = name.split(|c| *c == 0).next().unwrap_or(&[]);
    if status == 0 && !name.is_empty() {
        write(fd, b" [");
        write(fd, name);
        write(fd, b"]");
    }
    write(fd, b" (most recent call first):\n");
}

/// The frames of all threads, the newest thread first.
pub fn write_threads(fd: c_int, current: Option<&ThreadState>) {
    let mut n = 0;
    let seen = object::thread::visit_states(&mut |state| {
        if n >= MAX_THREADS {
            if n == MAX_THREADS {
                write(fd, b"...\n");
            }
            n += 1;
            return;
        }
        if n > 0 {
            write(fd, b"\n");
        }
        n += 1;
        let is_current = current.is_some_and(|c| std::ptr::eq(c, state));
        write_heading(fd, state, is_current);
        if is_current && object::gc::is_collecting() {
            write(fd, b"  Garbage-collecting\n");
        }
        write_frames(fd, state);
    });
    if !seen && let Some(state) = current {
        // the list is being changed: the thread that is known is better than nothing
        write_heading(fd, state, true);
        write_frames(fd, state);
    }
}

/// The native frames of the calling thread.
pub fn write_native_stack(fd: c_int) {
    write(fd, b"Current thread's C stack trace (most recent call first):\n");
    let mut frames = [std::ptr::null_mut::<c_void>(); MAX_NATIVE_FRAMES];
    // SAFETY: room for that many addresses.
    let n = unsafe { backtrace(frames.as_mut_ptr(), frames.len() as c_int) };
    if n <= 0 {
        write(fd, b"  <cannot get C stack on this system>\n");
        return;
    }
    for address in frames.iter().take(n as usize) {
        let mut info = libc::Dl_info {
            dli_fname: std::ptr::null(),
            dli_fbase: std::ptr::null_mut(),
            dli_sname: std::ptr::null(),
            dli_saddr: std::ptr::null_mut(),
        };
        // SAFETY: any address may be asked about.
        let known = unsafe { libc::dladdr(*address, &mut info) } != 0;
        if !known || info.dli_fname.is_null() {
            write(fd, b"  <unknown> [0x");
            write_hex(fd, *address as u64, 1);
            write(fd, b"]\n");
            continue;
        }
        write(fd, b"  Binary file \"");
        // SAFETY: texts of the loader's.
        let (file, symbol) = unsafe {
            let symbol = (!info.dli_sname.is_null()).then(|| CStr::from_ptr(info.dli_sname).to_bytes());
            (CStr::from_ptr(info.dli_fname).to_bytes(), symbol)
        };
        write(fd, file);
        write(fd, b"\"");
        let base = if info.dli_saddr.is_null() {
            info.dli_fbase
        } else {
            info.dli_saddr
        };
        if symbol.is_some() || !base.is_null() {
            write(fd, b", at ");
            write(fd, symbol.unwrap_or(&[]));
            let (a, b) = (*address as u64, base as u64);
            write(fd, if a >= b { b"+0x" } else { b"-0x" });
            write_hex(fd, a.abs_diff(b), 1);
        }
        write(fd, b" [0x");
        write_hex(fd, *address as u64, 1);
        write(fd, b"]\n");
    }
    if n as usize == MAX_NATIVE_FRAMES {
        write(fd, b"  <truncated rest of calls>\n");
    }
}

/// Loads what [`write_native_stack`] needs, which takes memory the first time.
pub fn prepare() {
    let mut one = [std::ptr::null_mut::<c_void>(); 1];
    // SAFETY: room for one address.
    unsafe { backtrace(one.as_mut_ptr(), 1) };
}

/// `Py_FatalError`: says what is wrong, shows all threads, and aborts.
pub fn fatal_error(function: &str, message: &str) -> ! {
    let fd = libc::STDERR_FILENO;
    for part in [
        "Fatal Python error: ",
        function,
        ": ",
        message,
        "\nPython runtime state: initialized\n\n",
    ] {
        write(fd, part.as_bytes());
    }
    write_threads(fd, tstate_opt());
    // SAFETY: ends the process.
    unsafe { libc::abort() }
}
