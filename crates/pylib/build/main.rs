//! Packs the pure-Python standard library: sources compressed file by file into one blob, code objects into another,
//! and a sorted index of both as Rust source.
//!
//! The sources are those of the crate `rustpython-pylib` (CPython 3.14's `Lib`) with the edits of `overlay.rs`, and the
//! files of `own/`. A file that does not compile is kept as source alone and reported as a warning of the build.

mod compile;
mod overlay;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one file becomes.
struct Packed {
    path: String,
    raw_len: usize,
    compressed: Vec<u8>,
    /// Marshalled code of a module.
    code: Option<Vec<u8>>,
}

fn main() {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=own");
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("set by cargo"));

    let mut files = BTreeMap::new();
    let library = Path::new(rustpython_pylib::LIB_PATH);
    collect(library, library, &mut files);
    files.retain(|path, _| !overlay::excluded(path));
    overlay::apply(&mut files);
    let own = manifest.join("own");
    collect(&own, &own, &mut files);

    let files: Vec<(String, Vec<u8>)> = files.into_iter().collect();
    let packed = pack(&files);
    write_tables(&out, &packed);
}

/// Reads every file below `folder` into `files`, keyed by its path from `root` with forward slashes.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries {
        let path = entry.expect("a directory entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_none_or(|e| e != "pyc") {
            let name = path
                .strip_prefix(root)
                .expect("below root")
                .to_str()
                .expect("an ASCII name");
            let data = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            files.insert(name.replace('\\', "/"), data);
        }
    }
}

/// Compresses and compiles on as many threads as there are cores; the result keeps the order of `files`.
fn pack(files: &[(String, Vec<u8>)]) -> Vec<Packed> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(files.len()));
    let failures = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    compile::quiet_panics();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let work = || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some((path, data)) = files.get(index) else {
                        break;
                    };
                    let code = module_name(path).and_then(|(name, _)| {
                        compile::code(data, &overlay::co_filename(&name, path))
                            .map_err(|why| {
                                failures
                                    .lock()
                                    .expect("no panic in here")
                                    .push(format!("{path}: {why}"))
                            })
                            .ok()
                    });
                    let compressed = miniz_oxide::deflate::compress_to_vec(data, 8);
                    let packed = Packed {
                        path: path.clone(),
                        raw_len: data.len(),
                        compressed,
                        code,
                    };
                    done.lock().expect("no panic in here").push((index, packed));
                }
            };
            // Deeply nested source takes native stack.
            std::thread::Builder::new()
                .stack_size(256 << 20)
                .spawn_scoped(scope, work)
                .expect("a thread can be started");
        }
    });
    let mut failures = failures.into_inner().expect("no panic in here");
    failures.sort();
    for failure in failures.iter().take(10) {
        println!("cargo:warning=no code for {failure}");
    }
    if failures.len() > 10 {
        println!(
            "cargo:warning=no code for {} more files of the library",
            failures.len() - 10
        );
    }
    let mut done = done.into_inner().expect("no panic in here");
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, packed)| packed).collect()
}

/// The dotted name of the module that `path` holds, and whether it is a package.
fn module_name(path: &str) -> Option<(String, bool)> {
    let stem = path.strip_suffix(".py")?;
    let (stem, is_package) = match stem.strip_suffix("/__init__") {
        Some(package) => (package, true),
        None => (stem, false),
    };
    Some((stem.replace('/', "."), is_package))
}

fn write_tables(out: &Path, packed: &[Packed]) {
    let mut sources = Vec::new();
    let mut codes = Vec::new();
    let mut files = String::from("[\n");
    let mut modules = Vec::new();
    for (index, file) in packed.iter().enumerate() {
        let start = sources.len();
        sources.extend_from_slice(&file.compressed);
        let code = file.code.as_ref().map(|code| {
            let start = codes.len();
            codes.extend_from_slice(code);
            start..codes.len()
        });
        let (code_start, code_end) = code.map_or((0, 0), |range| (range.start, range.end));
        writeln!(
            files,
            "    File {{ path: {:?}, raw_len: {}, start: {}, end: {}, code_start: {}, code_end: {} }},",
            file.path,
            file.raw_len,
            start,
            sources.len(),
            code_start,
            code_end
        )
        .expect("writing to a string");
        if let Some((name, is_package)) = module_name(&file.path) {
            modules.push((name, is_package, index));
        }
    }
    files.push(']');
    modules.sort();
    let mut table = String::from("[\n");
    for (name, is_package, index) in modules {
        let frozen = overlay::FROZEN.contains(&name.as_str());
        writeln!(
            table,
            "    Row {{ name: {name:?}, is_package: {is_package}, frozen: {frozen}, file: {index} }},"
        )
        .expect("writing to a string");
    }
    table.push(']');
    let write = |name: &str, data: &[u8]| {
        fs::write(out.join(name), data).unwrap_or_else(|e| panic!("{name}: {e}"));
    };
    write("sources.bin", &sources);
    write("codes.bin", &codes);
    write("files.rs", files.as_bytes());
    write("modules.rs", table.as_bytes());
}
