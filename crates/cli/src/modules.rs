//! The table of native modules.

use object::class::ModuleInit;

/// All native modules of the standard library.
pub fn table() -> Vec<(&'static str, ModuleInit)> {
    let mut all = vec![crate::readline::MODULE];
    all.extend_from_slice(stdlib_ast::modules());
    all.extend_from_slice(stdlib_core::modules());
    all.extend_from_slice(stdlib_net::modules());
    all.extend_from_slice(stdlib_os::modules());
    all.extend_from_slice(stdlib_io::modules());
    all.extend_from_slice(stdlib_compress::modules());
    all.extend_from_slice(stdlib_crypto::modules());
    all.extend_from_slice(stdlib_text::modules());
    all.extend_from_slice(stdlib_data::MODULES);
    all
}
