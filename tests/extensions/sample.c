/* An extension module that uses the C API in the ways that real ones do: through functions and through header macros.
 * Compiled against CPython 3.14's stock headers; `driver.py` exercises it. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    PyTypeObject *counter_type;
    PyTypeObject *node_type;
    PyTypeObject *block_type;
    PyTypeObject *data_type;
    PyObject *error;
    long calls;
} module_state;

static struct PyModuleDef definition;

static module_state *state_of(PyObject *module) {
    return (module_state *)PyModule_GetState(module);
}

/* ---- functions of every call flavour ---- */

static PyObject *noargs(PyObject *module, PyObject *unused) {
    (void)unused;
    return PyLong_FromLong(++state_of(module)->calls);
}

static PyObject *one(PyObject *module, PyObject *arg) {
    (void)module;
    return Py_BuildValue("(sO)", Py_TYPE(arg)->tp_name, arg);
}

static PyObject *varargs(PyObject *module, PyObject *args) {
    (void)module;
    int i = 7;
    const char *s = "none";
    double d = 0.5;
    if (!PyArg_ParseTuple(args, "i|sd:varargs", &i, &s, &d)) {
        return NULL;
    }
    return Py_BuildValue("[isd]", i, s, d);
}

static PyObject *keywords(PyObject *module, PyObject *args, PyObject *kwargs) {
    (void)module;
    static char *names[] = {"", "b", "c", "d", NULL};
    PyObject *a, *c = Py_None;
    int b = -1, d = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|iO$p:keywords", names, &a, &b, &c, &d)) {
        return NULL;
    }
    return Py_BuildValue("{s:O,s:i,s:O,s:O}", "a", a, "b", b, "c", c, "d", d ? Py_True : Py_False);
}

static PyObject *fastcall(PyObject *module, PyObject *const *args, Py_ssize_t n) {
    (void)module;
    PyObject *list = PyList_New(n);
    if (!list) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyList_SET_ITEM(list, i, Py_NewRef(args[n - 1 - i]));
    }
    return list;
}

static PyObject *fastcall_keywords(PyObject *module, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    (void)module;
    PyObject *dict = PyDict_New();
    if (!dict) {
        return NULL;
    }
    Py_ssize_t k = names ? PyTuple_GET_SIZE(names) : 0;
    for (Py_ssize_t i = 0; i < k; i++) {
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(names, i), args[n + i]) < 0) {
            Py_DECREF(dict);
            return NULL;
        }
    }
    return Py_BuildValue("nN", n, dict);
}

/* ---- built-in types, through functions and macros ---- */

static PyObject *sum_sequence(PyObject *module, PyObject *arg) {
    (void)module;
    PyObject *fast = PySequence_Fast(arg, "sum_sequence() wants a sequence");
    if (!fast) {
        return NULL;
    }
    double total = 0;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast); i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(fast, i);
        if (PyFloat_Check(item)) {
            total += PyFloat_AS_DOUBLE(item);
        } else if (PyLong_Check(item) && PyUnstable_Long_IsCompact((PyLongObject *)item)) {
            total += (double)PyUnstable_Long_CompactValue((PyLongObject *)item);
        } else {
            double v = PyFloat_AsDouble(item);
            if (v == -1.0 && PyErr_Occurred()) {
                Py_DECREF(fast);
                return NULL;
            }
            total += v;
        }
    }
    Py_DECREF(fast);
    return PyFloat_FromDouble(total);
}

static PyObject *text_info(PyObject *module, PyObject *arg) {
    (void)module;
    if (!PyUnicode_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "expected str, not %.100s (%zd arguments, %R)", Py_TYPE(arg)->tp_name, (Py_ssize_t)1, arg);
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(arg);
    unsigned long sum = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        sum += PyUnicode_READ(PyUnicode_KIND(arg), PyUnicode_DATA(arg), i);
    }
    int first = -1;
    if (n > 0 && PyUnicode_KIND(arg) == PyUnicode_1BYTE_KIND) {
        first = PyUnicode_1BYTE_DATA(arg)[0];
    }
    Py_ssize_t size;
    const char *utf8 = PyUnicode_AsUTF8AndSize(arg, &size);
    if (!utf8) {
        return NULL;
    }
    return Py_BuildValue("(nikiiy#)", n, PyUnicode_KIND(arg), sum, first, PyUnicode_IS_ASCII(arg), utf8, size);
}

static PyObject *make_text(PyObject *module, PyObject *arg) {
    (void)module;
    long last = PyLong_AsLong(arg);
    if (last == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *s = PyUnicode_New(4, (Py_UCS4)last);
    if (!s) {
        return NULL;
    }
    PyUnicode_WRITE(PyUnicode_KIND(s), PyUnicode_DATA(s), 0, 'a');
    PyUnicode_WRITE(PyUnicode_KIND(s), PyUnicode_DATA(s), 1, 'b');
    PyUnicode_WRITE(PyUnicode_KIND(s), PyUnicode_DATA(s), 2, 'c');
    PyUnicode_WRITE(PyUnicode_KIND(s), PyUnicode_DATA(s), 3, (Py_UCS4)last);
    return s;
}

static PyObject *reversed_bytes(PyObject *module, PyObject *arg) {
    (void)module;
    if (!PyBytes_Check(arg)) {
        PyErr_SetString(PyExc_TypeError, "bytes, please");
        return NULL;
    }
    Py_ssize_t n = PyBytes_GET_SIZE(arg);
    PyObject *result = PyBytes_FromStringAndSize(NULL, n);
    if (!result) {
        return NULL;
    }
    const char *from = PyBytes_AS_STRING(arg);
    char *to = PyBytes_AS_STRING(result);
    for (Py_ssize_t i = 0; i < n; i++) {
        to[i] = from[n - 1 - i];
    }
    return result;
}

static PyObject *swap_pair(PyObject *module, PyObject *arg) {
    (void)module;
    if (!PyTuple_Check(arg) || PyTuple_GET_SIZE(arg) != 2) {
        PyErr_SetString(PyExc_ValueError, "a pair, please");
        return NULL;
    }
    PyObject *result = PyTuple_New(2);
    if (!result) {
        return NULL;
    }
    PyTuple_SET_ITEM(result, 0, Py_NewRef(PyTuple_GET_ITEM(arg, 1)));
    PyTuple_SET_ITEM(result, 1, Py_NewRef(PyTuple_GET_ITEM(arg, 0)));
    return result;
}

static PyObject *invert_dict(PyObject *module, PyObject *arg) {
    (void)module;
    PyObject *result = PyDict_New(), *key, *value;
    Py_ssize_t pos = 0;
    if (!result) {
        return NULL;
    }
    while (PyDict_Next(arg, &pos, &key, &value)) {
        if (PyDict_SetItem(result, value, key) < 0) {
            Py_DECREF(result);
            return NULL;
        }
    }
    if (PyDict_SetItemString(result, "size", PyLong_FromSsize_t(PyDict_Size(arg))) < 0) {
        Py_DECREF(result);
        return NULL;
    }
    return result;
}

static PyObject *set_things(PyObject *module, PyObject *arg) {
    (void)module;
    PyObject *set = PySet_New(arg);
    if (!set) {
        return NULL;
    }
    PyObject *seven = PyLong_FromLong(7);
    int had = PySet_Contains(set, seven);
    if (had < 0 || PySet_Add(set, seven) < 0) {
        Py_XDECREF(seven);
        Py_DECREF(set);
        return NULL;
    }
    Py_DECREF(seven);
    PyObject *frozen = PyFrozenSet_New(set);
    PyObject *result = Py_BuildValue("(inN)", had, PySet_GET_SIZE(set), frozen);
    Py_DECREF(set);
    return result;
}

static PyObject *integers(PyObject *module, PyObject *arg) {
    (void)module;
    int overflow;
    long long v = PyLong_AsLongLongAndOverflow(arg, &overflow);
    if (v == -1 && PyErr_Occurred()) {
        return NULL;
    }
    unsigned long long mask = PyLong_AsUnsignedLongLongMask(arg);
    unsigned char bytes[16];
    Py_ssize_t need = PyLong_AsNativeBytes(arg, bytes, sizeof bytes, Py_ASNATIVEBYTES_LITTLE_ENDIAN);
    if (need < 0) {
        return NULL;
    }
    PyObject *back = PyLong_FromNativeBytes(bytes, sizeof bytes, Py_ASNATIVEBYTES_LITTLE_ENDIAN);
    int sign;
    if (PyLong_GetSign(arg, &sign) < 0) {
        Py_XDECREF(back);
        return NULL;
    }
    return Py_BuildValue("(LiKnNi)", v, overflow, mask, need, back, sign);
}

static PyObject *references(PyObject *module, PyObject *arg) {
    (void)module;
    Py_ssize_t before = Py_REFCNT(arg);
    Py_INCREF(arg);
    Py_INCREF(arg);
    Py_ssize_t between = Py_REFCNT(arg);
    Py_DECREF(arg);
    Py_DECREF(arg);
    return Py_BuildValue("(nn)", between - before, Py_REFCNT(arg) - before);
}

/* ---- formats ---- */

static int convert_even(PyObject *o, void *place) {
    long v = PyLong_AsLong(o);
    if (v == -1 && PyErr_Occurred()) {
        return 0;
    }
    if (v % 2) {
        PyErr_SetString(PyExc_ValueError, "odd");
        return 0;
    }
    *(long *)place = v;
    return 1;
}

/* parse(format, args): parses the tuple by the format and shows what came out. */
static PyObject *parse(PyObject *module, PyObject *args) {
    (void)module;
    const char *f;
    PyObject *t;
    if (!PyArg_ParseTuple(args, "sO!:parse", &f, &PyTuple_Type, &t)) {
        return NULL;
    }
    if (!strcmp(f, "b") || !strcmp(f, "B")) {
        unsigned char v;
        return PyArg_ParseTuple(t, f, &v) ? PyLong_FromLong(v) : NULL;
    }
    if (!strcmp(f, "h") || !strcmp(f, "H")) {
        short v;
        return PyArg_ParseTuple(t, f, &v) ? PyLong_FromLong(v) : NULL;
    }
    if (!strcmp(f, "i") || !strcmp(f, "I") || !strcmp(f, "p") || !strcmp(f, "C")) {
        int v;
        return PyArg_ParseTuple(t, f, &v) ? PyLong_FromLong(v) : NULL;
    }
    if (!strcmp(f, "l") || !strcmp(f, "k") || !strcmp(f, "n") || !strcmp(f, "L") || !strcmp(f, "K")) {
        long long v;
        return PyArg_ParseTuple(t, f, &v) ? PyLong_FromLongLong(v) : NULL;
    }
    if (!strcmp(f, "f")) {
        float v;
        return PyArg_ParseTuple(t, f, &v) ? PyFloat_FromDouble(v) : NULL;
    }
    if (!strcmp(f, "d")) {
        double v;
        return PyArg_ParseTuple(t, f, &v) ? PyFloat_FromDouble(v) : NULL;
    }
    if (!strcmp(f, "D")) {
        Py_complex v;
        return PyArg_ParseTuple(t, f, &v) ? PyComplex_FromCComplex(v) : NULL;
    }
    if (!strcmp(f, "c")) {
        char v;
        return PyArg_ParseTuple(t, f, &v) ? PyLong_FromLong(v) : NULL;
    }
    if (!strcmp(f, "s") || !strcmp(f, "z") || !strcmp(f, "y")) {
        const char *v;
        return PyArg_ParseTuple(t, f, &v) ? Py_BuildValue("y", v) : NULL;
    }
    if (!strcmp(f, "s#") || !strcmp(f, "z#") || !strcmp(f, "y#")) {
        const char *v;
        Py_ssize_t n;
        return PyArg_ParseTuple(t, f, &v, &n) ? Py_BuildValue("y#n", v, n, n) : NULL;
    }
    if (!strcmp(f, "s*") || !strcmp(f, "z*") || !strcmp(f, "y*") || !strcmp(f, "w*")) {
        Py_buffer v;
        if (!PyArg_ParseTuple(t, f, &v)) {
            return NULL;
        }
        PyObject *r = Py_BuildValue("y#nii", v.buf, v.len, v.itemsize, v.readonly, v.ndim);
        PyBuffer_Release(&v);
        return r;
    }
    if (!strcmp(f, "es") || !strcmp(f, "et")) {
        char *v = NULL;
        if (!PyArg_ParseTuple(t, f, "latin-1", &v)) {
            return NULL;
        }
        PyObject *r = Py_BuildValue("y", v);
        PyMem_Free(v);
        return r;
    }
    if (!strcmp(f, "es#") || !strcmp(f, "et#")) {
        char room[6], *v = room;
        Py_ssize_t n = sizeof room;
        return PyArg_ParseTuple(t, f, "utf-16-le", &v, &n) ? Py_BuildValue("y#", v, n) : NULL;
    }
    if (!strcmp(f, "S") || !strcmp(f, "U") || !strcmp(f, "Y") || !strcmp(f, "O")) {
        PyObject *v;
        return PyArg_ParseTuple(t, f, &v) ? Py_NewRef(v) : NULL;
    }
    if (!strcmp(f, "O!")) {
        PyObject *v;
        return PyArg_ParseTuple(t, f, &PyList_Type, &v) ? Py_NewRef(v) : NULL;
    }
    if (!strcmp(f, "O&")) {
        long v;
        return PyArg_ParseTuple(t, f, convert_even, &v) ? PyLong_FromLong(v) : NULL;
    }
    if (!strcmp(f, "(ii)i") || !strcmp(f, "(ii)i:nested") || !strcmp(f, "(ii)i;a text of its own")) {
        int a, b, c;
        return PyArg_ParseTuple(t, f, &a, &b, &c) ? Py_BuildValue("iii", a, b, c) : NULL;
    }
    if (!strcmp(f, "i|i:f") || !strcmp(f, "|ii") || !strcmp(f, "ii;two numbers")) {
        int a = -1, b = -1;
        return PyArg_ParseTuple(t, f, &a, &b) ? Py_BuildValue("ii", a, b) : NULL;
    }
    PyErr_Format(PyExc_NotImplementedError, "format %s", f);
    return NULL;
}

static PyObject *unpack(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *a = Py_None, *b = Py_None, *c = Py_None;
    if (!PyArg_UnpackTuple(args, "unpack", 1, 3, &a, &b, &c)) {
        return NULL;
    }
    return PyTuple_Pack(3, c, b, a);
}

static PyObject *build(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    Py_complex z = {1.5, -2.0};
    return Py_BuildValue("(bBhHiIlkLKn)(fdD)(cC)(sz#yy#U)[OS]{s:i,s:(),i:s}()", -1, 255, -2, 65535, -3, 4000000000u, -4L, 5UL, -6LL,
                         7ULL, (Py_ssize_t)-8, 1.25, 2.5, &z, 'x', 0x20ac, "text", NULL, (Py_ssize_t)0, "bytes", "a\0b",
                         (Py_ssize_t)3, "\xc3\xa9", Py_None, Py_True, "one", 1, "empty", 2, (char *)NULL);
}

static PyObject *formatted(PyObject *module, PyObject *arg) {
    (void)module;
    PyObject *list = PyList_New(0), *s;
    if (!list) {
        return NULL;
    }
#define ADD(...)                                                                                                               \
    s = PyUnicode_FromFormat(__VA_ARGS__);                                                                                     \
    if (!s || PyList_Append(list, s) < 0) {                                                                                    \
        Py_XDECREF(s);                                                                                                         \
        Py_DECREF(list);                                                                                                       \
        return NULL;                                                                                                           \
    }                                                                                                                          \
    Py_DECREF(s)
    ADD("%d|%5d|%-5d|%05d|%.3d", -42, 42, 42, 42, 42);
    ADD("%u %lu %llu %zu", 1u, 2ul, 3ull, (size_t)4);
    ADD("%ld %lld %zd %i", -1l, -2ll, (Py_ssize_t)-3, 4);
    ADD("%x %X %#x %o %08lx", 255, 255, 255, 8, 0xabcdefl);
    ADD("%c%c%% %s", 'A', 0x1f600, "caf\xc3\xa9");
    ADD("[%10s|%-10s|%.2s|%*s]", "right", "left", "cut", 4, "w");
    ADD("%S %R %A", arg, arg, arg);
    ADD("%U %V %V", PyUnicode_FromString("u"), NULL, "fallback", PyUnicode_FromString("v"), "unused");
    ADD("%T %#T %N", arg, arg, Py_TYPE(arg));
    ADD("[%5U|%-5S|%.1R]", PyUnicode_FromString("ab"), arg, arg);
#undef ADD
    PyObject *b = PyBytes_FromFormat("%d %s %x %c %zd %%", 7, "bytes", 255, 'q', (Py_ssize_t)9);
    if (!b || PyList_Append(list, b) < 0) {
        Py_XDECREF(b);
        Py_DECREF(list);
        return NULL;
    }
    Py_DECREF(b);
    return list;
}

/* ---- calls and exceptions ---- */

static PyObject *call_things(PyObject *module, PyObject *arg) {
    (void)module;
    PyObject *upper = PyObject_CallMethod(arg, "upper", NULL);
    PyObject *replaced = PyObject_CallMethod(arg, "replace", "ss", "a", "b");
    PyObject *name = PyUnicode_InternFromString("startswith");
    PyObject *prefix = PyUnicode_FromString("ab");
    PyObject *starts = PyObject_CallMethodObjArgs(arg, name, prefix, NULL);
    PyObject *length = PyObject_CallFunctionObjArgs((PyObject *)&PyLong_Type, PyUnicode_FromString("12"), NULL);
    PyObject *built = PyObject_CallFunction((PyObject *)&PyRange_Type, "iii", 1, 10, 3);
    PyObject *none = PyObject_CallNoArgs((PyObject *)&PyDict_Type);
    PyObject *args[3] = {NULL, arg, prefix};
    PyObject *count_name = PyUnicode_FromString("count");
    PyObject *counted = PyObject_VectorcallMethod(count_name, args + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(count_name);
    Py_XDECREF(name);
    Py_XDECREF(prefix);
    return Py_BuildValue("(NNNNNNN)", upper, replaced, starts, length, built, none, counted);
}

static PyObject *raise_own(PyObject *module, PyObject *arg) {
    PyErr_SetObject(state_of(module)->error, arg);
    return NULL;
}

static PyObject *catch(PyObject *module, PyObject *callable) {
    PyObject *result = PyObject_CallNoArgs(callable);
    if (result) {
        return Py_BuildValue("(sN)", "result", result);
    }
    if (PyErr_ExceptionMatches(state_of(module)->error)) {
        PyObject *e = PyErr_GetRaisedException();
        PyObject *args = PyException_GetArgs(e);
        PyObject *r = Py_BuildValue("(sN)", "own", args);
        Py_DECREF(e);
        return r;
    }
    if (PyErr_ExceptionMatches(PyExc_LookupError)) {
        PyObject *type, *value, *tb;
        PyErr_Fetch(&type, &value, &tb);
        PyErr_NormalizeException(&type, &value, &tb);
        PyObject *r = Py_BuildValue("(sOO)", "lookup", type, value);
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(tb);
        return r;
    }
    return NULL;
}

static PyObject *chained(PyObject *module, PyObject *arg) {
    (void)module;
    PyErr_Format(PyExc_KeyError, "%R", arg);
    PyObject *cause = PyErr_GetRaisedException();
    PyErr_SetString(PyExc_RuntimeError, "outer");
    PyObject *e = PyErr_GetRaisedException();
    PyException_SetCause(e, Py_NewRef(cause));
    PyException_SetContext(e, cause);
    PyErr_SetRaisedException(e);
    return NULL;
}

static PyObject *warn(PyObject *module, PyObject *arg) {
    (void)module;
    if (PyErr_WarnFormat(PyExc_UserWarning, 1, "careful with %R", arg) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *iterate(PyObject *module, PyObject *arg) {
    (void)module;
    PyObject *it = PyObject_GetIter(arg), *item;
    if (!it) {
        return NULL;
    }
    PyObject *list = PyList_New(0);
    while ((item = PyIter_Next(it))) {
        PyObject *twice = PyNumber_Add(item, item);
        Py_DECREF(item);
        if (!twice || PyList_Append(list, twice) < 0) {
            Py_XDECREF(twice);
            Py_DECREF(list);
            Py_DECREF(it);
            return NULL;
        }
        Py_DECREF(twice);
    }
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

static PyObject *without_gil(PyObject *module, PyObject *arg) {
    (void)module;
    long n = PyLong_AsLong(arg), total = 0;
    Py_BEGIN_ALLOW_THREADS
    for (long i = 0; i < n; i++) {
        total += i;
    }
    PyGILState_STATE s = PyGILState_Ensure();
    total += PyLong_AsLong(arg);
    PyGILState_Release(s);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(total);
}

/* ---- capsules ---- */

static int shared_value = 42;
static int destroyed = 0;

static void capsule_gone(PyObject *capsule) {
    (void)capsule;
    destroyed++;
}

static PyObject *capsule(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    return PyCapsule_New(&shared_value, "sample.value", capsule_gone);
}

static PyObject *open_capsule(PyObject *module, PyObject *arg) {
    (void)module;
    int *p = PyCapsule_GetPointer(arg, "sample.value");
    return p ? Py_BuildValue("(iii)", *p, PyCapsule_IsValid(arg, "other"), destroyed) : NULL;
}

static PyObject *imported_capsule(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    int *p = PyCapsule_Import("sample.value", 0);
    return p ? PyLong_FromLong(*p) : NULL;
}

/* ---- a heap type with slots, members, getset and methods of every flavour ---- */

typedef struct {
    PyObject_HEAD
    int step;
    double ratio;
    PyObject *label;
    PyObject *extra;
    long value;
    char letter;
    PyObject *weakrefs;
    PyObject *dict;
} Counter;

static int counter_init(PyObject *op, PyObject *args, PyObject *kwargs) {
    Counter *self = (Counter *)op;
    static char *names[] = {"value", "step", "label", NULL};
    PyObject *label = NULL;
    self->step = 1;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|liO:Counter", names, &self->value, &self->step, &label)) {
        return -1;
    }
    Py_XSETREF(self->label, Py_XNewRef(label));
    self->letter = 'c';
    self->ratio = 0.25;
    return 0;
}

static int counter_traverse(PyObject *op, visitproc visit, void *arg) {
    Counter *self = (Counter *)op;
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->label);
    Py_VISIT(self->extra);
    Py_VISIT(self->dict);
    return 0;
}

static int counter_clear(PyObject *op) {
    Counter *self = (Counter *)op;
    Py_CLEAR(self->label);
    Py_CLEAR(self->extra);
    Py_CLEAR(self->dict);
    return 0;
}

static void counter_dealloc(PyObject *op) {
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    if (((Counter *)op)->weakrefs) {
        PyObject_ClearWeakRefs(op);
    }
    counter_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyObject *counter_repr(PyObject *op) {
    return PyUnicode_FromFormat("<Counter %ld>", ((Counter *)op)->value);
}

static PyObject *counter_iternext(PyObject *op) {
    Counter *self = (Counter *)op;
    if (self->value >= 3) {
        return NULL;
    }
    long v = self->value;
    self->value += self->step;
    return PyLong_FromLong(v);
}

static Py_ssize_t counter_length(PyObject *op) {
    if (((Counter *)op)->value < 0) {
        PyErr_SetString(PyExc_OverflowError, "negative");
        return -1;
    }
    return ((Counter *)op)->value;
}

static PyObject *counter_item(PyObject *op, Py_ssize_t i) {
    if (i < 0 || i >= ((Counter *)op)->value) {
        PyErr_SetString(PyExc_IndexError, "no such item");
        return NULL;
    }
    return PyLong_FromSsize_t(i * 10);
}

static int counter_contains(PyObject *op, PyObject *v) {
    long n = PyLong_AsLong(v);
    if (n == -1 && PyErr_Occurred()) {
        return -1;
    }
    return n < ((Counter *)op)->value;
}

static PyObject *counter_add(PyObject *a, PyObject *b) {
    PyObject *module = PyType_GetModuleByDef(PyLong_Check(a) ? Py_TYPE(b) : Py_TYPE(a), &definition);
    if (!module) {
        return NULL;
    }
    PyTypeObject *type = state_of(module)->counter_type;
    long total = 0;
    PyObject *both[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        if (PyObject_TypeCheck(both[i], type)) {
            total += ((Counter *)both[i])->value;
        } else if (PyLong_Check(both[i])) {
            total += PyLong_AsLong(both[i]);
        } else {
            Py_RETURN_NOTIMPLEMENTED;
        }
    }
    return PyObject_CallFunction((PyObject *)type, "l", total);
}

static PyObject *counter_power(PyObject *a, PyObject *b, PyObject *m) {
    (void)a;
    return PyTuple_Pack(2, b, m);
}

static int counter_bool(PyObject *op) {
    return ((Counter *)op)->value != 0;
}

static PyObject *counter_index(PyObject *op) {
    return PyLong_FromLong(((Counter *)op)->value);
}

static Py_hash_t counter_hash(PyObject *op) {
    return ((Counter *)op)->value == -5 ? (PyErr_SetString(PyExc_TypeError, "not this one"), -1) : ((Counter *)op)->value + 1000;
}

static PyObject *counter_richcompare(PyObject *a, PyObject *b, int op) {
    if (Py_TYPE(a) != Py_TYPE(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_RETURN_RICHCOMPARE(((Counter *)a)->value, ((Counter *)b)->value, op);
}

static PyObject *counter_call(PyObject *op, PyObject *args, PyObject *kwargs) {
    return Py_BuildValue("(lOO)", ((Counter *)op)->value, args, kwargs ? kwargs : Py_None);
}

static PyObject *counter_subscript(PyObject *op, PyObject *key) {
    if (PySlice_Check(key)) {
        Py_ssize_t start, stop, step, n;
        if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
            return NULL;
        }
        n = PySlice_AdjustIndices(((Counter *)op)->value, &start, &stop, step);
        return Py_BuildValue("(nnnn)", start, stop, step, n);
    }
    Py_ssize_t i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return counter_item(op, i);
}

static int counter_ass_subscript(PyObject *op, PyObject *key, PyObject *value) {
    Counter *self = (Counter *)op;
    (void)key;
    if (!value) {
        self->value = 0;
        return 0;
    }
    long v = PyLong_AsLong(value);
    if (v == -1 && PyErr_Occurred()) {
        return -1;
    }
    self->value = v;
    return 0;
}

static PyObject *counter_get_double(PyObject *op, void *closure) {
    return PyLong_FromLong(((Counter *)op)->value * *(int *)closure);
}

static int counter_set_double(PyObject *op, PyObject *value, void *closure) {
    if (!value) {
        PyErr_SetString(PyExc_AttributeError, "cannot delete");
        return -1;
    }
    long v = PyLong_AsLong(value);
    if (v == -1 && PyErr_Occurred()) {
        return -1;
    }
    ((Counter *)op)->value = v / *(int *)closure;
    return 0;
}

static PyObject *counter_noargs(PyObject *op, PyObject *unused) {
    (void)unused;
    return Py_NewRef(op);
}
static PyObject *counter_o(PyObject *op, PyObject *arg) {
    return PyTuple_Pack(2, op, arg);
}
static PyObject *counter_varargs(PyObject *op, PyObject *args) {
    (void)op;
    return Py_NewRef(args);
}
static PyObject *counter_keywords(PyObject *op, PyObject *args, PyObject *kwargs) {
    (void)op;
    return Py_BuildValue("(OO)", args, kwargs ? kwargs : Py_None);
}
static PyObject *counter_fast(PyObject *op, PyObject *const *args, Py_ssize_t n) {
    (void)op;
    (void)args;
    return PyLong_FromSsize_t(n);
}
static PyObject *counter_method(PyObject *op, PyTypeObject *class, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    (void)args;
    module_state *state = PyType_GetModuleState(class);
    if (!state) {
        return NULL;
    }
    return Py_BuildValue("(OniO)", class, n, Py_TYPE(op) == state->counter_type, names ? names : Py_None);
}
static PyObject *counter_class(PyObject *class, PyObject *arg) {
    return PyTuple_Pack(2, class, arg);
}
static PyObject *counter_static(PyObject *none, PyObject *args) {
    (void)none;
    return Py_BuildValue("(sO)", "static", args);
}

static PyMethodDef counter_methods[] = {
    {"noargs", counter_noargs, METH_NOARGS, "noargs($self, /)\n--\n\nReturn self."},
    {"o", counter_o, METH_O, NULL},
    {"varargs", counter_varargs, METH_VARARGS, "No signature here."},
    {"keywords", (PyCFunction)(void (*)(void))counter_keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"fast", (PyCFunction)(void (*)(void))counter_fast, METH_FASTCALL, NULL},
    {"method", (PyCFunction)(void (*)(void))counter_method, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL},
    {"class_method", counter_class, METH_O | METH_CLASS, NULL},
    {"static_method", counter_static, METH_VARARGS | METH_STATIC, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef counter_members[] = {
    {"step", Py_T_INT, offsetof(Counter, step), 0, "how far"},
    {"ratio", Py_T_DOUBLE, offsetof(Counter, ratio), 0, NULL},
    {"label", Py_T_OBJECT_EX, offsetof(Counter, label), 0, NULL},
    {"extra", _Py_T_OBJECT, offsetof(Counter, extra), 0, NULL},
    {"value", Py_T_LONG, offsetof(Counter, value), Py_READONLY, NULL},
    {"letter", Py_T_CHAR, offsetof(Counter, letter), 0, NULL},
    {"__weaklistoffset__", Py_T_PYSSIZET, offsetof(Counter, weakrefs), Py_READONLY, NULL},
    {"__dictoffset__", Py_T_PYSSIZET, offsetof(Counter, dict), Py_READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static int two = 2;
static PyGetSetDef counter_getset[] = {
    {"double", counter_get_double, counter_set_double, "twice the value", &two},
    {"readonly", counter_get_double, NULL, NULL, &two},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot counter_slots[] = {
    {Py_tp_doc, "Counter(value=0, step=1, label=None)\n--\n\nCounts."},
    {Py_tp_init, counter_init},
    {Py_tp_dealloc, counter_dealloc},
    {Py_tp_traverse, counter_traverse},
    {Py_tp_clear, counter_clear},
    {Py_tp_repr, counter_repr},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, counter_iternext},
    {Py_tp_hash, counter_hash},
    {Py_tp_richcompare, counter_richcompare},
    {Py_tp_call, counter_call},
    {Py_tp_methods, counter_methods},
    {Py_tp_members, counter_members},
    {Py_tp_getset, counter_getset},
    {Py_sq_length, counter_length},
    {Py_sq_contains, counter_contains},
    {Py_mp_subscript, counter_subscript},
    {Py_mp_ass_subscript, counter_ass_subscript},
    {Py_nb_add, counter_add},
    {Py_nb_power, counter_power},
    {Py_nb_bool, counter_bool},
    {Py_nb_index, counter_index},
    {0, NULL},
};

static PyType_Spec counter_spec = {
    .name = "sample.Counter",
    .basicsize = sizeof(Counter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = counter_slots,
};

/* ---- a collected type with a managed dict, made with PyObject_GC_New ---- */

typedef struct {
    PyObject_HEAD
    PyObject *next;
} Node;

static int nodes_alive = 0;

static int node_traverse(PyObject *op, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((Node *)op)->next);
    return 0;
}
static int node_clear(PyObject *op) {
    Py_CLEAR(((Node *)op)->next);
    return 0;
}
static void node_dealloc(PyObject *op) {
    PyTypeObject *type = Py_TYPE(op);
    PyObject_GC_UnTrack(op);
    node_clear(op);
    nodes_alive--;
    PyObject_GC_Del(op);
    Py_DECREF(type);
}
static PyMemberDef node_members[] = {
    {"next", _Py_T_OBJECT, offsetof(Node, next), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot node_slots[] = {
    {Py_tp_traverse, node_traverse},
    {Py_tp_clear, node_clear},
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_members, node_members},
    {0, NULL},
};
static PyType_Spec node_spec = {
    .name = "sample.Node",
    .basicsize = sizeof(Node),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = node_slots,
};

static PyObject *node(PyObject *module, PyObject *next) {
    Node *n = PyObject_GC_New(Node, state_of(module)->node_type);
    if (!n) {
        return NULL;
    }
    n->next = Py_NewRef(next);
    nodes_alive++;
    PyObject_GC_Track((PyObject *)n);
    return (PyObject *)n;
}

static PyObject *alive(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    return PyLong_FromLong(nodes_alive);
}

/* ---- an exporter of the buffer protocol ---- */

typedef struct {
    PyObject_HEAD
    short items[6];
    Py_ssize_t shape[2];
    Py_ssize_t strides[2];
    int exports;
} Block;

static PyObject *block_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    (void)args;
    (void)kwargs;
    Block *self = (Block *)type->tp_alloc(type, 0);
    if (self) {
        for (int i = 0; i < 6; i++) {
            self->items[i] = (short)(i * i);
        }
        self->shape[0] = 2;
        self->shape[1] = 3;
        self->strides[0] = 6;
        self->strides[1] = 2;
    }
    return (PyObject *)self;
}
static int block_getbuffer(PyObject *op, Py_buffer *view, int flags) {
    Block *self = (Block *)op;
    if ((flags & PyBUF_ND) != PyBUF_ND) {
        PyErr_SetString(PyExc_BufferError, "has two dimensions");
        view->obj = NULL;
        return -1;
    }
    view->obj = Py_NewRef(op);
    view->buf = self->items;
    view->len = sizeof self->items;
    view->itemsize = sizeof self->items[0];
    view->readonly = 0;
    view->ndim = 2;
    view->format = (flags & PyBUF_FORMAT) ? "h" : NULL;
    view->shape = self->shape;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? self->strides : NULL;
    view->suboffsets = NULL;
    view->internal = NULL;
    self->exports++;
    return 0;
}
static void block_releasebuffer(PyObject *op, Py_buffer *view) {
    (void)view;
    ((Block *)op)->exports--;
}
static PyMemberDef block_members[] = {
    {"exports", Py_T_INT, offsetof(Block, exports), Py_READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot block_slots[] = {
    {Py_tp_new, block_new},
    {Py_tp_members, block_members},
    {Py_bf_getbuffer, block_getbuffer},
    {Py_bf_releasebuffer, block_releasebuffer},
    {0, NULL},
};
static PyType_Spec block_spec = {
    .name = "sample.Block",
    .basicsize = sizeof(Block),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = block_slots,
};

static PyObject *buffer_info(PyObject *module, PyObject *arg) {
    (void)module;
    Py_buffer v;
    if (PyObject_GetBuffer(arg, &v, PyBUF_FULL_RO) < 0) {
        return NULL;
    }
    char copy[64] = {0};
    Py_ssize_t n = v.len < 64 ? v.len : 64;
    if (PyBuffer_ToContiguous(copy, &v, v.len, 'C') < 0) {
        PyBuffer_Release(&v);
        return NULL;
    }
    PyObject *r = Py_BuildValue("(niisy#i)", v.len, v.ndim, v.readonly, v.format, copy, n, PyBuffer_IsContiguous(&v, 'C'));
    PyBuffer_Release(&v);
    return r;
}

/* ---- data behind any base's: a negative basic size ---- */

typedef struct {
    long number;
} Data;

static PyObject *data_get(PyObject *op, PyTypeObject *class, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    (void)args;
    (void)n;
    (void)names;
    Data *d = PyObject_GetTypeData(op, class);
    return Py_BuildValue("(li)", d->number++, PyType_GetTypeDataSize(class) >= (Py_ssize_t)sizeof(Data));
}
static PyMethodDef data_methods[] = {
    {"get", (PyCFunction)(void (*)(void))data_get, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyMemberDef data_members[] = {
    {"number", Py_T_LONG, offsetof(Data, number), Py_RELATIVE_OFFSET, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyType_Slot data_slots[] = {
    {Py_tp_methods, data_methods},
    {Py_tp_members, data_members},
    {0, NULL},
};
static PyType_Spec data_spec = {
    .name = "sample.Data",
    .basicsize = -(int)sizeof(Data),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = data_slots,
};

/* ---- a static type, and a static subclass of list ---- */

typedef struct {
    PyObject_HEAD
    PyObject *held;
} Box;

static PyObject *box_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    PyObject *held = Py_None;
    if (kwargs && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "Box() takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "|O:Box", &held)) {
        return NULL;
    }
    Box *self = (Box *)type->tp_alloc(type, 0);
    if (self) {
        self->held = Py_NewRef(held);
    }
    return (PyObject *)self;
}
static void box_dealloc(PyObject *op) {
    Py_CLEAR(((Box *)op)->held);
    Py_TYPE(op)->tp_free(op);
}
static PyObject *box_str(PyObject *op) {
    return PyUnicode_FromFormat("Box of %S", ((Box *)op)->held);
}
static PyObject *box_getattro(PyObject *op, PyObject *name) {
    if (PyUnicode_CompareWithASCIIString(name, "special") == 0) {
        return PyUnicode_FromString("very");
    }
    return PyObject_GenericGetAttr(op, name);
}
static PyMemberDef box_members[] = {
    {"held", Py_T_OBJECT_EX, offsetof(Box, held), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyTypeObject box_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "sample.Box",
    .tp_basicsize = sizeof(Box),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "A box.",
    .tp_new = box_new,
    .tp_dealloc = box_dealloc,
    .tp_str = box_str,
    .tp_getattro = box_getattro,
    .tp_members = box_members,
};

typedef struct {
    PyListObject list;
    long appended;
} CountingList;

static PyObject *counting_append(PyObject *op, PyObject *arg) {
    ((CountingList *)op)->appended++;
    if (PyList_Append(op, arg) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}
static PyMethodDef counting_methods[] = {
    {"append", counting_append, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static PyMemberDef counting_members[] = {
    {"appended", Py_T_LONG, offsetof(CountingList, appended), Py_READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyTypeObject counting_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "sample.CountingList",
    .tp_basicsize = sizeof(CountingList),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_base = &PyList_Type,
    .tp_methods = counting_methods,
    .tp_members = counting_members,
};

/* ---- the module ---- */

static PyMethodDef functions[] = {
    {"noargs", noargs, METH_NOARGS, "noargs($module, /)\n--\n\nCount the calls."},
    {"one", one, METH_O, NULL},
    {"varargs", varargs, METH_VARARGS, NULL},
    {"keywords", (PyCFunction)(void (*)(void))keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"fastcall", (PyCFunction)(void (*)(void))fastcall, METH_FASTCALL, NULL},
    {"fastcall_keywords", (PyCFunction)(void (*)(void))fastcall_keywords, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"sum_sequence", sum_sequence, METH_O, NULL},
    {"text_info", text_info, METH_O, NULL},
    {"make_text", make_text, METH_O, NULL},
    {"reversed_bytes", reversed_bytes, METH_O, NULL},
    {"swap_pair", swap_pair, METH_O, NULL},
    {"invert_dict", invert_dict, METH_O, NULL},
    {"set_things", set_things, METH_O, NULL},
    {"integers", integers, METH_O, NULL},
    {"references", references, METH_O, NULL},
    {"parse", parse, METH_VARARGS, NULL},
    {"unpack", unpack, METH_VARARGS, NULL},
    {"build", build, METH_NOARGS, NULL},
    {"formatted", formatted, METH_O, NULL},
    {"call_things", call_things, METH_O, NULL},
    {"raise_own", raise_own, METH_O, NULL},
    {"catch", catch, METH_O, NULL},
    {"chained", chained, METH_O, NULL},
    {"warn", warn, METH_O, NULL},
    {"iterate", iterate, METH_O, NULL},
    {"without_gil", without_gil, METH_O, NULL},
    {"capsule", capsule, METH_NOARGS, NULL},
    {"open_capsule", open_capsule, METH_O, NULL},
    {"imported_capsule", imported_capsule, METH_NOARGS, NULL},
    {"node", node, METH_O, NULL},
    {"alive", alive, METH_NOARGS, NULL},
    {"buffer_info", buffer_info, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static int execute(PyObject *module) {
    module_state *state = state_of(module);
    state->counter_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &counter_spec, NULL);
    state->node_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &node_spec, NULL);
    state->block_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &block_spec, NULL);
    state->data_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &data_spec, (PyObject *)&PyDict_Type);
    state->error = PyErr_NewExceptionWithDoc("sample.Error", "Raised here.", PyExc_ValueError, NULL);
    if (!state->counter_type || !state->node_type || !state->block_type || !state->data_type || !state->error) {
        return -1;
    }
    if (PyModule_AddType(module, state->counter_type) < 0 || PyModule_AddType(module, state->node_type) < 0 ||
        PyModule_AddType(module, state->block_type) < 0 || PyModule_AddType(module, state->data_type) < 0 ||
        PyModule_AddType(module, &box_type) < 0 || PyModule_AddType(module, &counting_type) < 0) {
        return -1;
    }
    if (PyModule_AddObjectRef(module, "Error", state->error) < 0 || PyModule_AddIntConstant(module, "ANSWER", 42) < 0 ||
        PyModule_AddStringConstant(module, "NAME", "sample") < 0) {
        return -1;
    }
    return PyModule_Add(module, "value", PyCapsule_New(&shared_value, "sample.value", NULL));
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    module_state *state = state_of(module);
    Py_VISIT(state->counter_type);
    Py_VISIT(state->node_type);
    Py_VISIT(state->block_type);
    Py_VISIT(state->data_type);
    Py_VISIT(state->error);
    return 0;
}

static int clear(PyObject *module) {
    module_state *state = state_of(module);
    Py_CLEAR(state->counter_type);
    Py_CLEAR(state->node_type);
    Py_CLEAR(state->block_type);
    Py_CLEAR(state->data_type);
    Py_CLEAR(state->error);
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "sample",
    .m_doc = "A sample of the C API.",
    .m_size = sizeof(module_state),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
};

PyMODINIT_FUNC PyInit_sample(void) {
    return PyModuleDef_Init(&definition);
}
