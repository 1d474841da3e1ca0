//! The first pass over the tree: a block for every scope, and the facts about the names in each.

use super::{Block, BlockId, BlockKind, Comprehension, Key, KeyKind, SymbolTable, def};
use crate::error::{Result, syntax_error, too_deep};
use crate::future::Future;
use crate::names::{NameMap, NameSet};
use crate::preprocess::has_docstring;
use bytecode::code::flags::CO_FUTURE_ANNOTATIONS;
use std::cell::RefCell;
use std::rc::Rc;
use syntax::SyntaxError;
use syntax::ast::*;

struct Builder<'a> {
    table: SymbolTable,
    cur: BlockId,
    stack: Vec<BlockId>,
    private: Option<Identifier>,
    future: &'a Future,
    optimize: u8,
    top_level_await: bool,
    /// `__debug__` is a constant, not a name.
    debug_is_constant: bool,
    depth: u32,
    max_depth: u32,
}

pub fn build(
    module: &Mod,
    future: &Future,
    optimize: u8,
    top_level_await: bool,
    debug_is_constant: bool,
    max_depth: u32,
) -> Result<SymbolTable> {
    let mut st = Builder {
        table: SymbolTable::default(),
        cur: 0,
        stack: Vec::new(),
        private: None,
        future,
        optimize,
        top_level_await,
        debug_is_constant,
        depth: 0,
        max_depth,
    };
    st.enter_block(
        "top".into(),
        BlockKind::Module,
        Key::new(module, KeyKind::Module),
        Span::default(),
    )?;
    match module {
        Mod::Module { body, .. } => {
            st.cur_mut().has_docstring = has_docstring(body, optimize);
            st.stmts(body)?;
        }
        Mod::Interactive { body } => st.stmts(body)?,
        Mod::Expression { body } => st.expr(body)?,
        Mod::FunctionType { .. } => {
            let mut err = syntax_error(
                Span::default().into(),
                "this compiler does not handle FunctionTypes",
            );
            err.kind = syntax::ErrorKind::ValueError;
            return Err(err);
        }
    }
    Ok(st.table)
}

fn err(span: Span, msg: impl Into<String>) -> Box<SyntaxError> {
    syntax_error(span.into(), msg)
}

fn check_name(name: &str, span: Span, ctx: ExprContext) -> Result {
    if name == "__debug__" {
        match ctx {
            ExprContext::Store => return Err(err(span, "cannot assign to __debug__")),
            ExprContext::Del => return Err(err(span, "cannot delete __debug__")),
            ExprContext::Load => {}
        }
    }
    Ok(())
}

impl Builder<'_> {
    fn cur(&self) -> &Block {
        self.table.block(self.cur)
    }

    fn cur_mut(&mut self) -> &mut Block {
        self.table.block_mut(self.cur)
    }

    fn enter(&mut self) -> Result {
        self.depth += 1;
        if self.depth > self.max_depth {
            Err(too_deep())
        } else {
            Ok(())
        }
    }

    fn new_block(&mut self, name: Identifier, kind: BlockKind, key: Key, span: Span) -> BlockId {
        let parent = self.stack.last().map(|&id| self.table.block(id));
        let block = Block {
            name,
            kind,
            symbols: NameMap::default(),
            varnames: Vec::new(),
            children: Vec::new(),
            directives: Vec::new(),
            mangled_names: None,
            scope_info: "",
            comprehension: Comprehension::No,
            nested: parent.is_some_and(|p| p.nested || p.is_function_like()),
            generator: false,
            coroutine: false,
            annotations_used: false,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            needs_classdict: false,
            comp_inlined: false,
            comp_iter_target: false,
            can_see_class_scope: false,
            has_docstring: false,
            method: kind == BlockKind::Function && parent.is_some_and(|p| p.kind == BlockKind::Class),
            has_conditional_annotations: false,
            in_conditional_block: false,
            in_unevaluated_annotation: false,
            comp_iter_expr: 0,
            span,
            annotation_block: None,
        };
        let id = self.table.blocks.len() as BlockId;
        self.table.blocks.push(block);
        self.table.keys.insert(key, id);
        id
    }

    fn enter_existing_block(&mut self, id: BlockId) {
        let prev = self.stack.last().copied();
        self.stack.push(id);
        self.cur = id;
        let Some(prev) = prev else { return };
        let kind = self.table.block(id).kind;
        let (iter_expr, mangled) = {
            let p = self.table.block(prev);
            (p.comp_iter_expr, p.mangled_names.clone())
        };
        let block = self.table.block_mut(id);
        block.comp_iter_expr = iter_expr;
        if mangled.is_some() && kind != BlockKind::Class {
            block.mangled_names = mangled;
        }
        // With `from __future__ import annotations` annotations are strings: their blocks have no effect.
        if self.future_annotations() && kind == BlockKind::Annotation {
            return;
        }
        // A scope for annotations is entered once for each of them.
        let children = &mut self.table.block_mut(prev).children;
        if !children.contains(&id) {
            children.push(id);
        }
    }

    fn enter_block(&mut self, name: Identifier, kind: BlockKind, key: Key, span: Span) -> Result {
        let id = self.new_block(name, kind, key, span);
        self.enter_existing_block(id);
        if matches!(
            kind,
            BlockKind::Annotation | BlockKind::TypeVariable | BlockKind::TypeAlias
        ) {
            self.add_def(&".format".into(), def::PARAM, span)?;
            self.add_def(&".format".into(), def::USE, span)?;
        }
        Ok(())
    }

    fn exit_block(&mut self) {
        self.stack.pop();
        self.cur = self.stack.last().copied().unwrap_or(0);
    }

    fn future_annotations(&self) -> bool {
        self.future.features & CO_FUTURE_ANNOTATIONS != 0
    }

    fn lookup(&self, id: BlockId, name: &Identifier) -> u32 {
        let block = self.table.block(id);
        block.symbol(&block.mangle(self.private.as_ref(), name))
    }

    fn add_def_in(&mut self, name: &Identifier, flag: u32, id: BlockId, span: Span) -> Result {
        let mangled = self.cur().mangle(self.private.as_ref(), name);
        let block = self.table.block_mut(id);
        let old = block.symbol(&mangled);
        if flag & def::PARAM != 0 && old & def::PARAM != 0 {
            return Err(err(
                span,
                format!("duplicate argument '{name}' in function definition"),
            ));
        }
        if flag & def::TYPE_PARAM != 0 && old & def::TYPE_PARAM != 0 {
            return Err(err(span, format!("duplicate type parameter '{name}'")));
        }
        let mut val = old | flag;
        if block.comp_iter_target {
            if val & (def::GLOBAL | def::NONLOCAL) != 0 {
                let msg =
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                return Err(err(span, msg));
            }
            val |= def::COMP_ITER;
        }
        block.symbols.set(&mangled, val);
        if flag & def::PARAM != 0 {
            block.varnames.push(mangled);
        } else if flag & def::GLOBAL != 0 {
            let module = self.table.block_mut(0);
            let val = module.symbol(&mangled) | flag;
            module.symbols.set(&mangled, val);
        }
        Ok(())
    }

    fn add_def_ctx(&mut self, name: &Identifier, flag: u32, span: Span, ctx: ExprContext) -> Result {
        if flag & (def::PARAM | def::LOCAL | def::IMPORT) != 0 {
            check_name(name, span, ctx)?;
        }
        if flag & def::TYPE_PARAM != 0
            && let Some(names) = &self.cur().mangled_names
        {
            names.borrow_mut().insert(name.clone());
        }
        self.add_def_in(name, flag, self.cur, span)
    }

    fn add_def(&mut self, name: &Identifier, flag: u32, span: Span) -> Result {
        let ctx = if flag == def::USE {
            ExprContext::Load
        } else {
            ExprContext::Store
        };
        self.add_def_ctx(name, flag, span, ctx)
    }

    fn add_use(&mut self, name: &str, span: Span) -> Result {
        self.add_def(&name.into(), def::USE, span)
    }

    fn record_directive(&mut self, name: &Identifier, span: Span) {
        let mangled = self.cur().mangle(self.private.as_ref(), name);
        self.cur_mut().directives.push((mangled, span));
    }

    fn enter_type_param_block(
        &mut self,
        name: &Identifier,
        params: &[TypeParam],
        is_function: bool,
        has_kwdefaults: bool,
        is_class: bool,
        span: Span,
    ) -> Result {
        let in_class = self.cur().kind == BlockKind::Class;
        let key = Key::new(&params[0], KeyKind::TypeParams);
        self.enter_block(name.clone(), BlockKind::TypeParameters, key, span)?;
        if in_class {
            self.cur_mut().can_see_class_scope = true;
            self.add_use("__classdict__", span)?;
        }
        if is_class {
            // Set when the tuple of type parameters is made, used for the bases.
            self.add_def(&".type_params".into(), def::LOCAL, span)?;
            self.add_use(".type_params", span)?;
            self.add_def(&".generic_base".into(), def::LOCAL, span)?;
            self.add_use(".generic_base", span)?;
        }
        if is_function {
            // Whether there are any or not.
            self.add_def(&".defaults".into(), def::PARAM, span)?;
        }
        if has_kwdefaults {
            self.add_def(&".kwdefaults".into(), def::PARAM, span)?;
        }
        Ok(())
    }

    fn in_conditional(&mut self, visit: impl FnOnce(&mut Self) -> Result) -> Result {
        let old = std::mem::replace(&mut self.cur_mut().in_conditional_block, true);
        visit(self)?;
        self.cur_mut().in_conditional_block = old;
        Ok(())
    }

    fn stmts(&mut self, body: &[Stmt]) -> Result {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn exprs(&mut self, list: &[Expr]) -> Result {
        list.iter().try_for_each(|e| self.expr(e))
    }

    fn opt_expr(&mut self, e: Option<&Expr>) -> Result {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    fn function(&mut self, s: &Stmt, f: &FunctionDef, is_async: bool) -> Result {
        let span = s.span;
        self.add_def(&f.name, def::LOCAL, span)?;
        self.exprs(&f.args.defaults)?;
        f.args
            .kw_defaults
            .iter()
            .flatten()
            .try_for_each(|e| self.expr(e))?;
        self.exprs(&f.decorator_list)?;
        let generic = !f.type_params.is_empty();
        if generic {
            let has_kwdefaults = f.args.kw_defaults.iter().any(Option::is_some);
            self.enter_type_param_block(&f.name, &f.type_params, true, has_kwdefaults, false, span)?;
            f.type_params.iter().try_for_each(|p| self.type_param(p))?;
        }
        let id = self.new_block(
            f.name.clone(),
            BlockKind::Function,
            Key::new(s, KeyKind::Stmt),
            span,
        );
        self.table.block_mut(id).has_docstring = has_docstring(&f.body, self.optimize);
        self.function_annotations(&f.args, f.returns.as_deref(), span)?;
        self.enter_existing_block(id);
        self.cur_mut().coroutine = is_async;
        self.arguments(&f.args)?;
        self.stmts(&f.body)?;
        self.exit_block();
        if generic {
            self.exit_block();
        }
        Ok(())
    }

    fn class(&mut self, s: &Stmt, c: &ClassDef) -> Result {
        let span = s.span;
        self.add_def(&c.name, def::LOCAL, span)?;
        self.exprs(&c.decorator_list)?;
        let old_private = self.private.clone();
        let generic = !c.type_params.is_empty();
        if generic {
            self.enter_type_param_block(&c.name, &c.type_params, false, false, true, span)?;
            self.private = Some(c.name.clone());
            self.cur_mut().mangled_names = Some(Rc::new(RefCell::new(NameSet::default())));
            c.type_params.iter().try_for_each(|p| self.type_param(p))?;
        }
        self.exprs(&c.bases)?;
        self.keywords(&c.keywords)?;
        self.enter_block(c.name.clone(), BlockKind::Class, Key::new(s, KeyKind::Stmt), span)?;
        self.private = Some(c.name.clone());
        if generic {
            self.add_def(&"__type_params__".into(), def::LOCAL, span)?;
            self.add_use(".type_params", span)?;
        }
        self.cur_mut().has_docstring = has_docstring(&c.body, self.optimize);
        self.stmts(&c.body)?;
        self.exit_block();
        if generic {
            self.exit_block();
        }
        self.private = old_private;
        Ok(())
    }

    fn type_alias(&mut self, s: &Stmt, name: &Expr, params: &[TypeParam], value: &Expr) -> Result {
        self.expr(name)?;
        let ExprKind::Name { id, .. } = &name.kind else {
            return Err(err(name.span, "type alias name must be a name"));
        };
        let in_class = self.cur().kind == BlockKind::Class;
        if !params.is_empty() {
            self.enter_type_param_block(id, params, false, false, false, s.span)?;
            params.iter().try_for_each(|p| self.type_param(p))?;
        }
        self.enter_block(
            id.clone(),
            BlockKind::TypeAlias,
            Key::new(s, KeyKind::Stmt),
            s.span,
        )?;
        self.cur_mut().can_see_class_scope = in_class;
        if in_class {
            self.add_use("__classdict__", value.span)?;
        }
        self.expr(value)?;
        self.exit_block();
        if !params.is_empty() {
            self.exit_block();
        }
        Ok(())
    }

    fn ann_assign(
        &mut self,
        s: &Stmt,
        target: &Expr,
        annotation: &Expr,
        value: Option<&Expr>,
        simple: bool,
    ) -> Result {
        self.cur_mut().annotations_used = true;
        if let ExprKind::Name { id, .. } = &target.kind {
            let cur = self.lookup(self.cur, id);
            if cur & (def::GLOBAL | def::NONLOCAL) != 0 && self.cur != 0 && simple {
                let what = if cur & def::GLOBAL != 0 {
                    "global"
                } else {
                    "nonlocal"
                };
                return Err(err(s.span, format!("annotated name '{id}' can't be {what}")));
            }
            if simple {
                self.add_def(id, def::ANNOT | def::LOCAL, target.span)?;
            } else if value.is_some() {
                self.add_def(id, def::LOCAL, target.span)?;
            }
        } else {
            self.expr(target)?;
        }
        self.annotation(annotation, s)?;
        self.opt_expr(value)
    }

    fn directive(&mut self, s: &Stmt, names: &[Identifier], flag: u32, word: &str) -> Result {
        for name in names {
            let cur = self.lookup(self.cur, name);
            if cur & (def::PARAM | def::LOCAL | def::USE | def::ANNOT) != 0 {
                let msg = if cur & def::PARAM != 0 {
                    format!("name '{name}' is parameter and {word}")
                } else if cur & def::USE != 0 {
                    format!("name '{name}' is used prior to {word} declaration")
                } else if cur & def::ANNOT != 0 {
                    format!("annotated name '{name}' can't be {word}")
                } else {
                    format!("name '{name}' is assigned to before {word} declaration")
                };
                return Err(err(s.span, msg));
            }
            self.add_def(name, flag, s.span)?;
            self.record_directive(name, s.span);
        }
        Ok(())
    }

    fn require_coroutine(&mut self, s: &Stmt, what: &str) -> Result {
        if self.allows_top_level_await() {
            self.cur_mut().coroutine = true;
        }
        if self.cur().coroutine {
            Ok(())
        } else {
            Err(err(s.span, format!("'async {what}' outside async function")))
        }
    }

    fn allows_top_level_await(&self) -> bool {
        self.top_level_await && self.cur().kind == BlockKind::Module
    }

    fn stmt(&mut self, s: &Stmt) -> Result {
        self.enter()?;
        match &s.kind {
            StmtKind::FunctionDef(f) => self.function(s, f, false)?,
            StmtKind::AsyncFunctionDef(f) => self.function(s, f, true)?,
            StmtKind::ClassDef(c) => self.class(s, c)?,
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => {
                self.type_alias(s, name, type_params, value)?;
            }
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.cur_mut().returns_value = true;
                }
            }
            StmtKind::Delete { targets } => self.exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)?;
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                self.ann_assign(s, target, annotation, value.as_deref(), *simple)?;
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)?;
            }
            StmtKind::For(f) => self.for_loop(f)?,
            StmtKind::AsyncFor(f) => {
                self.require_coroutine(s, "for")?;
                self.for_loop(f)?;
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test)?;
                self.in_conditional(|st| {
                    st.stmts(body)?;
                    st.stmts(orelse)
                })?;
            }
            StmtKind::If { test, body, orelse } => self.if_chain(test, body, orelse)?,
            StmtKind::With(w) => self.with(w)?,
            StmtKind::AsyncWith(w) => {
                self.require_coroutine(s, "with")?;
                self.with(w)?;
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                self.in_conditional(|st| {
                    cases.iter().try_for_each(|case| {
                        st.pattern(&case.pattern)?;
                        st.opt_expr(case.guard.as_deref())?;
                        st.stmts(&case.body)
                    })
                })?;
            }
            StmtKind::Raise { exc, cause } => {
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    self.opt_expr(cause.as_deref())?;
                }
            }
            StmtKind::Try(t) | StmtKind::TryStar(t) => self.in_conditional(|st| {
                st.stmts(&t.body)?;
                for handler in &t.handlers {
                    st.opt_expr(handler.typ.as_deref())?;
                    if let Some(name) = &handler.name {
                        st.add_def(name, def::LOCAL, handler.span)?;
                    }
                    st.stmts(&handler.body)?;
                }
                st.stmts(&t.orelse)?;
                st.stmts(&t.finalbody)
            })?,
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt_expr(msg.as_deref())?;
            }
            StmtKind::Import { names } => names.iter().try_for_each(|a| self.alias(a))?,
            StmtKind::ImportFrom { module, names, level } => {
                names.iter().try_for_each(|a| self.alias(a))?;
                self.check_future_import(s, module.as_deref(), *level)?;
            }
            StmtKind::Global { names } => self.directive(s, names, def::GLOBAL, "global")?,
            StmtKind::Nonlocal { names } => self.directive(s, names, def::NONLOCAL, "nonlocal")?,
            StmtKind::Expr { value } => self.expr(value)?,
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
        self.depth -= 1;
        Ok(())
    }

    /// An `if` with its `elif`s, without recursion along the chain.
    fn if_chain(&mut self, test: &Expr, body: &[Stmt], orelse: &[Stmt]) -> Result {
        let (mut test, mut body, mut orelse) = (test, body, orelse);
        let old = self.cur().in_conditional_block;
        loop {
            self.expr(test)?;
            self.cur_mut().in_conditional_block = true;
            self.stmts(body)?;
            match orelse {
                [
                    Stmt {
                        kind:
                            StmtKind::If {
                                test: t,
                                body: b,
                                orelse: o,
                            },
                        ..
                    },
                ] => {
                    (test, body, orelse) = (t, b, o);
                }
                _ => break,
            }
        }
        self.stmts(orelse)?;
        self.cur_mut().in_conditional_block = old;
        Ok(())
    }

    fn for_loop(&mut self, f: &For) -> Result {
        self.expr(&f.target)?;
        self.expr(&f.iter)?;
        self.in_conditional(|st| {
            st.stmts(&f.body)?;
            st.stmts(&f.orelse)
        })
    }

    fn with(&mut self, w: &With) -> Result {
        self.in_conditional(|st| {
            for item in &w.items {
                st.expr(&item.context_expr)?;
                st.opt_expr(item.optional_vars.as_deref())?;
            }
            st.stmts(&w.body)
        })
    }

    fn check_future_import(&self, s: &Stmt, module: Option<&str>, level: u32) -> Result {
        if module != Some("__future__") || level != 0 {
            return Ok(());
        }
        let late = match self.future.last {
            None => true,
            Some(last) => {
                s.span.lineno > last.lineno
                    || (s.span.lineno == last.end_lineno && s.span.col_offset > last.end_col_offset)
            }
        };
        if late {
            let msg = "from __future__ imports must occur at the beginning of the file";
            return Err(err(s.span, msg));
        }
        Ok(())
    }

    fn alias(&mut self, a: &Alias) -> Result {
        let name = a.asname.as_ref().unwrap_or(&a.name);
        if &**name == "*" {
            if self.cur().kind != BlockKind::Module {
                return Err(err(a.span, "import * only allowed at module level"));
            }
            return Ok(());
        }
        match name.split_once('.') {
            Some((first, _)) => self.add_def(&first.into(), def::IMPORT, a.span),
            None => self.add_def(name, def::IMPORT, a.span),
        }
    }

    /// The target of `:=` in a comprehension belongs to the nearest function or module around it.
    fn extend_named_expr_scope(&mut self, target: &Expr) -> Result {
        let ExprKind::Name { id: name, .. } = &target.kind else {
            return Ok(());
        };
        let span = target.span;
        for i in (0..self.stack.len()).rev() {
            let id = self.stack[i];
            let (comprehension, kind) = {
                let block = self.table.block(id);
                (block.comprehension, block.kind)
            };
            if comprehension != Comprehension::No {
                let flags = self.lookup(id, name);
                if flags & def::COMP_ITER != 0 && flags & def::LOCAL != 0 {
                    let msg = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{name}'"
                    );
                    return Err(err(span, msg));
                }
                continue;
            }
            match kind {
                BlockKind::Function => {
                    let global = self.lookup(id, name) & def::GLOBAL != 0;
                    self.add_def(name, if global { def::GLOBAL } else { def::NONLOCAL }, span)?;
                    self.record_directive(name, span);
                    return self.add_def_in(name, def::LOCAL, id, span);
                }
                BlockKind::Module => {
                    self.add_def(name, def::GLOBAL, span)?;
                    self.record_directive(name, span);
                    return self.add_def_in(name, def::GLOBAL, id, span);
                }
                BlockKind::Class => {
                    let msg = "assignment expression within a comprehension cannot be used in a class body";
                    return Err(err(span, msg));
                }
                BlockKind::TypeParameters => {
                    let msg = "assignment expression within a comprehension cannot be used within the definition of a generic";
                    return Err(err(span, msg));
                }
                BlockKind::TypeAlias => {
                    let msg = "assignment expression within a comprehension cannot be used in a type alias";
                    return Err(err(span, msg));
                }
                BlockKind::TypeVariable => {
                    let msg =
                        "assignment expression within a comprehension cannot be used in a TypeVar bound";
                    return Err(err(span, msg));
                }
                BlockKind::Annotation => {}
            }
        }
        Ok(())
    }

    fn raise_if_annotation_block(&self, what: &str, e: &Expr) -> Result {
        let block = self.cur();
        let msg = match block.kind {
            BlockKind::Annotation => format!("{what} cannot be used within an annotation"),
            BlockKind::TypeVariable => format!("{what} cannot be used within {}", block.scope_info),
            BlockKind::TypeAlias => format!("{what} cannot be used within a type alias"),
            BlockKind::TypeParameters => format!("{what} cannot be used within the definition of a generic"),
            _ => return Ok(()),
        };
        Err(err(e.span, msg))
    }

    fn raise_if_comprehension(&self, e: &Expr) -> Result {
        let what = match self.cur().comprehension {
            Comprehension::No => return Ok(()),
            Comprehension::List => "'yield' inside list comprehension",
            Comprehension::Set => "'yield' inside set comprehension",
            Comprehension::Dict => "'yield' inside dict comprehension",
            Comprehension::Generator => "'yield' inside generator expression",
        };
        Err(err(e.span, what))
    }

    fn is_async_def(&self) -> bool {
        self.cur().kind == BlockKind::Function && self.cur().coroutine
    }

    fn expr(&mut self, e: &Expr) -> Result {
        self.enter()?;
        self.expr_inner(e)?;
        self.depth -= 1;
        Ok(())
    }

    fn expr_inner(&mut self, e: &Expr) -> Result {
        match &e.kind {
            ExprKind::NamedExpr { target, value } => {
                self.raise_if_annotation_block("named expression", e)?;
                if self.cur().comp_iter_expr > 0 {
                    let msg = "assignment expression cannot be used in a comprehension iterable expression";
                    return Err(err(e.span, msg));
                }
                if self.cur().comprehension != Comprehension::No {
                    self.extend_named_expr_scope(target)?;
                }
                self.expr(value)?;
                self.expr(target)
            }
            ExprKind::BoolOp { values, .. } => self.exprs(values),
            ExprKind::BinOp { .. } => {
                // Along the left side without recursion.
                let mut rights = Vec::new();
                let mut left = e;
                while let ExprKind::BinOp { left: l, right, .. } = &left.kind {
                    rights.push(&**right);
                    left = l;
                }
                self.expr(left)?;
                rights.iter().rev().try_for_each(|r| self.expr(r))
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.exprs(&args.defaults)?;
                args.kw_defaults.iter().flatten().try_for_each(|d| self.expr(d))?;
                self.enter_block(
                    "lambda".into(),
                    BlockKind::Function,
                    Key::new(e, KeyKind::Expr),
                    e.span,
                )?;
                self.arguments(args)?;
                self.expr(body)?;
                self.exit_block();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|k| self.expr(k))?;
                self.exprs(values)
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.exprs(elts)
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(e, "listcomp", Comprehension::List, generators, elt, None)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(e, "setcomp", Comprehension::Set, generators, elt, None)
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => self.comprehension(e, "dictcomp", Comprehension::Dict, generators, key, Some(value)),
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(e, "genexpr", Comprehension::Generator, generators, elt, None)
            }
            ExprKind::Yield { value } => {
                self.raise_if_annotation_block("yield expression", e)?;
                self.opt_expr(value.as_deref())?;
                self.cur_mut().generator = true;
                self.raise_if_comprehension(e)
            }
            ExprKind::YieldFrom { value } => {
                self.raise_if_annotation_block("yield expression", e)?;
                self.expr(value)?;
                self.cur_mut().generator = true;
                self.raise_if_comprehension(e)
            }
            ExprKind::Await { value } => {
                self.raise_if_annotation_block("await expression", e)?;
                if !self.allows_top_level_await() {
                    if !self.cur().is_function_like() {
                        return Err(err(e.span, "'await' outside function"));
                    }
                    if !self.is_async_def() && self.cur().comprehension == Comprehension::No {
                        return Err(err(e.span, "'await' outside async function"));
                    }
                }
                self.expr(value)?;
                self.cur_mut().coroutine = true;
                Ok(())
            }
            ExprKind::Compare {
                left, comparators, ..
            } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.keywords(keywords)
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            }
            | ExprKind::Interpolation {
                value, format_spec, ..
            } => {
                self.expr(value)?;
                self.opt_expr(format_spec.as_deref())
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values),
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Attribute { value, attr, ctx } => {
                check_name(attr, e.span, *ctx)?;
                self.expr(value)
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Slice { lower, upper, step } => {
                self.opt_expr(lower.as_deref())?;
                self.opt_expr(upper.as_deref())?;
                self.opt_expr(step.as_deref())
            }
            ExprKind::Name { id, ctx } => self.name(id, *ctx, e.span),
        }
    }

    fn name(&mut self, id: &Identifier, ctx: ExprContext, span: Span) -> Result {
        let constant = self.debug_is_constant && ctx == ExprContext::Load && &**id == "__debug__";
        if self.cur().in_unevaluated_annotation || constant {
            return Ok(());
        }
        let load = ctx == ExprContext::Load;
        self.add_def_ctx(id, if load { def::USE } else { def::LOCAL }, span, ctx)?;
        // `super` counts as a use of `__class__`.
        if load && &**id == "super" && self.cur().is_function_like() {
            self.add_use("__class__", span)?;
        }
        Ok(())
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> Result {
        for key in keywords {
            if let Some(arg) = &key.arg {
                check_name(arg, key.span, ExprContext::Store)?;
            }
        }
        keywords.iter().try_for_each(|k| self.expr(&k.value))
    }

    fn type_param(&mut self, tp: &TypeParam) -> Result {
        let flags = def::TYPE_PARAM | def::LOCAL;
        match &tp.kind {
            TypeParamKind::TypeVar {
                name,
                bound,
                default_value,
            } => {
                self.add_def(name, flags, tp.span)?;
                let info = match bound.as_deref() {
                    Some(Expr {
                        kind: ExprKind::Tuple { .. },
                        ..
                    }) => "a TypeVar constraint",
                    _ => "a TypeVar bound",
                };
                self.type_param_part(bound.as_deref(), name, tp, KeyKind::TypeParam, info)?;
                let kind = KeyKind::TypeParamDefault;
                self.type_param_part(default_value.as_deref(), name, tp, kind, "a TypeVar default")
            }
            TypeParamKind::TypeVarTuple { name, default_value } => {
                self.add_def(name, flags, tp.span)?;
                let info = "a TypeVarTuple default";
                self.type_param_part(default_value.as_deref(), name, tp, KeyKind::TypeParam, info)
            }
            TypeParamKind::ParamSpec { name, default_value } => {
                self.add_def(name, flags, tp.span)?;
                let info = "a ParamSpec default";
                self.type_param_part(default_value.as_deref(), name, tp, KeyKind::TypeParam, info)
            }
        }
    }

    fn type_param_part(
        &mut self,
        e: Option<&Expr>,
        name: &Identifier,
        tp: &TypeParam,
        kind: KeyKind,
        info: &'static str,
    ) -> Result {
        if &**name == "__classdict__" {
            let msg = format!("reserved name '{name}' cannot be used for type parameter");
            return Err(err(tp.span, msg));
        }
        let Some(e) = e else { return Ok(()) };
        let in_class = self.cur().can_see_class_scope;
        self.enter_block(name.clone(), BlockKind::TypeVariable, Key::new(tp, kind), e.span)?;
        self.cur_mut().can_see_class_scope = in_class;
        if in_class {
            self.add_use("__classdict__", e.span)?;
        }
        self.cur_mut().scope_info = info;
        self.expr(e)?;
        self.exit_block();
        Ok(())
    }

    fn pattern(&mut self, p: &Pattern) -> Result {
        self.enter()?;
        match &p.kind {
            PatternKind::MatchValue { value } => self.expr(value)?,
            PatternKind::MatchSingleton { .. } => {}
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                patterns.iter().try_for_each(|p| self.pattern(p))?;
            }
            PatternKind::MatchStar { name } => {
                if let Some(name) = name {
                    self.add_def(name, def::LOCAL, p.span)?;
                }
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                if let Some(rest) = rest {
                    self.add_def(rest, def::LOCAL, p.span)?;
                }
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                self.expr(cls)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                for (attr, pattern) in kwd_attrs.iter().zip(kwd_patterns) {
                    check_name(attr, pattern.span, ExprContext::Store)?;
                }
                kwd_patterns.iter().try_for_each(|p| self.pattern(p))?;
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
                if let Some(name) = name {
                    self.add_def(name, def::LOCAL, p.span)?;
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn arguments(&mut self, a: &Arguments) -> Result {
        for arg in a.posonlyargs.iter().chain(&a.args).chain(&a.kwonlyargs) {
            self.add_def(&arg.arg, def::PARAM, arg.span)?;
        }
        if let Some(arg) = &a.vararg {
            self.add_def(&arg.arg, def::PARAM, arg.span)?;
            self.cur_mut().varargs = true;
        }
        if let Some(arg) = &a.kwarg {
            self.add_def(&arg.arg, def::PARAM, arg.span)?;
            self.cur_mut().varkeywords = true;
        }
        Ok(())
    }

    /// The annotation of a variable.
    fn annotation(&mut self, annotation: &Expr, s: &Stmt) -> Result {
        let (kind, conditional) = {
            let cur = self.cur();
            // A module may be executed in part: all its annotations are conditional.
            let conditional = match cur.kind {
                BlockKind::Module => true,
                BlockKind::Class => cur.in_conditional_block,
                _ => false,
            };
            (cur.kind, conditional && !cur.has_conditional_annotations)
        };
        // Annotations of local variables are not evaluated.
        let unevaluated = kind == BlockKind::Function;
        if conditional {
            self.cur_mut().has_conditional_annotations = true;
            self.add_use("__conditional_annotations__", annotation.span)?;
        }
        let parent = self.cur;
        match self.table.block(parent).annotation_block {
            Some(id) => self.enter_existing_block(id),
            None => {
                let key = Key::new(s, KeyKind::Stmt);
                self.enter_block("__annotate__".into(), BlockKind::Annotation, key, annotation.span)?;
                self.table.block_mut(parent).annotation_block = Some(self.cur);
                if kind == BlockKind::Class && !self.future_annotations() {
                    self.cur_mut().can_see_class_scope = true;
                    self.add_use("__classdict__", annotation.span)?;
                }
            }
        }
        if unevaluated {
            self.cur_mut().in_unevaluated_annotation = true;
        }
        self.expr(annotation)?;
        if unevaluated {
            self.cur_mut().in_unevaluated_annotation = false;
        }
        self.exit_block();
        Ok(())
    }

    fn function_annotations(&mut self, a: &Arguments, returns: Option<&Expr>, span: Span) -> Result {
        let sees_class = self.cur().can_see_class_scope || self.cur().kind == BlockKind::Class;
        let key = Key::new(a, KeyKind::Arguments);
        self.enter_block("__annotate__".into(), BlockKind::Annotation, key, span)?;
        if sees_class {
            self.cur_mut().can_see_class_scope = true;
            self.add_use("__classdict__", span)?;
        }
        let args = a.posonlyargs.iter().chain(&a.args);
        let rest = a
            .vararg
            .as_deref()
            .into_iter()
            .chain(a.kwarg.as_deref())
            .chain(&a.kwonlyargs);
        let annotations = args.chain(rest).filter_map(|arg| arg.annotation.as_deref());
        for annotation in annotations.chain(returns) {
            self.cur_mut().annotations_used = true;
            self.expr(annotation)?;
        }
        self.exit_block();
        Ok(())
    }

    fn comprehension(
        &mut self,
        e: &Expr,
        name: &str,
        kind: Comprehension,
        generators: &[syntax::ast::Comprehension],
        elt: &Expr,
        value: Option<&Expr>,
    ) -> Result {
        let outermost = &generators[0];
        // The outermost iterator is evaluated in the scope around.
        self.cur_mut().comp_iter_expr += 1;
        self.expr(&outermost.iter)?;
        self.cur_mut().comp_iter_expr -= 1;
        self.enter_block(
            name.into(),
            BlockKind::Function,
            Key::new(e, KeyKind::Expr),
            e.span,
        )?;
        self.cur_mut().comprehension = kind;
        if outermost.is_async {
            self.cur_mut().coroutine = true;
        }
        self.add_def(&".0".into(), def::PARAM, e.span)?;
        self.cur_mut().comp_iter_target = true;
        self.expr(&outermost.target)?;
        self.cur_mut().comp_iter_target = false;
        self.exprs(&outermost.ifs)?;
        for generator in &generators[1..] {
            self.cur_mut().comp_iter_target = true;
            self.expr(&generator.target)?;
            self.cur_mut().comp_iter_target = false;
            self.cur_mut().comp_iter_expr += 1;
            self.expr(&generator.iter)?;
            self.cur_mut().comp_iter_expr -= 1;
            self.exprs(&generator.ifs)?;
            if generator.is_async {
                self.cur_mut().coroutine = true;
            }
        }
        self.opt_expr(value)?;
        self.expr(elt)?;
        let is_generator = kind == Comprehension::Generator;
        self.cur_mut().generator = is_generator;
        let is_async = self.cur().coroutine && !is_generator;
        self.exit_block();
        if is_async
            && !self.is_async_def()
            && self.cur().comprehension == Comprehension::No
            && !self.allows_top_level_await()
        {
            return Err(err(
                e.span,
                "asynchronous comprehension outside of an asynchronous function",
            ));
        }
        if is_async {
            self.cur_mut().coroutine = true;
        }
        Ok(())
    }
}
