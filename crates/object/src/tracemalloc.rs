//! What `_tracemalloc` knows: while it is on, every block that goes through the door in [`crate::alloc`] is noted with
//! its size and the Python frames that asked for it. While it is off, the door tests one flag.
//!
//! Frames are kept as code objects and places in them; file names and lines are made of them when somebody asks.

use crate::handle::{GilCell, Py, PyLayout};
use crate::refcount::PyObject;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Is memory traced?
static ON: AtomicBool = AtomicBool::new(false);
/// Are new blocks left out for now?
static PAUSED: AtomicBool = AtomicBool::new(false);

/// A frame: the address of its code object, which a reference of ours keeps alive, and the place in it.
pub type Place = (usize, u32);

/// The frames of the running thread, the innermost first: puts up to so many into the list, and gives the number of all.
/// Set by the virtual machine; allocates no Python memory.
pub static FRAMES: GilCell<Option<fn(usize, &mut Vec<Place>) -> usize>> = GilCell::new(None);

#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Traceback {
    frames: Vec<Place>,
    total: usize,
}

#[derive(Default)]
struct State {
    limit: usize,
    /// By block: its size and the number of its traceback.
    blocks: HashMap<usize, (usize, u32)>,
    tracebacks: Vec<Traceback>,
    numbers: HashMap<Traceback, u32>,
    traced: usize,
    peak: usize,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);

fn with<T>(f: impl FnOnce(&mut State) -> T) -> T {
    let mut guard = STATE.lock().unwrap_or_else(|e| e.into_inner());
    f(guard.get_or_insert_with(State::default))
}

#[inline(always)]
pub fn is_on() -> bool {
    ON.load(Ordering::Relaxed)
}

impl State {
    fn forget(&mut self, block: usize) {
        if let Some((size, _)) = self.blocks.remove(&block) {
            self.traced -= size;
        }
    }

    fn note(&mut self, block: usize, size: usize, traceback: Traceback) {
        self.forget(block);
        let number = match self.numbers.get(&traceback) {
            Some(n) => *n,
            None => {
                for (code, _) in &traceback.frames {
                    // SAFETY: the code of a frame that runs; the reference is given back by `clear`.
                    std::mem::forget(unsafe { (*(*code as *const PyObject)).new_ref() });
                }
                let n = self.tracebacks.len() as u32;
                self.tracebacks.push(traceback.clone());
                self.numbers.insert(traceback, n);
                n
            }
        };
        self.blocks.insert(block, (size, number));
        self.traced += size;
        self.peak = self.peak.max(self.traced);
    }
}

/// A block has been made.
#[cold]
#[inline(never)]
pub fn made(block: *mut u8, size: usize) {
    if block.is_null() || PAUSED.load(Ordering::Relaxed) {
        return;
    }
    let mut traceback = Traceback::default();
    let limit = with(|s| s.limit);
    if crate::thread::tstate_opt().is_some()
        && let Some(frames) = FRAMES.get()
    {
        traceback.total = frames(limit, &mut traceback.frames);
    }
    with(|s| s.note(block as usize, size, traceback));
}

/// Runs `f`, whose own blocks are not noted. The caller holds the GIL all the while.
pub fn paused<T>(f: impl FnOnce() -> T) -> T {
    let before = PAUSED.swap(true, Ordering::Relaxed);
    let result = f();
    PAUSED.store(before, Ordering::Relaxed);
    result
}

/// A block is about to be freed.
#[cold]
#[inline(never)]
pub fn gone(block: *mut u8) {
    with(|s| s.forget(block as usize));
}

/// Starts tracing; nothing if it is on.
pub fn start(limit: usize) {
    with(|s| s.limit = limit);
    ON.store(true, Ordering::Relaxed);
}

/// Stops tracing and forgets everything.
pub fn stop() {
    if ON.swap(false, Ordering::Relaxed) {
        clear();
    }
}

/// Forgets all blocks.
pub fn clear() {
    let tracebacks = with(|s| {
        s.blocks = HashMap::new();
        s.numbers = HashMap::new();
        s.traced = 0;
        s.peak = 0;
        std::mem::take(&mut s.tracebacks)
    });
    // frees code objects perhaps, whose blocks nobody knows any more
    for (code, _) in tracebacks.into_iter().flat_map(|t| t.frames) {
        // SAFETY: the reference taken by `note`.
        drop(unsafe { Py::<PyObject>::from_owned_ptr(code as *mut PyObject) });
    }
}

pub fn limit() -> usize {
    with(|s| s.limit).max(1)
}

/// Bytes traced now, and at most.
pub fn memory() -> (usize, usize) {
    with(|s| (s.traced, s.peak))
}

pub fn reset_peak() {
    with(|s| s.peak = s.traced);
}

/// What the tracing itself takes, in bytes.
pub fn own_memory() -> usize {
    with(|s| {
        let frames: usize = s.tracebacks.iter().map(|t| t.frames.capacity()).sum();
        s.blocks.capacity() * size_of::<(usize, (usize, u32))>()
            + (s.tracebacks.capacity() + s.numbers.capacity()) * size_of::<Traceback>()
            + 2 * frames * size_of::<Place>()
    })
}

/// A traceback: frames, and how many there were.
pub type Trace = (Vec<Place>, usize);

/// All blocks (size and number of the traceback) and all tracebacks. The code objects stay as long as nothing is cleared.
pub fn snapshot() -> (Vec<(usize, u32)>, Vec<Trace>) {
    with(|s| {
        (
            s.blocks.values().copied().collect(),
            s.tracebacks.iter().map(|t| (t.frames.clone(), t.total)).collect(),
        )
    })
}

/// The traceback of an object's block.
pub fn of_object(obj: &PyObject) -> Option<Vec<Place>> {
    let block = obj.as_ptr() as usize - crate::alloc::presize(obj.ty());
    with(|s| {
        let (_, number) = s.blocks.get(&block)?;
        Some(s.tracebacks.get(*number as usize)?.frames.clone())
    })
}
