//! `_types`: the interpreter's own types under the names by which `types` shows them; and `_suggestions`, by which
//! `traceback` asks what a misspelt name may have meant.

use object::descr::{
    PyClassMethodDescr, PyGetSetDescr, PyMappingProxy, PyMemberDescr, PyMethodDescr, PyMethodWrapper,
    PyWrapperDescr,
};
use object::{
    Py, PyClass, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr, PyTypeObject, pymodule, raise,
};

pub struct Types;

#[pymodule(name = "_types")]
impl Types {
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        let function: &PyTypeObject = vm::function::PyFunction::type_object();
        let builtin: &PyTypeObject = object::cfunction::PyCFunctionObject::type_object();
        let types: &[(&str, &PyTypeObject)] = &[
            ("AsyncGeneratorType", vm::asyncgen::PyAsyncGen::type_object()),
            ("BuiltinFunctionType", builtin),
            ("BuiltinMethodType", builtin),
            ("CapsuleType", object::capsule::PyCapsule::type_object()),
            ("CellType", vm::cell::PyCell::type_object()),
            ("ClassMethodDescriptorType", PyClassMethodDescr::type_object()),
            ("CodeType", vm::code::PyCode::type_object()),
            ("CoroutineType", vm::generator::PyCoro::type_object()),
            ("EllipsisType", object::singletons::PyEllipsis::type_object()),
            ("FrameType", vm::frameobject::PyFrame::type_object()),
            ("FunctionType", function),
            ("GeneratorType", vm::generator::PyGen::type_object()),
            (
                "GenericAlias",
                object::genericalias::PyGenericAlias::type_object(),
            ),
            ("GetSetDescriptorType", PyGetSetDescr::type_object()),
            ("LambdaType", function),
            ("MappingProxyType", PyMappingProxy::type_object()),
            ("MemberDescriptorType", PyMemberDescr::type_object()),
            ("MethodDescriptorType", PyMethodDescr::type_object()),
            ("MethodType", object::cfunction::PyMethod::type_object()),
            ("MethodWrapperType", PyMethodWrapper::type_object()),
            ("ModuleType", PyModule::type_object()),
            ("NoneType", object::singletons::PyNone::type_object()),
            (
                "NotImplementedType",
                object::singletons::PyNotImplemented::type_object(),
            ),
            ("SimpleNamespace", object::namespace::PyNamespace::type_object()),
            ("TracebackType", vm::traceback::PyTraceback::type_object()),
            ("UnionType", object::union::PyUnion::type_object()),
            ("WrapperDescriptorType", PyWrapperDescr::type_object()),
        ];
        for (name, ty) in types {
            m.add(name, ty.as_object())?;
        }
        Ok(())
    }
}

pub struct Suggestions;

#[pymodule(name = "_suggestions")]
impl Suggestions {
    #[function("($module, candidates, item, /)")]
    fn _generate_suggestions(candidates: &PyObject, item: &PyObject) -> PyResult<Option<Py>> {
        if !PyStr::check(item) {
            return raise!(
                TypeError,
                "_generate_suggestions() argument 2 must be str, not {}",
                item.ty().full_name()
            );
        }
        let Some(list) = candidates.downcast_exact::<PyList>() else {
            return raise!(TypeError, "candidates must be a list");
        };
        let candidates = list.to_vec();
        if candidates.iter().any(|c| !PyStr::check(c)) {
            return raise!(TypeError, "all elements in 'candidates' must be strings");
        }
        Ok(object::suggest::suggest(&candidates, item))
    }
}
