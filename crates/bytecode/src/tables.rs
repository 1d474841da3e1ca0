//! The tables of a code object: locations (`co_linetable`) and exceptions (`co_exceptiontable`).
//!
//! Both are written by the compiler and read by tracebacks, `co_lines()`, `co_positions()` and unwinding. Readers
//! accept any bytes: a table that ends early or holds nonsense ends the iteration.

/// Forms of a location entry: the code in bits 3 to 6 of its first byte.
mod form {
    pub const ONE_LINE: u8 = 10;
    pub const NO_COLUMNS: u8 = 13;
    pub const LONG: u8 = 14;
    pub const NONE: u8 = 15;
}

/// Writes `co_linetable`.
#[derive(Debug)]
pub struct LocationWriter {
    out: Vec<u8>,
    line: i32,
}

impl LocationWriter {
    pub fn new(firstlineno: i32) -> Self {
        LocationWriter {
            out: Vec::new(),
            line: firstlineno,
        }
    }

    /// Adds `units` code units at a location. A negative line is no location; a negative column is no column.
    pub fn push(&mut self, mut units: u32, line: i32, end_line: i32, col: i32, end_col: i32) {
        while units > 0 {
            let n = units.min(8);
            self.entry(n as u8, line, end_line, col, end_col);
            units -= n;
        }
    }

    fn start(&mut self, code: u8, units: u8) {
        self.out.push(0x80 | (code << 3) | (units - 1));
    }

    fn varint(&mut self, mut n: u32) {
        while n >= 64 {
            self.out.push(64 | (n & 63) as u8);
            n >>= 6;
        }
        self.out.push(n as u8);
    }

    fn signed_varint(&mut self, n: i32) {
        self.varint(if n < 0 {
            (n.unsigned_abs() << 1) | 1
        } else {
            (n as u32) << 1
        });
    }

    fn entry(&mut self, units: u8, line: i32, end_line: i32, col: i32, end_col: i32) {
        if line < 0 {
            self.start(form::NONE, units);
            return;
        }
        let delta = line - self.line;
        if col < 0 || end_col < 0 {
            if end_line == line || end_line == -1 {
                self.start(form::NO_COLUMNS, units);
                self.signed_varint(delta);
                self.line = line;
                return;
            }
        } else if end_line == line {
            if delta == 0 && col < 80 && end_col >= col && end_col - col < 16 {
                self.start((col >> 3) as u8, units);
                self.out.push((((col & 7) << 4) | (end_col - col)) as u8);
                return;
            }
            if (0..3).contains(&delta) && col < 128 && end_col < 128 {
                self.start(form::ONE_LINE + delta as u8, units);
                self.out.extend([col as u8, end_col as u8]);
                self.line = line;
                return;
            }
        }
        self.start(form::LONG, units);
        self.signed_varint(delta);
        self.varint((end_line - line).max(0) as u32);
        self.varint((col + 1).max(0) as u32);
        self.varint((end_col + 1).max(0) as u32);
        self.line = line;
    }

    pub fn finish(self) -> Box<[u8]> {
        self.out.into()
    }
}

/// A run of code units with one location. Parts that are not known are `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// In bytes, from the start of the code.
    pub start: u32,
    pub end: u32,
    pub line: Option<i32>,
    pub end_line: Option<i32>,
    /// 0-based, in bytes.
    pub col: Option<i32>,
    pub end_col: Option<i32>,
}

/// Reads `co_linetable`: `co_positions()` is one item for each code unit of each entry.
#[derive(Clone, Debug)]
pub struct Locations<'a> {
    table: &'a [u8],
    line: i32,
    offset: u32,
}

impl<'a> Locations<'a> {
    pub fn new(linetable: &'a [u8], firstlineno: i32) -> Self {
        Locations {
            table: linetable,
            line: firstlineno,
            offset: 0,
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.table.split_first()?;
        self.table = rest;
        Some(first)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut shift = 0;
        let mut n = 0u32;
        loop {
            let b = self.byte()?;
            n |= u32::from(b & 63).checked_shl(shift).unwrap_or(0);
            if b & 64 == 0 {
                return Some(n);
            }
            shift += 6;
        }
    }

    fn signed_varint(&mut self) -> Option<i32> {
        let n = self.varint()?;
        let magnitude = (n >> 1) as i32;
        Some(if n & 1 != 0 { -magnitude } else { magnitude })
    }
}

impl Iterator for Locations<'_> {
    type Item = Location;

    fn next(&mut self) -> Option<Location> {
        let first = self.byte()?;
        let units = u32::from(first & 7) + 1;
        let start = self.offset;
        self.offset = self.offset.saturating_add(units * 2);
        let mut loc = Location {
            start,
            end: self.offset,
            line: None,
            end_line: None,
            col: None,
            end_col: None,
        };
        match (first >> 3) & 15 {
            form::NONE => return Some(loc),
            form::LONG => {
                self.line = self.line.wrapping_add(self.signed_varint()?);
                loc.end_line = Some(self.line.wrapping_add(self.varint()? as i32));
                loc.col = (self.varint()? as i32).checked_sub(1).filter(|&c| c >= 0);
                loc.end_col = (self.varint()? as i32).checked_sub(1).filter(|&c| c >= 0);
            }
            form::NO_COLUMNS => {
                self.line = self.line.wrapping_add(self.signed_varint()?);
                loc.end_line = Some(self.line);
            }
            code @ form::ONE_LINE..=12 => {
                self.line = self.line.wrapping_add((code - form::ONE_LINE).into());
                loc.end_line = Some(self.line);
                loc.col = Some(self.byte()?.into());
                loc.end_col = Some(self.byte()?.into());
            }
            code => {
                let second = i32::from(self.byte()?);
                let col = (i32::from(code) << 3) | (second >> 4);
                loc.end_line = Some(self.line);
                loc.col = Some(col);
                loc.end_col = Some(col + (second & 15));
            }
        }
        loc.line = Some(self.line);
        Some(loc)
    }
}

/// `co_lines()`: runs of bytes with one line, merged as CPython merges them.
pub fn lines(linetable: &[u8], firstlineno: i32) -> Vec<(u32, u32, Option<i32>)> {
    let mut out: Vec<(u32, u32, Option<i32>)> = Vec::new();
    for loc in Locations::new(linetable, firstlineno) {
        match out.last_mut() {
            Some(last) if last.2 == loc.line => last.1 = loc.end,
            _ => out.push((loc.start, loc.end, loc.line)),
        }
    }
    out
}

/// The line of the instruction at a byte offset (`PyCode_Addr2Line`).
pub fn line_at(linetable: &[u8], firstlineno: i32, offset: u32) -> Option<i32> {
    Locations::new(linetable, firstlineno)
        .find(|loc| loc.end > offset)?
        .line
}

/// Writes `co_exceptiontable`.
#[derive(Debug, Default)]
pub struct ExceptionWriter {
    out: Vec<u8>,
}

impl ExceptionWriter {
    fn item(&mut self, n: u32, mut msb: u8) {
        for shift in [24, 18, 12, 6] {
            if n >> shift != 0 {
                self.out.push(((n >> shift) & 63) as u8 | 64 | msb);
                msb = 0;
            }
        }
        self.out.push((n & 63) as u8 | msb);
    }

    /// Adds an entry; offsets are in code units.
    pub fn push(&mut self, start: u32, end: u32, target: u32, depth: u32, lasti: bool) {
        self.item(start, 128);
        self.item(end - start, 0);
        self.item(target, 0);
        self.item((depth << 1) | u32::from(lasti), 0);
    }

    pub fn finish(self) -> Box<[u8]> {
        self.out.into()
    }
}

/// An entry of the exception table; offsets are in code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    /// To which depth the stack is unwound.
    pub depth: u32,
    /// Push the offset of the instruction that raised before the exception.
    pub lasti: bool,
}

/// Reads `co_exceptiontable`.
#[derive(Clone, Debug)]
pub struct ExceptionEntries<'a>(&'a [u8]);

impl<'a> ExceptionEntries<'a> {
    pub fn new(table: &'a [u8]) -> Self {
        ExceptionEntries(table)
    }

    fn item(&mut self) -> Option<u32> {
        let mut n = 0u32;
        loop {
            let (&b, rest) = self.0.split_first()?;
            self.0 = rest;
            n = (n << 6) | u32::from(b & 63);
            if b & 64 == 0 {
                return Some(n);
            }
        }
    }
}

impl Iterator for ExceptionEntries<'_> {
    type Item = ExceptionEntry;

    fn next(&mut self) -> Option<ExceptionEntry> {
        let start = self.item()?;
        let size = self.item()?;
        let target = self.item()?;
        let depth = self.item()?;
        Some(ExceptionEntry {
            start,
            end: start.saturating_add(size),
            target,
            depth: depth >> 1,
            lasti: depth & 1 != 0,
        })
    }
}

/// The handler for the instruction at an offset in code units. Entries are sorted and do not overlap.
pub fn handler_at(table: &[u8], offset: u32) -> Option<ExceptionEntry> {
    for entry in ExceptionEntries::new(table) {
        if entry.start > offset {
            return None;
        }
        if offset < entry.end {
            return Some(entry);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_round_trip() {
        let entries = [
            (1, 3, 3, 0, 5),
            (9, 4, 4, 100, 120),
            (2, 2, 2, 4, 9),
            (1, 7, 9, 200, 3),
            (3, -1, -1, -1, -1),
            (1, 8, 8, -1, -1),
            (1, 500, 500, 1, 1000),
        ];
        let mut w = LocationWriter::new(3);
        for (n, a, b, c, d) in entries {
            w.push(n, a, b, c, d);
        }
        let table = w.finish();
        let known = |n: i32| (n >= 0).then_some(n);
        let mut at = 0;
        let mut read: Vec<Location> = Vec::new();
        for loc in Locations::new(&table, 3) {
            match read.last_mut() {
                Some(l) if (l.line, l.col, l.end_col) == (loc.line, loc.col, loc.end_col) => l.end = loc.end,
                _ => read.push(loc),
            }
        }
        assert_eq!(read.len(), entries.len());
        for (loc, (n, a, b, c, d)) in read.iter().zip(entries) {
            assert_eq!((loc.start, loc.end), (at, at + 2 * n));
            assert_eq!(
                (loc.line, loc.end_line, loc.col, loc.end_col),
                (known(a), known(b), known(c), known(d))
            );
            at = loc.end;
        }
    }

    #[test]
    fn exceptions_round_trip() {
        let mut w = ExceptionWriter::default();
        w.push(0, 5, 70, 0, true);
        w.push(70, 5000, 300_000, 12, false);
        let table = w.finish();
        let all: Vec<_> = ExceptionEntries::new(&table).collect();
        assert_eq!(
            all[0],
            ExceptionEntry {
                start: 0,
                end: 5,
                target: 70,
                depth: 0,
                lasti: true
            }
        );
        assert_eq!(
            all[1],
            ExceptionEntry {
                start: 70,
                end: 5000,
                target: 300_000,
                depth: 12,
                lasti: false
            }
        );
        assert_eq!(handler_at(&table, 4999), Some(all[1]));
        assert_eq!(handler_at(&table, 6), None);
    }

    #[test]
    fn nonsense_ends() {
        for len in 0..40 {
            let bytes: Vec<u8> = (0..len).map(|i| (i * 37 + 255 * (i % 3)) as u8).collect();
            assert!(Locations::new(&bytes, 1).count() <= len);
            assert!(ExceptionEntries::new(&bytes).count() <= len);
        }
    }
}
