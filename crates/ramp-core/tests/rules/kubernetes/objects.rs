//! The cases of objects: clusters, databases, their names, and what they are judged against.

use super::*;

pub(super) fn object_cases() -> Vec<ManifestCase> {
    let copied = |namespace: Option<&str>| {
        let mut manifests = with_credentials("repo", Some(&["username", "password"]));
        let mut copy = manifests.secrets[0].clone();
        (copy.identity.place, copy.identity.namespace) = (place(50), namespace.map(str::to_owned));
        manifests.secrets.push(copy);
        manifests
    };
    let misspelt = |what, found: &str, meant| {
        let (found, place) = (found.to_owned(), place(9));
        with(|manifests| manifests.misspelt.push(Misspelt { what, found, meant, place }))
    };
    let rule = "kubernetes-key-misplaced";
    let misplaced = |key, under, of| {
        let place = place(9);
        with(|manifests| manifests.misplaced.push(Misplaced { key, under, of, place }))
    };
    let of_version = |version: Option<&str>| {
        let mut manifests = with_database(false, "7.4", "testmodule");
        manifests.databases[0].identity.api_version = version.map(|version| text(version, 40));
        manifests
    };
    let two_of = |kind, namespace: Option<&str>| {
        let mut manifests = cluster();
        if kind == Kind::Cluster {
            let mut copy = Cluster { modules: Vec::new(), ..manifests.clusters[0].clone() };
            (copy.identity.place, copy.identity.namespace) = (place(60), namespace.map(str::to_owned));
            manifests.clusters.push(copy);
        } else {
            manifests.clusters[0].modules.clear();
            let mut of_kind = with_database(false, "7.4", "search");
            let mut copy = of_kind.databases[0].clone();
            (copy.identity.place, copy.identity.namespace) = (place(60), namespace.map(str::to_owned));
            manifests.databases.extend([of_kind.databases.remove(0), copy]);
        }
        manifests
    };
    vec![
        case("kubernetes-object-twice", "a cluster that is there twice", two_of(Kind::Cluster, None))
            .twin(two_of(Kind::Cluster, Some("other"))),
        case("kubernetes-object-twice", "a database that is there twice", two_of(Kind::Database, None))
            .of(Vec::new())
            .twin(two_of(Kind::Database, Some("other")))
            .twin_of(Vec::new()),
        case("kubernetes-object-unnamed", "a database without a name", {
            let mut manifests = with_database(false, "7.4", "testmodule");
            manifests.databases[0].identity.name.clear();
            manifests
        })
        .twin(with_database(false, "7.4", "testmodule")),
        case("kubernetes-api-version", "a database of `v1`", of_version(Some("app.redislabs.com/v1")))
            .twin(of_version(Some("app.redislabs.com/v1alpha1"))),
        case("kubernetes-api-version", "a database of none", of_version(None))
            .twin(of_version(Some("app.redislabs.com/v1alpha1"))),
        case("kubernetes-object-twice", "a Secret that is there twice", copied(None)).twin(copied(Some("other"))),
        case("kubernetes-key-misspelt", "a key", misspelt(Word::Key, "moduleList", "modulesList")),
        case("kubernetes-key-misspelt", "a kind", misspelt(Word::Kind, "RedisEnterpriseDB", "RedisEnterpriseDatabase")),
        case(rule, "a key beside the one that it belongs under", misplaced("userDefinedModules", "spec", None)),
        case(rule, "a key of the top", misplaced("metadata", "", None)),
        case(rule, "a key of another kind", misplaced("modulesList", "spec", Some(Kind::Database))),
        case("kubernetes-key-twice", "a list that is there twice", {
            let (first, place) = (place(9), place(14));
            with(|manifests| manifests.repeated.push(Repeated { key: "userDefinedModules".to_owned(), first, place }))
        }),
        case(
            "kubernetes-file-without-objects",
            "a file with nothing in it",
            with(|manifests| manifests.without_objects.push(place(1))),
        ),
    ]
}

pub(super) fn target_cases() -> Vec<ManifestCase> {
    let target = |name: &str| Target::named(name).unwrap();
    let on = |os: &str| own_target().with_operating_system(os).unwrap();
    let rule = "kubernetes-other-target";
    let several = with(|manifests| {
        let identity = identity(Kind::Cluster, "second", 60);
        let version_tag = Some(text("8.2.0-25", 70));
        let second = Cluster { identity, version_tag, ..manifests.clusters[0].clone() };
        manifests.clusters.push(second);
    });
    vec![
        case(rule, "another release", cluster()).against(target("8.2"), target("8.0")),
        case(rule, "another build", cluster()).against(target("8.0.6-54"), target("8.0.10")),
        case(rule, "another system", cluster())
            .against(on("rhel8"), on("rhel9"))
            .also(&["kubernetes-node-os"])
            .of(bundles(&set("operating_systems", json!(["rhel8"])))),
        case(rule, "no version, where there is one", cluster()).against(Target::default(), own_target()).noted(),
        case(rule, "clusters of two versions", several)
            .of([bundles(&good()), bundles(&good())].concat())
            .against(Target::default(), own_target())
            .also(&["kubernetes-bundle-not-listed"])
            .noted(),
    ]
}

pub(super) fn database_cases() -> Vec<ManifestCase> {
    let of_cluster = |name: &str| {
        let mut manifests = with_database(false, "7.4", "testmodule");
        manifests.databases[0].cluster = Some(text(name, 42));
        manifests
    };
    let nameless = |name: Option<&str>| {
        let mut manifests = with_database(false, "7.4", "testmodule");
        manifests.databases[0].modules[0].name = name.map(|name| text(name, 47));
        manifests
    };
    let two = {
        let mut manifests = with_database(false, "7.4", "testmodule");
        let more = listed("testmodule", Scheme::Https, "https://modules.example.com/testmodule-1.2.4.zip");
        manifests.clusters[0].modules.push(more);
        manifests
    };
    let versioned = |version: Option<&str>| {
        let mut manifests = with_database(false, "7.4", "testmodule");
        manifests.databases[0].modules[0].version = version.map(|version| text(version, 48));
        manifests
    };
    let versioned_of_two = |version: &str| {
        let mut manifests = two.clone();
        manifests.databases[0].modules[0].version = Some(text(version, 48));
        manifests
    };
    let newer = |redis: &str| {
        bundle("testmodule-1.2.4.zip", &set("compatible_redis_version", redis).set("semantic_version", "1.2.4"))
    };
    vec![
        case("kubernetes-database-cluster", "a cluster that is elsewhere", of_cluster("elsewhere"))
            .twin(of_cluster("rec")),
        case("kubernetes-database-cluster", "a cluster that is misspelt", of_cluster("Rec")).twin(of_cluster("rec")),
        case(
            "kubernetes-database-redis",
            "a Redis that the cluster does not have",
            with_database(false, "9.1", "search"),
        )
        .twin(with_database(false, "8.4", "search")),
        case("kubernetes-database-redis", "one that no bundle can be for", with_database(false, "7.40", "testmodule"))
            .twin(with_database(false, "7.4", "testmodule")),
        case("kubernetes-database-redis", "what is not a version", with_database(false, "newest", "search"))
            .twin(with_database(false, "latest", "search")),
        case("kubernetes-module-incomplete", "a module of a database without a name", nameless(None))
            .twin(nameless(Some("testmodule"))),
        case("kubernetes-database-module", "a module that has been retired", with_database(false, "8.0", "graph"))
            .twin(with_database(false, "8.0", "bf")),
        case("kubernetes-database-module", "a module that is misspelt", with_database(false, "7.4", "testmodul"))
            .twin(with_database(false, "7.4", "testmodule")),
        case("kubernetes-database-module", "a module that is not there", with_database(false, "7.4", "tset"))
            .twin(with_database(false, "7.4", "ReJSON")),
        case("kubernetes-database-version", "a database of another Redis", with_database(false, "8.2", "testmodule"))
            .twin(with_database(false, "7.4", "testmodule")),
        case("kubernetes-database-version", "two bundles for the same Redis", two.clone())
            .of([bundles(&good()), vec![newer("7.4")]].concat())
            .twin(two.clone())
            .twin_of([bundles(&good()), vec![newer("8.2")]].concat()),
        case("kubernetes-module-version", "a version that no bundle has", versioned(Some("1.2.4")))
            .twin(versioned(Some("1.2.3"))),
        case("kubernetes-module-version", "one that neither bundle has", versioned_of_two("1.2.5"))
            .of([bundles(&good()), vec![newer("8.2")]].concat())
            .twin(versioned_of_two("1.2.3"))
            .twin_of([bundles(&good()), vec![newer("8.2")]].concat()),
        case("kubernetes-module-version", "one that is for another Redis", versioned_of_two("1.2.4"))
            .of([bundles(&good()), vec![newer("8.2")]].concat())
            .twin(versioned_of_two("1.2.3"))
            .twin_of([bundles(&good()), vec![newer("8.2")]].concat()),
        case("kubernetes-not-a-string", "a version that is a number", {
            let mut manifests = versioned(None);
            manifests.databases[0].modules[0].version = Some(Text { typed: Typed::Number, ..text("10203", 48) });
            manifests
        })
        .also(&["kubernetes-module-version"])
        .twin(versioned(None)),
        case("kubernetes-active-active", "an Active-Active database", with_database(true, "7.4", "Test module"))
            .twin(with_database(true, "7.4", "search")),
    ]
}

pub(super) fn cluster_cases() -> Vec<ManifestCase> {
    let boolean = |value| Text { typed: Typed::Boolean(value), ..text("yes", 12) };
    let named = |name: &str| Target::named(name).unwrap();
    let tagged = |tag: &str| with(|manifests| manifests.clusters[0].version_tag = Some(text(tag, 10)));
    let tag = "kubernetes-version-tag";
    vec![
        case(tag, "a tag with spaces around it", tagged(" 8.0.10-64 ")).twin(tagged("8.0.10-64")),
        case(tag, "a tag with the name of the image", tagged("redislabs/redis:8.0.10-64")).twin(tagged("8.0.10")),
        case(tag, "a version with a letter in front", tagged("v8.0.10-64"))
            .against(Target::default(), own_target())
            .twin(tagged("8.0.10-64"))
            .noted(),
        case(tag, "a tag that is not a version", tagged("nightly"))
            .against(Target::default(), own_target())
            .twin(tagged("nightly"))
            .noted(),
        case(tag, "a release that nobody knows", tagged("99.0.0-1"))
            .against(Target::default().with_cluster_version("99.0.0-1").unwrap(), own_target())
            .twin(tagged("8.0"))
            .noted(),
        case("kubernetes-cluster-version", "a cluster of 8.0.2", tagged("8.0.2-17"))
            .twin(tagged("8.0.6-54"))
            .against(named("8.0.2-17"), named("8.0.6-54")),
        case("kubernetes-cluster-version", "a bundle for a cluster of 7.22 that lists none", {
            let mut manifests = tagged("7.22.0-95");
            manifests.clusters[0].modules.clear();
            manifests
        })
        .against(named("7.22.0-95"), own_target())
        .also(&["kubernetes-bundle-not-listed"])
        .noted(),
        case(
            "kubernetes-auto-upgrade",
            "a cluster that upgrades by itself",
            with(|manifests| manifests.clusters[0].auto_upgrade = Some(boolean(true))),
        )
        .twin({
            let mut manifests = of_modules(Vec::new());
            manifests.clusters[0].auto_upgrade = Some(boolean(true));
            manifests
        })
        .twin_of(Vec::new()),
        case("kubernetes-not-a-boolean", "a boolean in quotes", {
            with(|manifests| manifests.clusters[0].auto_upgrade = Some(text("false", 12)))
        })
        .twin(with(|manifests| manifests.clusters[0].auto_upgrade = Some(boolean(false)))),
        case("kubernetes-not-a-boolean", "a list for a boolean", {
            let list = Text { typed: Typed::List, ..text("", 12) };
            with(|manifests| manifests.clusters[0].auto_upgrade = Some(list))
        }),
    ]
}

pub(super) fn name_cases() -> Vec<ManifestCase> {
    let called =
        |field, name: &str| with(|manifests| manifests.clusters[0].identity.written.push((field, text(name, 4))));
    let rule = "kubernetes-name-form";
    vec![
        case(rule, "capital letters", called("name", "Rec")).twin(called("name", "rec")),
        case(rule, "a dash at the end", called("name", "rec-.a")).twin(called("name", "rec-a.b")),
        case(rule, "a part with nothing in it", called("name", "rec..a")).twin(called("name", "0.rec")),
        case(rule, "a name that is too long", called("name", &"a".repeat(254))).twin(called("name", &"a".repeat(253))),
        case(rule, "a namespace with a dot", called("namespace", "my.redis")).twin(called("namespace", "my-redis")),
        case(rule, "a namespace that is too long", called("namespace", &"a".repeat(64)))
            .twin(called("namespace", &"a".repeat(63))),
    ]
}
