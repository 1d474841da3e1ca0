//! Parsing of text signatures such as `($self, key, default=None, /, *args, flag=False)`.

/// What one signature says.
#[derive(Default)]
pub struct Signature {
    /// `$self`, `$type` or `$module` stands first.
    pub receiver: Option<String>,
    /// Positional-only, then positional-or-keyword, then keyword-only.
    pub params: Vec<Param>,
    pub varargs: bool,
    pub varkw: bool,
}

pub struct Param {
    pub name: String,
    pub kind: Kind,
    pub optional: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    PosOnly,
    PosOrKw,
    KwOnly,
}

/// Splits at commas outside quotes and brackets.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut current, mut quote) = (Vec::new(), 0, String::new(), None);
    for c in text.chars() {
        match (quote, c) {
            (Some(q), c) => {
                if c == q {
                    quote = None;
                }
                current.push(c);
                continue;
            }
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(current.trim().to_string());
                current.clear();
                continue;
            }
            _ => {}
        }
        current.push(c);
    }
    if !current.trim().is_empty() {
        parts.push(current.trim().to_string());
    }
    parts
}

pub fn parse(text: &str) -> Result<Signature, String> {
    let inner = text
        .trim()
        .strip_prefix('(')
        .and_then(|t| t.strip_suffix(')'))
        .ok_or_else(|| format!("signature must stand in parentheses: {text}"))?;
    let mut sig = Signature::default();
    let mut kw_only = false;
    for part in split(inner) {
        if let Some(name) = part.strip_prefix('$') {
            sig.receiver = Some(name.to_string());
        } else if part == "/" {
            for p in &mut sig.params {
                p.kind = Kind::PosOnly;
            }
        } else if part.starts_with("**") {
            sig.varkw = true;
        } else if let Some(rest) = part.strip_prefix('*') {
            kw_only = true;
            sig.varargs = !rest.is_empty();
        } else if part.contains('[') && !part.contains('=') {
            // optional groups: `sub[, start[, end]]`
            for (i, name) in part.replace(']', "").split('[').enumerate() {
                sig.params.push(Param {
                    name: name.trim_matches([',', ' ']).to_string(),
                    kind: if kw_only { Kind::KwOnly } else { Kind::PosOrKw },
                    optional: i > 0,
                });
            }
        } else {
            let (name, optional) = match part.split_once('=') {
                Some((name, _)) => (name.trim().to_string(), true),
                None => (part.clone(), false),
            };
            let kind = if kw_only { Kind::KwOnly } else { Kind::PosOrKw };
            sig.params.push(Param { name, kind, optional });
        }
    }
    Ok(sig)
}
