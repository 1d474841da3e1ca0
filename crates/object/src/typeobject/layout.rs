//! The C layout of types: `PyTypeObject`, its slot tables, `PyHeapTypeObject`, and the C types of the slots
//! (`object.h`, `cpython/object.h`, `methodobject.h`, `descrobject.h`, `structmember.h`).

use crate::dict::PyDict;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::refcount::{PyObject, PyVarObject};
use crate::tuple::PyTuple;
use std::ffi::{CStr, c_char, c_int, c_uint, c_ulong, c_void};

#[rustfmt::skip]
mod slot_types {
    #![allow(non_camel_case_types)]
    use super::*;
    pub type unaryfunc = unsafe extern "C" fn(&PyObject) -> PyResult;
    pub type binaryfunc = unsafe extern "C" fn(&PyObject, &PyObject) -> PyResult;
    /// The third argument may be NULL.
    pub type ternaryfunc = unsafe extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> PyResult;
    pub type inquiry = unsafe extern "C" fn(&PyObject) -> c_int;
    pub type lenfunc = unsafe extern "C" fn(&PyObject) -> isize;
    pub type ssizeargfunc = unsafe extern "C" fn(&PyObject, isize) -> PyResult;
    /// NULL deletes.
    pub type ssizeobjargproc = unsafe extern "C" fn(&PyObject, isize, Option<&PyObject>) -> c_int;
    pub type objobjproc = unsafe extern "C" fn(&PyObject, &PyObject) -> c_int;
    /// NULL deletes.
    pub type objobjargproc = unsafe extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> c_int;
    pub type visitproc = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int;
    pub type traverseproc = unsafe extern "C" fn(&PyObject, visitproc, *mut c_void) -> c_int;
    pub type destructor = unsafe extern "C" fn(*mut PyObject);
    pub type freefunc = unsafe extern "C" fn(*mut c_void);
    pub type getattrfunc = unsafe extern "C" fn(&PyObject, *const c_char) -> PyResult;
    pub type setattrfunc = unsafe extern "C" fn(&PyObject, *const c_char, Option<&PyObject>) -> c_int;
    pub type getattrofunc = binaryfunc;
    pub type setattrofunc = objobjargproc;
    pub type reprfunc = unaryfunc;
    pub type hashfunc = unsafe extern "C" fn(&PyObject) -> isize;
    pub type richcmpfunc = unsafe extern "C" fn(&PyObject, &PyObject, c_int) -> PyResult;
    pub type getiterfunc = unaryfunc;
    /// NULL without an exception (`Ok(None)` seen from C) ends the iteration.
    pub type iternextfunc = unsafe extern "C" fn(&PyObject) -> Option<Py>;
    pub type descrgetfunc = unsafe extern "C" fn(&PyObject, Option<&PyObject>, Option<&PyObject>) -> PyResult;
    pub type descrsetfunc = objobjargproc;
    pub type initproc = unsafe extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> c_int;
    pub type newfunc = unsafe extern "C" fn(&PyTypeObject, &PyTuple, Option<&PyDict>) -> PyResult;
    pub type allocfunc = unsafe extern "C" fn(&PyTypeObject, isize) -> PyResult;
    /// Callable, arguments (positional, then keyword values), count with the offset flag, keyword names or NULL.
    pub type vectorcallfunc = unsafe extern "C" fn(&PyObject, *const *mut PyObject, usize, Option<&PyTuple>) -> PyResult;
    /// Returns a `PySendResult`.
    pub type sendfunc = unsafe extern "C" fn(&PyObject, &PyObject, *mut *mut PyObject) -> c_int;
    pub type getbufferproc = unsafe extern "C" fn(&PyObject, *mut Py_buffer, c_int) -> c_int;
    pub type releasebufferproc = unsafe extern "C" fn(&PyObject, *mut Py_buffer);
    pub type getter = unsafe extern "C" fn(&PyObject, *mut c_void) -> PyResult;
    pub type setter = unsafe extern "C" fn(&PyObject, Option<&PyObject>, *mut c_void) -> c_int;
    pub type PyCFunction = unsafe extern "C" fn(&PyObject, Option<&PyObject>) -> PyResult;
    pub type PyCFunctionFast = unsafe extern "C" fn(&PyObject, *const *mut PyObject, isize) -> PyResult;
    pub type PyCFunctionWithKeywords = unsafe extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> PyResult;
    pub type PyCFunctionFastWithKeywords = unsafe extern "C" fn(&PyObject, *const *mut PyObject, isize, Option<&PyTuple>) -> PyResult;
    pub type PyCMethod = unsafe extern "C" fn(&PyObject, &PyTypeObject, *const *mut PyObject, usize, Option<&PyTuple>) -> PyResult;
}
pub use slot_types::*;

/// A slot of a type: a function or nothing.
pub type Slot<F> = GilCell<Option<F>>;

macro_rules! slot_table {
    ($(#[$doc:meta])* $name:ident { $($field:ident : $ty:ty),* $(,)? }) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $name { $(pub $field: Slot<$ty>),* }
        impl $name {
            #[allow(clippy::declare_interior_mutable_const)]
            pub const EMPTY: $name = $name { $($field: GilCell::new(None)),* };
        }
        impl Default for $name { fn default() -> Self { Self::EMPTY } }
    };
}

slot_table! {
    /// `tp_as_async`
    PyAsyncMethods { am_await: unaryfunc, am_aiter: unaryfunc, am_anext: unaryfunc, am_send: sendfunc }
}
slot_table! {
    /// `tp_as_number`
    PyNumberMethods {
        nb_add: binaryfunc, nb_subtract: binaryfunc, nb_multiply: binaryfunc, nb_remainder: binaryfunc,
        nb_divmod: binaryfunc, nb_power: ternaryfunc, nb_negative: unaryfunc, nb_positive: unaryfunc,
        nb_absolute: unaryfunc, nb_bool: inquiry, nb_invert: unaryfunc, nb_lshift: binaryfunc,
        nb_rshift: binaryfunc, nb_and: binaryfunc, nb_xor: binaryfunc, nb_or: binaryfunc, nb_int: unaryfunc,
        nb_reserved: unaryfunc, nb_float: unaryfunc, nb_inplace_add: binaryfunc, nb_inplace_subtract: binaryfunc,
        nb_inplace_multiply: binaryfunc, nb_inplace_remainder: binaryfunc, nb_inplace_power: ternaryfunc,
        nb_inplace_lshift: binaryfunc, nb_inplace_rshift: binaryfunc, nb_inplace_and: binaryfunc,
        nb_inplace_xor: binaryfunc, nb_inplace_or: binaryfunc, nb_floor_divide: binaryfunc,
        nb_true_divide: binaryfunc, nb_inplace_floor_divide: binaryfunc, nb_inplace_true_divide: binaryfunc,
        nb_index: unaryfunc, nb_matrix_multiply: binaryfunc, nb_inplace_matrix_multiply: binaryfunc,
    }
}
slot_table! {
    /// `tp_as_sequence`
    PySequenceMethods {
        sq_length: lenfunc, sq_concat: binaryfunc, sq_repeat: ssizeargfunc, sq_item: ssizeargfunc,
        was_sq_slice: unaryfunc, sq_ass_item: ssizeobjargproc, was_sq_ass_slice: unaryfunc,
        sq_contains: objobjproc, sq_inplace_concat: binaryfunc, sq_inplace_repeat: ssizeargfunc,
    }
}
slot_table! {
    /// `tp_as_mapping`
    PyMappingMethods { mp_length: lenfunc, mp_subscript: binaryfunc, mp_ass_subscript: objobjargproc }
}
slot_table! {
    /// `tp_as_buffer`
    PyBufferProcs { bf_getbuffer: getbufferproc, bf_releasebuffer: releasebufferproc }
}

/// `Py_buffer`
#[repr(C)]
pub struct Py_buffer {
    pub buf: *mut c_void,
    /// Owned, or NULL.
    pub obj: *mut PyObject,
    pub len: isize,
    pub itemsize: isize,
    pub readonly: c_int,
    pub ndim: c_int,
    pub format: *mut c_char,
    pub shape: *mut isize,
    pub strides: *mut isize,
    pub suboffsets: *mut isize,
    pub internal: *mut c_void,
}

/// `PyMethodDef`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMethodDef {
    pub ml_name: *const c_char,
    /// The function, of the flavour that `ml_flags` says; null ends a table.
    pub ml_meth: *const c_void,
    pub ml_flags: c_int,
    /// NUL-terminated, with the text signature in front (`name($self, …)\n--\n\n…`), or null.
    pub ml_doc: *const c_char,
}
// SAFETY: tables are constant.
unsafe impl Sync for PyMethodDef {}
impl PyMethodDef {
    pub const END: PyMethodDef = PyMethodDef {
        ml_name: std::ptr::null(),
        ml_meth: std::ptr::null(),
        ml_flags: 0,
        ml_doc: std::ptr::null(),
    };

    pub const fn new(
        name: &'static CStr,
        meth: *const c_void,
        flags: c_int,
        doc: Option<&'static CStr>,
    ) -> PyMethodDef {
        PyMethodDef {
            ml_name: name.as_ptr(),
            ml_meth: meth,
            ml_flags: flags,
            ml_doc: match doc {
                Some(d) => d.as_ptr(),
                None => std::ptr::null(),
            },
        }
    }

    pub fn name(&self) -> &'static str {
        // SAFETY: definitions are static, NUL-terminated; names are UTF-8.
        unsafe { CStr::from_ptr(self.ml_name) }.to_str().unwrap_or("?")
    }
}

/// `PyGetSetDef`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyGetSetDef {
    pub name: *const c_char,
    pub get: Option<getter>,
    pub set: Option<setter>,
    pub doc: *const c_char,
    pub closure: *mut c_void,
}
// SAFETY: tables are constant.
unsafe impl Sync for PyGetSetDef {}
impl PyGetSetDef {
    pub const END: PyGetSetDef = PyGetSetDef {
        name: std::ptr::null(),
        get: None,
        set: None,
        doc: std::ptr::null(),
        closure: std::ptr::null_mut(),
    };
}

/// `PyMemberDef`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMemberDef {
    pub name: *const c_char,
    /// `Py_T_*`
    pub type_code: c_int,
    pub offset: isize,
    /// `Py_READONLY` …
    pub flags: c_int,
    pub doc: *const c_char,
}
// SAFETY: tables are constant.
unsafe impl Sync for PyMemberDef {}
impl PyMemberDef {
    pub const END: PyMemberDef = PyMemberDef {
        name: std::ptr::null(),
        type_code: 0,
        offset: 0,
        flags: 0,
        doc: std::ptr::null(),
    };

    pub const fn new(name: &'static CStr, type_code: c_int, offset: usize, flags: c_int) -> PyMemberDef {
        PyMemberDef {
            name: name.as_ptr(),
            type_code,
            offset: offset as isize,
            flags,
            doc: std::ptr::null(),
        }
    }
}

/// `METH_*`
pub mod meth {
    use std::ffi::c_int;
    pub const VARARGS: c_int = 0x0001;
    pub const KEYWORDS: c_int = 0x0002;
    pub const NOARGS: c_int = 0x0004;
    pub const O: c_int = 0x0008;
    pub const CLASS: c_int = 0x0010;
    pub const STATIC: c_int = 0x0020;
    pub const COEXIST: c_int = 0x0040;
    pub const FASTCALL: c_int = 0x0080;
    pub const METHOD: c_int = 0x0200;
}

/// `Py_T_*` and flags of members (`descrobject.h`).
pub mod member {
    use std::ffi::c_int;
    pub const T_SHORT: c_int = 0;
    pub const T_INT: c_int = 1;
    pub const T_LONG: c_int = 2;
    pub const T_FLOAT: c_int = 3;
    pub const T_DOUBLE: c_int = 4;
    pub const T_STRING: c_int = 5;
    pub const T_OBJECT: c_int = 6;
    pub const T_CHAR: c_int = 7;
    pub const T_BYTE: c_int = 8;
    pub const T_UBYTE: c_int = 9;
    pub const T_USHORT: c_int = 10;
    pub const T_UINT: c_int = 11;
    pub const T_ULONG: c_int = 12;
    pub const T_STRING_INPLACE: c_int = 13;
    pub const T_BOOL: c_int = 14;
    pub const T_OBJECT_EX: c_int = 16;
    pub const T_LONGLONG: c_int = 17;
    pub const T_ULONGLONG: c_int = 18;
    pub const T_PYSSIZET: c_int = 19;
    pub const T_NONE: c_int = 20;
    pub const READONLY: c_int = 1;
    pub const AUDIT_READ: c_int = 2;
    pub const RELATIVE_OFFSET: c_int = 8;
}

/// `Py_TPFLAGS_*`
pub mod flags {
    use std::ffi::c_ulong;
    pub const HAVE_FINALIZE: c_ulong = 1 << 0;
    pub const STATIC_BUILTIN: c_ulong = 1 << 1;
    pub const INLINE_VALUES: c_ulong = 1 << 2;
    pub const MANAGED_WEAKREF: c_ulong = 1 << 3;
    pub const MANAGED_DICT: c_ulong = 1 << 4;
    pub const PREHEADER: c_ulong = MANAGED_WEAKREF | MANAGED_DICT;
    pub const SEQUENCE: c_ulong = 1 << 5;
    pub const MAPPING: c_ulong = 1 << 6;
    pub const DISALLOW_INSTANTIATION: c_ulong = 1 << 7;
    pub const IMMUTABLETYPE: c_ulong = 1 << 8;
    pub const HEAPTYPE: c_ulong = 1 << 9;
    pub const BASETYPE: c_ulong = 1 << 10;
    pub const HAVE_VECTORCALL: c_ulong = 1 << 11;
    pub const READY: c_ulong = 1 << 12;
    pub const READYING: c_ulong = 1 << 13;
    pub const HAVE_GC: c_ulong = 1 << 14;
    pub const METHOD_DESCRIPTOR: c_ulong = 1 << 17;
    pub const HAVE_VERSION_TAG: c_ulong = 1 << 18;
    pub const VALID_VERSION_TAG: c_ulong = 1 << 19;
    pub const IS_ABSTRACT: c_ulong = 1 << 20;
    /// `_Py_TPFLAGS_MATCH_SELF`
    pub const MATCH_SELF: c_ulong = 1 << 22;
    pub const ITEMS_AT_END: c_ulong = 1 << 23;
    pub const LONG_SUBCLASS: c_ulong = 1 << 24;
    pub const LIST_SUBCLASS: c_ulong = 1 << 25;
    pub const TUPLE_SUBCLASS: c_ulong = 1 << 26;
    pub const BYTES_SUBCLASS: c_ulong = 1 << 27;
    pub const UNICODE_SUBCLASS: c_ulong = 1 << 28;
    pub const DICT_SUBCLASS: c_ulong = 1 << 29;
    pub const BASE_EXC_SUBCLASS: c_ulong = 1 << 30;
    pub const TYPE_SUBCLASS: c_ulong = 1 << 31;
    pub const DEFAULT: c_ulong = 0;
}

/// `struct _typeobject`
#[repr(C)]
pub struct PyTypeObject {
    pub ob_base: PyVarObject,
    pub tp_name: GilCell<*const c_char>,
    pub tp_basicsize: GilCell<isize>,
    pub tp_itemsize: GilCell<isize>,
    pub tp_dealloc: Slot<destructor>,
    pub tp_vectorcall_offset: GilCell<isize>,
    pub tp_getattr: Slot<getattrfunc>,
    pub tp_setattr: Slot<setattrfunc>,
    pub tp_as_async: GilCell<*mut PyAsyncMethods>,
    pub tp_repr: Slot<reprfunc>,
    pub tp_as_number: GilCell<*mut PyNumberMethods>,
    pub tp_as_sequence: GilCell<*mut PySequenceMethods>,
    pub tp_as_mapping: GilCell<*mut PyMappingMethods>,
    pub tp_hash: Slot<hashfunc>,
    pub tp_call: Slot<ternaryfunc>,
    pub tp_str: Slot<reprfunc>,
    pub tp_getattro: Slot<getattrofunc>,
    pub tp_setattro: Slot<setattrofunc>,
    pub tp_as_buffer: GilCell<*mut PyBufferProcs>,
    pub tp_flags: GilCell<c_ulong>,
    pub tp_doc: GilCell<*const c_char>,
    pub tp_traverse: Slot<traverseproc>,
    pub tp_clear: Slot<inquiry>,
    pub tp_richcompare: Slot<richcmpfunc>,
    pub tp_weaklistoffset: GilCell<isize>,
    pub tp_iter: Slot<getiterfunc>,
    pub tp_iternext: Slot<iternextfunc>,
    pub tp_methods: GilCell<*const PyMethodDef>,
    pub tp_members: GilCell<*const PyMemberDef>,
    pub tp_getset: GilCell<*const PyGetSetDef>,
    /// Owned by heap types.
    pub tp_base: GilCell<*const PyTypeObject>,
    pub tp_dict: Field<PyDict>,
    pub tp_descr_get: Slot<descrgetfunc>,
    pub tp_descr_set: Slot<descrsetfunc>,
    pub tp_dictoffset: GilCell<isize>,
    pub tp_init: Slot<initproc>,
    pub tp_alloc: Slot<allocfunc>,
    pub tp_new: Slot<newfunc>,
    pub tp_free: Slot<freefunc>,
    pub tp_is_gc: Slot<inquiry>,
    pub tp_bases: Field<PyTuple>,
    pub tp_mro: Field<PyTuple>,
    pub tp_cache: Field,
    /// A dict of `address -> weakref`, or null.
    pub tp_subclasses: Field<PyDict>,
    pub tp_weaklist: GilCell<*mut PyObject>,
    pub tp_del: Slot<destructor>,
    pub tp_version_tag: GilCell<c_uint>,
    pub tp_finalize: Slot<destructor>,
    pub tp_vectorcall: Slot<vectorcallfunc>,
    pub tp_watched: GilCell<u8>,
    pub tp_versions_used: GilCell<u16>,
}

// SAFETY: the head comes first.
unsafe impl PyLayout for PyTypeObject {}

/// `struct _specialization_cache`
#[repr(C)]
pub struct SpecializationCache {
    pub getitem: GilCell<*mut PyObject>,
    pub getitem_version: GilCell<u32>,
    pub init: GilCell<*mut PyObject>,
}

/// `struct _heaptypeobject`
#[repr(C)]
pub struct PyHeapTypeObject {
    pub ht_type: PyTypeObject,
    pub as_async: PyAsyncMethods,
    pub as_number: PyNumberMethods,
    pub as_mapping: PyMappingMethods,
    pub as_sequence: PySequenceMethods,
    pub as_buffer: PyBufferProcs,
    pub ht_name: Field,
    pub ht_slots: Field,
    pub ht_qualname: Field,
    /// The shared keys of the instances' dicts (`PyDictKeysObject`), owned, or null.
    pub ht_cached_keys: GilCell<*mut c_void>,
    pub ht_module: Field,
    pub _ht_tpname: GilCell<*mut c_char>,
    pub ht_token: GilCell<*mut c_void>,
    pub _spec_cache: SpecializationCache,
}

// SAFETY: the type object comes first.
unsafe impl PyLayout for PyHeapTypeObject {}

impl PyTypeObject {
    /// A static type before `ready`.
    pub const fn new_static(
        name: &'static CStr,
        basicsize: usize,
        itemsize: usize,
        tp_flags: c_ulong,
    ) -> PyTypeObject {
        PyTypeObject {
            ob_base: PyVarObject {
                ob_base: PyObject::new_static(std::ptr::null()),
                ob_size: std::cell::Cell::new(0),
            },
            tp_name: GilCell::new(name.as_ptr()),
            tp_basicsize: GilCell::new(basicsize as isize),
            tp_itemsize: GilCell::new(itemsize as isize),
            tp_dealloc: GilCell::new(None),
            tp_vectorcall_offset: GilCell::new(0),
            tp_getattr: GilCell::new(None),
            tp_setattr: GilCell::new(None),
            tp_as_async: GilCell::new(std::ptr::null_mut()),
            tp_repr: GilCell::new(None),
            tp_as_number: GilCell::new(std::ptr::null_mut()),
            tp_as_sequence: GilCell::new(std::ptr::null_mut()),
            tp_as_mapping: GilCell::new(std::ptr::null_mut()),
            tp_hash: GilCell::new(None),
            tp_call: GilCell::new(None),
            tp_str: GilCell::new(None),
            tp_getattro: GilCell::new(None),
            tp_setattro: GilCell::new(None),
            tp_as_buffer: GilCell::new(std::ptr::null_mut()),
            tp_flags: GilCell::new(tp_flags | flags::IMMUTABLETYPE | flags::STATIC_BUILTIN),
            tp_doc: GilCell::new(std::ptr::null()),
            tp_traverse: GilCell::new(None),
            tp_clear: GilCell::new(None),
            tp_richcompare: GilCell::new(None),
            tp_weaklistoffset: GilCell::new(0),
            tp_iter: GilCell::new(None),
            tp_iternext: GilCell::new(None),
            tp_methods: GilCell::new(std::ptr::null()),
            tp_members: GilCell::new(std::ptr::null()),
            tp_getset: GilCell::new(std::ptr::null()),
            tp_base: GilCell::new(std::ptr::null()),
            tp_dict: Field::empty(),
            tp_descr_get: GilCell::new(None),
            tp_descr_set: GilCell::new(None),
            tp_dictoffset: GilCell::new(0),
            tp_init: GilCell::new(None),
            tp_alloc: GilCell::new(None),
            tp_new: GilCell::new(None),
            tp_free: GilCell::new(None),
            tp_is_gc: GilCell::new(None),
            tp_bases: Field::empty(),
            tp_mro: Field::empty(),
            tp_cache: Field::empty(),
            tp_subclasses: Field::empty(),
            tp_weaklist: GilCell::new(std::ptr::null_mut()),
            tp_del: GilCell::new(None),
            tp_version_tag: GilCell::new(0),
            tp_finalize: GilCell::new(None),
            tp_vectorcall: GilCell::new(None),
            tp_watched: GilCell::new(0),
            tp_versions_used: GilCell::new(0),
        }
    }

    #[inline(always)]
    pub fn has(&self, flag: c_ulong) -> bool {
        self.tp_flags.get() & flag != 0
    }

    /// The last part of `tp_name`, as `__name__` has it.
    pub fn name(&self) -> &str {
        let full = self.full_name();
        let heap = self.heap().filter(|_| !self.has(flags::IMMUTABLETYPE));
        let Some(heap) = heap else {
            return full.rsplit('.').next().unwrap_or(full);
        };
        // classes made from C specifications have the module before the name
        // SAFETY: nothing runs while the name is looked at.
        let name = unsafe { heap.ht_name.borrow() }.and_then(|n| n.downcast::<crate::PyStr>());
        let chars = name.map_or(usize::MAX, |n| n.len());
        full.char_indices()
            .rev()
            .nth(chars.saturating_sub(1))
            .map_or(full, |(i, _)| &full[i..])
    }

    /// `tp_name`, as error messages show it.
    pub fn full_name(&self) -> &str {
        // SAFETY: `tp_name` is NUL-terminated and lives as long as the type.
        let name = unsafe { CStr::from_ptr(self.tp_name.get()) };
        // SAFETY: C's names are UTF-8 by contract; a bad one is shown as "?".
        std::str::from_utf8(name.to_bytes()).unwrap_or("?")
    }

    #[inline(always)]
    pub fn as_number(&self) -> Option<&PyNumberMethods> {
        // SAFETY: null or a table that lives as long as the type.
        unsafe { self.tp_as_number.get().as_ref() }
    }
    #[inline(always)]
    pub fn as_sequence(&self) -> Option<&PySequenceMethods> {
        // SAFETY: as above.
        unsafe { self.tp_as_sequence.get().as_ref() }
    }
    #[inline(always)]
    pub fn as_mapping(&self) -> Option<&PyMappingMethods> {
        // SAFETY: as above.
        unsafe { self.tp_as_mapping.get().as_ref() }
    }
    #[inline(always)]
    pub fn as_async(&self) -> Option<&PyAsyncMethods> {
        // SAFETY: as above.
        unsafe { self.tp_as_async.get().as_ref() }
    }
    #[inline(always)]
    pub fn as_buffer(&self) -> Option<&PyBufferProcs> {
        // SAFETY: as above.
        unsafe { self.tp_as_buffer.get().as_ref() }
    }

    /// The table, made if there is none (static types, before `ready`).
    pub fn number_table(&self) -> &PyNumberMethods {
        table(&self.tp_as_number)
    }
    pub fn sequence_table(&self) -> &PySequenceMethods {
        table(&self.tp_as_sequence)
    }
    pub fn mapping_table(&self) -> &PyMappingMethods {
        table(&self.tp_as_mapping)
    }
    pub fn async_table(&self) -> &PyAsyncMethods {
        table(&self.tp_as_async)
    }
    pub fn buffer_table(&self) -> &PyBufferProcs {
        table(&self.tp_as_buffer)
    }

    #[inline(always)]
    pub fn base(&self) -> Option<&PyTypeObject> {
        // SAFETY: null, or a type kept alive by this one.
        unsafe { self.tp_base.get().as_ref() }
    }

    /// The heap type's further fields.
    #[inline(always)]
    pub fn heap(&self) -> Option<&PyHeapTypeObject> {
        if self.has(flags::HEAPTYPE) {
            // SAFETY: the flag says so.
            Some(unsafe { &*(self as *const PyTypeObject as *const PyHeapTypeObject) })
        } else {
            None
        }
    }

    /// `PyType_IsSubtype`
    pub fn is_subtype(&self, other: &PyTypeObject) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        // SAFETY: nothing runs while the tuple is read.
        if let Some(mro) = unsafe { self.tp_mro.borrow() } {
            return mro
                .as_slice()
                .iter()
                .any(|t| std::ptr::eq(t.as_ptr() as *const PyTypeObject, other));
        }
        let mut ty = self.base();
        while let Some(t) = ty {
            if std::ptr::eq(t, other) {
                return true;
            }
            ty = t.base();
        }
        false
    }
}

fn table<T: Default>(cell: &GilCell<*mut T>) -> &T {
    if cell.get().is_null() {
        cell.set(Box::into_raw(Box::default()));
    }
    // SAFETY: just made, never freed while the type lives.
    unsafe { &*cell.get() }
}

/// `type`
// SAFETY: every type object is at least a `PyTypeObject`.
unsafe impl PyClass for PyTypeObject {
    const NAME: &'static str = "type";
    fn type_object() -> &'static PyTypeObject {
        &crate::typeobject::PyType_Type
    }
    #[inline(always)]
    fn check(obj: &PyObject) -> bool {
        obj.ty().has(flags::TYPE_SUBCLASS)
    }
}
