//! Standard streams that are closed when the process starts. Rust's runtime opens `/dev/null` in their place before `main`;
//! Python programs see `None` for them instead.

use std::sync::atomic::{AtomicU8, Ordering};

/// A bit for each of the descriptors 0, 1 and 2 that was closed.
static CLOSED: AtomicU8 = AtomicU8::new(0);

extern "C" fn look() {
    for fd in 0..3 {
        // SAFETY: a query about a descriptor.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } == -1 {
            CLOSED.fetch_or(1 << fd, Ordering::Relaxed);
        }
    }
}

// SAFETY: the section holds functions of this type, which the loader calls before `main`; this one needs nothing of Rust's runtime.
#[used]
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

/// Closes again what the runtime has opened.
pub fn restore() {
    let closed = CLOSED.load(Ordering::Relaxed);
    for fd in 0..3 {
        if closed & 1 << fd != 0 {
            // SAFETY: nobody has used the descriptor yet.
            unsafe { libc::close(fd) };
        }
    }
}
