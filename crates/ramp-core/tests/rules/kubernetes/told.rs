//! What is said of manifests, how often, and with what help.

use super::*;

/// One cause is said once: where the bundles are judged for the nodes' system, their own results say what is wrong.
#[test]
fn the_system_is_said_once() {
    let ubuntu = bundles(&set("operating_systems", json!(["ubuntu22"])));
    let found = |target: &Target| {
        let report = ramp_core::judge_kubernetes(&cluster(), &ubuntu, target, &Policy::strict());
        report.findings.iter().any(|finding| finding.rule == "kubernetes-node-os")
    };
    let nodes = |target: Target| target.with_operating_system("rhel9").unwrap();
    assert!(found(&own_target()) && !found(&nodes(own_target())));
    // From 7.2 to 7.22 a cluster takes builds for any system.
    assert!(found(&nodes(Target::named("7.22").unwrap())));
}

#[test]
fn the_answer_is_not_to_what_is_asked() {
    let mut manifests = cluster();
    manifests.clusters[0].version_tag = Some(text("7.22.0-95", 10));
    let target = Target::named("7.22.0-95").unwrap();
    let report = ramp_core::judge_kubernetes(&manifests, &bundles(&good()), &target, &Policy::strict());
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert!(finding.help.contains("an upload through `v2`"), "{}", finding.help);
    // No bundle, no answer.
    let report = ramp_core::judge_kubernetes(&manifests, &[], &target, &Policy::strict());
    assert_eq!(report.findings[0].help, "Upgrade operator and cluster to 8.0.6 or later.");
}

#[test]
fn secrets_are_not_repeated() {
    let url = |url: &str| judge_kubernetes(&at(url), &[], &Policy::strict());
    let secret = judge_kubernetes(&with_credentials("robot:Passw0rd", None), &[], &Policy::strict());
    let signed = url("https://x.example.com/m.zip?X-Amz-Signature=Passw0rd#Passw0rd");
    let in_front = url("https://robot:Passw0rd@x.example.com/a@b.zip");
    for (report, findings) in [(secret, 2), (signed, 2), (in_front, 3), (url("ftp://robot:Passw0rd@x/m.zip"), 2)] {
        let json = serde_json::to_string(&report).unwrap();
        assert!(!json.contains("Passw0rd") && report.findings.len() == findings, "{json}");
    }
    let shown = |text: &str| url(text).findings.iter().find_map(|finding| finding.data.get("url")).unwrap().clone();
    assert_eq!(shown("https://robot:Passw0rd@x.example.com/b.zip"), "https://…@x.example.com/b.zip".into());
    // What is not escaped, or has a slash too few, is masked too.
    for text in ["https:/robot:Passw0rd@h/x.zip", "https://robot:Pass/w0rd@h/x.zip", "https://robot:Pass?w0rd@h/x.zip"]
    {
        let shown = format!("{:?}", shown(text));
        assert!(!shown.contains("w0rd"), "{text}: {shown}");
    }
}

#[test]
fn an_object_of_another_namespace_is_another() {
    let mut manifests = with_credentials("repo", Some(&["token"]));
    manifests.clusters[0].identity.namespace = Some("redis".to_owned());
    manifests.secrets[0].identity.namespace = Some("other".to_owned());
    let report = judge_kubernetes(&manifests, &bundles(&good()), &Policy::strict());
    let finding = &report.findings[0];
    assert_eq!((finding.level, &finding.data["found"]), (Level::Note, &"other".into()));
    let message = "the Secret `repo` of `testmodule` is in the namespace `other`; the cluster is in `redis`";
    assert_eq!(finding.message, message);
}

/// What a template is to fill in is said once, and nothing else is said of it.
#[test]
fn what_is_not_filled_in_is_not_judged() {
    let mut manifests = with_database(false, "{{ .Values.redis }}", "testmodule");
    let url = "https://{{ .Values.host }}/testmodule.zip";
    manifests.clusters[0].modules[0].sources[0].url = Some(text(url, 23));
    manifests.clusters[0].version_tag = Some(text("${TAG}", 10));
    manifests.clusters[0].identity.written.push(("name", text("{{ .Release.Name }}", 4)));
    manifests.databases[0].cluster = Some(text("{{ .Release.Name }}", 43));
    manifests.databases[0].identity.api_version = Some(text("{{ .Values.api }}", 40));
    let report = judge_kubernetes(&manifests, &bundles(&good()), &Policy::strict());
    assert!(report.findings.iter().all(|finding| finding.rule == "kubernetes-placeholder"), "{:#?}", report.findings);
    let mut found: Vec<_> = report.findings.iter().map(|finding| finding.location.clone().unwrap().line).collect();
    found.sort_unstable();
    assert_eq!(found, [4, 10, 23, 40, 43, 45].map(Some));
    let helps: BTreeSet<&str> = report.findings.iter().filter_map(|finding| finding.help.split('`').nth(1)).collect();
    let commands = [
        "envsubst < FILE | ramp validate --kubernetes - BUNDLE",
        "helm template CHART | ramp validate --kubernetes - BUNDLE",
    ];
    assert!(commands.iter().all(|command| helps.contains(command)), "{helps:?}");
    // An escaped letter is not a placeholder.
    let escaped = at("https://modules.example.com/M%C3%A4rz/testmodule-1.2.3.zip");
    assert_eq!(judge_kubernetes(&escaped, &bundles(&good()), &Policy::strict()).findings, []);
}

/// In quotes, `true` is wrong twice, and is told once what to write.
#[test]
fn no_help_contradicts_another() {
    let quoted = with(|manifests| manifests.clusters[0].auto_upgrade = Some(text("true", 12)));
    let report = judge_kubernetes(&quoted, &bundles(&good()), &Policy::strict());
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!(finding.rule, "kubernetes-not-a-boolean");
    assert!(finding.help.starts_with("Write `autoUpgradeRedisEnterprise: false`, without quotes"), "{}", finding.help);
    // Without modules there is nothing against it.
    let mut without = of_modules(Vec::new());
    without.clusters[0].auto_upgrade = Some(text("true", 12));
    let report = judge_kubernetes(&without, &[], &Policy::strict());
    assert_eq!(report.findings[0].help, "Write `autoUpgradeRedisEnterprise: true`, without quotes.");
}

#[test]
fn a_tag_that_was_probably_meant() {
    let suggested = |tag: &str| {
        let manifests = with(|manifests| manifests.clusters[0].version_tag = Some(text(tag, 10)));
        let report = ramp_core::judge_kubernetes(&manifests, &[], &Target::default(), &Policy::strict());
        let finding = report.findings.into_iter().find(|finding| finding.rule == "kubernetes-version-tag").unwrap();
        finding.data.get("suggestion").cloned()
    };
    for tag in ["v8.0.20-154", "V8.0.20-154", " 8.0.20-154", "redislabs/redis:8.0.20-154", "redis/redis:v8.0.20-154 "] {
        assert_eq!(suggested(tag), Some("8.0.20-154".into()), "{tag}");
    }
    for tag in ["nightly", "latest", "vanilla", "8.0.20-154\u{e9}"] {
        assert_eq!(suggested(tag), None, "{tag}");
    }
}
