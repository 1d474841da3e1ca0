//! The control-flow graph of a code unit: built from the instruction sequence, optimized as CPython 3.14 does,
//! laid out, and turned into a linear sequence for the assembler.

mod fold;
mod layout;
mod locals;
mod optimize;
mod swaps;

pub use fold::equal;

use crate::consts::{Cache, Consts};
use crate::instr::{Loc, Sequence};
use bytecode::oparg::{RESUME_AT_FUNC_START, RESUME_OPARG_DEPTH1_MASK};
use bytecode::opcode::{self, wide::*};
use std::collections::VecDeque;

pub type BlockId = u32;
pub const NO_BLOCK: BlockId = u32::MAX;

/// An instruction in a block.
#[derive(Clone, Copy, Debug)]
pub struct Ins {
    pub op: u16,
    pub arg: i32,
    pub loc: Loc,
    /// Where a jump leads, or which handler is set up.
    pub target: BlockId,
    /// The handler for what it raises.
    pub except: BlockId,
}

impl Ins {
    pub fn new(op: u16, arg: i32, loc: Loc) -> Ins {
        Ins {
            op,
            arg,
            loc,
            target: NO_BLOCK,
            except: NO_BLOCK,
        }
    }

    fn set(&mut self, op: u16, arg: i32) {
        self.op = op;
        self.arg = arg;
    }

    fn nop(&mut self) {
        self.set(NOP, 0);
    }

    fn is_jump(&self) -> bool {
        opcode::has_jump(self.op)
    }

    fn is_block_push(&self) -> bool {
        opcode::has_exc(self.op)
    }

    fn has_target(&self) -> bool {
        opcode::has_target(self.op)
    }
}

pub fn is_unconditional_jump(op: u16) -> bool {
    matches!(
        op,
        JUMP | JUMP_NO_INTERRUPT | JUMP_FORWARD | JUMP_BACKWARD | JUMP_BACKWARD_NO_INTERRUPT
    )
}

pub fn is_conditional_jump(op: u16) -> bool {
    matches!(
        op,
        POP_JUMP_IF_FALSE | POP_JUMP_IF_TRUE | POP_JUMP_IF_NONE | POP_JUMP_IF_NOT_NONE
    )
}

pub fn is_scope_exit(op: u16) -> bool {
    matches!(op, RETURN_VALUE | RAISE_VARARGS | RERAISE)
}

fn is_terminator(op: u16) -> bool {
    opcode::has_jump(op) || is_scope_exit(op)
}

#[derive(Debug)]
pub struct Block {
    pub ins: Vec<Ins>,
    /// The handlers of instructions that once stood behind the last one: an instruction that is added there
    /// later takes the handler over, as it does in CPython, whose arrays keep what was removed.
    stale: VecDeque<BlockId>,
    /// Has a label: may be jumped to.
    labelled: bool,
    next: BlockId,
    predecessors: u32,
    /// Stack depth at the start; negative while unknown.
    pub start_depth: i32,
    visited: bool,
    except_handler: bool,
    pub preserve_lasti: bool,
    cold: bool,
    warm: bool,
    unsafe_locals: u64,
}

impl Block {
    fn new() -> Block {
        Block {
            ins: Vec::new(),
            stale: VecDeque::new(),
            labelled: false,
            next: NO_BLOCK,
            predecessors: 0,
            start_depth: -1,
            visited: false,
            except_handler: false,
            preserve_lasti: false,
            cold: false,
            warm: false,
            unsafe_locals: 0,
        }
    }

    /// Adds an instruction at the end.
    fn push(&mut self, mut ins: Ins) {
        ins.except = self.stale.pop_front().unwrap_or(NO_BLOCK);
        self.ins.push(ins);
    }

    /// Adds copies of instructions, with their handlers.
    fn append(&mut self, copied: Vec<Ins>) {
        self.stale.drain(..copied.len().min(self.stale.len()));
        self.ins.extend(copied);
    }

    /// Inserts instructions.
    fn insert(&mut self, at: usize, new: Vec<Ins>) {
        self.stale.drain(..new.len().min(self.stale.len()));
        self.ins.splice(at..at, new);
    }

    fn exits_scope(&self) -> bool {
        self.ins.last().is_some_and(|i| is_scope_exit(i.op))
    }

    fn falls_through(&self) -> bool {
        self.ins
            .last()
            .is_none_or(|i| !is_scope_exit(i.op) && !is_unconditional_jump(i.op))
    }

    fn has_no_lineno(&self) -> bool {
        self.ins.iter().all(|i| i.loc.line < 0)
    }

    fn has_eval_break(&self) -> bool {
        self.ins
            .iter()
            .any(|i| opcode::info(i.op).flags & opcode::flag::EVAL_BREAK != 0)
    }
}

/// What the graph cannot express: a bug in code generation, reported as an error instead of bad code.
pub type GraphResult<T = ()> = Result<T, &'static str>;

pub struct Graph {
    pub blocks: Vec<Block>,
    entry: BlockId,
}

/// What laying out the cells and locals needs to know of a code unit.
pub struct Variables<'a> {
    pub nlocals: usize,
    /// For every cell: the local that it takes the place of.
    pub cell_locals: &'a [Option<u32>],
    pub nfree: usize,
    pub is_generator: bool,
    pub firstlineno: i32,
}

impl Graph {
    pub fn from_sequence(seq: &Sequence) -> GraphResult<Graph> {
        let mut is_target = vec![false; seq.instrs.len() + 1];
        for instr in &seq.instrs {
            if opcode::has_target(instr.op) {
                *is_target
                    .get_mut(seq.target(instr) as usize)
                    .ok_or("jump without a target")? = true;
            }
        }
        let mut g = Graph {
            blocks: vec![Block::new()],
            entry: 0,
        };
        let mut cur: BlockId = 0;
        let mut block_at = vec![NO_BLOCK; seq.instrs.len() + 1];
        let mut pending_label = false;
        for (i, instr) in seq.instrs.iter().enumerate() {
            if is_target[i] {
                pending_label = true;
                cur = g.start_block(cur, &mut pending_label);
                block_at[i] = cur;
            }
            if instr.op == ANNOTATIONS_PLACEHOLDER {
                if let Some(annotations) = &seq.annotations {
                    for a in &annotations.instrs {
                        cur = g.start_block(cur, &mut pending_label);
                        g.blocks[cur as usize].ins.push(Ins::new(a.op, a.arg, a.loc));
                    }
                }
                continue;
            }
            cur = g.start_block(cur, &mut pending_label);
            let mut ins = Ins::new(instr.op, instr.arg, instr.loc);
            if ins.has_target() {
                // Resolved below.
                ins.arg = seq.target(instr) as i32;
            }
            g.blocks[cur as usize].ins.push(ins);
        }
        for block in &mut g.blocks {
            for ins in &mut block.ins {
                if ins.has_target() {
                    ins.target = block_at[ins.arg as usize];
                    if ins.target == NO_BLOCK {
                        return Err("jump to the end of the code");
                    }
                    ins.arg = 0;
                }
            }
        }
        Ok(g)
    }

    /// Starts a new block where the current one is finished or a label asks for it.
    fn start_block(&mut self, cur: BlockId, pending_label: &mut bool) -> BlockId {
        let block = &mut self.blocks[cur as usize];
        let terminated = match block.ins.last() {
            Some(last) if is_terminator(last.op) => true,
            last => {
                if *pending_label {
                    if last.is_some() || block.labelled {
                        true
                    } else {
                        block.labelled = true;
                        *pending_label = false;
                        false
                    }
                } else {
                    false
                }
            }
        };
        if !terminated {
            return cur;
        }
        let id = self.new_block();
        self.blocks[id as usize].labelled = std::mem::take(pending_label);
        self.blocks[cur as usize].next = id;
        id
    }

    fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::new());
        self.blocks.len() as BlockId - 1
    }

    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id as usize]
    }

    fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id as usize]
    }

    /// The blocks in their order.
    pub fn order(&self) -> Vec<BlockId> {
        let mut out = Vec::with_capacity(self.blocks.len());
        let mut b = self.entry;
        while b != NO_BLOCK {
            out.push(b);
            b = self.block(b).next;
        }
        out
    }

    fn next_nonempty(&self, mut b: BlockId) -> BlockId {
        while b != NO_BLOCK && self.block(b).ins.is_empty() {
            b = self.block(b).next;
        }
        b
    }

    fn clear_visited(&mut self) {
        self.blocks.iter_mut().for_each(|b| b.visited = false);
    }

    /// All optimizations that work on the graph before blocks are put in their final order.
    pub fn optimize(
        &mut self,
        consts: &mut Consts,
        cache: &mut Cache,
        nlocals: usize,
        nparams: usize,
    ) -> GraphResult {
        self.mark_except_handlers();
        self.label_exception_targets()?;
        self.optimize_cfg(consts, cache)?;
        self.remove_unused_consts(consts);
        self.check_uninitialized_locals(nlocals, nparams);
        self.insert_superinstructions();
        self.push_cold_blocks_to_end()?;
        self.resolve_line_numbers();
        Ok(())
    }

    fn mark_except_handlers(&mut self) {
        for b in 0..self.blocks.len() {
            for i in 0..self.blocks[b].ins.len() {
                let ins = self.blocks[b].ins[i];
                if ins.is_block_push() {
                    self.block_mut(ins.target).except_handler = true;
                }
            }
        }
    }

    /// Finds the handler of every instruction.
    fn label_exception_targets(&mut self) -> GraphResult {
        self.clear_visited();
        let mut todo: Vec<(BlockId, Vec<BlockId>)> = vec![(self.entry, Vec::new())];
        self.block_mut(self.entry).visited = true;
        while let Some((b, mut stack)) = todo.pop() {
            let mut handler = stack.last().copied().unwrap_or(NO_BLOCK);
            let mut last_yield_depth = None;
            let mut given_away = false;
            let falls_through = self.block(b).falls_through();
            for i in 0..self.block(b).ins.len() {
                let ins = self.block(b).ins[i];
                if ins.is_block_push() {
                    if !self.block(ins.target).visited {
                        self.block_mut(ins.target).visited = true;
                        todo.push((ins.target, stack.clone()));
                    }
                    if matches!(ins.op, SETUP_WITH | SETUP_CLEANUP) {
                        self.block_mut(ins.target).preserve_lasti = true;
                    }
                    stack.push(ins.target);
                    handler = ins.target;
                    continue;
                }
                if ins.op == POP_BLOCK {
                    stack.pop().ok_or("unbalanced block stack")?;
                    handler = stack.last().copied().unwrap_or(NO_BLOCK);
                    self.block_mut(b).ins[i].nop();
                    continue;
                }
                self.block_mut(b).ins[i].except = handler;
                if ins.is_jump() {
                    if !self.block(ins.target).visited {
                        self.block_mut(ins.target).visited = true;
                        if falls_through {
                            todo.push((ins.target, stack.clone()));
                        } else {
                            given_away = true;
                            todo.push((ins.target, std::mem::take(&mut stack)));
                        }
                    }
                } else if ins.op == YIELD_VALUE {
                    last_yield_depth = Some(stack.len());
                } else if ins.op == RESUME && ins.arg != RESUME_AT_FUNC_START.into() {
                    if last_yield_depth == Some(1) {
                        self.block_mut(b).ins[i].arg |= i32::from(RESUME_OPARG_DEPTH1_MASK);
                    }
                    last_yield_depth = None;
                }
            }
            let next = self.block(b).next;
            if falls_through && next != NO_BLOCK && !self.block(next).visited && !given_away {
                self.block_mut(next).visited = true;
                todo.push((next, stack));
            }
        }
        Ok(())
    }

    /// Drops constants that no instruction loads. The first one stays: it may be the docstring.
    fn remove_unused_consts(&mut self, consts: &mut Consts) {
        let n = consts.list.len();
        if n == 0 {
            return;
        }
        let mut used = vec![false; n];
        used[0] = true;
        for b in self.order() {
            for ins in &self.block(b).ins {
                if opcode::has_const(ins.op) {
                    used[ins.arg as usize] = true;
                }
            }
        }
        if used.iter().all(|&u| u) {
            return;
        }
        let mut new_index = vec![0; n];
        let mut next = 0;
        for (i, &u) in used.iter().enumerate() {
            new_index[i] = next;
            next += i32::from(u);
        }
        let mut flags = used.iter();
        consts.list.retain(|_| *flags.next().unwrap_or(&true));
        for b in self.order() {
            for ins in &mut self.block_mut(b).ins {
                if opcode::has_const(ins.op) {
                    ins.arg = new_index[ins.arg as usize];
                }
            }
        }
    }

    /// The steps from the optimized graph to code that can be assembled. Returns the stack depth and the number
    /// of local variables, cells and free variables.
    pub fn finish(&mut self, vars: &Variables<'_>) -> GraphResult<(u32, usize)> {
        self.convert_pseudo_conditional_jumps();
        let depth = self.stack_depth()?;
        let nlocalsplus = self.prepare_localsplus(vars)?;
        self.convert_pseudo_ops()?;
        self.normalize_jumps();
        self.optimize_load_fast()?;
        Ok((depth.max(1), nlocalsplus))
    }

    fn stack_depth(&mut self) -> GraphResult<u32> {
        fn push(g: &mut Graph, todo: &mut Vec<BlockId>, b: BlockId, depth: i32) -> GraphResult {
            let block = g.block_mut(b);
            if block.start_depth >= 0 && block.start_depth != depth {
                return Err("Invalid CFG, inconsistent stackdepth");
            }
            if block.start_depth < depth {
                block.start_depth = depth;
                todo.push(b);
            }
            Ok(())
        }
        self.blocks.iter_mut().for_each(|b| b.start_depth = i32::MIN);
        let mut todo = Vec::new();
        let mut max = 0;
        push(self, &mut todo, self.entry, 0)?;
        while let Some(b) = todo.pop() {
            let mut depth = self.block(b).start_depth;
            let mut next = self.block(b).next;
            for i in 0..self.block(b).ins.len() {
                let ins = self.block(b).ins[i];
                let effect =
                    opcode::stack_effect(ins.op, ins.arg.into(), false).ok_or("Invalid stack effect")?;
                let new_depth = depth + effect as i32;
                if new_depth < 0 {
                    return Err("Invalid CFG, stack underflow");
                }
                max = max.max(depth);
                if ins.has_target() && ins.op != END_ASYNC_FOR {
                    let effect =
                        opcode::stack_effect(ins.op, ins.arg.into(), true).ok_or("Invalid stack effect")?;
                    max = max.max(depth);
                    push(self, &mut todo, ins.target, depth + effect as i32)?;
                }
                depth = new_depth;
                if is_unconditional_jump(ins.op) || is_scope_exit(ins.op) {
                    next = NO_BLOCK;
                    break;
                }
            }
            if next != NO_BLOCK {
                push(self, &mut todo, next, depth)?;
            }
        }
        Ok(max as u32)
    }
}
