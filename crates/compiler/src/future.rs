//! `from __future__ import …` at the top of a module.

use crate::error::{Result, syntax_error};
use bytecode::code::flags::*;
use syntax::ast::{Mod, Span, Stmt, StmtKind};

/// What the module's future statements say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Future {
    /// `CO_FUTURE_*` bits.
    pub features: u32,
    /// The last future statement; all zero where there is none.
    pub last: Option<Span>,
}

fn feature(name: &str) -> Option<u32> {
    Some(match name {
        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
        | "print_function" | "unicode_literals" | "generator_stop" => 0,
        "barry_as_FLUFL" => CO_FUTURE_BARRY_AS_BDFL,
        "annotations" => CO_FUTURE_ANNOTATIONS,
        _ => return None,
    })
}

pub fn from_module(module: &Mod) -> Result<Future> {
    let body: &[Stmt] = match module {
        Mod::Module { body, .. } | Mod::Interactive { body } => body,
        _ => return Ok(Future::default()),
    };
    let mut future = Future::default();
    let start = usize::from(crate::preprocess::docstring(body).is_some());
    for stmt in &body[start..] {
        let StmtKind::ImportFrom {
            module: Some(module),
            names,
            level: 0,
        } = &stmt.kind
        else {
            break;
        };
        if &**module != "__future__" {
            break;
        }
        for alias in names {
            match feature(&alias.name) {
                Some(bits) => future.features |= bits,
                None if &*alias.name == "braces" => {
                    return Err(syntax_error(alias.span.into(), "not a chance"));
                }
                None => {
                    let msg = format!("future feature {:.100} is not defined", &*alias.name);
                    return Err(syntax_error(alias.span.into(), msg));
                }
            }
        }
        future.last = Some(stmt.span);
    }
    Ok(future)
}
