//! The structs that C code sees are laid out as CPython 3.14's headers lay them out: compared with the figures that a C
//! program prints (`layouts.txt`, written by `cargo xtask layouts`).

use std::collections::BTreeMap;
use std::mem::{offset_of, size_of};

fn size_of_field<T, F>(_: fn(&T) -> &F) -> usize {
    size_of::<F>()
}

/// Name to figures: `[size]` of a struct, `[offset, size]` of a field.
fn figures() -> BTreeMap<&'static str, Vec<usize>> {
    let lines = include_str!("layouts.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let parse = |line: &'static str| {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        Some((name, words.map(|word| word.parse().expect("a number")).collect()))
    };
    lines.filter_map(parse).collect()
}

/// Compares structs and fields (a Rust name, or `name = "C name"`), and notes their names as seen.
macro_rules! check {
    ($figures:ident, $wrong:ident, $ty:ty = $c:literal { $($field:ident $(= $cname:literal)?),* $(,)? }) => {
        // Structs that end in an array of one item in C and of none here stand there without their size.
        if let Some(expected) = $figures.remove($c) && expected != [size_of::<$ty>()] {
            $wrong.push(format!("{}: size {}, C has {expected:?}", $c, size_of::<$ty>()));
        }
        $(
            #[allow(unused_mut, unused_assignments)]
            let mut name = stringify!($field);
            $(name = $cname;)?
            let full = format!("{}.{name}", $c);
            let expected = $figures.remove(full.as_str()).expect(&full);
            let got = vec![offset_of!($ty, $field), size_of_field(|object: &$ty| &object.$field)];
            if expected != got {
                $wrong.push(format!("{full}: offset and size {got:?}, C has {expected:?}"));
            }
        )*
    };
}

#[test]
fn structs_are_laid_out_as_in_the_headers() {
    let mut figures = figures();
    let mut wrong = Vec::new();
    check!(figures, wrong, crate::PyObject = "PyObject" { ob_type });
    check!(figures, wrong, crate::PyVarObject = "PyVarObject" { ob_size });
    check!(figures, wrong, crate::typeobject::PyTypeObject = "PyTypeObject" { tp_name, tp_basicsize, tp_itemsize, tp_dealloc, tp_vectorcall_offset, tp_getattr, tp_setattr, tp_as_async, tp_repr, tp_as_number, tp_as_sequence, tp_as_mapping, tp_hash, tp_call, tp_str, tp_getattro, tp_setattro, tp_as_buffer, tp_flags, tp_doc, tp_traverse, tp_clear, tp_richcompare, tp_weaklistoffset, tp_iter, tp_iternext, tp_methods, tp_members, tp_getset, tp_base, tp_dict, tp_descr_get, tp_descr_set, tp_dictoffset, tp_init, tp_alloc, tp_new, tp_free, tp_is_gc, tp_bases, tp_mro, tp_cache, tp_subclasses, tp_weaklist, tp_del, tp_version_tag, tp_finalize, tp_vectorcall, tp_watched, tp_versions_used });
    check!(figures, wrong, crate::typeobject::PyHeapTypeObject = "PyHeapTypeObject" { ht_type, as_async, as_number, as_mapping, as_sequence, as_buffer, ht_name, ht_slots, ht_qualname, ht_cached_keys, ht_module, _ht_tpname, ht_token, _spec_cache });
    check!(figures, wrong, crate::typeobject::PyAsyncMethods = "PyAsyncMethods" { am_await, am_aiter, am_anext, am_send });
    check!(figures, wrong, crate::typeobject::PyNumberMethods = "PyNumberMethods" { nb_add, nb_subtract, nb_multiply, nb_remainder, nb_divmod, nb_power, nb_negative, nb_positive, nb_absolute, nb_bool, nb_invert, nb_lshift, nb_rshift, nb_and, nb_xor, nb_or, nb_int, nb_reserved, nb_float, nb_inplace_add, nb_inplace_subtract, nb_inplace_multiply, nb_inplace_remainder, nb_inplace_power, nb_inplace_lshift, nb_inplace_rshift, nb_inplace_and, nb_inplace_xor, nb_inplace_or, nb_floor_divide, nb_true_divide, nb_inplace_floor_divide, nb_inplace_true_divide, nb_index, nb_matrix_multiply, nb_inplace_matrix_multiply });
    check!(figures, wrong, crate::typeobject::PySequenceMethods = "PySequenceMethods" { sq_length, sq_concat, sq_repeat, sq_item, was_sq_slice, sq_ass_item, was_sq_ass_slice, sq_contains, sq_inplace_concat, sq_inplace_repeat });
    check!(figures, wrong, crate::typeobject::PyMappingMethods = "PyMappingMethods" { mp_length, mp_subscript, mp_ass_subscript });
    check!(figures, wrong, crate::typeobject::PyBufferProcs = "PyBufferProcs" { bf_getbuffer, bf_releasebuffer });
    check!(figures, wrong, crate::typeobject::Py_buffer = "Py_buffer" { buf, obj, len, itemsize, readonly, ndim, format, shape, strides, suboffsets, internal });
    check!(figures, wrong, crate::typeobject::PyMethodDef = "PyMethodDef" { ml_name, ml_meth, ml_flags, ml_doc });
    check!(figures, wrong, crate::typeobject::PyGetSetDef = "PyGetSetDef" { name, get, set, doc, closure });
    check!(figures, wrong, crate::typeobject::PyMemberDef = "PyMemberDef" { name, type_code = "type", offset, flags, doc });
    check!(figures, wrong, crate::PyTuple = "PyTupleObject" { ob_base, ob_hash });
    check!(figures, wrong, crate::PyList = "PyListObject" { ob_base, ob_item, allocated });
    check!(figures, wrong, crate::PyDict = "PyDictObject" { ob_base, ma_used, _ma_watcher_tag, ma_keys, ma_values });
    check!(figures, wrong, crate::PySet = "PySetObject" { ob_base, fill, used, mask, table, hash, finger, smalltable, weakreflist });
    check!(figures, wrong, crate::PyFloat = "PyFloatObject" { ob_base, ob_fval });
    check!(figures, wrong, crate::PyInt = "PyLongObject" { ob_base, lv_tag = "long_value.lv_tag", ob_digit = "long_value.ob_digit" });
    check!(figures, wrong, crate::PyBytes = "PyBytesObject" { ob_base, ob_shash });
    check!(figures, wrong, crate::PyByteArray = "PyByteArrayObject" { ob_base, ob_alloc, ob_bytes, ob_start, ob_exports });
    check!(figures, wrong, crate::PyStr = "PyASCIIObject" { ob_base, length, hash, state });
    check!(figures, wrong, crate::str::PyCompactUnicodeObject = "PyCompactUnicodeObject" { utf8_length, utf8 });
    check!(figures, wrong, crate::str::PyUnicodeObject = "PyUnicodeObject" { data });
    check!(figures, wrong, crate::PySlice = "PySliceObject" { ob_base, start, stop, step });
    check!(figures, wrong, crate::module::PyModule = "PyModuleObject" { ob_base, md_dict, md_def, md_state, md_weaklist, md_name });
    check!(figures, wrong, crate::exceptions::BaseException = "PyBaseExceptionObject" { ob_base, dict, args, notes, traceback, context, cause, suppress_context });
    check!(figures, wrong, crate::alloc::GcHead = "PyGC_Head" { gc_next = "_gc_next", gc_prev = "_gc_prev" });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        figures.is_empty(),
        "in layouts.txt but not compared: {:?}",
        figures.keys()
    );
}
