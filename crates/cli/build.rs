//! The binary exports the C API's names, for extension modules to find.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for names in ["Py*", "_Py*", "PY_*"] {
        println!("cargo::rustc-link-arg-bins=-Wl,--export-dynamic-symbol={names}");
    }
}
