//! Local variables: which loads must check that there is a value, and which may borrow their reference.

use super::*;

/// So many locals are followed through the whole graph; further ones within a block only.
const TRACKED: usize = 64;

impl Graph {
    /// Turns `LOAD_FAST` into `LOAD_FAST_CHECK` where the variable may have no value.
    pub(super) fn check_uninitialized_locals(&mut self, nlocals: usize, nparams: usize) {
        if nlocals == 0 {
            return;
        }
        if nlocals > TRACKED {
            self.scan_many_locals(nlocals);
        }
        self.clear_visited();
        let mut todo = Vec::new();
        let mut start = 0u64;
        for i in nparams..nlocals.min(TRACKED) {
            start |= 1 << i;
        }
        self.maybe_push(self.entry, start, &mut todo);
        for b in self.order() {
            self.scan_block(b, &mut todo);
        }
        while let Some(b) = todo.pop() {
            self.block_mut(b).visited = false;
            self.scan_block(b, &mut todo);
        }
    }

    fn maybe_push(&mut self, b: BlockId, mask: u64, todo: &mut Vec<BlockId>) {
        let block = self.block_mut(b);
        let both = block.unsafe_locals | mask;
        if block.unsafe_locals != both {
            block.unsafe_locals = both;
            if !block.visited {
                block.visited = true;
                todo.push(b);
            }
        }
    }

    fn scan_block(&mut self, b: BlockId, todo: &mut Vec<BlockId>) {
        let mut mask = self.block(b).unsafe_locals;
        for i in 0..self.block(b).ins.len() {
            let ins = self.block(b).ins[i];
            if ins.except != NO_BLOCK {
                self.maybe_push(ins.except, mask, todo);
            }
            if ins.arg < 0 || ins.arg as usize >= TRACKED {
                continue;
            }
            let bit = 1u64 << ins.arg;
            match ins.op {
                DELETE_FAST | LOAD_FAST_AND_CLEAR | STORE_FAST_MAYBE_NULL => mask |= bit,
                STORE_FAST | LOAD_FAST_CHECK => mask &= !bit,
                LOAD_FAST => {
                    if mask & bit != 0 {
                        self.block_mut(b).ins[i].op = LOAD_FAST_CHECK;
                    }
                    mask &= !bit;
                }
                _ => {}
            }
        }
        let next = self.block(b).next;
        if next != NO_BLOCK && self.block(b).falls_through() {
            self.maybe_push(next, mask, todo);
        }
        if let Some(last) = self.block(b).ins.last().copied()
            && last.is_jump()
        {
            self.maybe_push(last.target, mask, todo);
        }
    }

    fn scan_many_locals(&mut self, nlocals: usize) {
        // The number of the block in which the local is known to have a value.
        let mut states = vec![0u32; nlocals - TRACKED];
        for (number, b) in self.order().into_iter().enumerate() {
            let number = number as u32 + 1;
            for ins in &mut self.block_mut(b).ins {
                let Some(at) = (ins.arg as usize).checked_sub(TRACKED) else {
                    continue;
                };
                match ins.op {
                    DELETE_FAST | LOAD_FAST_AND_CLEAR | STORE_FAST_MAYBE_NULL => states[at] = number - 1,
                    STORE_FAST => states[at] = number,
                    LOAD_FAST => {
                        if states[at] != number {
                            ins.op = LOAD_FAST_CHECK;
                        }
                        states[at] = number;
                    }
                    _ => {}
                }
            }
        }
    }

    /// Turns `LOAD_FAST` into `LOAD_FAST_BORROW` where the reference is consumed within the block while the
    /// variable keeps its value, and is not itself stored in a variable.
    pub(super) fn optimize_load_fast(&mut self) -> GraphResult {
        self.clear_visited();
        let entry = self.entry;
        self.block_mut(entry).visited = true;
        self.block_mut(entry).start_depth = 0;
        let mut todo = vec![entry];
        let mut refs = Refs::default();
        while let Some(b) = todo.pop() {
            let depth = self.block(b).start_depth;
            refs.start(
                self.block(b).ins.len(),
                usize::try_from(depth).map_err(|_| "unreachable block")?,
            );
            for i in 0..self.block(b).ins.len() {
                let ins = self.block(b).ins[i];
                if refs.step(i, &ins)? && !self.block(ins.target).visited {
                    self.block_mut(ins.target).visited = true;
                    todo.push(ins.target);
                }
            }
            let next = self.block(b).next;
            if next != NO_BLOCK
                && !self.block(b).ins.is_empty()
                && self.block(b).falls_through()
                && !self.block(next).visited
            {
                self.block_mut(next).visited = true;
                todo.push(next);
            }
            refs.finish();
            for (ins, unsafe_) in self.block_mut(b).ins.iter_mut().zip(&refs.not_borrowed) {
                if !unsafe_ {
                    match ins.op {
                        LOAD_FAST => ins.op = LOAD_FAST_BORROW,
                        LOAD_FAST_LOAD_FAST => ins.op = LOAD_FAST_BORROW_LOAD_FAST_BORROW,
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }
}

/// A value on the simulated stack: the instruction that made it and the variable it came from, if any.
#[derive(Clone, Copy)]
struct Ref {
    ins: Option<usize>,
    local: Option<i32>,
}

#[derive(Default)]
struct Refs {
    stack: Vec<Ref>,
    not_borrowed: Vec<bool>,
}

impl Refs {
    fn start(&mut self, instructions: usize, depth: usize) {
        self.not_borrowed.clear();
        self.not_borrowed.resize(instructions, false);
        self.stack.clear();
        self.stack.resize(
            depth,
            Ref {
                ins: None,
                local: None,
            },
        );
    }

    fn push(&mut self, ins: usize, local: Option<i32>) {
        self.stack.push(Ref {
            ins: Some(ins),
            local,
        });
    }

    fn pop(&mut self) -> GraphResult<Ref> {
        self.stack.pop().ok_or("stack underflow")
    }

    fn pop_n(&mut self, n: i64) -> GraphResult {
        for _ in 0..n {
            self.pop()?;
        }
        Ok(())
    }

    /// The variable loses its value: what was borrowed from it must not be on the stack.
    fn kill(&mut self, local: i32) {
        for r in &self.stack {
            if r.local == Some(local)
                && let Some(i) = r.ins
            {
                self.not_borrowed[i] = true;
            }
        }
    }

    fn store(&mut self, local: i32) -> GraphResult {
        let r = self.pop()?;
        self.kill(local);
        if let Some(i) = r.ins {
            self.not_borrowed[i] = true;
        }
        Ok(())
    }

    /// Simulates one instruction. True: its target is reachable from here.
    fn step(&mut self, i: usize, ins: &Ins) -> GraphResult<bool> {
        let arg = ins.arg;
        let info = opcode::info(ins.op);
        let (popped, pushed) = ((info.popped)(arg.into()), (info.pushed)(arg.into()));
        match ins.op {
            LOAD_FAST => self.push(i, Some(arg)),
            LOAD_FAST_AND_CLEAR => {
                self.kill(arg);
                self.push(i, Some(arg));
            }
            LOAD_FAST_LOAD_FAST => {
                self.push(i, Some(arg >> 4));
                self.push(i, Some(arg & 15));
            }
            STORE_FAST => self.store(arg)?,
            STORE_FAST_LOAD_FAST => {
                self.store(arg >> 4)?;
                self.push(i, Some(arg & 15));
            }
            STORE_FAST_STORE_FAST => {
                self.store(arg >> 4)?;
                self.store(arg & 15)?;
            }
            COPY => {
                let at = self
                    .stack
                    .len()
                    .checked_sub(arg as usize)
                    .ok_or("stack underflow")?;
                let r = self.stack[at];
                self.stack.push(r);
            }
            SWAP => {
                let n = self.stack.len();
                let at = n.checked_sub(arg as usize).ok_or("stack underflow")?;
                self.stack.swap(at, n - 1);
            }
            // These leave all their inputs in place. CPython numbers what they push from the start of the block,
            // not by the instruction; it shows where such a value is stored in a variable.
            GET_ANEXT | GET_LEN | IMPORT_FROM | MATCH_KEYS | MATCH_MAPPING | MATCH_SEQUENCE
            | WITH_EXCEPT_START => {
                for k in 0..pushed - popped {
                    self.push(k as usize, None);
                }
            }
            // These take some inputs and push nothing new.
            DICT_MERGE | DICT_UPDATE | LIST_APPEND | LIST_EXTEND | MAP_ADD | RERAISE | SET_ADD
            | SET_UPDATE => self.pop_n(popped - pushed)?,
            END_SEND | SET_FUNCTION_ATTRIBUTE => {
                let top = self.pop()?;
                self.pop()?;
                self.stack.push(top);
            }
            DELETE_FAST => self.kill(arg),
            // The result may be the input itself.
            FORMAT_SIMPLE | GET_YIELD_FROM_ITER => {}
            CHECK_EXC_MATCH => {
                self.pop()?;
                self.push(i, None);
            }
            FOR_ITER => {
                self.push(i, None);
                return Ok(true);
            }
            LOAD_ATTR | LOAD_SUPER_ATTR => {
                let owner = self.pop()?;
                if ins.op == LOAD_SUPER_ATTR {
                    self.pop_n(2)?;
                }
                self.push(i, None);
                if arg & 1 != 0 {
                    // The object may come back as the method's first argument.
                    self.stack.push(owner);
                }
            }
            LOAD_SPECIAL | PUSH_EXC_INFO => {
                let r = self.pop()?;
                self.push(i, None);
                self.stack.push(r);
            }
            SEND => {
                self.pop()?;
                self.push(i, None);
                return Ok(true);
            }
            _ => {
                if !ins.is_block_push() {
                    self.pop_n(popped)?;
                    for _ in 0..pushed {
                        self.push(i, None);
                    }
                }
                return Ok(ins.has_target());
            }
        }
        Ok(false)
    }

    /// What is still on the stack at the end of the block was not consumed.
    fn finish(&mut self) {
        for r in &self.stack {
            if let Some(i) = r.ins {
                self.not_borrowed[i] = true;
            }
        }
    }
}
