//! The cases, rule by rule: of lists, of types, and all of them.

use std::sync::LazyLock;

use super::objects::{cluster_cases, database_cases, name_cases, object_cases, target_cases};
use super::*;

fn type_cases() -> Vec<ManifestCase> {
    let number = |value: &str, line| Text { typed: Typed::Number, ..text(value, line) };
    let shaped = |field, of_list, found, expected| {
        with(|manifests| {
            manifests.misshapen.push(Misshapen { field, of_list, found, expected, place: place(12) });
        })
    };
    vec![
        case("kubernetes-not-a-string", "a version without quotes", {
            let mut manifests = with_database(false, "7.4", "testmodule");
            manifests.databases[0].redis_version = Some(number("7.4", 45));
            manifests
        })
        .twin(with_database(false, "7.4", "testmodule")),
        case("kubernetes-not-a-string", "a number for a Secret", {
            let mut manifests = with_credentials("12345", Some(&["username", "password"]));
            manifests.clusters[0].modules[0].sources[0].credentials = Some(number("12345", 24));
            manifests
        })
        .twin(with_credentials("12345", Some(&["username", "password"]))),
        case(
            "kubernetes-wrong-shape",
            "a list that is a text",
            shaped("modulesList", false, Shape::Scalar, Shape::List),
        ),
        case(
            "kubernetes-wrong-shape",
            "an item that is a text",
            shaped("userDefinedModules", true, Shape::Scalar, Shape::Mapping),
        ),
        case("kubernetes-wrong-shape", "a mapping that is a list", shaped("spec", false, Shape::List, Shape::Mapping)),
        case("kubernetes-not-a-string", "a mapping for a name", {
            let mut manifests = with_database(false, "7.4", "testmodule");
            let identity = &mut manifests.databases[0].identity;
            identity.name.clear();
            identity.written.push(("name", Text { typed: Typed::Mapping, ..text("", 41) }));
            manifests
        })
        .twin(with_database(false, "7.4", "testmodule")),
        case("kubernetes-placeholder", "a URL of a chart", at("https://{{ .Values.host }}/testmodule-1.2.3.zip")),
        case("kubernetes-placeholder", "a version of an environment", with_database(false, "${REDIS}", "testmodule"))
            .twin(with_database(false, "7.4", "testmodule")),
        case("kubernetes-not-a-string", "a mapping for a URL", {
            with_source(|source| source.url = Some(Text { typed: Typed::Mapping, ..text("", 23) }))
        }),
    ]
}

fn list_cases() -> Vec<ManifestCase> {
    let named = |name: Option<&str>, change: fn(&mut UserDefinedModule)| {
        with(|manifests| {
            let module = &mut manifests.clusters[0].modules[0];
            module.name = name.map(|name| text(name, 20));
            change(module);
        })
    };
    let both = ["username", "password"];
    let in_namespaces = |cluster: &str, secret: &str| {
        let mut manifests = with_credentials("repo", Some(&both));
        manifests.clusters[0].identity.namespace = Some(cluster.to_owned());
        manifests.secrets[0].identity.namespace = Some(secret.to_owned());
        manifests
    };
    vec![
        case("kubernetes-module-incomplete", "an item without a name", named(None, |_| ())),
        case(
            "kubernetes-module-incomplete",
            "a source with nothing in it",
            named(Some("testmodule"), |module| module.sources.clear()),
        ),
        case("kubernetes-module-incomplete", "a source without a URL", with_source(|source| source.url = None)),
        case(
            "kubernetes-url-scheme",
            "a URL of HTTP under `https`",
            at("http://modules.example.com/testmodule-1.2.3.zip"),
        ),
        case(
            "kubernetes-url-scheme",
            "a URL of HTTPS under `http`",
            in_the_clear(|source| source.url = Some(text("https://modules.example.com/testmodule-1.2.3.zip", 23))),
        ),
        case("kubernetes-url-scheme", "a bucket", at("s3://modules/testmodule-1.2.3.zip")),
        case("kubernetes-url-form", "a URL without a host", at("https:///testmodule-1.2.3.zip")),
        case("kubernetes-url-form", "a URL with a space", at("https://modules.example.com/test module-1.2.3.zip")),
        case(
            "kubernetes-url-form",
            "a port that there is not",
            at("https://modules.example.com:99999/testmodule-1.2.3.zip"),
        ),
        case("kubernetes-url-http", "a module that is downloaded in the clear", in_the_clear(|_| ())),
        case(
            "kubernetes-url-http",
            "a password that is sent in the clear",
            in_the_clear(|source| source.credentials = Some(text("repo", 24))),
        )
        .also(&["kubernetes-credentials-secret"]),
        case(
            "kubernetes-url-form",
            "a character that is not seen",
            at("https://modules.example.com/test\u{200b}module-1.2.3.zip"),
        ),
        case(
            "kubernetes-url-credentials",
            "a password in the URL",
            at("https://build:secret@modules.example.com/testmodule-1.2.3.zip"),
        )
        .twin(at("https://modules.example.com/testmodule-1.2.3.zip?user=@")),
        case(
            "kubernetes-url-characters",
            "a letter that is not ASCII",
            at("https://modules.example.com/größe/testmodule-1.2.3.zip"),
        )
        .twin(at("https://modules.example.com/gr%C3%B6%C3%9Fe/testmodule-1.2.3.zip")),
        case("kubernetes-url-form", "a host and nothing behind it", at("https://modules.example.com"))
            .twin(at("https://modules.example.com/testmodule-1.2.3.zip?x=/")),
        case("kubernetes-url-localhost", "a machine of one's own", at("https://localhost:8443/testmodule-1.2.3.zip"))
            .twin(at("https://10.0.0.1/testmodule-1.2.3.zip")),
        case("kubernetes-url-page", "a page", at("https://github.com/me/m/blob/main/testmodule-1.2.3.zip"))
            .twin(at("https://github.com/me/m/raw/main/testmodule-1.2.3.zip")),
        case("kubernetes-url-suffix", "a bare module", at("https://modules.example.com/testmodule-1.2.3.so"))
            .twin(at("https://modules.example.com/testmodule-1.2.3.zip")),
        case("kubernetes-url-suffix", "another archive", at("https://modules.example.com/testmodule-1.2.3.tar.gz"))
            .twin(at("https://modules.example.com/testmodule-1.2.3.tar.gz.zip")),
        case("kubernetes-url-version", "a URL without a version", at("https://10.0.0.1/testmodule.zip?v=1.2"))
            .twin(at("https://modules.example.com/1.2/testmodule.zip")),
        case(
            "kubernetes-credentials-secret",
            "what is not the name of a Secret",
            with_credentials("robot:Passw0rd", None),
        )
        .twin(with_credentials("robot", Some(&both))),
        case("kubernetes-credentials-secret", "a Secret without the keys", with_credentials("repo", Some(&["token"])))
            .twin(with_credentials("repo", Some(&both))),
        case(
            "kubernetes-credentials-secret",
            "a Secret without one of the keys",
            with_credentials("repo", Some(&["username"])),
        )
        .twin(with_credentials("repo", Some(&both))),
        case("kubernetes-credentials-secret", "a Secret of another namespace", in_namespaces("redis", "other"))
            .twin(in_namespaces("redis", "redis"))
            .noted(),
        case("kubernetes-credentials-secret", "a Secret that is not in the files", with_credentials("repo", None))
            .twin({
                let mut manifests = with_credentials("secret/data/repo", None);
                manifests.clusters[0].secrets_in_vault = true;
                manifests
            })
            .noted(),
    ]
}

fn bundle_cases() -> Vec<ManifestCase> {
    let (other, second) = (set("module_name", "other").set("display_name", "Other"), "second.zip");
    vec![
        case("kubernetes-module-name", "another name than the bundle's", cluster()).of(bundles(&other)),
        case("kubernetes-module-name", "one module and one bundle, called otherwise", cluster())
            .of(vec![bundle("build/out.zip", &other)])
            .twin_of(vec![bundle("build/out.zip", &good())]),
        case("kubernetes-module-name", "a bundle without a display name", cluster())
            .of(bundles(&set("module_name", "other").without("display_name")))
            .also(&["kubernetes-metadata-missing"])
            .twin_of(bundles(&set("display_name", "testmodule").set("module_name", "other"))),
        case("kubernetes-url-bundle", "a bundle of another version", cluster())
            .of(bundles(&set("semantic_version", "1.2.4")))
            .twin_of(bundles(&set("semantic_version", "1.2.3+b1"))),
        case(
            "kubernetes-url-bundle",
            "a URL of another version",
            at("https://modules.example.com/testmodule-1.3.0.zip"),
        )
        .twin(at("https://modules.example.com/1.3.0/testmodule-ubuntu22.04.zip")),
        case(
            "kubernetes-url-bundle",
            "another version, as the packer names it",
            at("https://h.example/m.Linux-x86_64.1.2.4.zip"),
        )
        .twin(at("https://h.example/m.Linux-rhel9-x86_64.1.2.3.zip")),
        case("kubernetes-url-bundle", "another version after a `v`", at("https://h.example/m_v1.2.4.zip"))
            .twin(at("https://h.example/m%201.2.3-glibc2.28.0.zip")),
        case("kubernetes-url-bundle", "another version beside Redis's", at("https://h.example/m-1.2.4-redis7.4.0.zip"))
            .twin(at("https://h.example/m-7.22.0-95-redis7.4.0.zip")),
        case("kubernetes-metadata-missing", "a bundle without a field", cluster())
            .of(bundles(&good().without("compatible_redis_version"))),
        case("kubernetes-metadata-missing", "a bundle with nothing in a field", cluster())
            .of(bundles(&set("commands", json!([])).set("display_name", " "))),
        case("kubernetes-node-os", "a build for another system", cluster())
            .of(bundles(&set("operating_systems", json!(["ubuntu20", "ubuntu22"]))))
            .twin_of(bundles(&set("operating_systems", json!(["ubuntu22", "rocky9"])))),
        case("kubernetes-bundle-not-listed", "one bundle more than the list has", cluster()).of([
            bundles(&good()),
            vec![bundle(second, &other)],
        ]
        .concat()),
        case("kubernetes-bundle-not-listed", "one more that could not be read", cluster()).of([
            bundles(&good()),
            vec![Bundle::new(second, None)],
        ]
        .concat()),
        case("kubernetes-bundle-missing", "no bundle at all", cluster()).of(Vec::new()),
        case(
            "kubernetes-bundle-missing",
            "an item without a name, and no bundle",
            with(|manifests| manifests.clusters[0].modules[0].name = None),
        )
        .of(Vec::new())
        .also(&["kubernetes-module-incomplete"]),
    ]
}

/// Lists that have a module twice.
fn twice_cases() -> Vec<ManifestCase> {
    let rule = "kubernetes-module-twice";
    let url = |n: u8| format!("https://modules.example.com/testmodule-1.2.{n}.zip");
    let two = |urls: [u8; 2]| of_modules(urls.map(|n| listed("testmodule", Scheme::Https, &url(n))).to_vec());
    let given = |version: &str| {
        let second = set("semantic_version", version).set("compatible_redis_version", "8.2");
        vec![bundle("testmodule-1.2.3.zip", &good()), bundle("testmodule-1.2.4.zip", &second)]
    };
    let database = |names: [&str; 2]| {
        let mut manifests = with_database(false, "7.4", "testmodule");
        manifests.databases[0].modules =
            names.map(|name| DatabaseModule { place: place(47), name: Some(text(name, 47)), version: None }).to_vec();
        manifests
    };
    vec![
        case(rule, "a URL", two([3, 3])).of(given("1.2.3")).twin(two([3, 4])).twin_of(given("1.2.4")),
        case(rule, "a module in one version", two([3, 4]))
            .of(given("1.2.3"))
            .also(&["kubernetes-url-bundle"])
            .twin(two([3, 4]))
            .twin_of(given("1.2.4")),
        case(rule, "a module of a database", database(["search", "search"])).twin(database(["search", "testmodule"])),
    ]
}

/// Every case, built once.
pub(crate) static MANIFEST_CASES: LazyLock<Vec<ManifestCase>> = LazyLock::new(|| {
    let cases = [object_cases(), name_cases(), target_cases(), cluster_cases(), type_cases(), list_cases()];
    cases.into_iter().chain([twice_cases(), bundle_cases(), database_cases()]).flatten().collect()
});
