//! What the manifest is to say, before and after its author is asked.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use ramp_core::knowledge::{Capability, Knowledge};
use ramp_core::metadata::Value;
use ramp_core::metadata::fields::field;
use ramp_core::{Level, Target};
use ramp_pack::comma_separated;
use ramp_pack::manifest::Drafted;
use ramp_pack::propose::{Databases, Fit, Versions, versions};

use super::asking::Known;
use super::questions::Questions;
use super::remarks::Remarks;
use crate::args::manifest::Init;
use crate::error::CliError;
use crate::tell;

/// The keys that are asked for, in that order.
const ASKED: [&str; 9] = [
    "display_name",
    "author",
    "description",
    "homepage",
    "license",
    "compatible_redis_version",
    "min_redis_version",
    "operating_systems",
    "capabilities",
];

/// What the manifest is to say.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    /// The texts that are set, by their keys.
    texts: BTreeMap<&'static str, String>,
    arguments: String,
    capabilities: Vec<String>,
    versions: Versions,
    /// The oldest version into which the module loads, where that was tried out.
    oldest: Option<String>,
    systems: Vec<String>,
    fits: Vec<Fit>,
    /// Whether nobody who could tell was asked whether the module has data types.
    types_unknown: bool,
}

impl Proposal {
    pub(super) fn new(args: &Init, known: Option<&Known>, targets: &[Target]) -> Result<Self, CliError> {
        let versions = versions(targets);
        let newest = || {
            let databases =
                versions.databases.iter().map(|of| format!("{} has {}", of.cluster, of.versions.join(", ")));
            let what = databases.collect::<Vec<_>>().join("; ");
            versions.compatible.first().cloned().ok_or(CliError::NoCommonVersion { what })
        };
        let compatible = match known.and_then(|known| known.asked_in.clone()) {
            Some(version) => version,
            None => newest()?,
        };
        let oldest = known.and_then(|known| known.oldest.clone());
        let minimum = oldest.clone().or_else(|| versions.at_most.clone()).unwrap_or_else(|| compatible.clone());
        let newer = |one: &str, other: &str| {
            let [one, other] = [one, other].map(ramp_core::version::parse);
            one.ok().zip(other.ok()).is_some_and(|(one, other)| one > other)
        };
        if let Some(most) = versions.at_most.as_ref().filter(|most| newer(&minimum, most)) {
            let message =
                format!("the module loads into Redis {minimum} and later; a cluster that it is for has {most} at most");
            tell::notice(Level::Warning, &message);
        }
        let fits = known.map(|known| known.systems.clone()).unwrap_or_default();
        let fitting = || fits.iter().filter(|fit| fit.fault.is_none()).map(|fit| fit.system.to_owned()).collect();
        let systems: Vec<String> = args.operating_systems.as_deref().map_or_else(fitting, items);
        if args.operating_systems.is_some() && systems.is_empty() {
            return Err(CliError::EmptyOption { option: "--operating-systems" });
        }
        let capabilities = args.capabilities.as_deref().map_or_else(|| capabilities(known, targets), items);
        let mut texts = BTreeMap::from([("compatible_redis_version", compatible), ("min_redis_version", minimum)]);
        texts.extend(known.map(|known| ("display_name", known.discovery.module_name.clone())));
        Ok(Self {
            texts,
            arguments: args.arguments.join(" "),
            capabilities,
            versions,
            oldest,
            systems,
            fits,
            types_unknown: known.is_some_and(|known| known.is_asked && known.has_types.is_none()),
        })
    }

    /// Asks the author. An answer with which no bundle could be packed is asked for again; of one that is odd it is told why, and it is
    /// proposed.
    pub(super) fn ask<R: BufRead, W: Write>(
        &mut self,
        questions: &mut Questions<R, W>,
        remarks: &mut Remarks,
    ) -> Result<(), CliError> {
        for key in ASKED {
            let told = match key {
                "operating_systems" => self.systems_told(),
                "capabilities" => self.capabilities_told(),
                _ => Vec::new(),
            };
            for line in told {
                questions.tell(&line)?;
            }
            while !self.ask_for(key, questions, remarks)? {}
        }
        Ok(())
    }

    /// Asks once; whether that settled it.
    fn ask_for<R: BufRead, W: Write>(
        &mut self,
        key: &'static str,
        questions: &mut Questions<R, W>,
        remarks: &mut Remarks,
    ) -> Result<bool, CliError> {
        let mut tried = self.clone();
        let list = match key {
            "operating_systems" => Some(&mut tried.systems),
            "capabilities" => Some(&mut tried.capabilities),
            _ => None,
        };
        let hint = if list.is_some() { "; several with commas between them, `-` for none" } else { "" };
        let proposed = match &list {
            Some(list) => list.join(", "),
            None => self.texts.get(key).cloned().unwrap_or_default(),
        };
        let answer = questions.ask(key, hint, &proposed)?;
        if answer.is_empty() {
            return Ok(true);
        }
        let parts = match &list {
            Some(_) if answer == "-" => Vec::new(),
            Some(_) => comma_separated(&answer),
            None => vec![answer.clone()],
        };
        let form = field(key).and_then(|field| field.form);
        for part in &parts {
            if let Some((form, fault)) = form.and_then(|form| Some((form, form.fault(part)?))) {
                questions.tell(&format!("`{part}`: {fault}. {}", form.help()))?;
                return Ok(false);
            }
        }
        match list {
            Some(list) => *list = parts,
            None => drop(tried.texts.insert(key, answer)),
        }
        let news = remarks.of(&tried.drafted());
        for news in &news {
            questions.tell(&format!("{}: {}", news.level, news.what))?;
            if let Some(help) = &news.help {
                questions.tell(&format!("  help: {help}"))?;
            }
        }
        if !news.iter().any(|news| news.level == Level::Error) {
            *self = tried;
        }
        Ok(news.is_empty())
    }

    /// The keys, in the order in which they are written.
    pub(super) fn drafted(&self) -> Vec<Drafted> {
        let text = |key: &'static str, notes| Some(set(key, self.texts.get(key)?.as_str(), notes));
        let mut drafted: Vec<Drafted> = ASKED
            .iter()
            .take_while(|key| **key != "compatible_redis_version")
            .filter_map(|key| text(key, Vec::new()))
            .collect();
        if !self.arguments.is_empty() {
            drafted.push(set("command_line_args", &*self.arguments, Vec::new()));
        }
        drafted.extend(text("compatible_redis_version", self.databases_told()));
        let is_oldest = self.oldest.is_some() && self.oldest.as_ref() == self.texts.get("min_redis_version");
        let tried = "The module loads into this version, and into none before it of these databases.".to_owned();
        drafted.extend(text("min_redis_version", is_oldest.then_some(tried).into_iter().collect()));
        drafted.extend(
            self.versions.cluster.as_ref().map(|cluster| set("min_redis_pack_version", &**cluster, Vec::new())),
        );
        if !self.systems.is_empty() {
            drafted.push(set("operating_systems", strings(&self.systems), self.systems_told()));
        }
        drafted.push(set("capabilities", strings(&self.capabilities), self.capabilities_told()));
        drafted
    }

    fn databases_told(&self) -> Vec<String> {
        let line = |of: &Databases| {
            let goes_by = if of.reads_compatible { "" } else { "; it goes by `min_redis_version`" };
            format!("  cluster {}: {}{goes_by}", of.cluster, of.versions.join(", "))
        };
        let mut told: Vec<String> = self.versions.databases.iter().map(line).collect();
        if !told.is_empty() {
            told.insert(0, "Databases of the clusters that this is for:".to_owned());
        }
        told
    }

    fn systems_told(&self) -> Vec<String> {
        let line = |fit: &Fit| match &fit.fault {
            None => format!("  {:12} {}", fit.system, fit.title),
            Some(fault) => format!("  {:12} {}: not, since {}", fit.system, fit.title, fault.replace('\n', " ")),
        };
        let mut told: Vec<String> = self.fits.iter().map(line).collect();
        if !told.is_empty() {
            told.insert(0, "By what the module asks of the loader:".to_owned());
        }
        told
    }

    /// All of them, and what each means.
    fn capabilities_told(&self) -> Vec<String> {
        let real = |capability: &&Capability| !capability.is_mistaken();
        let line = |capability: &Capability| {
            let gates = capability.gates.as_ref().map(|gates| format!("; needed for {gates}")).unwrap_or_default();
            format!("  {:21} {}{gates}", capability.name, capability.description)
        };
        let mut told = vec!["All there are, and what the module then has to do:".to_owned()];
        told.extend(Knowledge::builtin().capabilities().iter().filter(real).map(line));
        if self.types_unknown {
            told.push(
                "Whether the module has data types of its own is not known: a redis-server does not say.".to_owned(),
            );
        }
        told
    }
}

/// The items of an option with a list.
fn items(given: &[String]) -> Vec<String> {
    comma_separated(&given.join(","))
}

/// A key that is set.
fn set(key: &'static str, value: impl Into<Value>, notes: Vec<String>) -> Drafted {
    Drafted { key, value: value.into(), notes }
}

fn strings(items: &[String]) -> Value {
    items.iter().map(String::as_str).collect()
}

/// What can be told of a module without its author, which is not much: that it takes one key at a time cannot be seen from what it
/// registers. And what a target wants.
fn capabilities(known: Option<&Known>, targets: &[Target]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if known.and_then(|known| known.has_types) == Some(true) {
        names.push("types".to_owned());
    }
    for name in targets.iter().flat_map(Target::required_capabilities) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use ramp_core::module::Discovery;

    use super::*;

    #[derive(clap::Parser)]
    struct Arguments {
        #[command(flatten)]
        init: Init,
    }

    fn proposal(known: Option<&Known>, options: &[&str]) -> Proposal {
        let arguments = Arguments::parse_from(["init"].iter().chain(options));
        Proposal::new(&arguments.init, known, &[Target::named("7.22").unwrap()]).unwrap()
    }

    fn hello() -> Known {
        Known {
            discovery: Discovery { module_name: "hello".to_owned(), version: 10203, commands: Vec::new() },
            is_asked: true,
            has_types: Some(true),
            asked_in: Some("7.4".to_owned()),
            oldest: Some("6.2".to_owned()),
            systems: Vec::new(),
        }
    }

    /// The session, and what the manifest would then say.
    fn session(known: Option<&Known>, answers: &str) -> (String, String) {
        let mut proposal = proposal(known, &[]);
        let mut asked = Vec::new();
        let mut remarks = Remarks::default();
        remarks.of(&proposal.drafted());
        proposal.ask(&mut Questions::new(answers.as_bytes(), &mut asked), &mut remarks).unwrap();
        let keys = proposal.drafted().into_iter().map(|drafted| format!("{}: {}\n", drafted.key, drafted.value));
        (String::from_utf8(asked).unwrap(), keys.collect())
    }

    #[test]
    fn an_empty_answer_is_what_is_proposed() {
        let (asked, keys) = session(Some(&hello()), &"\n".repeat(9));
        insta::assert_snapshot!(keys, @r#"
        display_name: "hello"
        compatible_redis_version: "7.4"
        min_redis_version: "6.2"
        min_redis_pack_version: "7.22"
        capabilities: ["types"]
        "#);
        assert!(asked.contains("several with commas between them, `-` for none) [types]: "), "{asked}");
        // Without a module, only its author knows a name for people.
        let (_, keys) = session(None, &"\n".repeat(9));
        assert!(!keys.contains("display_name"), "{keys}");
    }

    /// One bad answer is asked for again, whichever question it is of; the others stay.
    #[test]
    fn an_answer_that_cannot_be_is_asked_for_again() {
        let answers = "Hi\n\n\nhttp://\nhttps://example.com\n\nbanana\n7.2\n\nrhel9, windows\nrhel9\n-\n";
        let (asked, keys) = session(Some(&hello()), answers);
        insta::assert_snapshot!(keys, @r#"
        display_name: "Hi"
        homepage: "https://example.com"
        compatible_redis_version: "7.2"
        min_redis_version: "6.2"
        min_redis_pack_version: "7.22"
        operating_systems: ["rhel9"]
        capabilities: []
        "#);
        for told in [
            "`http://`: it names no host. Write an https or http address",
            "`banana`: it is not one to three numbers with dots between them. Write one",
            "error: `operating_systems` has \"windows\", not a name with a version\n  help: Write the family",
        ] {
            assert!(asked.contains(told), "{told}\n{asked}");
        }
    }

    /// What is odd is told at once, and stands if it is said again or let stand.
    #[test]
    fn an_odd_answer_is_proposed() {
        let answers = "\n\n\n\n\n7.2\n7.4\n\nrhel9;ubuntu22\nrhel9\n[\"rhel9\"]\ntyps\ntyps\n";
        let (asked, keys) = session(Some(&hello()), answers);
        insta::assert_snapshot!(keys, @r#"
        display_name: "hello"
        compatible_redis_version: "7.2"
        min_redis_version: "7.4"
        min_redis_pack_version: "7.22"
        operating_systems: ["rhel9"]
        capabilities: ["typs"]
        "#);
        for told in [
            "warning: `min_redis_version` is 7.4, and `compatible_redis_version` 7.2\n",
            "`-` for none) [rhel9;ubuntu22]: ",
            "`-` for none) [[\"rhel9\"]]: ",
            "warning: `typs` is not a known capability\n  help: Did you mean `types`?\n",
        ] {
            assert!(asked.contains(told), "{told}\n{asked}");
        }
    }

    /// What the module was tried out to need is said of that version only, and of lists nothing that is empty is an item.
    #[test]
    fn what_is_written_is_true() {
        let notes = |proposal: &Proposal| {
            let drafted = proposal.drafted();
            drafted.into_iter().find(|drafted| drafted.key == "min_redis_version").unwrap().notes
        };
        let mut known = hello();
        let mut proposed = proposal(Some(&known), &[]);
        assert_eq!(notes(&proposed).len(), 1);
        proposed.texts.insert("min_redis_version", "7.2".to_owned());
        assert!(notes(&proposed).is_empty());
        known.has_types = None;
        let told = proposal(Some(&known), &[]).capabilities_told();
        assert!(told.last().unwrap().contains("a redis-server does not say"), "{told:?}");
        for (given, expected) in [("", &[][..]), (" types,, flash,types", &["types", "flash"])] {
            assert_eq!(proposal(None, &["--capabilities", given]).capabilities, expected);
        }
    }
}
