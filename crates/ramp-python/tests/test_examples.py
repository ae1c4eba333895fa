"""The examples, asked by the test clients of their frameworks."""

import io
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

import redis_ramp
from made import bundle, module

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "examples"))

MOST = 256 << 10
# What the uploader calls it.
NAME = "../a b.zip"


def flask_client(folder):
    pytest.importorskip("flask")
    from flask_upload import create_app

    client = create_app(folder, MOST).test_client()

    def ask(name, content):
        value = content if isinstance(content, str) else (io.BytesIO(content), NAME)
        answer = client.post("/v2/modules", data={name: value})
        return answer.status_code, answer.get_json()

    return ask


def fastapi_client(folder):
    pytest.importorskip("fastapi")
    from fastapi.testclient import TestClient
    from fastapi_upload import create_app

    client = TestClient(create_app(folder, MOST))

    def ask(name, content):
        if isinstance(content, str):
            answer = client.post("/v2/modules", data={name: content})
        else:
            answer = client.post("/v2/modules", files={name: (NAME, content)})
        return answer.status_code, answer.json()

    return ask


def django_client(folder):
    pytest.importorskip("django")
    import django_upload
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.test.utils import override_settings

    client = Client()

    def ask(name, content):
        with override_settings(STORE=pathlib.Path(folder), MAX_UPLOAD_BYTES=MOST):
            value = content if isinstance(content, str) else SimpleUploadedFile(NAME, content)
            answer = client.post("/v2/modules", {name: value})
        return answer.status_code, json.loads(answer.content)

    assert django_upload.urlpatterns
    return ask


@pytest.fixture(params=[flask_client, fastapi_client, django_client], ids=["flask", "fastapi", "django"])
def ask(request, tmp_path, monkeypatch):
    # One of them has an application beside the one that is made here.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "store").mkdir()
    return request.param(tmp_path / "store")


def stored():
    return sorted(pathlib.Path("store").iterdir())


def test_a_good_bundle_is_taken(ask):
    status, body = ask("module", bundle())
    assert (status, body["module_name"]) == (200, "hello"), body
    assert [file.name for file in stored()] == [body["stored"]]
    assert stored()[0].read_bytes() == bundle()


@pytest.mark.parametrize(
    "content, error_code, rule",
    [
        (bundle(min_redis_pack_version="9.9"), "min_redis_pack_version", "min-redis-pack-version"),
        (bundle(sha256="0" * 64), "invalid_module", "module-sha256"),
        (b"no zip at all", "invalid_module", "bundle-not-a-zip"),
    ],
    ids=["by the cluster", "by the gate", "as no bundle"],
)
def test_a_bad_one_is_refused(ask, content, error_code, rule):
    status, body = ask("module", content)
    assert (status, body["error_code"]) == (400, error_code), body
    assert body["description"] and body["findings"][0]["rule"] == rule
    assert stored() == []


def test_no_file_is_told(ask):
    for name, content in [("another", b""), ("module", "a text")]:
        status, body = ask(name, content)
        assert (status, body["error_code"]) == (400, "no_module"), body


def test_the_bundle_is_called_as_the_uploader_calls_it(ask):
    status, body = ask("module", module())
    assert status == 400
    # Django takes folders off.
    assert re.search(r"`ramp pack '(\.\./)?a b\.zip' -m", body["findings"][0]["help"]), body
    assert "tmp" not in json.dumps(body)


def test_what_follows_is_folded(ask):
    torn = bytearray(bundle())
    torn[60] ^= 0xFF
    status, body = ask("module", bytes(torn))
    assert (status, [found["rule"] for found in body["findings"]]) == (400, ["content-corrupt"])


@pytest.mark.parametrize("wrong, status", [("TimeExceeded", 503), ("LimitExceeded", 413), ("RampError", 422)])
def test_what_cannot_be_evaluated(ask, wrong, status, monkeypatch):
    def validate(*_, **__):
        raise getattr(redis_ramp, wrong)("why")

    monkeypatch.setattr(redis_ramp, "validate", validate)
    assert ask("module", bundle()) == (status, {"error_code": "not_evaluated", "description": "why", "findings": []})
    assert stored() == []


@pytest.mark.parametrize("example, framework", [("flask_upload", "flask"), ("fastapi_upload", "fastapi"), ("django_upload", "django")])
def test_nothing_is_made_by_an_import(example, framework, tmp_path):
    pytest.importorskip(framework)
    subprocess.run([sys.executable, "-c", f"import {example}"], cwd=tmp_path, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_not_read(ask):
    status, body = ask("module", b"x" * (MOST + 1))
    assert (status, body["error_code"]) == (413, "request_too_large"), body
    assert stored() == []
