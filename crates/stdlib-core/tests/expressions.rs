//! Evaluates the expressions of `expressions.txt` over this crate's modules, and compares with what CPython made of them (`record.py`
//! says how to record that). It needs the object model, but no virtual machine: the expressions are calls, literals and operators.

use object::*;
use std::collections::HashMap;
use syntax::ast::{CmpOp, Constant, Expr, ExprKind, Mod, Operator, UnaryOp};

type Names = HashMap<String, Py>;

fn values(exprs: &[Expr], names: &Names) -> PyResult<Vec<Py>> {
    exprs.iter().map(|expr| evaluate(expr, names)).collect()
}

fn constant(value: &Constant) -> PyResult {
    Ok(match value {
        Constant::None => none(),
        Constant::True => object::bool::py_bool(true),
        Constant::False => object::bool::py_bool(false),
        Constant::Ellipsis => ellipsis(),
        Constant::Int(int) => PyInt::from_big(&int.clone().into())?.into_object(),
        Constant::Float(float) => PyFloat::new(*float)?.into_object(),
        Constant::Imaginary(im) => PyComplex::new(0.0, *im)?.into_object(),
        Constant::Str(text) => PyStr::from_wtf8(text)?.into_object(),
        Constant::Bytes(bytes) => PyBytes::new(bytes)?.into_object(),
    })
}

fn evaluate(expr: &Expr, names: &Names) -> PyResult {
    match &expr.kind {
        ExprKind::Constant { value, .. } => constant(value),
        ExprKind::Name { id, .. } => match names.get(&**id) {
            Some(value) => Ok(value.clone()),
            None => raise!(RuntimeError, "no name {}", &**id),
        },
        ExprKind::Attribute { value, attr, .. } => evaluate(value, names)?.get_attr_str(attr),
        ExprKind::Subscript { value, slice, .. } => {
            let value = evaluate(value, names)?;
            value.get_item(&*evaluate(slice, names)?)
        }
        ExprKind::List { elts, .. } => PyList::from_vec(values(elts, names)?).map(Py::into_object),
        ExprKind::Tuple { elts, .. } => PyTuple::from_vec(values(elts, names)?).map(Py::into_object),
        ExprKind::Dict { keys, values } => {
            let dict = PyDict::new()?;
            for (key, value) in keys.iter().zip(values) {
                let key = evaluate(key.as_ref().expect("a key"), names)?;
                dict.set_item(&*key, &*evaluate(value, names)?)?;
            }
            Ok(dict.into_object())
        }
        ExprKind::Slice { lower, upper, step } => {
            let part = |e: &Option<Box<Expr>>| e.as_ref().map_or(Ok(none()), |e| evaluate(e, names));
            PySlice::new(part(lower)?, part(upper)?, part(step)?).map(Py::into_object)
        }
        ExprKind::UnaryOp { op, operand } => {
            let a = evaluate(operand, names)?;
            match op {
                UnaryOp::USub => number::negative(&a),
                UnaryOp::UAdd => number::positive(&a),
                UnaryOp::Invert => number::invert(&a),
                UnaryOp::Not => Ok(object::bool::py_bool(!a.is_true()?)),
            }
        }
        ExprKind::BinOp { left, op, right } => {
            let (a, b) = (evaluate(left, names)?, evaluate(right, names)?);
            match op {
                Operator::Add => number::add(&a, &b),
                Operator::Sub => number::subtract(&a, &b),
                Operator::Mult => number::multiply(&a, &b),
                Operator::MatMult => number::matrix_multiply(&a, &b),
                Operator::Div => number::true_divide(&a, &b),
                Operator::FloorDiv => number::floor_divide(&a, &b),
                Operator::Mod => number::remainder(&a, &b),
                Operator::Pow => number::power(&a, &b, None),
                Operator::LShift => number::lshift(&a, &b),
                Operator::RShift => number::rshift(&a, &b),
                Operator::BitOr => number::or(&a, &b),
                Operator::BitXor => number::xor(&a, &b),
                Operator::BitAnd => number::and(&a, &b),
            }
        }
        ExprKind::Compare {
            left,
            ops,
            comparators,
        } => {
            let (a, b) = (evaluate(left, names)?, evaluate(&comparators[0], names)?);
            let op = match ops[0] {
                CmpOp::Eq => CompareOp::Eq,
                CmpOp::NotEq => CompareOp::Ne,
                CmpOp::Lt => CompareOp::Lt,
                CmpOp::LtE => CompareOp::Le,
                CmpOp::Gt => CompareOp::Gt,
                CmpOp::GtE => CompareOp::Ge,
                CmpOp::In => return Ok(object::bool::py_bool(b.contains(&a)?)),
                CmpOp::NotIn => return Ok(object::bool::py_bool(!b.contains(&a)?)),
                CmpOp::Is => return Ok(object::bool::py_bool(a.is(&*b))),
                CmpOp::IsNot => return Ok(object::bool::py_bool(!a.is(&*b))),
            };
            a.rich_compare(&b, op)
        }
        ExprKind::Call { func, args, keywords } => {
            let args = values(args, names)?;
            let builtin = match &func.kind {
                ExprKind::Name { id, .. } if !names.contains_key(&**id) => &**id,
                _ => "",
            };
            match (builtin, &args[..]) {
                ("next", [iter]) => match iter::next(iter)? {
                    Some(value) => return Ok(value),
                    None => return raise!(StopIteration),
                },
                ("len", [obj]) => return Ok(PyInt::from_i64(obj.length()? as i64)?.into_object()),
                ("hasattr", [obj, name]) => {
                    let name = name.downcast::<PyStr>().expect("a name");
                    return Ok(object::bool::py_bool(obj.has_attr(name)?));
                }
                ("iter", [obj]) => return iter::get_iter(obj),
                ("abs", [obj]) => return number::absolute(obj),
                ("divmod", [a, b]) => return number::divmod(a, b),
                ("pow", [a, b]) => return number::power(a, b, None),
                ("pow", [a, b, m]) => return number::power(a, b, Some(&**m)),
                ("round", args) => {
                    let rest: Vec<&PyObject> = args[1..].iter().map(|a| &**a).collect();
                    return args[0].call_method(intern!("__round__"), &rest);
                }
                ("format", [a, spec]) => {
                    return match spec.downcast::<PyStr>() {
                        Some(spec) => a.format(spec).map(Py::into_object),
                        None => raise!(
                            TypeError,
                            "format() argument 2 must be str, not {}",
                            spec.ty().name()
                        ),
                    };
                }
                ("ascii", [obj]) => return obj.ascii().map(Py::into_object),
                ("chr", [obj]) => {
                    let c = number::index(obj)?.to_i64().expect("a code point");
                    return PyStr::from_char(c as u32).map(Py::into_object);
                }
                ("repr", [obj]) => return obj.repr().map(Py::into_object),
                ("hash", [obj]) => return Ok(PyInt::from_i64(obj.hash()? as i64)?.into_object()),
                ("getattr", [obj, name]) => {
                    return obj.get_attr(name.downcast::<PyStr>().expect("a name"));
                }
                _ => {}
            }
            let func = evaluate(func, names)?;
            let kw: PyResult<Vec<(Py<PyStr>, Py)>> = keywords
                .iter()
                .map(|keyword| {
                    let name = keyword.arg.as_ref().expect("a name");
                    Ok((PyStr::new(name)?, evaluate(&keyword.value, names)?))
                })
                .collect();
            let kw = kw?;
            let kw: Vec<(&PyStr, &PyObject)> = kw.iter().map(|(name, value)| (&**name, &**value)).collect();
            let args: Vec<&PyObject> = args.iter().map(|arg| &**arg).collect();
            call::call_kw(&func, &args, &kw)
        }
        other => panic!("no such expression here: {other:?}"),
    }
}

/// `ascii(text)` without its quotes, addresses left out.
fn shown(text: &PyStr) -> PyResult<String> {
    let quoted = text.as_object().ascii()?.to_string();
    let mut out = String::new();
    let mut rest = &quoted[1..quoted.len() - 1];
    while let Some(at) = rest.find("at 0x") {
        out += &rest[..at];
        out += "at ADDRESS";
        rest = rest[at + 5..].trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    Ok((out + rest).replace('\t', " "))
}

fn outcome(result: PyResult) -> String {
    let text = result
        .and_then(|value| value.repr())
        .and_then(|repr| shown(&repr));
    text.unwrap_or_else(|raised| {
        let error = error::fetch(raised);
        let text = error
            .str()
            .map(|text| text.to_string())
            .unwrap_or_else(|_| "?".into());
        let line = format!("!! {}: {text}", error.ty().name());
        PyStr::new_wtf8_lossy(&line)
            .and_then(|line| shown(&line))
            .unwrap_or(line)
    })
}

fn parse(source: &str) -> Expr {
    let parsed = syntax::parse(source, syntax::Mode::Eval, Default::default());
    match parsed
        .unwrap_or_else(|error| panic!("{source}: {error:?}"))
        .module
    {
        Mod::Expression { body } => *body,
        _ => panic!("no expression: {source}"),
    }
}

fn import(name: &str) -> PyResult {
    match stdlib_core::modules().iter().find(|(n, _)| *n == name) {
        Some((_, init)) => init(),
        // the codecs' registry is empty without the package
        None if name == "encodings" => Ok(none()),
        None if name == "builtins" => Ok(PyModule::new(name)?.into_object()),
        None => raise!(ImportError, "no module {name}"),
    }
}

fn run() -> PyResult<Vec<String>> {
    startup::ready_types()?;
    hooks::IMPORT.set(Some(import));
    let mut names = Names::new();
    for name in ["math", "cmath", "_codecs"] {
        names.insert(name.to_string(), import(name)?);
    }
    let types = [
        PyInt::type_object(),
        PyFloat::type_object(),
        PyStr::type_object(),
        PyBytes::type_object(),
        PyByteArray::type_object(),
        PyComplex::type_object(),
        PyMemoryView::type_object(),
        object::bool::PyBool::type_object(),
        PyList::type_object(),
        PyTuple::type_object(),
        PyDict::type_object(),
        typeobject::PyTypeObject::type_object(),
    ];
    for ty in types {
        names.insert(ty.name().to_string(), ty.as_object().new_ref());
    }
    let mut wrong = Vec::new();
    for line in include_str!("expressions.txt").lines() {
        let assigned = line
            .split_once(" = ")
            .filter(|(name, _)| name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_'));
        match (assigned, line.split_once('\t')) {
            (Some((name, expression)), None) => match evaluate(&parse(expression), &names) {
                Ok(value) => drop(names.insert(name.into(), value)),
                Err(raised) => wrong.push(format!("{line}\n    {}", outcome(Err(raised)))),
            },
            (_, Some((expression, expected))) => {
                let got = outcome(evaluate(&parse(expression), &names));
                if got != expected {
                    wrong.push(format!("{expression}\n    {got}\n    {expected}"));
                }
            }
            _ => panic!("{line}"),
        }
    }
    Ok(wrong)
}

#[test]
fn expressions() {
    let state = thread::ThreadState::new();
    thread::init_stack_limit(&state);
    // SAFETY: the state lives until the end of the test, on this thread.
    unsafe { thread::set_current(&*state) };
    match run() {
        Ok(wrong) => assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n")),
        Err(raised) => panic!("{}", outcome(Err(raised))),
    }
    std::mem::forget(state);
}
