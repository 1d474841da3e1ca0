//! `_heapq`: heaps in lists, smallest or largest item first.
//!
//! Comparisons run Python code that may change the list, so every item that is compared is owned for the time, and the
//! list's size is looked at after each comparison.

use crate::storage;
use object::{CompareOp, Py, PyList, PyObject, PyResult, pymodule, raise};

/// `_heapq`
pub struct Heapq;

/// Whether `a` must stand above `b`: smaller, or larger in a max-heap.
#[inline]
fn above<const MAX: bool>(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    if MAX {
        b.rich_compare_bool(a, CompareOp::Lt)
    } else {
        a.rich_compare_bool(b, CompareOp::Lt)
    }
}

fn check_size(heap: &PyList, size: usize) -> PyResult<()> {
    if heap.len() != size {
        return raise!(RuntimeError, "list changed size during iteration");
    }
    Ok(())
}

fn out_of_range<T>() -> PyResult<T> {
    raise!(IndexError, "index out of range")
}

fn item(heap: &PyList, i: usize) -> PyResult {
    match heap.get(i) {
        Some(item) => Ok(item),
        None => out_of_range(),
    }
}

/// Moves the item at `at` up towards `start` to where its parent stands above it.
fn sift_towards_root<const MAX: bool>(heap: &PyList, start: usize, mut at: usize) -> PyResult<()> {
    let size = heap.len();
    let moved = item(heap, at)?;
    while at > start {
        let parent = (at - 1) >> 1;
        let other = item(heap, parent)?;
        let up = above::<MAX>(&moved, &other)?;
        check_size(heap, size)?;
        if !up {
            break;
        }
        storage::swap(heap, parent, at);
        at = parent;
    }
    Ok(())
}

/// Moves the item at `start` down to a leaf, the better child up each time, and then up to its place: fewer
/// comparisons than stopping on the way, for it came from the bottom.
fn sift_from<const MAX: bool>(heap: &PyList, start: usize) -> PyResult<()> {
    let size = heap.len();
    let mut at = start;
    while at < size / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < size {
            let (left, right) = (item(heap, child)?, item(heap, child + 1)?);
            let left_above = above::<MAX>(&left, &right)?;
            check_size(heap, size)?;
            child += usize::from(!left_above);
        }
        storage::swap(heap, at, child);
        at = child;
    }
    sift_towards_root::<MAX>(heap, start, at)
}

fn heapify<const MAX: bool>(heap: &PyList) -> PyResult<()> {
    for start in (0..heap.len() / 2).rev() {
        sift_from::<MAX>(heap, start)?;
    }
    Ok(())
}

fn push<const MAX: bool>(heap: &PyList, new: &PyObject) -> PyResult<()> {
    use object::PyLayout;
    heap.append(new.new_ref())?;
    sift_towards_root::<MAX>(heap, 0, heap.len().saturating_sub(1))
}

fn pop<const MAX: bool>(heap: &PyList) -> PyResult {
    let Some(last) = storage::pop(heap) else {
        return out_of_range();
    };
    match storage::replace(heap, 0, last) {
        // It was the only one.
        Err(last) => Ok(last),
        Ok(top) => {
            sift_from::<MAX>(heap, 0)?;
            Ok(top)
        }
    }
}

fn replace<const MAX: bool>(heap: &PyList, new: &PyObject) -> PyResult {
    use object::PyLayout;
    let Ok(top) = storage::replace(heap, 0, new.new_ref()) else {
        return out_of_range();
    };
    sift_from::<MAX>(heap, 0)?;
    Ok(top)
}

fn push_pop<const MAX: bool>(heap: &PyList, new: &PyObject) -> PyResult {
    use object::PyLayout;
    let Some(top) = heap.get(0) else {
        return Ok(new.new_ref());
    };
    if above::<MAX>(&top, new)? {
        replace::<MAX>(heap, new)
    } else {
        Ok(new.new_ref())
    }
}

#[pymodule(name = "_heapq")]
impl Heapq {
    #[function("($module, heap, item, /)")]
    fn heappush(heap: &PyList, item: &PyObject) -> PyResult<()> {
        push::<false>(heap, item)
    }
    #[function("($module, heap, /)")]
    fn heappop(heap: &PyList) -> PyResult<Py> {
        pop::<false>(heap)
    }
    #[function("($module, heap, item, /)")]
    fn heapreplace(heap: &PyList, item: &PyObject) -> PyResult<Py> {
        replace::<false>(heap, item)
    }
    #[function("($module, heap, item, /)")]
    fn heappushpop(heap: &PyList, item: &PyObject) -> PyResult<Py> {
        push_pop::<false>(heap, item)
    }
    #[function("($module, heap, /)")]
    fn heapify(heap: &PyList) -> PyResult<()> {
        heapify::<false>(heap)
    }
    #[function("($module, heap, item, /)")]
    fn heappush_max(heap: &PyList, item: &PyObject) -> PyResult<()> {
        push::<true>(heap, item)
    }
    #[function("($module, heap, /)")]
    fn heappop_max(heap: &PyList) -> PyResult<Py> {
        pop::<true>(heap)
    }
    #[function("($module, heap, item, /)")]
    fn heapreplace_max(heap: &PyList, item: &PyObject) -> PyResult<Py> {
        replace::<true>(heap, item)
    }
    #[function("($module, heap, item, /)")]
    fn heappushpop_max(heap: &PyList, item: &PyObject) -> PyResult<Py> {
        push_pop::<true>(heap, item)
    }
    #[function("($module, heap, /)")]
    fn heapify_max(heap: &PyList) -> PyResult<()> {
        heapify::<true>(heap)
    }
}
