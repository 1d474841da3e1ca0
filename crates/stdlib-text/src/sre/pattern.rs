//! `re.Pattern`.

use super::search::{Piece, Search, Text, join};
use super::{FACTS, PyMatch, PyScanner, PyTemplate, compile_template};
use object::handle::GilCell;
use object::typeobject::PyTypeObject;
use object::{
    CompareOp, Field, Py, PyClass, PyDict, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple, PyVarObject,
    Visitor, intern, new_object, none, not_implemented, pyclass, pymethods, raise,
};
use sre::{Mode, Program, flag};
use std::cell::Cell;

/// A compiled regular expression (`re.Pattern`).
#[pyclass(name = "re.Pattern", flags(HAVE_GC, DISALLOW_INSTANTIATION), weaklist = weaklist, basicsize = 96, itemsize = 4)]
#[repr(C)]
pub struct PyPattern {
    ob_base: PyVarObject,
    weaklist: GilCell<*mut PyObject>,
    pattern: Field,
    groupindex: Field<PyDict>,
    indexgroup: Field<PyTuple>,
    compiled: Box<Compiled>,
}

/// What does not change.
struct Compiled {
    program: Program,
    code: Box<[u32]>,
    flags: u32,
    /// `None` if there is no pattern to tell.
    is_bytes: Option<bool>,
}

/// What replaces a match.
enum Replacement {
    Literal(Py),
    Template(Py<PyTemplate>),
    Function(Py),
}

const FLAG_NAMES: [(u32, &str); 8] = [
    (flag::IGNORECASE, "re.IGNORECASE"),
    (flag::LOCALE, "re.LOCALE"),
    (flag::MULTILINE, "re.MULTILINE"),
    (flag::DOTALL, "re.DOTALL"),
    (flag::UNICODE, "re.UNICODE"),
    (flag::VERBOSE, "re.VERBOSE"),
    (flag::DEBUG, "re.DEBUG"),
    (flag::ASCII, "re.ASCII"),
];

impl PyPattern {
    pub(super) fn compile(
        pattern: &PyObject,
        flags: i32,
        code: Vec<u32>,
        groups: isize,
        groupindex: &PyDict,
        indexgroup: &PyTuple,
    ) -> PyResult<Py<PyPattern>> {
        let is_bytes = if object::is_none(pattern) {
            None
        } else {
            Some(Text::new(pattern)?.is_bytes())
        };
        let program = u32::try_from(groups)
            .ok()
            .and_then(|groups| Program::new(&code, groups, &FACTS).ok());
        let Some(program) = program else {
            return raise!(RuntimeError, "invalid SRE code");
        };
        let size = code.len() as isize;
        let compiled = Compiled {
            program,
            code: code.into(),
            flags: flags as u32,
            is_bytes,
        };
        new_object(PyPattern {
            ob_base: PyVarObject {
                ob_base: PyObject::new_head(PyPattern::type_object()),
                ob_size: Cell::new(size),
            },
            weaklist: GilCell::new(std::ptr::null_mut()),
            pattern: Field::from_ref(pattern),
            groupindex: Field::from_ref(groupindex),
            indexgroup: Field::from_ref(indexgroup),
            compiled: Box::new(compiled),
        })
    }

    pub(super) fn program(&self) -> &Program {
        &self.compiled.program
    }

    pub(super) fn is_bytes(&self) -> Option<bool> {
        self.compiled.is_bytes
    }

    pub(super) fn group_count(&self) -> usize {
        self.compiled.program.groups()
    }

    pub(super) fn group_names(&self) -> Option<Py<PyDict>> {
        self.groupindex.get()
    }

    /// The name of a group, or `None`.
    pub(super) fn group_name(&self, group: usize) -> Py {
        let names = self.indexgroup.get();
        names
            .as_ref()
            .and_then(|names| names.as_slice().get(group))
            .map_or_else(none, Py::clone)
    }

    fn find(
        &self,
        mode: Mode,
        string: &PyObject,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Option<Py<PyMatch>>> {
        let mut search = Search::new(self, string, pos.unwrap_or(0), endpos.unwrap_or(isize::MAX))?;
        if search.find(self, mode)? {
            PyMatch::new(self, &search).map(Some)
        } else {
            Ok(None)
        }
    }

    fn replacement(&self, repl: &PyObject) -> PyResult<Replacement> {
        if repl.is_callable() {
            return Ok(Replacement::Function(repl.new_ref()));
        }
        match Text::new(repl) {
            Ok(text) if text.is_plain() => return Ok(Replacement::Literal(repl.new_ref())),
            Ok(_) => {}
            Err(_) => object::error::clear(),
        }
        let template = compile_template(self.as_object(), repl)?;
        Ok(match template.literal_only() {
            Some(literal) => Replacement::Literal(literal),
            None => Replacement::Template(template),
        })
    }

    fn substitute(&self, repl: &PyObject, string: &PyObject, count: isize) -> PyResult<(Py, usize)> {
        let replacement = self.replacement(repl)?;
        let mut search = Search::new(self, string, 0, isize::MAX)?;
        let mut pieces = Vec::new();
        let mut done = 0;
        let mut times = 0usize;
        while (count == 0 || (times as isize) < count) && search.find(self, Mode::Search)? {
            let (start, end) = search.span();
            if done < start {
                pieces.push(Piece::Part(done, start));
            }
            match &replacement {
                Replacement::Literal(literal) => pieces.push(Piece::Object(literal.clone())),
                Replacement::Template(template) => {
                    template.expand(self.group_count(), &mut pieces, |group| {
                        search.scratch().group(group)
                    })?
                }
                Replacement::Function(function) => {
                    let found = PyMatch::new(self, &search)?;
                    let item = object::call::call(function, &[found.as_object()])?;
                    if !object::is_none(&item) {
                        pieces.push(Piece::Object(item));
                    }
                }
            }
            done = end;
            times += 1;
            search.advance();
        }
        if done < search.endpos {
            pieces.push(Piece::Part(done, search.endpos));
        }
        let joined = if pieces.is_empty() {
            search.part(0, 0)?
        } else {
            join(&search.text, &search.string, &pieces)?
        };
        Ok((joined, times))
    }
}

#[pymethods]
impl PyPattern {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.pattern);
        visit.field(&self.groupindex);
        visit.field(&self.indexgroup);
    }

    #[slot]
    fn tp_clear(&self) {
        self.groupindex.set(None);
        self.indexgroup.set(None);
        self.pattern.set(None);
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let pattern = self.pattern.get().unwrap_or_else(none).repr()?;
        let shown = crate::text::substring(&pattern, 0, pattern.len().min(200))?;
        let mut flags = self.compiled.flags;
        let kinds = flag::LOCALE | flag::UNICODE | flag::ASCII;
        if self.is_bytes() == Some(false) && flags & kinds == flag::UNICODE {
            flags &= !flag::UNICODE;
        }
        let mut names = Vec::new();
        for (bit, name) in FLAG_NAMES {
            if flags & bit != 0 {
                names.push(name.to_string());
                flags &= !bit;
            }
        }
        if flags != 0 {
            names.push(format!("0x{flags:x}"));
        }
        if names.is_empty() {
            PyStr::new_wtf8_lossy(&format!("re.compile({})", &*shown))
        } else {
            PyStr::new_wtf8_lossy(&format!("re.compile({}, {})", &*shown, names.join("|")))
        }
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        let pattern = self.pattern.get().unwrap_or_else(none).hash()?;
        let bytes: Vec<u8> = self
            .compiled
            .code
            .iter()
            .flat_map(|word| word.to_ne_bytes())
            .collect();
        let is_bytes = self.is_bytes().map_or(-1, isize::from);
        let flags = self.compiled.flags as i32 as isize;
        Ok(pattern
            ^ object::protocol::hash_bytes(&bytes)
            ^ flags
            ^ is_bytes
            ^ self.compiled.code.len() as isize)
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let (CompareOp::Eq | CompareOp::Ne, Some(other)) = (op, other.downcast_exact::<PyPattern>()) else {
            return Ok(not_implemented());
        };
        let (a, b) = (&self.compiled, &other.compiled);
        let mut same = self.is(other);
        if !same && a.flags == b.flags && a.is_bytes == b.is_bytes && a.code == b.code {
            let (a, b) = (
                self.pattern.get().unwrap_or_else(none),
                other.pattern.get().unwrap_or_else(none),
            );
            same = a.equals(&b)?;
        }
        Ok(object::bool::py_bool(same == (op == CompareOp::Eq)))
    }

    #[method("($self, /, string, pos=0, endpos=sys.maxsize)", name = "match")]
    fn match_(
        &self,
        string: &PyObject,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Option<Py<PyMatch>>> {
        self.find(Mode::Match, string, pos, endpos)
    }

    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        &self,
        string: &PyObject,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Option<Py<PyMatch>>> {
        self.find(Mode::FullMatch, string, pos, endpos)
    }

    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(
        &self,
        string: &PyObject,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Option<Py<PyMatch>>> {
        self.find(Mode::Search, string, pos, endpos)
    }

    #[method("($self, /, repl, string, count=0)")]
    fn sub(&self, repl: &PyObject, string: &PyObject, count: Option<isize>) -> PyResult {
        self.substitute(repl, string, count.unwrap_or(0))
            .map(|(joined, _)| joined)
    }

    #[method("($self, /, repl, string, count=0)")]
    fn subn(&self, repl: &PyObject, string: &PyObject, count: Option<isize>) -> PyResult<(Py, usize)> {
        self.substitute(repl, string, count.unwrap_or(0))
    }

    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(&self, string: &PyObject, pos: Option<isize>, endpos: Option<isize>) -> PyResult<Py<PyList>> {
        let mut search = Search::new(self, string, pos.unwrap_or(0), endpos.unwrap_or(isize::MAX))?;
        let groups = self.group_count();
        let mut found = Vec::new();
        let group = |search: &Search, index: usize| match search.group(index)? {
            Some(part) => Ok(part),
            None => search.part(0, 0),
        };
        while search.find(self, Mode::Search)? {
            found.push(match groups {
                0 => {
                    let (start, end) = search.span();
                    search.part(start, end)?
                }
                1 => group(&search, 1)?,
                _ => {
                    let parts: PyResult<Vec<Py>> = (1..=groups).map(|index| group(&search, index)).collect();
                    PyTuple::from_vec(parts?)?.into_object()
                }
            });
            search.advance();
        }
        PyList::from_vec(found)
    }

    #[method("($self, /, string, maxsplit=0)")]
    fn split(&self, string: &PyObject, maxsplit: Option<isize>) -> PyResult<Py<PyList>> {
        let maxsplit = maxsplit.unwrap_or(0);
        let mut search = Search::new(self, string, 0, isize::MAX)?;
        let mut parts = Vec::new();
        let mut last = 0;
        let mut times = 0;
        while (maxsplit == 0 || times < maxsplit) && search.find(self, Mode::Search)? {
            let (start, end) = search.span();
            parts.push(search.part(last, start)?);
            for group in 1..=self.group_count() {
                parts.push(search.group(group)?.unwrap_or_else(none));
            }
            last = end;
            times += 1;
            search.advance();
        }
        parts.push(search.part(last, search.endpos)?);
        PyList::from_vec(parts)
    }

    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(&self, string: &PyObject, pos: Option<isize>, endpos: Option<isize>) -> PyResult {
        let scanner = self.scanner(string, pos, endpos)?;
        let search = scanner.as_object().get_attr(intern!("search"))?;
        object::iterators::PyCallIter::of(&search, object::singletons::none_ref())
    }

    #[method("($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        &self,
        string: &PyObject,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Py<PyScanner>> {
        let search = Search::new(self, string, pos.unwrap_or(0), endpos.unwrap_or(isize::MAX))?;
        PyScanner::new(self, search)
    }

    #[method("($self, /)")]
    fn __copy__(&self) -> Py<PyPattern> {
        self.new_ref()
    }

    #[method("($self, memo, /)")]
    fn __deepcopy__(&self, _memo: &PyObject) -> Py<PyPattern> {
        self.new_ref()
    }

    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        object::typeobject::generic_alias(cls.as_object(), object)
    }

    #[getter]
    fn pattern(&self) -> Option<Py> {
        self.pattern.get()
    }

    #[getter]
    fn flags(&self) -> i32 {
        self.compiled.flags as i32
    }

    #[getter]
    fn groups(&self) -> usize {
        self.group_count()
    }

    #[getter]
    fn groupindex(&self) -> PyResult {
        let names = self.groupindex.get().map_or_else(none, Py::into_object);
        object::descr::PyMappingProxy::new(&names).map(Py::into_object)
    }
}
