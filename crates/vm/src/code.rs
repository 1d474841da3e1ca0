//! `code` objects with `PyCodeObject`'s layout (`cpython/code.h`). The instructions that run stand behind the head
//! (`co_code_adaptive`): specialization and instrumentation change them in place; `co_code` shows them restored.

use crate::frame::FRAME_SPECIALS_SIZE;
use bytecode::code::{Code, Const, flags as co, kinds};
use bytecode::opcode as op;
use object::exceptions as exc;
use object::{
    CompareOp, Field, GilCell, IntoPy, Py, PyBytes, PyClass, PyFloat, PyInt, PyLayout, PyObject, PyResult,
    PyStr, PyTuple, PyTypeObject, raise,
};
use object::{pyclass, pymethods};
use std::collections::HashMap;
use std::ffi::c_void;
use std::mem::offset_of;

/// `PyCodeObject`
#[pyclass(name = "code", type = PyCode_Type, basicsize = offset_of!(PyCode, co_code_adaptive), itemsize = 2,
          weaklist = co_weakreflist)]
#[repr(C)]
pub struct PyCode {
    ob_base: object::PyVarObject,
    pub co_consts: Field<PyTuple>,
    pub co_names: Field<PyTuple>,
    pub co_exceptiontable: Field<PyBytes>,
    pub co_flags: GilCell<i32>,
    pub co_argcount: GilCell<i32>,
    pub co_posonlyargcount: GilCell<i32>,
    pub co_kwonlyargcount: GilCell<i32>,
    pub co_stacksize: GilCell<i32>,
    pub co_firstlineno: GilCell<i32>,
    pub co_nlocalsplus: GilCell<i32>,
    pub co_framesize: GilCell<i32>,
    pub co_nlocals: GilCell<i32>,
    pub co_ncellvars: GilCell<i32>,
    pub co_nfreevars: GilCell<i32>,
    pub co_version: GilCell<u32>,
    pub co_localsplusnames: Field<PyTuple>,
    pub co_localspluskinds: Field<PyBytes>,
    pub co_filename: Field<PyStr>,
    pub co_name: Field<PyStr>,
    pub co_qualname: Field<PyStr>,
    pub co_linetable: Field<PyBytes>,
    pub co_weakreflist: GilCell<*mut PyObject>,
    pub co_executors: GilCell<*mut c_void>,
    _co_cached: GilCell<*mut c_void>,
    pub _co_instrumentation_version: GilCell<usize>,
    pub _co_monitoring: crate::monitoring::CodeMonitoring,
    pub _co_unique_id: GilCell<isize>,
    /// Index of the first traceable instruction.
    pub _co_firsttraceable: GilCell<i32>,
    pub co_extra: GilCell<*mut c_void>,
    pub co_code_adaptive: [u16; 0],
}

/// What a new code object is made of.
pub struct Parts {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: Vec<u8>,
    pub consts: Py<PyTuple>,
    pub names: Py<PyTuple>,
    pub localsplusnames: Py<PyTuple>,
    pub localspluskinds: Vec<u8>,
    pub filename: Py<PyStr>,
    pub name: Py<PyStr>,
    pub qualname: Py<PyStr>,
    pub firstlineno: i32,
    pub linetable: Py<PyBytes>,
    pub exceptiontable: Py<PyBytes>,
}

/// States of `_co_unique_id`: whether the instructions are known to be sound.
mod trust {
    /// Made by the compiler, or checked.
    pub const TRUSTED: isize = -1;
    /// Not looked at yet.
    pub const UNVERIFIED: isize = -2;
    pub const MALFORMED: isize = -3;
}

static NEXT_VERSION: GilCell<u32> = GilCell::new(1);

/// An adaptive instruction's first counter: two executions, then specialize.
pub const WARMUP: u16 = (1 << 4) | 1;

impl PyCode {
    // SAFETY of the accessors: these fields are set once, before anybody sees the object.
    #[inline(always)]
    pub fn consts(&self) -> &PyTuple {
        // SAFETY: never null, never replaced.
        unsafe { &*self.co_consts.as_raw() }
    }
    #[inline(always)]
    pub fn names(&self) -> &PyTuple {
        // SAFETY: as above.
        unsafe { &*self.co_names.as_raw() }
    }
    #[inline(always)]
    pub fn local_names(&self) -> &PyTuple {
        // SAFETY: as above.
        unsafe { &*self.co_localsplusnames.as_raw() }
    }
    #[inline(always)]
    pub fn local_kinds(&self) -> &[u8] {
        // SAFETY: as above.
        unsafe { (*self.co_localspluskinds.as_raw()).as_slice() }
    }
    pub fn filename(&self) -> &PyStr {
        // SAFETY: as above.
        unsafe { &*self.co_filename.as_raw() }
    }
    pub fn name(&self) -> &PyStr {
        // SAFETY: as above.
        unsafe { &*self.co_name.as_raw() }
    }
    pub fn qualname(&self) -> &PyStr {
        // SAFETY: as above.
        unsafe { &*self.co_qualname.as_raw() }
    }
    pub fn linetable(&self) -> &[u8] {
        // SAFETY: as above.
        unsafe { (*self.co_linetable.as_raw()).as_slice() }
    }
    pub fn exception_table(&self) -> &[u8] {
        // SAFETY: as above.
        unsafe { (*self.co_exceptiontable.as_raw()).as_slice() }
    }
    /// The name of variable `i`.
    pub fn local_name(&self, i: usize) -> Option<&PyStr> {
        self.local_names().get(i).and_then(|n| n.downcast::<PyStr>())
    }
    #[inline(always)]
    pub fn flags(&self) -> u32 {
        self.co_flags.get() as u32
    }
    /// Where the instructions begin.
    #[inline(always)]
    pub fn code_ptr(&self) -> *mut u16 {
        self.co_code_adaptive.as_ptr() as *mut u16
    }
    /// Number of code units.
    #[inline(always)]
    pub fn unit_count(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
    /// The opcode at `i` without specialization and instrumentation.
    pub fn base_opcode(&self, i: usize) -> u8 {
        if i >= self.unit_count() {
            return 0;
        }
        // SAFETY: within the code.
        let word = unsafe { *self.code_ptr().add(i) };
        crate::monitoring::base_opcode(self, i, word as u8)
    }
    /// The oparg of the code unit at `i`.
    pub fn oparg(&self, i: usize) -> u8 {
        if i >= self.unit_count() {
            return 0;
        }
        // SAFETY: within the code.
        unsafe { (*self.code_ptr().add(i) >> 8) as u8 }
    }

    /// The oparg of the instruction at `i`, with the `EXTENDED_ARG`s before it.
    pub fn full_oparg(&self, i: usize) -> usize {
        let mut oparg = self.oparg(i) as usize;
        for k in 1..=3.min(i) {
            if self.base_opcode(i - k) != op::EXTENDED_ARG {
                break;
            }
            oparg |= (self.oparg(i - k) as usize) << (8 * k);
        }
        oparg
    }

    /// Makes a code object of the compiler's parts; those from elsewhere go to [`PyCode::new_untrusted`].
    pub fn new(parts: Parts) -> PyResult<Py<PyCode>> {
        let units = parts.code.len() / 2;
        let nlocalsplus = parts.localspluskinds.len();
        let count = |bit: u8| parts.localspluskinds.iter().filter(|k| *k & bit != 0).count() as i32;
        let (nlocals, ncells, nfree) = (
            count(kinds::CO_FAST_LOCAL),
            count(kinds::CO_FAST_CELL),
            count(kinds::CO_FAST_FREE),
        );
        let Some(framesize) = (nlocalsplus as i32)
            .checked_add(parts.stacksize)
            .and_then(|n| n.checked_add(FRAME_SPECIALS_SIZE as i32))
        else {
            return raise!(OverflowError, "code: co_framesize overflow");
        };
        let kinds = PyBytes::new(&parts.localspluskinds)?;
        let obj = object::alloc::alloc_untracked(&PyCode_Type, units)?;
        let version = NEXT_VERSION.get();
        if version != 0 {
            NEXT_VERSION.set(version.wrapping_add(1));
        }
        // SAFETY: fresh, zeroed memory of a code object with `units` instructions; zero is a valid value of every field.
        let code: Py<PyCode> = unsafe { obj.cast_unchecked() };
        code.co_consts.set(Some(parts.consts));
        code.co_names.set(Some(parts.names));
        code.co_exceptiontable.set(Some(parts.exceptiontable));
        code.co_flags.set(parts.flags);
        code.co_argcount.set(parts.argcount);
        code.co_posonlyargcount.set(parts.posonlyargcount);
        code.co_kwonlyargcount.set(parts.kwonlyargcount);
        code.co_stacksize.set(parts.stacksize);
        code.co_firstlineno.set(parts.firstlineno);
        code.co_nlocalsplus.set(nlocalsplus as i32);
        code.co_framesize.set(framesize);
        code.co_nlocals.set(nlocals);
        code.co_ncellvars.set(ncells);
        code.co_nfreevars.set(nfree);
        code.co_version.set(version);
        code.co_localsplusnames.set(Some(parts.localsplusnames));
        code.co_localspluskinds.set(Some(kinds));
        code.co_filename.set(Some(parts.filename));
        code.co_name.set(Some(parts.name));
        code.co_qualname.set(Some(parts.qualname));
        code.co_linetable.set(Some(parts.linetable));
        code._co_unique_id.set(trust::TRUSTED);
        // SAFETY: room for that many units.
        unsafe {
            std::ptr::copy_nonoverlapping(parts.code.as_ptr(), code.code_ptr() as *mut u8, units * 2);
            quicken(code.code_ptr(), units);
        }
        let first = (0..units).find(|i| {
            // SAFETY: within the code.
            (unsafe { *code.code_ptr().add(*i) }) as u8 == op::RESUME
        });
        code._co_firsttraceable.set(first.unwrap_or(units) as i32);
        Ok(code)
    }

    /// Makes a code object of parts that did not come from the compiler. What is not even consistent raises at once;
    /// the instructions are checked before they first run ([`PyCode::is_sound`]).
    pub fn new_untrusted(parts: Parts) -> PyResult<Py<PyCode>> {
        validate(&parts)?;
        // instrumented opcodes must not be taken for what monitoring has put there
        let mut state = trust::UNVERIFIED;
        let mut at = 0;
        while let Some(&code) = parts.code.get(2 * at) {
            if code >= op::MIN_INSTRUMENTED_OPCODE {
                state = trust::MALFORMED;
            }
            at += 1 + op::CACHES[op::DEOPTIMIZED[code as usize] as usize] as usize;
        }
        let code = PyCode::new(parts)?;
        code._co_unique_id.set(state);
        Ok(code)
    }

    /// Whether the code can be run without harm. The compiler's can; other code is checked when this is first asked.
    #[inline(always)]
    pub fn is_sound(&self) -> bool {
        self._co_unique_id.get() == trust::TRUSTED || self.check_soundness()
    }

    #[cold]
    #[inline(never)]
    fn check_soundness(&self) -> bool {
        if self._co_unique_id.get() == trust::UNVERIFIED {
            self._co_unique_id.set(match self.problem() {
                None => trust::TRUSTED,
                Some(_) => trust::MALFORMED,
            });
        }
        self._co_unique_id.get() == trust::TRUSTED
    }

    /// What is wrong with the instructions, if anything.
    fn problem(&self) -> Option<String> {
        use bytecode::verify::{ConstKind, View};
        let kind = |c: &Py| -> ConstKind {
            if PyStr::check_exact(c) {
                return ConstKind::Str;
            }
            if PyCode::check_exact(c) {
                return ConstKind::Code;
            }
            match c.downcast_exact::<PyTuple>() {
                None => ConstKind::Other,
                Some(t) if t.as_slice().iter().all(|n| PyStr::check_exact(n)) => ConstKind::Names(t.len()),
                Some(_) => ConstKind::Tuple,
            }
        };
        let strings = |t: &PyTuple| t.as_slice().iter().all(|n| PyStr::check_exact(n));
        if !strings(self.names()) || !strings(self.local_names()) {
            return Some("a name is not a string".to_owned());
        }
        if self.local_names().len() != self.local_kinds().len() {
            return Some("there are fewer names than variables".to_owned());
        }
        let consts: Vec<ConstKind> = self.consts().as_slice().iter().map(kind).collect();
        bytecode::verify::verify(&View {
            code: &self.code_bytes(),
            consts: &consts,
            names: self.names().len(),
            localspluskinds: self.local_kinds(),
            argcount: self.co_argcount.get().max(0) as usize,
            kwonlyargcount: self.co_kwonlyargcount.get().max(0) as usize,
            flags: self.flags(),
            stacksize: self.co_stacksize.get().max(0) as usize,
            exceptiontable: self.exception_table(),
        })
        .err()
    }

    /// Raises `SystemError` with what is wrong with code that is not sound.
    #[cold]
    #[inline(never)]
    pub fn raise_malformed(&self) -> object::Raised {
        let problem = self
            .problem()
            .unwrap_or_else(|| "instrumented opcodes cannot be given".to_owned());
        object::error::raise_fmt(exc::SystemError::type_object(), format_args!("{problem}"))
    }

    /// From the compiler's (or `marshal`'s) data.
    pub fn from_data(data: &Code) -> PyResult<Py<PyCode>> {
        let filename = object::intern::intern(PyStr::from_wtf8(&data.filename)?);
        let mut constants = Constants {
            filename,
            made: HashMap::new(),
        };
        PyCode::from_data_in(data, &mut constants)
    }

    fn from_data_in(data: &Code, constants: &mut Constants) -> PyResult<Py<PyCode>> {
        let name = |s: &[u8]| -> PyResult<Py<PyStr>> {
            Ok(object::intern::intern_immortal(PyStr::from_wtf8(s)?).new_ref())
        };
        let names = |list: &[bytecode::Wtf8]| -> PyResult<Py<PyTuple>> {
            let mut out = Vec::with_capacity(list.len());
            for n in list {
                out.push(name(n)?.into_object());
            }
            PyTuple::from_vec(out)
        };
        let mut consts = Vec::with_capacity(data.consts.len());
        for c in &data.consts {
            consts.push(constants.object(c)?);
        }
        PyCode::new(Parts {
            argcount: data.argcount as i32,
            posonlyargcount: data.posonlyargcount as i32,
            kwonlyargcount: data.kwonlyargcount as i32,
            stacksize: data.stacksize as i32,
            flags: data.flags as i32,
            code: data.code.to_vec(),
            consts: PyTuple::from_vec(consts)?,
            names: names(&data.names)?,
            localsplusnames: names(&data.localsplusnames)?,
            localspluskinds: data.localspluskinds.to_vec(),
            filename: constants.filename.clone(),
            name: name(&data.name)?,
            qualname: name(&data.qualname)?,
            firstlineno: data.firstlineno,
            linetable: PyBytes::new(&data.linetable)?,
            exceptiontable: PyBytes::new(&data.exceptiontable)?,
        })
    }

    /// Back to plain data, for `marshal`. Constants that `marshal` does not know raise `ValueError`.
    pub fn to_data(&self) -> PyResult<Code> {
        let text = |s: &PyStr| -> bytecode::Wtf8 { s.to_wtf8().into() };
        let texts = |t: &PyTuple| -> Vec<bytecode::Wtf8> {
            t.as_slice()
                .iter()
                .filter_map(|n| n.downcast::<PyStr>())
                .map(text)
                .collect()
        };
        let mut consts = Vec::with_capacity(self.consts().len());
        for c in self.consts().as_slice() {
            consts.push(object_const(c)?);
        }
        Ok(Code {
            argcount: self.co_argcount.get() as u32,
            posonlyargcount: self.co_posonlyargcount.get() as u32,
            kwonlyargcount: self.co_kwonlyargcount.get() as u32,
            stacksize: self.co_stacksize.get() as u32,
            flags: self.flags(),
            code: self.code_bytes().into(),
            consts,
            names: texts(self.names()),
            localsplusnames: texts(self.local_names()),
            localspluskinds: self.local_kinds().into(),
            filename: text(self.filename()),
            name: text(self.name()),
            qualname: text(self.qualname()),
            firstlineno: self.co_firstlineno.get(),
            linetable: self.linetable().into(),
            exceptiontable: self.exception_table().into(),
        })
    }

    /// The instructions as the compiler made them.
    pub fn code_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.unit_count() * 2);
        let mut i = 0;
        while i < self.unit_count() {
            let opcode = self.base_opcode(i);
            out.push(opcode);
            out.push(self.oparg(i));
            let caches = op::CACHES[opcode as usize] as usize;
            out.resize(out.len() + 2 * caches, 0);
            i += 1 + caches;
        }
        out.truncate(self.unit_count() * 2);
        out
    }

    fn names_of(&self, kind: u8) -> PyResult<Py<PyTuple>> {
        let names = self.local_names().as_slice().iter().zip(self.local_kinds());
        PyTuple::from_vec(
            names
                .filter(|(_, k)| *k & kind != 0)
                .map(|(n, _)| n.clone())
                .collect(),
        )
    }
    pub fn varnames(&self) -> PyResult<Py<PyTuple>> {
        self.names_of(kinds::CO_FAST_LOCAL)
    }
    pub fn cellvars(&self) -> PyResult<Py<PyTuple>> {
        self.names_of(kinds::CO_FAST_CELL)
    }
    pub fn freevars(&self) -> PyResult<Py<PyTuple>> {
        self.names_of(kinds::CO_FAST_FREE)
    }

    /// The line of the instruction at this byte offset; `None` where it has none.
    pub fn addr_to_line(&self, offset: isize) -> Option<i32> {
        if offset < 0 {
            return Some(self.co_firstlineno.get());
        }
        let at = offset as usize / 2;
        let found = Positions::new(self).find(|p| at < p.end)?;
        found.line
    }

    /// The position of the instruction at this code unit.
    pub fn position(&self, at: usize) -> Option<Position> {
        Positions::new(self).find(|p| at < p.end)
    }
}

/// Puts the counters in place.
///
/// # Safety
/// `code` has `units` code units.
unsafe fn quicken(code: *mut u16, units: usize) {
    let mut i = 0;
    while i < units {
        // SAFETY: within the code.
        unsafe {
            let word = *code.add(i);
            let base = op::DEOPTIMIZED[word as u8 as usize];
            *code.add(i) = word & 0xff00 | base as u16;
            let caches = op::CACHES[base as usize] as usize;
            if caches > 0 && i + caches < units {
                *code.add(i + 1) = match base {
                    op::JUMP_BACKWARD => (4095 << 4) | 12,
                    op::POP_JUMP_IF_FALSE
                    | op::POP_JUMP_IF_TRUE
                    | op::POP_JUMP_IF_NONE
                    | op::POP_JUMP_IF_NOT_NONE => 0x5555,
                    _ => WARMUP,
                };
                for k in 2..=caches {
                    *code.add(i + k) = 0;
                }
            }
            i += 1 + caches;
        }
    }
}

/// Makes the constants of one compilation: equal ones become one object, however deep they stand.
struct Constants {
    filename: Py<PyStr>,
    made: HashMap<Vec<u8>, Py>,
}

/// A constant's identity: kind and value, all the way down. Nothing for code.
fn constant_key(c: &Const, key: &mut Vec<u8>) -> bool {
    let mut block = |tag: u8, bytes: &[u8]| {
        key.push(tag);
        key.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        key.extend_from_slice(bytes);
    };
    let items: &[Const] = match c {
        Const::None => {
            block(b'N', &[]);
            return true;
        }
        Const::True => {
            block(b'T', &[]);
            return true;
        }
        Const::False => {
            block(b'F', &[]);
            return true;
        }
        Const::Ellipsis => {
            block(b'.', &[]);
            return true;
        }
        Const::Int(v) => {
            block(b'i', v.to_string().as_bytes());
            return true;
        }
        Const::Float(v) => {
            block(b'f', &v.to_bits().to_le_bytes());
            return true;
        }
        Const::Complex(re, im) => {
            let mut bytes = re.to_bits().to_le_bytes().to_vec();
            bytes.extend_from_slice(&im.to_bits().to_le_bytes());
            block(b'c', &bytes);
            return true;
        }
        Const::Str(s) => {
            block(b's', s);
            return true;
        }
        Const::Bytes(b) => {
            block(b'b', b);
            return true;
        }
        Const::Tuple(items) => {
            block(b'(', &items.len().to_le_bytes());
            items
        }
        Const::FrozenSet(items) => {
            block(b'{', &items.len().to_le_bytes());
            items
        }
        Const::Slice(items) => {
            block(b':', &[]);
            &items[..]
        }
        Const::Code(_) => return false,
    };
    items.iter().all(|i| constant_key(i, key))
}

impl Constants {
    fn list(&mut self, items: &[Const]) -> PyResult<Vec<Py>> {
        items.iter().map(|i| self.object(i)).collect()
    }

    /// A constant as an object.
    fn object(&mut self, c: &Const) -> PyResult {
        let mut key = Vec::new();
        let shared = constant_key(c, &mut key);
        if shared && let Some(v) = self.made.get(&key) {
            return Ok(v.clone());
        }
        let made = match c {
            Const::None => object::none(),
            Const::True => object::bool::py_bool(true),
            Const::False => object::bool::py_bool(false),
            Const::Ellipsis => object::ellipsis(),
            Const::Int(v) => PyInt::from_big(v)?.into_object(),
            Const::Float(v) => PyFloat::new(*v)?.into_object(),
            Const::Complex(re, im) => crate::compat::complex(*re, *im)?,
            Const::Str(s) => {
                let text = PyStr::from_wtf8(s)?;
                if s.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') {
                    object::intern::intern(text).into_object()
                } else {
                    text.into_object()
                }
            }
            Const::Bytes(b) => PyBytes::new(b)?.into_object(),
            Const::Tuple(items) => PyTuple::from_vec(self.list(items)?)?.into_object(),
            Const::FrozenSet(items) => crate::compat::frozenset(self.list(items)?)?,
            Const::Slice(parts) => crate::compat::slice(
                self.object(&parts[0])?,
                self.object(&parts[1])?,
                self.object(&parts[2])?,
            )?,
            Const::Code(code) => PyCode::from_data_in(code, self)?.into_object(),
        };
        if shared {
            self.made.insert(key, made.clone());
        }
        Ok(made)
    }
}

/// An object as a constant.
fn object_const(obj: &PyObject) -> PyResult<Const> {
    if object::is_none(obj) {
        return Ok(Const::None);
    }
    if obj.is(object::bool::true_ref()) {
        return Ok(Const::True);
    }
    if obj.is(object::bool::false_ref()) {
        return Ok(Const::False);
    }
    if obj.is(object::ellipsis().get()) {
        return Ok(Const::Ellipsis);
    }
    let list = |items: &[Py]| -> PyResult<Vec<Const>> { items.iter().map(|i| object_const(i)).collect() };
    if let Some(v) = obj.downcast_exact::<PyInt>() {
        return Ok(Const::Int(v.to_big()));
    }
    if let Some(v) = obj.downcast_exact::<PyFloat>() {
        return Ok(Const::Float(v.value()));
    }
    if let Some(v) = obj.downcast_exact::<PyStr>() {
        return Ok(Const::Str(v.to_wtf8().into()));
    }
    if let Some(v) = obj.downcast_exact::<PyBytes>() {
        return Ok(Const::Bytes(v.as_slice().into()));
    }
    if let Some(v) = obj.downcast_exact::<PyTuple>() {
        return Ok(Const::Tuple(list(v.as_slice())?.into()));
    }
    if let Some(v) = obj.downcast_exact::<PyCode>() {
        return Ok(Const::Code(v.to_data()?.into()));
    }
    if let Some((re, im)) = crate::compat::complex_parts(obj) {
        return Ok(Const::Complex(re, im));
    }
    if let Some(items) = crate::compat::frozenset_items(obj)? {
        return Ok(Const::FrozenSet(list(&items)?.into()));
    }
    if let Some([a, b, c]) = crate::compat::slice_parts(obj) {
        return Ok(Const::Slice(
            [object_const(&a)?, object_const(&b)?, object_const(&c)?].into(),
        ));
    }
    raise!(ValueError, "unmarshallable object")
}

/// Where a run of code units stands in the source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Code units `start..end`.
    pub start: usize,
    pub end: usize,
    pub line: Option<i32>,
    pub end_line: Option<i32>,
    pub column: Option<i32>,
    pub end_column: Option<i32>,
}

/// Reads a location table (`InternalDocs/code_objects.md`).
pub struct Positions<'a> {
    table: &'a [u8],
    at: usize,
    unit: usize,
    line: i32,
}

impl<'a> Positions<'a> {
    pub fn new(code: &'a PyCode) -> Positions<'a> {
        Positions {
            table: code.linetable(),
            at: 0,
            unit: 0,
            line: code.co_firstlineno.get(),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let b = *self.table.get(self.at)?;
        self.at += 1;
        Some(b)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let b = self.byte()?;
            value |= ((b & 63) as u32).checked_shl(shift).unwrap_or(0);
            if b & 64 == 0 {
                return Some(value);
            }
            shift += 6;
        }
    }

    fn signed(&mut self) -> Option<i32> {
        let v = self.varint()?;
        let magnitude = (v >> 1) as i32;
        Some(if v & 1 != 0 { -magnitude } else { magnitude })
    }
}

impl Iterator for Positions<'_> {
    type Item = Position;

    fn next(&mut self) -> Option<Position> {
        let first = self.byte()?;
        let kind = (first >> 3) & 15;
        let start = self.unit;
        self.unit += (first & 7) as usize + 1;
        let mut p = Position {
            start,
            end: self.unit,
            line: None,
            end_line: None,
            column: None,
            end_column: None,
        };
        match kind {
            15 => {}
            14 => {
                self.line = self.line.wrapping_add(self.signed()?);
                let lines = self.varint()? as i32;
                let column = self.varint()? as i32;
                let end_column = self.varint()? as i32;
                p.line = Some(self.line);
                p.end_line = Some(self.line.wrapping_add(lines));
                p.column = column.checked_sub(1).filter(|c| *c >= 0);
                p.end_column = end_column.checked_sub(1).filter(|c| *c >= 0);
            }
            13 => {
                self.line = self.line.wrapping_add(self.signed()?);
                p.line = Some(self.line);
                p.end_line = Some(self.line);
            }
            10..=12 => {
                self.line = self.line.wrapping_add(kind as i32 - 10);
                p.line = Some(self.line);
                p.end_line = Some(self.line);
                p.column = Some(self.byte()? as i32);
                p.end_column = Some(self.byte()? as i32);
            }
            _ => {
                let second = self.byte()?;
                p.line = Some(self.line);
                p.end_line = Some(self.line);
                let column = (kind as i32) << 3 | (second >> 4) as i32;
                p.column = Some(column);
                p.end_column = Some(column + (second & 15) as i32);
            }
        }
        Some(p)
    }
}

/// Runs of code units with one line: what `co_lines()` gives, in code units.
pub fn line_ranges(code: &PyCode) -> Vec<(usize, usize, Option<i32>)> {
    let mut out: Vec<(usize, usize, Option<i32>)> = Vec::new();
    for p in Positions::new(code) {
        match out.last_mut() {
            Some(last) if last.2 == p.line => last.1 = p.end,
            _ => out.push((p.start, p.end, p.line)),
        }
    }
    out
}

/// Constants are the same when types and values are, all the way down, and signed zeros are told apart.
fn same_constant(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if !std::ptr::eq(a.ty(), b.ty()) {
        return Ok(false);
    }
    if let (Some(x), Some(y)) = (a.downcast_exact::<PyTuple>(), b.downcast_exact::<PyTuple>()) {
        return same_constants(x, y);
    }
    if let (Some(x), Some(y)) = (a.downcast_exact::<PyFloat>(), b.downcast_exact::<PyFloat>()) {
        return Ok(x.value().to_bits() == y.value().to_bits());
    }
    if let (Some((r, i)), Some((s, j))) = (crate::compat::complex_parts(a), crate::compat::complex_parts(b)) {
        return Ok(r.to_bits() == s.to_bits() && i.to_bits() == j.to_bits());
    }
    a.equals(b)
}

fn same_constants(a: &PyTuple, b: &PyTuple) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
        if !same_constant(x, y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn str_tuple(t: &PyTuple, what: &str) -> PyResult<()> {
    for item in t.as_slice() {
        if !PyStr::check_exact(item) {
            return raise!(
                TypeError,
                "{what} must contain only strings, not {}",
                item.ty().full_name()
            );
        }
    }
    Ok(())
}

/// Checks parts that Python code gave.
fn validate(p: &Parts) -> PyResult<()> {
    if p.argcount < p.posonlyargcount
        || p.posonlyargcount < 0
        || p.kwonlyargcount < 0
        || p.stacksize < 0
        || p.flags < 0
    {
        return object::error::bad_internal_call();
    }
    if p.code.is_empty() || !p.code.len().is_multiple_of(2) {
        return raise!(ValueError, "code: co_code is malformed");
    }
    let total = p.argcount as i64
        + p.kwonlyargcount as i64
        + (p.flags as u32 & co::CO_VARARGS != 0) as i64
        + (p.flags as u32 & co::CO_VARKEYWORDS != 0) as i64;
    let nlocals = p
        .localspluskinds
        .iter()
        .filter(|k| **k & kinds::CO_FAST_LOCAL != 0)
        .count() as i64;
    if total > nlocals {
        return raise!(ValueError, "code: varnames is too small");
    }
    Ok(())
}

/// Locals, cells and free variables joined as the compiler does: a parameter that is a cell has one place.
fn locals_plus(
    varnames: &PyTuple,
    cellvars: &PyTuple,
    freevars: &PyTuple,
    p: (i32, i32, i32, u32),
) -> PyResult<(Py<PyTuple>, Vec<u8>)> {
    let (argcount, posonly, kwonly, flags) = p;
    let mut names: Vec<Py> = Vec::new();
    let mut out = Vec::new();
    let (pos, kw) = (argcount.max(0) as usize, kwonly.max(0) as usize);
    let varargs = (flags & co::CO_VARARGS != 0) as usize;
    let varkw = (flags & co::CO_VARKEYWORDS != 0) as usize;
    for (i, name) in varnames.as_slice().iter().enumerate() {
        let mut kind = kinds::CO_FAST_LOCAL;
        if i < pos {
            kind |= kinds::CO_FAST_ARG_POS;
            if i >= posonly.max(0) as usize {
                kind |= kinds::CO_FAST_ARG_KW;
            }
        } else if i < pos + kw {
            kind |= kinds::CO_FAST_ARG_KW;
        } else if varargs != 0 && i == pos + kw {
            kind |= kinds::CO_FAST_ARG_VAR | kinds::CO_FAST_ARG_POS;
        } else if varkw != 0 && i == pos + kw + varargs {
            kind |= kinds::CO_FAST_ARG_VAR | kinds::CO_FAST_ARG_KW;
        }
        names.push(name.clone());
        out.push(kind);
    }
    let nlocals = names.len();
    for name in cellvars.as_slice() {
        let same = (0..nlocals).find(
            |i| match (names[*i].downcast::<PyStr>(), name.downcast::<PyStr>()) {
                (Some(a), Some(b)) => a.eq(b),
                _ => false,
            },
        );
        match same {
            Some(i) => out[i] |= kinds::CO_FAST_CELL,
            None => {
                names.push(name.clone());
                out.push(kinds::CO_FAST_CELL);
            }
        }
    }
    for name in freevars.as_slice() {
        names.push(name.clone());
        out.push(kinds::CO_FAST_FREE);
    }
    Ok((PyTuple::from_vec(names)?, out))
}

fn interned_names(t: &PyTuple) -> PyResult<Py<PyTuple>> {
    let mut out = Vec::with_capacity(t.len());
    for n in t.as_slice() {
        match n.clone().downcast_into::<PyStr>() {
            Ok(s) => out.push(object::intern::intern(s).into_object()),
            Err(o) => out.push(o),
        }
    }
    PyTuple::from_vec(out)
}

#[pymethods(
    int_members(
        co_argcount,
        co_posonlyargcount,
        co_kwonlyargcount,
        co_stacksize,
        co_flags,
        co_firstlineno
    ),
    members(
        co_names,
        co_consts,
        co_filename,
        co_name,
        co_qualname,
        co_linetable,
        co_exceptiontable
    )
)]
impl PyCode {
    #[new(
        "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, constants, names, varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     cellvars=(), /)"
    )]
    fn tp_new(
        _cls: &PyTypeObject,
        argcount: i32,
        posonlyargcount: i32,
        kwonlyargcount: i32,
        nlocals: i32,
        stacksize: i32,
        flags: i32,
        codestring: &PyBytes,
        constants: &PyTuple,
        names: &PyTuple,
        varnames: &PyTuple,
        filename: &PyStr,
        name: &PyStr,
        qualname: &PyStr,
        firstlineno: i32,
        linetable: &PyBytes,
        exceptiontable: &PyBytes,
        freevars: Option<&PyTuple>,
        cellvars: Option<&PyTuple>,
    ) -> PyResult<Py<PyCode>> {
        let negative = |v: i32, what: &str| -> PyResult<()> {
            if v < 0 {
                return raise!(ValueError, "code: {what} must not be negative");
            }
            Ok(())
        };
        negative(argcount, "argcount")?;
        negative(posonlyargcount, "posonlyargcount")?;
        negative(kwonlyargcount, "kwonlyargcount")?;
        negative(nlocals, "nlocals")?;
        object::audit!(
            "code.__new__",
            codestring.as_object(),
            filename.as_object(),
            name.as_object(),
            argcount,
            posonlyargcount,
            kwonlyargcount,
            nlocals,
            stacksize,
            flags
        )?;
        let empty = PyTuple::empty()?;
        let freevars = freevars.unwrap_or(&empty);
        let cellvars = cellvars.unwrap_or(&empty);
        str_tuple(names, "name tuples")?;
        str_tuple(varnames, "name tuples")?;
        str_tuple(freevars, "name tuples")?;
        str_tuple(cellvars, "name tuples")?;
        if nlocals as usize != varnames.len() {
            return raise!(ValueError, "code: co_nlocals != len(co_varnames)");
        }
        let (localsplusnames, localspluskinds) = locals_plus(
            varnames,
            cellvars,
            freevars,
            (argcount, posonlyargcount, kwonlyargcount, flags as u32),
        )?;
        let parts = Parts {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code: codestring.as_slice().to_vec(),
            consts: constants.new_ref(),
            names: interned_names(names)?,
            localsplusnames: interned_names(&localsplusnames)?,
            localspluskinds,
            filename: filename.new_ref(),
            name: object::intern::intern(name.new_ref()),
            qualname: object::intern::intern(qualname.new_ref()),
            firstlineno,
            linetable: linetable.new_ref(),
            exceptiontable: exceptiontable.new_ref(),
        };
        PyCode::new_untrusted(parts)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let line = match self.co_firstlineno.get() {
            0 => -1,
            n => n,
        };
        Ok(format!(
            "<code object {} at {self:p}, file \"{}\", line {line}>",
            self.name(),
            self.filename()
        ))
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        let mut h: u64 = 20221211;
        let mut mix = |v: u64| h = (h ^ v).wrapping_mul(0x100_0000_01b3);
        mix(self.name().hash() as u64);
        mix(self.consts().as_object().hash()? as u64);
        mix(self.names().as_object().hash()? as u64);
        mix(self.local_names().as_object().hash()? as u64);
        mix(object::protocol::hash_bytes(self.linetable()) as u64);
        mix(object::protocol::hash_bytes(self.exception_table()) as u64);
        mix(object::protocol::hash_bytes(&self.code_bytes()) as u64);
        for n in [
            &self.co_argcount,
            &self.co_posonlyargcount,
            &self.co_kwonlyargcount,
            &self.co_flags,
            &self.co_firstlineno,
        ] {
            mix(n.get() as u64);
        }
        Ok(h as isize)
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast_exact::<PyCode>() else {
            return Ok(object::not_implemented());
        };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(object::not_implemented());
        }
        let same = self.name().eq(other.name())
            && self.co_argcount.get() == other.co_argcount.get()
            && self.co_posonlyargcount.get() == other.co_posonlyargcount.get()
            && self.co_kwonlyargcount.get() == other.co_kwonlyargcount.get()
            && self.co_flags.get() == other.co_flags.get()
            && self.co_firstlineno.get() == other.co_firstlineno.get()
            && self.unit_count() == other.unit_count()
            && self.code_bytes() == other.code_bytes()
            && self.linetable() == other.linetable()
            && self.exception_table() == other.exception_table()
            && same_constants(self.consts(), other.consts())?
            && self.names().as_object().equals(other.names().as_object())?
            && self
                .local_names()
                .as_object()
                .equals(other.local_names().as_object())?;
        Ok(object::bool::py_bool(same == (op == CompareOp::Eq)))
    }

    #[getter]
    fn co_nlocals(&self) -> i32 {
        self.co_nlocals.get()
    }
    #[getter]
    fn co_code(&self) -> PyResult<Py<PyBytes>> {
        PyBytes::new(&self.code_bytes())
    }
    #[getter]
    fn _co_code_adaptive(&self) -> PyResult<Py<PyBytes>> {
        // SAFETY: the code units behind the head.
        let raw = unsafe { std::slice::from_raw_parts(self.code_ptr() as *const u8, self.unit_count() * 2) };
        PyBytes::new(raw)
    }
    #[getter]
    fn co_varnames(&self) -> PyResult<Py<PyTuple>> {
        self.varnames()
    }
    #[getter]
    fn co_cellvars(&self) -> PyResult<Py<PyTuple>> {
        self.cellvars()
    }
    #[getter]
    fn co_freevars(&self) -> PyResult<Py<PyTuple>> {
        self.freevars()
    }
    #[getter]
    fn co_lnotab(&self) -> PyResult<Py<PyBytes>> {
        object::hooks::warn(
            object::exceptions::DeprecationWarning::type_object(),
            "co_lnotab is deprecated, use co_lines instead.",
            1,
        )?;
        PyBytes::new(&lnotab(self))
    }

    #[method("($self, /)")]
    fn co_lines(&self) -> PyResult {
        let mut out = Vec::new();
        for (start, end, line) in line_ranges(self) {
            let line = line.into_py()?;
            out.push(
                PyTuple::from_vec(vec![(start * 2).into_py()?, (end * 2).into_py()?, line])?.into_object(),
            );
        }
        object::iter::get_iter(object::PyList::from_vec(out)?.as_object())
    }

    #[method("($self, /)")]
    fn co_positions(&self) -> PyResult {
        let mut out = Vec::with_capacity(self.unit_count());
        for p in Positions::new(self) {
            let row = PyTuple::from_vec(vec![
                p.line.into_py()?,
                p.end_line.into_py()?,
                p.column.into_py()?,
                p.end_column.into_py()?,
            ])?;
            for _ in p.start..p.end {
                out.push(row.clone().into_object());
            }
        }
        object::iter::get_iter(object::PyList::from_vec(out)?.as_object())
    }

    #[method("($self, /)")]
    fn co_branches(&self) -> PyResult {
        let mut out = Vec::new();
        let (mut i, mut oparg) = (0usize, 0usize);
        while i < self.unit_count() {
            let opcode = self.base_opcode(i);
            oparg = oparg << 8 | self.oparg(i) as usize;
            let next = i + 1 + op::CACHES[opcode as usize] as usize;
            let row = match opcode {
                op::EXTENDED_ARG => {
                    i = next;
                    continue;
                }
                op::FOR_ITER => Some((i, next, next + oparg + 2)),
                op::POP_JUMP_IF_FALSE
                | op::POP_JUMP_IF_TRUE
                | op::POP_JUMP_IF_NONE
                | op::POP_JUMP_IF_NOT_NONE => {
                    let taken = next + oparg;
                    Some((i, next + 1, taken))
                }
                op::END_ASYNC_FOR => {
                    let source = next.wrapping_sub(oparg);
                    Some((source, source + 2, next))
                }
                _ => None,
            };
            if let Some((a, b, c)) = row {
                out.push(((a * 2), (b * 2), (c * 2)).into_py()?);
            }
            oparg = 0;
            i = next;
        }
        object::iter::get_iter(object::PyList::from_vec(out)?.as_object())
    }

    #[method("($self, /, oparg)")]
    fn _varname_from_oparg(&self, oparg: isize) -> PyResult {
        let name = usize::try_from(oparg)
            .ok()
            .and_then(|i| self.local_names().get(i));
        match name {
            Some(n) => Ok(n.new_ref()),
            None => raise!(IndexError, "tuple index out of range"),
        }
    }

    #[method(
        "($self, /, *, co_argcount=<unrepresentable>, co_posonlyargcount=<unrepresentable>, co_kwonlyargcount=<unrepresentable>, co_nlocals=<unrepresentable>, co_stacksize=<unrepresentable>, co_flags=<unrepresentable>, co_firstlineno=<unrepresentable>, co_code=<unrepresentable>, co_consts=<unrepresentable>, co_names=<unrepresentable>, co_varnames=<unrepresentable>, co_freevars=<unrepresentable>, co_cellvars=<unrepresentable>, co_filename=<unrepresentable>, co_name=<unrepresentable>, co_qualname=<unrepresentable>, co_linetable=<unrepresentable>, co_exceptiontable=<unrepresentable>)",
        shown = "($self, /, **changes)"
    )]
    fn replace(
        &self,
        co_argcount: Option<i32>,
        co_posonlyargcount: Option<i32>,
        co_kwonlyargcount: Option<i32>,
        co_nlocals: Option<i32>,
        co_stacksize: Option<i32>,
        co_flags: Option<i32>,
        co_firstlineno: Option<i32>,
        co_code: Option<&PyBytes>,
        co_consts: Option<&PyTuple>,
        co_names: Option<&PyTuple>,
        co_varnames: Option<&PyTuple>,
        co_freevars: Option<&PyTuple>,
        co_cellvars: Option<&PyTuple>,
        co_filename: Option<&PyStr>,
        co_name: Option<&PyStr>,
        co_qualname: Option<&PyStr>,
        co_linetable: Option<&PyBytes>,
        co_exceptiontable: Option<&PyBytes>,
    ) -> PyResult<Py<PyCode>> {
        for (value, field) in [
            (co_argcount, "co_argcount"),
            (co_posonlyargcount, "co_posonlyargcount"),
            (co_kwonlyargcount, "co_kwonlyargcount"),
            (co_nlocals, "co_nlocals"),
            (co_stacksize, "co_stacksize"),
            (co_flags, "co_flags"),
            (co_firstlineno, "co_firstlineno"),
        ] {
            if value.is_some_and(|v| v < 0) {
                return raise!(ValueError, "{field} must be a positive integer");
            }
        }
        let code = match co_code {
            Some(c) => c.new_ref(),
            None => PyBytes::new(&self.code_bytes())?,
        };
        let (varnames, cellvars, freevars) = (self.varnames()?, self.cellvars()?, self.freevars()?);
        let (linetable, exceptiontable) = (
            PyBytes::new(self.linetable())?,
            PyBytes::new(self.exception_table())?,
        );
        PyCode::tp_new(
            &PyCode_Type,
            co_argcount.unwrap_or(self.co_argcount.get()),
            co_posonlyargcount.unwrap_or(self.co_posonlyargcount.get()),
            co_kwonlyargcount.unwrap_or(self.co_kwonlyargcount.get()),
            co_nlocals.unwrap_or(self.co_nlocals.get()),
            co_stacksize.unwrap_or(self.co_stacksize.get()),
            co_flags.unwrap_or(self.co_flags.get()),
            &code,
            co_consts.unwrap_or(self.consts()),
            co_names.unwrap_or(self.names()),
            co_varnames.unwrap_or(&varnames),
            co_filename.unwrap_or(self.filename()),
            co_name.unwrap_or(self.name()),
            co_qualname.unwrap_or(self.qualname()),
            co_firstlineno.unwrap_or(self.co_firstlineno.get()),
            co_linetable.unwrap_or(&linetable),
            co_exceptiontable.unwrap_or(&exceptiontable),
            Some(co_freevars.unwrap_or(&freevars)),
            Some(co_cellvars.unwrap_or(&cellvars)),
        )
    }

    #[method("($self, /, **changes)")]
    fn __replace__(&self, changes: object::KwArgs<'_>) -> PyResult {
        let method = self.as_object().get_attr(object::intern!("replace"))?;
        let kwargs = changes.to_dict()?;
        let empty = PyTuple::empty()?;
        object::call::call_tuple_dict(&method, &empty, Some(&kwargs))
    }

    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        PyCode_Type.tp_basicsize.get() as usize + self.unit_count() * 2
    }
}

/// The table that CPython had before 3.10: pairs of address and line increments.
fn lnotab(code: &PyCode) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut addr, mut line) = (0usize, code.co_firstlineno.get());
    for (start, _, l) in line_ranges(code) {
        let Some(l) = l else { continue };
        let (mut da, mut dl) = (start * 2 - addr, l - line);
        if dl == 0 {
            continue;
        }
        while da > 254 {
            out.extend([254, 0]);
            da -= 254;
        }
        while dl > 127 {
            out.extend([da as u8, 127]);
            da = 0;
            dl -= 127;
        }
        while dl < -128 {
            out.extend([da as u8, 0x80]);
            da = 0;
            dl += 128;
        }
        out.extend([da as u8, dl as i8 as u8]);
        addr = start * 2;
        line = l;
    }
    out
}
