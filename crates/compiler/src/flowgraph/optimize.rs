//! Optimizations within blocks and of jumps: jump threading, dead code, needless instructions.

use super::*;
use crate::consts::{bool_const, is_true};
use bytecode::Const;
use bytecode::oparg::{COMPARE_OP_BOOL, INTRINSIC_LIST_TO_TUPLE, INTRINSIC_UNARY_POSITIVE};

/// Blocks up to this size are copied rather than jumped to.
const MAX_COPY_SIZE: usize = 4;

impl Graph {
    pub(super) fn optimize_cfg(&mut self, consts: &mut Consts, cache: &mut Cache) -> GraphResult {
        for b in self.order() {
            let ins = &self.block(b).ins;
            if ins.iter().rev().skip(1).any(|i| is_terminator(i.op)) {
                return Err("malformed control flow graph.");
            }
        }
        self.inline_small_or_no_lineno_blocks();
        self.remove_unreachable();
        self.resolve_line_numbers();
        for b in self.order() {
            self.optimize_load_const(b, consts, cache);
        }
        for b in self.order() {
            self.optimize_block(b, consts, cache);
        }
        self.remove_redundant_nops_and_pairs();
        self.remove_unreachable();
        self.remove_redundant_nops_and_jumps()
    }

    fn inline_small_or_no_lineno_blocks(&mut self) {
        loop {
            let mut changed = false;
            for b in self.order() {
                changed |= self.inline_small_or_no_lineno_block(b);
            }
            if !changed {
                break;
            }
        }
    }

    /// Replaces a jump to a short exit, or to a block that has no line of its own and no successor, by a copy of
    /// that block.
    fn inline_small_or_no_lineno_block(&mut self, b: BlockId) -> bool {
        let Some(last) = self.block(b).ins.last().copied() else {
            return false;
        };
        if !is_unconditional_jump(last.op) {
            return false;
        }
        let target = self.block(last.target);
        let small_exit = target.exits_scope() && target.ins.len() <= MAX_COPY_SIZE;
        let no_lineno = target.has_no_lineno() && !target.falls_through();
        if !small_exit && !no_lineno {
            return false;
        }
        let copied = target.ins.clone();
        let block = self.block_mut(b);
        if let Some(jump) = block.ins.last_mut() {
            jump.nop();
        }
        block.append(copied);
        if no_lineno
            && let Some(new_last) = block.ins.last_mut()
            && is_unconditional_jump(new_last.op)
            && last.op == JUMP
        {
            // Keep the check of the eval breaker.
            new_last.op = JUMP;
        }
        let target = self.block_mut(last.target);
        target.predecessors = target.predecessors.wrapping_sub(1);
        true
    }

    pub(super) fn remove_unreachable(&mut self) {
        for block in &mut self.blocks {
            block.predecessors = 0;
            block.visited = false;
        }
        let entry = self.entry;
        self.block_mut(entry).predecessors = 1;
        self.block_mut(entry).visited = true;
        let mut todo = vec![entry];
        while let Some(b) = todo.pop() {
            let visit = |g: &mut Graph, to: BlockId, todo: &mut Vec<BlockId>| {
                let block = g.block_mut(to);
                if !block.visited {
                    block.visited = true;
                    todo.push(to);
                }
                block.predecessors += 1;
            };
            let next = self.block(b).next;
            if next != NO_BLOCK && self.block(b).falls_through() {
                visit(self, next, &mut todo);
            }
            for i in 0..self.block(b).ins.len() {
                let ins = self.block(b).ins[i];
                if ins.has_target() {
                    visit(self, ins.target, &mut todo);
                }
            }
        }
        for block in &mut self.blocks {
            if block.predecessors == 0 {
                block.ins.clear();
                block.except_handler = false;
            }
        }
    }

    /// Removes `NOP`s that no line needs. Returns how many.
    fn remove_redundant_nops_in(&mut self, b: BlockId) -> usize {
        // The first line that follows the block; only a NOP at its end asks for it.
        let ends_with_nop = self.block(b).ins.last().is_some_and(|i| i.op == NOP);
        let next = if ends_with_nop {
            self.next_nonempty(self.block(b).next)
        } else {
            NO_BLOCK
        };
        let next_line = if next == NO_BLOCK {
            None
        } else {
            let first = self
                .block(next)
                .ins
                .iter()
                .find(|i| i.op != NOP || i.loc.line >= 0);
            Some(first.map_or(-1, |i| i.loc.line))
        };
        let block = self.block_mut(b);
        let ins = &mut block.ins;
        let n = ins.len();
        let mut dest = 0;
        let mut prev_line = -1;
        for src in 0..n {
            let line = ins[src].loc.line;
            if ins[src].op == NOP {
                if line < 0 || prev_line == line {
                    continue;
                }
                if src + 1 < n {
                    let following = ins[src + 1].loc.line;
                    if following == line {
                        continue;
                    }
                    if following < 0 {
                        ins[src + 1].loc = ins[src].loc;
                        continue;
                    }
                } else if next_line == Some(line) {
                    continue;
                }
            }
            ins[dest] = ins[src];
            dest += 1;
            prev_line = line;
        }
        for removed in ins[dest..].iter().rev() {
            block.stale.push_front(removed.except);
        }
        ins.truncate(dest);
        n - dest
    }

    pub(super) fn remove_redundant_nops(&mut self) -> usize {
        let mut b = self.entry;
        let mut removed = 0;
        while b != NO_BLOCK {
            removed += self.remove_redundant_nops_in(b);
            b = self.block(b).next;
        }
        removed
    }

    /// Removes loads and copies that are popped at once.
    fn remove_redundant_nops_and_pairs(&mut self) {
        loop {
            let mut done = true;
            let mut last: Option<(BlockId, usize)> = None;
            let mut b = self.entry;
            while b != NO_BLOCK {
                self.remove_redundant_nops_in(b);
                if self.block(b).labelled {
                    last = None;
                }
                for i in 0..self.block(b).ins.len() {
                    let prev = last.map(|(pb, pi)| self.block(pb).ins[pi]);
                    let ins = self.block(b).ins[i];
                    if ins.op == POP_TOP
                        && let Some(prev) = prev
                        && (matches!(prev.op, LOAD_CONST | LOAD_SMALL_INT)
                            || (prev.op == COPY && prev.arg == 1))
                        && let Some((pb, pi)) = last
                    {
                        self.block_mut(pb).ins[pi].nop();
                        self.block_mut(b).ins[i].nop();
                        done = false;
                    }
                    last = Some((b, i));
                }
                let jumps = last.is_some_and(|(pb, pi)| self.block(pb).ins[pi].is_jump());
                if jumps || !self.block(b).falls_through() {
                    last = None;
                }
                b = self.block(b).next;
            }
            if done {
                break;
            }
        }
    }

    fn remove_redundant_jumps(&mut self) -> GraphResult<usize> {
        let mut changes = 0;
        let mut b = self.entry;
        while b != NO_BLOCK {
            let next = self.block(b).next;
            if let Some(last) = self.block(b).ins.last().copied()
                && is_unconditional_jump(last.op)
            {
                let target = self.next_nonempty(last.target);
                if target == NO_BLOCK {
                    return Err("jump with NULL target");
                }
                if target == self.next_nonempty(next) {
                    changes += 1;
                    if let Some(jump) = self.block_mut(b).ins.last_mut() {
                        jump.nop();
                    }
                }
            }
            b = next;
        }
        Ok(changes)
    }

    pub(super) fn remove_redundant_nops_and_jumps(&mut self) -> GraphResult {
        loop {
            let nops = self.remove_redundant_nops();
            if nops + self.remove_redundant_jumps()? == 0 {
                return Ok(());
            }
        }
    }

    /// Constants that decide a jump, a test or a comparison with `None`; small integers.
    fn optimize_load_const(&mut self, b: BlockId, consts: &mut Consts, cache: &mut Cache) {
        let (mut op, mut arg) = (0, 0);
        let ins = &mut self.block_mut(b).ins;
        for i in 0..ins.len() {
            if ins[i].op == LOAD_CONST {
                let value = consts.list[ins[i].arg as usize].clone();
                fold::make_small_int(&mut ins[i], &value);
            }
            let is_copy = op == LOAD_CONST && ins[i].op == COPY && ins[i].arg == 1;
            if !is_copy {
                (op, arg) = (ins[i].op, ins[i].arg);
            }
            if op != LOAD_CONST && op != LOAD_SMALL_INT {
                continue;
            }
            let Some(next) = ins.get(i + 1).map(|n| n.op) else {
                continue;
            };
            match next {
                POP_JUMP_IF_FALSE | POP_JUMP_IF_TRUE | JUMP_IF_FALSE | JUMP_IF_TRUE => {
                    let truth = is_true(&fold::const_value(op, arg, consts));
                    if matches!(next, POP_JUMP_IF_FALSE | POP_JUMP_IF_TRUE) {
                        ins[i].nop();
                    }
                    let jump_if = matches!(next, POP_JUMP_IF_TRUE | JUMP_IF_TRUE);
                    if truth == jump_if {
                        ins[i + 1].op = JUMP;
                    } else {
                        ins[i + 1].nop();
                    }
                }
                IS_OP => {
                    if !matches!(fold::const_value(op, arg, consts), Const::None) || ins.len() <= i + 2 {
                        continue;
                    }
                    let mut jump = i + 2;
                    if ins[jump].op == TO_BOOL {
                        ins[jump].nop();
                        if ins.len() <= i + 3 {
                            continue;
                        }
                        jump = i + 3;
                    }
                    let mut invert = ins[i + 1].arg != 0;
                    match ins[jump].op {
                        POP_JUMP_IF_FALSE => invert = !invert,
                        POP_JUMP_IF_TRUE => {}
                        _ => continue,
                    }
                    ins[i].nop();
                    ins[i + 1].nop();
                    ins[jump].op = if invert {
                        POP_JUMP_IF_NOT_NONE
                    } else {
                        POP_JUMP_IF_NONE
                    };
                }
                TO_BOOL => {
                    let truth = is_true(&fold::const_value(op, arg, consts));
                    let index = consts.add(cache, bool_const(truth));
                    ins[i].nop();
                    ins[i + 1].set(LOAD_CONST, index as i32);
                }
                _ => {}
            }
        }
    }

    /// Makes the jump at the end of `b` lead to where its target jumps on to.
    fn jump_thread(&mut self, b: BlockId, i: usize, target: Ins, op: u16) -> bool {
        let block = self.block_mut(b);
        if block.ins[i].target == target.target {
            return false;
        }
        // A NOP stays for the line; it goes later if it is not needed.
        block.ins[i].nop();
        let mut jump = Ins::new(op, 0, target.loc);
        jump.target = target.target;
        block.push(jump);
        true
    }

    fn optimize_block(&mut self, b: BlockId, consts: &mut Consts, cache: &mut Cache) {
        let mut i = 0;
        while i < self.block(b).ins.len() {
            let ins = self.block(b).ins[i];
            let next = self.block(b).ins.get(i + 1).copied();
            let next_op = next.map_or(0, |n| n.op);
            if ins.is_jump() {
                if !self.optimize_jump(b, i, ins) {
                    i += 1;
                }
                continue;
            }
            let list = &mut self.block_mut(b).ins;
            if matches!(ins.op, GET_ITER | CONTAINS_OP) {
                fold::long_sequence(list, i, consts, cache);
            }
            match ins.op {
                BUILD_TUPLE => {
                    let unpacked = next.is_some_and(|n| n.op == UNPACK_SEQUENCE && n.arg == ins.arg);
                    match ins.arg {
                        1 if unpacked => {
                            list[i].nop();
                            list[i + 1].nop();
                        }
                        2 | 3 if unpacked => {
                            list[i].nop();
                            list[i + 1].op = SWAP;
                        }
                        _ => fold::tuple(list, i, consts, cache),
                    }
                }
                BUILD_LIST | BUILD_SET => fold::list_or_set(list, i, next_op, consts, cache),
                STORE_FAST => {
                    if let Some(n) = next
                        && n.op == STORE_FAST
                        && n.arg == ins.arg
                        && n.loc.line == ins.loc.line
                    {
                        list[i].set(POP_TOP, 0);
                    }
                }
                SWAP if ins.arg == 1 => list[i].nop(),
                LOAD_GLOBAL if next_op == PUSH_NULL && ins.arg & 1 == 0 => {
                    list[i].arg |= 1;
                    list[i + 1].nop();
                }
                COMPARE_OP if next_op == TO_BOOL => {
                    list[i].nop();
                    list[i + 1].set(COMPARE_OP, ins.arg | i32::from(COMPARE_OP_BOOL));
                }
                CONTAINS_OP | IS_OP => match next_op {
                    TO_BOOL => {
                        list[i].nop();
                        list[i + 1].set(ins.op, ins.arg);
                    }
                    UNARY_NOT => {
                        list[i].nop();
                        list[i + 1].set(ins.op, ins.arg ^ 1);
                    }
                    _ => {}
                },
                TO_BOOL if next_op == TO_BOOL => list[i].nop(),
                UNARY_NOT if next_op == TO_BOOL => {
                    list[i].nop();
                    list[i + 1].set(UNARY_NOT, 0);
                }
                UNARY_NOT if next_op == UNARY_NOT => {
                    list[i].nop();
                    list[i + 1].nop();
                }
                UNARY_NOT | UNARY_INVERT | UNARY_NEGATIVE => fold::unary(list, i, consts, cache),
                CALL_INTRINSIC_1 if ins.arg == INTRINSIC_LIST_TO_TUPLE.into() => {
                    if next_op == GET_ITER {
                        list[i].nop();
                    } else {
                        fold::list_to_tuple(list, i, consts, cache);
                    }
                }
                CALL_INTRINSIC_1 if ins.arg == INTRINSIC_UNARY_POSITIVE.into() => {
                    fold::unary(list, i, consts, cache);
                }
                BINARY_OP => fold::binary(list, i, consts, cache),
                _ => {}
            }
            i += 1;
        }
        let list = &mut self.block_mut(b).ins;
        let mut i = 0;
        while i < list.len() {
            if list[i].op == SWAP {
                swaps::swaptimize(list, &mut i);
                swaps::apply_static_swaps(list, i);
            }
            i += 1;
        }
    }

    /// Threads the jump at `i`. True: look at the same place again.
    fn optimize_jump(&mut self, b: BlockId, i: usize, ins: Ins) -> bool {
        let Some(target) = self.block(ins.target).ins.first().copied() else {
            return false;
        };
        let follow = |g: &mut Graph| {
            // The tests contradict each other: go on behind the second one.
            let next = g.block(ins.target).next;
            g.block_mut(b).ins[i].target = next;
            true
        };
        match (ins.op, target.op) {
            (POP_JUMP_IF_NOT_NONE | POP_JUMP_IF_NONE | POP_JUMP_IF_FALSE | POP_JUMP_IF_TRUE, JUMP) => {
                self.jump_thread(b, i, target, ins.op)
            }
            (JUMP_IF_FALSE, JUMP | JUMP_IF_FALSE) => self.jump_thread(b, i, target, JUMP_IF_FALSE),
            (JUMP_IF_TRUE, JUMP | JUMP_IF_TRUE) => self.jump_thread(b, i, target, JUMP_IF_TRUE),
            (JUMP_IF_FALSE, JUMP_IF_TRUE) | (JUMP_IF_TRUE, JUMP_IF_FALSE) => follow(self),
            (JUMP | JUMP_NO_INTERRUPT, JUMP) => self.jump_thread(b, i, target, JUMP),
            (JUMP | JUMP_NO_INTERRUPT, JUMP_NO_INTERRUPT) => self.jump_thread(b, i, target, ins.op),
            _ => false,
        }
    }

    pub(super) fn insert_superinstructions(&mut self) {
        for b in self.order() {
            let list = &mut self.block_mut(b).ins;
            for i in 0..list.len().saturating_sub(1) {
                let (a, n) = (list[i], list[i + 1]);
                let op = match (a.op, n.op) {
                    (LOAD_FAST, LOAD_FAST) => LOAD_FAST_LOAD_FAST,
                    (STORE_FAST, LOAD_FAST) => STORE_FAST_LOAD_FAST,
                    (STORE_FAST, STORE_FAST) => STORE_FAST_STORE_FAST,
                    _ => continue,
                };
                let lines_differ = a.loc.line >= 0 && n.loc.line >= 0 && a.loc.line != n.loc.line;
                if lines_differ || a.arg >= 16 || n.arg >= 16 {
                    continue;
                }
                list[i].set(op, (a.arg << 4) | n.arg);
                list[i + 1].nop();
            }
        }
        self.remove_redundant_nops();
    }
}
