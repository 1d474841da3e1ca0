//! Interpreter frames: one activation of a code object, contiguous on the thread's data stack (or inside a
//! generator, or inside the frame object that has outlived it). Frame *objects* are in [`crate::frameobject`].

use crate::code::PyCode;
use crate::frameobject::PyFrame;
use crate::function::PyFunction;
use crate::stackref::StackRef;
use object::thread::ThreadState;
use object::{Py, PyDict, PyLayout, PyObject, PyResult, Visitor};
use std::mem::offset_of;

/// `FRAME_OWNED_BY_*`
pub mod owner {
    pub const THREAD: u8 = 0;
    pub const GENERATOR: u8 = 1;
    pub const FRAME_OBJECT: u8 = 2;
    pub const INTERPRETER: u8 = 3;
}

/// `_PyInterpreterFrame`
#[repr(C)]
pub struct InterpreterFrame {
    /// The code object.
    pub executable: StackRef,
    pub previous: *mut InterpreterFrame,
    /// The function, or null for the code of modules run without one.
    pub funcobj: StackRef,
    /// Kept alive by the function (or by whoever runs the frame).
    pub globals: *mut PyObject,
    pub builtins: *mut PyObject,
    /// Owned; null for optimized code.
    pub locals: *mut PyObject,
    /// Owned; null while nobody has looked.
    pub frame_obj: *mut PyFrame,
    /// The instruction being run, or about to be.
    pub instr_ptr: *mut u16,
    /// The first free place; valid while the frame is not the one running.
    pub stackpointer: *mut StackRef,
    /// Where a callee returns to, from `instr_ptr`.
    pub return_offset: u16,
    pub owner: u8,
    pub visited: u8,
    /// While lines are monitored: one more than the place of an instruction of the run of code that was entered last
    /// (0: not known).
    pub run_unit: u32,
    pub localsplus: [StackRef; 0],
}

/// Words of a frame before its locals.
pub const FRAME_SPECIALS_SIZE: usize = offset_of!(InterpreterFrame, localsplus) / size_of::<usize>();
const _: () = assert!(offset_of!(InterpreterFrame, localsplus) == 80);

impl InterpreterFrame {
    /// The frame's code.
    ///
    /// # Safety
    /// The frame is a complete one, not an interpreter's entry.
    #[inline(always)]
    pub unsafe fn code<'a>(this: *const InterpreterFrame) -> &'a PyCode {
        // SAFETY: the caller's promise.
        unsafe { (*this).executable.cast::<PyCode>() }
    }

    /// # Safety
    /// `this` is a frame.
    #[inline(always)]
    pub unsafe fn locals_ptr(this: *mut InterpreterFrame) -> *mut StackRef {
        // SAFETY: the locals stand behind the fixed part.
        unsafe { (this as *mut usize).add(FRAME_SPECIALS_SIZE) as *mut StackRef }
    }

    /// Where the value stack begins.
    ///
    /// # Safety
    /// As [`InterpreterFrame::code`].
    #[inline(always)]
    pub unsafe fn stack_base(this: *mut InterpreterFrame) -> *mut StackRef {
        // SAFETY: the caller's promise.
        unsafe {
            let n = InterpreterFrame::code(this).co_nlocalsplus.get() as usize;
            InterpreterFrame::locals_ptr(this).add(n)
        }
    }

    /// Index of the current instruction, in code units.
    ///
    /// # Safety
    /// As [`InterpreterFrame::code`].
    #[inline]
    pub unsafe fn lasti(this: *const InterpreterFrame) -> isize {
        // SAFETY: the instruction pointer points into the code.
        unsafe {
            (*this)
                .instr_ptr
                .offset_from(InterpreterFrame::code(this).code_ptr())
        }
    }

    /// The current line, or `None`.
    ///
    /// # Safety
    /// As [`InterpreterFrame::code`].
    pub unsafe fn lineno(this: *const InterpreterFrame) -> Option<i32> {
        // SAFETY: the caller's promise.
        unsafe {
            let lasti = InterpreterFrame::lasti(this);
            InterpreterFrame::code(this).addr_to_line(lasti * 2)
        }
    }

    /// The frame's function.
    ///
    /// # Safety
    /// As [`InterpreterFrame::code`].
    #[inline(always)]
    pub unsafe fn function<'a>(this: *const InterpreterFrame) -> Option<&'a PyFunction> {
        // SAFETY: `funcobj` is null or a function.
        unsafe {
            (*this)
                .funcobj
                .opt()
                .map(|f| f.downcast_unchecked::<PyFunction>())
        }
    }

    /// Fills in a fresh frame's fixed part and clears its locals from `filled` on.
    ///
    /// # Safety
    /// `this` has room for `code`'s frame; the locals before `filled` are (or will be) written by the caller.
    #[inline(always)]
    pub unsafe fn init(
        this: *mut InterpreterFrame,
        func: StackRef,
        code: &PyCode,
        locals: *mut PyObject,
        filled: usize,
        previous: *mut InterpreterFrame,
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            (*this).previous = previous;
            let f = func.cast::<PyFunction>();
            (*this).funcobj = func;
            (*this).executable = StackRef::new_ref(code);
            (*this).builtins = f.func_builtins.as_raw();
            (*this).globals = f.func_globals.as_raw();
            (*this).locals = locals;
            let n = code.co_nlocalsplus.get() as usize;
            let slots = InterpreterFrame::locals_ptr(this);
            (*this).stackpointer = slots.add(n);
            (*this).frame_obj = std::ptr::null_mut();
            (*this).instr_ptr = code.code_ptr();
            (*this).return_offset = 0;
            (*this).owner = owner::THREAD;
            (*this).visited = 0;
            (*this).run_unit = 0;
            let mut i = filled;
            while i < n {
                *slots.add(i) = StackRef::NULL;
                i += 1;
            }
        }
    }

    /// Before its first traceable instruction a frame is not shown to anybody.
    ///
    /// # Safety
    /// `this` is a live frame.
    pub unsafe fn is_incomplete(this: *const InterpreterFrame) -> bool {
        // SAFETY: the caller's promise.
        unsafe {
            if (*this).owner >= owner::INTERPRETER {
                return true;
            }
            if (*this).owner == owner::GENERATOR {
                return false;
            }
            let code = InterpreterFrame::code(this);
            InterpreterFrame::lasti(this) < code._co_firsttraceable.get() as isize
        }
    }

    /// The nearest frame outwards (this one included) that can be shown.
    ///
    /// # Safety
    /// `this` is null or a live frame.
    pub unsafe fn first_complete(mut this: *mut InterpreterFrame) -> *mut InterpreterFrame {
        // SAFETY: linked frames are alive.
        unsafe {
            while !this.is_null() && InterpreterFrame::is_incomplete(this) {
                this = (*this).previous;
            }
        }
        this
    }

    /// The frame object, made if need be; lent by the frame.
    ///
    /// # Safety
    /// `this` is a complete frame.
    pub unsafe fn frame_object<'a>(this: *mut InterpreterFrame) -> PyResult<&'a PyFrame> {
        // SAFETY: the caller's promise.
        unsafe {
            if (*this).frame_obj.is_null() {
                let f = PyFrame::for_frame(this)?;
                if (*this).frame_obj.is_null() {
                    (*this).frame_obj = f.into_ptr();
                }
            }
            Ok(&*(*this).frame_obj)
        }
    }

    /// Drops everything the frame holds but the code. The frame object, if somebody keeps it, takes the content over.
    ///
    /// # Safety
    /// The frame is finished, `stackpointer` is true, and it is no longer linked as the current one.
    #[inline]
    pub unsafe fn clear_except_code(this: *mut InterpreterFrame) {
        // SAFETY: the caller's promise.
        unsafe {
            if !(*this).frame_obj.is_null() && InterpreterFrame::give_away(this) {
                return;
            }
            InterpreterFrame::clear_locals(this);
            (*this).funcobj.close();
        }
    }

    #[cold]
    #[inline(never)]
    unsafe fn give_away(this: *mut InterpreterFrame) -> bool {
        // SAFETY: the frame owns its frame object.
        unsafe {
            let f = Py::from_owned_ptr((*this).frame_obj);
            (*this).frame_obj = std::ptr::null_mut();
            if !f.as_object().is_unique() {
                PyFrame::take_ownership(&f, this);
                return true;
            }
            // nobody else has it: it must not look at a frame that is going
            f.detach();
            drop(f);
            false
        }
    }

    /// Closes locals and stack, and drops the namespace.
    ///
    /// # Safety
    /// `stackpointer` is true; the frame is not running.
    #[inline]
    pub unsafe fn clear_locals(this: *mut InterpreterFrame) {
        // SAFETY: the caller's promise.
        unsafe {
            let mut sp = (*this).stackpointer;
            let base = InterpreterFrame::locals_ptr(this);
            (*this).stackpointer = base;
            while sp > base {
                sp = sp.sub(1);
                sp.replace(StackRef::NULL).close();
            }
            let locals = (*this).locals;
            if !locals.is_null() {
                (*this).locals = std::ptr::null_mut();
                drop(Py::from_owned_ptr(locals));
            }
        }
    }

    /// Copies a frame's content to another place (`src` is dead afterwards).
    ///
    /// # Safety
    /// `dst` has room for the fixed part, the locals and the stack as far as it is filled.
    pub unsafe fn move_to(src: *mut InterpreterFrame, dst: *mut InterpreterFrame) {
        // SAFETY: the caller's promise.
        unsafe {
            let from = InterpreterFrame::locals_ptr(src);
            let n = (*src).stackpointer.offset_from(from) as usize;
            std::ptr::copy_nonoverlapping(src as *const usize, dst as *mut usize, FRAME_SPECIALS_SIZE);
            let to = InterpreterFrame::locals_ptr(dst);
            for i in 0..n {
                *to.add(i) = (*from.add(i)).heap_safe();
            }
            (*dst).executable = (*dst).executable.heap_safe();
            (*dst).funcobj = (*dst).funcobj.heap_safe();
            (*dst).stackpointer = to.add(n);
            (*dst).previous = std::ptr::null_mut();
        }
    }

    /// Reports what the frame holds.
    ///
    /// # Safety
    /// The frame is not running (`stackpointer` is true).
    pub unsafe fn traverse(this: *mut InterpreterFrame, visit: &mut Visitor) {
        // SAFETY: the caller's promise; lent references are not the frame's.
        unsafe {
            if !(*this).locals.is_null() {
                visit.raw((*this).locals);
            }
            if !(*this).frame_obj.is_null() {
                visit.raw((*this).frame_obj as *mut PyObject);
            }
            for r in [(*this).funcobj, (*this).executable] {
                if r.is_owned() {
                    visit.raw(r.as_ptr());
                }
            }
            let mut p = InterpreterFrame::locals_ptr(this);
            while p < (*this).stackpointer {
                if (*p).is_owned() {
                    visit.raw((*p).as_ptr());
                }
                p = p.add(1);
            }
        }
    }

    /// The builtins as a dict, if they are one.
    ///
    /// # Safety
    /// As [`InterpreterFrame::code`].
    pub unsafe fn builtins_dict<'a>(this: *const InterpreterFrame) -> Option<&'a PyDict> {
        // SAFETY: the caller's promise.
        unsafe { (*this).builtins.as_ref().and_then(|b| b.downcast::<PyDict>()) }
    }
}

/// The frame that stands between native code and the Python frame it starts. Returning to it leaves the loop.
#[repr(C)]
pub struct EntryFrame {
    pub frame: InterpreterFrame,
    pub stack: [StackRef; 2],
}

// ---- the data stack ----

const CHUNK_WORDS: usize = 16 * 1024 / 8;

#[repr(C)]
struct Chunk {
    previous: *mut Chunk,
    words: usize,
    /// Where `datastack_top` was when the next chunk was begun.
    saved_top: *mut *mut PyObject,
}
const CHUNK_HEAD: usize = size_of::<Chunk>() / 8;

/// Room for a frame of `words` words on the thread's data stack, or `MemoryError`.
#[inline(always)]
pub fn push(ts: &ThreadState, words: usize) -> PyResult<*mut InterpreterFrame> {
    let top = ts.datastack_top.get();
    let room = (ts.datastack_limit.get() as usize).wrapping_sub(top as usize) / 8;
    if !top.is_null() && words < room {
        // SAFETY: within the chunk.
        ts.datastack_top.set(unsafe { top.add(words) });
        return Ok(top as *mut InterpreterFrame);
    }
    push_chunk(ts, words)
}

#[cold]
#[inline(never)]
fn push_chunk(ts: &ThreadState, words: usize) -> PyResult<*mut InterpreterFrame> {
    let mut size = CHUNK_WORDS;
    while size < words.saturating_add(CHUNK_HEAD + 1).saturating_mul(2) {
        let Some(double) = size.checked_mul(2).filter(|s| *s < usize::MAX / 16) else {
            return object::error::no_memory();
        };
        size = double;
    }
    // SAFETY: the chunk is fresh memory of `size` words; the cached one was made here.
    unsafe {
        let cached = ts.datastack_cached_chunk.get() as *mut Chunk;
        let chunk = if !cached.is_null() && (*cached).words >= size {
            ts.datastack_cached_chunk.set(std::ptr::null_mut());
            cached
        } else {
            let p = object::alloc::raw_malloc(size * 8) as *mut Chunk;
            if p.is_null() {
                return object::error::no_memory();
            }
            (*p).words = size;
            p
        };
        let old = ts.datastack_chunk.get() as *mut Chunk;
        if !old.is_null() {
            (*old).saved_top = ts.datastack_top.get();
        }
        (*chunk).previous = old;
        let first = (chunk as *mut *mut PyObject).add(CHUNK_HEAD);
        ts.datastack_chunk.set(chunk as *mut _);
        ts.datastack_limit
            .set((chunk as *mut *mut PyObject).add((*chunk).words));
        ts.datastack_top.set(first.add(words));
        Ok(first as *mut InterpreterFrame)
    }
}

/// Gives the topmost frame's room back.
///
/// # Safety
/// `frame` is the last one pushed, and is not used again.
#[inline(always)]
pub unsafe fn pop(ts: &ThreadState, frame: *mut InterpreterFrame) {
    // SAFETY: the current chunk is alive.
    unsafe {
        let chunk = ts.datastack_chunk.get() as *mut *mut PyObject;
        if frame as *mut *mut PyObject == chunk.add(CHUNK_HEAD) {
            pop_chunk(ts);
        } else {
            ts.datastack_top.set(frame as *mut *mut PyObject);
        }
    }
}

#[cold]
#[inline(never)]
unsafe fn pop_chunk(ts: &ThreadState) {
    // SAFETY: the current chunk holds no frame any more.
    unsafe {
        let chunk = ts.datastack_chunk.get() as *mut Chunk;
        let previous = (*chunk).previous;
        ts.datastack_chunk.set(previous as *mut _);
        if previous.is_null() {
            ts.datastack_top.set(std::ptr::null_mut());
            ts.datastack_limit.set(std::ptr::null_mut());
        } else {
            ts.datastack_top.set((*previous).saved_top);
            ts.datastack_limit
                .set((previous as *mut *mut PyObject).add((*previous).words));
        }
        let cached = ts.datastack_cached_chunk.get();
        if cached.is_null() {
            ts.datastack_cached_chunk.set(chunk as *mut _);
        } else {
            object::alloc::raw_free(chunk as *mut u8);
        }
    }
}

/// Frees a finished thread's data stack.
///
/// # Safety
/// No frame is left on it.
pub unsafe fn free_stack(ts: &ThreadState) {
    // SAFETY: the caller's promise; all chunks were made here.
    unsafe {
        let cached = ts.datastack_cached_chunk.replace(std::ptr::null_mut());
        object::alloc::raw_free(cached as *mut u8);
        let mut chunk = ts.datastack_chunk.replace(std::ptr::null_mut()) as *mut Chunk;
        while !chunk.is_null() {
            let previous = (*chunk).previous;
            object::alloc::raw_free(chunk as *mut u8);
            chunk = previous;
        }
        ts.datastack_top.set(std::ptr::null_mut());
        ts.datastack_limit.set(std::ptr::null_mut());
    }
}

/// The innermost Python frame that can be shown, or null.
pub fn current() -> *mut InterpreterFrame {
    let Some(ts) = object::thread::tstate_opt() else {
        return std::ptr::null_mut();
    };
    // SAFETY: the thread's linked frames are alive.
    unsafe { InterpreterFrame::first_complete(ts.current_frame.get() as *mut InterpreterFrame) }
}

/// The frame that called `f` and can be shown, or null.
pub fn caller(f: *mut InterpreterFrame) -> *mut InterpreterFrame {
    // SAFETY: frames of the running stack are linked and alive; null stays null.
    unsafe {
        match f.as_ref() {
            Some(f) => InterpreterFrame::first_complete(f.previous),
            None => std::ptr::null_mut(),
        }
    }
}

/// The line that a frame of the running stack is at.
pub fn lineno(f: *mut InterpreterFrame) -> Option<i32> {
    if f.is_null() {
        return None;
    }
    // SAFETY: a frame of the running stack.
    unsafe {
        let code = InterpreterFrame::code(f);
        let offset = (*f).instr_ptr.offset_from(code.code_ptr());
        code.addr_to_line(offset * 2)
    }
}
