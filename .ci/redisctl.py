"""redisctl against `ramp serve`: see `.ci/redisctl`.

Each command is run as a user types it, and what it prints is compared. Where it fails by its own limits, that is what is asserted, and a
comment says so. Whether an endpoint is played, the server's own description says: where it is not, the command has to say so too.

Usage: redisctl.py RAMP REDISCTL
"""
from __future__ import annotations

import json
import pathlib
import sys
import tempfile
import time
from typing import Any

sys.dont_write_bytecode = True

from redisctl_server import ARTIFACTS, MODULE, NOT_FOUND, OBJECTS, PASSWORD, UNSUPPORTED, USER, Cluster, bundle, files, metadata, serving  # noqa: E402


def configuration(**more: Any) -> str:
    """A bootstrap object."""
    credentials = {"username": USER, "password": PASSWORD}
    return json.dumps({"action": "create_cluster", "cluster": {"name": "cluster.local"}, "credentials": credentials, **more})


def completed(cluster: Cluster) -> dict[str, Any]:
    """The bootstrap status, once that is done."""
    for _ in range(300):
        status = cluster.does("bootstrap", "status")["bootstrap_status"]
        if status["state"] == "completed":
            return status
        time.sleep(0.1)
    raise AssertionError(status)


def bootstrap(release: str) -> None:
    """A node without a cluster becomes one."""
    with serving(release, "--unbootstrapped") as cluster:
        status = cluster.does("bootstrap", "status")
        assert status["bootstrap_status"] == {"state": "idle"}, status
        assert status["local_node_info"]["available_addresses"][0]["address"] == "127.0.0.1", status
        # Of an answer of 503 it says no more than this.
        cluster.fails("module", "list", with_="busy")
        validate = ("bootstrap", "validate", "create_cluster")
        assert cluster.does(*validate, "--data", configuration()) == {}
        cluster.fails(*validate, "--name", "cluster.local", with_="config_error")
        # Its own options make an object that has `name` beside `cluster`, not in it.
        options = ("--name", "cluster.local", "--username", USER, "--password", PASSWORD)
        cluster.fails("bootstrap", "create-cluster", *options, with_="`cluster` is missing")
        cluster.fails("bootstrap", "join-cluster", "--cluster-url", cluster.url, with_="not_simulated")
        cluster.fails("bootstrap", "validate", "join_cluster", "--cluster-url", cluster.url, with_="not_simulated")
        assert cluster.does("bootstrap", "status")["bootstrap_status"] == {"state": "idle"}
        # The cluster is made; the answer has no body, as that of a cluster, and this command wants one. `cluster bootstrap` does not.
        cluster.fails("bootstrap", "create-cluster", "--data", configuration(), with_="EOF while parsing")
        status = completed(cluster)
        assert status["start_time"] <= status["end_time"] and "warnings" not in status, status
        assert cluster.does("cluster", "get")["name"] == "cluster.local"
        cluster.fails("bootstrap", "create-cluster", "--data", configuration(), with_="onflict")
        cluster.fails("cluster", "bootstrap", "--data", configuration(), with_="bootstrap_in_progress")
    # All steps in one: bootstrap, a database, and a look at both.
    with serving(release, "--unbootstrapped") as cluster:
        options = ("--name", "cluster.local", "--username", USER, "--password", PASSWORD)
        done = cluster.does("workflow", "init-cluster", *options)
        assert "Cluster initialized successfully" in str(done), done
        names = [database["name"] for database in cluster.does("database", "list")]
        assert names == ["default-db"], names
        assert "already initialized" in str(cluster.does("workflow", "init-cluster", *options))


def modules_of_a_bootstrap() -> None:
    """From 8.0.6 on, nodes download modules."""
    with files({"/testmodule.zip": bundle()}) as source:
        with serving("8.2", "--unbootstrapped", "--dependencies-from", source) as cluster:

            def module(name: str, password: str) -> dict[str, Any]:
                credentials = {"username": "me", "password": password}
                url = f"http://{source}/testmodule.zip"
                return {"name": name, "location": {"location_type": "http", "url": url, "credentials": credentials}}

            wanted = [module("There", "there"), module("Nowhere", "elsewhere")]
            done = cluster.does("cluster", "bootstrap", "--data", configuration(user_defined_modules=wanted))
            assert done == {"status": "success"}, done
            warnings = completed(cluster)["warnings"]
            expected = {
                "warning_type": "module_download_failed",
                "message": "HTTP status 404 Not Found",
                "details": {"module_name": "Nowhere"},
            }
            assert warnings == [expected], warnings
            own = [module for module in cluster.does("module", "list") if not module["is_bundled"]]
            assert [module["module_name"] for module in own] == ["testmodule"], own


def provide(cluster: Cluster, **more: Any) -> str:
    """Puts a module into a cluster; its uid."""
    if cluster.plays(f"POST {OBJECTS}"):
        cluster.ask("PUT", "/v1/cluster", {"allow_modules_upload": True})
        uid = cluster.ask("POST", OBJECTS, metadata(**more))["uid"]
        cluster.ask("POST", ARTIFACTS, form=bundle(**more))
        return uid
    return cluster.ask("POST", "/v2/modules", form=bundle(**more))["uid"]


def modules(release: str, folder: pathlib.Path) -> None:
    """`redisctl enterprise module`, each of its commands."""
    path = folder / "testmodule.zip"
    path.write_bytes(bundle())
    with serving(release) as cluster:
        if release == "7.22":
            told = cluster.does("module", "upload", "--file", str(path))
            assert "Module upload initiated" in told and '"module_name": "testmodule"' in told, told
            cluster.fails("module", "upload", "--file", f"@{path}", with_="module_exists")
            broken = folder / "broken.zip"
            broken.write_bytes(bundle(architecture="i386"))
            cluster.fails("module", "upload", "--file", str(broken), with_="module_architecture_not_supported")
        else:
            # It knows the endpoints up to 7.22, and says so. The object and the artifact go there without it.
            cluster.fails("module", "upload", "--file", str(path), with_=UNSUPPORTED)
            provide(cluster)
        cluster.fails("module", "upload", "--file", str(folder / "none.zip"), with_="Module file not found")
        (module,) = [module for module in cluster.does("module", "list") if not module["is_bundled"]]
        expected = {"module_name": "testmodule", "version": 10203, "semantic_version": "1.2.3", "display_name": "A test"}
        assert {field: module[field] for field in expected} == expected, module
        uid = module["uid"]
        assert cluster.does("module", "get", uid) == module
        assert cluster.does("module", "get", "--name", "TestModule") == module
        cluster.fails("module", "get", "--name", "nothing", with_="No module found with name 'nothing'")
        cluster.fails("module", "get", "0123", with_=NOT_FOUND)
        provide(cluster, version=10204, semantic_version="1.2.4")
        cluster.fails("module", "get", "--name", "testmodule", with_="Multiple modules found")
        in_database(cluster)
        if release == "7.22":
            deleted = cluster.does("module", "delete", uid, "--force")
            assert deleted["status"] == "success", deleted
            cluster.fails("module", "delete", uid, "--force", with_="module_delete_failed")
        else:
            # It deletes where modules were deleted up to 7.22.
            cluster.fails("module", "delete", uid, "--force", with_="method_not_allowed")
            cluster.ask("DELETE", f"{OBJECTS}/{uid}")
            cluster.fails("module", "get", uid, with_=NOT_FOUND)


def in_database(cluster: Cluster) -> None:
    """Modules as its commands for databases know them."""
    # It looks the module up by its version, and then asks by the name alone: it gets the highest.
    module = "testmodule@1.2.3"
    # The version of Redis that the module is for, which is not the one that 8.2 makes.
    more = ("--data", json.dumps({"redis_version": "7.4"}), "--module", module)
    database = cluster.does("database", "create", "--name", "db", "--memory", "1073741824", *more)
    (used,) = database["module_list"]
    assert (used["module_name"], used["semantic_version"]) == ("testmodule", "1.2.4"), used
    uid = str(database["uid"])
    cluster.fails("database", "create", "--name", "x", "--memory", "1", "--module", "nothing", with_="not found")
    cluster.fails("database", "create", "--name", "x", "--memory", "1", "--module", "testmodule", with_="Multiple modules found")
    data = json.dumps({"module_list": [{"module_name": "nothing", "module_args": ""}]})
    cluster.fails("database", "create", "--name", "x", "--memory", "1", "--data", data, with_="missing_module")
    assert cluster.does("database", "get-modules", uid)[0]["module_name"] == "testmodule"
    if cluster.release == "7.22":
        cluster.fails("module", "delete", used["module_id"], "--force", with_="module_in_use")
    # No release has an endpoint of that path.
    cluster.fails("database", "update-modules", uid, "--add-module", "testmodule", with_=NOT_FOUND)
    # It sends name and arguments as they are, where the documentation has a list of modules.
    configure = ("module", "config-bdb", uid, "--module-name", "testmodule", "--module-args", "A 1")
    if cluster.plays("POST /v1/modules/config/bdb/{uid}"):
        cluster.fails(*configure, with_="`modules` is missing")
    else:
        cluster.fails(*configure, with_=NOT_FOUND)
    cluster.does("database", "delete", uid, "--force")


def databases(release: str) -> None:
    """`redisctl enterprise database`, each of its commands."""
    with serving(release) as cluster:
        assert cluster.does("database", "list") == []
        create = ("database", "create", "--name", "db", "--memory", "1073741824")
        made = cluster.does(*create, "--port", "12000", "--replication", "--persistence", "aof")
        assert (made["uid"], made["name"], made["status"]) == (1, "db", "active"), made
        # That is of the request, and not of the database.
        assert made.pop("action_uid"), made
        assert cluster.does("database", "get", "1") == made
        assert cluster.does("database", "list") == [made]
        cluster.fails("database", "get", "99", with_=NOT_FOUND)
        cluster.fails("database", "create", "--memory", "1", with_="--name is required")
        cluster.fails("database", "create", "--name", "x", with_="missing_memory_size")
        cluster.fails("database", "create", "--name", "x", "--memory", "1", "--shards-count", "2", with_="requires --sharding")
        assert cluster.does("database", "delete", "1", "--dry-run") is not None
        assert cluster.does("database", "get-modules", "1") == []
        watching, _, seen = cluster.begins("database", "watch", "1", "--poll-interval", "1")
        assert watching.startswith("Watching database 1") and "Database 1: active" in seen, (watching, seen)
        changed = cluster.where_played("PUT /v1/bdbs/{uid}", "database", "update", "1", "--memory", "2147483648")
        assert changed is None or changed["memory_size"] == 2147483648, changed
        # It wants an action to follow; here the database is upgraded before that is answered.
        if cluster.plays("POST /v1/bdbs/{uid}/upgrade"):
            done = cluster.run("database", "upgrade", "1", "--force")
            assert done.returncode == 0 or "Failed to deserialize" in done.stderr or "action_uid" in done.stderr, done
        # The documentation has an array, where it looks for an object: it reads one that is empty alone.
        listed = cluster.run("action", "list-for-bdb", "1")
        assert listed.returncode == 0 or "expected a sequence" in listed.stdout + listed.stderr, listed
        # What is not played, and what no cluster has.
        for command in NOT_PLAYED:
            cluster.fails("database", *command, with_=NOT_FOUND)
        assert cluster.does("database", "delete", "1", "--force") is not None
        cluster.fails("database", "delete", "1", "--force", with_="db_not_exist")
        assert cluster.does("database", "list") == []


NOT_PLAYED = [
    ("export", "1", "--location", "ftp://example.com/x"),
    ("import", "1", "--location", "ftp://example.com/x"),
    ("backup", "1"),
    ("restore", "1"),
    ("flush", "1", "--force"),
    ("get-shards", "1"),
    ("update-shards", "1", "--shards-count", "2"),
    ("get-acl", "1"),
    ("update-acl", "1", "--acl-uid", "1"),
    ("stats", "1"),
    ("metrics", "1"),
    ("slowlog", "1"),
    ("client-list", "1"),
]


def beside(release: str) -> None:
    """What it asks of a cluster around modules."""
    with serving(release) as cluster:
        assert cluster.does("bootstrap", "status")["bootstrap_status"]["state"] == "completed"
        license = cluster.does("license", "get")
        assert license["expired"] is False and "trial" in license["features"], license
        nodes = cluster.does("node", "list")
        assert [node["status"] for node in nodes] == ["active"], nodes
        provide(cluster)
        actions = cluster.does("action", "list")
        if release == "7.22":
            (action,) = actions
            assert (action["name"], action["status"]) == ("module_installation", "completed"), action
            uid = action["action_uid"]
            assert cluster.does("action", "get", uid) == action
            # It wants `progress` as a string, as v1 has it; v2 has a number.
            cluster.fails("action", "get", uid, "--v2", with_="ailed to get action")
            cluster.fails("action", "list", "--v2", with_="ailed to list actions")
        else:
            assert actions == [] and cluster.does("action", "list", "--v2") == []
        cluster.fails("action", "get", "none", with_="none")
        cluster.fails("action", "list-for-bdb", "99", with_="Resource not found")


def bundles(folder: pathlib.Path) -> None:
    """Its commands for files, which ask no cluster."""
    with serving("8.2") as cluster:
        path, described, module = (folder / name for name in ("own.zip", "module.json", "testmodule.so"))
        described.write_text(json.dumps(metadata()))
        module.write_bytes(MODULE)
        assert "testmodule" in str(cluster.does("module", "validate", str(described)))
        options = ("--module", str(module), "--metadata", str(described), "--out", str(path))
        cluster.does("module", "package", *options)
        assert "testmodule" in str(cluster.does("module", "inspect", str(path)))
        # What it packs is a bundle.
        cluster.ask("PUT", "/v1/cluster", {"allow_modules_upload": True})
        cluster.ask("POST", ARTIFACTS, form=path.read_bytes())
        assert [artifact["module_name"] for artifact in cluster.ask("GET", ARTIFACTS)] == ["testmodule"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bundles(pathlib.Path(folder))
    modules_of_a_bootstrap()
    for release in ("7.22", "8.2"):
        with tempfile.TemporaryDirectory() as folder:
            modules(release, pathlib.Path(folder))
        databases(release)
        beside(release)
        bootstrap(release)
        print(f"{release}: redisctl is answered", flush=True)


if __name__ == "__main__":
    main()
