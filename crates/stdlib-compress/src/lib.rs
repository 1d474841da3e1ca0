//! Native modules of compression: `zlib`, `_bz2`, `_lzma`, `_zstd`.
//!
//! The formats are those of the reference libraries, so that what is compressed is the same to the byte: zlib, liblzma and
//! libzstd themselves, linked statically, and bzip2 in its Rust form. They run without the GIL, under a lock of the
//! object's own; nothing of Python runs while that lock is held.
#![allow(improper_ctypes_definitions)]

mod bz2;
mod lzma;
mod lzma_filters;
mod output;
mod pending;
mod zlib;
mod zlib_objects;
mod zlib_stream;
mod zstd;
mod zstd_dict;

use object::args::{ArgContext, FromArg};
use object::buffer::Buffer;
use object::class::{ModuleInit, create_module};
use object::{
    GilCell, Py, PyBytes, PyClass, PyDict, PyLayout, PyObject, PyResult, PyTuple, PyTypeObject, hooks, raise,
};
use std::sync::{Mutex, MutexGuard, TryLockError};

/// The modules of this crate by name.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    &[
        ("zlib", create_module::<zlib::Zlib>),
        ("_bz2", create_module::<bz2::Bz2>),
        ("_lzma", create_module::<lzma::Lzma>),
        ("_zstd", zstd::create),
    ]
}

/// A library's state, which one thread at a time may use.
pub struct Engine<T>(Mutex<T>);

impl<T> Engine<T> {
    pub fn new(value: T) -> Engine<T> {
        Engine(Mutex::new(value))
    }

    /// The state. A thread that has to wait gives up the GIL for it; as nothing of Python runs while the lock is held, its
    /// holder always gets on.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        match self.0.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(p)) => p.into_inner(),
            Err(TryLockError::WouldBlock) => {
                hooks::blocking(|| self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
            }
        }
    }
}

/// Memory for a library to read: it goes there by address, as another thread may write to it meanwhile.
#[derive(Clone, Copy)]
pub struct Raw {
    pub ptr: *const u8,
    pub len: usize,
}

impl Raw {
    pub const EMPTY: Raw = Raw {
        ptr: [0u8; 1].as_ptr(),
        len: 0,
    };

    pub fn of(bytes: &[u8]) -> Raw {
        Raw {
            ptr: bytes.as_ptr(),
            len: bytes.len(),
        }
    }

    /// What is left behind the first `n` bytes.
    pub fn after(self, n: usize) -> Raw {
        let n = n.min(self.len);
        Raw {
            // SAFETY: within the memory, or its end.
            ptr: unsafe { self.ptr.add(n) },
            len: self.len - n,
        }
    }

    /// A copy; `None` without memory.
    ///
    /// # Safety
    /// The memory is alive.
    pub unsafe fn to_vec(self) -> Option<Vec<u8>> {
        let mut v = Vec::new();
        v.try_reserve_exact(self.len).ok()?;
        // SAFETY: the caller's promise; the vector has room for as many bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(self.ptr, v.as_mut_ptr(), self.len);
            v.set_len(self.len);
        }
        Some(v)
    }
}

/// A bytes-like argument, held during the call.
pub struct Data(Buffer);

impl Data {
    pub fn raw(&self) -> Raw {
        let view = self.0.view();
        if view.buf.is_null() || self.0.is_empty() {
            return Raw::EMPTY;
        }
        Raw {
            ptr: view.buf as *const u8,
            len: self.0.len(),
        }
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }
}

impl<'a> FromArg<'a> for Data {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        Buffer::simple(obj).map(Data)
    }
}

/// An exception class of a module, made once and kept for good.
pub struct ErrorClass {
    pub module: &'static str,
    pub name: &'static str,
    pub doc: Option<&'static str>,
    class: GilCell<Option<&'static PyTypeObject>>,
}

impl ErrorClass {
    pub const fn new(module: &'static str, name: &'static str, doc: Option<&'static str>) -> ErrorClass {
        ErrorClass {
            module,
            name,
            doc,
            class: GilCell::new(None),
        }
    }

    pub fn get(&self) -> PyResult<&'static PyTypeObject> {
        if let Some(class) = self.class.get() {
            return Ok(class);
        }
        let dict = PyDict::new()?;
        let text = |s: &str| object::PyStr::new(s);
        dict.set_item(object::intern!("__module__"), &*text(self.module)?)?;
        if let Some(doc) = self.doc {
            dict.set_item(object::intern!("__doc__"), &*text(doc)?)?;
        }
        let bases = PyTuple::from_refs(&[object::exceptions::Exception::type_object().as_object()])?;
        let class = object::call::call(
            PyTypeObject::type_object().as_object(),
            &[text(self.name)?.as_object(), bases.as_object(), dict.as_object()],
        )?;
        let Ok(class) = class.downcast_into::<PyTypeObject>() else {
            return raise!(SystemError, "type() made no class");
        };
        class.as_object().set_immortal();
        // SAFETY: an immortal object is never freed.
        let class: &'static PyTypeObject = unsafe { &*class.into_ptr() };
        self.class.set(Some(class));
        Ok(class)
    }

    /// Raises it.
    #[cold]
    pub fn raise<T>(&self, text: &str) -> PyResult<T> {
        let class = self.get()?;
        Err(object::error::raise_fmt(class, format_args!("{text}")))
    }
}

/// `True` or `False` for a member that shows it.
pub fn truth(value: bool) -> Option<Py> {
    Some(object::bool::py_bool(value))
}

/// The empty `bytes`.
pub fn no_bytes() -> PyResult<Py<PyBytes>> {
    PyBytes::new(b"")
}
