//! `list.sort`: a stable, natural merge sort over runs found in the data, merged in the order that the powersort rule
//! gives. Comparisons may fail, be inconsistent, or touch the list: the items are out of the list while it is sorted.
//!
//! Lists of nothing but exact strings, small ints or floats are compared without calling anything.

use super::PyList;
use crate::handle::{Py, PyClass, PyResult};
use crate::refcount::PyObject;
use crate::str::{Chars, PyStr};
use crate::{CompareOp, OrNone, PyFloat, PyInt, raise};
use object_macros::pymethods;
use std::cmp::Ordering;

/// Runs shorter than this are filled up by insertion.
const MIN_GALLOP_RUN: usize = 64;

/// What is sorted: an item, or its key with it.
trait Keyed {
    fn key(&self) -> &PyObject;
}
impl Keyed for Py {
    #[inline(always)]
    fn key(&self) -> &PyObject {
        self.get()
    }
}
impl Keyed for (Py, Py) {
    #[inline(always)]
    fn key(&self) -> &PyObject {
        self.0.get()
    }
}

/// The order of two strings by code points.
pub fn compare_str(a: &PyStr, b: &PyStr) -> Ordering {
    match (a.chars(), b.chars()) {
        (Chars::One(a), Chars::One(b)) => a.cmp(b),
        (Chars::Two(a), Chars::Two(b)) => a.cmp(b),
        (Chars::Four(a), Chars::Four(b)) => a.cmp(b),
        (a, b) => a.iter().cmp(b.iter()),
    }
}

fn sort_items<T: Keyed>(items: &mut [T]) -> PyResult<()> {
    if items.len() < 2 {
        return Ok(());
    }
    let first = items[0].key().ty();
    if items.iter().all(|i| std::ptr::eq(i.key().ty(), first)) {
        if std::ptr::eq(first, PyStr::type_object()) {
            // SAFETY: all keys are exact strings.
            items.sort_by(|a, b| unsafe {
                compare_str(a.key().downcast_unchecked(), b.key().downcast_unchecked())
            });
            return Ok(());
        }
        let small = |i: &T| {
            i.key()
                .downcast_exact::<PyInt>()
                .filter(|i| i.is_compact())
                .map(PyInt::compact_value)
        };
        if std::ptr::eq(first, PyInt::type_object()) && items.iter().all(|i| small(i).is_some()) {
            items.sort_by_key(small);
            return Ok(());
        }
        let float = |i: &T| {
            i.key()
                .downcast_exact::<PyFloat>()
                .map_or(f64::NAN, PyFloat::value)
        };
        if std::ptr::eq(first, PyFloat::type_object()) && items.iter().all(|i| !float(i).is_nan()) {
            items.sort_by(|a, b| float(a).partial_cmp(&float(b)).unwrap_or(Ordering::Equal));
            return Ok(());
        }
    }
    merge_sort(items, &mut |a: &T, b: &T| a.key().rich_compare_bool_lt(b.key()))
}

impl PyObject {
    /// `a < b` as sorting asks it.
    #[inline]
    fn rich_compare_bool_lt(&self, other: &PyObject) -> PyResult<bool> {
        self.rich_compare(other, CompareOp::Lt)?.is_true()
    }
}

/// Sorts; whatever happens, `items` is a permutation of what it was.
pub(crate) fn merge_sort<T>(
    items: &mut [T],
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<()> {
    let n = items.len();
    if n < 2 {
        return Ok(());
    }
    let min_run = min_run(n);
    let mut buffer: Vec<T> = Vec::new();
    // runs that wait to be merged: start, length, power of the boundary to the next
    let mut stack: Vec<(usize, usize, u32)> = Vec::new();
    let mut start = 0;
    while start < n {
        let mut len = natural_run(&mut items[start..], less)?;
        if len < min_run {
            let forced = min_run.min(n - start);
            insertion_sort(&mut items[start..start + forced], len, less)?;
            len = forced;
        }
        if let Some(&(s1, n1, _)) = stack.last() {
            let power = node_power(s1, n1, len, n);
            while stack.len() > 1 && stack[stack.len() - 2].2 > power {
                merge_top(items, &mut stack, &mut buffer, less)?;
            }
            if let Some(top) = stack.last_mut() {
                top.2 = power;
            }
        }
        stack.push((start, len, 0));
        start += len;
    }
    while stack.len() > 1 {
        merge_top(items, &mut stack, &mut buffer, less)?;
    }
    Ok(())
}

fn min_run(mut n: usize) -> usize {
    let mut odd = 0;
    while n >= MIN_GALLOP_RUN {
        odd |= n & 1;
        n >>= 1;
    }
    n + odd
}

/// The depth at which powersort's tree splits two neighbouring runs.
fn node_power(s1: usize, n1: usize, n2: usize, n: usize) -> u32 {
    let (mut a, n) = (2 * s1 as u128 + n1 as u128, n as u128);
    let mut b = a + n1 as u128 + n2 as u128;
    let mut power = 0;
    loop {
        power += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

/// Length of the run at the beginning; a strictly descending one is turned round.
fn natural_run<T>(items: &mut [T], less: &mut impl FnMut(&T, &T) -> PyResult<bool>) -> PyResult<usize> {
    if items.len() < 2 {
        return Ok(items.len());
    }
    let mut n = 2;
    if less(&items[1], &items[0])? {
        while n < items.len() && less(&items[n], &items[n - 1])? {
            n += 1;
        }
        items[..n].reverse();
    } else {
        while n < items.len() && !less(&items[n], &items[n - 1])? {
            n += 1;
        }
    }
    Ok(n)
}

/// Binary insertion; the first `sorted` items are in order.
fn insertion_sort<T>(
    items: &mut [T],
    sorted: usize,
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<()> {
    for i in sorted.max(1)..items.len() {
        let (mut low, mut high) = (0, i);
        while low < high {
            let mid = (low + high) / 2;
            if less(&items[i], &items[mid])? {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        items[low..=i].rotate_right(1);
    }
    Ok(())
}

fn merge_top<T>(
    items: &mut [T],
    stack: &mut Vec<(usize, usize, u32)>,
    buffer: &mut Vec<T>,
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<()> {
    let (Some((_, n2, power)), Some((s1, n1, _))) = (stack.pop(), stack.pop()) else {
        return Ok(());
    };
    stack.push((s1, n1 + n2, power));
    merge(&mut items[s1..s1 + n1 + n2], n1, buffer, less)
}

/// Where `item` goes in a sorted slice, after equal ones (`right`) or before them, searching outward from the
/// beginning (or from the end, `from_end`).
fn gallop<T>(
    item: &T,
    run: &[T],
    right: bool,
    from_end: bool,
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<usize> {
    // "the item belongs behind run[i]"
    let mut behind = |i: usize| -> PyResult<bool> {
        if right {
            Ok(!less(item, &run[i])?)
        } else {
            less(&run[i], item)
        }
    };
    let n = run.len();
    let (mut low, mut high) = (0, n);
    let mut step = 1;
    if from_end {
        while step <= n {
            if behind(n - step)? {
                low = n - step + 1;
                break;
            }
            high = n - step;
            step = step * 2 + 1;
        }
    } else {
        while step <= n {
            if !behind(step - 1)? {
                high = step - 1;
                break;
            }
            low = step;
            step = step * 2 + 1;
        }
    }
    while low < high {
        let mid = low + (high - low) / 2;
        if behind(mid)? {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    Ok(low)
}

/// Merges `items[..mid]` and `items[mid..]`.
fn merge<T>(
    items: &mut [T],
    mid: usize,
    buffer: &mut Vec<T>,
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<()> {
    // what already stands right at both ends takes no part
    let (a, b) = items.split_at(mid);
    let (Some(last_a), Some(first_b)) = (a.last(), b.first()) else {
        return Ok(());
    };
    let low = gallop(first_b, a, true, false, less)?;
    if low == mid {
        return Ok(());
    }
    let high = mid + gallop(last_a, b, false, true, less)?;
    let items = &mut items[low..high];
    let mid = mid - low;
    if mid <= items.len() - mid {
        merge_low(items, mid, buffer, less)
    } else {
        merge_high(items, mid, buffer, less)
    }
}

/// Items that stand in the buffer and must go back into the gap `to..` of the slice, whatever happens.
struct Gap<T> {
    from: *const T,
    to: *mut T,
    left: usize,
}
impl<T> Drop for Gap<T> {
    fn drop(&mut self) {
        // SAFETY: as many items are missing in the slice at `to` as are left in the buffer at `from`.
        unsafe { std::ptr::copy_nonoverlapping(self.from, self.to, self.left) }
    }
}

/// How often in a row one side must win before its items are searched for by leaps.
const MIN_GALLOP: usize = 7;

fn merge_low<T>(
    items: &mut [T],
    mid: usize,
    buffer: &mut Vec<T>,
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<()> {
    buffer.clear();
    buffer.reserve(mid);
    let n = items.len();
    let base = items.as_mut_ptr();
    let temp = buffer.as_mut_ptr();
    // SAFETY: the left run moves to the buffer (whose length stays 0: it drops nothing); the gap sees to it that each
    // item is in the slice exactly once when this ends; positions stay within the runs.
    unsafe {
        std::ptr::copy_nonoverlapping(base, temp, mid);
        let mut gap = Gap {
            from: temp,
            to: base,
            left: mid,
        };
        let mut right = mid;
        let (mut wins_a, mut wins_b) = (0, 0);
        while gap.left > 0 && right < n {
            if wins_a >= MIN_GALLOP || wins_b >= MIN_GALLOP {
                let left_run = std::slice::from_raw_parts(gap.from, gap.left);
                let k = gallop(&*base.add(right), left_run, true, false, less)?;
                std::ptr::copy_nonoverlapping(gap.from, gap.to, k);
                gap.from = gap.from.add(k);
                gap.to = gap.to.add(k);
                gap.left -= k;
                if gap.left == 0 {
                    break;
                }
                let right_run = std::slice::from_raw_parts(base.add(right), n - right);
                let m = gallop(&*gap.from, right_run, false, false, less)?;
                std::ptr::copy(base.add(right), gap.to, m);
                gap.to = gap.to.add(m);
                right += m;
                if k < MIN_GALLOP && m < MIN_GALLOP {
                    (wins_a, wins_b) = (0, 0);
                }
                continue;
            }
            if less(&*base.add(right), &*gap.from)? {
                std::ptr::copy_nonoverlapping(base.add(right), gap.to, 1);
                right += 1;
                (wins_a, wins_b) = (0, wins_b + 1);
            } else {
                std::ptr::copy_nonoverlapping(gap.from, gap.to, 1);
                gap.from = gap.from.add(1);
                gap.left -= 1;
                (wins_a, wins_b) = (wins_a + 1, 0);
            }
            gap.to = gap.to.add(1);
        }
    }
    Ok(())
}

fn merge_high<T>(
    items: &mut [T],
    mid: usize,
    buffer: &mut Vec<T>,
    less: &mut impl FnMut(&T, &T) -> PyResult<bool>,
) -> PyResult<()> {
    buffer.clear();
    let n = items.len();
    buffer.reserve(n - mid);
    let base = items.as_mut_ptr();
    let temp = buffer.as_mut_ptr();
    // SAFETY: as in `merge_low`; here the right run is in the buffer, and the gap lies before what is done.
    unsafe {
        std::ptr::copy_nonoverlapping(base.add(mid), temp, n - mid);
        // the gap is always `left .. left + gap.left`
        let mut left = mid;
        let mut gap = Gap {
            from: temp,
            to: base.add(left),
            left: n - mid,
        };
        let (mut wins_a, mut wins_b) = (0, 0);
        while gap.left > 0 && left > 0 {
            let end = left + gap.left;
            if wins_a >= MIN_GALLOP || wins_b >= MIN_GALLOP {
                let left_run = std::slice::from_raw_parts(base, left);
                let k = gallop(&*temp.add(gap.left - 1), left_run, true, true, less)?;
                let moved = left - k;
                std::ptr::copy(base.add(k), base.add(end - moved), moved);
                left = k;
                gap.to = base.add(left);
                if left == 0 {
                    break;
                }
                let end = left + gap.left;
                let right_run = std::slice::from_raw_parts(temp, gap.left);
                let m = gallop(&*base.add(left - 1), right_run, false, true, less)?;
                let taken = gap.left - m;
                std::ptr::copy_nonoverlapping(temp.add(m), base.add(end - taken), taken);
                gap.left = m;
                if moved < MIN_GALLOP && taken < MIN_GALLOP {
                    (wins_a, wins_b) = (0, 0);
                }
                continue;
            }
            if less(&*temp.add(gap.left - 1), &*base.add(left - 1))? {
                std::ptr::copy_nonoverlapping(base.add(left - 1), base.add(end - 1), 1);
                left -= 1;
                gap.to = base.add(left);
                (wins_a, wins_b) = (wins_a + 1, 0);
            } else {
                std::ptr::copy_nonoverlapping(temp.add(gap.left - 1), base.add(end - 1), 1);
                gap.left -= 1;
                (wins_a, wins_b) = (0, wins_b + 1);
            }
        }
    }
    Ok(())
}

impl PyList {
    /// `list.sort(key=…, reverse=…)`
    pub fn sort(&self, key: Option<&PyObject>, reverse: bool) -> PyResult<()> {
        let allocated = self.allocated.get() as usize;
        let mut items = self.take_all();
        // nobody sets this otherwise: whoever touches the list changes it
        self.allocated.set(-1);
        let mut result = Ok(());
        if reverse {
            items.reverse();
        }
        match key {
            None => result = sort_items(&mut items),
            Some(key) => {
                let mut keyed: Vec<(Py, Py)> = Vec::with_capacity(items.len());
                let mut rest = items.into_iter();
                for item in rest.by_ref() {
                    match crate::call::call(key, &[&*item]) {
                        Ok(k) => keyed.push((k, item)),
                        Err(r) => {
                            result = Err(r);
                            // an item without a key: its place is kept
                            keyed.push((crate::none(), item));
                            break;
                        }
                    }
                }
                if result.is_ok() {
                    result = sort_items(&mut keyed);
                }
                let mut keys = Vec::with_capacity(keyed.len());
                items = Vec::with_capacity(keyed.len());
                for (k, item) in keyed {
                    keys.push(k);
                    items.push(item);
                }
                items.extend(rest);
                if reverse {
                    items.reverse();
                }
                self.put_back(items, allocated, &mut result);
                drop(keys);
                return result;
            }
        }
        if reverse {
            items.reverse();
        }
        self.put_back(items, allocated, &mut result);
        result
    }

    /// Ends a sort: the items return, whatever somebody put into the list meanwhile goes.
    fn put_back(&self, mut items: Vec<Py>, allocated: usize, result: &mut PyResult<()>) {
        let touched = self.allocated.get() != -1 || !self.is_empty();
        if self.allocated.get() == -1 {
            self.allocated.set(0);
        }
        let strangers = self.take_all();
        let n = items.len();
        if n > 0 {
            if self.reallocate(allocated.max(n)).is_err() {
                *result = Err(crate::Raised);
                return;
            }
            // SAFETY: an array for that many references, which move.
            unsafe {
                std::ptr::copy_nonoverlapping(items.as_ptr() as *const *mut PyObject, self.ob_item.get(), n);
                items.set_len(0);
            }
            self.ob_base.ob_size.set(n as isize);
        }
        drop(strangers);
        if touched && result.is_ok() {
            *result = raise!(ValueError, "list modified during sort");
        }
    }
}

#[pymethods(part = sort)]
impl PyList {
    #[method("($self, /, *, key=None, reverse=False)", name = "sort")]
    fn py_sort(&self, key: Option<OrNone<&PyObject>>, reverse: Option<bool>) -> PyResult<()> {
        self.sort(key.and_then(|k| k.0), reverse.unwrap_or(false))
    }
}
