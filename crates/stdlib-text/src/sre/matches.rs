//! `re.Match`.

use super::search::{Search, Text};
use super::{PyPattern, compile_template};
use object::typeobject::PyTypeObject;
use object::{
    Args, Field, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyVarObject,
    Visitor, new_object, none, pyclass, pymethods, raise,
};
use std::cell::Cell;

/// The result of a successful match (`re.Match`).
#[pyclass(
    name = "re.Match",
    flags(HAVE_GC, DISALLOW_INSTANTIATION),
    basicsize = 88,
    itemsize = 8
)]
#[repr(C)]
pub struct PyMatch {
    ob_base: PyVarObject,
    string: Field,
    /// `regs`, once somebody has asked.
    regs: Field<PyTuple>,
    pattern: Field<PyPattern>,
    pos: usize,
    endpos: usize,
    /// 0 for none.
    lastindex: usize,
    /// The span of the match, and those of the groups.
    whole: (usize, usize),
    groups: Box<[Option<(usize, usize)>]>,
}

impl PyMatch {
    pub(super) fn new(pattern: &PyPattern, search: &Search) -> PyResult<Py<PyMatch>> {
        let groups = pattern.group_count();
        let found = search.scratch();
        let whole = search.span();
        let groups: Box<[_]> = (1..=groups).map(|group| found.group(group)).collect();
        if groups.iter().flatten().any(|(start, end)| start > end) || whole.0 > whole.1 {
            return raise!(
                SystemError,
                "The span of capturing group is wrong, please report a bug for the re module."
            );
        }
        let size = 2 * (groups.len() as isize + 1);
        new_object(PyMatch {
            ob_base: PyVarObject {
                ob_base: PyObject::new_head(PyMatch::type_object()),
                ob_size: Cell::new(size),
            },
            string: Field::from_ref(search.string.get()),
            regs: Field::empty(),
            pattern: Field::from_ref(pattern),
            pos: search.pos,
            endpos: search.endpos,
            lastindex: found.last_index().unwrap_or(0),
            whole,
            groups,
        })
    }

    /// What a group spans; 0 is the whole match.
    fn span_of(&self, index: usize) -> Option<(usize, usize)> {
        match index.checked_sub(1) {
            None => Some(self.whole),
            Some(index) => self.groups.get(index).copied().flatten(),
        }
    }

    /// The number of a group given by number or name.
    fn index(&self, group: &PyObject) -> PyResult<usize> {
        let number = if group.has_index() {
            object::number::index(group)?.to_i64()
        } else {
            let names = self.pattern.get().and_then(|pattern| pattern.group_names());
            match names {
                Some(names) => names
                    .get_item(group)?
                    .and_then(|number| number.downcast::<PyInt>().and_then(PyInt::to_i64)),
                None => None,
            }
        };
        match number.and_then(|number| usize::try_from(number).ok()) {
            Some(index) if index <= self.groups.len() => Ok(index),
            _ => raise!(IndexError, "no such group"),
        }
    }

    fn index_or_zero(&self, group: Option<&PyObject>) -> PyResult<usize> {
        group.map_or(Ok(0), |group| self.index(group))
    }

    fn text(&self) -> PyResult<(Py, Text)> {
        let string = self.string.get().unwrap_or_else(none);
        let text = Text::new(&string)?;
        Ok((string, text))
    }

    /// What a group matched, or the default.
    fn part(&self, index: usize, default: &PyObject) -> PyResult {
        let Some((start, end)) = self.span_of(index) else {
            return Ok(default.new_ref());
        };
        let (string, text) = self.text()?;
        text.part(&string, start, end)
    }
}

/// A span as Python has it.
fn ends(span: Option<(usize, usize)>) -> (isize, isize) {
    span.map_or((-1, -1), |(start, end)| (start as isize, end as isize))
}

#[pymethods]
impl PyMatch {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.string);
        visit.field(&self.regs);
        visit.field(&self.pattern);
    }

    #[slot]
    fn tp_clear(&self) {
        self.string.set(None);
        self.regs.set(None);
        self.pattern.set(None);
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let (start, end) = ends(Some(self.whole));
        let group = self.part(0, object::singletons::none_ref())?.repr()?;
        let shown = crate::text::substring(&group, 0, group.len().min(50))?;
        PyStr::new_wtf8_lossy(&format!(
            "<re.Match object; span=({start}, {end}), match={}>",
            &*shown
        ))
    }

    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        self.part(self.index(key)?, object::singletons::none_ref())
    }

    #[method("(*args)", nosig)]
    fn group(&self, args: Args<'_>) -> PyResult {
        let none = object::singletons::none_ref();
        match args {
            [] => self.part(0, none),
            [group] => self.part(self.index(group)?, none),
            groups => {
                let parts: PyResult<Vec<Py>> = groups
                    .iter()
                    .map(|group| self.part(self.index(group)?, none))
                    .collect();
                PyTuple::from_vec(parts?).map(Py::into_object)
            }
        }
    }

    #[method("($self, group=0, /)")]
    fn start(&self, group: Option<&PyObject>) -> PyResult<isize> {
        Ok(ends(self.span_of(self.index_or_zero(group)?)).0)
    }

    #[method("($self, group=0, /)")]
    fn end(&self, group: Option<&PyObject>) -> PyResult<isize> {
        Ok(ends(self.span_of(self.index_or_zero(group)?)).1)
    }

    #[method("($self, group=0, /)")]
    fn span(&self, group: Option<&PyObject>) -> PyResult<(isize, isize)> {
        Ok(ends(self.span_of(self.index_or_zero(group)?)))
    }

    #[method("($self, /, default=None)")]
    fn groups(&self, default: Option<&PyObject>) -> PyResult<Py<PyTuple>> {
        let default = default.unwrap_or(object::singletons::none_ref());
        let parts: PyResult<Vec<Py>> = (1..=self.groups.len())
            .map(|index| self.part(index, default))
            .collect();
        PyTuple::from_vec(parts?)
    }

    #[method("($self, /, default=None)")]
    fn groupdict(&self, default: Option<&PyObject>) -> PyResult<Py<PyDict>> {
        let default = default.unwrap_or(object::singletons::none_ref());
        let dict = PyDict::new()?;
        if let Some(names) = self.pattern.get().and_then(|pattern| pattern.group_names()) {
            for (name, _) in names.items_vec() {
                let part = self.part(self.index(&name)?, default)?;
                dict.set_item(name.get(), part.get())?;
            }
        }
        Ok(dict)
    }

    #[method("($self, /, template)")]
    fn expand(&self, template: &PyObject) -> PyResult {
        let pattern = self.pattern.get().map_or_else(none, Py::into_object);
        let template = compile_template(&pattern, template)?;
        let (string, text) = self.text()?;
        let length = text.len();
        template.expanded(&text, &string, self.groups.len(), |group| {
            self.span_of(group)
                .map(|(start, end)| (start.min(length), end.min(length)))
        })
    }

    #[method("($self, /)")]
    fn __copy__(&self) -> Py<PyMatch> {
        self.new_ref()
    }

    #[method("($self, memo, /)")]
    fn __deepcopy__(&self, _memo: &PyObject) -> Py<PyMatch> {
        self.new_ref()
    }

    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        object::typeobject::generic_alias(cls.as_object(), object)
    }

    #[getter]
    fn string(&self) -> Option<Py> {
        self.string.get()
    }

    #[getter]
    fn re(&self) -> Option<Py<PyPattern>> {
        self.pattern.get()
    }

    #[getter]
    fn pos(&self) -> usize {
        self.pos
    }

    #[getter]
    fn endpos(&self) -> usize {
        self.endpos
    }

    #[getter]
    fn lastindex(&self) -> Option<usize> {
        Some(self.lastindex).filter(|&index| index > 0)
    }

    #[getter]
    fn lastgroup(&self) -> Option<Py> {
        let pattern = self.pattern.get()?;
        if self.lastindex > 0 {
            Some(pattern.group_name(self.lastindex))
        } else {
            None
        }
    }

    #[getter]
    fn regs(&self) -> PyResult<Py<PyTuple>> {
        if let Some(regs) = self.regs.get() {
            return Ok(regs);
        }
        let spans = (0..=self.groups.len()).map(|index| object::IntoPy::into_py(ends(self.span_of(index))));
        let spans: PyResult<Vec<Py>> = spans.collect();
        let regs = PyTuple::from_vec(spans?)?;
        self.regs.set(Some(regs.clone()));
        Ok(regs)
    }
}
