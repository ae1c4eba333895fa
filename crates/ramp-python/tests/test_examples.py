"""The examples, asked by the test clients of their frameworks."""

import io
import json
import pathlib
import sys

import pytest

from made import bundle

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "examples"))

MOST = 256 << 10


def flask_client(folder):
    pytest.importorskip("flask")
    from flask_upload import create_app

    client = create_app(folder, MOST).test_client()

    def ask(name, content):
        answer = client.post("/v2/modules", data={name: (io.BytesIO(content), "../a b.zip")})
        return answer.status_code, answer.get_json()

    return ask


def fastapi_client(folder):
    pytest.importorskip("fastapi")
    from fastapi.testclient import TestClient
    from fastapi_upload import create_app

    client = TestClient(create_app(folder, MOST))

    def ask(name, content):
        answer = client.post("/v2/modules", files={name: ("../a b.zip", content)})
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
            answer = client.post("/v2/modules", {name: SimpleUploadedFile("../a b.zip", content)})
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
    status, body = ask("another", b"")
    assert (status, body["error_code"]) == (400, "no_module"), body


def test_too_much_is_not_read(ask):
    status, body = ask("module", b"x" * (MOST + 1))
    assert (status, body["error_code"]) == (413, "request_too_large"), body
    assert stored() == []
