//! Python's object model: layouts, handles, types and slots, reference counts, the collector, the built-in types
//! and exceptions, exactly as CPython 3.14's headers lay them out. It knows nothing of frames.
//!
//! Start reading at [`handle`] (references), [`class`] (how types and modules are defined), [`typeobject`] (types),
//! [`abstract_`](mod@number) protocols on [`PyObject`].
#![allow(non_camel_case_types, non_upper_case_globals, improper_ctypes_definitions)]

extern crate self as object;

pub mod alloc;
pub mod args;
pub mod bool;
pub mod buffer;
pub mod bytearray;
pub mod bytes;
pub mod call;
pub mod capsule;
pub mod cfunction;
pub mod class;
pub mod codecs;
pub mod complex;
pub mod containers;
pub mod descr;
pub mod dict;
pub mod doc;
pub mod error;
pub mod exceptions;
pub mod float;
pub mod freelist;
pub mod gc;
pub mod genericalias;
pub mod handle;
pub mod hooks;
pub mod int;
pub mod intern;
pub mod iter;
pub mod iterators;
#[cfg(test)]
mod layouts;
pub mod list;
pub mod memoryview;
pub mod module;
pub mod namespace;
pub mod number;
pub mod protocol;
pub mod range;
pub mod refcount;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod startup;
pub mod str;
pub mod structseq;
pub mod suggest;
pub mod text_and_numbers;
pub mod thread;
pub mod tracemalloc;
pub mod tuple;
pub mod typeobject;
pub mod union;
pub mod weakref;

pub use alloc::{new_instance, new_object};
pub use args::{ArgContext, Args, FromArg, FuncArgs, IntoPy, IntoPyResult, KwArgs, OrNone, SendResult};
pub use bytearray::PyByteArray;
pub use bytes::PyBytes;
pub use complex::PyComplex;
pub use dict::PyDict;
pub use float::PyFloat;
pub use gc::Visitor;
pub use handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult, Raised};
pub use int::PyInt;
pub use list::PyList;
pub use memoryview::PyMemoryView;
pub use module::PyModule;
pub use object_macros::{pyclass, pymethods, pymodule};
pub use protocol::CompareOp;
pub use range::PyRange;
pub use refcount::{PyObject, PyVarObject};
pub use set::{PyFrozenSet, PySet};
pub use singletons::{ellipsis, is_none, none, not_implemented};
pub use slice::PySlice;
pub use str::{PyStr, StrBuilder};
pub use tuple::PyTuple;
pub use typeobject::PyTypeObject;
