//! Compiles the one C file: variadic functions cannot be defined in stable Rust.

fn main() {
    println!("cargo::rerun-if-changed=c/variadic.c");
    cc::Build::new()
        .file("c/variadic.c")
        .std("c11")
        .opt_level(2)
        // Nothing in Rust refers to most of its functions: the extension modules do.
        .link_lib_modifier("+whole-archive")
        .compile("taipan_variadic");
}
