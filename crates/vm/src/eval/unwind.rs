//! Exceptions in the loop: raising, tracebacks, the search for handlers, leaving frames, `except` and `except*`.

use super::Leave;
use crate::frame::{self, InterpreterFrame, owner};
use crate::generator::{PyGen, state};
use crate::stackref::StackRef;
use crate::traceback::PyTraceback;
use object::exceptions::{self as exc, BaseException};
use object::thread::{ErrStackItem, ThreadState};
use object::{Py, PyClass, PyLayout, PyList, PyObject, PyResult, PyTuple, Raised, raise};

/// `_Py_EnterRecursivePy`
#[inline(always)]
pub fn enter_recursive(ts: &ThreadState) -> PyResult<()> {
    let left = ts.py_recursion_remaining.get();
    ts.py_recursion_remaining.set(left - 1);
    if left <= 0 && recursion_exceeded(ts) {
        return Err(Raised);
    }
    Ok(())
}

/// The limit is reached: raises, unless the error is being handled already (some headroom is given then).
#[cold]
#[inline(never)]
pub fn recursion_exceeded(ts: &ThreadState) -> bool {
    if ts.recursion_headroom.get() > 0 {
        return false;
    }
    ts.recursion_headroom.set(ts.recursion_headroom.get() + 1);
    let _: PyResult<()> = raise!(RecursionError, "maximum recursion depth exceeded");
    ts.recursion_headroom.set(ts.recursion_headroom.get() - 1);
    true
}

/// An entry of an exception table.
struct Handler {
    target: usize,
    depth: usize,
    push_lasti: bool,
}

/// The handler for the instruction at `offset` (code units).
fn find_handler(table: &[u8], offset: usize) -> Option<Handler> {
    let mut at = 0;
    let mut varint = |first: bool| -> Option<usize> {
        let mut b = *table.get(at)?;
        at += 1;
        debug_assert!(!first || b & 128 != 0);
        let mut v = (b & 63) as usize;
        while b & 64 != 0 {
            b = *table.get(at)?;
            at += 1;
            v = v << 6 | (b & 63) as usize;
        }
        Some(v)
    };
    loop {
        let start = varint(true)?;
        let size = varint(false)?;
        let target = varint(false)?;
        let depth_lasti = varint(false)?;
        if start > offset {
            return None;
        }
        if offset < start + size {
            return Some(Handler {
                target,
                depth: depth_lasti >> 1,
                push_lasti: depth_lasti & 1 != 0,
            });
        }
    }
}

/// The entries of a code object's exception table: first and last (exclusive) place covered, handler (code units).
pub fn handlers(code: &crate::code::PyCode) -> Vec<(usize, usize, usize)> {
    handler_entries(code)
        .into_iter()
        .map(|e| (e.start, e.end, e.target))
        .collect()
}

/// An entry of an exception table with its range.
pub struct HandlerEntry {
    pub start: usize,
    pub end: usize,
    pub target: usize,
    pub depth: usize,
    pub push_lasti: bool,
}

/// The whole exception table of a code object.
pub fn handler_entries(code: &crate::code::PyCode) -> Vec<HandlerEntry> {
    let table = code.exception_table();
    let mut out = Vec::new();
    let mut at = 0;
    let mut varint = || -> Option<usize> {
        let mut b = *table.get(at)?;
        at += 1;
        let mut v = (b & 63) as usize;
        while b & 64 != 0 {
            b = *table.get(at)?;
            at += 1;
            v = v << 6 | (b & 63) as usize;
        }
        Some(v)
    };
    while let (Some(start), Some(size), Some(target), Some(depth_lasti)) =
        (varint(), varint(), varint(), varint())
    {
        out.push(HandlerEntry {
            start,
            end: start.saturating_add(size),
            target,
            depth: depth_lasti >> 1,
            push_lasti: depth_lasti & 1 != 0,
        });
    }
    out
}

/// Looks for a handler of the current exception, leaving frames as needed. Gives the frame to go on with (its
/// `instr_ptr` and `stackpointer` set), or nothing when the loop's first frame has been left.
///
/// # Safety
/// `first` is the running frame with its stack at `sp`, `ip` is behind the instruction that raised (not `instr_ptr`,
/// which `RERAISE` sets back to where the exception came from), and an exception is set.
#[cold]
#[inline(never)]
pub unsafe fn unwind(
    ts: &ThreadState,
    first: *mut InterpreterFrame,
    sp: *mut StackRef,
    ip: *mut u16,
    leave: Leave,
) -> Option<*mut InterpreterFrame> {
    // SAFETY: the caller's promise; linked frames are alive.
    unsafe {
        let (mut frame, mut sp, mut leave) = (first, sp, leave);
        let mut at = Some(ip);
        loop {
            if leave != Leave::ExitFrame {
                if !object::error::occurred() {
                    let _: PyResult<()> = raise!(SystemError, "error return without exception set");
                }
                if !matches!(leave, Leave::Unwind | Leave::Handling)
                    && !InterpreterFrame::is_incomplete(frame)
                {
                    (*frame).stackpointer = sp;
                    add_traceback(frame);
                }
                (*frame).stackpointer = sp;
                let code = InterpreterFrame::code(frame);
                let lasti = InterpreterFrame::lasti(frame).max(0) as usize;
                // the place that tools are told: the last code unit of the instruction that raised, or the one
                // before the call that did
                let told = match at {
                    Some(_) if leave != Leave::Throw => {
                        lasti + bytecode::opcode::CACHES[code.base_opcode(lasti) as usize] as usize
                    }
                    _ => lasti.saturating_sub(1),
                };
                match leave {
                    Leave::Unwind => crate::monitoring::exception_reraised(ts, frame, told),
                    // what a tool raised about it
                    Leave::Handling => {}
                    _ => crate::monitoring::exception_raised(ts, frame, told),
                }
                let lookup = match at {
                    _ if leave == Leave::Throw => lasti.saturating_sub(1),
                    Some(ip) => usize::try_from(ip.offset_from(code.code_ptr()) - 1).unwrap_or(lasti),
                    None => lasti,
                };
                let base = InterpreterFrame::stack_base(frame);
                if let Some(h) = find_handler(code.exception_table(), lookup) {
                    let value = object::error::fetch(Raised);
                    let top = base.add(h.depth);
                    while sp > top {
                        sp = sp.sub(1);
                        sp.read().close();
                    }
                    if h.push_lasti {
                        *sp = StackRef::int(lasti);
                        sp = sp.add(1);
                    }
                    (*frame).instr_ptr = code.code_ptr().add(h.target);
                    *sp = StackRef::owned(value);
                    sp = sp.add(1);
                    (*frame).stackpointer = sp;
                    if crate::monitoring::exception_handled(ts, frame).is_err() {
                        sp = (*frame).stackpointer;
                        at = Some((*frame).instr_ptr);
                        leave = Leave::Handling;
                        continue;
                    }
                    return Some(frame);
                }
                let value = object::error::fetch(Raised);
                while sp > base {
                    sp = sp.sub(1);
                    sp.read().close();
                }
                (*frame).stackpointer = sp;
                let _ = object::error::restore(value);
                crate::monitoring::frame_unwound(ts, frame, told);
            }
            at = None;
            let dying = frame;
            frame = (*dying).previous;
            ts.current_frame.set(frame as *mut _);
            let value = object::error::take();
            clear_and_pop(ts, dying);
            if let Some(v) = value {
                let _ = object::error::restore(v);
            }
            (*frame).return_offset = 0;
            if (*frame).owner == owner::INTERPRETER {
                return None;
            }
            sp = (*frame).stackpointer;
            leave = Leave::Error;
        }
    }
}

/// Ends a frame that is no longer linked.
///
/// # Safety
/// `frame` is finished, its stack pointer true.
#[inline]
pub unsafe fn clear_and_pop(ts: &ThreadState, dying: *mut InterpreterFrame) {
    // SAFETY: the caller's promise.
    unsafe {
        ts.py_recursion_remaining.set(ts.py_recursion_remaining.get() + 1);
        if (*dying).owner == owner::THREAD {
            InterpreterFrame::clear_except_code(dying);
            (*dying).executable.close();
            frame::pop(ts, dying);
        } else {
            clear_generator_frame(ts, dying);
        }
    }
}

#[inline(never)]
unsafe fn clear_generator_frame(ts: &ThreadState, dying: *mut InterpreterFrame) {
    // SAFETY: the frame stands inside its generator, which whoever resumed it keeps alive.
    unsafe {
        let generator = &*PyGen::from_frame(dying);
        generator.frame_state.set(state::CLEARED);
        ts.exc_info.set(generator.exc_state.previous_item.get());
        generator.exc_state.previous_item.set(std::ptr::null_mut());
        let keep = generator.new_ref();
        InterpreterFrame::clear_except_code(dying);
        (*dying).funcobj = StackRef::NULL;
        (*dying).previous = std::ptr::null_mut();
        keep.exc_state.exc_value.set(None);
    }
}

/// An exception comes in from outside (`throw`): instrumentation is brought up to date and told.
pub unsafe fn monitor_throw(ts: &ThreadState, frame: *mut InterpreterFrame) {
    // SAFETY: the frame is complete.
    unsafe {
        crate::monitoring::update(InterpreterFrame::code(frame));
        (*frame).run_unit = InterpreterFrame::lasti(frame).max(0) as u32 + 1;
        crate::monitoring::exception_thrown(ts, frame);
    }
}

/// Adds an entry for `frame` to the current exception's traceback (`PyTraceBack_Here`).
///
/// # Safety
/// `frame` is a complete frame.
pub unsafe fn add_traceback(frame: *mut InterpreterFrame) {
    let Some(e) = object::error::take() else { return };
    // SAFETY: the caller's promise; an exception is a `BaseException`.
    unsafe {
        let base = e.downcast_unchecked::<BaseException>();
        let made = InterpreterFrame::frame_object(frame).and_then(|f| {
            PyTraceback::new(
                base.traceback.get(),
                f,
                InterpreterFrame::lasti(frame) as i32 * 2,
                -1,
            )
        });
        match made {
            Ok(tb) => base.traceback.set(Some(tb.into_object())),
            // no memory for the entry: the exception goes on without it
            Err(_) => object::error::clear(),
        }
    }
    let _ = object::error::restore(e);
}

/// The item of the exception stack that holds the exception being handled (`_PyErr_GetTopmostException`).
pub fn exc_info_top(ts: &ThreadState) -> *mut ErrStackItem {
    let mut item = ts.exc_info.get();
    // SAFETY: linked items are alive.
    unsafe {
        while (*item).exc_value.is_none() && !(*item).previous_item.get().is_null() {
            item = (*item).previous_item.get();
        }
    }
    item
}

/// An instance of an exception class, or the exception itself.
fn instantiate(value: Py) -> PyResult<Option<Py>> {
    if object::error::is_exception_class(&value) {
        let made = object::call::call(&value, &[])?;
        if !object::error::is_exception(&made) {
            return raise!(
                TypeError,
                "calling {} should have returned an instance of BaseException, not {}",
                value.repr()?.get(),
                made.ty().as_object().repr()?.get()
            );
        }
        return Ok(Some(made));
    }
    Ok(object::error::is_exception(&value).then_some(value))
}

/// `raise [exc [from cause]]`. True for a bare `raise` that found something: the exception goes on as it is.
#[inline(never)]
pub fn raise(value: Option<Py>, cause: Option<Py>) -> bool {
    let Some(value) = value else {
        return match object::error::handled_exception() {
            Some(e) => {
                let _ = object::error::restore(e);
                true
            }
            None => {
                let _: PyResult<()> = raise!(RuntimeError, "No active exception to reraise");
                false
            }
        };
    };
    let _ = raise_new(value, cause);
    false
}

fn raise_new(value: Py, cause: Option<Py>) -> PyResult<()> {
    let Some(value) = instantiate(value)? else {
        return raise!(TypeError, "exceptions must derive from BaseException");
    };
    if let Some(cause) = cause {
        let cause = if object::is_none(&cause) {
            None
        } else {
            match instantiate(cause)? {
                Some(c) => Some(c),
                None => return raise!(TypeError, "exception causes must derive from BaseException"),
            }
        };
        // SAFETY: an exception is a `BaseException`.
        let base = unsafe { value.downcast_unchecked::<BaseException>() };
        base.suppress_context.set(1);
        base.cause.set(cause);
    }
    Err(object::error::raise_object(value))
}

/// Raises an exception again as it is. Only hand-made code can have anything else here.
pub fn rethrow(value: Py) {
    let _ = match expect_exception(&value) {
        Ok(()) => object::error::restore(value),
        Err(raised) => raised,
    };
}

/// What handlers work with is an exception, unless the code was made by hand.
#[inline]
pub fn expect_exception(value: &PyObject) -> PyResult<()> {
    if object::error::is_exception(value) {
        return Ok(());
    }
    raise!(
        SystemError,
        "an exception expected, got {}",
        value.ty().full_name()
    )
}

const NOT_EXCEPTIONS: &str = "catching classes that do not inherit from BaseException is not allowed";

fn check_except_types(wanted: &PyObject) -> PyResult<()> {
    let ok = match wanted.downcast::<PyTuple>() {
        Some(t) => t.as_slice().iter().all(|c| object::error::is_exception_class(c)),
        None => object::error::is_exception_class(wanted),
    };
    if ok {
        Ok(())
    } else {
        raise!(TypeError, "{NOT_EXCEPTIONS}")
    }
}

/// `except wanted:`
pub fn exception_matches(value: &PyObject, wanted: &PyObject) -> PyResult<bool> {
    check_except_types(wanted)?;
    Ok(object::error::given_matches(value, wanted))
}

fn is_group(value: &PyObject) -> bool {
    value.ty().is_subtype(exc::BaseExceptionGroup::type_object())
}

/// A group of these exceptions: an `ExceptionGroup` if all are `Exception`s.
fn make_group(items: &PyObject) -> PyResult {
    let message = object::PyStr::new("")?;
    object::call::call(
        exc::ExceptionGroup::type_object().as_object(),
        &[message.as_object(), items],
    )
}

/// `except* wanted:` — what matches, and the rest.
pub fn group_match(value: &PyObject, wanted: &PyObject) -> PyResult<(Py, Py)> {
    check_except_types(wanted)?;
    let group_type = exc::BaseExceptionGroup::type_object();
    let is_group_class =
        |c: &PyObject| -> PyResult<bool> { object::protocol::is_subclass(c, group_type.as_object()) };
    let bad = match wanted.downcast::<PyTuple>() {
        Some(t) => {
            let mut bad = false;
            for c in t.as_slice() {
                bad |= is_group_class(c)?;
            }
            bad
        }
        None => is_group_class(wanted)?,
    };
    if bad {
        return raise!(
            TypeError,
            "catching ExceptionGroup with except* is not allowed. Use except instead."
        );
    }
    let (hit, rest) = if object::is_none(value) {
        (object::none(), object::none())
    } else if object::error::given_matches(value, wanted) {
        if is_group(value) {
            (value.new_ref(), object::none())
        } else {
            let group = make_group(PyTuple::from_vec(vec![value.new_ref()])?.as_object())?;
            let frame = frame::current();
            if !frame.is_null() {
                // SAFETY: the running frame; a group is a `BaseException`.
                unsafe {
                    let f = InterpreterFrame::frame_object(frame)?;
                    let tb = PyTraceback::new(None, f, InterpreterFrame::lasti(frame) as i32 * 2, -1)?;
                    group
                        .downcast_unchecked::<BaseException>()
                        .traceback
                        .set(Some(tb.into_object()));
                }
            }
            (group, object::none())
        }
    } else if is_group(value) {
        let pair = value.call_method(object::intern!("split"), &[wanted])?;
        let Some(pair) = pair.downcast::<PyTuple>() else {
            return raise!(
                TypeError,
                "{}.split must return a tuple, not {}",
                value.ty().full_name(),
                pair.ty().full_name()
            );
        };
        match pair.as_slice() {
            [a, b, ..] => (a.clone(), b.clone()),
            _ => {
                return raise!(
                    TypeError,
                    "{}.split must return a 2-tuple, got tuple of size {}",
                    value.ty().full_name(),
                    pair.len()
                );
            }
        }
    } else {
        (object::none(), value.new_ref())
    };
    if !object::is_none(&hit) {
        let ts = object::thread::tstate();
        // SAFETY: the top item is alive.
        unsafe { (*ts.exc_info.get()).exc_value.set(Some(hit.clone())) };
    }
    Ok((hit, rest))
}

fn same_metadata(a: &PyObject, b: &PyObject) -> bool {
    // SAFETY: both are exceptions.
    let (a, b) = unsafe {
        (
            a.downcast_unchecked::<BaseException>(),
            b.downcast_unchecked::<BaseException>(),
        )
    };
    a.notes.as_raw() == b.notes.as_raw()
        && a.traceback.as_raw() == b.traceback.as_raw()
        && a.cause.as_raw() == b.cause.as_raw()
        && a.context.as_raw() == b.context.as_raw()
}

fn members(group: &PyObject) -> PyResult<Vec<Py>> {
    object::iter::collect(&*group.get_attr(object::intern!("exceptions"))?)
}

fn leaves(value: &PyObject, out: &mut Vec<*mut PyObject>) -> PyResult<()> {
    object::thread::check_recursion(" in collect_exception_group_leaf_ids")?;
    if !is_group(value) {
        out.push(value.as_ptr());
        return Ok(());
    }
    for m in members(value)? {
        leaves(&m, out)?;
    }
    Ok(())
}

/// The part of a group whose leaves are among `keep`, with the group's structure and metadata.
fn project(group: &PyObject, keep: &[*mut PyObject]) -> PyResult<Option<Py>> {
    object::thread::check_recursion(" in exceptiongroup_split_recursive")?;
    let mut kept = Vec::new();
    for m in members(group)? {
        if is_group(&m) {
            kept.extend(project(&m, keep)?);
        } else if keep.contains(&m.as_ptr()) {
            kept.push(m);
        }
    }
    if kept.is_empty() {
        return Ok(None);
    }
    let list = PyList::from_vec(kept)?;
    let made = group.call_method(object::intern!("derive"), &[list.as_object()])?;
    if !is_group(&made) {
        return raise!(TypeError, "derive must return an instance of BaseExceptionGroup");
    }
    // SAFETY: both are exceptions.
    unsafe {
        let (from, to) = (
            group.downcast_unchecked::<BaseException>(),
            made.downcast_unchecked::<BaseException>(),
        );
        to.traceback.set(from.traceback.get());
        to.context.set(from.context.get());
        to.cause.set(from.cause.get());
        to.suppress_context.set(from.suppress_context.get());
    }
    if let Some(notes) = group.get_attr_opt(object::intern!("__notes__"))?
        && !object::is_none(&notes)
        && let Ok(items) = object::iter::collect(&notes)
    {
        let copy = PyList::from_vec(items)?;
        made.set_attr(object::intern!("__notes__"), Some(copy.as_object()))?;
    }
    Ok(Some(made))
}

/// What is left to raise after all `except*` clauses ran (`_PyExc_PrepReraiseStar`).
pub fn prep_reraise_star(orig: &PyObject, excs: &PyObject) -> PyResult {
    let excs = object::iter::collect(excs)?;
    if excs.is_empty() {
        return Ok(object::none());
    }
    if !is_group(orig) {
        return Ok(excs[0].clone());
    }
    let (mut raised, mut reraised) = (Vec::new(), Vec::new());
    for e in excs {
        if object::is_none(&e) {
            continue;
        }
        expect_exception(&e)?;
        if same_metadata(&e, orig) {
            reraised.push(e);
        } else {
            raised.push(e);
        }
    }
    let mut keep = Vec::new();
    for e in &reraised {
        leaves(e, &mut keep)?;
    }
    let projected = if keep.is_empty() {
        None
    } else {
        project(orig, &keep)?
    };
    if raised.is_empty() {
        return Ok(projected.unwrap_or_else(object::none));
    }
    raised.extend(projected);
    if raised.len() > 1 {
        make_group(PyList::from_vec(raised)?.as_object())
    } else {
        Ok(raised.remove(0))
    }
}

/// Calls `__exit__(type, value, traceback)`.
///
/// # Safety
/// The references are alive; `exit_self` may be null.
pub unsafe fn with_except_start(exit: StackRef, exit_self: StackRef, value: &PyObject) -> PyResult {
    expect_exception(value)?;
    // SAFETY: the caller's promise; an exception is a `BaseException`.
    unsafe {
        let tb = value
            .downcast_unchecked::<BaseException>()
            .traceback
            .get()
            .unwrap_or_else(object::none);
        let ty = value.ty().as_object().new_ref();
        match exit_self.opt() {
            Some(s) => object::call::call(exit.obj(), &[s, ty.get(), value, tb.get()]),
            None => object::call::call(exit.obj(), &[ty.get(), value, tb.get()]),
        }
    }
}
