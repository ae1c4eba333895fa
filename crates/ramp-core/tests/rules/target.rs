//! What does not fit the cluster.

use ramp_core::{Endpoint, InstalledArtifact, InstalledModule, Policy, Target, TargetNode};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use serde_json::json;

use crate::cases::{Case, case, cluster, good, module, on_systems, set};

pub(crate) fn cases() -> Vec<Case> {
    let small = cluster("7.22").with_max_module_bytes(Some(good().module.len() as u64));
    let without_file = || {
        let mut bundle = BundleBuilder::with_dependency();
        bundle.dependencies.clear();
        bundle
    };
    vec![
        case("uploads-disabled", "a release whose clusters take no uploads until they are told to", good())
            .on(cluster("8.2"))
            .noted()
            .twin_on(cluster("8.2").with_allow_modules_upload(Some(true))),
        case("uploads-disabled", "a cluster that says that it takes none", good())
            .on(cluster("8.2").with_allow_modules_upload(Some(false)))
            .twin_on(cluster("8.2").with_allow_modules_upload(Some(true))),
        case("field-missing", "no `command_line_args`", good().without("command_line_args")).on(cluster("8.0")),
        case("field-missing", "a version that is cut off to zero", set("version", 0.5))
            .on(cluster("8.0"))
            .also("out-of-range", "the gate says so too, for all releases"),
        case("field-type", "a version beyond 64 bits", set("version", 1e300))
            .on(cluster("8.0"))
            .also("out-of-range", "the gate says so too, for all releases"),
        case("field-type", "`display_name` is a number", good().set("display_name", 5))
            .on(cluster("8.0"))
            .also("wrong-type", "the gate says so too, for all releases"),
        case(
            "module-too-big",
            "a module larger than the cluster's setting",
            module(&ElfBuilder::module().comment("longer by this")),
        )
        .on(small),
        case("dependency-missing", "a dependency that older clusters downloaded", without_file())
            .twin(BundleBuilder::with_dependency())
            .on(cluster("8.0")),
        case("module-exists", "the same version again", good()).twin(newer()).on(having(&["rhel9/x86_64"])),
        case("module-exists-elsewhere", "the build for another system", good())
            .twin(newer())
            .on(having(&["rhel8/x86_64"])),
        case("module-exists", "for another system, from 8.0 on", good())
            .on(having(&["rhel8/x86_64"]).with_cluster_version("8.0").unwrap())
            .twin_on(cluster("8.0")),
        case("artifact-exists", "the artifact of a module whose object was deleted", good())
            .twin(newer())
            .on(cluster("8.0").with_artifacts(vec![artifact()])),
        case("artifact-exists", "an artifact on a node, from 8.0 on", good())
            .on(cluster("8.0").with_artifacts(vec![artifact()]))
            .twin_on(cluster("7.22").with_artifacts(vec![artifact()])),
        case("min-redis-pack-version", "a module for clusters of 8.0", set("min_redis_pack_version", "8.0"))
            .twin(set("min_redis_pack_version", "7.22"))
            .on(cluster("7.22")),
        case("min-redis-pack-version-ignored", "a module for clusters of 8.4", set("min_redis_pack_version", "8.4"))
            .twin(set("min_redis_pack_version", "8.0"))
            .on(cluster("8.0")),
        case("release-unknown", "a cluster of 9.0.0-1", good())
            .on(Target::default().with_cluster_version("9.0.0-1").unwrap())
            .twin_on(cluster("8.2.0-25").with_allow_modules_upload(Some(true))),
        case("nodes-impossible", "a cluster of 7.22 on Red Hat 7", on_systems(&["rhel9", "rhel7"]))
            .on(cluster("7.22").with_operating_system("rhel7").unwrap())
            .twin_on(cluster("7.22").with_operating_system("rhel9").unwrap())
            .also("os-not-in-release", "the bundle is for that system, too"),
        case("nodes-impossible", "a cluster of 7.22 on Arm", good())
            .also("load-architecture", "the bundle is not")
            .on(cluster("7.22").with_architecture("aarch64").unwrap())
            .twin_on(cluster("7.22").with_architecture("x86_64").unwrap()),
        case("release-past-end-of-life", "a cluster of 7.22 a day after its end", good())
            .on(cluster("7.22").with_as_of("2027-10-31".parse().ok()))
            .twin_on(cluster("7.22").with_as_of("2027-10-30".parse().ok())),
        case("capabilities-missing", "a capability that the target requires", good())
            .twin(set("capabilities", json!(["types", "clustering"])))
            .on(Target::default().with_required_capabilities(vec!["clustering".to_owned()])),
        case("os-not-supported", "a bundle for Ubuntu 22 and nodes of RHEL 9", on_systems(&["ubuntu22"])).on(cluster(
            "8.0",
        )
        .with_operating_system("rhel9")
        .unwrap()),
        case("os-not-supported", "a bundle for Ubuntu 22 and one node of RHEL 9", on_systems(&["ubuntu22"]))
            .on(node("8.0", "rhel9", "x86_64")),
        case("os-not-supported", "a bundle for a system that the release does not run on", on_systems(&["rhel7"]))
            .on(cluster("7.22")),
        case("architecture-not-supported", "a bundle for x86_64 and a node of aarch64", good())
            .on(node("8.0", "rhel9", "aarch64"))
            .twin_on(cluster("8.0")),
        case(
            "architecture-not-supported",
            "a bundle for aarch64 and a release for x86_64",
            module(&ElfBuilder::module().aarch64()).set("architecture", "aarch64"),
        )
        .on(cluster("7.22")),
        case("os-not-in-release", "one of two systems is not the release's", on_systems(&["rhel9", "rhel7"]))
            .on(cluster("7.22")),
        case("dependencies-not-supported", "dependencies through v1", BundleBuilder::with_dependency()).on(cluster(
            "7.22",
        )
        .with_endpoint(Endpoint::V1)
        .unwrap()),
        case("invalid-dependency-data", "a list of names", set("dependencies", json!(["python.tgz"])))
            .on(cluster("7.22")),
        case(
            "invalid-dependency-data",
            "an address in place of a dependency",
            set("dependencies", json!({"a/b~c": ""})),
        )
        .on(cluster("7.22")),
    ]
}

/// A cluster of one node.
pub(crate) fn node(release: &str, os: &str, architecture: &str) -> Target {
    let node =
        TargetNode { uid: Some(3), operating_system: Some(os.to_owned()), architecture: Some(architecture.to_owned()) };
    cluster(release).with_node(node).unwrap()
}

/// The good bundle's next version.
fn newer() -> BundleBuilder {
    set("version", 10204).set("semantic_version", "1.2.4")
}

/// A cluster that has the good bundle's module for these platforms.
fn having(platforms: &[&str]) -> Target {
    let platforms = platforms.iter().map(|platform| (*platform).to_owned()).collect();
    let module = InstalledModule { module_name: "testmodule".to_owned(), version: 10203, platforms };
    cluster("7.22").with_installed_modules(vec![module])
}

/// What a node has of the good bundle's module.
fn artifact() -> InstalledArtifact {
    InstalledArtifact { module_name: "testmodule".to_owned(), version: 10203 }
}

/// Where the nodes are known one by one, a finding says which it is about.
#[test]
fn nodes_are_named() {
    let node = |uid: Option<u64>, os: &str, architecture: &str| TargetNode {
        uid,
        operating_system: Some(os.to_owned()),
        architecture: Some(architecture.to_owned()),
    };
    let messages = |release: &str, nodes: &[TargetNode]| -> Vec<String> {
        let target = nodes.iter().try_fold(cluster(release), |target, node| target.with_node(node.clone())).unwrap();
        let report = crate::cases::report(&good().build(), &target, &Policy::strict());
        report.findings().iter().map(|finding| finding.message.clone()).collect()
    };
    let two = [node(Some(1), "rhel9", "x86_64"), node(Some(2), "ubuntu22", "aarch64")];
    let told = messages("8.0", &two);
    assert!(told.iter().any(|m| m.starts_with("node 2 runs ubuntu22; ")), "{told:?}");
    assert!(told.iter().any(|m| m == "node 2 is aarch64; the module is for x86_64"), "{told:?}");
    let told = messages("7.22", &two);
    assert!(told.iter().any(|m| m.starts_with("node 2 runs ubuntu22; ")), "{told:?}");
    // Those that are only said to be there have no number.
    let told = messages("8.0", &[node(None, "rhel9", "x86_64"), node(None, "ubuntu22", "x86_64")]);
    assert!(told.iter().any(|m| m.starts_with("a node runs ubuntu22; ")), "{told:?}");
    let many: Vec<TargetNode> = (1..=12).map(|uid| node(Some(uid), "rhel8", "x86_64")).collect();
    let told = messages("8.0", &many);
    assert!(
        told.iter().any(|m| m.starts_with("nodes 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more run rhel8; ")),
        "{told:?}"
    );
}

/// The object has the integer that the unpacker reads, whatever the form; what of it the gate says is another matter. And it is said
/// once that there is none.
#[test]
fn the_object_has_the_version_that_the_unpacker_reads() {
    let decides = |bundle: &BundleBuilder| -> (bool, Vec<String>) {
        let report = crate::cases::report(&bundle.build(), &cluster("8.0"), &Policy::strict());
        let deciding = report.findings().iter().filter(|finding| finding.decides_answer);
        (report.answer().accepted(), deciding.map(|finding| finding.message.clone()).collect())
    };
    for (version, expected) in [
        (json!(10203.0), None),
        (json!(10203.5), None),
        (json!("10_000"), None),
        (json!(" 1.9 "), None),
        (json!(true), None),
        (json!(9_007_199_254_740_993_u64), None),
        (json!(1e18), None),
        (json!("0"), Some("`version` is \"0\", which counts as missing; `POST /v2/modules/user-defined` requires it")),
        (json!(0.5), Some("`version` is 0.5, which counts as missing; `POST /v2/modules/user-defined` requires it")),
        (json!(1e19), Some("`version` is 1e+19; `POST /v2/modules/user-defined` requires an integer of 64 bits")),
        (
            json!("1e308"),
            Some("`version` is \"1e308\"; `POST /v2/modules/user-defined` requires an integer of 64 bits"),
        ),
        (json!("8.4.0"), Some("`version` is \"8.4.0\", which is not a number")),
        (json!(null), Some("`version` is null, which counts as missing")),
    ] {
        let expected: Vec<&str> = expected.into_iter().collect();
        assert_eq!(
            decides(&set("version", version.clone())),
            (expected.is_empty(), expected.iter().map(|e| (*e).to_owned()).collect()),
            "{version}"
        );
    }
    for field in ["version", "module_name"] {
        let (accepted, told) = decides(&good().without(field));
        assert!(!accepted && told == [format!("there is no `{field}`")], "{told:?}");
        let report = crate::cases::report(&good().without(field).build(), &cluster("8.0"), &Policy::strict());
        assert_eq!(report.answer().refusal().unwrap().request, Some(ramp_core::Request::Definition));
    }
    // What is not sent with the object is the artifact's.
    let report = crate::cases::report(&good().without("architecture").build(), &cluster("8.0"), &Policy::strict());
    assert_eq!(report.answer().refusal().unwrap().request, Some(ramp_core::Request::Artifact));
}

/// What the cluster names counts, not what the table has.
#[test]
fn capabilities_are_held_against_the_clusters_own() {
    let found = |known: &[&str], declared: &[&str]| -> Vec<String> {
        let known_capabilities = known.iter().map(|name| (*name).to_owned()).collect();
        let target = cluster("7.22").with_known_capabilities(known_capabilities);
        let report = crate::cases::report(&set("capabilities", json!(declared)).build(), &target, &Policy::strict());
        let unknown = report.findings().iter().filter(|finding| finding.rule == "capability-unknown");
        unknown.map(|finding| finding.message.clone()).collect()
    };
    assert!(found(&[], &["types", "asm"]).is_empty());
    assert!(found(&["types", "brand_new"], &["types", "brand_new"]).is_empty());
    assert_eq!(found(&["types"], &["types", "asm"]), ["`asm` is not a capability that the cluster names"]);
    assert_eq!(found(&["types"], &["nosuch"]), ["`nosuch` is not a known capability"]);
}

/// A target is right, or it is not there: however it comes about.
#[test]
fn no_target_is_taken_unchecked() {
    for json in [
        r#"{"cluster_version": "seven"}"#,
        r#"{"cluster_version": "v7.22.0"}"#,
        r#"{"cluster_version": "7.22.0 "}"#,
        r#"{"database_versions": ["7.x"]}"#,
        r#"{"operating_systems": ["linux"]}"#,
        r#"{"architectures": ["mips"]}"#,
        r#"{"nodes": [{"uid": 1, "architecture": "mips"}]}"#,
        r#"{"cluster_version": "8.2", "endpoint": "v1"}"#,
        r#"{"cluster_verison": "8.2"}"#,
        "[]",
        r#"["7.22"]"#,
        r#"{"nodes": [[1, "rhel9"]]}"#,
        r#"{"installed_modules": [["hello", 1]]}"#,
        "null",
    ] {
        let by_serde = serde_json::from_str::<Target>(json).unwrap_err().to_string();
        let by_hand = Target::from_json(json.as_bytes()).unwrap_err();
        assert!(!by_serde.is_empty() && !by_hand.to_string().is_empty(), "{json}");
    }
    for version in ["seven", "v7.22.0", "7.22.0 ", ""] {
        assert!(Target::default().with_cluster_version(version).is_err(), "{version:?}");
        assert!(Target::default().with_database_version(version).is_err(), "{version:?}");
    }
    assert!(Target::default().with_endpoint(Endpoint::V1).unwrap().with_cluster_version("8.2").is_err());
    let json = r#"{"cluster_version":"7.22.0-28","operating_systems":["rocky9"],"architectures":["arm64"],
        "installed_modules":[{"module_name":"hello","version":1,"platforms":["rocky9/amd64","solaris11/sparc","any"]}],
        "nodes":[{"uid":3,"operating_system":"ol8","architecture":"amd64"}]}"#;
    let target: Target = serde_json::from_str(json).unwrap();
    assert_eq!(target, Target::from_json(json.as_bytes()).unwrap());
    assert_eq!((target.operating_systems(), target.architectures()).0, ["rhel9", "rhel8"]);
    assert_eq!(target.architectures(), ["aarch64", "x86_64"]);
    // A cluster may have what we do not know.
    assert_eq!(target.installed_modules()[0].platforms, ["rhel9/x86_64", "solaris11/sparc", "any"]);
    let written = serde_json::to_string(&target).unwrap();
    assert_eq!(serde_json::from_str::<Target>(&written).unwrap(), target, "{written}");
}
