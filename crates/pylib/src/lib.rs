//! The pure-Python standard library, embedded: CPython 3.14's `Lib` (by way of the crate `rustpython-pylib`) with a
//! small overlay, its code objects compiled by Taipan's own compiler when this crate is built.
//!
//! Code objects are marshal data that is read in place; sources are kept compressed, for tracebacks, `inspect` and
//! `linecache`. The frozen modules of CPython's start-up are rows of the same table, under their ordinary names
//! (`importlib._bootstrap`, not `_frozen_importlib`).
#![forbid(unsafe_code)]

/// One file of the library.
struct File {
    path: &'static str,
    /// Length when decompressed.
    raw_len: usize,
    start: usize,
    end: usize,
    code_start: usize,
    code_end: usize,
}

/// One module: its name and the index of its file.
struct Row {
    name: &'static str,
    is_package: bool,
    frozen: bool,
    file: usize,
}

static SOURCES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sources.bin"));
static CODES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/codes.bin"));
/// Sorted by path.
static FILES: &[File] = &include!(concat!(env!("OUT_DIR"), "/files.rs"));
/// Sorted by name.
static MODULES: &[Row] = &include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// A module of the embedded library.
#[derive(Clone, Copy)]
pub struct Module {
    row: &'static Row,
}

impl Module {
    /// The dotted name.
    pub fn name(&self) -> &'static str {
        self.row.name
    }

    pub fn is_package(&self) -> bool {
        self.row.is_package
    }

    /// Is this one of the modules that CPython freezes? Their code has `<frozen NAME>` as its file name.
    pub fn is_frozen(&self) -> bool {
        self.row.frozen
    }

    /// The path inside the library, with forward slashes: `encodings/utf_8.py`.
    pub fn path(&self) -> &'static str {
        self.file().path
    }

    /// The code object as marshal data, compiled without optimization; none where the compiler could not make it.
    /// Its `co_filename` is [`Module::path`], or `<frozen NAME>`.
    pub fn code(&self) -> Option<&'static [u8]> {
        let file = self.file();
        (file.code_end > file.code_start).then(|| &CODES[file.code_start..file.code_end])
    }

    /// The source text as it stands in the file.
    pub fn source(&self) -> Vec<u8> {
        decompress(self.file())
    }

    fn file(&self) -> &'static File {
        &FILES[self.row.file]
    }
}

/// The module of that dotted name.
pub fn find(name: &str) -> Option<Module> {
    let index = MODULES.binary_search_by(|row| row.name.cmp(name)).ok()?;
    Some(Module { row: &MODULES[index] })
}

/// All modules, ordered by name.
pub fn modules() -> impl ExactSizeIterator<Item = Module> {
    MODULES.iter().map(|row| Module { row })
}

/// The contents of a file by its path inside the library (`pydoc_data/_pydoc.css`, `json/__init__.py`).
pub fn file(path: &str) -> Option<Vec<u8>> {
    let index = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    Some(decompress(&FILES[index]))
}

/// The length of a file, without reading it.
pub fn file_len(path: &str) -> Option<usize> {
    let index = FILES.binary_search_by(|file| file.path.cmp(path)).ok()?;
    Some(FILES[index].raw_len)
}

/// The paths of all files, sorted.
pub fn files() -> impl ExactSizeIterator<Item = &'static str> {
    FILES.iter().map(|file| file.path)
}

fn decompress(file: &File) -> Vec<u8> {
    let packed = &SOURCES[file.start..file.end];
    miniz_oxide::inflate::decompress_to_vec_with_limit(packed, file.raw_len)
        .expect("written by the build script")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(MODULES.is_sorted_by(|a, b| a.name < b.name));
        assert!(FILES.is_sorted_by(|a, b| a.path < b.path));
    }

    #[test]
    fn every_file_decompresses_to_its_length() {
        for file in FILES {
            assert_eq!(decompress(file).len(), file.raw_len, "{}", file.path);
        }
    }

    #[test]
    fn packages_and_modules_are_found() {
        let json = find("json").expect("a package");
        assert!(json.is_package());
        assert_eq!(json.path(), "json/__init__.py");
        let utf_8 = find("encodings.utf_8").expect("a module");
        assert!(!utf_8.is_package());
        assert_eq!(utf_8.path(), "encodings/utf_8.py");
        assert!(find("importlib._bootstrap").is_some_and(|m| m.is_frozen()));
        assert!(find("json.").is_none());
        assert!(file("pydoc_data/_pydoc.css").is_some());
    }

    #[test]
    fn nothing_speaks_of_another_interpreter() {
        for module in modules() {
            let source = module.source();
            let text = String::from_utf8_lossy(&source);
            assert!(
                !text.to_ascii_lowercase().contains("rustpython"),
                "{}",
                module.path()
            );
        }
    }
}
