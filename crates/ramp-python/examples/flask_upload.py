"""A Flask server that takes modules and answers as a cluster does: `flask --app flask_upload run`.

    curl -F module=@mymodule.zip http://127.0.0.1:5000/v2/modules
"""

import os
import tempfile
import uuid
from pathlib import Path

import flask

import redis_ramp

TARGET = redis_ramp.Target("7.22", operating_systems=["rhel9"])
LIMITS = redis_ramp.Limits(max_module_bytes=256 << 20, max_inflated_bytes=1 << 30, seconds=10)


class Request(flask.Request):
    def _get_file_stream(self, total_content_length, content_type, filename=None, content_length=None):
        # Straight to a file with a path: nothing of it is held in memory, and it goes with the request.
        return tempfile.NamedTemporaryFile(dir=flask.current_app.config["STORE"])


def create_app(store="modules", max_bytes=64 << 20):
    app = flask.Flask(__name__)
    app.request_class = Request
    app.config.update(STORE=Path(store), MAX_CONTENT_LENGTH=max_bytes)
    app.config["STORE"].mkdir(exist_ok=True)

    @app.post("/v2/modules")
    def upload():
        module = flask.request.files.get("module")
        if module is None:
            return refuse("no_module", "the form has no file `module`", 400)
        module.stream.flush()
        # As the uploader calls it: findings name it, as text in JSON, and no file is called so here.
        try:
            report = redis_ramp.validate(module.stream.name, TARGET, limits=LIMITS, name=module.filename or "")
        except redis_ramp.TimeExceeded as err:
            return refuse("not_evaluated", str(err), 503)
        except redis_ramp.LimitExceeded as err:
            return refuse("not_evaluated", str(err), 413)
        except redis_ramp.RampError as err:
            return refuse("not_evaluated", str(err), 422)
        # Without what may follow from another one.
        findings = [finding.to_dict() for finding in report.shown]
        if refusal := report.refusal:
            return refuse(refusal.error_code, refusal.description, refusal.http_status or 400, findings)
        # By a name of our own, and not by what somebody has called it.
        name = f"{uuid.uuid4().hex}.zip"
        os.link(module.stream.name, app.config["STORE"] / name)
        return {"module_name": report.metadata["module_name"], "stored": name, "findings": findings}

    @app.errorhandler(413)
    def too_large(_):
        return refuse("request_too_large", f"an upload has at most {max_bytes} bytes", 413)

    return app


def refuse(error_code, description, status, findings=()):
    return {"error_code": error_code, "description": description, "findings": list(findings)}, status
