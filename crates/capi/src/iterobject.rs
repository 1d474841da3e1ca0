//! `iterobject.h`

use object::{PyObject, PyResult, error, iterators, number};

capi! {
    fn PySeqIter_New(seq: &PyObject) -> PyResult {
        if !number::is_sequence(seq) {
            return error::bad_internal_call();
        }
        iterators::PySeqIter::of(seq)
    }
    fn PyCallIter_New(callable: &PyObject, sentinel: &PyObject) -> PyResult {
        iterators::PyCallIter::of(callable, sentinel)
    }
}
