"""A FastAPI server that takes modules and answers as a cluster does: `fastapi run fastapi_upload.py`.

    curl -F module=@mymodule.zip http://127.0.0.1:8000/v2/modules
"""

import os
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import Optional

from fastapi import FastAPI, HTTPException, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

import redis_ramp

TARGET = redis_ramp.Target("7.22", operating_systems=["rhel9"])
LIMITS = redis_ramp.Limits(max_module_bytes=256 << 20, max_inflated_bytes=1 << 30, seconds=10)


class MaxBytes:
    """Ends the reading of a request that is too long, whatever it says of its length."""

    def __init__(self, app, max_bytes):
        self.app, self.max_bytes = app, max_bytes

    async def __call__(self, scope, receive, send):
        taken = 0

        async def counted():
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.max_bytes:
                raise HTTPException(413, f"an upload has at most {self.max_bytes} bytes")
            return message

        await self.app(scope, counted, send)


def create_app(store="modules", max_bytes=64 << 20):
    app = FastAPI()
    app.add_middleware(MaxBytes, max_bytes=max_bytes)
    store = Path(store)

    @app.post("/v2/modules")
    async def upload(module: Optional[UploadFile] = None):
        if module is None:
            return refuse("no_module", "the form has no file `module`", 400)
        # Reading and judging take a processor for a while: not that of the event loop. Other threads of Python go on.
        return await run_in_threadpool(take, module, store)

    @app.exception_handler(RequestValidationError)
    async def no_file(*_):
        # A text in its place.
        return refuse("no_module", "the form has no file `module`", 400)

    @app.exception_handler(413)
    async def too_large(_, err):
        return refuse("request_too_large", err.detail, 413)

    return app


def take(module, store):
    store.mkdir(exist_ok=True)
    # FastAPI has it in a file without a name.
    with tempfile.NamedTemporaryFile(dir=store) as file:
        shutil.copyfileobj(module.file, file)
        file.flush()
        # As the uploader calls it: findings name it, as text in JSON, and no file is called so here.
        try:
            report = redis_ramp.validate(file.name, TARGET, limits=LIMITS, name=module.filename or "")
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
        os.link(file.name, store / name)
    return {"module_name": report.metadata["module_name"], "stored": name, "findings": findings}


def refuse(error_code, description, status, findings=()):
    body = {"error_code": error_code, "description": description, "findings": list(findings)}
    return JSONResponse(body, status)


app = create_app()
