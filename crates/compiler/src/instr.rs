//! Instructions before they are bytes: positions, labels and the sequence that code generation appends to.

use bytecode::opcode;
use syntax::ast::Span;

/// A source range. `line` is 1-based, columns are 0-based bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loc {
    pub line: i32,
    pub end_line: i32,
    pub col: i32,
    pub end_col: i32,
}

impl Loc {
    /// Artificial: no position.
    pub const NONE: Loc = Loc {
        line: -1,
        end_line: -1,
        col: -1,
        end_col: -1,
    };
    /// The position of the instruction that follows.
    pub const NEXT: Loc = Loc {
        line: -2,
        end_line: -2,
        col: -2,
        end_col: -2,
    };

    pub fn new(line: i32, end_line: i32, col: i32, end_col: i32) -> Loc {
        Loc {
            line,
            end_line,
            col,
            end_col,
        }
    }
}

impl From<Span> for Loc {
    fn from(span: Span) -> Loc {
        Loc {
            line: span.lineno as i32,
            end_line: span.end_lineno as i32,
            col: span.col_offset as i32,
            end_col: span.end_col_offset as i32,
        }
    }
}

/// A jump target that may not have a place yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(pub u32);

/// One instruction. `arg` of one that has a target is the label's number.
#[derive(Clone, Copy, Debug)]
pub struct Instr {
    pub op: u16,
    pub arg: i32,
    pub loc: Loc,
}

const UNPLACED: u32 = u32::MAX;

/// The instructions of one code unit in source order.
#[derive(Debug, Default)]
pub struct Sequence {
    pub instrs: Vec<Instr>,
    /// The index of the instruction that each label stands before.
    labels: Vec<u32>,
    /// What takes the place of `ANNOTATIONS_PLACEHOLDER`.
    pub annotations: Option<Box<Sequence>>,
}

impl Sequence {
    pub fn new_label(&mut self) -> Label {
        self.labels.push(UNPLACED);
        Label(self.labels.len() as u32 - 1)
    }

    pub fn use_label(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.instrs.len() as u32;
    }

    pub fn push(&mut self, op: u16, arg: i32, loc: Loc) {
        self.instrs.push(Instr { op, arg, loc });
    }

    /// Inserts at the front; labels move along.
    pub fn insert_first(&mut self, op: u16, arg: i32, loc: Loc) {
        self.instrs.insert(0, Instr { op, arg, loc });
        for at in &mut self.labels {
            if *at != UNPLACED {
                *at += 1;
            }
        }
    }

    /// The index of the instruction that a jump leads to.
    pub fn target(&self, instr: &Instr) -> u32 {
        debug_assert!(opcode::has_target(instr.op));
        self.labels[instr.arg as usize]
    }
}
