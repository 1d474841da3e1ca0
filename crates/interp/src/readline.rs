//! Reading a line from the terminal or from standard input with a prompt, for `input()` and the interactive prompt
//! (`PyOS_Readline`): through an editor of lines where one is installed, else plainly.

use object::{GilCell, PyResult, error, hooks};

/// Edits a line at the terminal: the prompt; `None` at the end of the input. Installed by the module `readline`. What is
/// given back ends with a line end.
pub static EDIT: GilCell<Option<fn(&[u8]) -> PyResult<Option<Vec<u8>>>>> = GilCell::new(None);

/// A line with its line end; `None` at the end of the input. The prompt goes to the terminal, or to stderr.
pub fn read_line(prompt: &[u8]) -> PyResult<Option<Vec<u8>>> {
    // SAFETY: queries about descriptors.
    let terminal = unsafe { libc::isatty(0) == 1 && libc::isatty(1) == 1 };
    match EDIT.get() {
        Some(edit) if terminal => edit(prompt),
        _ => plain(prompt),
    }
}

/// Reads byte by byte, so that nothing after the line is taken from others that read the same descriptor.
fn plain(prompt: &[u8]) -> PyResult<Option<Vec<u8>>> {
    write_stderr(prompt);
    let mut line = Vec::new();
    loop {
        let mut byte = 0u8;
        // SAFETY: one byte of room.
        let n = hooks::blocking(|| unsafe { libc::read(0, (&raw mut byte).cast(), 1) });
        match n {
            1 => {
                line.push(byte);
                if byte == b'\n' {
                    return Ok(Some(line));
                }
            }
            0 => return Ok((!line.is_empty()).then_some(line)),
            _ => match std::io::Error::last_os_error().raw_os_error() {
                Some(libc::EINTR) => hooks::check_pending()?,
                // as a stream that cannot be read has always been taken for one that has ended
                Some(libc::EBADF | libc::EIO) => return Ok(None),
                _ => return error::raise_last_errno(None),
            },
        }
    }
}

/// Writes to the descriptor of stderr; what cannot be written is lost.
pub fn write_stderr(mut text: &[u8]) {
    while !text.is_empty() {
        // SAFETY: the buffer and its length go together.
        let n = unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
        match usize::try_from(n) {
            Ok(n) if n > 0 => text = &text[n..],
            _ => return,
        }
    }
}
