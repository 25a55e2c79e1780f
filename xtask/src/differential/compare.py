"""Draws cases for services, has both sides make the calls, and prints what is different, as lines of JSON."""

import argparse
import collections
import json
import random
import re
import subprocess
import sys
from urllib.parse import parse_qsl, urlsplit

import sent
import values
import wire
from draw import Drawer
from reference import TOKENS, Presigner, Reference

TOKEN = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ARN = "arn:aws:{}:us-east-1:123456789012:{}"
# What Kinesis' rules take for each of their parameters.
KINESIS = {"ChannelARN": "channel/name", "QueueARN": "queue/name", "ConsumerARN": "stream/name/consumer/name:1"}


class Ours:
    """The program that calls ours; started again when it ends."""

    def __init__(self, path):
        self.path = path
        self.process = None

    def call(self, case):
        if self.process is None:
            self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.process.stdin.write(json.dumps(case).encode() + b"\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            self.process.kill()
            self.process.wait()
            self.process = None
            return {"panic": True, "request": None}


def reserved(service, model):
    """Texts for members that choose the endpoint: any other would be refused, by both."""
    found = {}
    if (service, model.name) == ("machinelearning", "Predict"):
        found["PredictEndpoint"] = ["https://realtime.machinelearning.us-east-1.amazonaws.com"]
    for parameter in model.context_parameters:
        name = parameter.member_name
        if service == "s3" and parameter.name == "Bucket":
            found[name] = ["my-bucket", "my.bucket.name", "a-bucket-2024"]
        elif parameter.name in ("Key", "Prefix", "CopySource"):
            continue
        elif service == "kinesis":
            if parameter.name != "StreamId":
                found[name] = [ARN.format(service, KINESIS.get(parameter.name, "stream/name"))]
        elif parameter.name == "KvsARN":
            found[name] = ["arn:aws:cloudfront::123456789012:key-value-store/00000000-0000-4000-8000-000000000000"]
        elif "account" in name.lower():
            found[name] = ["123456789012", "000000000001"]
        elif service == "s3control" and parameter.name == "AccessPointName":
            found[name] = ["my-point", "point2"]
        elif service == "s3control" and parameter.name == "Bucket":
            found[name] = ["my-bucket", ARN.format("s3-outposts", "outpost/op-1/bucket/b")]
        elif "arn" in name.lower():
            found[name] = [ARN.format(service, "table/name"), ARN.format(service, "stream/name")]
        elif parameter.name == "EndpointId":
            found[name] = ["abcde.veo"]
    return found


class Service:
    def __init__(self, name, ours, options):
        self.name = name
        self.ours = ours
        self.options = options
        self.reference = Reference(name)
        self.presigner = Presigner(name) if options.presign else None
        self.counts = {direction: collections.Counter() for direction in ("request", "response")}
        self.operations = 0

    def run(self):
        for operation in sorted(self.reference.model.operation_names):
            model = self.reference.model.operation_model(operation)
            if self.options.operation and operation not in self.options.operation:
                continue
            if model.has_event_stream_input:
                # Neither sends events to a service: they go over HTTP/2.
                continue
            self.operations += 1
            self.operation(operation, model)
        print(json.dumps({
            "service": self.name,
            "protocol": self.reference.protocol,
            "operations": self.operations,
            "counts": self.counts,
        }), flush=True)

    def operation(self, operation, model):
        errors = 2 if model.error_shapes else 1
        for number in range(self.options.cases + errors):
            for attempt in range(6):
                if self.case(operation, model, number, attempt):
                    break
            else:
                if self.presigner:
                    # Nobody can say its body in a URL.
                    continue
                self.report(operation, number, "request", "different", "no case", "all that was drawn was refused")

    def case(self, operation, model, number, attempt):
        """Whether both sides sent a request, or one of them ought to have."""
        self.case_id = f"{self.options.seed}/{self.name}/{operation}/{number}/{attempt}"
        chance = random.Random(self.case_id)
        level = number if number < 2 else 2
        drawer = Drawer(chance, level, attempt > 2, False, False, reserved(self.name, model))
        shape = model.input_shape
        skip = [name for name in model.idempotent_members or () if chance.random() < 0.5] + lengths(shape)
        parameters = drawer.top(shape, skip)
        if self.presigner:
            parameters = tellable(self.reference.protocol, shape, parameters)
            # A signed header does not show which token was made up.
            parameters.update({name: "token-of-the-case" for name in model.idempotent_members or ()})
            return self.presigned(operation, model, number, parameters, chance.choice([1, 300, 3600, 604800]))
        answer, errors = self.answer(model, number, chance)
        if model.http.get("method") == "HEAD":
            answer.body = b""
        case = {"service": self.name, "operation": operation}
        case.update({"parameters": values.plain(parameters), "response": answer.line()})
        ours = self.ours.call(case)
        if self.options.show:
            print(json.dumps({"case": case, "ours": ours}), file=sys.stderr)
        self.token(ours)
        request, outcome = self.reference.call(operation, parameters, answer, self.substitute(ours))
        if self.options.show:
            print(request, outcome, file=sys.stderr)
        if ours.get("panic"):
            self.report(operation, number, "request", "different", "panic", "ours stopped")
            return True
        if request is None and ours["request"] is None:
            self.counts["request"]["refused"] += 1
            return False
        if request is None and "MissingDependencyException" in outcome[1]:
            self.counts["request"]["refused"] += 1
            return False
        if request is None or ours["request"] is None:
            who, why = ("theirs", outcome[1]) if request is None else ("ours", ours["error"]["text"])
            self.report(operation, number, "request", "different", "refused", f"only by {who}: {why}")
            return False
        if self.options.direction != "response":
            found = sent.differences(self.reference.protocol, request, ours["request"])
            self.weigh(operation, number, "request", found)
        if self.options.direction != "request":
            self.weigh(operation, number, "response", self.outcomes(model, outcome, ours, errors))
        return True

    def presigned(self, operation, model, number, parameters, expires):
        case = {"service": self.name, "operation": operation, "parameters": values.plain(parameters), "presign": expires}
        ours = self.ours.call(case)
        if self.options.show:
            print(json.dumps({"case": case, "ours": ours}), file=sys.stderr)
        TOKENS.token = "11111111-2222-4333-8444-555555555555"
        if match := TOKEN.search(ours.get("url", "").encode()):
            TOKENS.token = match[0].decode()
        theirs, why = self.presigner.presign(operation, parameters, expires)
        if ours.get("panic"):
            self.report(operation, number, "request", "different", "panic", "ours stopped")
            return True
        if theirs is None and "url" in ours and model.http["method"] != "GET":
            # Botocore takes every body for JSON, and fails when it is none; ours leaves it to whoever has the URL.
            self.counts["request"]["refused"] += 1
            return True
        if theirs is None or "url" not in ours:
            if theirs is None and "url" not in ours:
                self.counts["request"]["refused"] += 1
            else:
                who, reason = ("theirs", why) if theirs is None else ("ours", ours["error"]["text"])
                self.report(operation, number, "request", "different", "refused", f"only by {who}: {reason}")
            return False
        names = [name for name, _ in parse_qsl(urlsplit(ours["url"]).query, True)]
        kind = "presigned, repeated " if len(set(names)) < len(names) else "presigned "
        found = [(weight, kind + place, what) for weight, place, what in sent.urls(theirs, ours["url"])]
        self.weigh(operation, number, "request", found)
        return True

    def token(self, ours):
        """Has botocore take the idempotency token that ours made up."""
        TOKENS.token = "11111111-2222-4333-8444-555555555555"
        request = ours["request"]
        if request:
            text = request["url"].encode() + bytes.fromhex(request["body"])
            for name, value in request["headers"]:
                if name.lower() != "amz-sdk-invocation-id":
                    text += value.encode()
            if match := TOKEN.search(text):
                TOKENS.token = match[0].decode()

    def substitute(self, ours):
        """Has botocore sign our body where it says the same as its own: then the signatures must be the same."""
        protocol = self.reference.protocol
        body = bytes.fromhex(ours["request"]["body"]) if ours["request"] else b""
        return lambda theirs: body if theirs != body and sent.alike(protocol, theirs, body) else None

    def answer(self, model, number, chance):
        protocol = self.reference.protocol
        xml = protocol in ("rest-xml", "query", "ec2")
        noise = number > 1
        if number < self.options.cases:
            drawer = Drawer(chance, number if number < 2 else 2, False, xml, True)
            shape = model.output_shape
            value = answers(drawer, model, shape)
            return wire.answer(protocol, self.reference.model, model, value, chance, noise), None
        if number == self.options.cases and model.error_shapes:
            shape = chance.choice(model.error_shapes)
            value = Drawer(chance, chance.choice([1, 2]), False, xml, True).top(shape)
            return wire.error(protocol, self.reference.model, shape, value, chance, noise), shape
        return wire.strange_error(protocol, self.reference.model, chance, noise), None

    def outcomes(self, model, outcome, ours, shape):
        kind, theirs = outcome
        error = ours.get("error")
        if kind == "failed":
            if error is None:
                yield "different", "outcome", f"failed only theirs: {theirs}"
            return
        if kind == "output":
            if error is not None:
                yield "different", "outcome", f"failed only ours: {error['text']}"
                return
            yield from self.output(model, theirs, ours["output"])
            return
        if error is None or error["kind"] != "Service":
            yield "different", "outcome", f"expected the error {theirs}, got {error or ours['output']}"
            return
        yield from self.error(theirs, error)

    def output(self, model, theirs, ours):
        theirs = values.plain(theirs)
        yield from metadata(theirs.pop("ResponseMetadata", {}), ours.pop("ResponseMetadata", {}))
        if model.output_shape is not None:
            yield from values.differences(model.output_shape, theirs, ours)
        elif theirs != ours:
            yield "different", "output", f"expected {theirs!r:.300}, got {ours!r:.300}"

    def error(self, theirs, ours):
        response = values.plain(theirs.response)
        error = response.pop("Error", {})
        told = response.pop("ResponseMetadata", {})
        for place, expected, got in [
            ("Code", error.get("Code", ""), ours["code"]),
            ("Message", error.get("Message", ""), ours["message"]),
            ("Type", error.get("Type"), ours["fault"]),
            ("status", told.get("HTTPStatusCode"), ours["status"]),
            ("RequestId", told.get("RequestId"), ours["request_id"]),
            ("HostId", told.get("HostId"), ours["host_id"]),
        ]:
            if (expected or "") != (got or ""):
                yield "different", f"error {place}", f"expected {expected or ''!r}, got {got or ''!r}"
        name = type(theirs).__name__
        shape = next((shape for shape in self.reference.model.error_shapes if shape.name == name), None)
        if shape is None:
            if ours["members"] is not None:
                yield "different", "error members", f"theirs is no modelled error ({name}), ours is {ours['members']}"
        elif ours["members"] is None:
            yield "different", "error members", f"ours is no modelled error, theirs is {name}"
        else:
            response = {key: item for key, item in response.items() if key in shape.members}
            yield from values.differences(shape, response, ours["members"], "error members")

    def weigh(self, operation, number, direction, found):
        weights = set()
        for weight, place, what in found:
            weights.add(weight)
            self.notes(operation, number, direction, weight, place, what)
        heaviest = next((weight for weight in ("different", "meaning") if weight in weights), "same")
        self.counts[direction][heaviest] += 1
        self.counts[direction]["cases"] += 1

    def report(self, operation, number, direction, weight, place, what):
        self.counts[direction][weight] += 1
        self.counts[direction]["cases"] += 1
        self.notes(operation, number, direction, weight, place, what)

    def notes(self, operation, number, direction, weight, place, what):
        print(json.dumps({
            "case": self.case_id,
            "protocol": self.reference.protocol,
            "service": self.name,
            "operation": operation,
            "direction": direction,
            "weight": weight,
            "place": place,
            "what": what,
        }), flush=weight == "different")


def tellable(protocol, shape, parameters):
    """What botocore can say in a URL: it writes the members of a JSON body as Python does, and takes streams for JSON."""
    told = {}
    for name, value in parameters.items():
        member = shape.members[name]
        plain = [value] if not isinstance(value, list) else value
        texts = all(isinstance(item, (str, int)) and not isinstance(item, bool) for item in plain) and plain
        body = "location" not in member.serialization and protocol in ("json", "rest-json", "smithy-rpc-v2-cbor")
        # Botocore gives the sum of such a key with some operations only, and a URL does not show it.
        key = name.startswith("SSECustomerKey")
        if name != shape.serialization.get("payload") and not key and (texts or not body):
            told[name] = value
    return told


def lengths(shape):
    """Members that must say how long the body is."""
    members = {} if shape is None else shape.members
    wire_names = {name: member.serialization.get("name", "").lower() for name, member in members.items()}
    return [name for name, wire_name in wire_names.items() if wire_name == "content-length"]


def answers(drawer, model, shape):
    """A value of an operation's output, with what an HTTP answer cannot do without."""
    value = drawer.top(shape)
    if shape is None:
        return value
    for name, member in shape.members.items():
        place = member.serialization.get("location")
        wire_name = member.serialization.get("name", "").lower()
        if place == "statusCode" and name in value:
            value[name] = 200
        if place == "header" and wire_name == "content-length":
            value.pop(name, None)
        if place == "header" and wire_name.startswith("x-amz-checksum-"):
            value.pop(name, None)
        if member.serialization.get("eventstream"):
            value[name] = [drawer.structure(member, 1) for _ in range(drawer.random.randrange(4))]
            if not value[name]:
                value[name] = []
    return value


def metadata(theirs, ours):
    for name in ("RequestId", "HostId", "HTTPStatusCode", "HTTPHeaders"):
        expected, got = theirs.get(name), ours.get(name)
        if name == "HTTPHeaders":
            expected = {key.lower(): item for key, item in (expected or {}).items()}
        if (expected or None) != (got or None):
            yield "different", f"ResponseMetadata.{name}", f"expected {expected!r:.400}, got {got!r:.400}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", required=True, help="the program that calls ours")
    parser.add_argument("--cases", type=int, default=5, help="answers that are no errors, of each operation")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--direction", default="both", choices=["request", "response", "both"])
    parser.add_argument("--operation", action="append", help="only this one")
    parser.add_argument("--presign", action="store_true", help="compares presigned URLs")
    parser.add_argument("--show", action="store_true", help="prints each case and what both made of it")
    parser.add_argument("services", nargs="+")
    options = parser.parse_args()
    ours = Ours(options.ours)
    for name in options.services:
        Service(name, ours, options).run()


main()
