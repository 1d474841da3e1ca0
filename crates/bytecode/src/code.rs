//! A code object as plain data: what the compiler makes, what `marshal` reads and writes, what the virtual
//! machine turns into `types.CodeType`. Fields are those of CPython 3.14's `PyCodeObject`.

use dashu_int::IBig;
use std::rc::Rc;

/// A Python string as WTF-8 bytes (UTF-8 in which surrogates may stand alone).
pub type Wtf8 = Rc<[u8]>;

/// A constant. Equality here is structural; the compiler's merging rules are its own.
#[derive(Clone, Debug)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    Int(IBig),
    Float(f64),
    Complex(f64, f64),
    Str(Wtf8),
    Bytes(Rc<[u8]>),
    Tuple(Rc<[Const]>),
    FrozenSet(Rc<[Const]>),
    Slice(Rc<[Const; 3]>),
    Code(Rc<Code>),
}

/// `CO_*` flags of `co_flags`.
pub mod flags {
    pub const CO_OPTIMIZED: u32 = 0x0001;
    pub const CO_NEWLOCALS: u32 = 0x0002;
    pub const CO_VARARGS: u32 = 0x0004;
    pub const CO_VARKEYWORDS: u32 = 0x0008;
    pub const CO_NESTED: u32 = 0x0010;
    pub const CO_GENERATOR: u32 = 0x0020;
    pub const CO_COROUTINE: u32 = 0x0080;
    pub const CO_ITERABLE_COROUTINE: u32 = 0x0100;
    pub const CO_ASYNC_GENERATOR: u32 = 0x0200;
    pub const CO_FUTURE_DIVISION: u32 = 0x20000;
    pub const CO_FUTURE_ABSOLUTE_IMPORT: u32 = 0x40000;
    pub const CO_FUTURE_WITH_STATEMENT: u32 = 0x80000;
    pub const CO_FUTURE_PRINT_FUNCTION: u32 = 0x100000;
    pub const CO_FUTURE_UNICODE_LITERALS: u32 = 0x200000;
    pub const CO_FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    pub const CO_FUTURE_GENERATOR_STOP: u32 = 0x800000;
    pub const CO_FUTURE_ANNOTATIONS: u32 = 0x1000000;
    pub const CO_NO_MONITORING_EVENTS: u32 = 0x2000000;
    pub const CO_HAS_DOCSTRING: u32 = 0x4000000;
    pub const CO_METHOD: u32 = 0x8000000;
}

/// Kinds of a local variable (`co_localspluskinds`).
pub mod kinds {
    pub const CO_FAST_ARG_POS: u8 = 0x02;
    pub const CO_FAST_ARG_KW: u8 = 0x04;
    pub const CO_FAST_ARG_VAR: u8 = 0x08;
    pub const CO_FAST_HIDDEN: u8 = 0x10;
    pub const CO_FAST_LOCAL: u8 = 0x20;
    pub const CO_FAST_CELL: u8 = 0x40;
    pub const CO_FAST_FREE: u8 = 0x80;
}

/// One code object.
#[derive(Clone, Debug)]
pub struct Code {
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: u32,
    /// `co_code`: two bytes an instruction or cache entry, caches zero.
    pub code: Box<[u8]>,
    pub consts: Vec<Const>,
    pub names: Vec<Wtf8>,
    pub localsplusnames: Vec<Wtf8>,
    pub localspluskinds: Box<[u8]>,
    pub filename: Wtf8,
    pub name: Wtf8,
    pub qualname: Wtf8,
    pub firstlineno: i32,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
}
