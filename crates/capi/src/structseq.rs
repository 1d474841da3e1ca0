//! `structseq.h`

use crate::util::{lossy, steal};
use object::typeobject::PyTypeObject;
use object::{Py, PyObject, PyResult, PyTuple};
use std::ffi::{c_char, c_int};

/// `PyStructSequence_Field`
#[repr(C)]
pub struct FieldDesc {
    name: *const c_char,
    doc: *const c_char,
}

/// `PyStructSequence_Desc`
#[repr(C)]
pub struct Desc {
    name: *const c_char,
    doc: *const c_char,
    fields: *const FieldDesc,
    n_in_sequence: c_int,
}

/// The name of fields that have none: compared by address.
#[unsafe(no_mangle)]
pub static PyStructSequence_UnnamedField: crate::data::Text = crate::data::Text::new(c"unnamed field");

/// Where all items stand, those beyond the tuple's length included.
unsafe fn items(o: &PyObject) -> *mut Py {
    // SAFETY: the caller's promise: an instance of a struct sequence class.
    unsafe { o.downcast_unchecked::<PyTuple>() }.as_slice().as_ptr() as *mut Py
}

capi! {
    fn PyStructSequence_NewType(desc: &Desc) -> PyResult<Py<PyTypeObject>> {
        let mut names = Vec::new();
        let mut p = desc.fields;
        while !(*p).name.is_null() {
            let unnamed = std::ptr::eq((*p).name, PyStructSequence_UnnamedField.get());
            names.push(if unnamed { String::new() } else { lossy((*p).name).into_owned() });
            p = p.add(1);
        }
        let fields: Vec<&str> = names.iter().map(String::as_str).collect();
        let n = (desc.n_in_sequence.max(0) as usize).min(fields.len());
        object::structseq::new_class(&lossy(desc.name), &lossy(desc.doc), &fields, n)
    }
    /// An instance to be filled: its items are `None` until then.
    fn PyStructSequence_New(t: &PyTypeObject) -> PyResult {
        object::structseq::new_instance(t, Vec::new())
    }
    /// Steals `v`.
    fn PyStructSequence_SetItem(o: &PyObject, i: isize, v: *mut PyObject) {
        let v = steal(v).unwrap_or_else(object::none);
        drop(std::ptr::replace(items(o).offset(i), v));
    }
    /// Borrowed.
    fn PyStructSequence_GetItem(o: &PyObject, i: isize) -> *mut PyObject {
        object::PyLayout::as_ptr((*items(o).offset(i)).get())
    }
}
