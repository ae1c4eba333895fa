//! From the parser's events to a graph of nodes.

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, Span, StructureStyle, Tag, options};

use super::error::{ManifestError, ManifestProblem, Position, Slip};
use super::limits::{MAX_DEPTH, QUOTED};
use super::slip;
use ramp_core::text::shorten;

/// What `!!` stands for.
pub(crate) const CORE: &str = "tag:yaml.org,2002:";

/// Where a node is in its graph.
pub(crate) type NodeId = usize;

/// A node.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) position: Position,
    /// The tag, in full; `None` where the type follows from the form.
    pub(crate) tag: Option<String>,
    pub(crate) content: Content,
}

/// What is in a node.
#[derive(Debug)]
pub(crate) enum Content {
    Scalar { text: String, plain: bool },
    Sequence(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
}

/// The nodes of the documents of a text, without cycles. An alias is one more mention of a node.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    /// What is at the top of each document, in their order.
    pub(crate) roots: Vec<NodeId>,
}

/// How many documents a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Documents {
    /// One, which has content.
    One,
    /// Any number.
    Any,
}

impl Graph {
    /// What is at the top of the first document.
    pub(crate) fn root(&self) -> NodeId {
        self.roots.first().copied().unwrap_or_default()
    }

    /// The node; ids come from this graph, so there is one.
    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }
}

/// A collection whose end has not come.
struct Open {
    node: NodeId,
    /// The key whose value comes next.
    key: Option<NodeId>,
    /// Whether it is written in brackets, or inside of some.
    flow: bool,
}

/// Reads the documents of a text.
pub(crate) fn compose(text: &str, allowed: Documents) -> Result<Graph, ManifestError> {
    forbid_control_characters(text)?;
    let mut composer =
        Composer { graph: Graph::default(), open: Vec::new(), anchors: Vec::new(), documents: 0, allowed };
    // As PyYAML and Kubernetes read it.
    let options = options! { block_scalar_eof_without_line_feed: true };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            let at = place(error.marker());
            match error.kind() {
                // The parser's own limit, which what it looks ahead may meet before ours.
                ErrorKind::RecursionLimitExceeded => {
                    ManifestError::new(at, ManifestProblem::TooDeep { limit: MAX_DEPTH })
                }
                kind => syntax(text, kind.to_string(), at),
            }
        })?;
        composer.take(event, &span)?;
    }
    let empty = composer.graph.nodes.is_empty();
    let only_null = composer.graph.node(composer.graph.root()).is_some_and(
        |node| matches!(&node.content, Content::Scalar { text, plain: true } if text.is_empty() && node.tag.is_none()),
    );
    if allowed == Documents::One && (empty || only_null) {
        return Err(ManifestError::new(Position::START, ManifestProblem::Empty));
    }
    Ok(composer.graph)
}

/// That the parser cannot go on, with what was probably done wrong.
fn syntax(text: &str, message: String, at: Position) -> ManifestError {
    let (slip, at) = slip::of(text, &message, at);
    ManifestError::new(at, ManifestProblem::Syntax { message, slip, json: slip::begins_as_json(text) })
}

/// `PyYAML` refuses them before it parses.
fn forbid_control_characters(text: &str) -> Result<(), ManifestError> {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    match text.char_indices().find(|(_, c)| !allowed(*c)) {
        None => Ok(()),
        Some((at, c)) => Err(ManifestError::new(
            Position::after(text.get(..at).unwrap_or_default()),
            ManifestProblem::Character { code: u32::from(c) },
        )),
    }
}

fn place(marker: &Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}

struct Composer {
    graph: Graph,
    open: Vec<Open>,
    /// The nodes with an anchor, by the number the parser gives it.
    anchors: Vec<(usize, NodeId)>,
    documents: usize,
    allowed: Documents,
}

impl Composer {
    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), ManifestError> {
        let position = place(&span.tag_start().unwrap_or(span.start));
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 && self.allowed == Documents::One {
                    return Err(ManifestError::new(position, ManifestProblem::SeveralDocuments));
                }
            }
            Event::Alias(anchor) => {
                let node = self.resolve_alias(anchor, position)?;
                self.attach(node);
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                if plain && self.is_flow() && text.starts_with(['?', ':', '|', '>']) {
                    let message = "a value in brackets cannot begin with `?`, `:`, `|` or `>`".to_owned();
                    let problem = ManifestProblem::Syntax { message, slip: Slip::Quotes, json: false };
                    return Err(ManifestError::new(position, problem));
                }
                // The parser writes `~` where nothing is.
                let text = if plain && span.is_empty() { String::new() } else { text.into_owned() };
                let content = Content::Scalar { text, plain };
                self.add(content, anchor, tag.as_deref(), position);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.begin(Content::Sequence(Vec::new()), style, anchor, tag.as_deref(), position)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.begin(Content::Mapping(Vec::new()), style, anchor, tag.as_deref(), position)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
            }
            // Comments, and what is told of anchors only where it is asked for.
            _ => {}
        }
        Ok(())
    }

    fn resolve_alias(&self, anchor: usize, position: Position) -> Result<NodeId, ManifestError> {
        let message = || "an alias without its anchor".to_owned();
        let undefined = || ManifestProblem::Syntax { message: message(), slip: Slip::Quotes, json: false };
        // The parser numbers anchors in the order of the text, so they are sorted.
        let found = self.anchors.binary_search_by_key(&anchor, |(number, _)| *number).ok();
        let node = found.and_then(|at| self.anchors.get(at)).map(|(_, node)| *node);
        let node = node.ok_or_else(|| ManifestError::new(position, undefined()))?;
        if self.open.iter().any(|open| open.node == node) {
            return Err(ManifestError::new(position, ManifestProblem::CyclicAlias));
        }
        Ok(node)
    }

    fn begin(
        &mut self,
        content: Content,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        position: Position,
    ) -> Result<(), ManifestError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(ManifestError::new(position, ManifestProblem::TooDeep { limit: MAX_DEPTH }));
        }
        let flow = self.is_flow() || style == StructureStyle::Flow;
        let node = self.add(content, anchor, tag, position);
        self.open.push(Open { node, key: None, flow });
        Ok(())
    }

    fn is_flow(&self) -> bool {
        self.open.last().is_some_and(|open| open.flow)
    }

    fn add(&mut self, content: Content, anchor: usize, tag: Option<&Tag>, position: Position) -> NodeId {
        let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix())).filter(|tag| tag != "!");
        let id = self.graph.nodes.len();
        self.graph.nodes.push(Node { position, tag, content });
        if anchor > 0 {
            self.anchors.push((anchor, id));
        }
        self.attach(id);
        id
    }

    /// Puts a node into the innermost open collection, or at the top.
    fn attach(&mut self, id: NodeId) {
        let Some(open) = self.open.last_mut() else {
            self.graph.roots.push(id);
            return;
        };
        match self.graph.nodes.get_mut(open.node).map(|node| &mut node.content) {
            Some(Content::Sequence(items)) => items.push(id),
            Some(Content::Mapping(pairs)) => match open.key.take() {
                None => open.key = Some(id),
                Some(key) => pairs.push((key, id)),
            },
            _ => {}
        }
    }
}

/// A tag as people write it.
pub(crate) fn shown(tag: &str) -> String {
    let tag = tag.strip_prefix(CORE).map_or_else(|| tag.to_owned(), |short| format!("!!{short}"));
    shorten(&tag, QUOTED).into_owned()
}
