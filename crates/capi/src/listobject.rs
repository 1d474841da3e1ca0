//! `listobject.h`

use crate::util::{expect, expect_opt, lend, steal};
use object::{Py, PyLayout, PyList, PyObject, PyResult, PyTuple, error, intern, raise};

fn index(list: &PyList, i: isize) -> Option<usize> {
    usize::try_from(i).ok().filter(|i| *i < list.len())
}

fn bounds(list: &PyList, low: isize, high: isize) -> (usize, usize) {
    let low = low.clamp(0, list.len() as isize) as usize;
    (low, high.clamp(low as isize, list.len() as isize) as usize)
}

capi! {
    /// A list to be filled. Items that are not set yet are `None`, which is immortal: `PyList_SET_ITEM` may write over it.
    fn PyList_New(n: isize) -> PyResult<Py<PyList>> {
        let n = crate::util::size(n)?;
        let mut items = Vec::new();
        if items.try_reserve_exact(n).is_err() {
            return error::no_memory();
        }
        items.resize_with(n, object::none);
        PyList::from_vec(items)
    }
    fn PyList_Size(l: &PyObject) -> PyResult<usize> {
        Ok(expect::<PyList>(l)?.len())
    }
    /// Borrowed.
    fn PyList_GetItem(l: &PyObject, i: isize) -> PyResult<*mut PyObject> {
        let list = expect::<PyList>(l)?;
        match index(list, i) {
            Some(i) => Ok(lend(list.get(i))),
            None => raise!(IndexError, "list index out of range"),
        }
    }
    fn PyList_GetItemRef(l: &PyObject, i: isize) -> PyResult {
        let Some(list) = l.downcast::<PyList>() else {
            return raise!(TypeError, "expected a list");
        };
        match index(list, i).and_then(|i| list.get(i)) {
            Some(v) => Ok(v),
            None => raise!(IndexError, "list index out of range"),
        }
    }
    /// Steals `v`, also when it fails.
    fn PyList_SetItem(l: &PyObject, i: isize, v: *mut PyObject) -> PyResult<()> {
        let v = steal(v);
        let list = expect::<PyList>(l)?;
        match index(list, i).map(|i| list.replace(i, v.unwrap_or_else(object::none))) {
            // the old item goes when the new one stands
            Some(Ok(old)) => drop(old),
            _ => return raise!(IndexError, "list assignment index out of range"),
        }
        Ok(())
    }
    fn PyList_Insert(l: &PyObject, i: isize, v: Option<&PyObject>) -> PyResult<()> {
        let list = expect::<PyList>(l)?;
        let Some(v) = v else {
            return error::bad_internal_call();
        };
        let n = list.len() as isize;
        let i = if i < 0 { (i + n).max(0) } else { i.min(n) };
        list.insert(i as usize, v.new_ref())
    }
    fn PyList_Append(l: &PyObject, v: Option<&PyObject>) -> PyResult<()> {
        let list = expect::<PyList>(l)?;
        match v {
            Some(v) => list.append(v.new_ref()),
            None => error::bad_internal_call(),
        }
    }
    fn PyList_GetSlice(l: &PyObject, low: isize, high: isize) -> PyResult<Py<PyList>> {
        let list = expect::<PyList>(l)?;
        let (low, high) = bounds(list, low, high);
        PyList::from_vec(list.slice_vec(low, high))
    }
    /// NULL deletes.
    fn PyList_SetSlice(l: &PyObject, low: isize, high: isize, v: Option<&PyObject>) -> PyResult<()> {
        let list = expect::<PyList>(l)?;
        let items = match v {
            Some(v) => object::containers::fast_items(v, "can only assign an iterable")?,
            None => Vec::new(),
        };
        let (low, high) = bounds(list, low, high);
        drop(list.splice(low, high, items)?);
        Ok(())
    }
    fn PyList_Sort(l: Option<&PyObject>) -> PyResult<()> {
        expect_opt::<PyList>(l)?.as_object().call_method(intern!("sort"), &[])?;
        Ok(())
    }
    fn PyList_Reverse(l: Option<&PyObject>) -> PyResult<()> {
        expect_opt::<PyList>(l)?.as_object().call_method(intern!("reverse"), &[])?;
        Ok(())
    }
    fn PyList_AsTuple(l: Option<&PyObject>) -> PyResult<Py<PyTuple>> {
        PyTuple::from_vec(expect_opt::<PyList>(l)?.to_vec())
    }
    fn PyList_Clear(l: &PyObject) -> PyResult<()> {
        drop(expect::<PyList>(l)?.take_all());
        Ok(())
    }
    fn PyList_Extend(l: &PyObject, items: &PyObject) -> PyResult<()> {
        expect::<PyList>(l)?.extend(items)
    }
    fn _PyList_Extend(l: &PyObject, items: &PyObject) -> PyResult {
        expect::<PyList>(l)?.extend(items)?;
        Ok(object::none())
    }
}
