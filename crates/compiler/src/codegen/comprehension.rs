//! Comprehensions: lists, sets and dicts are made in place (PEP 709), generator expressions in a unit of their own.

use super::*;

/// What an inlined comprehension has to put back.
#[derive(Default)]
struct Inlined {
    pushed_locals: Vec<Identifier>,
    symbols: SavedSymbols,
    fast_hidden: Vec<Identifier>,
    cleanup: Option<Label>,
}

/// The parts of a comprehension node.
struct Parts<'a> {
    name: &'static str,
    /// The instructions that make the container and add an item; none for a generator.
    ops: Option<(u16, u16)>,
    generators: &'a [syntax::ast::Comprehension],
    elt: &'a Expr,
    value: Option<&'a Expr>,
}

impl<'a> Compiler<'a> {
    pub(super) fn comprehension(&mut self, e: &'a Expr) -> Result {
        let parts = match &e.kind {
            ExprKind::ListComp { elt, generators } => Parts {
                name: "<listcomp>",
                ops: Some((BUILD_LIST, LIST_APPEND)),
                generators,
                elt,
                value: None,
            },
            ExprKind::SetComp { elt, generators } => Parts {
                name: "<setcomp>",
                ops: Some((BUILD_SET, SET_ADD)),
                generators,
                elt,
                value: None,
            },
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => Parts {
                name: "<dictcomp>",
                ops: Some((BUILD_MAP, MAP_ADD)),
                generators,
                elt: key,
                value: Some(value),
            },
            ExprKind::GeneratorExp { elt, generators } => Parts {
                name: "<genexpr>",
                ops: None,
                generators,
                elt,
                value: None,
            },
            _ => return Err(internal("comprehension")),
        };
        let block = self.block_for(Key::new(e, KeyKind::Expr))?;
        let loc: Loc = e.span.into();
        let outermost = &parts.generators[0];
        let is_async = self.st.block(block).coroutine;
        if self.st.block(block).comp_inlined {
            self.outermost_iterator(outermost)?;
            let state = self.push_inlined(block, loc)?;
            if let Some((build, _)) = parts.ops {
                self.op(build, 0, loc);
                self.op(SWAP, 2, loc);
            }
            self.generator(&parts, 0, 0, true, loc)?;
            self.pop_inlined(state, loc);
            return Ok(());
        }
        let arity = Arity {
            args: 1,
            ..Arity::default()
        };
        self.enter_scope(
            parts.name.into(),
            ScopeType::Comprehension,
            block,
            loc.line,
            None,
            arity,
        )?;
        if let Some((build, _)) = parts.ops {
            self.op(build, 0, loc);
        }
        self.generator(&parts, 0, 0, false, loc)?;
        if parts.ops.is_some() {
            self.op0(RETURN_VALUE, loc);
        } else {
            self.wrap_in_stopiteration_handler();
        }
        let code = self.finish_unit(true)?;
        self.make_closure(code, 0, loc)?;
        self.outermost_iterator(outermost)?;
        self.op(CALL, 0, loc);
        if is_async && parts.ops.is_some() {
            self.await_on_stack(0, loc);
        }
        Ok(())
    }

    /// The outermost iterable is evaluated and asked for its iterator in the scope around.
    fn outermost_iterator(&mut self, outermost: &'a syntax::ast::Comprehension) -> Result {
        self.expr(&outermost.iter)?;
        let op = if outermost.is_async { GET_AITER } else { GET_ITER };
        self.op0(op, outermost.iter.span.into());
        Ok(())
    }

    fn generator(&mut self, parts: &Parts<'a>, index: usize, depth: i32, on_stack: bool, loc: Loc) -> Result {
        if parts.generators[index].is_async {
            self.async_generator(parts, index, depth, on_stack, loc)
        } else {
            self.sync_generator(parts, index, depth, on_stack, loc)
        }
    }

    fn sync_generator(
        &mut self,
        parts: &Parts<'a>,
        index: usize,
        depth: i32,
        on_stack: bool,
        loc: Loc,
    ) -> Result {
        let generator = &parts.generators[index];
        let iter_loc: Loc = generator.iter.span.into();
        let mut depth = depth;
        let mut start = Some(self.label());
        let if_cleanup = self.label();
        let anchor = self.label();
        if !on_stack {
            if index == 0 {
                self.op(LOAD_FAST, 0, loc);
            } else {
                // `for y in [f(x)]` is an assignment.
                let single = match &generator.iter.kind {
                    ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => match &elts[..] {
                        [elt] if !matches!(elt.kind, ExprKind::Starred { .. }) => Some(elt),
                        _ => None,
                    },
                    _ => None,
                };
                if let Some(elt) = single {
                    self.expr(elt)?;
                    start = None;
                } else {
                    self.expr(&generator.iter)?;
                    self.op0(GET_ITER, iter_loc);
                }
            }
        }
        if let Some(start) = start {
            depth += 1;
            self.place(start);
            self.jump(FOR_ITER, anchor, iter_loc);
        }
        self.expr(&generator.target)?;
        for test in &generator.ifs {
            self.jump_if(test, if_cleanup, false)?;
        }
        let elt_loc = self.element_or_inner(parts, index, depth, loc)?;
        self.place(if_cleanup);
        if let Some(start) = start {
            self.jump(JUMP, start, elt_loc);
            self.place(anchor);
            self.op0(END_FOR, Loc::NONE);
            self.op0(POP_ITER, Loc::NONE);
        }
        Ok(())
    }

    fn async_generator(
        &mut self,
        parts: &Parts<'a>,
        index: usize,
        depth: i32,
        on_stack: bool,
        loc: Loc,
    ) -> Result {
        let generator = &parts.generators[index];
        let start = self.label();
        let send = self.label();
        let except = self.label();
        let if_cleanup = self.label();
        if !on_stack {
            if index == 0 {
                self.op(LOAD_FAST, 0, loc);
            } else {
                self.expr(&generator.iter)?;
                self.op0(GET_AITER, generator.iter.span.into());
            }
        }
        self.place(start);
        self.push_fblock(
            loc,
            FBlockKind::AsyncComprehensionGenerator,
            Some(start),
            None,
            Datum::None,
        )?;
        self.jump(SETUP_FINALLY, except, loc);
        self.op0(GET_ANEXT, loc);
        self.load_const(Const::None, loc);
        self.place(send);
        self.yield_from(true, loc);
        self.op0(POP_BLOCK, loc);
        self.expr(&generator.target)?;
        for test in &generator.ifs {
            self.jump_if(test, if_cleanup, false)?;
        }
        let elt_loc = self.element_or_inner(parts, index, depth + 1, loc)?;
        self.place(if_cleanup);
        self.jump(JUMP, start, elt_loc);
        self.pop_fblock(FBlockKind::AsyncComprehensionGenerator);
        self.place(except);
        self.jump(END_ASYNC_FOR, send, loc);
        Ok(())
    }

    /// The next `for`, or the element. Returns the location of the element.
    fn element_or_inner(&mut self, parts: &Parts<'a>, index: usize, depth: i32, loc: Loc) -> Result<Loc> {
        let elt = parts.elt;
        let mut elt_loc: Loc = elt.span.into();
        if index + 1 < parts.generators.len() {
            self.generator(parts, index + 1, depth, false, loc)?;
            return Ok(elt_loc);
        }
        self.expr(elt)?;
        if let Some(value) = parts.value {
            self.expr(value)?;
            let end: Loc = value.span.into();
            elt_loc = Loc::new(elt_loc.line, end.end_line, elt_loc.col, end.end_col);
        }
        match parts.ops {
            Some((_, add)) => self.op(add, depth + 1, elt_loc),
            None => {
                self.yield_on_stack(elt_loc);
                self.op0(POP_TOP, elt_loc);
            }
        }
        Ok(elt_loc)
    }

    /// Gives the names of an inlined comprehension their scopes and puts away the locals that it binds.
    fn push_inlined(&mut self, comp: BlockId, loc: Loc) -> Result<Inlined> {
        let outer = self.unit().block;
        let mut state = Inlined::default();
        let outer_is_function = self.block().is_function_like();
        let in_class_block = self.block().kind == BlockKind::Class && self.unit().in_inlined_comp == 0;
        self.unit_mut().in_inlined_comp += 1;
        let symbols: Vec<(Identifier, u32)> = self.st.block(comp).symbols.iter().cloned().collect();
        let mut isolated = Vec::new();
        for (name, symbol) in &symbols {
            let scope = Scope::of(*symbol);
            let out_symbol = self.st.block(outer).symbol(name);
            let out_scope = Scope::of(out_symbol);
            let differs = scope != out_scope
                && scope != Scope::Free
                && !(scope == Scope::Cell && out_scope == Scope::Free);
            if differs || in_class_block {
                self.st.block_mut(outer).symbols.set(name, *symbol);
                state.symbols.insert(name.clone(), out_symbol);
            }
            if symbol & def::LOCAL != 0 && symbol & def::NONLOCAL == 0 {
                isolated.push((name, scope));
                if !outer_is_function && self.unit().fasthidden.get(name) != Some(&true) {
                    self.unit_mut().fasthidden.set(name, true);
                    state.fast_hidden.push(name.clone());
                }
            }
        }
        for (name, scope) in isolated {
            // The old value, or the old cell, goes on the stack.
            let mangled = self.maybe_mangle(name);
            let arg = self.unit_mut().varnames.number(&mangled);
            self.op(LOAD_FAST_AND_CLEAR, arg, loc);
            if scope == Scope::Cell {
                let out_scope = self.st.block(outer).scope(name);
                let unit = self.unit_mut();
                let names = if out_scope == Scope::Free {
                    &mut unit.freevars
                } else {
                    &mut unit.cellvars
                };
                let arg = names.number(&mangled);
                self.op(MAKE_CELL, arg, loc);
            }
            state.pushed_locals.push(name.clone());
        }
        if !state.pushed_locals.is_empty() {
            // The iterator comes back to the top.
            self.op(SWAP, state.pushed_locals.len() + 1, loc);
            let cleanup = self.label();
            state.cleanup = Some(cleanup);
            self.jump(SETUP_FINALLY, cleanup, loc);
            self.push_fblock(loc, FBlockKind::InlinedComprehension, None, None, Datum::None)?;
        }
        Ok(state)
    }

    fn restore_locals(&mut self, state: &Inlined, loc: Loc) {
        self.op(SWAP, state.pushed_locals.len() + 1, loc);
        for name in state.pushed_locals.iter().rev() {
            let mangled = self.maybe_mangle(name);
            let arg = self.unit_mut().varnames.number(&mangled);
            self.op(STORE_FAST_MAYBE_NULL, arg, loc);
        }
    }

    fn pop_inlined(&mut self, state: Inlined, loc: Loc) {
        if let Some(cleanup) = state.cleanup {
            self.pop_fblock(FBlockKind::InlinedComprehension);
            self.op0(POP_BLOCK, Loc::NONE);
            let end = self.label();
            self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
            // After an exception: drop the unfinished result.
            self.place(cleanup);
            self.op(SWAP, 2, Loc::NONE);
            self.op0(POP_TOP, Loc::NONE);
            self.restore_locals(&state, loc);
            self.op(RERAISE, 0, Loc::NONE);
            self.place(end);
            self.restore_locals(&state, loc);
        }
        let outer = self.unit().block;
        self.unit_mut().in_inlined_comp -= 1;
        for (name, symbol) in state.symbols {
            self.st.block_mut(outer).symbols.set(&name, symbol);
        }
        for name in state.fast_hidden {
            self.unit_mut().fasthidden.set(&name, false);
        }
    }
}
