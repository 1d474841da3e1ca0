/* Single-phase initialization, as older extensions have it; limited API. */

#define Py_LIMITED_API 0x03080000
#include <Python.h>

static PyObject *hello(PyObject *module, PyObject *args) {
    const char *who = "world";
    if (!PyArg_ParseTuple(args, "|s", &who)) {
        return NULL;
    }
    return PyUnicode_FromFormat("hello %s from %S", who, PyModule_GetNameObject(module));
}

static PyObject *found(PyObject *module, PyObject *unused);

static PyMethodDef functions[] = {
    {"hello", hello, METH_VARARGS, "Greet."},
    {"found", found, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    "single",
    "One phase.",
    -1,
    functions,
    NULL,
    NULL,
    NULL,
    NULL,
};

static PyObject *found(PyObject *module, PyObject *unused) {
    (void)unused;
    return PyBool_FromLong(PyState_FindModule(&definition) == module);
}

PyMODINIT_FUNC PyInit_single(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module && PyModule_AddIntConstant(module, "ONE", 1) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
