//! The symbol table: one block for every scope, and for every name in it how it is bound and where it lives.
//!
//! Two passes make it: [`build`] collects facts from the tree, [`analyze`] decides every name's scope.

mod analyze;
mod build;

use crate::error::Result;
use crate::future::Future;
use crate::names::{FastMap, NameMap, NameSet, mangle};
use std::cell::RefCell;
use std::rc::Rc;
use syntax::ast::{Identifier, Mod, Span};

/// Facts about a name, in the low bits of its flags.
pub mod def {
    /// `global` statement
    pub const GLOBAL: u32 = 1;
    /// assignment in the block
    pub const LOCAL: u32 = 2;
    pub const PARAM: u32 = 4;
    /// `nonlocal` statement
    pub const NONLOCAL: u32 = 8;
    pub const USE: u32 = 16;
    /// free variable of a method that has the name of a class attribute
    pub const FREE_CLASS: u32 = 64;
    pub const IMPORT: u32 = 128;
    pub const ANNOT: u32 = 256;
    /// iteration variable of a comprehension
    pub const COMP_ITER: u32 = 512;
    pub const TYPE_PARAM: u32 = 1024;
    /// cell in an inlined comprehension
    pub const COMP_CELL: u32 = 2048;

    pub const BOUND: u32 = LOCAL | PARAM | IMPORT;
    /// The scope stands above this many bits.
    pub const SCOPE_OFFSET: u32 = 12;
}

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Scope {
    Unknown = 0,
    Local = 1,
    GlobalExplicit = 2,
    GlobalImplicit = 3,
    Free = 4,
    Cell = 5,
}

impl Scope {
    /// The scope in a symbol's flags.
    pub fn of(flags: u32) -> Scope {
        match (flags >> def::SCOPE_OFFSET) & 15 {
            1 => Scope::Local,
            2 => Scope::GlobalExplicit,
            3 => Scope::GlobalImplicit,
            4 => Scope::Free,
            5 => Scope::Cell,
            _ => Scope::Unknown,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    Function,
    Class,
    Module,
    Annotation,
    TypeAlias,
    TypeParameters,
    TypeVariable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comprehension {
    No,
    List,
    Dict,
    Set,
    Generator,
}

pub type BlockId = u32;

/// What a block was made for: the address of the node, and which of its scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(usize, KeyKind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    Module,
    Stmt,
    Expr,
    /// The annotations of a function's arguments.
    Arguments,
    TypeParams,
    /// The bound of a type variable, or the default of another type parameter.
    TypeParam,
    /// The default of a type variable.
    TypeParamDefault,
}

impl Key {
    pub fn new<T: ?Sized>(node: &T, kind: KeyKind) -> Key {
        Key(std::ptr::from_ref(node).cast::<u8>().addr(), kind)
    }
}

#[derive(Debug)]
pub struct Block {
    pub name: Identifier,
    pub kind: BlockKind,
    pub symbols: NameMap<u32>,
    /// Parameters in order.
    pub varnames: Vec<Identifier>,
    pub children: Vec<BlockId>,
    /// `global` and `nonlocal` statements.
    directives: Vec<(Identifier, Span)>,
    /// Where present, only these names are mangled.
    mangled_names: Option<Rc<RefCell<NameSet>>>,
    scope_info: &'static str,
    pub comprehension: Comprehension,
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub annotations_used: bool,
    pub varargs: bool,
    pub varkeywords: bool,
    pub returns_value: bool,
    pub needs_class_closure: bool,
    pub needs_classdict: bool,
    pub comp_inlined: bool,
    comp_iter_target: bool,
    pub can_see_class_scope: bool,
    pub has_docstring: bool,
    pub method: bool,
    pub has_conditional_annotations: bool,
    in_conditional_block: bool,
    in_unevaluated_annotation: bool,
    comp_iter_expr: u32,
    pub span: Span,
    pub annotation_block: Option<BlockId>,
}

impl Block {
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, BlockKind::Module | BlockKind::Class)
    }

    /// The flags of a name; 0 for an unknown one.
    pub fn symbol(&self, name: &str) -> u32 {
        self.symbols.get(name).copied().unwrap_or(0)
    }

    pub fn scope(&self, name: &str) -> Scope {
        Scope::of(self.symbol(name))
    }

    /// Mangles a name as this block does.
    pub fn mangle(&self, private: Option<&Identifier>, name: &Identifier) -> Identifier {
        if let Some(names) = &self.mangled_names
            && !names.borrow().contains(name)
        {
            return name.clone();
        }
        mangle(private, name)
    }
}

/// All blocks of a module. Block 0 is the module's.
#[derive(Debug, Default)]
pub struct SymbolTable {
    pub blocks: Vec<Block>,
    keys: FastMap<Key, BlockId>,
}

impl SymbolTable {
    /// `debug_is_constant`: code is made of it, and `__debug__` is no name any more.
    pub fn build(
        module: &Mod,
        future: &Future,
        optimize: u8,
        top_level_await: bool,
        debug_is_constant: bool,
        max_depth: u32,
    ) -> Result<SymbolTable> {
        let mut table = build::build(
            module,
            future,
            optimize,
            top_level_await,
            debug_is_constant,
            max_depth,
        )?;
        analyze::analyze(&mut table)?;
        Ok(table)
    }

    pub fn lookup(&self, key: Key) -> Option<BlockId> {
        self.keys.get(&key).copied()
    }

    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id as usize]
    }

    pub fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id as usize]
    }
}
