//! Control flow: conditions, loops, `try`, `with`, `return`, `break` and `continue`.

use super::*;
use bytecode::oparg::*;

impl<'a> Compiler<'a> {
    /// `yield from` and `await`: sends to the iterator on the stack until it is done.
    pub(super) fn yield_from(&mut self, is_await: bool, loc: Loc) {
        let send = self.label();
        let fail = self.label();
        let exit = self.label();
        self.place(send);
        self.jump(SEND, exit, loc);
        // `close()` and `throw()` raise `StopIteration` here.
        self.jump(SETUP_FINALLY, fail, loc);
        self.op(YIELD_VALUE, 1, loc);
        self.op0(POP_BLOCK, Loc::NONE);
        self.op(
            RESUME,
            if is_await {
                RESUME_AFTER_AWAIT
            } else {
                RESUME_AFTER_YIELD_FROM
            },
            loc,
        );
        self.jump(JUMP_NO_INTERRUPT, send, loc);
        self.place(fail);
        self.op0(CLEANUP_THROW, loc);
        self.place(exit);
        self.op0(END_SEND, loc);
    }

    pub(super) fn await_on_stack(&mut self, kind: i32, loc: Loc) {
        self.op(GET_AWAITABLE, kind, loc);
        self.load_const(Const::None, loc);
        self.yield_from(true, loc);
    }

    fn pop_except_and_reraise(&mut self) {
        self.op(COPY, 3, Loc::NONE);
        self.op0(POP_EXCEPT, Loc::NONE);
        self.op(RERAISE, 1, Loc::NONE);
    }

    fn call_exit_with_nones(&mut self, loc: Loc) {
        for _ in 0..3 {
            self.load_const(Const::None, loc);
        }
        self.op(CALL, 3, loc);
    }

    /// Leaves one frame block; what is on top of the stack stays there if `preserve_tos`.
    fn unwind_fblock(&mut self, loc: &mut Loc, info: FBlock<'a>, preserve_tos: bool) -> Result {
        match info.kind {
            FBlockKind::WhileLoop
            | FBlockKind::ExceptionHandler
            | FBlockKind::ExceptionGroupHandler
            | FBlockKind::AsyncComprehensionGenerator
            | FBlockKind::InlinedComprehension
            | FBlockKind::StopIteration => {}
            FBlockKind::ForLoop | FBlockKind::PopValue => {
                if preserve_tos {
                    self.op(SWAP, 2, *loc);
                }
                self.op0(POP_TOP, *loc);
            }
            FBlockKind::TryExcept => self.op0(POP_BLOCK, *loc),
            FBlockKind::FinallyTry => {
                self.op0(POP_BLOCK, *loc);
                if preserve_tos {
                    self.push_fblock(*loc, FBlockKind::PopValue, None, None, Datum::None)?;
                }
                if let Datum::Finally(body) = info.datum {
                    self.stmts(body)?;
                }
                if preserve_tos {
                    self.pop_fblock(FBlockKind::PopValue);
                }
                // What unwinds further runs after the statement: it is artificial.
                *loc = Loc::NONE;
            }
            FBlockKind::FinallyEnd => {
                if preserve_tos {
                    self.op(SWAP, 2, *loc);
                }
                self.op0(POP_TOP, *loc);
                if preserve_tos {
                    self.op(SWAP, 2, *loc);
                }
                self.op0(POP_BLOCK, *loc);
                self.op0(POP_EXCEPT, *loc);
            }
            FBlockKind::With | FBlockKind::AsyncWith => {
                *loc = info.loc;
                self.op0(POP_BLOCK, *loc);
                if preserve_tos {
                    self.op(SWAP, 3, *loc);
                    self.op(SWAP, 2, *loc);
                }
                self.call_exit_with_nones(*loc);
                if info.kind == FBlockKind::AsyncWith {
                    self.await_on_stack(2, *loc);
                }
                self.op0(POP_TOP, *loc);
                *loc = Loc::NONE;
            }
            FBlockKind::HandlerCleanup => {
                if matches!(info.datum, Datum::Name(_)) {
                    self.op0(POP_BLOCK, *loc);
                }
                if preserve_tos {
                    self.op(SWAP, 2, *loc);
                }
                self.op0(POP_BLOCK, *loc);
                self.op0(POP_EXCEPT, *loc);
                if let Datum::Name(name) = info.datum {
                    self.unbind(name, *loc);
                }
            }
        }
        Ok(())
    }

    /// `name = None; del name`
    fn unbind(&mut self, name: &Identifier, loc: Loc) {
        self.load_const(Const::None, loc);
        self.name_op(name, ExprContext::Store, loc);
        self.name_op(name, ExprContext::Del, loc);
    }

    /// Leaves all frame blocks, or those within the innermost loop if `to_loop`, which is returned.
    fn unwind_fblock_stack(
        &mut self,
        loc: &mut Loc,
        preserve_tos: bool,
        to_loop: bool,
    ) -> Result<Option<FBlock<'a>>> {
        let mut left = Vec::new();
        let mut found = None;
        while let Some(top) = self.unit().fblocks.last().copied() {
            if top.kind == FBlockKind::ExceptionGroupHandler {
                let msg = "'break', 'continue' and 'return' cannot appear in an except* block";
                return self.error(*loc, msg);
            }
            if to_loop && matches!(top.kind, FBlockKind::WhileLoop | FBlockKind::ForLoop) {
                found = Some(top);
                break;
            }
            self.pop_fblock(top.kind);
            left.push(top);
            self.unwind_fblock(loc, top, preserve_tos)?;
        }
        for block in left.into_iter().rev() {
            self.push_fblock(block.loc, block.kind, block.block, block.exit, block.datum)?;
        }
        Ok(found)
    }

    pub(super) fn return_(&mut self, s: &'a Stmt, value: Option<&'a Expr>) -> Result {
        let mut loc: Loc = s.span.into();
        let constant = value.and_then(|v| crate::preprocess::constant(v, self.optimize));
        let preserve_tos = value.is_some() && constant.is_none();
        if !self.block().is_function_like() {
            return self.error(loc, "'return' outside function");
        }
        if value.is_some() && self.block().coroutine && self.block().generator {
            return self.error(loc, "'return' with value in async generator");
        }
        if let Some(value) = value {
            if preserve_tos {
                self.expr(value)?;
            } else {
                loc = value.span.into();
                self.op0(NOP, loc);
            }
        }
        if value.is_none_or(|v| v.span.lineno != s.span.lineno) {
            loc = s.span.into();
            self.op0(NOP, loc);
        }
        self.unwind_fblock_stack(&mut loc, preserve_tos, false)?;
        if !preserve_tos {
            self.load_const(constant.unwrap_or(Const::None), loc);
        }
        self.op0(RETURN_VALUE, loc);
        Ok(())
    }

    pub(super) fn break_(&mut self, origin: Loc) -> Result {
        let mut loc = origin;
        self.op0(NOP, loc);
        let Some(inner) = self.unwind_fblock_stack(&mut loc, false, true)? else {
            return self.error(origin, "'break' outside loop");
        };
        self.unwind_fblock(&mut loc, inner, false)?;
        if let Some(exit) = inner.exit {
            self.jump(JUMP, exit, loc);
        }
        Ok(())
    }

    pub(super) fn continue_(&mut self, origin: Loc) -> Result {
        let mut loc = origin;
        self.op0(NOP, loc);
        let Some(inner) = self.unwind_fblock_stack(&mut loc, false, true)? else {
            return self.error(origin, "'continue' not properly in loop");
        };
        if let Some(start) = inner.block {
            self.jump(JUMP, start, loc);
        }
        Ok(())
    }

    /// Jumps to `next` if the truth of `e` is `cond`.
    pub(super) fn jump_if(&mut self, e: &'a Expr, next: Label, cond: bool) -> Result {
        self.enter_recursion()?;
        let (mut e, mut cond) = (e, cond);
        while let ExprKind::UnaryOp {
            op: UnaryOp::Not,
            operand,
        } = &e.kind
        {
            e = operand;
            cond = !cond;
        }
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let cond2 = *op == BoolOp::Or;
                let next2 = if cond2 == cond { next } else { self.label() };
                if let Some((last, rest)) = values.split_last() {
                    for value in rest {
                        self.jump_if(value, next2, cond2)?;
                    }
                    self.jump_if(last, next, cond)?;
                }
                if next2 != next {
                    self.place(next2);
                }
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.label();
                let next2 = self.label();
                self.jump_if(test, next2, false)?;
                self.jump_if(body, next, cond)?;
                self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
                self.place(next2);
                self.jump_if(orelse, next, cond)?;
                self.place(end);
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } if ops.len() > 1 => {
                let loc: Loc = e.span.into();
                self.check_compare(e, left, ops, comparators);
                let cleanup = self.label();
                self.expr(left)?;
                let n = ops.len() - 1;
                for i in 0..n {
                    self.expr(&comparators[i])?;
                    self.op(SWAP, 2, loc);
                    self.op(COPY, 2, loc);
                    self.compare_op(ops[i], loc);
                    self.op0(TO_BOOL, loc);
                    self.jump(POP_JUMP_IF_FALSE, cleanup, loc);
                }
                self.expr(&comparators[n])?;
                self.compare_op(ops[n], loc);
                self.op0(TO_BOOL, loc);
                self.jump(if cond { POP_JUMP_IF_TRUE } else { POP_JUMP_IF_FALSE }, next, loc);
                let end = self.label();
                self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
                self.place(cleanup);
                self.op0(POP_TOP, loc);
                if !cond {
                    self.jump(JUMP_NO_INTERRUPT, next, Loc::NONE);
                }
                self.place(end);
            }
            _ => {
                self.expr(e)?;
                let loc = e.span.into();
                self.op0(TO_BOOL, loc);
                self.jump(if cond { POP_JUMP_IF_TRUE } else { POP_JUMP_IF_FALSE }, next, loc);
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// `if`, and its `elif`s without recursion.
    pub(super) fn if_(&mut self, s: &'a Stmt) -> Result {
        let mut s = s;
        let mut ends = Vec::new();
        let mut extra = 0;
        while let StmtKind::If { test, body, orelse } = &s.kind {
            let end = self.label();
            ends.push(end);
            let next = if orelse.is_empty() { end } else { self.label() };
            self.jump_if(test, next, false)?;
            self.stmts(body)?;
            if orelse.is_empty() {
                break;
            }
            self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
            self.place(next);
            match &orelse[..] {
                [
                    elif @ Stmt {
                        kind: StmtKind::If { .. },
                        ..
                    },
                ] => {
                    s = elif;
                    extra += 1;
                    self.unit_mut().in_conditional_block += 1;
                }
                _ => {
                    self.stmts(orelse)?;
                    break;
                }
            }
        }
        for end in ends.into_iter().rev() {
            self.place(end);
        }
        self.unit_mut().in_conditional_block -= extra;
        Ok(())
    }

    pub(super) fn for_(&mut self, f: &'a For, loc: Loc) -> Result {
        let start = self.label();
        let body = self.label();
        let cleanup = self.label();
        let end = self.label();
        self.push_fblock(loc, FBlockKind::ForLoop, Some(start), Some(end), Datum::None)?;
        self.expr(&f.iter)?;
        let loc = f.iter.span.into();
        self.op0(GET_ITER, loc);
        self.place(start);
        self.jump(FOR_ITER, cleanup, loc);
        // For the line events of a statement on several lines.
        self.op0(NOP, f.target.span.into());
        self.place(body);
        self.expr(&f.target)?;
        self.stmts(&f.body)?;
        self.jump(JUMP, start, Loc::NONE);
        self.place(cleanup);
        self.op0(END_FOR, Loc::NONE);
        self.op0(POP_ITER, Loc::NONE);
        self.pop_fblock(FBlockKind::ForLoop);
        self.stmts(&f.orelse)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn async_for(&mut self, f: &'a For, loc: Loc) -> Result {
        let start = self.label();
        let send = self.label();
        let except = self.label();
        let end = self.label();
        self.expr(&f.iter)?;
        self.op0(GET_AITER, f.iter.span.into());
        self.place(start);
        self.push_fblock(loc, FBlockKind::ForLoop, Some(start), Some(end), Datum::None)?;
        self.jump(SETUP_FINALLY, except, loc);
        self.op0(GET_ANEXT, loc);
        self.load_const(Const::None, loc);
        self.place(send);
        self.yield_from(true, loc);
        self.op0(POP_BLOCK, loc);
        self.op0(NOT_TAKEN, loc);
        self.expr(&f.target)?;
        self.stmts(&f.body)?;
        self.jump(JUMP, start, Loc::NONE);
        self.pop_fblock(FBlockKind::ForLoop);
        self.place(except);
        // The end of the iteration belongs to the iterator's line.
        self.jump(END_ASYNC_FOR, send, f.iter.span.into());
        self.stmts(&f.orelse)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn while_(
        &mut self,
        test: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
        loc: Loc,
    ) -> Result {
        let start = self.label();
        let end = self.label();
        let anchor = self.label();
        self.place(start);
        self.push_fblock(loc, FBlockKind::WhileLoop, Some(start), Some(end), Datum::None)?;
        self.jump_if(test, anchor, false)?;
        self.stmts(body)?;
        self.jump(JUMP, start, Loc::NONE);
        self.pop_fblock(FBlockKind::WhileLoop);
        self.place(anchor);
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    pub(super) fn try_(&mut self, t: &'a Try, star: bool, loc: Loc) -> Result {
        if t.finalbody.is_empty() {
            return if star {
                self.try_star_except(t, loc)
            } else {
                self.try_except(t, loc)
            };
        }
        let body = self.label();
        let end = self.label();
        let exit = self.label();
        let cleanup = self.label();
        self.jump(SETUP_FINALLY, end, loc);
        self.place(body);
        let datum = Datum::Finally(&t.finalbody);
        self.push_fblock(loc, FBlockKind::FinallyTry, Some(body), Some(end), datum)?;
        if t.handlers.is_empty() {
            self.stmts(&t.body)?;
        } else if star {
            self.try_star_except(t, loc)?;
        } else {
            self.try_except(t, loc)?;
        }
        self.op0(POP_BLOCK, Loc::NONE);
        self.pop_fblock(FBlockKind::FinallyTry);
        self.stmts(&t.finalbody)?;
        self.jump(JUMP_NO_INTERRUPT, exit, Loc::NONE);
        // The same when there is an exception.
        self.place(end);
        self.jump(SETUP_CLEANUP, cleanup, Loc::NONE);
        self.op0(PUSH_EXC_INFO, Loc::NONE);
        self.push_fblock(Loc::NONE, FBlockKind::FinallyEnd, Some(end), None, Datum::None)?;
        self.stmts(&t.finalbody)?;
        self.pop_fblock(FBlockKind::FinallyEnd);
        self.op(RERAISE, 0, Loc::NONE);
        self.place(cleanup);
        self.pop_except_and_reraise();
        self.place(exit);
        Ok(())
    }

    fn try_except(&mut self, t: &'a Try, loc: Loc) -> Result {
        let body = self.label();
        let mut except = self.label();
        let end = self.label();
        let cleanup = self.label();
        self.jump(SETUP_FINALLY, except, loc);
        self.place(body);
        self.push_fblock(loc, FBlockKind::TryExcept, Some(body), None, Datum::None)?;
        self.stmts(&t.body)?;
        self.pop_fblock(FBlockKind::TryExcept);
        self.op0(POP_BLOCK, Loc::NONE);
        self.stmts(&t.orelse)?;
        self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
        self.place(except);
        self.jump(SETUP_CLEANUP, cleanup, Loc::NONE);
        self.op0(PUSH_EXC_INFO, Loc::NONE);
        self.push_fblock(loc, FBlockKind::ExceptionHandler, None, None, Datum::None)?;
        for (i, handler) in t.handlers.iter().enumerate() {
            let loc: Loc = handler.span.into();
            if handler.typ.is_none() && i + 1 < t.handlers.len() {
                return self.error(loc, "default 'except:' must be last");
            }
            except = self.label();
            if let Some(typ) = &handler.typ {
                self.expr(typ)?;
                self.op0(CHECK_EXC_MATCH, loc);
                self.jump(POP_JUMP_IF_FALSE, except, loc);
            }
            if let Some(name) = &handler.name {
                let cleanup_end = self.label();
                let cleanup_body = self.label();
                self.name_op(name, ExprContext::Store, loc);
                // The name is unbound at the end, whatever happens.
                self.jump(SETUP_CLEANUP, cleanup_end, loc);
                self.place(cleanup_body);
                let datum = Datum::Name(name);
                self.push_fblock(loc, FBlockKind::HandlerCleanup, Some(cleanup_body), None, datum)?;
                self.stmts(&handler.body)?;
                self.pop_fblock(FBlockKind::HandlerCleanup);
                self.op0(POP_BLOCK, Loc::NONE);
                self.op0(POP_BLOCK, Loc::NONE);
                self.op0(POP_EXCEPT, Loc::NONE);
                self.unbind(name, Loc::NONE);
                self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
                self.place(cleanup_end);
                self.unbind(name, Loc::NONE);
                self.op(RERAISE, 1, Loc::NONE);
            } else {
                let cleanup_body = self.label();
                self.op0(POP_TOP, loc);
                self.place(cleanup_body);
                self.push_fblock(
                    loc,
                    FBlockKind::HandlerCleanup,
                    Some(cleanup_body),
                    None,
                    Datum::None,
                )?;
                self.stmts(&handler.body)?;
                self.pop_fblock(FBlockKind::HandlerCleanup);
                self.op0(POP_BLOCK, Loc::NONE);
                self.op0(POP_EXCEPT, Loc::NONE);
                self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
            }
            self.place(except);
        }
        self.pop_fblock(FBlockKind::ExceptionHandler);
        self.op(RERAISE, 0, Loc::NONE);
        self.place(cleanup);
        self.pop_except_and_reraise();
        self.place(end);
        Ok(())
    }

    /// `except*`: every handler takes its part of the group; what they raise and what nobody took is raised
    /// together at the end.
    fn try_star_except(&mut self, t: &'a Try, loc: Loc) -> Result {
        let body = self.label();
        let mut except = self.label();
        let orelse = self.label();
        let end = self.label();
        let cleanup = self.label();
        let reraise_star = self.label();
        self.jump(SETUP_FINALLY, except, loc);
        self.place(body);
        self.push_fblock(loc, FBlockKind::TryExcept, Some(body), None, Datum::None)?;
        self.stmts(&t.body)?;
        self.pop_fblock(FBlockKind::TryExcept);
        self.op0(POP_BLOCK, Loc::NONE);
        self.jump(JUMP_NO_INTERRUPT, orelse, Loc::NONE);
        self.place(except);
        self.jump(SETUP_CLEANUP, cleanup, Loc::NONE);
        self.op0(PUSH_EXC_INFO, Loc::NONE);
        self.push_fblock(loc, FBlockKind::ExceptionGroupHandler, None, None, Datum::None)?;
        let n = t.handlers.len();
        for (i, handler) in t.handlers.iter().enumerate() {
            let loc: Loc = handler.span.into();
            except = self.label();
            let except_with_error = self.label();
            let no_match = self.label();
            if i == 0 {
                // A list for what the handlers raise, and a copy of the group.
                self.op(BUILD_LIST, 0, loc);
                self.op(COPY, 2, loc);
            }
            if let Some(typ) = &handler.typ {
                self.expr(typ)?;
                self.op0(CHECK_EG_MATCH, loc);
                self.op(COPY, 1, loc);
                self.jump(POP_JUMP_IF_NONE, no_match, loc);
            }
            let cleanup_end = self.label();
            let cleanup_body = self.label();
            match &handler.name {
                Some(name) => self.name_op(name, ExprContext::Store, loc),
                None => self.op0(POP_TOP, loc),
            }
            self.jump(SETUP_CLEANUP, cleanup_end, loc);
            self.place(cleanup_body);
            let datum = handler.name.as_ref().map_or(Datum::None, Datum::Name);
            self.push_fblock(loc, FBlockKind::HandlerCleanup, Some(cleanup_body), None, datum)?;
            self.stmts(&handler.body)?;
            self.pop_fblock(FBlockKind::HandlerCleanup);
            self.op0(POP_BLOCK, Loc::NONE);
            if let Some(name) = &handler.name {
                self.unbind(name, Loc::NONE);
            }
            self.jump(JUMP_NO_INTERRUPT, except, Loc::NONE);
            self.place(cleanup_end);
            if let Some(name) = &handler.name {
                self.unbind(name, Loc::NONE);
            }
            self.op(LIST_APPEND, 3, Loc::NONE);
            self.op0(POP_TOP, Loc::NONE);
            self.jump(JUMP_NO_INTERRUPT, except_with_error, Loc::NONE);
            self.place(except);
            // Holds the location that is propagated to here.
            self.op0(NOP, Loc::NONE);
            self.jump(JUMP_NO_INTERRUPT, except_with_error, Loc::NONE);
            self.place(no_match);
            self.op0(POP_TOP, loc);
            self.place(except_with_error);
            if i + 1 == n {
                // The part that nobody took, or None.
                self.op(LIST_APPEND, 1, Loc::NONE);
                self.jump(JUMP_NO_INTERRUPT, reraise_star, Loc::NONE);
            }
        }
        self.pop_fblock(FBlockKind::ExceptionGroupHandler);
        let reraise = self.label();
        self.place(reraise_star);
        self.op(CALL_INTRINSIC_2, INTRINSIC_PREP_RERAISE_STAR, Loc::NONE);
        self.op(COPY, 1, Loc::NONE);
        self.jump(POP_JUMP_IF_NOT_NONE, reraise, Loc::NONE);
        self.op0(POP_TOP, Loc::NONE);
        self.op0(POP_BLOCK, Loc::NONE);
        self.op0(POP_EXCEPT, Loc::NONE);
        self.jump(JUMP_NO_INTERRUPT, end, Loc::NONE);
        self.place(reraise);
        self.op0(POP_BLOCK, Loc::NONE);
        self.op(SWAP, 2, Loc::NONE);
        self.op0(POP_EXCEPT, Loc::NONE);
        self.op(RERAISE, 0, Loc::NONE);
        self.place(cleanup);
        self.pop_except_and_reraise();
        self.place(orelse);
        self.stmts(&t.orelse)?;
        self.place(end);
        Ok(())
    }

    /// `with` and `async with`, from the item at `pos` on.
    pub(super) fn with(&mut self, w: &'a With, pos: usize, is_async: bool) -> Result {
        let item = &w.items[pos];
        let block = self.label();
        let finally = self.label();
        let exit = self.label();
        let cleanup = self.label();
        self.expr(&item.context_expr)?;
        let loc: Loc = item.context_expr.span.into();
        self.op(COPY, 1, loc);
        self.op(
            LOAD_SPECIAL,
            if is_async {
                SPECIAL___AEXIT__
            } else {
                SPECIAL___EXIT__
            },
            loc,
        );
        self.op(SWAP, 2, loc);
        self.op(SWAP, 3, loc);
        self.op(
            LOAD_SPECIAL,
            if is_async {
                SPECIAL___AENTER__
            } else {
                SPECIAL___ENTER__
            },
            loc,
        );
        self.op(CALL, 0, loc);
        if is_async {
            self.await_on_stack(1, loc);
        }
        self.jump(SETUP_WITH, finally, loc);
        self.place(block);
        let kind = if is_async {
            FBlockKind::AsyncWith
        } else {
            FBlockKind::With
        };
        self.push_fblock(loc, kind, Some(block), Some(finally), Datum::None)?;
        match &item.optional_vars {
            Some(vars) => self.expr(vars)?,
            None => self.op0(POP_TOP, loc),
        }
        if pos + 1 == w.items.len() {
            self.stmts(&w.body)?;
        } else {
            self.with(w, pos + 1, is_async)?;
        }
        self.pop_fblock(kind);
        self.op0(POP_BLOCK, if is_async { loc } else { Loc::NONE });
        // Without an exception: `__exit__(None, None, None)`.
        self.call_exit_with_nones(loc);
        if is_async {
            self.await_on_stack(2, loc);
        }
        self.op0(POP_TOP, loc);
        self.jump(JUMP, exit, loc);
        // With one.
        self.place(finally);
        self.jump(SETUP_CLEANUP, cleanup, loc);
        self.op0(PUSH_EXC_INFO, loc);
        self.op0(WITH_EXCEPT_START, loc);
        if is_async {
            self.await_on_stack(2, loc);
        }
        let suppress = self.label();
        self.op0(TO_BOOL, Loc::NONE);
        self.jump(POP_JUMP_IF_TRUE, suppress, Loc::NONE);
        self.op(RERAISE, 2, Loc::NONE);
        self.place(suppress);
        self.op0(POP_TOP, Loc::NONE);
        self.op0(POP_BLOCK, Loc::NONE);
        self.op0(POP_EXCEPT, Loc::NONE);
        for _ in 0..3 {
            self.op0(POP_TOP, Loc::NONE);
        }
        let after = self.label();
        self.jump(JUMP_NO_INTERRUPT, after, Loc::NONE);
        self.place(cleanup);
        self.pop_except_and_reraise();
        self.place(after);
        self.place(exit);
        Ok(())
    }
}
