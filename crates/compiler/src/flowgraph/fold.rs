//! Constant folding on the instructions of a block.

use super::Ins;
use crate::consts::{Cache, Consts, Key};
use crate::fold::{self, Unary};
use crate::instr::Loc;
use bytecode::Const;
use bytecode::opcode::{self, wide::*};
use dashu_int::IBig;

/// Longer displays are built step by step.
pub const STACK_USE_GUIDELINE: usize = 30;
const MIN_CONST_SEQUENCE_SIZE: usize = 3;

fn loads_const(op: u16) -> bool {
    opcode::has_const(op) || op == LOAD_SMALL_INT
}

pub fn const_value(op: u16, arg: i32, consts: &Consts) -> Const {
    if op == LOAD_SMALL_INT {
        Const::Int(IBig::from(arg))
    } else {
        consts.list[arg as usize].clone()
    }
}

/// Makes the instruction a `LOAD_SMALL_INT` where the value allows it.
pub fn make_small_int(ins: &mut Ins, value: &Const) -> bool {
    if let Const::Int(n) = value
        && let Ok(n) = u8::try_from(n)
    {
        ins.set(LOAD_SMALL_INT, n.into());
        return true;
    }
    false
}

fn make_load_const(ins: &mut Ins, value: Const, consts: &mut Consts, cache: &mut Cache) {
    if !make_small_int(ins, &value) {
        let index = consts.add(cache, value);
        ins.set(LOAD_CONST, index as i32);
    }
}

/// The places of the `size` loads of constants right before `end`.
fn const_loads(list: &[Ins], end: usize, size: usize) -> Option<Vec<usize>> {
    let mut out = Vec::with_capacity(size);
    for i in (0..end).rev() {
        if out.len() == size {
            break;
        }
        match list[i].op {
            NOP => {}
            op if loads_const(op) => out.push(i),
            _ => return None,
        }
    }
    out.reverse();
    (out.len() == size).then_some(out)
}

fn values(list: &[Ins], at: &[usize], consts: &Consts) -> Vec<Const> {
    at.iter()
        .map(|&i| const_value(list[i].op, list[i].arg, consts))
        .collect()
}

fn nop_out(list: &mut [Ins], at: &[usize]) {
    for &i in at {
        list[i].nop();
        list[i].loc = Loc::NONE;
    }
}

/// `(1, 2)`
pub fn tuple(list: &mut [Ins], i: usize, consts: &mut Consts, cache: &mut Cache) {
    let size = list[i].arg as usize;
    if size > STACK_USE_GUIDELINE {
        return;
    }
    let Some(at) = const_loads(list, i, size) else {
        return;
    };
    let items = values(list, &at, consts);
    nop_out(list, &at);
    make_load_const(&mut list[i], Const::Tuple(items.into()), consts, cache);
}

/// A long tuple of constants, built by way of a list.
pub fn list_to_tuple(list: &mut [Ins], i: usize, consts: &mut Consts, cache: &mut Cache) {
    let mut expect_append = true;
    let mut at = Vec::new();
    for pos in (0..i).rev() {
        let Ins { op, arg, .. } = list[pos];
        if op == NOP {
            continue;
        }
        if op == BUILD_LIST && arg == 0 {
            if !expect_append {
                return;
            }
            at.reverse();
            let items = values(list, &at, consts);
            for ins in &mut list[pos..i] {
                if ins.op != NOP {
                    ins.nop();
                    ins.loc = Loc::NONE;
                }
            }
            make_load_const(&mut list[i], Const::Tuple(items.into()), consts, cache);
            return;
        }
        if expect_append {
            if op != LIST_APPEND || arg != 1 {
                return;
            }
        } else {
            if !loads_const(op) {
                return;
            }
            at.push(pos);
        }
        expect_append = !expect_append;
    }
}

/// A long list or set of constants that is only iterated or searched, by the instruction at `i`.
pub fn long_sequence(list: &mut [Ins], i: usize, consts: &mut Consts, cache: &mut Cache) {
    let mut add = 0;
    let mut expect_add = true;
    let mut at = Vec::new();
    for pos in (0..i).rev() {
        let Ins { op, arg, .. } = list[pos];
        match op {
            NOP => continue,
            BUILD_LIST | BUILD_SET if arg == 0 => {
                let fits = (op == BUILD_LIST && add == LIST_APPEND) || (op == BUILD_SET && add == SET_ADD);
                if !expect_add || !fits {
                    return;
                }
                at.reverse();
                let items = values(list, &at, consts);
                let value = if op == BUILD_SET {
                    frozen_set(items)
                } else {
                    Const::Tuple(items.into())
                };
                for ins in &mut list[pos..i] {
                    if ins.op != NOP {
                        ins.nop();
                        ins.loc = Loc::NONE;
                    }
                }
                let index = consts.add(cache, value);
                list[i - 1].set(LOAD_CONST, index as i32);
                return;
            }
            _ if expect_add => {
                if !matches!(op, LIST_APPEND | SET_ADD) || arg != 1 || (add != 0 && add != op) {
                    return;
                }
                add = op;
            }
            _ if loads_const(op) => at.push(pos),
            _ => return,
        }
        expect_add = !expect_add;
    }
}

/// A set of the distinct items.
fn frozen_set(items: Vec<Const>) -> Const {
    let mut distinct: Vec<Const> = Vec::new();
    for item in items {
        if !distinct.iter().any(|d| equal(d, &item)) {
            distinct.push(item);
        }
    }
    Const::FrozenSet(distinct.into())
}

/// A list or set of constants: a constant where it is only iterated or searched, else extended from one.
pub fn list_or_set(list: &mut [Ins], i: usize, next_op: u16, consts: &mut Consts, cache: &mut Cache) {
    let op = list[i].op;
    let contains_or_iter = matches!(next_op, GET_ITER | CONTAINS_OP);
    let size = list[i].arg as usize;
    if size > STACK_USE_GUIDELINE || (size < MIN_CONST_SEQUENCE_SIZE && !contains_or_iter) {
        return;
    }
    let Some(at) = const_loads(list, i, size) else {
        if contains_or_iter && op == BUILD_LIST {
            list[i].op = BUILD_TUPLE;
        }
        return;
    };
    let items = values(list, &at, consts);
    let value = if op == BUILD_SET {
        frozen_set(items)
    } else {
        Const::Tuple(items.into())
    };
    let index = consts.add(cache, value) as i32;
    nop_out(list, &at);
    if contains_or_iter {
        list[i].set(LOAD_CONST, index);
    } else {
        list[i - 2].loc = list[i].loc;
        list[i - 2].set(op, 0);
        list[i - 1].set(LOAD_CONST, index);
        list[i].set(if op == BUILD_LIST { LIST_EXTEND } else { SET_UPDATE }, 1);
    }
}

/// `a == b`, as a set's items are compared.
pub fn equal(a: &Const, b: &Const) -> bool {
    let number = |c: &Const| match c {
        Const::True => Some((Some(IBig::ONE), 0.0)),
        Const::False => Some((Some(IBig::ZERO), 0.0)),
        Const::Int(n) => Some((Some(n.clone()), 0.0)),
        Const::Float(f) => Some((exact_int(*f), *f)),
        Const::Complex(re, 0.0) => Some((exact_int(*re), *re)),
        _ => None,
    };
    match (number(a), number(b)) {
        (Some((Some(a), _)), Some((Some(b), _))) => a == b,
        (Some((None, a)), Some((None, b))) => a == b,
        (Some(_), Some(_)) => false,
        _ => match (a, b) {
            (Const::Tuple(a), Const::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| equal(a, b))
            }
            (Const::Complex(a, b), Const::Complex(c, d)) => a == c && b == d,
            _ => Key(a.clone()) == Key(b.clone()),
        },
    }
}

fn exact_int(f: f64) -> Option<IBig> {
    IBig::try_from(f).ok().filter(|_| f.fract() == 0.0)
}

pub fn binary(list: &mut [Ins], i: usize, consts: &mut Consts, cache: &mut Cache) {
    let Some(at) = const_loads(list, i, 2) else { return };
    let operands = values(list, &at, consts);
    let Some(value) = fold::binary(list[i].arg as u8, &operands[0], &operands[1]) else {
        return;
    };
    nop_out(list, &at);
    make_load_const(&mut list[i], value, consts, cache);
}

pub fn unary(list: &mut [Ins], i: usize, consts: &mut Consts, cache: &mut Cache) {
    let Some(at) = const_loads(list, i, 1) else { return };
    let operator = match list[i].op {
        UNARY_NEGATIVE => Unary::Negative,
        UNARY_INVERT => Unary::Invert,
        UNARY_NOT => Unary::Not,
        _ => Unary::Positive,
    };
    let operand = const_value(list[at[0]].op, list[at[0]].arg, consts);
    let Some(value) = fold::unary(operator, &operand) else {
        return;
    };
    nop_out(list, &at);
    make_load_const(&mut list[i], value, consts, cache);
}
