//! The paths that an item speaks of.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, Token, punctuated::Punctuated};

use super::imports::{Import, imports};

/// Names of different kinds do not get in each other's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Namespace {
    Types,
    Values,
    Macros,
}

/// A path somewhere in the code.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub(super) path: Vec<String>,
    /// Its kind, where the grammar tells.
    pub(super) namespace: Option<Namespace>,
    /// Only words that look like a path, so that it need not be one.
    pub(super) guessed: bool,
}

/// What an item speaks of, and what is imported inside its functions. Imports of its module are left to that.
pub(super) fn item_mentions(item: &Item) -> (Vec<Mention>, Vec<Import>) {
    let mut speaker = Speaker::default();
    match item {
        Item::Use(_) | Item::Mod(_) => {}
        Item::Macro(item) => speaker.tokens(item.mac.tokens.clone()),
        item => speaker.visit_item(item),
    }
    if let Item::Macro(item) = item {
        if item.ident.is_none() {
            speaker.take(&item.mac.path, Some(Namespace::Macros));
        }
    }
    (speaker.mentions, speaker.imports)
}

/// Whether an item is there in tests alone.
pub(super) fn only_in_tests(attributes: &[Attribute]) -> bool {
    fn wants_test(meta: &Meta) -> bool {
        let within = |list: &syn::MetaList| {
            list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default()
        };
        match meta {
            Meta::Path(path) => path.is_ident("test"),
            Meta::List(list) if list.path.is_ident("all") => within(list).iter().any(wants_test),
            Meta::List(list) if list.path.is_ident("any") => within(list).iter().all(wants_test),
            Meta::List(_) | Meta::NameValue(_) => false,
        }
    }
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    conditions.filter_map(|attribute| attribute.parse_args::<Meta>().ok()).any(|meta| wants_test(&meta))
}

/// Every word in the arguments of a macro.
pub(super) fn idents(tokens: TokenStream) -> Vec<String> {
    let of = |token| match token {
        TokenTree::Group(group) => idents(group.stream()),
        TokenTree::Ident(word) => vec![word.to_string()],
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    };
    tokens.into_iter().flat_map(of).collect()
}

/// Names that a function gives to things of its own.
#[derive(Debug, Default)]
struct Own {
    values: BTreeSet<String>,
    items: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Own {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        if is_binding(&pattern.ident) {
            self.values.insert(pattern.ident.to_string());
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            _ => return,
        };
        self.items.insert(name.to_string());
    }
}

/// A word alone in a pattern gives a name, or is that of a constant, which is not written small.
fn is_binding(word: &syn::Ident) -> bool {
    !word.to_string().starts_with(|first: char| first.is_uppercase())
}

#[derive(Default)]
struct Speaker {
    mentions: Vec<Mention>,
    imports: Vec<Import>,
    own: Vec<Own>,
}

impl Speaker {
    fn take(&mut self, path: &syn::Path, namespace: Option<Namespace>) {
        if path.leading_colon.is_none() {
            let path = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.mention(path, namespace, false);
        }
    }

    fn mention(&mut self, path: Vec<String>, namespace: Option<Namespace>, guessed: bool) {
        let is_value = namespace.is_none_or(|namespace| namespace == Namespace::Values);
        let Some(first) = path.first() else { return };
        let own = self
            .own
            .iter()
            .any(|own| own.items.contains(first) || (path.len() == 1 && is_value && own.values.contains(first)));
        if !own {
            self.mentions.push(Mention { path, namespace, guessed });
        }
    }

    /// Looks for paths in the arguments of a macro.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is = |at: Option<usize>, wanted: char| matches!(at.and_then(|at| tokens.get(at)), Some(TokenTree::Punct(p)) if p.as_char() == wanted);
        let joined = |at: usize| {
            let first = matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':' && p.spacing() == Spacing::Joint);
            first && is(Some(at + 1), ':')
        };
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => self.literal(&literal.to_string()),
                TokenTree::Punct(_) => {}
                TokenTree::Ident(word) => {
                    let before = at.checked_sub(1);
                    let member = is(before, '.') && !is(at.checked_sub(2), '.');
                    let placeholder = is(before, '$') && word != "crate";
                    let absolute = at.checked_sub(2).is_some_and(joined);
                    let mut path = vec![word.to_string()];
                    while joined(at + 1) {
                        let Some(TokenTree::Ident(word)) = tokens.get(at + 3) else { break };
                        path.push(word.to_string());
                        at += 3;
                    }
                    let next = Some(at + 1);
                    let key = is(next, '=') && !is(Some(at + 2), '=') || is(next, ':') && !joined(at + 1);
                    let call = matches!(tokens.get(at + 2), Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::None);
                    let namespace = (is(next, '!') && call).then_some(Namespace::Macros);
                    if !(member || placeholder || absolute || is(before, '\'') || (key && path.len() == 1)) {
                        self.mention(path, namespace, true);
                    }
                }
            }
            at += 1;
        }
    }

    /// A path as an attribute may have it: `with = "super::dotted"`.
    fn literal(&mut self, literal: &str) {
        let inside = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let is_path = |text: &&str| text.contains("::") && !text.contains(char::is_whitespace);
        if let Some(Ok(kind)) = inside.filter(is_path).map(syn::parse_str::<syn::Path>) {
            let path = kind.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.mention(path, None, true);
        }
    }

    fn within(&mut self, own: Own, look: impl FnOnce(&mut Self)) {
        self.own.push(own);
        look(self);
        self.own.pop();
    }
}

impl<'ast> Visit<'ast> for Speaker {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.take(path, Some(Namespace::Types));
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, expression: &'ast syn::ExprPath) {
        self.take(&expression.path, Some(Namespace::Values));
        expression.qself.iter().for_each(|of| self.visit_qself(of));
        visit::visit_path(self, &expression.path);
    }

    fn visit_pat_tuple_struct(&mut self, pattern: &'ast syn::PatTupleStruct) {
        self.take(&pattern.path, Some(Namespace::Values));
        pattern.elems.iter().for_each(|element| self.visit_pat(element));
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        if !is_binding(&pattern.ident) {
            self.mention(vec![pattern.ident.to_string()], Some(Namespace::Values), false);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.take(&call.path, Some(Namespace::Macros));
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        match &attribute.meta {
            Meta::List(list) => self.tokens(list.tokens.clone()),
            Meta::Path(_) | Meta::NameValue(_) => {}
        }
    }

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            self.imports.extend(imports(&item.tree, false));
        }
    }

    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let mut own = Own::default();
        visit::visit_item_fn(&mut own, item);
        self.within(own, |speaker| visit::visit_item_fn(speaker, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if only_in_tests(&item.attrs) {
            return;
        }
        let mut own = Own::default();
        visit::visit_impl_item_fn(&mut own, item);
        self.within(own, |speaker| visit::visit_impl_item_fn(speaker, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        let mut own = Own::default();
        visit::visit_trait_item_fn(&mut own, item);
        self.within(own, |speaker| visit::visit_trait_item_fn(speaker, item));
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        let mut own = Own::default();
        visit::visit_expr_closure(&mut own, closure);
        self.within(own, |speaker| visit::visit_expr_closure(speaker, closure));
    }
}
