//! MD5, SHA-1, SHA-2, SHA-3 and SHAKE.

use crate::{data, hex, initial};
use object::{Py, PyBytes, PyClass, PyObject, PyResult, pyclass, pymethods, pymodule, raise};
use sha3::digest::{ExtendableOutput, Update, XofReader};
use std::cell::RefCell;

macro_rules! digest_type {
    ($struct:ident, $engine:ty, $pyname:literal, $name:literal, $size:literal, $block:literal) => {
        #[pyclass(name = $pyname, flags(DISALLOW_INSTANTIATION))]
        #[repr(C)]
        pub struct $struct {
            ob_base: PyObject,
            engine: RefCell<$engine>,
        }

        impl $struct {
            fn start(first: Option<Vec<u8>>) -> PyResult<Py<$struct>> {
                let mut engine = <$engine>::default();
                if let Some(d) = first {
                    engine.update(&d);
                }
                object::new_object($struct {
                    ob_base: PyObject::new_head($struct::type_object()),
                    engine: RefCell::new(engine),
                })
            }
            fn finish(&self) -> Vec<u8> {
                use md5::Digest;
                let engine = self.engine.borrow().clone();
                engine.finalize().to_vec()
            }
        }

        #[pymethods]
        impl $struct {
            #[method("($self, /)")]
            fn copy(&self) -> PyResult<Py<$struct>> {
                object::new_object($struct {
                    ob_base: PyObject::new_head($struct::type_object()),
                    engine: RefCell::new(self.engine.borrow().clone()),
                })
            }
            #[method("($self, /)")]
            fn digest(&self) -> PyResult<Py<PyBytes>> {
                PyBytes::new(&self.finish())
            }
            #[method("($self, /)")]
            fn hexdigest(&self) -> String {
                hex(&self.finish())
            }
            #[method("($self, obj, /)")]
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
                $size
            }
            #[getter]
            fn block_size(&self) -> i64 {
                $block
            }
        }
    };
}

digest_type!(PyMd5, md5::Md5, "_md5.md5", "md5", 16, 64);
digest_type!(PySha1, sha1::Sha1, "_sha1.sha1", "sha1", 20, 64);
digest_type!(PySha224, sha2::Sha224, "_sha2.SHA224Type", "sha224", 28, 64);
digest_type!(PySha256, sha2::Sha256, "_sha2.SHA256Type", "sha256", 32, 64);
digest_type!(PySha384, sha2::Sha384, "_sha2.SHA384Type", "sha384", 48, 128);
digest_type!(PySha512, sha2::Sha512, "_sha2.SHA512Type", "sha512", 64, 128);
digest_type!(PySha3_224, sha3::Sha3_224, "_sha3.sha3_224", "sha3_224", 28, 144);
digest_type!(PySha3_256, sha3::Sha3_256, "_sha3.sha3_256", "sha3_256", 32, 136);
digest_type!(PySha3_384, sha3::Sha3_384, "_sha3.sha3_384", "sha3_384", 48, 104);
digest_type!(PySha3_512, sha3::Sha3_512, "_sha3.sha3_512", "sha3_512", 64, 72);

macro_rules! shake_type {
    ($struct:ident, $engine:ty, $pyname:literal, $name:literal, $block:literal) => {
        #[pyclass(name = $pyname, flags(DISALLOW_INSTANTIATION))]
        #[repr(C)]
        pub struct $struct {
            ob_base: PyObject,
            engine: RefCell<$engine>,
        }

        impl $struct {
            fn start(first: Option<Vec<u8>>) -> PyResult<Py<$struct>> {
                let mut engine = <$engine>::default();
                if let Some(d) = first {
                    Update::update(&mut engine, &d);
                }
                object::new_object($struct {
                    ob_base: PyObject::new_head($struct::type_object()),
                    engine: RefCell::new(engine),
                })
            }
            fn finish(&self, length: isize) -> PyResult<Vec<u8>> {
                if !(0..1 << 29).contains(&length) {
                    return raise!(ValueError, "length must be between 0 and 2**29 - 1");
                }
                let mut out = vec![0; length as usize];
                self.engine.borrow().clone().finalize_xof().read(&mut out);
                Ok(out)
            }
        }

        #[pymethods]
        impl $struct {
            #[method("($self, /)")]
            fn copy(&self) -> PyResult<Py<$struct>> {
                object::new_object($struct {
                    ob_base: PyObject::new_head($struct::type_object()),
                    engine: RefCell::new(self.engine.borrow().clone()),
                })
            }
            #[method("($self, /, length)")]
            fn digest(&self, length: isize) -> PyResult<Py<PyBytes>> {
                PyBytes::new(&self.finish(length)?)
            }
            #[method("($self, /, length)")]
            fn hexdigest(&self, length: isize) -> PyResult<String> {
                Ok(hex(&self.finish(length)?))
            }
            #[method("($self, data, /)")]
            fn update(&self, obj: &PyObject) -> PyResult<()> {
                let d = data(obj)?;
                Update::update(&mut *self.engine.borrow_mut(), &d);
                Ok(())
            }
            #[getter]
            fn name(&self) -> &'static str {
                $name
            }
            #[getter]
            fn digest_size(&self) -> i64 {
                0
            }
            #[getter]
            fn block_size(&self) -> i64 {
                $block
            }
        }
    };
}

shake_type!(PyShake128, sha3::Shake128, "_sha3.shake_128", "shake_128", 168);
shake_type!(PyShake256, sha3::Shake256, "_sha3.shake_256", "shake_256", 136);

macro_rules! module {
    ($module:ident $name:literal { $($function:ident $type:ident $shown:literal),* }) => {
        pub struct $module;
        #[pymodule(name = $name)]
        impl $module {
            $(
                #[function("($module, /, data=b'', *, usedforsecurity=True, string=None)")]
                fn $function(
                    data: Option<&PyObject>,
                    _security: Option<bool>,
                    string: Option<&PyObject>,
                ) -> PyResult<Py<$type>> {
                    $type::start(initial(data, string)?)
                }
            )*
            #[exec]
            fn exec(m: &object::PyModule) -> PyResult<()> {
                // under names of their own: the functions have the algorithms' names
                $(
                    object::class::ready::<$type>()?;
                    m.add($shown, object::PyLayout::as_object($type::type_object()))?;
                )*
                m.add_value("_GIL_MINSIZE", 2048i64)
            }
        }
    };
}

module!(Md5Module "_md5" { md5 PyMd5 "MD5Type" });
module!(Sha1Module "_sha1" { sha1 PySha1 "SHA1Type" });
module!(Sha2Module "_sha2" {
    sha224 PySha224 "SHA224Type", sha256 PySha256 "SHA256Type", sha384 PySha384 "SHA384Type", sha512 PySha512 "SHA512Type"
});
module!(Sha3Module "_sha3" {
    sha3_224 PySha3_224 "_sha3_224_type", sha3_256 PySha3_256 "_sha3_256_type", sha3_384 PySha3_384 "_sha3_384_type",
    sha3_512 PySha3_512 "_sha3_512_type", shake_128 PyShake128 "_shake_128_type", shake_256 PyShake256 "_shake_256_type"
});
