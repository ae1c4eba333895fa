//! Metadata: what templates and scripts leave behind: placeholders, and options where a variable was empty.

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::layout::spoken;
use crate::level::Level;
use crate::metadata::{Placeholder, Standing, fields, placeholders};
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::text::shorten;

pub(crate) const RULES: &[&Rule] = &[&PLACEHOLDER, &VARIABLE_EMPTY];

/// How many characters of a value are shown.
const LONGEST: usize = 80;

/// What to do about a name that is several words, or has braces.
const IN_WORDS: &str =
    "Write the name that the module registers with Redis, which is one word; what people read is `display_name`.";
const IN_BRACES: &str = "Write the name that the module registers with Redis; check whether a template was filled in.";

/// What to do about what is not a name.
const OF_OTHERS: &str = "Check whether a variable was empty or unquoted, and write what is meant.";

/// Fields whose values may well begin with a dash: they are arguments themselves.
const ARGUMENTS: [&str; 2] = ["command_line_args", "run_command_line_args"];

static PLACEHOLDER: Rule = Rule {
    what: "A value or a key has a placeholder of a template: `{{NAME}}`, `${NAME}`, `$NAME`, `$(command)`, \
           `{os.getenv(…)}`, `#{NAME}`, `@NAME@`, `%NAME%`, `<%= name %>`; in names, versions and addresses also `<name>`, `{name}`, \
           `__NAME__`. Or it is nothing but what stands for a value: `TODO`, `changeme`, `xxx`, `<version>`; `None`, `null`, \
           `undefined`, as a program writes it where it has none.",
    why: "Nothing fills it in later: nodes load the module with this very text, and databases show it. `ramp-packer` \
          expands `{…}` in the arguments when it probes the module, but leaves the text as it is in `module.json`.",
    help: "Fill the template in before packing; check whether the variable has a value there.",
    example: "`\"command_line_args\": \"Plugin {{PLUGIN}}\"`",
    data: &[("found", "the placeholder")],
    ..rule("placeholder", Level::Warning, "a placeholder is not filled in")
};
static VARIABLE_EMPTY: Rule = Rule {
    what: "A value looks as if a variable of a build script had been empty or unquoted: it begins with a dash, as an \
           option does; or `module_name` has whitespace or braces.",
    why: "The option that came next was taken for the value of the one before, whose variable was empty. Redis takes \
          such names, but people who look for the module do not find it.",
    help: "Check whether a variable was empty or unquoted. Write the name that the module registers, or leave the \
           option out.",
    example: "`ramp pack -n $NAME --verbose m.so`, without `NAME`: the module is called `--verbose`.",
    data: &[("field", "the field"), ("found", "its value")],
    ..rule("variable-empty", Level::Warning, "a value looks as if a variable had been empty")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    let found = facts.texts.placeholders.then(|| placeholders(facts.root()));
    for found in found.into_iter().flatten() {
        if context.is_full(&PLACEHOLDER) {
            context.count_more(&PLACEHOLDER, 1);
        } else if !is_told(context, &found) {
            let (place, text) = (&found.pointer, shorten(found.text, LONGEST));
            let key = if found.in_key { "the key of " } else { "" };
            let is = if found.alone { "is" } else { "has" };
            let message = format!("{key}`{}` {is} the placeholder `{text}`", spoken(place));
            let help = help(&found).map(str::to_owned);
            context.report(&PLACEHOLDER, Location::pointer(place), message).data("found", text.into_owned()).help(help);
        }
    }
    for field in fields::fields() {
        let name = field.name.as_str();
        let Some(text) = facts.root().get(name).and_then(|value| value.as_str()) else { continue };
        let is_name = name == "module_name";
        let set_by_option = field.option.is_some() && !ARGUMENTS.contains(&name);
        let (what, help) = if (set_by_option || name == "module_file") && is_option(text) {
            ("which looks like an option", (!is_name).then_some(OF_OTHERS))
        } else if is_name && text.contains(char::is_whitespace) {
            ("which has whitespace", Some(IN_WORDS))
        } else if is_name && text.contains(['{', '}']) {
            ("which has a brace", Some(IN_BRACES))
        } else {
            continue;
        };
        let location = Location::key(name);
        let pointer = location.pointer.clone().unwrap_or_default();
        if context.is_said(&pointer) || is_placeholder(context, &pointer) {
            continue;
        }
        let message = format!("`{name}` is {:?}, {what}", shorten(text, LONGEST));
        context
            .report(&VARIABLE_EMPTY, location, message)
            .data("field", name)
            .data("found", text)
            .help(help.map(str::to_owned));
    }
}

/// Whether the value at that place of `module.json` was said to be, or to have, a placeholder: what it would mean is not known.
pub(super) fn is_placeholder(context: &Context<'_>, pointer: &str) -> bool {
    context.has_spoken_of(pointer, |rule| rule.id == PLACEHOLDER.id)
}

/// Whether something else has told of the value, or of the key, that the placeholder is in.
fn is_told(context: &Context<'_>, found: &Placeholder<'_>) -> bool {
    if found.in_key {
        return context.has_spoken_of(&found.pointer, |rule| rule.id == "wrong-form");
    }
    context.is_said(&found.pointer)
}

/// What to do about a placeholder, where it is not one of a template.
fn help(found: &Placeholder<'_>) -> Option<&'static str> {
    let may_be_absent = fields::can_be_left_out(&found.pointer);
    match found.standing {
        _ if found.in_key => None,
        Standing::Word if may_be_absent => Some("Write what is meant, or leave the field out."),
        Standing::Word => Some("Write what is meant."),
        Standing::Nothing if may_be_absent => Some(
            "Check whether what writes the field has a value for it: programs write this where they have none. Write the value, or \
             leave the field out.",
        ),
        Standing::Nothing => Some(
            "Check whether what writes the field has a value for it: programs write this where they have none. Write the value.",
        ),
        _ => None,
    }
}

/// Whether a text is written as an option is: `-v`, `--verbose`; or is a dash alone, which stands for a stream.
fn is_option(text: &str) -> bool {
    let letters = text.strip_prefix("--").or_else(|| text.strip_prefix('-'));
    letters.is_some_and(|letters| letters.is_empty() || letters.starts_with(|c: char| c.is_ascii_alphabetic()))
}
