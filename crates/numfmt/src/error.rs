//! The error that every part of this crate reports: a kind of Python exception and its message.

use std::borrow::Cow;
use std::fmt;

/// Which Python exception an [`Error`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `ValueError`
    Value,
    /// `TypeError`
    Type,
    /// `OverflowError`
    Overflow,
    /// `MemoryError`; the message is empty
    Memory,
}

/// An exception to raise: its kind and its exact message.
///
/// Where a message quotes text that holds lone surrogates, these appear as U+FFFD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The exception's type.
    pub kind: ErrorKind,
    /// The exception's message.
    pub message: Cow<'static, str>,
}

impl Error {
    /// A `ValueError`.
    #[cold]
    pub fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Error {
            kind: ErrorKind::Value,
            message: message.into(),
        }
    }

    /// A `TypeError`.
    #[cold]
    pub fn type_error(message: impl Into<Cow<'static, str>>) -> Self {
        Error {
            kind: ErrorKind::Type,
            message: message.into(),
        }
    }

    /// An `OverflowError`.
    #[cold]
    pub fn overflow(message: impl Into<Cow<'static, str>>) -> Self {
        Error {
            kind: ErrorKind::Overflow,
            message: message.into(),
        }
    }

    /// A `MemoryError`.
    #[cold]
    pub fn memory() -> Self {
        Error {
            kind: ErrorKind::Memory,
            message: Cow::Borrowed(""),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.kind {
            ErrorKind::Value => "ValueError",
            ErrorKind::Type => "TypeError",
            ErrorKind::Overflow => "OverflowError",
            ErrorKind::Memory => "MemoryError",
        };
        if self.message.is_empty() {
            f.write_str(name)
        } else {
            write!(f, "{name}: {}", self.message)
        }
    }
}

impl std::error::Error for Error {}
