//! BLAKE2b and BLAKE2s with all their parameters (RFC 7693).

use crate::{data, hex, initial};
use object::{Py, PyBytes, PyClass, PyObject, PyResult, PyTypeObject, pyclass, pymethods, pymodule, raise};
use std::cell::RefCell;

macro_rules! blake2_type {
    ($struct:ident, $simd:ident, $pyname:literal, $name:literal, $out:literal, $salt:literal, $block:literal, $offset:literal) => {
        #[pyclass(name = $pyname, flags(BASETYPE))]
        #[repr(C)]
        pub struct $struct {
            ob_base: PyObject,
            engine: RefCell<$simd::State>,
            size: object::GilCell<i64>,
        }

        fn in_range(what: &str, n: i64, low: i64, high: i64) -> PyResult<()> {
            if (low..=high).contains(&n) {
                return Ok(());
            }
            raise!(ValueError, "{what} must be between {low} and {high}")
        }

        #[pymethods]
        impl $struct {
            #[new("(data=b'', /, *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)")]
            #[allow(clippy::too_many_arguments)]
            fn tp_new(
                _cls: &PyTypeObject,
                first: Option<&PyObject>,
                digest_size: Option<i64>,
                key: Option<&PyObject>,
                salt: Option<&PyObject>,
                person: Option<&PyObject>,
                fanout: Option<i64>,
                depth: Option<i64>,
                leaf_size: Option<i64>,
                node_offset: Option<i64>,
                node_depth: Option<i64>,
                inner_size: Option<i64>,
                last_node: Option<bool>,
                _security: Option<bool>,
                string: Option<&PyObject>,
            ) -> PyResult<Py<$struct>> {
                let mut p = $simd::Params::new();
                let size = digest_size.unwrap_or($out);
                if !(1..=$out).contains(&size) {
                    return raise!(
                        ValueError,
                        concat!("digest_size for ", $name, " must be between 1 and {} bytes, here it is {}"),
                        $out,
                        size
                    );
                }
                p.hash_length(size as usize);
                let bytes = |o: Option<&PyObject>| -> PyResult<Vec<u8>> {
                    o.map_or(Ok(Vec::new()), |o| Ok(object::buffer::Buffer::simple(o)?.to_vec()))
                };
                let (key, salt, person) = (bytes(key)?, bytes(salt)?, bytes(person)?);
                if salt.len() > $salt {
                    return raise!(ValueError, "maximum salt length is {} bytes", $salt);
                }
                if person.len() > $salt {
                    return raise!(ValueError, "maximum person length is {} bytes", $salt);
                }
                if key.len() > $out {
                    return raise!(ValueError, "maximum key length is {} bytes", $out);
                }
                p.key(&key);
                p.salt(&salt);
                p.personal(&person);
                let fanout = fanout.unwrap_or(1);
                in_range("fanout", fanout, 0, 255)?;
                p.fanout(fanout as u8);
                let depth = depth.unwrap_or(1);
                in_range("depth", depth, 1, 255)?;
                p.max_depth(depth as u8);
                let leaf = leaf_size.unwrap_or(0);
                if !(0..1i64 << 32).contains(&leaf) {
                    return raise!(OverflowError, "leaf_size is too large");
                }
                p.max_leaf_length(leaf as u32);
                let offset = node_offset.unwrap_or(0);
                if offset < 0 || ($offset < 63 && offset >= 1i64 << $offset) {
                    return raise!(OverflowError, "node_offset is too large");
                }
                p.node_offset(offset as u64);
                let node_depth = node_depth.unwrap_or(0);
                in_range("node_depth", node_depth, 0, 255)?;
                p.node_depth(node_depth as u8);
                let inner = inner_size.unwrap_or(0);
                in_range("inner_size", inner, 0, $out)?;
                p.inner_hash_length(inner as usize);
                p.last_node(last_node.unwrap_or(false));
                let mut state = p.to_state();
                if let Some(d) = initial(first, string)? {
                    state.update(&d);
                }
                object::new_object($struct {
                    ob_base: PyObject::new_head($struct::type_object()),
                    engine: RefCell::new(state),
                    size: object::GilCell::new(size),
                })
            }
            #[method("($self, /)")]
            fn copy(&self) -> PyResult<Py<$struct>> {
                object::new_object($struct {
                    ob_base: PyObject::new_head($struct::type_object()),
                    engine: RefCell::new(self.engine.borrow().clone()),
                    size: object::GilCell::new(self.size.get()),
                })
            }
            #[method("($self, /)")]
            fn digest(&self) -> PyResult<Py<PyBytes>> {
                PyBytes::new(self.engine.borrow().finalize().as_bytes())
            }
            #[method("($self, /)")]
            fn hexdigest(&self) -> String {
                hex(self.engine.borrow().finalize().as_bytes())
            }
            #[method("($self, data, /)")]
            fn update(&self, obj: &PyObject) -> PyResult<()> {
                let d = data(obj)?;
                self.engine.borrow_mut().update(&d);
                Ok(())
            }
            #[getter]
            fn name(&self) -> &'static str {
                $name
            }
            #[getter]
            fn digest_size(&self) -> i64 {
                self.size.get()
            }
            #[getter]
            fn block_size(&self) -> i64 {
                $block
            }
            #[classattr]
            #[allow(non_snake_case)]
            fn SALT_SIZE() -> i64 {
                $salt
            }
            #[classattr]
            #[allow(non_snake_case)]
            fn PERSON_SIZE() -> i64 {
                $salt
            }
            #[classattr]
            #[allow(non_snake_case)]
            fn MAX_KEY_SIZE() -> i64 {
                $out
            }
            #[classattr]
            #[allow(non_snake_case)]
            fn MAX_DIGEST_SIZE() -> i64 {
                $out
            }
        }
    };
}

mod b {
    use super::*;
    blake2_type!(
        PyBlake2b,
        blake2b_simd,
        "_blake2.blake2b",
        "blake2b",
        64,
        16,
        128,
        63
    );
}
mod s {
    use super::*;
    blake2_type!(
        PyBlake2s,
        blake2s_simd,
        "_blake2.blake2s",
        "blake2s",
        32,
        8,
        64,
        48
    );
}
use b::PyBlake2b;
use s::PyBlake2s;

pub struct Blake2Module;

#[pymodule(name = "_blake2", types(PyBlake2b, PyBlake2s))]
impl Blake2Module {
    #[exec]
    fn exec(m: &object::PyModule) -> PyResult<()> {
        m.add_value("_GIL_MINSIZE", 2048i64)
    }
}
