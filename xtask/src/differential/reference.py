"""Calls as botocore makes them, over a wire of our own."""

import datetime
import io
import os
import time
import types
import uuid

import botocore.auth
import botocore.handlers
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from urllib3._collections import HTTPHeaderDict

for name in list(os.environ):
    if name.startswith(("AWS_", "BOTO")):
        del os.environ[name]
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
# Of the services that take nothing else.
os.environ["AWS_BEARER_TOKEN_CODECATALYST"] = os.environ["AWS_BEARER_TOKEN_ACCOUNT_ACCESS"] = "bearer-token"

# The moment at which ours stands still too.
NOW = datetime.datetime.fromtimestamp(1_714_979_289, datetime.timezone.utc)


def freeze():
    now = lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW
    for module in ("auth", "compat", "endpoint", "signers", "utils"):
        setattr(__import__(f"botocore.{module}", fromlist=["x"]), "get_current_datetime", now)
    # Signature Version 2 asks the clock itself.
    botocore.auth.time = types.SimpleNamespace(time=NOW.timestamp, gmtime=NOW.utctimetuple, strftime=time.strftime)


class Tokens:
    """Stands in for `uuid` where idempotency tokens are made."""

    token = "11111111-2222-4333-8444-555555555555"

    def uuid4(self):
        return uuid.UUID(self.token)


TOKENS = Tokens()
botocore.handlers.uuid = TOKENS
freeze()


class Asymmetric(botocore.auth.BaseSigner):
    """Says what Signature Version 4a signs with. The signature is another each time, and botocore has it from C."""

    REQUIRES_REGION = True

    def __init__(self, credentials, service_name, region_name):
        self.credential = f"{credentials.access_key}/{NOW:%Y%m%d}/{service_name}/aws4_request"
        self.region = region_name

    def add_auth(self, request):
        request.headers["X-Amz-Date"] = f"{NOW:%Y%m%dT%H%M%SZ}"
        request.headers["X-Amz-Region-Set"] = self.region
        request.headers["Authorization"] = f"AWS4-ECDSA-P256-SHA256 Credential={self.credential}"


botocore.auth.AUTH_TYPE_MAPS["v4a"] = Asymmetric


class Raw(io.BytesIO):
    def stream(self, amount=65536, **_):
        while chunk := self.read(amount):
            yield chunk


class Presigner:
    """Makes URLs of signature version 4."""

    def __init__(self, service):
        session = botocore.session.Session()
        session.set_credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        version = "s3v4" if service in ("s3", "s3control") else "v4"
        config = Config(signature_version=version, s3={"addressing_style": "virtual"})
        self.client = session.create_client(service, region_name="us-east-1", config=config)
        self.methods = {name: method for method, name in self.client.meta.method_to_api_mapping.items()}

    def presign(self, operation, parameters, expires):
        """The URL, or None, and why there is none."""
        try:
            return self.client.generate_presigned_url(self.methods[operation], parameters, expires), None
        except Exception as error:
            return None, f"{type(error).__name__}: {error}"


class Reference:
    """A client of one service. `substitute(true body)` gives the body that is signed instead, or None."""

    def __init__(self, service):
        session = botocore.session.Session()
        session.set_credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        config = Config(retries={"total_max_attempts": 1, "mode": "standard"})
        self.client = session.create_client(service, region_name="us-east-1", config=config)
        self.model = self.client.meta.service_model
        self.protocol = self.model.resolved_protocol
        events = self.client.meta.events
        events.register_last("before-call", self.before_call)
        events.register_last("before-sign", self.before_sign)
        events.register("before-send", self.before_send)
        self.substitute = None

    def before_call(self, params, **_):
        # Before checksums are made of it.
        if isinstance(params["body"], bytes):
            other = self.substitute(params["body"])
            if other is not None:
                self.body = params["body"]
                params["body"] = other

    def before_sign(self, request, **_):
        if not isinstance(request.data, dict):
            return
        body = whole(request.prepare().body)
        other = self.substitute(body)
        if other is not None:
            self.body = body
            request.data = other
            if "Content-Length" in request.headers:
                del request.headers["Content-Length"]

    def before_send(self, request, **_):
        headers = [(name.lower(), text(value)) for name, value in request.headers.items()]
        body = whole(request.body)
        self.request = {
            "method": request.method,
            "url": request.url,
            "headers": dict(headers),
            "body": body if self.body is None else self.body,
            "signed": body,
        }
        answer = self.answer
        raw = Raw(b"" if request.method == "HEAD" else answer.body)
        return AWSResponse(request.url, answer.status, HTTPHeaderDict(answer.headers), raw)

    def call(self, operation, parameters, answer, substitute):
        """Gives the request, None when it was refused, and the outcome: ("output" | "error" | "failed", value)."""
        self.answer, self.substitute = answer, substitute
        self.request = self.body = None
        model = self.model.operation_model(operation)
        try:
            output = self.client._make_api_call(operation, parameters)
            return self.request, ("output", read(model, output))
        except ClientError as error:
            return self.request, ("error", error)
        except Exception as error:
            return self.request, ("failed", f"{type(error).__name__}: {error}")


def read(model, output):
    """The output with its streams read."""
    if model.has_streaming_output:
        name = model.output_shape.serialization["payload"]
        if name in output:
            output[name] = output[name].read()
    if model.has_event_stream_output:
        name = model.output_shape.event_stream_name
        output[name] = list(output[name])
    return output


def whole(body):
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    place = body.tell() if hasattr(body, "tell") else 0
    data = body.read()
    body.seek(place)
    return data


def text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
