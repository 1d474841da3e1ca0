//! The cyclic collector: CPython 3.14's generational one (thresholds 2000, 10, 10) over every container type,
//! through `tp_traverse` and `tp_clear`.
//!
//! Tracked objects stand in doubly linked lists, one a generation, through the heads before them. `gc_prev`'s low bits
//! are flags: the object's finalizer has run; the object is in the collection now going on (then the upper bits hold
//! the references not yet accounted for, instead of the link).

use crate::alloc::{GC_HEAD_SIZE, GcHead};
use crate::error;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout};
use crate::refcount::PyObject;
use crate::typeobject::{flags, visitproc};
use std::cell::Cell;
use std::ffi::{c_int, c_void};

const FINALIZED: usize = 1;
const COLLECTING: usize = 2;
const FLAG_BITS: usize = 3;
const SHIFT: u32 = 2;

/// Generations 0–2, and 3: what `gc.freeze()` has taken out.
const GENERATIONS: usize = 4;

/// Bit of the thread state's `eval_breaker` that asks for a collection (`_PY_GC_SCHEDULED_BIT`).
pub const BREAKER_BIT: usize = 1 << 4;

/// What the module `gc` shows and sets.
pub struct GcState {
    heads: [GcHead; GENERATIONS],
    pub enabled: GilCell<bool>,
    pub collecting: GilCell<bool>,
    pub thresholds: [GilCell<i32>; 3],
    pub counts: [GilCell<i32>; 3],
    pub debug: GilCell<i32>,
    /// Per generation: collections, collected, uncollectable.
    pub stats: [GilCell<(usize, usize, usize)>; 3],
    long_lived_total: GilCell<usize>,
    long_lived_pending: GilCell<usize>,
    /// `gc.garbage`
    pub garbage: Field<crate::PyList>,
    /// `gc.callbacks`
    pub callbacks: Field<crate::PyList>,
    /// Runs the callbacks: (phase, generation, collected, uncollectable).
    pub notify: GilCell<Option<fn(&str, usize, usize, usize)>>,
}

// SAFETY: touched under the GIL only.
unsafe impl Sync for GcState {}

const fn empty_head() -> GcHead {
    GcHead {
        gc_next: Cell::new(0),
        gc_prev: Cell::new(0),
    }
}

/// The one collector.
pub static STATE: GcState = GcState {
    heads: [empty_head(), empty_head(), empty_head(), empty_head()],
    enabled: GilCell::new(true),
    collecting: GilCell::new(false),
    thresholds: [GilCell::new(2000), GilCell::new(10), GilCell::new(10)],
    counts: [GilCell::new(0), GilCell::new(0), GilCell::new(0)],
    debug: GilCell::new(0),
    stats: [
        GilCell::new((0, 0, 0)),
        GilCell::new((0, 0, 0)),
        GilCell::new((0, 0, 0)),
    ],
    long_lived_total: GilCell::new(0),
    long_lived_pending: GilCell::new(0),
    garbage: Field::empty(),
    callbacks: Field::empty(),
    notify: GilCell::new(None),
};

/// `gc.DEBUG_*`
pub const DEBUG_STATS: i32 = 1;
pub const DEBUG_COLLECTABLE: i32 = 2;
pub const DEBUG_UNCOLLECTABLE: i32 = 4;
pub const DEBUG_SAVEALL: i32 = 32;

/// The collector's head of an object.
///
/// # Safety
/// The object's type has `HAVE_GC`.
#[inline(always)]
pub unsafe fn head_of(op: *const PyObject) -> *const GcHead {
    // SAFETY: such objects are allocated with the head before them.
    unsafe { (op as *const u8).sub(GC_HEAD_SIZE) as *const GcHead }
}

#[inline(always)]
unsafe fn object_of(head: *const GcHead) -> *mut PyObject {
    // SAFETY: a head that belongs to an object.
    unsafe { (head as *const u8).add(GC_HEAD_SIZE) as *mut PyObject }
}

fn list(generation: usize) -> &'static GcHead {
    let head = &STATE.heads[generation];
    if head.gc_next.get() == 0 {
        head.gc_next.set(head as *const GcHead as usize);
        head.gc_prev.set(head as *const GcHead as usize);
    }
    head
}

#[inline(always)]
fn at(address: usize) -> &'static GcHead {
    // SAFETY: links lead to heads of live, tracked objects or to the lists' own.
    unsafe { &*(address as *const GcHead) }
}

/// Puts a head at the end of a list.
#[inline(always)]
fn link(list: &'static GcHead, head: &GcHead) {
    let me = head as *const GcHead as usize;
    let last = list.gc_prev.get() & !FLAG_BITS;
    at(last).gc_next.set(me);
    head.gc_prev.set(last | (head.gc_prev.get() & FINALIZED));
    head.gc_next.set(list as *const GcHead as usize);
    list.gc_prev.set(me);
}

/// `_PyObject_IS_GC`
#[inline]
pub fn is_gc(obj: &PyObject) -> bool {
    let ty = obj.ty();
    ty.has(flags::HAVE_GC)
        // SAFETY: a slot called with an object of its type.
        && ty.tp_is_gc.get().is_none_or(|f| unsafe { f(obj) } != 0)
}

/// `PyObject_GC_Track`; nothing for types without the head and for objects already tracked.
#[inline]
pub fn track(obj: &PyObject) {
    if !obj.ty().has(flags::HAVE_GC) {
        return;
    }
    // SAFETY: the flag says that the head is there.
    let head = unsafe { &*head_of(obj) };
    if head.gc_next.get() == 0 {
        link(list(0), head);
    }
}

/// `PyObject_GC_UnTrack`; nothing if it is not tracked.
#[inline]
pub fn untrack(obj: &PyObject) {
    if !obj.ty().has(flags::HAVE_GC) {
        return;
    }
    // SAFETY: the flag says that the head is there.
    let head = unsafe { &*head_of(obj) };
    let next = head.gc_next.get();
    if next == 0 {
        return;
    }
    let prev = head.gc_prev.get() & !FLAG_BITS;
    at(prev).gc_next.set(next);
    at(next).gc_prev.set(prev | (at(next).gc_prev.get() & FLAG_BITS));
    head.gc_next.set(0);
    head.gc_prev.set(head.gc_prev.get() & FINALIZED);
}

/// `PyObject_GC_IsTracked`
pub fn is_tracked(obj: &PyObject) -> bool {
    // SAFETY: asked only of objects with the head.
    is_gc(obj) && unsafe { (*head_of(obj)).gc_next.get() != 0 }
}

/// `PyObject_GC_IsFinalized`
pub fn is_finalized(obj: &PyObject) -> bool {
    // SAFETY: asked only of objects with the head.
    is_gc(obj) && unsafe { (*head_of(obj)).gc_prev.get() & FINALIZED != 0 }
}

/// A container was allocated: counts towards the next collection.
#[inline]
pub fn count_allocation() {
    let n = STATE.counts[0].get() + 1;
    STATE.counts[0].set(n);
    let threshold = STATE.thresholds[0].get();
    if n > threshold && threshold != 0 && STATE.enabled.get() && !STATE.collecting.get() {
        schedule();
    }
}

/// A container was freed.
#[inline]
pub fn count_deallocation() {
    let n = STATE.counts[0].get();
    if n > 0 {
        STATE.counts[0].set(n - 1);
    }
}

#[cold]
fn schedule() {
    crate::thread::tstate()
        .eval_breaker
        .fetch_or(BREAKER_BIT, std::sync::atomic::Ordering::Relaxed);
}

/// The collection that was asked for: the oldest generation whose count is over its threshold. Called at a safe point
/// of the evaluation loop.
pub fn collect_scheduled() {
    if !STATE.enabled.get() || STATE.collecting.get() {
        return;
    }
    for g in (0..3).rev() {
        if STATE.counts[g].get() > STATE.thresholds[g].get() && STATE.thresholds[g].get() != 0 {
            // a full collection only when a quarter of what survived one is new since
            if g == 2 && STATE.long_lived_pending.get() < STATE.long_lived_total.get() / 4 {
                continue;
            }
            collect(g);
            return;
        }
    }
}

/// Runs `tp_finalize` once in an object's life.
fn finalize_once(obj: &PyObject) {
    let Some(f) = obj.ty().tp_finalize.get() else {
        return;
    };
    if is_gc(obj) {
        // SAFETY: it has the head.
        let head = unsafe { &*head_of(obj) };
        if head.gc_prev.get() & FINALIZED != 0 {
            return;
        }
        head.gc_prev.set(head.gc_prev.get() | FINALIZED);
    }
    // SAFETY: the finalizer of a live object.
    unsafe { f(obj.as_ptr()) };
}

/// `PyObject_CallFinalizer`
pub fn call_finalizer(obj: &PyObject) {
    finalize_once(obj);
}

/// `PyObject_CallFinalizerFromDealloc`: runs `tp_finalize` once; true if the object was resurrected.
///
/// # Safety
/// Called by a deallocator, before anything is torn down.
pub unsafe fn call_finalizer_from_dealloc(op: *mut PyObject) -> bool {
    // SAFETY: the object is whole; its count is zero, and is lent one for the time of the call.
    unsafe {
        let obj = &*op;
        obj.set_refcount(1);
        finalize_once(obj);
        let n = obj.refcount();
        obj.set_refcount(n - 1);
        n > 1
    }
}

unsafe extern "C" fn visit_subtract(op: *mut PyObject, _: *mut c_void) -> c_int {
    // SAFETY: traversals report live objects.
    unsafe {
        if is_gc(&*op) {
            let head = &*head_of(op);
            if head.gc_prev.get() & COLLECTING != 0 {
                head.gc_prev.set(head.gc_prev.get().wrapping_sub(1 << SHIFT));
            }
        }
    }
    0
}

unsafe extern "C" fn visit_reachable(op: *mut PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: as above; `arg` is the work list.
    unsafe {
        if is_gc(&*op) {
            let head = &*head_of(op);
            if head.gc_prev.get() & COLLECTING != 0 {
                head.gc_prev.set(head.gc_prev.get() & FINALIZED);
                (*(arg as *mut Vec<*mut PyObject>)).push(op);
            }
        }
    }
    0
}

/// Marks all of `objects` as being looked at, and leaves with each that only others of them refer to the mark, the
/// rest without. Returns whether there are any with it.
fn find_unreachable(objects: &[*mut PyObject]) -> bool {
    // SAFETY: the objects are tracked and alive; traversals run no Python code.
    unsafe {
        for &op in objects {
            let head = &*head_of(op);
            let refs = (*op).refcount() as usize;
            head.gc_prev
                .set(refs << SHIFT | COLLECTING | (head.gc_prev.get() & FINALIZED));
        }
        for &op in objects {
            if let Some(f) = (*op).ty().tp_traverse.get() {
                f(&*op, visit_subtract, std::ptr::null_mut());
            }
        }
        let mut work: Vec<*mut PyObject> = Vec::new();
        for &op in objects {
            let head = &*head_of(op);
            if head.gc_prev.get() & COLLECTING != 0 && head.gc_prev.get() >> SHIFT != 0 {
                head.gc_prev.set(head.gc_prev.get() & FINALIZED);
                work.push(op);
                while let Some(op) = work.pop() {
                    if let Some(f) = (*op).ty().tp_traverse.get() {
                        f(&*op, visit_reachable, (&raw mut work) as *mut c_void);
                    }
                }
            }
        }
        objects
            .iter()
            .any(|op| (*head_of(*op)).gc_prev.get() & COLLECTING != 0)
    }
}

/// Stops looking at a tuple whose items cannot be part of a cycle. Returns whether it is one.
fn untrack_tuple(op: *mut PyObject) -> bool {
    // SAFETY: asked of live objects that have heads.
    unsafe {
        let Some(tuple) = (*op).downcast_exact::<crate::PyTuple>() else {
            return false;
        };
        let plain =
            |item: &Py| !is_gc(item) || (crate::PyTuple::check_exact(item) && !is_tracked_raw(item.as_ptr()));
        if !tuple.as_slice().iter().all(plain) {
            return false;
        }
        let head = &*head_of(op);
        head.gc_prev.set(head.gc_prev.get() & FINALIZED);
        head.gc_next.set(0);
        true
    }
}

fn is_marked(op: *mut PyObject) -> bool {
    // SAFETY: asked of tracked objects.
    unsafe { (*head_of(op)).gc_prev.get() & COLLECTING != 0 }
}

fn members(generation: usize) -> Vec<*mut PyObject> {
    let head = list(generation);
    let end = head as *const GcHead as usize;
    let mut out = Vec::new();
    let mut p = head.gc_next.get();
    while p != end {
        // SAFETY: in the list stand heads of objects.
        out.push(unsafe { object_of(p as *const GcHead) });
        p = at(p).gc_next.get();
    }
    out
}

/// Links objects into a list, taking them from wherever they stood (links are rewritten, not followed).
fn relink(generation: usize, objects: impl Iterator<Item = *mut PyObject>) {
    for op in objects {
        // SAFETY: tracked objects.
        link(list(generation), unsafe { &*head_of(op) });
    }
}

fn reset(generation: usize) {
    let head = list(generation);
    head.gc_next.set(head as *const GcHead as usize);
    head.gc_prev.set(head as *const GcHead as usize);
}

/// Collects a generation and the younger ones (`gc.collect(generation)`); returns (collected, uncollectable).
pub fn collect(generation: usize) -> (usize, usize) {
    let generation = generation.min(2);
    if STATE.collecting.replace(true) {
        return (0, 0);
    }
    if let Some(f) = STATE.notify.get() {
        f("start", generation, 0, 0);
    }
    let saved = error::take();
    let (collected, uncollectable) = collect_main(generation);
    if let Some(e) = saved {
        let _ = error::restore(e);
    }
    let s = STATE.stats[generation].get();
    STATE.stats[generation].set((s.0 + 1, s.1 + collected, s.2 + uncollectable));
    if let Some(f) = STATE.notify.get() {
        f("stop", generation, collected, uncollectable);
    }
    STATE.collecting.set(false);
    (collected, uncollectable)
}

fn collect_main(generation: usize) -> (usize, usize) {
    for (g, count) in STATE.counts.iter().enumerate() {
        if g <= generation {
            count.set(0);
        } else if g == generation + 1 {
            count.set(count.get() + 1);
        }
    }
    let older = (generation + 1).min(2);
    let mut objects = Vec::new();
    for g in (0..=generation).rev() {
        objects.append(&mut members(g));
        reset(g);
    }
    let any = find_unreachable(&objects);
    let (dead, alive): (Vec<_>, Vec<_>) = objects.into_iter().partition(|op| is_marked(*op));
    if generation == older {
        STATE.long_lived_pending.set(0);
        STATE.long_lived_total.set(alive.len());
    } else if generation == 1 {
        STATE
            .long_lived_pending
            .set(STATE.long_lived_pending.get() + alive.len());
    }
    relink(older, alive.into_iter().filter(|&op| !untrack_tuple(op)));
    if !any {
        return (0, 0);
    }
    // hold every dead object: finalizers and callbacks must find them whole
    let unmark = |op: *mut PyObject| {
        // SAFETY: tracked objects.
        let head = unsafe { &*head_of(op) };
        head.gc_prev.set(head.gc_prev.get() & FINALIZED);
        head.gc_next.set(0);
    };
    // objects with `tp_del`, and what they reach, are not freed
    let mut legacy: Vec<*mut PyObject> = Vec::new();
    // SAFETY: live objects.
    for &op in dead
        .iter()
        // SAFETY: live objects.
        .filter(|op| unsafe { (***op).ty().tp_del.get().is_some() })
    {
        if is_marked(op) {
            // SAFETY: as above.
            let head = unsafe { &*head_of(op) };
            head.gc_prev.set(head.gc_prev.get() & FINALIZED);
            legacy.push(op);
        }
    }
    let mut work = legacy.clone();
    while let Some(op) = work.pop() {
        // SAFETY: traversal of a live object.
        if let Some(f) = unsafe { (*op).ty().tp_traverse.get() } {
            let before = work.len();
            // SAFETY: as above.
            unsafe { f(&*op, visit_reachable, (&raw mut work) as *mut c_void) };
            legacy.extend_from_slice(&work[before..]);
        }
    }
    let (mut dead, uncollectable): (Vec<_>, Vec<_>) = dead.into_iter().partition(|op| is_marked(*op));
    relink(older, uncollectable.iter().copied());
    // SAFETY: they are alive; from here on a reference is held to each.
    let held: Vec<Py> = dead.iter().map(|op| unsafe { (**op).new_ref() }).collect();
    crate::weakref::clear_for_collection(&dead, is_marked);
    for &op in &dead {
        unmark(op);
    }
    relink(generation, dead.iter().copied());
    for obj in &held {
        finalize_once(obj);
    }
    // finalizers may have brought objects back
    let still: Vec<*mut PyObject> = dead.iter().copied().filter(|op| is_tracked_raw(*op)).collect();
    for &op in &still {
        // SAFETY: alive, held by us.
        unsafe { untrack(&*op) };
        // SAFETY: alive; our own reference does not count.
        unsafe { (*op).set_refcount((*op).refcount() - 1) };
    }
    find_unreachable(&still);
    for &op in &still {
        // SAFETY: as above.
        unsafe { (*op).set_refcount((*op).refcount() + 1) };
    }
    let (garbage, resurrected): (Vec<_>, Vec<_>) = still.into_iter().partition(|op| is_marked(*op));
    for &op in &garbage {
        unmark(op);
    }
    relink(older, resurrected.into_iter());
    relink(older, garbage.iter().copied());
    dead = garbage;
    let collected = dead.len();
    crate::weakref::clear_without_callbacks(&dead);
    let debug = STATE.debug.get();
    if debug & DEBUG_COLLECTABLE != 0 {
        for &op in &dead {
            // SAFETY: alive.
            unsafe { eprintln!("gc: collectable <{} {:p}>", (*op).ty().full_name(), op) };
        }
    }
    for &op in &dead {
        // SAFETY: alive, held by us.
        let obj = unsafe { &*op };
        if debug & DEBUG_SAVEALL != 0 {
            append_garbage(obj);
        } else if let Some(f) = obj.ty().tp_clear.get()
            && is_tracked(obj)
        {
            // SAFETY: a slot called with an object of its type.
            unsafe { f(obj) };
            if error::occurred() {
                error::write_unraisable(None, Some("Exception ignored in tp_clear of"));
            }
        }
    }
    for &op in &uncollectable {
        // SAFETY: alive: nobody frees them.
        let obj = unsafe { &*op };
        if debug & DEBUG_UNCOLLECTABLE != 0 {
            eprintln!("gc: uncollectable <{} {op:p}>", obj.ty().full_name());
        }
        if debug & DEBUG_SAVEALL != 0 || obj.ty().tp_del.get().is_some() {
            append_garbage(obj);
        }
    }
    drop(held);
    (collected, uncollectable.len())
}

fn is_tracked_raw(op: *mut PyObject) -> bool {
    // SAFETY: an object with a head that is held alive.
    unsafe { (*head_of(op)).gc_next.get() != 0 }
}

fn append_garbage(obj: &PyObject) {
    if STATE.garbage.is_none()
        && let Ok(l) = crate::PyList::new()
    {
        STATE.garbage.set(Some(l));
    }
    if let Some(l) = STATE.garbage.get()
        && l.append(obj.new_ref()).is_err()
    {
        error::clear();
    }
}

/// `gc.get_objects(generation)`
pub fn objects(generation: Option<usize>) -> Vec<Py> {
    let range = match generation {
        Some(g) => g..g + 1,
        None => 0..3,
    };
    // SAFETY: tracked objects are alive.
    range
        .flat_map(|g| members(g).into_iter().map(|op| unsafe { (*op).new_ref() }))
        .collect()
}

/// `gc.freeze()`
pub fn freeze() {
    for g in 0..3 {
        let objects = members(g);
        reset(g);
        relink(3, objects.into_iter());
        STATE.counts[g].set(0);
    }
}

/// `gc.unfreeze()`
pub fn unfreeze() {
    let objects = members(3);
    reset(3);
    relink(2, objects.into_iter());
}

/// `gc.get_freeze_count()`
pub fn freeze_count() -> usize {
    members(3).len()
}

/// `gc.get_referents(obj)`
pub fn referents(obj: &PyObject) -> Vec<Py> {
    unsafe extern "C" fn visit(op: *mut PyObject, arg: *mut c_void) -> c_int {
        // SAFETY: `arg` is the list below; traversals report live objects.
        unsafe { (*(arg as *mut Vec<Py>)).push((*op).new_ref()) };
        0
    }
    let mut out: Vec<Py> = Vec::new();
    if is_gc(obj)
        && let Some(f) = obj.ty().tp_traverse.get()
    {
        // SAFETY: a slot called with an object of its type.
        unsafe { f(obj, visit, (&raw mut out) as *mut c_void) };
    }
    out
}

/// `gc.get_referrers(*wanted)`
pub fn referrers(wanted: &[&PyObject]) -> Vec<Py> {
    unsafe extern "C" fn visit(op: *mut PyObject, arg: *mut c_void) -> c_int {
        // SAFETY: `arg` is the slice below.
        let wanted = unsafe { &*(arg as *const &[&PyObject]) };
        wanted.iter().any(|w| std::ptr::eq(*w, op)) as c_int
    }
    let mut out = Vec::new();
    for g in 0..3 {
        for op in members(g) {
            // SAFETY: tracked objects are alive.
            let obj = unsafe { &*op };
            if let Some(f) = obj.ty().tp_traverse.get() {
                // SAFETY: a slot called with an object of its type.
                let hit = unsafe { f(obj, visit, (&raw const wanted) as *mut c_void) };
                if hit != 0 {
                    out.push(obj.new_ref());
                }
            }
        }
    }
    out
}

/// What a `tp_traverse` reports its references to.
pub struct Visitor {
    visit: visitproc,
    arg: *mut c_void,
    result: c_int,
}

impl Visitor {
    pub fn new(visit: visitproc, arg: *mut c_void) -> Visitor {
        Visitor {
            visit,
            arg,
            result: 0,
        }
    }
    #[inline(always)]
    pub fn raw(&mut self, op: *mut PyObject) {
        if self.result == 0 && !op.is_null() {
            // SAFETY: the collector's function, with its own argument; `op` is alive.
            self.result = unsafe { (self.visit)(op, self.arg) };
        }
    }
    #[inline(always)]
    pub fn object<T: PyLayout>(&mut self, obj: &Py<T>) {
        self.raw(obj.as_ptr());
    }
    #[inline(always)]
    pub fn field<T: PyLayout>(&mut self, field: &Field<T>) {
        self.raw(field.as_raw() as *mut PyObject);
    }
    /// The C visitor, for traversals that are delegated.
    pub fn parts(&self) -> (visitproc, *mut c_void) {
        (self.visit, self.arg)
    }
    pub fn set_result(&mut self, result: c_int) {
        if self.result == 0 {
            self.result = result;
        }
    }
    pub fn result(&self) -> c_int {
        self.result
    }
}

/// Whether a collection is under way.
pub fn is_collecting() -> bool {
    STATE.collecting.get()
}
