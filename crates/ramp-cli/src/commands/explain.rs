//! `ramp explain`: a rule, a code, a reason, a field, or a topic.

use std::fmt::Write as _;

use ramp_core::knowledge::{CapabilityStanding, Knowledge, LibcKind};
use ramp_core::text::closest;
use ramp_core::version::short;
use ramp_core::{Endpoint, Group, PolicyName, Repair, Rule, UploadErrorCode, rules};
use ramp_pack::check::RemarkRule;

use crate::args::Explain;
use crate::error::CliError;
use crate::output::{Content, Sink};
use crate::status::Status;
use crate::style::{self, DIM, STRONG, paint};
use topics::{TOPICS, WORDS};
use words::{entry, paragraph, title};

mod codes;
mod config;
mod fields;
mod manifest;
mod remarks;
mod topics;
mod words;

pub(crate) use config::keys_of_config;
pub(crate) use topics::topics;

pub(crate) fn run(args: &Explain) -> Result<Status, CliError> {
    let text = match args.topic.as_deref() {
        Some("manifest") => manifest::explain(args.key.as_deref())?,
        Some("config" | "ramp.toml") => config::explain(args.key.as_deref())?,
        None => overview(),
        Some(topic) => {
            // What is not there takes nothing either.
            let text = find(topic)?;
            if args.key.is_some() {
                return Err(CliError::NoKeys { topic: topic.to_owned() });
            }
            text
        }
    };
    let mut out = Sink::stdout(Content::Styled);
    out.write(&text)?;
    out.close()?;
    Ok(Status::Clean)
}

/// A topic that is called as a field of `module.json` is, and that field.
fn with_field(topic: String, name: &str) -> String {
    [topic].into_iter().chain(fields::explain(name)).collect::<Vec<_>>().join("\n")
}

fn find(topic: &str) -> Result<String, CliError> {
    match topic {
        "capabilities" => return Ok(with_field(capabilities(), topic)),
        "platforms" => return Ok(with_field(platforms(), topic)),
        "fields" => return Ok(fields::list()),
        _ => {}
    }
    if let Some(rule) = rules::find(topic) {
        return Ok(explain_rule(rule));
    }
    if let Some(rule) = RemarkRule::find(topic) {
        return Ok(remarks::explain(rule));
    }
    // A code can be answered to an upload, to other requests, or to both.
    let answered = |code: &UploadErrorCode| code.http_status(Endpoint::V2).is_some();
    let of_upload = topic.parse().ok().filter(answered).map(explain_code);
    let mut by_code: Vec<String> = of_upload.into_iter().chain(codes::explain(topic)).collect();
    if !by_code.is_empty() {
        // `min_redis_pack_version` is both.
        by_code.extend(fields::explain(topic));
        return Ok(by_code.join("\n"));
    }
    let by_reason: Vec<&Rule> = rules::all().filter(|r| r.reason == Some(topic)).collect();
    if !by_reason.is_empty() {
        return Ok(by_reason.into_iter().map(explain_rule).collect::<Vec<_>>().join("\n"));
    }
    if let Some(field) = fields::explain(topic) {
        return Ok(field);
    }
    // A word can be the name of a group of rules, too.
    let word = WORDS.into_iter().find(|(word, ..)| *word == topic).map(|(word, what, text)| {
        let mut explained = title(word, what);
        paragraph(&mut explained, "what", text);
        explained
    });
    let group = Group::ALL.iter().find(|group| group.as_str() == topic).map(|group| explain_group(*group));
    let by_word: Vec<String> = word.into_iter().chain(group).collect();
    if !by_word.is_empty() {
        return Ok(by_word.join("\n"));
    }
    let spelt = |text: &str| text.replace('-', "_").to_lowercase();
    let names: Vec<&str> = topics().into_iter().map(|(name, _)| name).collect();
    let same = names.iter().copied().find(|name| *name == spelt(topic));
    let hint = same.or_else(|| rules::suggest(topic)).or_else(|| closest(names.iter().copied(), topic));
    Err(CliError::UnknownTopic { name: topic.to_owned(), hint: hint.map(str::to_owned) })
}

fn overview() -> String {
    let mut text = format!("{}\n", paint(STRONG, "Codes about uploads"));
    // What no request is answered with stands where nodes download.
    for code in UploadErrorCode::ALL.iter().filter(|code| code.http_status(Endpoint::V2).is_some()) {
        entry(&mut text, code.as_str(), code.message());
    }
    codes::list(&mut text);
    let _ = writeln!(text, "\n{}", paint(STRONG, "Groups of rules"));
    for group in Group::ALL {
        entry(&mut text, group.as_str(), group.title());
    }
    let _ = writeln!(text, "\n{}", paint(STRONG, "Topics"));
    for (topic, what) in TOPICS {
        entry(&mut text, topic, what);
    }
    let _ = writeln!(text, "\n{}", paint(STRONG, "Words"));
    for (word, what, _) in WORDS {
        entry(&mut text, word, what);
    }
    let last = "`ramp rules` lists the rules; `ramp explain RULE` explains one.";
    let _ = writeln!(text, "\n{}", style::wrap(last, style::width(), "", ""));
    text
}

fn explain_rule(rule: &Rule) -> String {
    let mut text = title(rule.id, rule.title);
    paragraph(&mut text, "what", rule.what);
    paragraph(&mut text, "why", rule.why);
    paragraph(&mut text, "help", rule.help);
    paragraph(&mut text, "example", rule.example);
    let (strict, reference) = (rule.level(PolicyName::Strict), rule.level(PolicyName::Reference));
    let levels =
        if strict == reference { strict.to_string() } else { format!("{strict} (strict), {reference} (reference)") };
    paragraph(&mut text, "level", &levels);
    paragraph(&mut text, "group", &format!("{}: {}", rule.group, rule.group.title()));
    match rule.error_code {
        Some(code) => paragraph(&mut text, "answer", &answer(code, rule.reason, rule.endpoints)),
        None => paragraph(&mut text, "answer", "This does not decide the answer: it only affects the gate."),
    }
    if rule.repair != Repair::Never {
        paragraph(&mut text, "repair", &rule.repair.to_string());
    }
    for (index, (key, what)) in rule.data.iter().enumerate() {
        paragraph(&mut text, if index == 0 { "data" } else { "" }, &format!("{key}: {what}"));
    }
    text
}

/// The code, and the statuses it comes with: once for all endpoints where that is the same.
fn answer(code: UploadErrorCode, reason: Option<&str>, endpoints: &[Endpoint]) -> String {
    let status = |endpoint: &Endpoint| code.http_status(*endpoint);
    let (older, newer): (Vec<&Endpoint>, Vec<&Endpoint>) =
        endpoints.iter().filter(|endpoint| status(endpoint).is_some()).partition(|e| **e != Endpoint::UserDefined);
    let statuses = match (older.first().and_then(|e| status(e)), newer.first().and_then(|e| status(e))) {
        (Some(old), Some(new)) if old == new => format!("HTTP {old}"),
        (Some(old), Some(new)) => format!("HTTP {old}, on the user-defined endpoint {new}"),
        (Some(old), None) => {
            let names: Vec<String> = older.iter().map(ToString::to_string).collect();
            format!("HTTP {old}, on {} only", names.join(" and "))
        }
        (None, Some(new)) => format!("HTTP {new}, on the user-defined endpoint only"),
        (None, None) => "no HTTP status: the bootstrap continues with a warning".to_owned(),
    };
    let reason = reason.map(|r| format!(" ({r})")).unwrap_or_default();
    format!("{code}{reason}: {statuses}")
}

/// The endpoints through which some rule is answered for with that code.
fn endpoints_of(code: UploadErrorCode) -> Vec<Endpoint> {
    let answered = |endpoint: &&Endpoint| {
        let mut rules = rules::all().filter(|rule| rule.error_code == Some(code));
        rules.any(|rule| rule.endpoints.contains(endpoint))
    };
    let endpoints: Vec<Endpoint> = Endpoint::ALL.iter().filter(answered).copied().collect();
    if endpoints.is_empty() { Endpoint::ALL.to_vec() } else { endpoints }
}

fn explain_group(group: Group) -> String {
    let mut text = title(group.as_str(), group.title());
    let decides = if group.decides_answer() {
        "Its rules with an upload code decide what the cluster answers."
    } else {
        "Its rules do not decide the answer: they only affect the gate."
    };
    paragraph(&mut text, "answer", decides);
    let _ = writeln!(text, "\n  {}", paint(STRONG, "Rules"));
    let rules: Vec<&Rule> = rules::all().filter(|rule| rule.group == group).collect();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        let first = format!("    {:width$}  ", rule.id);
        let _ = writeln!(text, "{}", style::wrap(rule.title, style::width(), &first, &" ".repeat(first.len())));
    }
    text
}

fn explain_code(code: UploadErrorCode) -> String {
    let mut text = title(code.as_str(), code.message());
    paragraph(&mut text, "answer", &answer(code, None, &endpoints_of(code)));
    let _ = writeln!(text, "\n  {}", paint(STRONG, "Rules that lead to it"));
    let rules: Vec<&Rule> = rules::all().filter(|r| r.error_code == Some(code)).collect();
    let width = rules.iter().map(|r| r.id.len()).max().unwrap_or(0);
    for rule in rules {
        let first = format!("    {:width$}  ", rule.id);
        let rest = " ".repeat(first.len());
        let _ = writeln!(text, "{}", style::wrap(rule.title, style::width(), &first, &rest));
        if let Some(reason) = rule.reason {
            let _ = writeln!(text, "{rest}{}", paint(DIM, reason));
        }
    }
    text
}

fn capabilities() -> String {
    let mut text = String::new();
    for capability in Knowledge::builtin().capabilities() {
        let standing = match &capability.standing {
            CapabilityStanding::Mistaken { instead } => format!(" (a mistake for {instead})"),
            _ => String::new(),
        };
        let gates = capability.gates.as_deref().map(|g| format!(" Needed for: {g}.")).unwrap_or_default();
        let body = format!("{}{standing}.{gates}", capability.description);
        let first = format!("{:23}", capability.name);
        let _ = writeln!(text, "{}", style::wrap(&body, style::width(), &first, &" ".repeat(23)));
    }
    text
}

fn platforms() -> String {
    let mut text = String::new();
    for platform in Knowledge::builtin().platforms() {
        let libc = platform.libc();
        let kind = match libc.kind {
            LibcKind::Glibc => "glibc",
            LibcKind::Musl => "musl",
        };
        let floor = short(&libc.newest.floor);
        let later = libc.newest.later.as_ref().map(|v| format!(", {} after updates", short(v))).unwrap_or_default();
        let _ = writeln!(text, "{:13}{:32}{kind} {floor}{later}", platform.id, platform.title);
    }
    text
}
