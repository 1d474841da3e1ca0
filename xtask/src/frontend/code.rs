//! Marshalled code objects side by side: equality with reference flags put aside, and the first difference in words.

use bytecode::tables::{ExceptionEntries, Locations};
use bytecode::{Code, Const, opcode};
use std::fmt::Write as _;
use std::rc::Rc;

/// Marshalled data with each reference replaced by what it refers to, no reference flags, no mark on interned strings but
/// names, and the members of frozen sets in order: what is left is determined by the source.
pub fn normalized(data: &[u8]) -> Result<Vec<u8>, String> {
    let mut expander = Expander {
        data,
        at: 0,
        refs: Vec::new(),
    };
    let mut out = Vec::new();
    expander.object(&mut out)?;
    if expander.at != data.len() {
        return Err("bytes after the end".into());
    }
    Ok(out)
}

struct Expander<'d> {
    data: &'d [u8],
    at: usize,
    refs: Vec<Rc<[u8]>>,
}

impl Expander<'_> {
    fn take(&mut self, count: usize, out: &mut Vec<u8>) -> Result<(), String> {
        let end = self.at.checked_add(count).ok_or("too long")?;
        let bytes = self.data.get(self.at..end).ok_or("the end is missing")?;
        out.extend_from_slice(bytes);
        self.at = end;
        Ok(())
    }

    fn number(&mut self, size: usize, out: &mut Vec<u8>) -> Result<i32, String> {
        let start = out.len();
        self.take(size, out)?;
        let mut bytes = [0; 4];
        bytes[..size].copy_from_slice(&out[start..]);
        Ok(i32::from_le_bytes(bytes))
    }

    fn object(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        let &byte = self.data.get(self.at).ok_or("the end is missing")?;
        self.at += 1;
        let kind = byte & 0x7F;
        if kind == b'r' {
            let index = self.number(4, &mut Vec::new())? as usize;
            let known = self.refs.get(index).ok_or("a reference to nothing")?;
            out.extend_from_slice(known);
            return Ok(());
        }
        let place = (byte & 0x80 != 0).then(|| {
            self.refs.push(Rc::new([]));
            self.refs.len() - 1
        });
        let start = out.len();
        out.push(kind);
        match kind {
            b'N' | b'T' | b'F' | b'.' | b'S' => {}
            b'i' => self.take(4, out)?,
            b'g' => self.take(8, out)?,
            b'y' => self.take(16, out)?,
            b'l' => {
                let digits = self.number(4, out)?.unsigned_abs() as usize;
                self.take(2 * digits, out)?;
            }
            b'z' | b'Z' => {
                let count = self.number(1, out)? as usize;
                self.take(count, out)?;
            }
            b's' | b't' | b'u' | b'a' | b'A' => {
                let count = self.number(4, out)? as usize;
                self.take(count, out)?;
            }
            b'(' | b')' => {
                let count = self.number(if kind == b'(' { 4 } else { 1 }, out)?;
                (0..count).try_for_each(|_| self.object(out))?;
            }
            b'>' => {
                let count = self.number(4, out)?;
                let mut members = Vec::new();
                for _ in 0..count {
                    let mut member = Vec::new();
                    self.object(&mut member)?;
                    members.push(member);
                }
                members.sort();
                members.iter().for_each(|member| out.extend_from_slice(member));
            }
            b':' => (0..3).try_for_each(|_| self.object(out))?,
            b'c' => {
                self.take(20, out)?;
                (0..8).try_for_each(|_| self.object(out))?;
                self.take(4, out)?;
                (0..2).try_for_each(|_| self.object(out))?;
            }
            _ => return Err(format!("type {:?} in a code object", char::from(kind))),
        }
        // Strings that do not look like names are interned only if one of the process's names happens to be equal: the
        // qualified names of classes among the constants. A `%` that a folded format leaves is a string of its own.
        let text = &out[start + 1..];
        out[start] = match kind {
            b'Z' if !is_name(&text[1..]) => b'z',
            b'A' if !is_name(&text[4..]) => b'a',
            b't' => b'u',
            _ => kind,
        };
        if let Some(place) = place {
            self.refs[place] = out[start..].into();
        }
        Ok(())
    }
}

fn is_name(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// The first difference of two marshalled code objects; `None` if they are the same.
pub fn difference(expected: &[u8], found: &[u8]) -> Option<String> {
    if expected == found {
        return None;
    }
    let (e, f) = match (normalized(expected), normalized(found)) {
        (Ok(e), Ok(f)) if e == f => return None,
        (Ok(e), Ok(f)) => (e, f),
        (Err(why), _) => return Some(format!("CPython's marshal data cannot be read: {why}")),
        (_, Err(why)) => return Some(format!("Taipan's marshal data cannot be read: {why}")),
    };
    let load = |data: &[u8]| match bytecode::marshal::loads(data) {
        Ok(Const::Code(code)) => Ok(code),
        Ok(_) => Err("not a code object".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    match (load(expected), load(found)) {
        (Ok(e_code), Ok(f_code)) => code(&e_code, &f_code).or_else(|| {
            let at = e.iter().zip(&f).take_while(|(a, b)| a == b).count();
            let show = |data: &[u8]| {
                let around = &data[at.saturating_sub(24)..data.len().min(at + 24)];
                around.escape_ascii().to_string()
            };
            Some(format!(
                "marshal data differs at byte {at} (kinds of strings, perhaps):\n  CPython {}\n  Taipan  {}",
                show(&e),
                show(&f)
            ))
        }),
        (Err(why), _) | (_, Err(why)) => Some(why),
    }
}

fn utf8(text: &[u8]) -> String {
    syntax::dump::str_repr(text)
}

fn pair(what: &str, expected: impl std::fmt::Display, found: impl std::fmt::Display) -> String {
    format!("{what}:\n  CPython {expected}\n  Taipan  {found}")
}

/// The first field that differs, innermost code objects first.
fn code(e: &Code, f: &Code) -> Option<String> {
    let inner = |code: &Code| -> Vec<Rc<Code>> {
        let of = |c: &Const| match c {
            Const::Code(code) => Some(code.clone()),
            _ => None,
        };
        code.consts.iter().filter_map(of).collect()
    };
    for (a, b) in inner(e).iter().zip(&inner(f)) {
        if a.qualname == b.qualname
            && let Some(found) = code(a, b)
        {
            return Some(found);
        }
    }
    let found = field(e, f)?;
    Some(format!(
        "{} (line {}): {found}",
        String::from_utf8_lossy(&e.qualname),
        e.firstlineno
    ))
}

fn field(e: &Code, f: &Code) -> Option<String> {
    macro_rules! numbers {
        ($($name:ident)*) => {$(
            if e.$name != f.$name {
                return Some(pair(concat!("co_", stringify!($name)), e.$name, f.$name));
            }
        )*};
    }
    if e.code != f.code {
        return Some(instructions(e, f));
    }
    numbers!(argcount posonlyargcount kwonlyargcount flags stacksize firstlineno);
    let names = |list: &[bytecode::Wtf8]| list.iter().map(|n| utf8(n)).collect::<Vec<_>>().join(", ");
    let texts = [
        ("co_name", &e.name, &f.name),
        ("co_qualname", &e.qualname, &f.qualname),
        ("co_filename", &e.filename, &f.filename),
    ];
    for (what, a, b) in texts {
        if a != b {
            return Some(pair(what, utf8(a), utf8(b)));
        }
    }
    if e.names != f.names {
        return Some(pair("co_names", names(&e.names), names(&f.names)));
    }
    if e.localsplusnames != f.localsplusnames {
        return Some(pair(
            "co_localsplusnames",
            names(&e.localsplusnames),
            names(&f.localsplusnames),
        ));
    }
    if e.localspluskinds != f.localspluskinds {
        let show = |k: &[u8]| format!("{k:02x?}");
        return Some(pair(
            "co_localspluskinds",
            show(&e.localspluskinds),
            show(&f.localspluskinds),
        ));
    }
    let (a, b) = (constants(&e.consts), constants(&f.consts));
    if a != b {
        let at = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
        let nothing = "nothing".to_owned();
        return Some(pair(
            &format!("co_consts[{at}]"),
            a.get(at).unwrap_or(&nothing),
            b.get(at).unwrap_or(&nothing),
        ));
    }
    if e.linetable != f.linetable {
        return Some(places(e, f));
    }
    if e.exceptiontable != f.exceptiontable {
        let show = |table: &[u8]| {
            let entries: Vec<String> = ExceptionEntries::new(table).map(|x| format!("{x:?}")).collect();
            entries.join("\n          ")
        };
        return Some(pair(
            "co_exceptiontable",
            show(&e.exceptiontable),
            show(&f.exceptiontable),
        ));
    }
    None
}

fn constants(list: &[Const]) -> Vec<String> {
    list.iter().map(constant).collect()
}

fn constant(c: &Const) -> String {
    let text = |bytes: &[u8]| utf8(bytes).chars().take(200).collect::<String>();
    match c {
        Const::Code(code) => format!("<code {}>", String::from_utf8_lossy(&code.qualname)),
        Const::Str(s) => text(s),
        Const::Bytes(b) => format!("b\"{}\"", b.escape_ascii()),
        Const::Tuple(items) => format!("({})", constants(items).join(", ")),
        Const::FrozenSet(items) => {
            let mut items = constants(items);
            items.sort();
            format!("frozenset({})", items.join(", "))
        }
        Const::Slice(parts) => format!("slice({})", constants(&parts[..]).join(", ")),
        Const::Float(f) => format!("float {f:?} {:016x}", f.to_bits()),
        Const::Complex(a, b) => format!("complex {a:?} {b:?}"),
        other => format!("{other:?}"),
    }
}

/// Instructions with their caches left out: offset in units, and text.
fn disassembly(code: &Code) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut extended = 0u32;
    let units: Vec<&[u8]> = code.code.chunks(2).collect();
    while at < units.len() {
        let (op, low) = (units[at][0], units[at].get(1).copied().unwrap_or(0));
        let arg = extended << 8 | u32::from(low);
        let mut text = format!("{} {arg}", opcode::name(u16::from(op)).unwrap_or("?"));
        extended = 0;
        if opcode::name(u16::from(op)) == Some("EXTENDED_ARG") {
            extended = arg;
        }
        if opcode::has_name(u16::from(op)) && opcode::name(u16::from(op)) != Some("EXTENDED_ARG") {
            let shift = match opcode::name(u16::from(op)) {
                Some("LOAD_GLOBAL" | "LOAD_ATTR") => 1,
                Some("LOAD_SUPER_ATTR") => 2,
                _ => 0,
            };
            if let Some(name) = code.names.get((arg >> shift) as usize) {
                let _ = write!(text, " ({})", String::from_utf8_lossy(name));
            }
        }
        if opcode::has_const(u16::from(op))
            && let Some(c) = code.consts.get(arg as usize)
        {
            let shown = constants(std::slice::from_ref(c)).concat();
            let _ = write!(text, " ({})", shown.chars().take(60).collect::<String>());
        }
        out.push((at as u32, text));
        at += 1 + usize::from(opcode::CACHES[usize::from(op)]);
    }
    out
}

/// The line of each unit.
fn unit_places(code: &Code) -> Vec<String> {
    let mut out = Vec::new();
    for l in Locations::new(&code.linetable, code.firstlineno) {
        let text = format!("{l:?}");
        let units = (l.end - l.start) / 2;
        out.extend((0..units).map(|_| text.clone()));
    }
    out
}

fn instructions(e: &Code, f: &Code) -> String {
    let (a, b) = (disassembly(e), disassembly(f));
    let at = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let show = |list: &[(u32, String)], code: &Code| {
        let places = unit_places(code);
        let mut out = String::new();
        for (offset, text) in list.iter().skip(at.saturating_sub(3)).take(8) {
            let place = places.get(*offset as usize).cloned().unwrap_or_default();
            let mark = if list.get(at).is_some_and(|x| x.0 == *offset) {
                '>'
            } else {
                ' '
            };
            let _ = write!(out, "\n   {mark}{offset:5} {text:<40} {place}");
        }
        out
    };
    format!("co_code:\n  CPython{}\n  Taipan{}", show(&a, e), show(&b, f))
}

fn places(e: &Code, f: &Code) -> String {
    let (a, b) = (unit_places(e), unit_places(f));
    let at = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let instruction = disassembly(e)
        .into_iter()
        .rev()
        .find(|(offset, _)| *offset as usize <= at)
        .map_or(String::new(), |(offset, text)| format!("{offset} {text}"));
    let nothing = "the same places, written otherwise".to_owned();
    pair(
        &format!("co_linetable at {instruction}"),
        a.get(at).unwrap_or(&nothing),
        b.get(at).unwrap_or(&nothing),
    )
}
