//! Packs the docstrings of CPython's native types and functions, which the crate `rustpython-doc` carries, so that one
//! is found without unpacking the rest: `entries` is a sorted list of `KEY NUL TEXT NUL`, cut into blocks that are
//! deflated one by one; `blocks.rs` lists each block's first key, its place and its length. The docstrings of modules
//! stand unpacked in `modules.rs`, for they are wanted whenever a module is made.
//!
//! `build/more.txt` has what the crate lacks or has from an older release: `KEY`, then the text's lines indented by
//! four spaces; an empty text takes an entry away.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// How much of the list goes into one block: little enough that unpacking one is a matter of microseconds.
const BLOCK: usize = 12 * 1024;

fn main() {
    println!("cargo:rerun-if-changed=build/main.rs");
    println!("cargo:rerun-if-changed=build/more.txt");
    let texts = xz::decode_all(rustpython_doc::BLOB).expect("the texts are packed by xz");
    let texts = String::from_utf8(texts).expect("the texts are UTF-8");
    let mut entries: BTreeMap<String, String> = BTreeMap::new();
    for (key, place) in rustpython_doc::DB {
        let start = place.offset as usize;
        let text = &texts[start..start + place.len as usize];
        // texts of other systems are not wanted
        if !text.is_empty() && !key.starts_with("nt.") && !key.starts_with("winreg.") {
            entries.insert(key.to_string(), text.to_string());
        }
    }
    let more = std::fs::read_to_string("build/more.txt").expect("build/more.txt");
    for (key, text) in parse(&more) {
        if text.is_empty() {
            entries.remove(&key);
        } else {
            entries.insert(key, text);
        }
    }
    // a name without a dot is a module; so is one below which others stand but which is no class's
    let modules = entries.iter().filter(|(key, _)| !key.contains('.'));
    let mut table = String::from("[\n");
    for (key, text) in modules {
        writeln!(table, "({key:?}, {text:?}),").expect("into a string");
    }
    table.push(']');
    let (mut data, mut blocks) = (Vec::new(), String::from("[\n"));
    let (mut block, mut first) = (Vec::new(), String::new());
    let mut flush = |block: &mut Vec<u8>, first: &str| {
        let packed = miniz_oxide::deflate::compress_to_vec(block, 9);
        writeln!(
            blocks,
            "Block {{ first: {first:?}, start: {}, end: {}, len: {} }},",
            data.len(),
            data.len() + packed.len(),
            block.len()
        )
        .expect("into a string");
        data.extend_from_slice(&packed);
        block.clear();
    };
    for (key, text) in entries.iter().filter(|(key, _)| key.contains('.')) {
        assert!(!text.contains('\0') && !key.contains('\0'), "{key}");
        if block.is_empty() {
            first.clone_from(key);
        }
        for part in [key, text] {
            block.extend_from_slice(part.as_bytes());
            block.push(0);
        }
        if block.len() >= BLOCK {
            flush(&mut block, &first);
        }
    }
    if !block.is_empty() {
        flush(&mut block, &first);
    }
    blocks.push(']');
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("set by cargo"));
    for (name, contents) in [
        ("entries.bin", data.as_slice()),
        ("blocks.rs", blocks.as_bytes()),
        ("modules.rs", table.as_bytes()),
    ] {
        std::fs::write(out.join(name), contents).expect("write to OUT_DIR");
    }
}

/// Reads `more.txt`.
fn parse(source: &str) -> Vec<(String, String)> {
    let mut entries: Vec<(String, Vec<&str>)> = Vec::new();
    for line in source.lines() {
        if line.starts_with('#') {
            continue;
        }
        match (line.strip_prefix("    "), entries.last_mut()) {
            (Some(text), Some((_, lines))) => lines.push(text),
            (None, Some((_, lines))) if line.is_empty() => lines.push(line),
            (None, _) if !line.is_empty() => entries.push((line.to_string(), Vec::new())),
            _ => {}
        }
    }
    let text = |lines: Vec<&str>| {
        let mut text = lines.join("\n");
        text.truncate(text.trim_end_matches('\n').len());
        // a text that ends in a line's end says so
        text.replace("\\n", "\n")
    };
    entries
        .into_iter()
        .map(|(key, lines)| (key, text(lines)))
        .collect()
}
