//! `_sre.SRE_Template`: a parsed replacement, literals and groups in turn.

use super::search::{Piece, Text, join};
use object::{
    Field, Py, PyClass, PyInt, PyList, PyObject, PyResult, PyVarObject, Visitor, new_object, pyclass,
    pymethods, raise,
};
use std::cell::Cell;

/// Groups, and what follows each.
struct Items(Vec<(usize, Option<Py>)>);

/// What `_sre.template` makes.
#[pyclass(
    name = "_sre.SRE_Template",
    flags(HAVE_GC, DISALLOW_INSTANTIATION),
    basicsize = 40,
    itemsize = 16
)]
#[repr(C)]
pub struct PyTemplate {
    ob_base: PyVarObject,
    /// What comes first.
    literal: Field,
    items: Box<Items>,
}

impl PyTemplate {
    /// Of a list of a literal and, any number of times, a group's number and a literal.
    pub(super) fn from_list(list: &PyList) -> PyResult<Py<PyTemplate>> {
        let all = list.to_vec();
        let mut all = all.into_iter();
        let (Some(literal), true) = (all.next(), all.len().is_multiple_of(2)) else {
            return raise!(TypeError, "invalid template");
        };
        let mut items = Vec::with_capacity(all.len() / 2);
        while let (Some(group), Some(literal)) = (all.next(), all.next()) {
            let Some(group) = group.downcast::<PyInt>() else {
                return raise!(TypeError, "an integer is required");
            };
            let group = match group.to_i64() {
                Some(group) => usize::try_from(group).ok(),
                None => return raise!(OverflowError, "Python int too large to convert to C ssize_t"),
            };
            let Some(group) = group else {
                return raise!(TypeError, "invalid template");
            };
            let empty = Text::new(&literal)
                .map(|text| text.len() == 0)
                .unwrap_or_else(|_| {
                    object::error::clear();
                    false
                });
            items.push((group, if empty { None } else { Some(literal) }));
        }
        let size = items.len() as isize;
        new_object(PyTemplate {
            ob_base: PyVarObject {
                ob_base: PyObject::new_head(PyTemplate::type_object()),
                ob_size: Cell::new(size),
            },
            literal: Field::new(Some(literal)),
            items: Box::new(Items(items)),
        })
    }

    /// The literal, if there are no groups.
    pub(super) fn literal_only(&self) -> Option<Py> {
        if self.items.0.is_empty() {
            self.literal.get()
        } else {
            None
        }
    }

    /// Appends what the template gives for a match of `groups` groups.
    pub(super) fn expand(
        &self,
        groups: usize,
        pieces: &mut Vec<Piece>,
        span: impl Fn(usize) -> Option<(usize, usize)>,
    ) -> PyResult<()> {
        pieces.extend(self.literal.get().map(Piece::Object));
        for (group, literal) in self.items.0.iter() {
            if *group > groups {
                return raise!(IndexError, "no such group");
            }
            if let Some((start, end)) = span(*group) {
                pieces.push(Piece::Part(start, end.max(start)));
            }
            pieces.extend(literal.clone().map(Piece::Object));
        }
        Ok(())
    }

    /// What the template gives for a match in a text.
    pub(super) fn expanded(
        &self,
        text: &Text,
        owner: &PyObject,
        groups: usize,
        span: impl Fn(usize) -> Option<(usize, usize)>,
    ) -> PyResult {
        if let Some(literal) = self.literal_only() {
            return Ok(literal);
        }
        let mut pieces = Vec::new();
        self.expand(groups, &mut pieces, span)?;
        join(text, owner, &pieces)
    }
}

#[pymethods]
impl PyTemplate {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.literal);
        for (_, literal) in self.items.0.iter() {
            if let Some(literal) = literal {
                visit.object(literal);
            }
        }
    }

    #[slot]
    fn tp_clear(&self) {
        self.literal.set(None);
    }
}
