//! `frame` objects and the write-through view of a frame's variables (PEP 667). A frame object points at the
//! interpreter's frame while that runs, and takes its content over when it ends.

use crate::cell::PyCell;
use crate::code::PyCode;
use crate::frame::{FRAME_SPECIALS_SIZE, InterpreterFrame, owner};
use crate::generator::PyGen;
use crate::stackref::StackRef;
use bytecode::code::{flags as co, kinds};
use object::{
    Field, GilCell, Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple, Visitor, raise,
};
use object::{pyclass, pymethods};
use std::mem::offset_of;

/// `PyFrameObject`
#[pyclass(name = "frame", type = PyFrame_Type, flags(HAVE_GC),
          basicsize = offset_of!(PyFrame, _f_frame_data) + FRAME_SPECIALS_SIZE * 8, itemsize = 8)]
#[repr(C)]
pub struct PyFrame {
    ob_base: PyObject,
    pub f_back: Field<PyFrame>,
    pub f_frame: GilCell<*mut InterpreterFrame>,
    pub f_trace: Field,
    /// Set by the debugger; 0: ask the frame.
    pub f_lineno: GilCell<i32>,
    pub f_trace_lines: GilCell<bool>,
    pub f_trace_opcodes: GilCell<bool>,
    pub f_extra_locals: Field<PyDict>,
    pub f_locals_cache: Field,
    pub f_overwritten_fast_locals: Field,
    _f_frame_data: [usize; 0],
}

impl PyFrame {
    /// A frame object that looks at a live frame.
    ///
    /// # Safety
    /// `frame` is a complete frame.
    pub unsafe fn for_frame(frame: *mut InterpreterFrame) -> PyResult<Py<PyFrame>> {
        // SAFETY: the caller's promise; the fresh object is filled before anybody sees it.
        unsafe {
            let code = InterpreterFrame::code(frame);
            let slots = (code.co_nlocalsplus.get() + code.co_stacksize.get()) as usize;
            let obj = object::alloc::alloc_untracked(&PyFrame_Type, slots)?;
            let p = obj.as_ptr() as *mut PyFrame;
            (&raw mut (*p).f_back).write(Field::empty());
            (&raw mut (*p).f_frame).write(GilCell::new(frame));
            (&raw mut (*p).f_trace).write(Field::empty());
            (&raw mut (*p).f_lineno).write(GilCell::new(0));
            (&raw mut (*p).f_trace_lines).write(GilCell::new(true));
            (&raw mut (*p).f_trace_opcodes).write(GilCell::new(false));
            (&raw mut (*p).f_extra_locals).write(Field::empty());
            (&raw mut (*p).f_locals_cache).write(Field::empty());
            (&raw mut (*p).f_overwritten_fast_locals).write(Field::empty());
            let f: Py<PyFrame> = obj.cast_unchecked();
            if (*frame).owner == owner::GENERATOR {
                object::gc::track(f.as_object());
            }
            Ok(f)
        }
    }

    /// A frame object of its own, which does not run, at the first line of its code (`PyFrame_New`).
    pub fn detached(func: &crate::function::PyFunction) -> PyResult<Py<PyFrame>> {
        let code = func.code();
        let slots = (code.co_nlocalsplus.get() + code.co_stacksize.get()) as usize;
        let obj = object::alloc::alloc_untracked(&PyFrame_Type, slots)?;
        // SAFETY: a fresh, zeroed object of this layout, with room for the code's frame; filled before anybody sees it.
        unsafe {
            let f: Py<PyFrame> = obj.cast_unchecked();
            // the allocator has put the number of items there
            (&raw mut (*(f.as_ptr() as *mut PyFrame)).f_back).write(Field::empty());
            f.f_lineno.set(code.co_firstlineno.get());
            f.f_trace_lines.set(true);
            let own = f.own_frame();
            InterpreterFrame::init(
                own,
                StackRef::new_ref(func),
                code,
                std::ptr::null_mut(),
                0,
                std::ptr::null_mut(),
            );
            (*own).owner = owner::FRAME_OBJECT;
            (*own).instr_ptr = code.code_ptr().add(code._co_firsttraceable.get().max(0) as usize);
            f.f_frame.set(own);
            object::gc::track(f.as_object());
            Ok(f)
        }
    }

    /// The frame it shows; null once it was cleared together with its generator.
    #[inline]
    pub fn frame(&self) -> *mut InterpreterFrame {
        self.f_frame.get()
    }

    fn own_frame(&self) -> *mut InterpreterFrame {
        self._f_frame_data.as_ptr() as *mut InterpreterFrame
    }

    /// The frame ends without anybody looking at the object again.
    pub(crate) fn detach(&self) {
        self.f_frame.set(std::ptr::null_mut());
    }

    /// The frame ends; the object takes its content over.
    ///
    /// # Safety
    /// `frame` is finished, `self` is its frame object, and has room for it.
    pub unsafe fn take_ownership(this: &Py<PyFrame>, frame: *mut InterpreterFrame) {
        // SAFETY: the caller's promise.
        unsafe {
            let outer = InterpreterFrame::first_complete((*frame).previous);
            let own = this.own_frame();
            InterpreterFrame::move_to(frame, own);
            // the executable is closed by the frame's owner: the copy needs its own reference
            (*own).executable = StackRef::new_ref((*own).executable.obj());
            (*own).owner = owner::FRAME_OBJECT;
            (*own).frame_obj = std::ptr::null_mut();
            this.f_frame.set(own);
            if this.f_back.is_none() && !outer.is_null() {
                match InterpreterFrame::frame_object(outer) {
                    Ok(f) => this.f_back.set(Some(f.new_ref())),
                    // no memory for the outer frame's object: the chain ends here
                    Err(_) => object::error::clear(),
                }
            }
            object::gc::track(this.as_object());
        }
    }

    pub fn code(&self) -> Option<&PyCode> {
        let frame = self.frame();
        if frame.is_null() {
            return None;
        }
        // SAFETY: the object's frame is alive or its own.
        Some(unsafe { InterpreterFrame::code(frame) })
    }

    /// The line being run.
    pub fn lineno(&self) -> Option<i32> {
        match self.f_lineno.get() {
            0 => {
                let frame = self.frame();
                if frame.is_null() {
                    return None;
                }
                // SAFETY: as above.
                unsafe { InterpreterFrame::lineno(frame) }
            }
            n => Some(n),
        }
    }

    /// The generator that the frame belongs to.
    fn generator(&self) -> Option<&PyGen> {
        let frame = self.frame();
        if frame.is_null() {
            return None;
        }
        // SAFETY: a generator's frame stands inside the generator.
        unsafe {
            if (*frame).owner == owner::GENERATOR {
                Some(&*PyGen::from_frame(frame))
            } else {
                None
            }
        }
    }

    /// The value of variable `i`, looked up through its cell.
    fn local_value(&self, i: usize) -> Option<Py> {
        let frame = self.frame();
        if frame.is_null() {
            return None;
        }
        // SAFETY: `i` is below the number of the code's variables.
        unsafe {
            let code = InterpreterFrame::code(frame);
            let kind = *code.local_kinds().get(i)?;
            let mut value = *InterpreterFrame::locals_ptr(frame).add(i);
            if kind & kinds::CO_FAST_FREE != 0
                && value.is_null()
                && InterpreterFrame::lasti(frame) < code._co_firsttraceable.get() as isize
                && let Some(closure) = InterpreterFrame::function(frame).and_then(|f| f.func_closure.get())
            {
                // the closure is not copied yet
                let at = i - (code.co_nlocalsplus.get() - code.co_nfreevars.get()) as usize;
                let cell = closure.get().as_slice().get(at)?.clone();
                return cell.downcast::<PyCell>()?.ob_ref.get();
            }
            if value.is_null() {
                return None;
            }
            if kind & (kinds::CO_FAST_FREE | kinds::CO_FAST_CELL) != 0
                && let Some(cell) = value.obj().downcast_exact::<PyCell>()
            {
                value = StackRef::from_owned_ptr(cell.ob_ref.as_raw());
                if value.is_null() {
                    return None;
                }
            }
            Some(value.obj().new_ref())
        }
    }

    /// Index of the variable `name`, if the frame has one that can be read (or written).
    fn local_index(&self, name: &PyObject, read: bool) -> PyResult<Option<usize>> {
        let Some(code) = self.code() else {
            return Ok(None);
        };
        let names = code.local_names();
        let is_hidden = |i: usize| code.local_kinds()[i] & kinds::CO_FAST_HIDDEN != 0;
        if PyStr::check_exact(name) {
            for (i, n) in names.as_slice().iter().enumerate() {
                if n.is(name) && !(read && self.local_value(i).is_none()) && !is_hidden(i) {
                    return Ok(Some(i));
                }
            }
        }
        let hash = name.hash()?;
        for (i, n) in names.as_slice().iter().enumerate() {
            if n.hash()? == hash
                && n.equals(name)?
                && !(read && self.local_value(i).is_none())
                && !is_hidden(i)
            {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }

    /// Writes variable `i`.
    fn set_local(&self, i: usize, value: &PyObject) -> PyResult<()> {
        let frame = self.frame();
        // SAFETY: `i` is a variable of the frame.
        unsafe {
            let code = InterpreterFrame::code(frame);
            let kind = code.local_kinds()[i];
            let slot = InterpreterFrame::locals_ptr(frame).add(i);
            let old = *slot;
            if kind & (kinds::CO_FAST_FREE | kinds::CO_FAST_CELL) != 0
                && let Some(cell) = old.opt().and_then(|o| o.downcast_exact::<PyCell>())
            {
                cell.ob_ref.set(Some(value.new_ref()));
                return Ok(());
            }
            if old.opt().is_some_and(|o| o.is(value)) {
                return Ok(());
            }
            *slot = StackRef::new_ref(value);
            if old.is_null() {
                return Ok(());
            }
            // frames further in may have borrowed the old value: it is kept as long as this object
            let kept = match self.f_overwritten_fast_locals.get() {
                Some(list) => list,
                None => {
                    let list = object::PyList::new()?.into_object();
                    self.f_overwritten_fast_locals.set(Some(list.clone()));
                    list
                }
            };
            if let Some(list) = kept.downcast::<object::PyList>() {
                list.append(old.steal())?;
            }
            Ok(())
        }
    }

    /// Names and values of the frame's own variables that are set.
    fn fast_items(&self) -> Vec<(Py, Py)> {
        let Some(code) = self.code() else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for (i, name) in code.local_names().as_slice().iter().enumerate() {
            if code.local_kinds()[i] & kinds::CO_FAST_HIDDEN != 0 {
                continue;
            }
            if let Some(v) = self.local_value(i) {
                out.push((name.clone(), v));
            }
        }
        out
    }

    /// All of the frame's variables with values, added ones too.
    pub fn local_items(&self) -> Vec<(Py, Py)> {
        let mut out = self.fast_items();
        if let Some(extra) = self.f_extra_locals.get() {
            out.extend(extra.items_vec());
        }
        out
    }

    fn is_optimized(&self) -> bool {
        self.code()
            .is_some_and(|c| c.co_flags.get() as u32 & co::CO_OPTIMIZED != 0)
    }

    fn has_hidden(&self) -> bool {
        let Some(code) = self.code() else { return false };
        let kinds = code.local_kinds();
        (0..kinds.len()).any(|i| kinds[i] & kinds::CO_FAST_HIDDEN != 0 && self.local_value(i).is_some())
    }
}

/// `locals()` of a frame: a snapshot for optimized code, the namespace otherwise (`_PyFrame_GetLocals`).
///
/// # Safety
/// `frame` is a complete frame.
pub unsafe fn frame_locals(frame: *mut InterpreterFrame) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let f = InterpreterFrame::frame_object(frame)?;
        if !f.is_optimized() && !f.has_hidden() {
            if (*frame).locals.is_null() {
                (*frame).locals = PyDict::new()?.into_object().into_ptr();
            }
            return Ok((*(*frame).locals).new_ref());
        }
        FrameLocalsProxy::new(f).map(Py::into_object)
    }
}

/// What `locals()` gives: the namespace, or a new dict with a function's variables.
///
/// # Safety
/// `frame` is a complete frame.
pub unsafe fn locals_snapshot(frame: *mut InterpreterFrame) -> PyResult {
    // SAFETY: the caller's promise.
    let locals = unsafe { frame_locals(frame)? };
    match locals.downcast_exact::<FrameLocalsProxy>() {
        Some(proxy) => proxy.to_dict().map(Py::into_object),
        None => Ok(locals),
    }
}

#[pymethods]
impl PyFrame {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.f_back);
        visit.field(&self.f_trace);
        visit.field(&self.f_extra_locals);
        visit.field(&self.f_locals_cache);
        visit.field(&self.f_overwritten_fast_locals);
        let frame = self.frame();
        // SAFETY: the object's own frame is not running.
        unsafe {
            if !frame.is_null() && (*frame).owner == owner::FRAME_OBJECT {
                InterpreterFrame::traverse(frame, visit);
            }
        }
    }

    #[slot]
    fn tp_clear(&self) {
        self.f_trace.set(None);
        self.f_extra_locals.set(None);
        self.f_locals_cache.set(None);
        self.f_overwritten_fast_locals.set(None);
        let frame = self.frame();
        // SAFETY: the object's own frame is not running.
        unsafe {
            if !frame.is_null() && (*frame).owner == owner::FRAME_OBJECT {
                InterpreterFrame::clear_locals(frame);
            }
        }
    }

    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end.
        unsafe {
            let this = (*op).downcast_unchecked::<PyFrame>();
            object::gc::untrack(&*op);
            let frame = this.frame();
            if !frame.is_null() && frame == this.own_frame() {
                InterpreterFrame::clear_locals(frame);
                (*frame).funcobj.close();
                (*frame).executable.close();
            }
            std::ptr::drop_in_place(op as *mut PyFrame);
            object::typeobject::free_object(op);
        }
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let (file, name) = match self.code() {
            Some(c) => (c.filename().as_object().repr()?.to_string(), c.name().to_string()),
            None => (String::new(), String::new()),
        };
        let line = match self.lineno() {
            Some(n) => n.to_string(),
            None => "None".to_string(),
        };
        Ok(format!(
            "<frame at {self:p}, file {file}, line {line}, code {name}>"
        ))
    }

    #[getter]
    fn f_back(&self) -> Option<Py<PyFrame>> {
        if let Some(back) = self.f_back.get() {
            return Some(back);
        }
        let frame = self.frame();
        if frame.is_null() {
            return None;
        }
        // SAFETY: a live frame's outer frames are alive.
        unsafe {
            let outer = InterpreterFrame::first_complete((*frame).previous);
            if outer.is_null() {
                return None;
            }
            InterpreterFrame::frame_object(outer).ok().map(|f| f.new_ref())
        }
    }

    #[getter]
    fn f_code(&self) -> PyResult<Py<PyCode>> {
        match self.code() {
            Some(c) => Ok(c.new_ref()),
            None => raise!(RuntimeError, "frame has been cleared"),
        }
    }

    #[getter]
    fn f_builtins(&self) -> Option<Py> {
        // SAFETY: a live frame's builtins are alive.
        unsafe {
            self.frame()
                .as_ref()
                .and_then(|f| f.builtins.as_ref())
                .map(|b| b.new_ref())
        }
    }

    #[getter]
    fn f_globals(&self) -> Option<Py> {
        // SAFETY: a live frame's globals are alive.
        unsafe {
            self.frame()
                .as_ref()
                .and_then(|f| f.globals.as_ref())
                .map(|b| b.new_ref())
        }
    }

    #[getter]
    fn f_locals(&self) -> PyResult {
        let frame = self.frame();
        if frame.is_null() {
            return PyDict::new().map(Py::into_object);
        }
        // SAFETY: a live frame.
        unsafe { frame_locals(frame) }
    }

    #[getter]
    fn f_lasti(&self) -> i32 {
        let frame = self.frame();
        if frame.is_null() {
            return -1;
        }
        // SAFETY: a live frame.
        let lasti = unsafe { InterpreterFrame::lasti(frame) };
        if lasti < 0 { -1 } else { (lasti * 2) as i32 }
    }

    #[getter]
    fn f_generator(&self) -> Option<Py> {
        self.generator().map(|g| g.as_object().new_ref())
    }

    #[getter]
    fn f_lineno(&self) -> Option<i32> {
        self.lineno()
    }

    #[setter(f_lineno)]
    fn set_f_lineno(&self, value: Option<&PyObject>) -> PyResult<()> {
        crate::jump::set_lineno(self, value)
    }

    #[getter]
    fn f_trace(&self) -> Option<Py> {
        self.f_trace.get()
    }

    #[setter(f_trace)]
    fn set_f_trace(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = value.filter(|v| !object::is_none(v)).map(|v| v.new_ref());
        self.f_trace.set(value);
        if self.f_trace.is_some() && self.f_trace_opcodes.get() {
            return crate::tracing::trace_opcodes(self, true);
        }
        Ok(())
    }

    #[getter]
    fn f_trace_lines(&self) -> bool {
        self.f_trace_lines.get()
    }

    #[setter(f_trace_lines)]
    fn set_f_trace_lines(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.f_trace_lines.set(flag_value(value)?);
        Ok(())
    }

    #[getter]
    fn f_trace_opcodes(&self) -> bool {
        self.f_trace_opcodes.get()
    }

    #[setter(f_trace_opcodes)]
    fn set_f_trace_opcodes(&self, value: Option<&PyObject>) -> PyResult<()> {
        let on = match value {
            None => {
                return raise!(
                    AttributeError,
                    "attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted"
                );
            }
            value => flag_value(value)?,
        };
        self.f_trace_opcodes.set(on);
        if !on || self.f_trace.is_some() {
            return crate::tracing::trace_opcodes(self, on);
        }
        Ok(())
    }

    #[method("($self, /)")]
    fn clear(&self) -> PyResult<()> {
        let frame = self.frame();
        if frame.is_null() {
            return Ok(());
        }
        // SAFETY: a live frame; only finished ones and suspended generators are cleared.
        unsafe {
            match (*frame).owner {
                owner::GENERATOR => {
                    let generator = &*PyGen::from_frame(frame);
                    if generator.is_running() {
                        return raise!(RuntimeError, "cannot clear an executing frame");
                    }
                    if generator.is_suspended() {
                        return raise!(RuntimeError, "cannot clear a suspended frame");
                    }
                    let keep = generator.new_ref();
                    crate::generator::finalize(&keep);
                    Ok(())
                }
                owner::THREAD => raise!(RuntimeError, "cannot clear an executing frame"),
                _ => {
                    PyFrame::tp_clear(self);
                    Ok(())
                }
            }
        }
    }

    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        let slots = self
            .code()
            .map_or(0, |c| (c.co_nlocalsplus.get() + c.co_stacksize.get()) as usize);
        PyFrame_Type.tp_basicsize.get() as usize + slots * 8
    }
}

fn flag_value(value: Option<&PyObject>) -> PyResult<bool> {
    match value {
        None => raise!(TypeError, "can't delete numeric/char attribute"),
        Some(v) if object::bool::PyBool::check_exact(v) => v.is_true(),
        Some(_) => raise!(TypeError, "attribute value type must be bool"),
    }
}

/// `FrameLocalsProxy`: a mapping that reads and writes a frame's variables.
#[pyclass(name = "FrameLocalsProxy", type = PyFrameLocalsProxy_Type, flags(HAVE_GC, MAPPING))]
#[repr(C)]
pub struct FrameLocalsProxy {
    ob_base: PyObject,
    frame: Field<PyFrame>,
}

impl FrameLocalsProxy {
    pub fn new(frame: &PyFrame) -> PyResult<Py<FrameLocalsProxy>> {
        object::new_object(FrameLocalsProxy {
            ob_base: PyObject::new_head(&PyFrameLocalsProxy_Type),
            frame: Field::from_ref(frame),
        })
    }

    fn frame(&self) -> PyResult<Py<PyFrame>> {
        match self.frame.get() {
            Some(f) => Ok(f),
            None => raise!(RuntimeError, "frame locals proxy has been cleared"),
        }
    }

    fn to_dict(&self) -> PyResult<Py<PyDict>> {
        let dict = PyDict::new()?;
        for (k, v) in self.frame()?.local_items() {
            dict.set_item(&*k, &*v)?;
        }
        Ok(dict)
    }

    fn lookup(&self, key: &PyObject) -> PyResult<Option<Py>> {
        let f = self.frame()?;
        if let Some(i) = f.local_index(key, true)? {
            return Ok(f.local_value(i));
        }
        match f.f_extra_locals.get() {
            Some(extra) => extra.get_item(key),
            None => Ok(None),
        }
    }

    fn keys_vec(&self) -> PyResult<Vec<Py>> {
        Ok(self.frame()?.local_items().into_iter().map(|(k, _)| k).collect())
    }

    fn store(&self, key: &PyObject, value: &PyObject) -> PyResult<()> {
        let f = self.frame()?;
        if let Some(i) = f.local_index(key, false)? {
            return f.set_local(i, value);
        }
        let extra = match f.f_extra_locals.get() {
            Some(d) => d,
            None => {
                let d = PyDict::new()?;
                f.f_extra_locals.set(Some(d.clone()));
                d
            }
        };
        extra.set_item(key, value)
    }
}

#[pymethods]
impl FrameLocalsProxy {
    #[new("(frame, /)", nosig)]
    fn tp_new(_cls: &object::PyTypeObject, frame: &PyObject) -> PyResult<Py<FrameLocalsProxy>> {
        match frame.downcast::<PyFrame>() {
            Some(f) => FrameLocalsProxy::new(f),
            None => raise!(TypeError, "expect frame, not {}", frame.ty().full_name()),
        }
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.frame);
    }

    #[slot]
    fn tp_clear(&self) {
        self.frame.set(None);
    }

    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        Ok(self.frame()?.local_items().len())
    }

    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        match self.lookup(key)? {
            Some(v) => Ok(v),
            None => raise!(KeyError, "local variable '{}' is not defined", key.repr()?),
        }
    }

    #[slot]
    fn mp_ass_subscript(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            Some(v) => self.store(key, v),
            None => {
                let f = self.frame()?;
                if f.local_index(key, false)?.is_some() {
                    return raise!(ValueError, "cannot remove local variables from FrameLocalsProxy");
                }
                match f.f_extra_locals.get() {
                    Some(extra) => extra.del_item(key),
                    None => Err(object::error::raise_value(
                        object::exceptions::KeyError::type_object(),
                        key,
                    )),
                }
            }
        }
    }

    #[slot]
    fn sq_contains(&self, key: &PyObject) -> PyResult<bool> {
        Ok(self.lookup(key)?.is_some())
    }

    #[slot]
    fn tp_iter(&self) -> PyResult {
        object::iter::get_iter(object::PyList::from_vec(self.keys_vec()?)?.as_object())
    }

    #[slot]
    fn tp_repr(&self) -> PyResult {
        if object::protocol::repr_enter(self.as_object()) {
            return "{...}".into_py_result();
        }
        let result = self.to_dict().and_then(|d| d.as_object().repr());
        object::protocol::repr_leave(self.as_object());
        result.map(Py::into_object)
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: object::CompareOp) -> PyResult {
        let result = if let Some(o) = other.downcast_exact::<FrameLocalsProxy>() {
            self.frame()?.is(o.frame()?.get())
        } else if PyDict::check(other) {
            self.to_dict()?
                .as_object()
                .rich_compare_bool(other, object::CompareOp::Eq)?
        } else {
            return Ok(object::not_implemented());
        };
        match op {
            object::CompareOp::Eq => Ok(object::bool::py_bool(result)),
            object::CompareOp::Ne => Ok(object::bool::py_bool(!result)),
            _ => Ok(object::not_implemented()),
        }
    }

    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        let is_mapping = |o: &PyObject| PyDict::check(o) || FrameLocalsProxy::check_exact(o);
        if !is_mapping(a) || !is_mapping(b) {
            return Ok(object::not_implemented());
        }
        let dict = PyDict::new()?;
        dict.update(a, true)?;
        dict.update(b, true)?;
        Ok(dict.into_object())
    }

    #[slot]
    fn nb_inplace_or(&self, other: &PyObject) -> PyResult {
        if !PyDict::check(other) && !FrameLocalsProxy::check_exact(other) {
            return Ok(object::not_implemented());
        }
        self.update(other)?;
        Ok(self.as_object().new_ref())
    }

    #[method("($self, object, /)")]
    fn __contains__(&self, key: &PyObject) -> PyResult<bool> {
        Ok(self.lookup(key)?.is_some())
    }

    #[method("($self, object, /)")]
    fn __getitem__(&self, key: &PyObject) -> PyResult {
        self.mp_subscript(key)
    }

    #[method("($self, object, /)")]
    fn update(&self, other: &PyObject) -> PyResult<()> {
        if !PyDict::check(other) && !FrameLocalsProxy::check_exact(other) {
            return raise!(
                TypeError,
                "update() argument must be dict or another FrameLocalsProxy"
            );
        }
        let dict = PyDict::new()?;
        dict.update(other, true)?;
        for (k, v) in dict.items_vec() {
            self.store(&k, &v)?;
        }
        Ok(())
    }

    #[method("($self, /)")]
    fn copy(&self) -> PyResult<Py<PyDict>> {
        self.to_dict()
    }

    #[method("($self, /)")]
    fn keys(&self) -> PyResult {
        Ok(object::PyList::from_vec(self.keys_vec()?)?.into_object())
    }

    #[method("($self, /)")]
    fn values(&self) -> PyResult {
        let values = self.frame()?.local_items().into_iter().map(|(_, v)| v).collect();
        Ok(object::PyList::from_vec(values)?.into_object())
    }

    #[method("($self, /)")]
    fn items(&self) -> PyResult {
        let mut out = Vec::new();
        for (k, v) in self.frame()?.local_items() {
            out.push(PyTuple::from_vec(vec![k, v])?.into_object());
        }
        Ok(object::PyList::from_vec(out)?.into_object())
    }

    #[method("($self, key, default=None, /)", nosig)]
    fn get(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        Ok(match self.lookup(key)? {
            Some(v) => v,
            None => default.map_or_else(object::none, |d| d.new_ref()),
        })
    }

    #[method("($self, key, default=None, /)", nosig)]
    fn setdefault(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        if let Some(v) = self.lookup(key)? {
            return Ok(v);
        }
        let value = default.map_or_else(object::none, |d| d.new_ref());
        self.store(key, &value)?;
        Ok(value)
    }

    #[method("($self, key, default=None, /)", nosig)]
    fn pop(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        let f = self.frame()?;
        if f.local_index(key, false)?.is_some() {
            return raise!(ValueError, "cannot remove local variables from FrameLocalsProxy");
        }
        if let Some(extra) = f.f_extra_locals.get()
            && let Some(v) = extra.pop_item(key)?
        {
            return Ok(v);
        }
        match default {
            Some(d) => Ok(d.new_ref()),
            None => Err(object::error::raise_value(
                object::exceptions::KeyError::type_object(),
                key,
            )),
        }
    }

    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult {
        let mut keys = self.keys_vec()?;
        keys.reverse();
        Ok(object::PyList::from_vec(keys)?.into_object())
    }
}

use object::IntoPyResult;
