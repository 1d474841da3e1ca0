//! The second pass over the symbol table: which names are local, cells, free or global; which comprehensions
//! are inlined.

use super::{Block, BlockId, BlockKind, Comprehension, Scope, SymbolTable, def};
use crate::error::{Result, syntax_error};
use crate::names::{NameMap, NameSet};
use syntax::SyntaxError;
use syntax::ast::Identifier;

pub fn analyze(table: &mut SymbolTable) -> Result {
    let mut free = NameSet::default();
    let mut global = NameSet::default();
    let mut type_params = NameSet::default();
    analyze_block(table, 0, None, &mut free, &mut global, &mut type_params, None)
}

/// An error at the `global` or `nonlocal` statement that names `name`.
fn at_directive(block: &Block, name: &str, msg: String) -> Box<SyntaxError> {
    let span = block
        .directives
        .iter()
        .find(|(n, _)| &**n == name)
        .map(|(_, s)| *s);
    syntax_error(span.unwrap_or_default().into(), msg)
}

/// The names that a block can see while its own are decided.
struct Names<'a> {
    bound: Option<&'a mut NameSet>,
    local: NameSet,
    free: &'a mut NameSet,
    global: &'a mut NameSet,
    type_params: &'a mut NameSet,
}

fn analyze_name(
    table: &SymbolTable,
    id: BlockId,
    name: &Identifier,
    flags: u32,
    names: &mut Names<'_>,
    class: Option<BlockId>,
) -> Result<Scope> {
    let block = table.block(id);
    if flags & def::GLOBAL != 0 {
        if flags & def::NONLOCAL != 0 {
            return Err(at_directive(
                block,
                name,
                format!("name '{name}' is nonlocal and global"),
            ));
        }
        names.global.insert(name.clone());
        if let Some(bound) = &mut names.bound {
            bound.remove(name);
        }
        return Ok(Scope::GlobalExplicit);
    }
    if flags & def::NONLOCAL != 0 {
        let Some(bound) = &names.bound else {
            let msg = "nonlocal declaration not allowed at module level";
            return Err(at_directive(block, name, msg.into()));
        };
        if !bound.contains(name) {
            return Err(at_directive(
                block,
                name,
                format!("no binding for nonlocal '{name}' found"),
            ));
        }
        if names.type_params.contains(name) {
            let msg = format!("nonlocal binding not allowed for type parameter '{name}'");
            return Err(at_directive(block, name, msg));
        }
        names.free.insert(name.clone());
        return Ok(Scope::Free);
    }
    if flags & def::BOUND != 0 {
        names.local.insert(name.clone());
        names.global.remove(name);
        if flags & def::TYPE_PARAM != 0 {
            names.type_params.insert(name.clone());
        } else {
            names.type_params.remove(name);
        }
        return Ok(Scope::Local);
    }
    // A scope that sees a class's names looks them up in the class namespace and then in the globals,
    // even where a function around the class binds the name too.
    if let Some(class) = class
        && &**name != "__classdict__"
    {
        let class_flags = table.block(class).symbol(name);
        if class_flags & def::GLOBAL != 0 {
            return Ok(Scope::GlobalExplicit);
        }
        if class_flags & def::BOUND != 0 && class_flags & def::NONLOCAL == 0 {
            return Ok(Scope::GlobalImplicit);
        }
    }
    if names.bound.as_ref().is_some_and(|bound| bound.contains(name)) {
        names.free.insert(name.clone());
        return Ok(Scope::Free);
    }
    Ok(Scope::GlobalImplicit)
}

fn is_free_in_any_child(table: &SymbolTable, id: BlockId, name: &str) -> bool {
    table
        .block(id)
        .children
        .iter()
        .any(|&child| table.block(child).scope(name) == Scope::Free)
}

/// Merges the names of a comprehension into the block that it is inlined into.
fn inline_comprehension(
    table: &mut SymbolTable,
    id: BlockId,
    comp: BlockId,
    scopes: &mut NameMap<Scope>,
    comp_free: &mut NameSet,
    inlined_cells: &mut NameSet,
) {
    let mut removed = Vec::new();
    let outer_kind = table.block(id).kind;
    for i in 0..table.block(comp).symbols.len() {
        let (name, comp_flags) = table.block(comp).symbols.entry(i).clone();
        if comp_flags & def::PARAM != 0 {
            continue;
        }
        let mut scope = Scope::of(comp_flags);
        let only_flags = comp_flags & ((1 << def::SCOPE_OFFSET) - 1);
        if scope == Scope::Cell || only_flags & def::COMP_CELL != 0 {
            inlined_cells.insert(name.clone());
        }
        // These are never free through a class scope; functions within the comprehension may close over them.
        if scope == Scope::Free
            && outer_kind == BlockKind::Class
            && matches!(
                &*name,
                "__class__" | "__classdict__" | "__conditional_annotations__"
            )
        {
            scope = Scope::GlobalImplicit;
            if !is_free_in_any_child(table, comp, &name) {
                comp_free.remove(&name);
            }
            removed.push(name.clone());
        }
        match table.block(id).symbols.get(&name) {
            None => {
                table.block_mut(id).symbols.set(&name, only_flags);
                scopes.set(&name, scope);
            }
            Some(&flags) => {
                // What the comprehension would have closed over is used here now.
                if scope == Scope::Free && outer_kind != BlockKind::Class {
                    let used = flags | (only_flags & def::USE);
                    table.block_mut(id).symbols.set(&name, used);
                }
                if flags & def::BOUND != 0
                    && outer_kind != BlockKind::Class
                    && !is_free_in_any_child(table, comp, &name)
                {
                    comp_free.remove(&name);
                }
            }
        }
    }
    for name in removed {
        table.block_mut(comp).symbols.remove(&name);
    }
}

/// Local names that inner blocks use become cells.
fn analyze_cells(scopes: &mut NameMap<Scope>, free: &mut NameSet, inlined_cells: &NameSet) {
    for i in 0..scopes.len() {
        let (name, scope) = scopes.entry_mut(i);
        if *scope == Scope::Local && (free.contains(name) || inlined_cells.contains(name)) {
            *scope = Scope::Cell;
            free.remove(name);
        }
    }
}

fn drop_class_free(block: &mut Block, free: &mut NameSet) {
    if free.remove("__class__") {
        block.needs_class_closure = true;
    }
    if free.remove("__classdict__") {
        block.needs_classdict = true;
    }
    if free.remove("__conditional_annotations__") {
        block.has_conditional_annotations = true;
    }
}

/// Writes the decided scopes into the block's symbols and adds the free names of its children.
fn update_symbols(
    block: &mut Block,
    scopes: &NameMap<Scope>,
    bound: Option<&NameSet>,
    free: &NameSet,
    inlined_cells: &NameSet,
    class_flag: bool,
) {
    for i in 0..block.symbols.len() {
        let (name, flags) = block.symbols.entry_mut(i);
        if inlined_cells.contains(name) {
            *flags |= def::COMP_CELL;
        }
        let scope = scopes.get(name).copied().unwrap_or(Scope::Unknown);
        *flags |= (scope as u32) << def::SCOPE_OFFSET;
    }
    let mut names: Vec<&Identifier> = free.iter().collect();
    names.sort_unstable();
    for name in names {
        if let Some(flags) = block.symbols.get_mut(name) {
            if class_flag {
                *flags |= def::FREE_CLASS;
            }
            continue;
        }
        if bound.is_some_and(|bound| !bound.contains(name)) {
            continue;
        }
        block.symbols.set(name, (Scope::Free as u32) << def::SCOPE_OFFSET);
    }
}

fn analyze_block(
    table: &mut SymbolTable,
    id: BlockId,
    mut bound: Option<&mut NameSet>,
    free: &mut NameSet,
    global: &mut NameSet,
    type_params: &mut NameSet,
    class: Option<BlockId>,
) -> Result {
    let kind = table.block(id).kind;
    let function_like = table.block(id).is_function_like();
    let mut scopes: NameMap<Scope> = NameMap::default();
    let mut new_bound = NameSet::default();
    let mut new_global = NameSet::default();
    let mut new_free = NameSet::default();
    let mut inlined_cells = NameSet::default();

    // A class's names are not visible in nested blocks: what these see is settled before its own names.
    if kind == BlockKind::Class {
        new_global.extend(global.iter().cloned());
        if let Some(bound) = &bound {
            new_bound.extend(bound.iter().cloned());
        }
    }

    let mut names = Names {
        bound: bound.as_deref_mut(),
        local: NameSet::default(),
        free,
        global,
        type_params,
    };
    for i in 0..table.block(id).symbols.len() {
        let (name, flags) = table.block(id).symbols.entry(i).clone();
        let scope = analyze_name(table, id, &name, flags, &mut names, class)?;
        scopes.set(&name, scope);
    }
    let local = names.local;

    if kind != BlockKind::Class {
        if function_like {
            new_bound.extend(local);
        }
        if let Some(bound) = &bound {
            new_bound.extend(bound.iter().cloned());
        }
        new_global.extend(global.iter().cloned());
    } else {
        new_bound.insert("__class__".into());
        new_bound.insert("__classdict__".into());
        new_bound.insert("__conditional_annotations__".into());
    }

    let sees_class = table.block(id).can_see_class_scope;
    for child in table.block(id).children.clone() {
        let entry = table.block(child);
        let child_class = if !entry.can_see_class_scope {
            None
        } else if kind == BlockKind::Class {
            Some(id)
        } else {
            class
        };
        // All comprehensions are inlined, except generator expressions and those in annotation scopes
        // within classes.
        let inline = entry.comprehension != Comprehension::No && !entry.generator && !sees_class;
        let mut child_bound = new_bound.clone();
        let mut child_free = new_free.clone();
        let mut child_global = new_global.clone();
        let mut child_type_params = type_params.clone();
        analyze_block(
            table,
            child,
            Some(&mut child_bound),
            &mut child_free,
            &mut child_global,
            &mut child_type_params,
            child_class,
        )?;
        if inline {
            inline_comprehension(table, id, child, &mut scopes, &mut child_free, &mut inlined_cells);
            table.block_mut(child).comp_inlined = true;
        }
        new_free.extend(child_free);
    }

    // The children of inlined comprehensions become our own.
    if table
        .block(id)
        .children
        .iter()
        .any(|&c| table.block(c).comp_inlined)
    {
        let mut children = Vec::new();
        for &child in &table.block(id).children {
            if table.block(child).comp_inlined {
                children.extend_from_slice(&table.block(child).children);
            } else {
                children.push(child);
            }
        }
        table.block_mut(id).children = children;
    }

    if function_like {
        analyze_cells(&mut scopes, &mut new_free, &inlined_cells);
    } else if kind == BlockKind::Class {
        drop_class_free(table.block_mut(id), &mut new_free);
    }
    let class_flag = kind == BlockKind::Class || sees_class;
    update_symbols(
        table.block_mut(id),
        &scopes,
        bound.as_deref(),
        &new_free,
        &inlined_cells,
        class_flag,
    );
    free.extend(new_free);
    Ok(())
}
