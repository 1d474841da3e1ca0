//! `#[pymethods]` and `#[pymodule]`: the functions of an `impl` block as slots and tables.

use crate::signature::{self, Kind, Signature};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use std::ffi::CString;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, ImplItem, ItemImpl, LitCStr, LitStr, Path, Token, parenthesized};

/// Options of the attribute on the block.
#[derive(Default)]
struct BlockOptions {
    part: Option<Ident>,
    extend: Vec<Ident>,
    name: Option<LitStr>,
    types: Vec<Path>,
    /// The text signature of a class whose constructor is a slot.
    signature: Option<LitStr>,
    /// Read-only members: the name in Python and the field.
    members: Vec<(Ident, Ident)>,
    /// Read-only members that are C `int`s.
    int_members: Vec<Ident>,
}

impl Parse for BlockOptions {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut o = BlockOptions::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "part" => {
                    input.parse::<Token![=]>()?;
                    o.part = Some(input.parse()?);
                }
                "name" => {
                    input.parse::<Token![=]>()?;
                    o.name = Some(input.parse()?);
                }
                "signature" => {
                    input.parse::<Token![=]>()?;
                    o.signature = Some(input.parse()?);
                }
                "extend" => {
                    let inner;
                    parenthesized!(inner in input);
                    o.extend = inner
                        .parse_terminated(Ident::parse, Token![,])?
                        .into_iter()
                        .collect();
                }
                "members" => {
                    let inner;
                    parenthesized!(inner in input);
                    while !inner.is_empty() {
                        let name: Ident = inner.parse()?;
                        let field = if inner.peek(Token![=]) {
                            inner.parse::<Token![=]>()?;
                            inner.parse()?
                        } else {
                            name.clone()
                        };
                        o.members.push((name, field));
                        if !inner.is_empty() {
                            inner.parse::<Token![,]>()?;
                        }
                    }
                }
                "int_members" => {
                    let inner;
                    parenthesized!(inner in input);
                    o.int_members = inner
                        .parse_terminated(Ident::parse, Token![,])?
                        .into_iter()
                        .collect();
                }
                "types" => {
                    let inner;
                    parenthesized!(inner in input);
                    o.types = inner
                        .parse_terminated(Path::parse, Token![,])?
                        .into_iter()
                        .collect();
                }
                other => return Err(syn::Error::new(key.span(), format!("unknown option {other}"))),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(o)
    }
}

/// Options of the attribute on a function.
#[derive(Default)]
struct FnOptions {
    signature: Option<LitStr>,
    name: Option<LitStr>,
    /// The text signature, where it says something else than what is parsed.
    shown: Option<LitStr>,
    nosig: bool,
    raw: bool,
    /// The method's descriptor stands in the dict instead of the slot's.
    coexist: bool,
    target: Option<Ident>,
}

impl Parse for FnOptions {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut o = FnOptions::default();
        while !input.is_empty() {
            if input.peek(LitStr) {
                o.signature = Some(input.parse()?);
            } else {
                let key: Ident = input.parse()?;
                match key.to_string().as_str() {
                    "name" if input.peek(Token![=]) => {
                        input.parse::<Token![=]>()?;
                        o.name = Some(input.parse()?);
                    }
                    "shown" => {
                        input.parse::<Token![=]>()?;
                        o.shown = Some(input.parse()?);
                    }
                    "coexist" => o.coexist = true,
                    "nosig" => o.nosig = true,
                    "raw" => o.raw = true,
                    _ => o.target = Some(key),
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(o)
    }
}

fn cstr(text: &str, span: Span) -> LitCStr {
    LitCStr::new(&CString::new(text).expect("no NUL in names and signatures"), span)
}

const ATTRIBUTES: &[&str] = &[
    "method",
    "classmethod",
    "staticmethod",
    "function",
    "slot",
    "new",
    "init",
    "getter",
    "setter",
    "classattr",
    "exec",
];

fn take_attribute(attrs: &mut Vec<Attribute>) -> Option<Attribute> {
    let at = attrs
        .iter()
        .position(|a| ATTRIBUTES.iter().any(|n| a.path().is_ident(n)))?;
    Some(attrs.remove(at))
}

fn options(attr: &Attribute) -> syn::Result<FnOptions> {
    match attr.meta {
        syn::Meta::Path(_) => Ok(FnOptions::default()),
        _ => attr.parse_args(),
    }
}

/// How the receiver reaches the Rust function.
#[derive(Clone, Copy, PartialEq)]
enum Receiver {
    SelfRef,
    Class,
    Module,
    None,
}

/// The parser's constant and the conversions of one function: (spec, list of argument expressions).
fn arguments(
    sig: &Signature,
    fname: &str,
    shown: TokenStream,
    self_noargs: bool,
) -> (TokenStream, Vec<TokenStream>) {
    let names: Vec<String> = sig
        .params
        .iter()
        .map(|p| {
            if p.kind == Kind::PosOnly {
                String::new()
            } else {
                p.name.clone()
            }
        })
        .collect();
    let pos_only = sig.params.iter().filter(|p| p.kind == Kind::PosOnly).count();
    let pos = sig.params.iter().filter(|p| p.kind != Kind::KwOnly).count();
    let min_pos = sig
        .params
        .iter()
        .filter(|p| p.kind != Kind::KwOnly && !p.optional)
        .count();
    let required: Vec<bool> = sig.params.iter().map(|p| !p.optional).collect();
    let (varargs, varkw) = (sig.varargs, sig.varkw);
    let spec = quote! {
        ::object::args::ArgSpec {
            fname: #fname,
            names: &[#(#names),*],
            required: &[#(#required),*],
            pos_only: #pos_only,
            pos: #pos,
            min_pos: #min_pos,
            varargs: #varargs,
            varkw: #varkw,
        }
    };
    let single = sig.params.len() == 1 && self_noargs;
    let mut args = Vec::new();
    for (i, p) in sig.params.iter().enumerate() {
        let place = if p.kind == Kind::PosOnly {
            if single {
                quote!(::object::args::Place::Only)
            } else {
                quote!(::object::args::Place::Position(#i + 1))
            }
        } else {
            let n = &p.name;
            quote!(::object::args::Place::Named(#n))
        };
        let ctx = quote!(::object::args::ArgContext { fname: #shown, place: #place });
        args.push(if p.optional {
            quote!(match __buf[#i] { Some(__a) => Some(::object::args::FromArg::from_arg(__a, #ctx)?), None => None })
        } else {
            // the parser has made sure that required arguments are there
            quote!(::object::args::FromArg::from_arg(
                match __buf[#i] { Some(__a) => __a, None => return ::object::error::missing_argument() }, #ctx)?)
        });
    }
    (spec, args)
}

pub fn expand(attr: TokenStream, item: TokenStream, module: bool) -> syn::Result<TokenStream> {
    let block: BlockOptions = syn::parse2(attr)?;
    let mut item: ItemImpl = syn::parse2(item)?;
    let self_ty = item.self_ty.clone();
    let mut wrappers = Vec::new();
    let mut method_defs = Vec::new();
    let mut fills = Vec::new();
    let mut getters: Vec<(String, Option<Ident>, Option<Ident>)> = Vec::new();
    let mut class_attrs = Vec::new();
    let mut exec = None;
    let mut has_dealloc = false;
    let mut slot_names = Vec::new();

    for entry in &mut item.items {
        let ImplItem::Fn(f) = entry else { continue };
        let Some(attr) = take_attribute(&mut f.attrs) else {
            continue;
        };
        let kind = attr.path().get_ident().map(|i| i.to_string()).unwrap_or_default();
        let o = options(&attr)?;
        let ident = f.sig.ident.clone();
        let plain = ident.to_string().trim_start_matches("r#").to_string();
        let pyname = o.name.as_ref().map_or(plain.clone(), |n| n.value());
        let wrapper = format_ident!("__py_{}", plain);
        let span = ident.span();
        match kind.as_str() {
            "exec" => exec = Some(ident),
            "classattr" => class_attrs.push(quote! {
                __dict.set_item(::object::intern!(#pyname), &*::object::args::IntoPyResult::into_py_result(Self::#ident())?)?;
            }),
            "getter" => {
                wrappers.push(quote! {
                    #[allow(non_snake_case)]
                    unsafe extern "C" fn #wrapper(__slf: &::object::PyObject, _: *mut ::std::ffi::c_void) -> ::object::PyResult {
                        // SAFETY: the descriptor has checked the type of its object.
                        let __slf = unsafe { __slf.downcast_unchecked::<Self>() };
                        ::object::args::IntoPyResult::into_py_result(Self::#ident(__slf))
                    }
                });
                match getters.iter_mut().find(|g| g.0 == pyname) {
                    Some(g) => g.1 = Some(wrapper),
                    None => getters.push((pyname, Some(wrapper), None)),
                }
            }
            "setter" => {
                let target = match &o.target {
                    Some(t) => t.to_string().trim_start_matches("r#").to_string(),
                    // an attribute of that name, not the option
                    None if o.raw => "raw".to_string(),
                    None => pyname.clone(),
                };
                wrappers.push(quote! {
                    #[allow(non_snake_case)]
                    unsafe extern "C" fn #wrapper(
                        __slf: &::object::PyObject, __value: ::std::option::Option<&::object::PyObject>, _: *mut ::std::ffi::c_void,
                    ) -> ::std::ffi::c_int {
                        // SAFETY: the descriptor has checked the type of its object.
                        let __slf = unsafe { __slf.downcast_unchecked::<Self>() };
                        ::object::args::status(Self::#ident(__slf, __value))
                    }
                });
                match getters.iter_mut().find(|g| g.0 == target) {
                    Some(g) => g.2 = Some(wrapper),
                    None => getters.push((target, None, Some(wrapper))),
                }
            }
            "slot" => {
                has_dealloc |= plain == "tp_dealloc";
                slot_names.push(plain.clone());
                let (w, fill) = slot(&plain, &ident, &wrapper)?;
                wrappers.push(w);
                fills.push(fill);
            }
            "new" | "init" => {
                let text = o.signature.clone().ok_or_else(|| syn::Error::new(span, "a signature is needed"))?;
                let sig = signature::parse(&text.value()).map_err(|e| syn::Error::new(text.span(), e))?;
                let n = sig.params.len();
                let (spec, args) = arguments(&sig, "", quote!(<Self as ::object::PyClass>::NAME), false);
                let rest = rest_arguments(&sig);
                // without keyword parameters, keywords may be meant for a subclass's other constructor
                let no_keywords = sig.params.iter().all(|p| p.kind == Kind::PosOnly) && !sig.varkw;
                let (new_kw, init_kw) = if no_keywords {
                    (
                        quote!(let __kw = ::object::class::new_keywords::<Self>(__cls, __kw);),
                        quote!(let __kw = ::object::class::init_keywords::<Self>(__slf, __kw);),
                    )
                } else {
                    (quote!(), quote!())
                };
                let target = if kind == "new" {
                    quote! {
                        unsafe extern "C" fn #wrapper(
                            __cls: &::object::PyTypeObject, __args: &::object::PyTuple, __kw: ::std::option::Option<&::object::PyDict>,
                        ) -> ::object::PyResult {
                            #new_kw
                            static __SPEC: ::object::args::ArgSpec = #spec;
                            let __spec = __SPEC.named(<Self as ::object::PyClass>::NAME);
                            let mut __holder = ::std::vec::Vec::new();
                            let __all = ::object::args::FuncArgs::from_tuple_dict(__args, __kw, &mut __holder)?;
                            let mut __buf: [::std::option::Option<&::object::PyObject>; #n] = [None; #n];
                            __spec.parse(&__all, &mut __buf)?;
                            ::object::args::IntoPyResult::into_py_result(Self::#ident(__cls, #(#args,)* #rest))
                        }
                    }
                } else {
                    quote! {
                        unsafe extern "C" fn #wrapper(
                            __slf: &::object::PyObject, __args: &::object::PyObject, __kw: ::std::option::Option<&::object::PyObject>,
                        ) -> ::std::ffi::c_int {
                            // SAFETY: a slot is called with an instance of its type, a tuple, and a dict or nothing.
                            let (__slf, __args, __kw) = unsafe {(
                                __slf.downcast_unchecked::<Self>(),
                                __args.downcast_unchecked::<::object::PyTuple>(),
                                __kw.map(|k| k.downcast_unchecked::<::object::PyDict>()),
                            )};
                            #init_kw
                            let __run = || -> ::object::PyResult<()> {
                                static __SPEC: ::object::args::ArgSpec = #spec;
                                let __spec = __SPEC.named(<Self as ::object::PyClass>::NAME);
                                let mut __holder = ::std::vec::Vec::new();
                                let __all = ::object::args::FuncArgs::from_tuple_dict(__args, __kw, &mut __holder)?;
                                let mut __buf: [::std::option::Option<&::object::PyObject>; #n] = [None; #n];
                                __spec.parse(&__all, &mut __buf)?;
                                Self::#ident(__slf, #(#args,)* #rest)
                            };
                            ::object::args::status(__run())
                        }
                    }
                };
                wrappers.push(quote!(#[allow(non_snake_case)] #target));
                let field = if kind == "new" { quote!(tp_new) } else { quote!(tp_init) };
                slot_names.push(field.to_string());
                fills.push(quote!(__ty.#field.set(Some(Self::#wrapper));));
                if !o.nosig {
                    let shown = o.shown.as_ref().unwrap_or(&text).value();
                    let doc = cstr(&format!("{{}}{shown}\n--\n\n"), span);
                    fills.push(quote!(::object::class::set_type_signature(__ty, #doc);));
                }
            }
            _ => {
                let text = o.signature.clone().ok_or_else(|| syn::Error::new(span, "a signature is needed"))?;
                let sig = signature::parse(&text.value()).map_err(|e| syn::Error::new(text.span(), e))?;
                let receiver = match kind.as_str() {
                    "method" => Receiver::SelfRef,
                    "classmethod" => Receiver::Class,
                    "function" if sig.receiver.is_some() && first_arg_is_module(f) => Receiver::Module,
                    _ => Receiver::None,
                };
                let recv = match receiver {
                    Receiver::SelfRef => quote!(unsafe { __slf.downcast_unchecked::<Self>() },),
                    Receiver::Class => quote!(unsafe { __slf.downcast_unchecked::<::object::PyTypeObject>() },),
                    Receiver::Module => quote!(unsafe { __slf.downcast_unchecked::<::object::PyModule>() },),
                    Receiver::None => quote!(),
                };
                let n = sig.params.len();
                let fixed = !sig.varargs && !sig.varkw && !o.raw;
                let all_pos_only = sig.params.iter().all(|p| p.kind == Kind::PosOnly);
                let is_o = fixed && n == 1 && all_pos_only && !sig.params[0].optional;
                let is_noargs = fixed && n == 0;
                let (spec, args) = arguments(&sig, &pyname, quote!(#pyname), is_o);
                let extra = match kind.as_str() {
                    "classmethod" => quote!(| ::object::typeobject::meth::CLASS),
                    "staticmethod" => quote!(| ::object::typeobject::meth::STATIC),
                    _ if o.coexist => quote!(| ::object::typeobject::meth::COEXIST),
                    _ => quote!(),
                };
                let safety = quote! { // SAFETY: descriptors call with an instance of their class.
                };
                let (body, flags) = if is_noargs {
                    (
                        quote! {
                            unsafe extern "C" fn #wrapper(__slf: &::object::PyObject, _: ::std::option::Option<&::object::PyObject>) -> ::object::PyResult {
                                #safety
                                let _ = __slf;
                                ::object::args::IntoPyResult::into_py_result(Self::#ident(#recv))
                            }
                        },
                        quote!(::object::typeobject::meth::NOARGS),
                    )
                } else if is_o {
                    (
                        quote! {
                            unsafe extern "C" fn #wrapper(__slf: &::object::PyObject, __arg: ::std::option::Option<&::object::PyObject>) -> ::object::PyResult {
                                let _ = __slf;
                                let __buf = [__arg];
                                ::object::args::IntoPyResult::into_py_result(Self::#ident(#recv #(#args),*))
                            }
                        },
                        quote!(::object::typeobject::meth::O),
                    )
                } else if o.raw {
                    (
                        quote! {
                            unsafe extern "C" fn #wrapper(
                                __slf: &::object::PyObject, __args: *const *mut ::object::PyObject, __n: isize,
                                __names: ::std::option::Option<&::object::PyTuple>,
                            ) -> ::object::PyResult {
                                let _ = __slf;
                                // SAFETY: the fastcall convention.
                                let __all = unsafe { ::object::args::FuncArgs::from_raw(__args, __n as usize, __names) };
                                ::object::args::IntoPyResult::into_py_result(Self::#ident(#recv __all))
                            }
                        },
                        quote!(::object::typeobject::meth::FASTCALL | ::object::typeobject::meth::KEYWORDS),
                    )
                } else if all_pos_only && !sig.varkw {
                    let rest = rest_arguments(&sig);
                    (
                        quote! {
                            unsafe extern "C" fn #wrapper(__slf: &::object::PyObject, __args: *const *mut ::object::PyObject, __n: isize) -> ::object::PyResult {
                                static __SPEC: ::object::args::ArgSpec = #spec;
                                let _ = __slf;
                                // SAFETY: the fastcall convention.
                                let __all = unsafe { ::object::args::FuncArgs::from_raw(__args, __n as usize, None) };
                                let mut __buf: [::std::option::Option<&::object::PyObject>; #n] = [None; #n];
                                __SPEC.parse(&__all, &mut __buf)?;
                                ::object::args::IntoPyResult::into_py_result(Self::#ident(#recv #(#args,)* #rest))
                            }
                        },
                        quote!(::object::typeobject::meth::FASTCALL),
                    )
                } else {
                    let rest = rest_arguments(&sig);
                    (
                        quote! {
                            unsafe extern "C" fn #wrapper(
                                __slf: &::object::PyObject, __args: *const *mut ::object::PyObject, __n: isize,
                                __names: ::std::option::Option<&::object::PyTuple>,
                            ) -> ::object::PyResult {
                                static __SPEC: ::object::args::ArgSpec = #spec;
                                let _ = __slf;
                                // SAFETY: the fastcall convention.
                                let __all = unsafe { ::object::args::FuncArgs::from_raw(__args, __n as usize, __names) };
                                let mut __buf: [::std::option::Option<&::object::PyObject>; #n] = [None; #n];
                                __SPEC.parse(&__all, &mut __buf)?;
                                ::object::args::IntoPyResult::into_py_result(Self::#ident(#recv #(#args,)* #rest))
                            }
                        },
                        quote!(::object::typeobject::meth::FASTCALL | ::object::typeobject::meth::KEYWORDS),
                    )
                };
                wrappers.push(quote!(#[allow(non_snake_case, unused_mut, clippy::undocumented_unsafe_blocks)] #body));
                let cname = cstr(&pyname, span);
                let doc = if o.nosig {
                    quote!(None)
                } else {
                    let shown = o.shown.as_ref().unwrap_or(&text).value();
                    let d = cstr(&format!("{pyname}{shown}\n--\n\n"), span);
                    quote!(Some(#d))
                };
                method_defs.push(quote! {
                    ::object::typeobject::PyMethodDef::new(#cname, Self::#wrapper as *const ::std::ffi::c_void, #flags #extra, #doc)
                });
            }
        }
    }

    let getset_defs: Vec<_> = getters
        .iter()
        .map(|(name, get, set)| {
            let cname = cstr(name, Span::call_site());
            let g = get.as_ref().map_or(quote!(None), |w| quote!(Some(Self::#w)));
            let s = set.as_ref().map_or(quote!(None), |w| quote!(Some(Self::#w)));
            quote! {
                ::object::typeobject::PyGetSetDef {
                    name: #cname.as_ptr(), get: #g, set: #s, doc: ::std::ptr::null(), closure: ::std::ptr::null_mut(),
                }
            }
        })
        .collect();

    let tables = quote! {
        const __METHODS: &'static [::object::typeobject::PyMethodDef] =
            &[#(#method_defs,)* ::object::typeobject::PyMethodDef::END];
        const __GETSETS: &'static [::object::typeobject::PyGetSetDef] =
            &[#(#getset_defs,)* ::object::typeobject::PyGetSetDef::END];
    };

    if module {
        let name = block
            .name
            .ok_or_else(|| syn::Error::new(Span::call_site(), "pymodule needs name = \"…\""))?;
        let cname = cstr(&name.value(), name.span());
        let types = &block.types;
        let exec = exec.map(|e| quote!(Self::#e(__module)?;));
        return Ok(quote! {
            #item
            impl #self_ty { #(#wrappers)* #tables }
            impl ::object::class::NativeModule for #self_ty {
                const NAME: &'static str = #name;
                const CNAME: &'static ::std::ffi::CStr = #cname;
                const METHODS: &'static [::object::typeobject::PyMethodDef] = Self::__METHODS;
                fn exec(__module: &::object::PyModule) -> ::object::PyResult<()> {
                    #( ::object::class::ready::<#types>()?; __module.add_type(<#types as ::object::PyClass>::type_object())?; )*
                    #exec
                    Ok(())
                }
            }
        });
    }

    if let Some(part) = &block.part {
        let constant = format_ident!("__PART_{}", part);
        return Ok(quote! {
            #item
            impl #self_ty {
                #(#wrappers)*
                #[allow(non_upper_case_globals)]
                pub(crate) const #constant: ::object::class::Part = ::object::class::Part {
                    methods: &[#(#method_defs,)* ::object::typeobject::PyMethodDef::END],
                    getsets: &[#(#getset_defs,)* ::object::typeobject::PyGetSetDef::END],
                    fill: |__ty: &::object::PyTypeObject| { let _ = __ty; #(#fills)* },
                };
            }
        });
    }

    if let Some(text) = &block.signature {
        let doc = cstr(&format!("{{}}{}\n--\n\n", text.value()), text.span());
        fills.push(quote!(::object::class::set_type_signature(__ty, #doc);));
    }
    let member_defs = block.members.iter().map(|(name, field)| {
        let cname = cstr(name.to_string().trim_start_matches("r#"), name.span());
        quote! {
            ::object::typeobject::PyMemberDef::new(
                #cname,
                ::object::typeobject::member::T_OBJECT,
                ::std::mem::offset_of!(#self_ty, #field),
                ::object::typeobject::member::READONLY,
            )
        }
    });
    let int_member_defs = block.int_members.iter().map(|field| {
        let cname = cstr(&field.to_string(), field.span());
        quote! {
            ::object::typeobject::PyMemberDef::new(
                #cname,
                ::object::typeobject::member::T_INT,
                ::std::mem::offset_of!(#self_ty, #field),
                ::object::typeobject::member::READONLY,
            )
        }
    });
    let int_member_checks = block.int_members.iter().map(|field| {
        let f = format_ident!("__member_{}", field);
        quote! {
            #[allow(dead_code, non_snake_case)]
            fn #f(&self) -> &::object::GilCell<i32> {
                &self.#field
            }
        }
    });
    // the descriptor reads an object field: nothing else may stand there
    let member_checks = block.members.iter().map(|(_, field)| {
        let f = format_ident!("__member_{}", field);
        quote! {
            #[allow(dead_code, non_snake_case)]
            fn #f(&self) {
                fn object_field<T: ::object::class::MemberField>(_: &T) {}
                object_field(&self.#field);
            }
        }
    });
    let parts = block.extend.iter().map(|p| {
        let c = format_ident!("__PART_{}", p);
        quote!(&Self::#c)
    });
    let dealloc = if has_dealloc {
        quote!()
    } else {
        quote!(__ty.tp_dealloc.set(Some(::object::alloc::generic_dealloc::<Self>));)
    };
    Ok(quote! {
        #item
        impl #self_ty { #(#wrappers)* #(#member_checks)* #(#int_member_checks)* #tables }
        impl ::object::class::Methods for #self_ty {
            const METHODS: &'static [::object::typeobject::PyMethodDef] = Self::__METHODS;
            const GETSETS: &'static [::object::typeobject::PyGetSetDef] = Self::__GETSETS;
            const MEMBERS: &'static [::object::typeobject::PyMemberDef] =
                &[#(#member_defs,)* #(#int_member_defs,)* ::object::typeobject::PyMemberDef::END];
            const PARTS: &'static [&'static ::object::class::Part] = &[#(#parts),*];
            fn fill(__ty: &::object::PyTypeObject) { #dealloc #(#fills)* }
            fn class_attributes(__dict: &::object::PyDict) -> ::object::PyResult<()> {
                let _ = __dict;
                #(#class_attrs)*
                Ok(())
            }
        }
    })
}

fn first_arg_is_module(f: &syn::ImplItemFn) -> bool {
    match f.sig.inputs.first() {
        Some(syn::FnArg::Typed(t)) => {
            let ty = &t.ty;
            quote!(#ty).to_string().contains("PyModule")
        }
        _ => false,
    }
}

/// The arguments that take up `*args` and `**kwargs`.
fn rest_arguments(sig: &Signature) -> TokenStream {
    let mut out = TokenStream::new();
    let pos = sig.params.iter().filter(|p| p.kind != Kind::KwOnly).count();
    if sig.varargs {
        out.extend(quote!(__all.rest(#pos),));
    }
    if sig.varkw {
        out.extend(quote!(__all.keywords(),));
    }
    out
}

/// The adapter of one slot and the statement that sets it.
fn slot(name: &str, ident: &Ident, wrapper: &Ident) -> syn::Result<(TokenStream, TokenStream)> {
    let obj = quote!(&::object::PyObject);
    let opt = quote!(::std::option::Option<&::object::PyObject>);
    let int = quote!(::std::ffi::c_int);
    let res = quote!(::object::PyResult);
    let slf = quote!(unsafe { __slf.downcast_unchecked::<Self>() });
    let into = quote!(::object::args::IntoPyResult::into_py_result);
    let table = if name.starts_with("nb_") {
        quote!(number_table().)
    } else if name.starts_with("sq_") {
        quote!(sequence_table().)
    } else if name.starts_with("mp_") {
        quote!(mapping_table().)
    } else if name.starts_with("am_") {
        quote!(async_table().)
    } else if name.starts_with("bf_") {
        quote!(buffer_table().)
    } else {
        quote!()
    };
    let body = match name {
        "tp_repr" | "tp_str" | "tp_iter" | "nb_negative" | "nb_positive" | "nb_absolute" | "nb_invert"
        | "nb_int" | "nb_float" | "nb_index" | "am_await" | "am_aiter" | "am_anext" => {
            quote!((__slf: #obj) -> #res { #into(Self::#ident(#slf)) })
        }
        "tp_getattro" | "sq_concat" | "sq_inplace_concat" | "mp_subscript" => {
            quote!((__slf: #obj, __o: #obj) -> #res { #into(Self::#ident(#slf, __o)) })
        }
        "nb_inplace_power" => {
            quote!((__slf: #obj, __o: #obj, __m: #opt) -> #res { #into(Self::#ident(#slf, __o, __m)) })
        }
        "nb_power" => {
            quote!((__a: #obj, __b: #obj, __m: #opt) -> #res { #into(Self::#ident(__a, __b, __m)) })
        }
        "nb_bool" => quote!((__slf: #obj) -> #int { ::object::args::truth(Self::#ident(#slf)) }),
        "sq_length" | "mp_length" => {
            quote!((__slf: #obj) -> isize { ::object::args::length(Self::#ident(#slf)) })
        }
        "sq_repeat" | "sq_inplace_repeat" | "sq_item" => {
            quote!((__slf: #obj, __n: isize) -> #res { #into(Self::#ident(#slf, __n)) })
        }
        "sq_ass_item" => {
            quote!((__slf: #obj, __n: isize, __v: #opt) -> #int { ::object::args::status(Self::#ident(#slf, __n, __v)) })
        }
        "sq_contains" => {
            quote!((__slf: #obj, __o: #obj) -> #int { ::object::args::truth(Self::#ident(#slf, __o)) })
        }
        "mp_ass_subscript" | "tp_setattro" | "tp_descr_set" => {
            quote!((__slf: #obj, __o: #obj, __v: #opt) -> #int { ::object::args::status(Self::#ident(#slf, __o, __v)) })
        }
        "tp_hash" => quote!((__slf: #obj) -> isize { ::object::args::hash_value(Self::#ident(#slf)) }),
        "tp_call" => quote!((__slf: #obj, __args: #obj, __kw: #opt) -> #res {
            // SAFETY: `tp_call` is called with a tuple, and a dict or nothing.
            let (__args, __kw) = unsafe {(
                __args.downcast_unchecked::<::object::PyTuple>(),
                __kw.map(|k| k.downcast_unchecked::<::object::PyDict>()),
            )};
            #into(Self::#ident(#slf, __args, __kw))
        }),
        "tp_richcompare" => quote!((__slf: #obj, __o: #obj, __op: #int) -> #res {
            #into(Self::#ident(#slf, __o, ::object::CompareOp::from_int(__op)))
        }),
        "tp_iternext" => quote!((__slf: #obj) -> ::std::option::Option<::object::Py> {
            ::object::args::next_value(Self::#ident(#slf))
        }),
        "tp_descr_get" => {
            quote!((__slf: #obj, __o: #opt, __t: #opt) -> #res { #into(Self::#ident(#slf, __o, __t)) })
        }
        "tp_init" => quote!((__slf: #obj, __args: #obj, __kw: #opt) -> #int {
            // SAFETY: `tp_init` is called with a tuple, and a dict or nothing.
            let (__args, __kw) = unsafe {(
                __args.downcast_unchecked::<::object::PyTuple>(),
                __kw.map(|k| k.downcast_unchecked::<::object::PyDict>()),
            )};
            ::object::args::status(Self::#ident(#slf, __args, __kw))
        }),
        "tp_new" => quote!((
            __cls: &::object::PyTypeObject, __args: &::object::PyTuple, __kw: ::std::option::Option<&::object::PyDict>
        ) -> #res { #into(Self::#ident(__cls, __args, __kw)) }),
        "tp_vectorcall" => quote!((
            __cls: #obj, __args: *const *mut ::object::PyObject, __n: usize, __names: ::std::option::Option<&::object::PyTuple>
        ) -> #res {
            // SAFETY: the vectorcall convention; a type's vectorcall gets the type.
            let (__cls, __all) = unsafe {(
                __cls.downcast_unchecked::<::object::PyTypeObject>(),
                ::object::args::FuncArgs::from_raw(__args, ::object::args::nargs(__n), __names),
            )};
            #into(Self::#ident(__cls, __all))
        }),
        "tp_traverse" => {
            quote!((__slf: #obj, __visit: ::object::typeobject::visitproc, __arg: *mut ::std::ffi::c_void) -> #int {
                let mut __visitor = ::object::gc::Visitor::new(__visit, __arg);
                Self::#ident(#slf, &mut __visitor);
                __visitor.result()
            })
        }
        "tp_clear" => quote!((__slf: #obj) -> #int { Self::#ident(#slf); 0 }),
        "tp_finalize" => quote!((__slf: *mut ::object::PyObject) {
            // SAFETY: a live object of the type.
            let __slf = unsafe { (*__slf).downcast_unchecked::<Self>() };
            Self::#ident(__slf)
        }),
        "tp_dealloc" => quote!((__slf: *mut ::object::PyObject) {
            // SAFETY: called once, when the count is zero.
            unsafe { Self::#ident(__slf) }
        }),
        "bf_getbuffer" => {
            quote!((__slf: #obj, __view: *mut ::object::typeobject::Py_buffer, __flags: #int) -> #int {
                // SAFETY: the caller gives a view to fill in.
                ::object::args::status(Self::#ident(#slf, unsafe { &mut *__view }, __flags))
            })
        }
        "bf_releasebuffer" => quote!((__slf: #obj, __view: *mut ::object::typeobject::Py_buffer) {
            // SAFETY: a view that `bf_getbuffer` filled in.
            Self::#ident(#slf, unsafe { &mut *__view })
        }),
        "am_send" => quote!((__slf: #obj, __v: #obj, __out: *mut *mut ::object::PyObject) -> #int {
            // SAFETY: `__out` is the caller's place for the result.
            unsafe { ::object::args::send_status(Self::#ident(#slf, __v), __out) }
        }),
        n if n.starts_with("nb_inplace_") => {
            quote!((__slf: #obj, __o: #obj) -> #res { #into(Self::#ident(#slf, __o)) })
        }
        n if n.starts_with("nb_") => quote!((__a: #obj, __b: #obj) -> #res { #into(Self::#ident(__a, __b)) }),
        _ => return Err(syn::Error::new(ident.span(), format!("unknown slot {name}"))),
    };
    let field = format_ident!("{}", name);
    Ok((
        quote! {
            #[allow(non_snake_case, clippy::undocumented_unsafe_blocks)]
            unsafe extern "C" fn #wrapper #body
        },
        quote!(__ty.#table #field.set(Some(Self::#wrapper));),
    ))
}
