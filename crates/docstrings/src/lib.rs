//! The docstrings of CPython 3.14's native modules, types and functions (by way of the crate `rustpython-doc`), found by
//! their dotted names: `builtins.list.append`.
//!
//! The texts stay packed in the binary: a look-up unpacks the one small block that has the name and keeps it, since
//! whoever asks for one docstring of a type asks for its neighbours next.
#![forbid(unsafe_code)]

use std::sync::OnceLock;

/// A run of entries that is unpacked together.
struct Block {
    first: &'static str,
    start: usize,
    end: usize,
    /// Length when unpacked.
    len: usize,
}

static ENTRIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/entries.bin"));
/// Sorted by the first name.
static BLOCKS: &[Block] = &include!(concat!(env!("OUT_DIR"), "/blocks.rs"));
/// Sorted by name.
static MODULES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// More blocks than there are; the rest stays unused.
const MOST: usize = 512;
static UNPACKED: [OnceLock<String>; MOST] = [const { OnceLock::new() }; MOST];

/// The docstring of a module.
pub fn module(name: &str) -> Option<&'static str> {
    let index = MODULES.binary_search_by(|(n, _)| (*n).cmp(name)).ok()?;
    Some(MODULES[index].1)
}

/// The docstring of `MODULE.NAME` or `MODULE.CLASS.NAME`, or of a module.
pub fn find(name: &str) -> Option<&'static str> {
    if !name.contains('.') {
        return module(name);
    }
    let index = BLOCKS.partition_point(|b| b.first <= name).checked_sub(1)?;
    let block = &BLOCKS[index];
    let text = UNPACKED.get(index)?.get_or_init(|| {
        let bytes =
            miniz_oxide::inflate::decompress_to_vec_with_limit(&ENTRIES[block.start..block.end], block.len)
                .expect("written by the build script");
        String::from_utf8(bytes).expect("written by the build script")
    });
    let mut parts = text.split_terminator('\0');
    while let (Some(key), Some(doc)) = (parts.next(), parts.next()) {
        if key == name {
            return Some(doc);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(BLOCKS.is_sorted_by(|a, b| a.first < b.first));
        assert!(MODULES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(BLOCKS.len() <= MOST);
    }

    #[test]
    fn finds_each_kind() {
        assert!(module("math").is_some());
        assert_eq!(
            find("builtins.len"),
            Some("Return the number of items in a container.")
        );
        assert_eq!(find("builtins.list.__add__"), Some("Return self+value."));
        assert_eq!(find("builtins.no_such_name"), None);
        assert_eq!(find("!"), None);
        for block in BLOCKS {
            assert!(
                find(block.first).is_some_and(|doc| !doc.is_empty()),
                "{}",
                block.first
            );
        }
    }
}
