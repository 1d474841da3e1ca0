//! Code generation: from the tree and the symbol table to a sequence of instructions for every code unit.
//!
//! A unit is a module, class, function, lambda, comprehension or annotation scope. When its end is reached, its
//! sequence becomes a control-flow graph, which is optimized and assembled to a code object.

mod call;
mod comprehension;
mod expr;
mod flow;
mod function;
mod pattern;
mod stmt;

use crate::Options;
use crate::assemble::assemble;
use crate::consts::{Cache, Consts, name_const, wtf8};
use crate::error::{Result, syntax_error, syntax_warning, too_deep};
use crate::flowgraph::{Graph, Variables};
use crate::future::Future;
use crate::instr::{Label, Loc, Sequence};
use crate::names::{FastMap, NameMap, mangle};
use crate::symtable::{Block, BlockId, BlockKind, Key, KeyKind, Scope, SymbolTable, def};
use bytecode::code::{flags::*, kinds::*};
use bytecode::opcode::wide::*;
use bytecode::{Code, Const};
use std::collections::BTreeSet;
use std::rc::Rc;
use syntax::ast::*;
use syntax::{ErrorKind, SyntaxError, Warning};

/// How deep statements may be nested in each other's blocks.
const CO_MAXBLOCKS: usize = 21;

/// Longer displays and argument lists are built step by step.
const STACK_USE_GUIDELINE: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScopeType {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    Annotations,
}

/// What a `break`, `return` or exception has to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FBlockKind {
    WhileLoop,
    ForLoop,
    TryExcept,
    FinallyTry,
    FinallyEnd,
    With,
    AsyncWith,
    HandlerCleanup,
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
    InlinedComprehension,
    StopIteration,
}

#[derive(Clone, Copy, Debug)]
enum Datum<'a> {
    None,
    Finally(&'a [Stmt]),
    Name(&'a Identifier),
}

#[derive(Clone, Copy, Debug)]
struct FBlock<'a> {
    kind: FBlockKind,
    block: Option<Label>,
    loc: Loc,
    exit: Option<Label>,
    datum: Datum<'a>,
}

/// An annotation of a module or class variable, evaluated in `__annotate__`.
#[derive(Clone, Copy, Debug)]
struct Deferred<'a> {
    name: &'a Identifier,
    annotation: &'a Expr,
    loc: Loc,
    /// Its number in `__conditional_annotations__`.
    conditional: Option<u32>,
}

#[derive(Debug, Default)]
struct Arity {
    args: u32,
    posonly: u32,
    kwonly: u32,
}

#[derive(Debug)]
struct Unit<'a> {
    scope: ScopeType,
    block: BlockId,
    name: Identifier,
    qualname: Identifier,
    consts: Consts,
    names: NameMap<u32>,
    varnames: NameMap<u32>,
    cellvars: NameMap<u32>,
    freevars: NameMap<u32>,
    /// Names that are fast locals in an inlined comprehension only; true while inside it.
    fasthidden: NameMap<bool>,
    arity: Arity,
    firstlineno: i32,
    private: Option<Identifier>,
    static_attributes: BTreeSet<Identifier>,
    deferred: Vec<Deferred<'a>>,
    next_conditional: u32,
    seq: Sequence,
    stashed: Option<Sequence>,
    fblocks: Vec<FBlock<'a>>,
    in_inlined_comp: u32,
    in_conditional_block: u32,
}

pub struct Compiler<'a> {
    st: SymbolTable,
    features: u32,
    code_flags: u32,
    optimize: u8,
    interactive: bool,
    filename: bytecode::Wtf8,
    units: Vec<Unit<'a>>,
    cache: Cache,
    warnings: &'a mut Vec<Warning>,
    disable_warning: u32,
    depth: u32,
    max_depth: u32,
}

/// The names of one scope kind, sorted, numbered from `offset`.
fn names_of_scope(block: &Block, scope: Scope, flag: u32, offset: u32) -> NameMap<u32> {
    let mut names: Vec<&Identifier> = block
        .symbols
        .iter()
        .filter(|(_, flags)| Scope::of(*flags) == scope || flags & flag != 0)
        .map(|(name, _)| name)
        .collect();
    names.sort_unstable();
    let mut out = NameMap::default();
    for (i, name) in names.into_iter().enumerate() {
        out.set(name, offset + i as u32);
    }
    out
}

/// Inconsistent data inside the compiler, reported rather than ignored.
#[cold]
fn internal(msg: &str) -> Box<SyntaxError> {
    let mut err = syntax_error(Loc::NONE, format!("internal compiler error: {msg}"));
    err.kind = ErrorKind::ValueError;
    err
}

pub fn compile<'a>(
    module: &'a Mod,
    st: SymbolTable,
    future: &Future,
    options: &Options,
    warnings: &'a mut Vec<Warning>,
    max_depth: u32,
) -> Result<Code> {
    let features = future.features | options.future_flags;
    let mut c = Compiler {
        st,
        features,
        code_flags: features & FUTURE_MASK,
        optimize: options.optimize,
        interactive: false,
        filename: Rc::from(options.filename.as_bytes()),
        units: Vec::new(),
        cache: Cache::default(),
        warnings,
        disable_warning: 0,
        depth: 0,
        max_depth,
    };
    let block = c.block_for(Key::new(module, KeyKind::Module))?;
    c.enter_scope(
        "<module>".into(),
        ScopeType::Module,
        block,
        1,
        None,
        Arity::default(),
    )?;
    let add_none = match module {
        Mod::Module { body, .. } => {
            c.module(body)?;
            true
        }
        Mod::Interactive { body } => {
            c.interactive = true;
            c.module(body)?;
            true
        }
        Mod::Expression { body } => {
            c.expr(body)?;
            false
        }
        Mod::FunctionType { .. } => return Err(internal("function type")),
    };
    c.finish_unit(add_none)
}

/// The `CO_FUTURE_*` bits that code objects inherit.
const FUTURE_MASK: u32 = CO_FUTURE_DIVISION
    | CO_FUTURE_ABSOLUTE_IMPORT
    | CO_FUTURE_WITH_STATEMENT
    | CO_FUTURE_PRINT_FUNCTION
    | CO_FUTURE_UNICODE_LITERALS
    | CO_FUTURE_BARRY_AS_BDFL
    | CO_FUTURE_GENERATOR_STOP
    | CO_FUTURE_ANNOTATIONS;

impl<'a> Compiler<'a> {
    fn unit(&self) -> &Unit<'a> {
        // There is a unit from the module's on, as long as code is generated.
        &self.units[self.units.len() - 1]
    }

    fn unit_mut(&mut self) -> &mut Unit<'a> {
        let last = self.units.len() - 1;
        &mut self.units[last]
    }

    fn block(&self) -> &Block {
        self.st.block(self.unit().block)
    }

    fn block_for(&self, key: Key) -> Result<BlockId> {
        self.st
            .lookup(key)
            .ok_or_else(|| internal("unknown symbol table entry"))
    }

    fn error<T>(&self, loc: Loc, msg: impl Into<String>) -> Result<T> {
        Err(syntax_error(loc, msg))
    }

    fn warn(&mut self, loc: Loc, msg: impl Into<String>) {
        if self.disable_warning == 0 {
            self.warnings.push(syntax_warning(loc, msg));
        }
    }

    fn enter_recursion(&mut self) -> Result {
        self.depth += 1;
        if self.depth > self.max_depth {
            Err(too_deep())
        } else {
            Ok(())
        }
    }

    fn future_annotations(&self) -> bool {
        self.features & CO_FUTURE_ANNOTATIONS != 0
    }

    // Instructions.

    fn op(&mut self, op: u16, arg: impl TryInto<i32>, loc: Loc) {
        let arg = arg.try_into().unwrap_or(i32::MAX);
        self.unit_mut().seq.push(op, arg, loc);
    }

    fn op0(&mut self, op: u16, loc: Loc) {
        self.unit_mut().seq.push(op, 0, loc);
    }

    fn jump(&mut self, op: u16, to: Label, loc: Loc) {
        self.unit_mut().seq.push(op, to.0 as i32, loc);
    }

    fn label(&mut self) -> Label {
        self.unit_mut().seq.new_label()
    }

    fn place(&mut self, label: Label) {
        self.unit_mut().seq.use_label(label);
    }

    fn add_const(&mut self, value: Const) -> u32 {
        let last = self.units.len() - 1;
        self.units[last].consts.add(&mut self.cache, value)
    }

    fn load_const(&mut self, value: Const, loc: Loc) {
        let i = self.add_const(value);
        self.op(LOAD_CONST, i, loc);
    }

    fn maybe_mangle(&self, name: &Identifier) -> Identifier {
        self.block().mangle(self.unit().private.as_ref(), name)
    }

    /// The number of a name in `co_names`, after mangling.
    fn name_arg(&mut self, name: &Identifier) -> u32 {
        let mangled = self.maybe_mangle(name);
        self.unit_mut().names.number(&mangled)
    }

    /// An instruction with a name.
    fn op_name(&mut self, op: u16, name: &Identifier, loc: Loc) {
        let arg = self.name_arg(name);
        let arg = match op {
            LOAD_ATTR | LOAD_GLOBAL => arg << 1,
            _ => arg,
        };
        self.op(op, arg, loc);
    }

    fn load_method(&mut self, name: &Identifier, loc: Loc) {
        let arg = self.name_arg(name);
        self.op(LOAD_ATTR, (arg << 1) | 1, loc);
    }

    fn cell_arg(&self, name: &str) -> Result<u32> {
        self.unit()
            .cellvars
            .get(name)
            .copied()
            .ok_or_else(|| internal("unknown cell variable"))
    }

    /// A cell or free variable of this unit for the closure of an inner one.
    fn closure_arg(&self, name: &str) -> Result<u32> {
        let unit = self.unit();
        let special = matches!(
            name,
            "__class__" | "__classdict__" | "__conditional_annotations__"
        );
        let is_cell = (unit.scope == ScopeType::Class && special) || self.block().scope(name) == Scope::Cell;
        let names = if is_cell { &unit.cellvars } else { &unit.freevars };
        names
            .get(name)
            .copied()
            .ok_or_else(|| internal("unknown variable of a closure"))
    }

    /// Loads, stores or deletes a variable.
    fn name_op(&mut self, name: &Identifier, ctx: ExprContext, loc: Loc) {
        use ExprContext::{Del, Load, Store};
        let mangled = self.maybe_mangle(name);
        let block = self.block();
        let scope = block.scope(&mangled);
        let function_like = block.is_function_like();
        let is_class = block.kind == BlockKind::Class;
        let sees_class = block.can_see_class_scope;
        let inlined = self.unit().in_inlined_comp > 0;
        match scope {
            Scope::Free | Scope::Cell => {
                let unit = self.unit_mut();
                let names = if scope == Scope::Free {
                    &mut unit.freevars
                } else {
                    &mut unit.cellvars
                };
                let arg = names.number(&mangled);
                let op = match ctx {
                    Load if is_class && !inlined => {
                        self.op0(LOAD_LOCALS, loc);
                        LOAD_FROM_DICT_OR_DEREF
                    }
                    Load if sees_class => {
                        self.load_classdict(loc);
                        LOAD_FROM_DICT_OR_DEREF
                    }
                    Load => LOAD_DEREF,
                    Store => STORE_DEREF,
                    Del => DELETE_DEREF,
                };
                self.op(op, arg, loc);
            }
            Scope::Local if function_like || self.unit().fasthidden.get(&mangled) == Some(&true) => {
                let arg = self.unit_mut().varnames.number(&mangled);
                let op = match ctx {
                    Load => LOAD_FAST,
                    Store => STORE_FAST,
                    Del => DELETE_FAST,
                };
                self.op(op, arg, loc);
            }
            Scope::GlobalExplicit | Scope::GlobalImplicit
                if scope == Scope::GlobalExplicit || function_like =>
            {
                let arg = self.unit_mut().names.number(&mangled);
                match ctx {
                    Load if sees_class && scope == Scope::GlobalImplicit => {
                        self.load_classdict(loc);
                        self.op(LOAD_FROM_DICT_OR_GLOBALS, arg, loc);
                    }
                    Load => self.op(LOAD_GLOBAL, arg << 1, loc),
                    Store => self.op(STORE_GLOBAL, arg, loc),
                    Del => self.op(DELETE_GLOBAL, arg, loc),
                }
            }
            _ => {
                let arg = self.unit_mut().names.number(&mangled);
                match ctx {
                    Load if is_class && inlined => self.op(LOAD_GLOBAL, arg << 1, loc),
                    Load => self.op(LOAD_NAME, arg, loc),
                    Store => self.op(STORE_NAME, arg, loc),
                    Del => self.op(DELETE_NAME, arg, loc),
                }
            }
        }
    }

    fn load_classdict(&mut self, loc: Loc) {
        let arg = self.unit_mut().freevars.number(&"__classdict__".into());
        self.op(LOAD_DEREF, arg, loc);
    }

    // Frame blocks.

    fn push_fblock(
        &mut self,
        loc: Loc,
        kind: FBlockKind,
        block: Option<Label>,
        exit: Option<Label>,
        datum: Datum<'a>,
    ) -> Result {
        if self.unit().fblocks.len() >= CO_MAXBLOCKS {
            return self.error(loc, "too many statically nested blocks");
        }
        self.unit_mut().fblocks.push(FBlock {
            kind,
            block,
            loc,
            exit,
            datum,
        });
        if kind == FBlockKind::FinallyEnd {
            self.disable_warning += 1;
        }
        Ok(())
    }

    fn pop_fblock(&mut self, kind: FBlockKind) {
        let top = self.unit_mut().fblocks.pop();
        debug_assert!(top.is_some_and(|f| f.kind == kind));
        if kind == FBlockKind::FinallyEnd {
            self.disable_warning -= 1;
        }
    }

    // Units.

    fn enter_scope(
        &mut self,
        name: Identifier,
        scope: ScopeType,
        block_id: BlockId,
        lineno: i32,
        private: Option<Identifier>,
        arity: Arity,
    ) -> Result {
        let block = self.st.block(block_id);
        let mut varnames = NameMap::default();
        for (i, name) in block.varnames.iter().enumerate() {
            varnames.set(name, i as u32);
        }
        let mut cellvars = names_of_scope(block, Scope::Cell, def::COMP_CELL, 0);
        if block.needs_class_closure {
            cellvars.number(&"__class__".into());
        }
        if block.needs_classdict {
            cellvars.number(&"__classdict__".into());
        }
        if block.has_conditional_annotations {
            cellvars.number(&"__conditional_annotations__".into());
        }
        let freevars = names_of_scope(block, Scope::Free, def::FREE_CLASS, cellvars.len() as u32);
        let private = private.or_else(|| self.units.last().and_then(|u| u.private.clone()));
        let qualname = if scope == ScopeType::Module {
            name.clone()
        } else {
            self.qualname(&name, scope)
        };
        self.units.push(Unit {
            scope,
            block: block_id,
            name,
            qualname,
            consts: Consts::default(),
            names: NameMap::default(),
            varnames,
            cellvars,
            freevars,
            fasthidden: NameMap::default(),
            arity,
            firstlineno: lineno,
            private,
            static_attributes: BTreeSet::new(),
            deferred: Vec::new(),
            next_conditional: 0,
            seq: Sequence::default(),
            stashed: None,
            fblocks: Vec::new(),
            in_inlined_comp: 0,
            in_conditional_block: 0,
        });
        let is_module = scope == ScopeType::Module;
        let loc = Loc::new(if is_module { 0 } else { lineno }, lineno, 0, 0);
        self.op(RESUME, bytecode::oparg::RESUME_AT_FUNC_START, loc);
        if is_module {
            self.op0(ANNOTATIONS_PLACEHOLDER, loc);
        }
        Ok(())
    }

    /// The qualified name of a unit that is about to be entered.
    fn qualname(&self, name: &Identifier, scope: ScopeType) -> Identifier {
        // The module's unit gives nothing.
        let n = self.units.len();
        if n <= 1 {
            return name.clone();
        }
        let mut parent = &self.units[n - 1];
        if parent.scope == ScopeType::Annotations {
            if n == 2 {
                return name.clone();
            }
            parent = &self.units[n - 2];
        }
        if matches!(
            scope,
            ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Class
        ) {
            let mangled = mangle(parent.private.as_ref(), name);
            if self.st.block(parent.block).scope(&mangled) == Scope::GlobalExplicit {
                return name.clone();
            }
        }
        let in_function = matches!(
            parent.scope,
            ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Lambda
        );
        let locals = if in_function { ".<locals>" } else { "" };
        Rc::from(format!("{}{locals}.{name}", parent.qualname))
    }

    fn compute_flags(&self) -> u32 {
        let block = self.block();
        let mut flags = self.code_flags;
        if block.is_function_like() {
            flags |= CO_NEWLOCALS | CO_OPTIMIZED;
            let bits = [
                (block.nested, CO_NESTED),
                (block.generator && !block.coroutine, CO_GENERATOR),
                (block.generator && block.coroutine, CO_ASYNC_GENERATOR),
                (block.varargs, CO_VARARGS),
                (block.varkeywords, CO_VARKEYWORDS),
                (block.has_docstring, CO_HAS_DOCSTRING),
                (block.method, CO_METHOD),
            ];
            flags |= bits
                .iter()
                .filter(|(on, _)| *on)
                .fold(0, |all, (_, bit)| all | bit);
        }
        if block.coroutine && !block.generator {
            flags |= CO_COROUTINE;
        }
        flags
    }

    /// Ends the current unit and makes its code object.
    fn finish_unit(&mut self, add_none: bool) -> Result<Code> {
        let flags = self.compute_flags();
        if add_none {
            self.load_const(Const::None, Loc::NONE);
        }
        self.op0(RETURN_VALUE, Loc::NONE);
        let Some(mut unit) = self.units.pop() else {
            return Err(internal("no unit"));
        };
        let nparams = self.st.block(unit.block).varnames.len();

        let mut graph = Graph::from_sequence(&unit.seq).map_err(internal)?;
        let nlocals = unit.varnames.len();
        graph
            .optimize(&mut unit.consts, &mut self.cache, nlocals, nparams)
            .map_err(internal)?;
        let cell_locals: Vec<Option<u32>> = unit
            .cellvars
            .iter()
            .map(|(name, _)| unit.varnames.get(name).copied())
            .collect();
        let vars = Variables {
            nlocals,
            cell_locals: &cell_locals,
            nfree: unit.freevars.len(),
            is_generator: flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR) != 0,
            firstlineno: unit.firstlineno,
        };
        let (stacksize, nlocalsplus) = graph.finish(&vars).map_err(internal)?;
        let assembled = assemble(&graph, unit.firstlineno);

        let mut localsplusnames = Vec::with_capacity(nlocalsplus);
        let mut localspluskinds = Vec::with_capacity(nlocalsplus);
        let arity = &unit.arity;
        let positional = (arity.posonly + arity.args) as usize;
        let kwonly_end = positional + arity.kwonly as usize;
        let nvarargs = usize::from(flags & CO_VARARGS != 0);
        let nvarkw = usize::from(flags & CO_VARKEYWORDS != 0);
        for (i, (name, _)) in unit.varnames.iter().enumerate() {
            let mut kind = CO_FAST_LOCAL;
            if unit.fasthidden.contains(name) {
                kind |= CO_FAST_HIDDEN;
            }
            if unit.cellvars.contains(name) {
                kind |= CO_FAST_CELL;
            }
            // The kinds of parameters.
            kind |= if i < arity.posonly as usize {
                CO_FAST_ARG_POS
            } else if i < positional {
                CO_FAST_ARG_POS | CO_FAST_ARG_KW
            } else if i < kwonly_end {
                CO_FAST_ARG_KW
            } else if i < kwonly_end + nvarargs {
                CO_FAST_ARG_VAR | CO_FAST_ARG_POS
            } else if i < kwonly_end + nvarargs + nvarkw {
                CO_FAST_ARG_VAR | CO_FAST_ARG_KW
            } else {
                0
            };
            localsplusnames.push(wtf8(name));
            localspluskinds.push(kind);
        }
        for (name, _) in unit
            .cellvars
            .iter()
            .filter(|(name, _)| !unit.varnames.contains(name))
        {
            localsplusnames.push(wtf8(name));
            localspluskinds.push(CO_FAST_CELL);
        }
        for (name, _) in unit.freevars.iter() {
            localsplusnames.push(wtf8(name));
            localspluskinds.push(CO_FAST_FREE);
        }
        Ok(Code {
            argcount: arity.posonly + arity.args,
            posonlyargcount: arity.posonly,
            kwonlyargcount: arity.kwonly,
            stacksize,
            flags,
            code: assembled.code,
            consts: unit.consts.list,
            names: unit.names.iter().map(|(name, _)| wtf8(name)).collect(),
            localsplusnames,
            localspluskinds: localspluskinds.into(),
            filename: self.filename.clone(),
            name: wtf8(&unit.name),
            qualname: wtf8(&unit.qualname),
            firstlineno: unit.firstlineno,
            linetable: assembled.linetable,
            exceptiontable: assembled.exceptiontable,
        })
    }

    // Bodies.

    fn module(&mut self, body: &'a [Stmt]) -> Result {
        // The docstring does not count where it is removed, unless nothing else is there.
        let first = self.without_docstring(body).0.first().or(body.first());
        let loc = first.map_or(Loc::new(1, 1, 0, 0), |s| s.span.into());
        if self.block().has_conditional_annotations {
            self.op(BUILD_SET, 0, loc);
            let arg = self
                .unit_mut()
                .names
                .number(&"__conditional_annotations__".into());
            self.op(STORE_NAME, arg, loc);
        }
        self.body(body, loc)
    }

    /// The statements of a module or class.
    fn body(&mut self, body: &'a [Stmt], loc: Loc) -> Result {
        if self.future_annotations() && self.block().annotations_used {
            self.op0(SETUP_ANNOTATIONS, loc);
        }
        let (mut rest, removed) = self.without_docstring(body);
        if body.is_empty() {
            return Ok(());
        }
        if self.block().has_docstring && !self.interactive_top_level() {
            if let Some(doc) = crate::preprocess::docstring(body) {
                let value = self.docstring_const(doc);
                self.load_const(value, doc.span.into());
                self.name_op(&"__doc__".into(), ExprContext::Store, Loc::NONE);
            }
            rest = &body[1..];
        }
        self.statements(rest, removed)?;
        if !self.future_annotations() {
            self.process_deferred_annotations(loc)?;
        }
        Ok(())
    }

    /// What is left of a body when `-OO` has removed its docstring, and where that was.
    fn without_docstring(&self, body: &'a [Stmt]) -> (&'a [Stmt], Option<Loc>) {
        let strip = self.optimize >= 2
            && !self.interactive_top_level()
            && crate::preprocess::docstring(body).is_some();
        if strip {
            let span = body[0].span;
            let (line, col) = (span.lineno as i32, span.col_offset as i32);
            (&body[1..], Some(Loc::new(line, line, col, col + 4)))
        } else {
            (body, None)
        }
    }

    /// The statements of a body. Behind a docstring that was removed, another string is not one; where nothing
    /// is left, there is a `pass` in its place.
    fn statements(&mut self, body: &'a [Stmt], docstring_removed: Option<Loc>) -> Result {
        let mut rest = body;
        if let Some(loc) = docstring_removed {
            if let Some(text) = crate::preprocess::docstring(body) {
                self.expr(text)?;
                self.op0(POP_TOP, Loc::NONE);
                rest = &body[1..];
            } else if body.is_empty() {
                self.op0(NOP, loc);
            }
        }
        rest.iter().try_for_each(|s| self.stmt(s))
    }

    fn interactive_top_level(&self) -> bool {
        self.interactive && self.units.len() == 1
    }

    fn docstring_const(&self, doc: &Expr) -> Const {
        match &doc.kind {
            ExprKind::Constant {
                value: Constant::Str(s),
                ..
            } => Const::Str(clean_doc(s)),
            _ => Const::None,
        }
    }
}

/// `inspect.cleandoc()`, but leading and trailing blank lines stay.
fn clean_doc(doc: &Rc<[u8]>) -> Rc<[u8]> {
    let expanded = expand_tabs(doc);
    let text: &[u8] = &expanded;
    let mut margin = usize::MAX;
    for line in text.split(|&b| b == b'\n').skip(1) {
        let indent = line.iter().take_while(|&&b| b == b' ').count();
        if indent < line.len() {
            margin = margin.min(indent);
        }
    }
    if margin == usize::MAX {
        margin = 0;
    }
    let lead = text.iter().take_while(|&&b| b == b' ').count();
    if lead == 0 && margin == 0 {
        return if text == &**doc { doc.clone() } else { text.into() };
    }
    let mut out = Vec::with_capacity(text.len());
    for (i, line) in text.split(|&b| b == b'\n').enumerate() {
        if i == 0 {
            out.extend_from_slice(&line[lead.min(line.len())..]);
        } else {
            out.push(b'\n');
            let indent = line.iter().take_while(|&&b| b == b' ').count();
            out.extend_from_slice(&line[indent.min(margin)..]);
        }
    }
    out.into()
}

/// `str.expandtabs()`
fn expand_tabs(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0;
    for &b in text {
        match b {
            b'\t' => {
                let n = 8 - column % 8;
                out.resize(out.len() + n, b' ');
                column += n;
            }
            b'\n' | b'\r' => {
                out.push(b);
                column = 0;
            }
            _ => {
                out.push(b);
                column += usize::from(b & 0xc0 != 0x80);
            }
        }
    }
    out
}

/// A symbol that an inlined comprehension changes for its duration.
type SavedSymbols = FastMap<Identifier, u32>;

/// A tuple of names as a constant.
fn names_const<'n>(names: impl IntoIterator<Item = &'n Identifier>) -> Const {
    Const::Tuple(names.into_iter().map(name_const).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleandoc() {
        let clean =
            |s: &str| String::from_utf8(clean_doc(&Rc::from(s.as_bytes())).to_vec()).unwrap_or_default();
        assert_eq!(clean("  a\n    b\n      c\n   \n"), "a\nb\n  c\n\n");
        assert_eq!(clean("a\n\tb"), "a\nb");
        assert_eq!(clean("x"), "x");
    }
}
