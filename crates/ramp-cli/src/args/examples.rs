//! Examples, with which the help of each command begins. The tests run them as they are shown here.

use std::fmt::Write as _;

use clap::Command;

use crate::screen;

/// A line that can be typed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Example {
    /// The command whose help begins with it.
    command: &'static str,
    /// What to type.
    pub(crate) line: &'static str,
    /// What comes of it.
    pub(crate) what: &'static str,
}

const fn example(command: &'static str, line: &'static str, what: &'static str) -> Example {
    Example { command, line, what }
}

/// One to three for each command.
const EXAMPLES: &[Example] = &[
    example("ramp", "ramp pack mymodule.so -m ramp.yml -o mymodule.zip", "makes a bundle"),
    example("ramp", "ramp validate mymodule.zip --target 7.22", "says what a cluster would answer"),
    example("ramp", "ramp explain invalid_module", "says what that means, and what to do"),
    example("ramp validate", "ramp validate mymodule.zip --target 7.22", "as a cluster of 7.22 would judge it"),
    example("ramp validate", "ramp validate dist --target 7.4 --target 8.2", "all bundles of a folder, for two"),
    example("ramp validate", "ramp validate dist/*.zip --format github", "with annotations, in a workflow"),
    example("ramp inspect", "ramp inspect mymodule.zip", "what is in the bundle"),
    example("ramp inspect", "ramp inspect mymodule.so --format json", "what the module needs, for a program"),
    example("ramp unpack", "ramp unpack mymodule.zip -C unpacked", "into a folder"),
    example("ramp pack", "ramp pack mymodule.so -m ramp.yml -o mymodule.zip", "as the manifest says"),
    example("ramp pack", "ramp pack mymodule.so -m ramp.yml -o '{module_name}.{os}.zip'", "named by its metadata"),
    example("ramp pack", "ramp pack mymodule.so -m ramp.yml --commands-from probe.json", "without asking the module"),
    example("ramp init", "ramp init mymodule.so", "writes ramp.yml, asking about each key"),
    example("ramp init", "ramp init mymodule.so --target 7.22,8.2 --ci github --yes", "asks nothing, adds a workflow"),
    example("ramp check", "ramp check ramp.yml --fail-on warning", "fails for a misspelt key too"),
    example("ramp fix", "ramp fix mymodule.zip", "what would be repaired"),
    example("ramp fix", "ramp fix mymodule.zip -o repaired.zip", "writes it, judged before"),
    example("ramp diff", "ramp diff released.zip mymodule.zip --target 7.22", "what an upgrade would change"),
    example("ramp diff", "ramp diff released.zip mymodule.zip --format markdown", "for a comment on a pull request"),
    example("ramp rehearse", "ramp rehearse mymodule.zip --target 7.22", "from the upload to the deletion"),
    example(
        "ramp rehearse",
        "ramp rehearse mymodule.zip --from released.zip --target 7.22",
        "with the upgrade between",
    ),
    example("ramp rehearse", "ramp rehearse mymodule.zip --target 8.2 --database 7.4", "in a database of Redis 7.4"),
    example("ramp probe", "ramp probe mymodule.so", "what the module registers"),
    example("ramp probe", "ramp probe mymodule.so --format json > probe.json", "for `ramp pack --commands-from`"),
    example("ramp explain", "ramp explain", "lists what can be explained"),
    example("ramp explain", "ramp explain invalid_module", "a code, and the rules that lead to it"),
    example("ramp explain", "ramp explain manifest dependencies", "a key of the manifest"),
    example("ramp explain", "ramp explain config fail-on", "a key of the policy file"),
    example("ramp rules", "ramp rules", "all rules, group by group"),
    example("ramp target", "ramp target list", "the releases"),
    example("ramp target", "ramp target show 7.22 > cluster.json", "a target, to complete by hand"),
    example("ramp target list", "ramp target list", "a table"),
    example("ramp target list", "ramp target list 8.0", "all that is known of one"),
    example("ramp target show", "ramp target show 7.22 > cluster.json", "to complete by hand"),
    #[cfg(feature = "cluster")]
    example(
        "ramp upload",
        "ramp upload mymodule.zip --cluster https://cluster.example:9443 --dry-run",
        "sends nothing",
    ),
    #[cfg(feature = "cluster")]
    example(
        "ramp upload",
        "ramp upload mymodule.zip --cluster https://cluster.example:9443 --cacert ca.pem",
        "sends it",
    ),
    #[cfg(feature = "cluster")]
    example("ramp upload", "ramp upload mymodule.zip --cluster https://cluster.example:9443 --if-missing", "only once"),
    #[cfg(feature = "cluster")]
    example(
        "ramp modules",
        "ramp modules list --cluster https://cluster.example:9443",
        "what is there, and who uses it",
    ),
    #[cfg(feature = "cluster")]
    example("ramp modules list", "ramp modules list --cluster https://cluster.example:9443", "a table"),
    #[cfg(feature = "cluster")]
    example(
        "ramp modules list",
        "ramp modules list --cluster https://cluster.example:9443 --format json",
        "for a program",
    ),
    #[cfg(feature = "cluster")]
    example(
        "ramp modules show",
        "ramp modules show mymodule 1.2.3 --cluster https://cluster.example:9443",
        "all that is said of it",
    ),
    #[cfg(feature = "cluster")]
    example(
        "ramp modules delete",
        "ramp modules delete mymodule 1.2.3 --cluster https://cluster.example:9443 --dry-run",
        "tries it",
    ),
    #[cfg(feature = "cluster")]
    example(
        "ramp modules delete",
        "ramp modules delete mymodule 1.2.3 --cluster https://cluster.example:9443 --yes",
        "asks nothing",
    ),
    #[cfg(feature = "serve")]
    example("ramp serve", "ramp serve --target 7.22", "https://127.0.0.1:9443, as a cluster of 7.22"),
    #[cfg(feature = "serve")]
    example("ramp serve", "ramp serve --plain-http --listen 127.0.0.1:0", "for a test, at a port that is free"),
    #[cfg(feature = "serve")]
    example("ramp store", "ramp store check", "whether all is there that a server keeps"),
    #[cfg(feature = "serve")]
    example("ramp store", "ramp store backup backups/monday", "a copy of it, while its server runs"),
    #[cfg(feature = "serve")]
    example("ramp store check", "ramp store check --data-dir ramp-data", "while its server runs, too"),
    #[cfg(feature = "serve")]
    example("ramp store backup", "ramp store backup backups/monday --data-dir ramp-data", "while its server runs"),
    #[cfg(feature = "serve")]
    example("ramp store restore", "ramp store restore backups/monday --data-dir new-data", "where nothing is kept yet"),
    #[cfg(feature = "serve")]
    example("ramp user", "ramp user set-password admin@ramp.local", "asks for the new one"),
    #[cfg(feature = "serve")]
    example("ramp user set-password", "ramp user set-password admin@ramp.local < secret.txt", "its first line"),
    example("ramp config", "ramp config show", "what ramp.toml says"),
    example("ramp config show", "ramp config show", "of the folder that one is in"),
    example("ramp config show", "ramp config show --isolated", "what is so without a file"),
    example("ramp schema", "ramp schema manifest > ramp.schema.json", "for an editor, of ramp.yml"),
    example("ramp completions", "source <(ramp completions bash)", "in ~/.bashrc"),
    example("ramp completions", "source <(ramp completions zsh)", "in ~/.zshrc, after compinit"),
    example("ramp completions", "ramp completions fish | source", "in ~/.config/fish/config.fish"),
    example("ramp completions", "ramp completions powershell | Out-String | Invoke-Expression", "in $PROFILE"),
    example("ramp man", "ramp man validate", "shows the page, on a terminal"),
    example("ramp man", "ramp man > ramp.1", "writes one"),
    example("ramp help", "ramp help pack", "a screen; `ramp pack --help` is everything"),
    example("ramp help", "ramp help target list", "of a command of a command"),
    example("ramp version", "ramp version", "of the command, and of what it knows"),
];

/// Those of a command, such as `ramp target list`.
pub(crate) fn of(command: &str) -> Vec<Example> {
    EXAMPLES.iter().filter(|example| example.command == command).copied().collect()
}

/// The command, and those in it, with its examples before everything else that is long.
pub(super) fn shown(command: Command) -> Command {
    let name = command.get_name().to_owned();
    shown_as(command, &name)
}

fn shown_as(command: Command, name: &str) -> Command {
    let examples = of(name);
    let width = examples.iter().map(|example| example.line.len()).max().unwrap_or(0);
    let whole = examples.iter().map(|example| 2 + width + 2 + example.what.len()).max().unwrap_or(0);
    let style = command.get_styles().get_header();
    let mut text = format!("{style}Examples:{style:#}");
    for Example { line, what, .. } in &examples {
        // Where not all of them fit beside it, each stands below.
        let gap = if whole > screen::width() { "\n      ".to_owned() } else { " ".repeat(width - line.len() + 2) };
        let _ = write!(text, "\n  {line}{gap}{what}"); // cannot fail
    }
    let command = if examples.is_empty() { command } else { command.before_help(text) };
    command
        .help_template("{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}")
        .mut_subcommands(|inner| {
            let name = format!("{name} {}", inner.get_name());
            shown_as(inner, &name)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_one_to_three() {
        fn all(command: &Command, name: &str, found: &mut usize) {
            let count = of(name).len();
            assert!((1..=4).contains(&count), "{name}: {count}");
            *found += count;
            for inner in command.get_subcommands() {
                all(inner, &format!("{name} {}", inner.get_name()), found);
            }
        }
        let mut found = 0;
        all(&crate::args::command(), "ramp", &mut found);
        assert_eq!(found, EXAMPLES.len(), "an example of no command");
    }
}
