//! The order of blocks, lines of artificial instructions, and the last translations before assembly.

use super::*;

impl Graph {
    fn mark_warm(&mut self) {
        self.clear_visited();
        let entry = self.entry;
        self.block_mut(entry).visited = true;
        let mut todo = vec![entry];
        while let Some(b) = todo.pop() {
            self.block_mut(b).warm = true;
            let next = self.block(b).next;
            if next != NO_BLOCK && self.block(b).falls_through() && !self.block(next).visited {
                self.block_mut(next).visited = true;
                todo.push(next);
            }
            for i in 0..self.block(b).ins.len() {
                let ins = self.block(b).ins[i];
                if ins.is_jump() && !self.block(ins.target).visited {
                    self.block_mut(ins.target).visited = true;
                    todo.push(ins.target);
                }
            }
        }
    }

    /// Cold blocks are those that only exception handlers lead to.
    fn mark_cold(&mut self) {
        self.mark_warm();
        self.clear_visited();
        let mut todo = Vec::new();
        for b in self.order() {
            if self.block(b).except_handler {
                self.block_mut(b).visited = true;
                todo.push(b);
            }
        }
        while let Some(b) = todo.pop() {
            self.block_mut(b).cold = true;
            let next = self.block(b).next;
            let mut reach = |g: &mut Graph, to: BlockId| {
                let block = g.block_mut(to);
                if !block.warm && !block.visited {
                    block.visited = true;
                    todo.push(to);
                }
            };
            if next != NO_BLOCK && self.block(b).falls_through() {
                reach(self, next);
            }
            for i in 0..self.block(b).ins.len() {
                let ins = self.block(b).ins[i];
                if ins.is_jump() {
                    reach(self, ins.target);
                }
            }
        }
    }

    pub(super) fn push_cold_blocks_to_end(&mut self) -> GraphResult {
        if self.block(self.entry).next == NO_BLOCK {
            return Ok(());
        }
        self.mark_cold();
        // A cold block that falls through to a warm one jumps there instead.
        for b in self.order() {
            let block = self.block(b);
            let next = block.next;
            if block.cold && block.falls_through() && next != NO_BLOCK && self.block(next).warm {
                let jump_block = self.new_block();
                self.block_mut(next).labelled = true;
                let mut jump = Ins::new(JUMP_NO_INTERRUPT, 0, Loc::NONE);
                jump.target = next;
                let new = self.block_mut(jump_block);
                new.ins.push(jump);
                new.cold = true;
                new.predecessors = 1;
                new.next = next;
                self.block_mut(b).next = jump_block;
            }
        }
        let (cold, warm): (Vec<BlockId>, Vec<BlockId>) =
            self.order().into_iter().partition(|&b| self.block(b).cold);
        let has_cold = !cold.is_empty();
        let order: Vec<BlockId> = warm.into_iter().chain(cold).collect();
        for pair in order.windows(2) {
            self.block_mut(pair[0]).next = pair[1];
        }
        if let Some(&last) = order.last() {
            self.block_mut(last).next = NO_BLOCK;
        }
        if has_cold {
            self.remove_redundant_nops_and_jumps()?;
        }
        Ok(())
    }

    fn exits_or_checks_without_lineno(&self, b: BlockId) -> bool {
        let block = self.block(b);
        (block.exits_scope() || block.has_eval_break()) && block.has_no_lineno()
    }

    /// Every exit needs a line (PEP 626): exits without one are copied for each jump that leads to them.
    fn duplicate_exits_without_lineno(&mut self) {
        let mut b = self.entry;
        while b != NO_BLOCK {
            if let Some(last) = self.block(b).ins.last().copied()
                && last.is_jump()
            {
                let target = self.next_nonempty(last.target);
                if target != NO_BLOCK
                    && self.exits_or_checks_without_lineno(target)
                    && self.block(target).predecessors > 1
                {
                    let copy = self.new_block();
                    let next = self.block(target).next;
                    let (mut ins, except_handler) = (self.block(target).ins.clone(), false);
                    ins[0].loc = last.loc;
                    let new = self.block_mut(copy);
                    new.ins = ins;
                    new.except_handler = except_handler;
                    new.predecessors = 1;
                    new.next = next;
                    new.labelled = true;
                    let old = self.block_mut(target);
                    old.predecessors -= 1;
                    old.next = copy;
                    if let Some(jump) = self.block_mut(b).ins.last_mut() {
                        jump.target = copy;
                    }
                }
            }
            b = self.block(b).next;
        }
        // What is left is reached by falling through, from one place.
        for b in self.order() {
            let next = self.block(b).next;
            if next != NO_BLOCK
                && self.block(b).falls_through()
                && let Some(last) = self.block(b).ins.last().copied()
                && self.exits_or_checks_without_lineno(next)
            {
                self.block_mut(next).ins[0].loc = last.loc;
            }
        }
    }

    /// Instructions without a line take that of what runs before them, where that is certain.
    fn propagate_line_numbers(&mut self) {
        for b in self.order() {
            let Some(last) = self.block(b).ins.last().copied() else {
                continue;
            };
            let mut prev = Loc::NONE;
            for ins in &mut self.block_mut(b).ins {
                if ins.loc.line == Loc::NONE.line {
                    ins.loc = prev;
                } else {
                    prev = ins.loc;
                }
            }
            let inherit = |g: &mut Graph, to: BlockId| {
                let block = g.block_mut(to);
                if block.predecessors == 1
                    && let Some(first) = block.ins.first_mut()
                    && first.loc.line == Loc::NONE.line
                {
                    first.loc = prev;
                }
            };
            let next = self.block(b).next;
            if next != NO_BLOCK && self.block(b).falls_through() {
                inherit(self, next);
            }
            if last.is_jump() {
                inherit(self, last.target);
            }
        }
    }

    pub(super) fn resolve_line_numbers(&mut self) {
        self.duplicate_exits_without_lineno();
        self.propagate_line_numbers();
    }

    pub(super) fn convert_pseudo_conditional_jumps(&mut self) {
        for b in self.order() {
            let block = self.block_mut(b);
            let Some(last) = block.ins.last_mut() else {
                continue;
            };
            let op = match last.op {
                JUMP_IF_FALSE => POP_JUMP_IF_FALSE,
                JUMP_IF_TRUE => POP_JUMP_IF_TRUE,
                _ => continue,
            };
            last.op = op;
            let mut inserted = [Ins::new(COPY, 1, last.loc), Ins::new(TO_BOOL, 0, last.loc)];
            inserted.iter_mut().for_each(|ins| ins.except = last.except);
            let at = block.ins.len() - 1;
            block.insert(at, inserted.to_vec());
        }
    }

    /// Adds what a frame starts with, and gives cells and free variables their final numbers.
    pub(super) fn prepare_localsplus(&mut self, vars: &Variables<'_>) -> GraphResult<usize> {
        let ncells = vars.cell_locals.len();
        let mut fixed: Vec<usize> = (0..ncells + vars.nfree).map(|i| vars.nlocals + i).collect();
        for (i, local) in vars.cell_locals.iter().enumerate() {
            if let Some(local) = local {
                fixed[i] = *local as usize;
            }
        }
        let entry = self.entry;
        let mut prefix = Vec::new();
        if vars.nfree > 0 {
            prefix.push(Ins::new(COPY_FREE_VARS, vars.nfree as i32, Loc::NONE));
        }
        let mut cells: Vec<usize> = (0..ncells).collect();
        cells.sort_by_key(|&i| fixed[i]);
        prefix.extend(cells.iter().map(|&i| Ins::new(MAKE_CELL, i as i32, Loc::NONE)));
        if vars.is_generator {
            let loc = Loc::new(vars.firstlineno, vars.firstlineno, -1, -1);
            prefix.push(Ins::new(RETURN_GENERATOR, 0, loc));
            prefix.push(Ins::new(POP_TOP, 0, loc));
        }
        self.block_mut(entry).insert(0, prefix);

        // Cells that take the place of a local leave no gap.
        let mut dropped = 0;
        for (i, at) in fixed.iter_mut().enumerate() {
            if *at == i + vars.nlocals {
                *at -= dropped;
            } else {
                dropped += 1;
            }
        }
        for b in self.order() {
            for ins in &mut self.block_mut(b).ins {
                if matches!(
                    ins.op,
                    MAKE_CELL
                        | LOAD_CLOSURE
                        | LOAD_DEREF
                        | STORE_DEREF
                        | DELETE_DEREF
                        | LOAD_FROM_DICT_OR_DEREF
                ) {
                    let at = fixed.get(ins.arg as usize).ok_or("unknown cell variable")?;
                    ins.arg = *at as i32;
                }
            }
        }
        Ok(vars.nlocals + ncells + vars.nfree - dropped)
    }

    pub(super) fn convert_pseudo_ops(&mut self) -> GraphResult {
        for b in self.order() {
            for ins in &mut self.block_mut(b).ins {
                match ins.op {
                    SETUP_FINALLY | SETUP_CLEANUP | SETUP_WITH => ins.nop(),
                    LOAD_CLOSURE => ins.op = LOAD_FAST,
                    STORE_FAST_MAYBE_NULL => ins.op = STORE_FAST,
                    _ => {}
                }
            }
        }
        self.remove_redundant_nops_and_jumps()
    }

    /// Conditional jumps lead forward only; those that led back are turned around.
    pub(super) fn normalize_jumps(&mut self) {
        self.clear_visited();
        let mut b = self.entry;
        while b != NO_BLOCK {
            self.block_mut(b).visited = true;
            let next = self.block(b).next;
            if let Some(last) = self.block(b).ins.last().copied()
                && is_conditional_jump(last.op)
            {
                let not_taken = Ins::new(NOT_TAKEN, 0, last.loc);
                if !self.block(last.target).visited {
                    self.block_mut(b).push(not_taken);
                } else {
                    let mut jump = Ins::new(JUMP, 0, last.loc);
                    jump.target = last.target;
                    let back = self.new_block();
                    let start_depth = self.block(last.target).start_depth;
                    let cold = self.block(b).cold;
                    let new = self.block_mut(back);
                    new.ins = vec![not_taken, jump];
                    new.start_depth = start_depth;
                    new.cold = cold;
                    new.next = next;
                    let block = self.block_mut(b);
                    block.next = back;
                    if let Some(last) = block.ins.last_mut() {
                        last.op = match last.op {
                            POP_JUMP_IF_NOT_NONE => POP_JUMP_IF_NONE,
                            POP_JUMP_IF_NONE => POP_JUMP_IF_NOT_NONE,
                            POP_JUMP_IF_FALSE => POP_JUMP_IF_TRUE,
                            _ => POP_JUMP_IF_FALSE,
                        };
                        last.target = next;
                    }
                    // The new block needs nothing of this.
                    self.block_mut(back).visited = true;
                }
            }
            b = next;
        }
    }
}
