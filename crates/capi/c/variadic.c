/* The variadic functions of the C API. Each puts its arguments into a walker and hands it to a Rust function, which takes them
 * out one at a time through the accessors below: all meaning of formats is there. Only the standard headers are needed. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
    va_list list;
} walker;

/* ---- what Rust takes the arguments with ---- */

void *taipan_va_pointer(walker *w) { return va_arg(w->list, void *); }
int taipan_va_int(walker *w) { return va_arg(w->list, int); }
long taipan_va_long(walker *w) { return va_arg(w->list, long); }
long long taipan_va_longlong(walker *w) { return va_arg(w->list, long long); }
double taipan_va_double(walker *w) { return va_arg(w->list, double); }

/* ---- parsing of arguments ---- */

int taipan_arg_parse(void *args, const char *format, int tuple, walker *w);
int taipan_arg_parse_keywords(void *args, void *kwargs, const char *format, const char *const *names, walker *w);
int taipan_arg_unpack(void *args, const char *name, ptrdiff_t min, ptrdiff_t max, walker *w);

#define WALK(last, result, call)                                                                                               \
    walker w;                                                                                                                  \
    va_start(w.list, last);                                                                                                    \
    result = call;                                                                                                             \
    va_end(w.list)

#define COPY(from, result, call)                                                                                               \
    walker w;                                                                                                                  \
    va_copy(w.list, from);                                                                                                     \
    result = call;                                                                                                             \
    va_end(w.list)

#define PARSERS(suffix)                                                                                                        \
    int PyArg_Parse##suffix(void *args, const char *format, ...) {                                                             \
        WALK(format, int r, taipan_arg_parse(args, format, 0, &w));                                                            \
        return r;                                                                                                              \
    }                                                                                                                          \
    int PyArg_ParseTuple##suffix(void *args, const char *format, ...) {                                                        \
        WALK(format, int r, taipan_arg_parse(args, format, 1, &w));                                                            \
        return r;                                                                                                              \
    }                                                                                                                          \
    int PyArg_VaParse##suffix(void *args, const char *format, va_list list) {                                                  \
        COPY(list, int r, taipan_arg_parse(args, format, 1, &w));                                                              \
        return r;                                                                                                              \
    }                                                                                                                          \
    int PyArg_ParseTupleAndKeywords##suffix(void *args, void *kwargs, const char *format, const char *const *names, ...) {     \
        WALK(names, int r, taipan_arg_parse_keywords(args, kwargs, format, names, &w));                                        \
        return r;                                                                                                              \
    }                                                                                                                          \
    int PyArg_VaParseTupleAndKeywords##suffix(void *args, void *kwargs, const char *format, const char *const *names,          \
                                              va_list list) {                                                                  \
        COPY(list, int r, taipan_arg_parse_keywords(args, kwargs, format, names, &w));                                         \
        return r;                                                                                                              \
    }

/* The names with `_SizeT` are what the headers of older versions made of the plain ones. */
PARSERS()
#define PyArg_Parse_SizeT _PyArg_Parse_SizeT
#define PyArg_ParseTuple_SizeT _PyArg_ParseTuple_SizeT
#define PyArg_VaParse_SizeT _PyArg_VaParse_SizeT
#define PyArg_ParseTupleAndKeywords_SizeT _PyArg_ParseTupleAndKeywords_SizeT
#define PyArg_VaParseTupleAndKeywords_SizeT _PyArg_VaParseTupleAndKeywords_SizeT
PARSERS(_SizeT)

int PyArg_UnpackTuple(void *args, const char *name, ptrdiff_t min, ptrdiff_t max, ...) {
    WALK(max, int r, taipan_arg_unpack(args, name, min, max, &w));
    return r;
}

/* ---- building of values, and calls ---- */

void *taipan_build_value(const char *format, walker *w);
void *taipan_call_function(void *callable, const char *format, walker *w);
void *taipan_call_method(void *object, const char *name, const char *format, walker *w);
void *taipan_call_objects(void *callable, walker *w);
void *taipan_call_method_objects(void *object, void *name, walker *w);
void *taipan_tuple_pack(ptrdiff_t n, walker *w);

#define BUILDERS(build, vabuild, function, method)                                                                             \
    void *build(const char *format, ...) {                                                                                     \
        WALK(format, void *r, taipan_build_value(format, &w));                                                                 \
        return r;                                                                                                              \
    }                                                                                                                          \
    void *vabuild(const char *format, va_list list) {                                                                          \
        COPY(list, void *r, taipan_build_value(format, &w));                                                                   \
        return r;                                                                                                              \
    }                                                                                                                          \
    void *function(void *callable, const char *format, ...) {                                                                  \
        WALK(format, void *r, taipan_call_function(callable, format, &w));                                                     \
        return r;                                                                                                              \
    }                                                                                                                          \
    void *method(void *object, const char *name, const char *format, ...) {                                                    \
        WALK(format, void *r, taipan_call_method(object, name, format, &w));                                                   \
        return r;                                                                                                              \
    }

BUILDERS(Py_BuildValue, Py_VaBuildValue, PyObject_CallFunction, PyObject_CallMethod)
BUILDERS(_Py_BuildValue_SizeT, _Py_VaBuildValue_SizeT, _PyObject_CallFunction_SizeT, _PyObject_CallMethod_SizeT)

void *PyEval_CallFunction(void *callable, const char *format, ...) {
    WALK(format, void *r, taipan_call_function(callable, format, &w));
    return r;
}

void *PyEval_CallMethod(void *object, const char *name, const char *format, ...) {
    WALK(format, void *r, taipan_call_method(object, name, format, &w));
    return r;
}

void *PyObject_CallFunctionObjArgs(void *callable, ...) {
    WALK(callable, void *r, taipan_call_objects(callable, &w));
    return r;
}

void *PyObject_CallMethodObjArgs(void *object, void *name, ...) {
    WALK(name, void *r, taipan_call_method_objects(object, name, &w));
    return r;
}

void *PyTuple_Pack(ptrdiff_t n, ...) {
    WALK(n, void *r, taipan_tuple_pack(n, &w));
    return r;
}

/* ---- formatted text ---- */

void *taipan_format_str(const char *format, walker *w);
void *taipan_format_bytes(const char *format, walker *w);
void *taipan_err_format(void *exception, const char *format, int cause, walker *w);
void taipan_err_unraisable(const char *format, walker *w);
int taipan_err_warn(void *category, ptrdiff_t level, void *source, const char *format, walker *w);
int taipan_err_warn_explicit(void *category, const char *filename, int line, const char *module, void *registry,
                             const char *format, walker *w);
void taipan_sys_format(const char *name, const char *format, walker *w);
void taipan_sys_write(const char *name, const char *text, int cut);
int taipan_writer_format(void *writer, const char *format, walker *w);
int taipan_sys_audit(const char *event, const char *format, walker *w);

void *PyUnicode_FromFormat(const char *format, ...) {
    WALK(format, void *r, taipan_format_str(format, &w));
    return r;
}

void *PyUnicode_FromFormatV(const char *format, va_list list) {
    COPY(list, void *r, taipan_format_str(format, &w));
    return r;
}

void *PyBytes_FromFormat(const char *format, ...) {
    WALK(format, void *r, taipan_format_bytes(format, &w));
    return r;
}

void *PyBytes_FromFormatV(const char *format, va_list list) {
    COPY(list, void *r, taipan_format_bytes(format, &w));
    return r;
}

void *PyErr_Format(void *exception, const char *format, ...) {
    WALK(format, void *r, taipan_err_format(exception, format, 0, &w));
    return r;
}

void *PyErr_FormatV(void *exception, const char *format, va_list list) {
    COPY(list, void *r, taipan_err_format(exception, format, 0, &w));
    return r;
}

void *_PyErr_FormatFromCause(void *exception, const char *format, ...) {
    WALK(format, void *r, taipan_err_format(exception, format, 1, &w));
    return r;
}

void PyErr_FormatUnraisable(const char *format, ...) {
    walker w;
    va_start(w.list, format);
    taipan_err_unraisable(format, &w);
    va_end(w.list);
}

int PyErr_WarnFormat(void *category, ptrdiff_t level, const char *format, ...) {
    WALK(format, int r, taipan_err_warn(category, level, NULL, format, &w));
    return r;
}

int PyErr_ResourceWarning(void *source, ptrdiff_t level, const char *format, ...) {
    WALK(format, int r, taipan_err_warn(NULL, level, source, format, &w));
    return r;
}

int PyErr_WarnExplicitFormat(void *category, const char *filename, int line, const char *module, void *registry,
                             const char *format, ...) {
    WALK(format, int r, taipan_err_warn_explicit(category, filename, line, module, registry, format, &w));
    return r;
}

void PySys_FormatStdout(const char *format, ...) {
    walker w;
    va_start(w.list, format);
    taipan_sys_format("stdout", format, &w);
    va_end(w.list);
}

void PySys_FormatStderr(const char *format, ...) {
    walker w;
    va_start(w.list, format);
    taipan_sys_format("stderr", format, &w);
    va_end(w.list);
}

int PyUnicodeWriter_Format(void *writer, const char *format, ...) {
    WALK(format, int r, taipan_writer_format(writer, format, &w));
    return r;
}

int PySys_Audit(const char *event, const char *format, ...) {
    WALK(format, int r, taipan_sys_audit(event, format, &w));
    return r;
}

/* These two take C's own formats, and cut at 1000 bytes. */
#define WRITE_SIZE 1001

void PySys_WriteStdout(const char *format, ...) {
    char text[WRITE_SIZE];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    taipan_sys_write("stdout", text, n < 0 || (size_t)n >= sizeof text);
}

void PySys_WriteStderr(const char *format, ...) {
    char text[WRITE_SIZE];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    taipan_sys_write("stderr", text, n < 0 || (size_t)n >= sizeof text);
}

int PyOS_vsnprintf(char *to, size_t size, const char *format, va_list list) {
    if (size == 0 || size > INT32_MAX - 512) {
        return -666;
    }
    int n = vsnprintf(to, size, format, list);
    to[size - 1] = '\0';
    return n;
}

int PyOS_snprintf(char *to, size_t size, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int n = PyOS_vsnprintf(to, size, format, list);
    va_end(list);
    return n;
}
