//! `SWAP`s: runs of them made as short as possible, and single ones undone by exchanging the instructions that
//! follow.

use super::Ins;
use bytecode::opcode::wide::*;

/// Replaces a run of `SWAP`s and `NOP`s that starts at `ix` by the shortest one with the same effect, and moves `ix`
/// to its end.
pub fn swaptimize(list: &mut [Ins], ix: &mut usize) {
    let run = &mut list[*ix..];
    let mut depth = run[0].arg as usize;
    let mut more = false;
    let mut len = 1;
    while let Some(ins) = run.get(len) {
        match ins.op {
            SWAP => {
                depth = depth.max(ins.arg as usize);
                more = true;
            }
            NOP => {}
            _ => break,
        }
        len += 1;
    }
    if !more {
        return;
    }
    // What the run does to a stack.
    let mut stack: Vec<Option<usize>> = (0..depth).map(Some).collect();
    for ins in &run[..len] {
        if ins.op == SWAP {
            stack.swap(0, ins.arg as usize - 1);
        }
    }
    // Every cycle of the permutation is undone through the top of the stack; the instructions are written
    // from the end, so that the run does the permutation rather than undoing it.
    let mut current = len;
    for i in 0..depth {
        if stack[i].is_none_or(|at| at == i) {
            continue;
        }
        let mut j = i;
        loop {
            if j != 0 {
                current -= 1;
                run[current].op = SWAP;
                run[current].arg = j as i32 + 1;
            }
            match stack[j].take() {
                Some(next) => j = next,
                None => break,
            }
        }
    }
    run[..current].iter_mut().for_each(Ins::nop);
    *ix += len - 1;
}

fn swappable(op: u16) -> bool {
    matches!(op, STORE_FAST | STORE_FAST_MAYBE_NULL | POP_TOP)
}

fn stores_to(ins: &Ins) -> Option<i32> {
    matches!(ins.op, STORE_FAST | STORE_FAST_MAYBE_NULL).then_some(ins.arg)
}

/// The next instruction that may be exchanged; on the given line, if any.
fn next_swappable(list: &[Ins], i: usize, line: i32) -> Option<usize> {
    for (k, ins) in list.iter().enumerate().skip(i + 1) {
        if line >= 0 && ins.loc.line != line {
            return None;
        }
        if ins.op == NOP {
            continue;
        }
        return swappable(ins.op).then_some(k);
    }
    None
}

/// Applies `SWAP`s at and before `i` by exchanging the instructions that consume the items.
pub fn apply_static_swaps(list: &mut [Ins], i: usize) {
    for i in (0..=i).rev() {
        let swap = list[i];
        if swap.op != SWAP {
            if swap.op == NOP || swappable(swap.op) {
                continue;
            }
            return;
        }
        let Some(j) = next_swappable(list, i, -1) else {
            return;
        };
        let line = list[j].loc.line;
        let mut k = j;
        for _ in 1..swap.arg {
            match next_swappable(list, k, line) {
                Some(next) => k = next,
                None => return,
            }
        }
        // Not if both store to the same place, or something between them stores to one of theirs.
        let (a, b) = (stores_to(&list[j]), stores_to(&list[k]));
        if a.is_some() || b.is_some() {
            if a == b {
                return;
            }
            let clash = list[j + 1..k]
                .iter()
                .filter_map(stores_to)
                .any(|s| Some(s) == a || Some(s) == b);
            if clash {
                return;
            }
        }
        list[i].nop();
        list.swap(j, k);
    }
}
