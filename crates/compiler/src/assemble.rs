//! From the finished graph to bytes: instructions, the table of locations, the table of exceptions.

use crate::flowgraph::{Graph, NO_BLOCK};
use crate::instr::Loc;
use bytecode::opcode::{self, wide::*};
use bytecode::tables::{ExceptionWriter, LocationWriter};

/// The parts of a code object that come from instructions.
pub struct Assembled {
    pub code: Box<[u8]>,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
}

/// From a `SEND` to its `END_SEND`, in code units.
const END_SEND_OFFSET: u32 = 5;

#[derive(Clone, Copy)]
struct Linear {
    op: u16,
    arg: u32,
    loc: Loc,
    /// The instruction that a jump leads to.
    target: u32,
    /// The handler's first instruction, its stack depth and whether it wants `lasti`.
    handler: Option<(u32, i32, bool)>,
}

/// Code units of an instruction with its `EXTENDED_ARG`s and caches.
fn size(op: u16, arg: u32) -> u32 {
    let extended = u32::from(arg > 0xff) + u32::from(arg > 0xffff) + u32::from(arg > 0xff_ffff);
    1 + extended + u32::from(opcode::CACHES[op as usize])
}

fn is_backward(op: u16) -> bool {
    matches!(op, JUMP_BACKWARD | JUMP_BACKWARD_NO_INTERRUPT)
}

fn linearize(graph: &Graph) -> Vec<Linear> {
    let order = graph.order();
    let mut start = vec![0u32; graph.blocks.len()];
    let mut n = 0;
    for &b in &order {
        start[b as usize] = n;
        n += graph.block(b).ins.len() as u32;
    }
    let mut out = Vec::with_capacity(n as usize);
    for &b in &order {
        for ins in &graph.block(b).ins {
            let target = if ins.target == NO_BLOCK {
                0
            } else {
                start[ins.target as usize]
            };
            let handler = (ins.except != NO_BLOCK).then(|| {
                let h = graph.block(ins.except);
                (start[ins.except as usize], h.start_depth, h.preserve_lasti)
            });
            // Unconditional jumps learn their direction.
            let here = out.len() as u32;
            let op = match ins.op {
                JUMP if target > here => JUMP_FORWARD,
                JUMP => JUMP_BACKWARD,
                JUMP_NO_INTERRUPT if target > here => JUMP_FORWARD,
                JUMP_NO_INTERRUPT => JUMP_BACKWARD_NO_INTERRUPT,
                op => op,
            };
            // A jump's size is first that of its target's number; the distance follows.
            let arg = if opcode::has_jump(ins.op) {
                target
            } else {
                ins.arg as u32
            };
            out.push(Linear {
                op,
                arg,
                loc: ins.loc,
                target,
                handler,
            });
        }
    }
    out
}

/// Gives jumps their distances; their size depends on these.
fn resolve_jumps(list: &mut [Linear]) -> Vec<u32> {
    let mut offsets = vec![0u32; list.len() + 1];
    loop {
        for i in 0..list.len() {
            offsets[i + 1] = offsets[i] + size(list[i].op, list[i].arg);
        }
        let mut changed = false;
        for i in 0..list.len() {
            if !opcode::has_jump(list[i].op) {
                continue;
            }
            let old = size(list[i].op, list[i].arg);
            let after = offsets[i + 1];
            let target = offsets[list[i].target as usize];
            list[i].arg = if list[i].op == END_ASYNC_FOR {
                // The distance back to the END_SEND of the iteration.
                after.saturating_sub(target + END_SEND_OFFSET)
            } else if is_backward(list[i].op) {
                after.saturating_sub(target)
            } else {
                target.saturating_sub(after)
            };
            changed |= size(list[i].op, list[i].arg) != old;
        }
        if !changed {
            return offsets;
        }
    }
}

pub fn assemble(graph: &Graph, firstlineno: i32) -> Assembled {
    let mut list = linearize(graph);
    let offsets = resolve_jumps(&mut list);

    let mut code = Vec::with_capacity(offsets[list.len()] as usize * 2);
    for ins in &list {
        for shift in [24, 16, 8] {
            if ins.arg >> shift != 0 {
                code.extend([opcode::EXTENDED_ARG, (ins.arg >> shift) as u8]);
            }
        }
        code.extend([ins.op as u8, ins.arg as u8]);
        code.resize(code.len() + 2 * usize::from(opcode::CACHES[ins.op as usize]), 0);
    }

    // Instructions that take the next one's location.
    for i in (0..list.len()).rev() {
        if list[i].loc == Loc::NEXT {
            let terminates = opcode::has_jump(list[i].op) || crate::flowgraph::is_scope_exit(list[i].op);
            list[i].loc = match list.get(i + 1) {
                Some(next) if !terminates => next.loc,
                _ => Loc::NONE,
            };
        }
    }

    let mut lines = LocationWriter::new(firstlineno);
    let mut loc = Loc::NONE;
    let mut pending = 0;
    for (i, ins) in list.iter().enumerate() {
        if ins.loc != loc {
            lines.push(pending, loc.line, loc.end_line, loc.col, loc.end_col);
            loc = ins.loc;
            pending = 0;
        }
        pending += offsets[i + 1] - offsets[i];
    }
    lines.push(pending, loc.line, loc.end_line, loc.col, loc.end_col);

    let mut table = ExceptionWriter::default();
    let mut current: Option<(u32, i32, bool)> = None;
    let mut start = 0;
    for i in 0..=list.len() {
        let handler = list.get(i).and_then(|ins| ins.handler);
        if handler.map(|h| h.0) != current.map(|h| h.0) || i == list.len() {
            if let Some((target, depth, lasti)) = current {
                let depth = depth - 1 - i32::from(lasti);
                table.push(
                    start,
                    offsets[i],
                    offsets[target as usize],
                    depth.max(0) as u32,
                    lasti,
                );
            }
            start = offsets[i];
            current = handler;
        }
    }
    Assembled {
        code: code.into(),
        linetable: lines.finish(),
        exceptiontable: table.finish(),
    }
}
