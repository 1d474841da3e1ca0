//! `_bisect`: binary search in sorted sequences.

use object::{CompareOp, Py, PyLayout, PyList, PyObject, PyResult, intern, is_none, pymodule, raise};

/// `_bisect`
pub struct Bisect;

/// The first index in `lo..hi` at which `x` may stand: before its equals with `LEFT`, else after them.
fn search<const LEFT: bool>(
    a: &PyObject,
    x: &PyObject,
    lo: isize,
    hi: isize,
    key: Option<&PyObject>,
) -> PyResult<isize> {
    if lo < 0 {
        return raise!(ValueError, "lo must be non-negative");
    }
    // -1 stands for the end, as it does for CPython.
    let mut hi = if hi == -1 { a.length()? as isize } else { hi };
    let mut lo = lo;
    while lo < hi {
        // Both are not negative.
        let middle = lo + (hi - lo) / 2;
        let mut item = a.sequence_item(middle)?;
        if let Some(key) = key {
            item = object::call::call(key, &[&item])?;
        }
        if LEFT {
            if item.rich_compare_bool(x, CompareOp::Lt)? {
                lo = middle + 1;
            } else {
                hi = middle;
            }
        } else if x.rich_compare_bool(&item, CompareOp::Lt)? {
            hi = middle;
        } else {
            lo = middle + 1;
        }
    }
    Ok(lo)
}

/// The argument `hi`: an int or `None`.
type Bound<'a> = Option<&'a PyObject>;

fn bounds(lo: Option<isize>, hi: Bound) -> PyResult<(isize, isize)> {
    let hi = match hi.filter(|hi| !is_none(hi)) {
        None => -1,
        Some(hi) if hi.has_index() => object::number::index_as_isize(hi)?,
        Some(hi) => {
            return raise!(
                TypeError,
                "argument should be integer or None, not '{}'",
                hi.ty().full_name()
            );
        }
    };
    Ok((lo.unwrap_or(0), hi))
}

fn insort<const LEFT: bool>(
    a: &PyObject,
    x: &PyObject,
    lo: Option<isize>,
    hi: Bound,
    key: Option<&PyObject>,
) -> PyResult<()> {
    let key = key.filter(|key| !is_none(key));
    let (lo, hi) = bounds(lo, hi)?;
    let at = match key {
        None => search::<LEFT>(a, x, lo, hi, None)?,
        Some(key) => {
            let x_key: Py = object::call::call(key, &[x])?;
            search::<LEFT>(a, &x_key, lo, hi, Some(key))?
        }
    };
    if let Some(list) = a.downcast_exact::<PyList>() {
        // Comparing may have shortened the list.
        return list.insert((at as usize).min(list.len()), x.new_ref());
    }
    let at = object::PyInt::from_i64(at as i64)?;
    a.call_method(intern!("insert"), &[at.as_object(), x]).map(drop)
}

#[pymodule(name = "_bisect")]
impl Bisect {
    #[function("($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        a: &PyObject,
        x: &PyObject,
        lo: Option<isize>,
        hi: Option<&PyObject>,
        key: Option<&PyObject>,
    ) -> PyResult<isize> {
        let (lo, hi) = bounds(lo, hi)?;
        search::<true>(a, x, lo, hi, key.filter(|key| !is_none(key)))
    }

    #[function("($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        a: &PyObject,
        x: &PyObject,
        lo: Option<isize>,
        hi: Option<&PyObject>,
        key: Option<&PyObject>,
    ) -> PyResult<isize> {
        let (lo, hi) = bounds(lo, hi)?;
        search::<false>(a, x, lo, hi, key.filter(|key| !is_none(key)))
    }

    #[function("($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        a: &PyObject,
        x: &PyObject,
        lo: Option<isize>,
        hi: Option<&PyObject>,
        key: Option<&PyObject>,
    ) -> PyResult<()> {
        insort::<true>(a, x, lo, hi, key)
    }

    #[function("($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        a: &PyObject,
        x: &PyObject,
        lo: Option<isize>,
        hi: Option<&PyObject>,
        key: Option<&PyObject>,
    ) -> PyResult<()> {
        insort::<false>(a, x, lo, hi, key)
    }
}
