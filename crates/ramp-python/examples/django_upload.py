"""A Django server that takes modules and answers as a cluster does: `python django_upload.py runserver`.

    curl -F module=@mymodule.zip http://127.0.0.1:8000/v2/modules
"""

import os
import shutil
import sys
import uuid
from pathlib import Path

import django
from django.conf import settings
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

import redis_ramp

TARGET = redis_ramp.Target("7.22", operating_systems=["rhel9"])
LIMITS = redis_ramp.Limits(max_module_bytes=256 << 20, max_inflated_bytes=1 << 30, seconds=10)

if not settings.configured:
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1", "testserver"],
        SECRET_KEY=os.urandom(32).hex(),
        # Every file to a temporary one with a path: nothing of it is held in memory.
        FILE_UPLOAD_HANDLERS=["django.core.files.uploadhandler.TemporaryFileUploadHandler"],
        STORE=Path("modules"),
        MAX_UPLOAD_BYTES=64 << 20,
    )
    django.setup()


@csrf_exempt  # For programs; a form in a page wants the token.
@require_POST
def upload(request):
    # No more than it says is read of a request.
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_UPLOAD_BYTES:
        return refuse("request_too_large", f"an upload has at most {settings.MAX_UPLOAD_BYTES} bytes", 413)
    module = request.FILES.get("module")
    if module is None:
        return refuse("no_module", "the form has no file `module`", 400)
    # As the uploader calls it: findings name it, as text in JSON, and no file is called so here.
    try:
        report = redis_ramp.validate(module.temporary_file_path(), TARGET, limits=LIMITS, name=module.name)
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
    settings.STORE.mkdir(exist_ok=True)
    part = settings.STORE / f".{os.path.basename(module.temporary_file_path())}"
    shutil.copyfile(module.temporary_file_path(), part)
    part.replace(settings.STORE / name)
    return JsonResponse({"module_name": report.metadata["module_name"], "stored": name, "findings": findings})


def refuse(error_code, description, status, findings=()):
    body = {"error_code": error_code, "description": description, "findings": list(findings)}
    return JsonResponse(body, status=status)


urlpatterns = [path("v2/modules", upload)]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
