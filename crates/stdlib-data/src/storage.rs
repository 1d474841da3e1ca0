//! A list's storage by `PyListObject`'s layout: what the heap algorithms need to move items without touching counts.

use object::{GilCell, Py, PyLayout, PyList, PyObject};

/// `PyListObject`
#[repr(C)]
struct ListLayout {
    ob_base: PyObject,
    ob_size: GilCell<isize>,
    ob_item: GilCell<*mut *mut PyObject>,
    allocated: GilCell<isize>,
}
// SAFETY: `repr(C)` with the head first.
unsafe impl PyLayout for ListLayout {}
const _: () = assert!(size_of::<ListLayout>() == size_of::<PyList>());

fn layout(list: &PyList) -> &ListLayout {
    // SAFETY: every list has this layout.
    unsafe { list.as_object().downcast_unchecked() }
}

/// Exchanges two items; does nothing when either is out of range.
#[inline]
pub fn swap(list: &PyList, i: usize, j: usize) {
    let len = list.len();
    if i < len && j < len {
        let items = layout(list).ob_item.get();
        // SAFETY: both are below the size.
        unsafe { std::ptr::swap(items.add(i), items.add(j)) };
    }
}

/// Puts `item` at `i` and returns what was there; `Err(item)` when `i` is out of range.
#[inline]
pub fn replace(list: &PyList, i: usize, item: Py) -> Result<Py, Py> {
    if i >= list.len() {
        return Err(item);
    }
    // SAFETY: below the size stand owned references; one is exchanged for another.
    unsafe {
        let place = layout(list).ob_item.get().add(i);
        Ok(Py::from_owned_ptr(std::ptr::replace(place, item.into_ptr())))
    }
}

/// Takes the last item off.
#[inline]
pub fn pop(list: &PyList) -> Option<Py> {
    let last = list.len().checked_sub(1)?;
    let layout = layout(list);
    layout.ob_size.set(last as isize);
    // SAFETY: the reference that stood there belongs to the caller now; the room stays allocated.
    unsafe { Some(Py::from_owned_ptr(*layout.ob_item.get().add(last))) }
}
