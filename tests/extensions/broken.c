/* A library without the function that a module needs, and with one that fails. */

#include <Python.h>

PyMODINIT_FUNC PyInit_silent(void) {
    return NULL;
}

PyMODINIT_FUNC PyInit_loud(void) {
    PyErr_SetString(PyExc_OSError, "will not");
    return NULL;
}
