//! Native modules of digests: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`.
#![allow(improper_ctypes_definitions)]

mod blake2;
mod digests;

use object::class::{ModuleInit, create_module};

/// The modules of this crate by name.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    &[
        ("_md5", create_module::<digests::Md5Module>),
        ("_sha1", create_module::<digests::Sha1Module>),
        ("_sha2", create_module::<digests::Sha2Module>),
        ("_sha3", create_module::<digests::Sha3Module>),
        ("_blake2", create_module::<blake2::Blake2Module>),
    ]
}

/// What a constructor or `update` hashes: any bytes-like object, not text.
fn data(obj: &object::PyObject) -> object::PyResult<Vec<u8>> {
    use object::PyClass;
    if object::PyStr::check(obj) {
        return object::raise!(TypeError, "Strings must be encoded before hashing");
    }
    if !object::buffer::check(obj) {
        return object::raise!(TypeError, "object supporting the buffer API required");
    }
    Ok(object::buffer::Buffer::simple(obj)?.to_vec())
}

/// The one of `data` and the old name `string` that was given.
fn initial(
    data: Option<&object::PyObject>,
    string: Option<&object::PyObject>,
) -> object::PyResult<Option<Vec<u8>>> {
    let given = |o: Option<&object::PyObject>| o.map(self::data).transpose();
    match (data, string) {
        (Some(_), Some(_)) => object::raise!(
            TypeError,
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."
        ),
        (d, None) => given(d),
        (None, s) => given(s),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
            let _ = write!(s, "{b:02x}");
            s
        })
}
