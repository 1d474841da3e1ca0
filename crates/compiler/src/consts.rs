//! Constants: when two of them are one, and the list that a code unit collects.
//!
//! Equal constants of the same type are merged within a module, as `_PyCode_ConstantKey` has it: `0.0` and `-0.0`
//! differ, `1` and `True` differ, and code objects are compared by their contents.

use crate::names::FastMap;
use bytecode::{Code, Const, Wtf8};
use dashu_int::{IBig, UBig};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use syntax::ast;

/// A constant as a key.
#[derive(Clone, Debug)]
pub struct Key(pub Const);

fn same(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::None, Const::None)
        | (Const::True, Const::True)
        | (Const::False, Const::False)
        | (Const::Ellipsis, Const::Ellipsis) => true,
        (Const::Int(a), Const::Int(b)) => a == b,
        // A NaN is like nothing else.
        (Const::Float(a), Const::Float(b)) => a.to_bits() == b.to_bits() && !a.is_nan(),
        (Const::Complex(a, b), Const::Complex(c, d)) => {
            a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
        }
        (Const::Str(a), Const::Str(b)) | (Const::Bytes(a), Const::Bytes(b)) => a == b,
        (Const::Tuple(a), Const::Tuple(b)) => {
            Rc::ptr_eq(a, b) || (a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| same(a, b)))
        }
        (Const::FrozenSet(a), Const::FrozenSet(b)) => {
            Rc::ptr_eq(a, b) || (a.len() == b.len() && a.iter().all(|x| b.iter().any(|y| same(x, y))))
        }
        (Const::Slice(a), Const::Slice(b)) => a.iter().zip(&**b).all(|(a, b)| same(a, b)),
        (Const::Code(a), Const::Code(b)) => Rc::ptr_eq(a, b) || same_code(a, b),
        _ => false,
    }
}

fn same_code(a: &Code, b: &Code) -> bool {
    a.name == b.name
        && a.argcount == b.argcount
        && a.posonlyargcount == b.posonlyargcount
        && a.kwonlyargcount == b.kwonlyargcount
        && a.flags == b.flags
        && a.firstlineno == b.firstlineno
        && a.code == b.code
        && a.consts.len() == b.consts.len()
        && a.consts.iter().zip(&b.consts).all(|(a, b)| same(a, b))
        && a.names == b.names
        && a.localsplusnames == b.localsplusnames
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
}

fn hash(c: &Const, state: &mut impl Hasher) {
    match c {
        Const::None => 0u8.hash(state),
        Const::True => 1u8.hash(state),
        Const::False => 2u8.hash(state),
        Const::Ellipsis => 3u8.hash(state),
        Const::Int(n) => (4u8, n).hash(state),
        Const::Float(f) => (5u8, f.to_bits()).hash(state),
        Const::Complex(a, b) => (6u8, a.to_bits(), b.to_bits()).hash(state),
        Const::Str(s) => (7u8, s).hash(state),
        Const::Bytes(s) => (8u8, s).hash(state),
        Const::Tuple(items) => {
            (9u8, items.len()).hash(state);
            items.iter().for_each(|i| hash(i, state));
        }
        // The order of a set's items says nothing.
        Const::FrozenSet(items) => (10u8, items.len()).hash(state),
        Const::Slice(parts) => {
            11u8.hash(state);
            parts.iter().for_each(|i| hash(i, state));
        }
        Const::Code(code) => (12u8, &code.name, code.firstlineno, &code.code).hash(state),
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        same(&self.0, &other.0)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

/// The constants of a module: equal ones share their storage.
#[derive(Debug, Default)]
pub struct Cache(FastMap<Key, Const>);

impl Cache {
    fn merge(&mut self, c: Const) -> Const {
        match c {
            Const::None | Const::True | Const::False | Const::Ellipsis => c,
            c => {
                let key = Key(c);
                if let Some(old) = self.0.get(&key) {
                    return old.clone();
                }
                let merged = match &key.0 {
                    Const::Tuple(items) if !items.is_empty() => {
                        Const::Tuple(items.iter().map(|i| self.merge(i.clone())).collect())
                    }
                    Const::FrozenSet(items) => {
                        Const::FrozenSet(items.iter().map(|i| self.merge(i.clone())).collect())
                    }
                    other => other.clone(),
                };
                self.0.insert(key, merged.clone());
                merged
            }
        }
    }
}

/// The constants of one code unit.
#[derive(Debug, Default)]
pub struct Consts {
    pub list: Vec<Const>,
    index: FastMap<Key, u32>,
}

impl Consts {
    pub fn add(&mut self, cache: &mut Cache, c: Const) -> u32 {
        let merged = cache.merge(c);
        let next = self.list.len() as u32;
        match self.index.entry(Key(merged)) {
            std::collections::hash_map::Entry::Occupied(e) => *e.get(),
            std::collections::hash_map::Entry::Vacant(e) => {
                self.list.push(e.key().0.clone());
                e.insert(next);
                next
            }
        }
    }
}

/// The bytes of an identifier or other text.
pub fn wtf8(text: &Rc<str>) -> Wtf8 {
    text.clone().into()
}

pub fn str_const(text: &str) -> Const {
    Const::Str(text.as_bytes().into())
}

pub fn name_const(name: &Rc<str>) -> Const {
    Const::Str(wtf8(name))
}

pub fn int_const(n: impl Into<IBig>) -> Const {
    Const::Int(n.into())
}

pub fn bool_const(b: bool) -> Const {
    if b { Const::True } else { Const::False }
}

/// The value of a literal.
pub fn from_ast(c: &ast::Constant) -> Const {
    match c {
        ast::Constant::None => Const::None,
        ast::Constant::True => Const::True,
        ast::Constant::False => Const::False,
        ast::Constant::Ellipsis => Const::Ellipsis,
        ast::Constant::Int(n) => Const::Int(IBig::from(UBig::clone(n))),
        ast::Constant::Float(f) => Const::Float(*f),
        ast::Constant::Imaginary(f) => Const::Complex(0.0, *f),
        ast::Constant::Str(s) => Const::Str(s.clone()),
        ast::Constant::Bytes(b) => Const::Bytes(b.clone()),
    }
}

/// The name of a constant's type.
pub fn type_name(c: &Const) -> &'static str {
    match c {
        Const::None => "NoneType",
        Const::True | Const::False => "bool",
        Const::Ellipsis => "ellipsis",
        Const::Int(_) => "int",
        Const::Float(_) => "float",
        Const::Complex(..) => "complex",
        Const::Str(_) => "str",
        Const::Bytes(_) => "bytes",
        Const::Tuple(_) => "tuple",
        Const::FrozenSet(_) => "frozenset",
        Const::Slice(_) => "slice",
        Const::Code(_) => "code",
    }
}

/// `bool(c)`
pub fn is_true(c: &Const) -> bool {
    match c {
        Const::None | Const::False => false,
        Const::True | Const::Ellipsis | Const::Slice(_) | Const::Code(_) => true,
        Const::Int(n) => !n.is_zero(),
        Const::Float(f) => *f != 0.0,
        Const::Complex(a, b) => *a != 0.0 || *b != 0.0,
        Const::Str(s) | Const::Bytes(s) => !s.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
    }
}
