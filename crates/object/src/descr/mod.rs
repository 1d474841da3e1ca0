//! Descriptors of built-in classes (`cpython/descrobject.h`): methods, class methods, slot wrappers, get-sets and
//! members; and those that programs make: `property`, `classmethod`, `staticmethod`, `mappingproxy`.

mod builtin;
mod decorators;
mod mappingproxy;
mod property;

pub use builtin::*;
pub use decorators::{PyClassMethod, PyStaticMethod};
pub use mappingproxy::PyMappingProxy;
pub use property::{PyProperty, is_abstract};

pub fn ready_types() -> crate::PyResult<()> {
    use crate::class::ready;
    ready::<PyMethodDescr>()?;
    ready::<PyClassMethodDescr>()?;
    ready::<PyWrapperDescr>()?;
    ready::<PyMethodWrapper>()?;
    ready::<PyGetSetDescr>()?;
    ready::<PyMemberDescr>()?;
    ready::<PyProperty>()?;
    ready::<PyClassMethod>()?;
    ready::<PyStaticMethod>()?;
    ready::<PyMappingProxy>()
}
