"""Answers as services write them, by shape: not with botocore's code, which is to read them."""

import base64
import binascii
import datetime
import json
import math
import struct
from xml.sax.saxutils import escape, quoteattr

from draw import one_of

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Answer:
    def __init__(self, status=200):
        self.status = status
        self.headers = []
        self.body = b""

    def line(self):
        return {"status": self.status, "headers": self.headers, "body": self.body.hex()}


def timestamp(value, form):
    """The text of a moment, or the number of seconds for `unixtimestamp`."""
    form = (form or "iso8601").lower()
    if form == "iso8601":
        text = value.strftime("%m-%dT%H:%M:%S")
        fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
        return f"{value.year:04}-{text}{fraction}Z"
    if form == "rfc822":
        clock = f"{value.hour:02}:{value.minute:02}:{value.second:02} GMT"
        return f"{DAYS[value.weekday()]}, {value.day:02} {MONTHS[value.month - 1]} {value.year:04} {clock}"
    micros = (value - EPOCH) // datetime.timedelta(microseconds=1)
    return micros // 10**6 if micros % 10**6 == 0 else micros / 10**6


def number_text(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def wire_name(shape, name):
    return shape.serialization.get("name", name)


class Writer:
    def __init__(self, random, noise):
        self.random = random
        self.noise = noise

    def odd(self, share=0.1):
        return self.noise and self.random.random() < share


class Json(Writer):
    """The value that a JSON body holds."""

    form = "unixtimestamp"

    def body(self, shape, value):
        tree = self.tree(shape, value)
        text = json.dumps(tree, ensure_ascii=self.random.random() < 0.5, indent=2 if self.odd() else None)
        return text.encode()

    def tree(self, shape, value):
        if value is None:
            return None
        kind = shape.type_name
        if kind == "structure":
            if shape.is_document_type:
                return value
            out = {}
            for name, item in value.items():
                out[wire_name(shape.members[name], name)] = self.tree(shape.members[name], item)
            if not one_of(shape) and self.odd():
                out["unknownMember"] = self.random.choice([None, 1, "x", [1, {"a": []}], {"b": "c"}])
            if not one_of(shape) and self.odd():
                missing = [name for name in shape.members if name not in value]
                if missing:
                    name = self.random.choice(missing)
                    out[wire_name(shape.members[name], name)] = None
            if one_of(shape) and self.odd():
                out["__type"] = "x"
            return out
        if kind == "list":
            items = [self.tree(shape.member, item) for item in value]
            return items + [None] if self.odd(0.02) else items
        if kind == "map":
            return {key: self.tree(shape.value, item) for key, item in value.items()}
        return self.scalar(shape, value)

    def scalar(self, shape, value):
        kind = shape.type_name
        if kind == "blob":
            return base64.b64encode(value).decode()
        if kind == "timestamp":
            return timestamp(value, shape.serialization.get("timestampFormat", self.form))
        if kind in ("float", "double") and not math.isfinite(value):
            return number_text(value)
        return value


class Cbor(Json):
    """A CBOR body: heads of the shortest form, or indefinite lengths."""

    def body(self, shape, value):
        return self.item(self.tree(shape, value))

    def scalar(self, shape, value):
        kind = shape.type_name
        if kind == "timestamp":
            return ("tag", 1, timestamp(value, "unixtimestamp"))
        if kind == "float":
            return ("single", value)
        return value

    def head(self, major, count):
        if count < 24:
            return bytes([major << 5 | count])
        size = next(size for size in range(4) if count < 2 ** (8 << size))
        return bytes([major << 5 | 24 + size]) + count.to_bytes(1 << size, "big")

    def item(self, value):
        if value is None or isinstance(value, bool):
            return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
        if isinstance(value, int):
            return self.head(0, value) if value >= 0 else self.head(1, -1 - value)
        if isinstance(value, float):
            return b"\xfb" + struct.pack(">d", value)
        if isinstance(value, bytes):
            return self.head(2, len(value)) + value
        if isinstance(value, str):
            return self.head(3, len(value.encode())) + value.encode()
        if isinstance(value, tuple):
            if value[0] == "single":
                return b"\xfa" + struct.pack(">f", value[1])
            return self.head(6, value[1]) + self.item(value[2])
        if isinstance(value, list):
            items = b"".join(map(self.item, value))
            return b"\x9f" + items + b"\xff" if self.odd() else self.head(4, len(value)) + items
        pairs = b"".join(self.item(key) + self.item(item) for key, item in value.items())
        return b"\xbf" + pairs + b"\xff" if self.odd() else self.head(5, len(value)) + pairs


class Xml(Writer):
    """Elements of an XML body."""

    form = "iso8601"

    def text(self, value):
        # What a reader would take for a line feed, or could not see at all, is written as a reference.
        return escape(value, {"\r": "&#13;", "\x85": "&#133;", "\u2028": "&#8232;"})

    def scalar(self, shape, value):
        kind = shape.type_name
        if kind == "blob":
            return base64.b64encode(value).decode()
        if kind == "timestamp":
            return str(timestamp(value, shape.serialization.get("timestampFormat", self.form)))
        if kind == "boolean":
            return "true" if value else "false"
        if kind in ("float", "double", "integer", "long"):
            return number_text(value)
        text = self.text(value)
        return f"<![CDATA[{value}]]>" if self.odd(0.03) and "]]>" not in value and "\r" not in value else text

    def element(self, name, content, attributes=""):
        tag = name.split(" ")[0]
        if content == "" and self.odd(0.5):
            return f"<{tag}{attributes}/>"
        return f"<{tag}{attributes}>{content}</{tag}>"

    def blank(self):
        return self.random.choice(["\n  ", "<!-- -->", " "]) if self.odd(0.05) else ""

    def value(self, name, shape, value):
        kind = shape.type_name
        if kind == "structure":
            attributes = self.namespace(shape)
            for member, item in value.items():
                form = shape.members[member]
                if form.serialization.get("xmlAttribute"):
                    text = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
                    wire = wire_name(form, member)
                    prefix = wire.split(":")[0] if ":" in wire else None
                    if prefix and f"xmlns:{prefix}" not in attributes:
                        attributes += f' xmlns:{prefix}="http://www.w3.org/2001/XMLSchema-instance"'
                    attributes += f" {wire}={quoteattr(self.scalar(form, item), text)}"
            return self.element(name, self.members(shape, value), attributes)
        if kind == "list":
            if shape.serialization.get("flattened"):
                name = shape.member.serialization.get("name", name) if name is None else name
                return "".join(self.value(name, shape.member, item) for item in value)
            inner = shape.member.serialization.get("name", "member")
            return self.element(name, "".join(self.blank() + self.value(inner, shape.member, item) for item in value))
        if kind == "map":
            key_name = shape.key.serialization.get("name", "key")
            value_name = shape.value.serialization.get("name", "value")
            entries = [
                self.value(key_name, shape.key, key) + self.blank() + self.value(value_name, shape.value, item)
                for key, item in value.items()
            ]
            if shape.serialization.get("flattened"):
                return "".join(self.element(name, entry) for entry in entries)
            return self.element(name, "".join(self.element("entry", entry) for entry in entries))
        return self.element(name, self.scalar(shape, value))

    def namespace(self, shape):
        namespace = shape.serialization.get("xmlNamespace")
        if not namespace:
            return ""
        if isinstance(namespace, str):
            return f" xmlns={quoteattr(namespace)}"
        prefix = f":{namespace['prefix']}" if namespace.get("prefix") else ""
        return f" xmlns{prefix}={quoteattr(namespace['uri'])}"

    def members(self, shape, value):
        parts = []
        for name, item in value.items():
            member = shape.members[name]
            if member.serialization.get("xmlAttribute") or "location" in member.serialization:
                continue
            parts.append(self.blank() + self.value(self.member_name(member, name), member, item))
        if not one_of(shape) and self.odd(0.05):
            parts.append("<UnknownMember a='1'><Deep>x</Deep></UnknownMember>")
        return "".join(parts)

    def member_name(self, member, name):
        # A flattened list takes the name of its elements where the member has none.
        if member.type_name == "list" and member.serialization.get("flattened"):
            inner = member.member.serialization.get("name")
            if inner is not None and "name" not in member.serialization:
                return inner
        return wire_name(member, name)

    def document(self, body):
        head = self.random.choice(["", '<?xml version="1.0" encoding="UTF-8"?>\n', '<?xml version="1.0"?>'])
        return (head + body).encode()


def header_value(shape, value, random):
    kind = shape.type_name
    if kind == "timestamp":
        return str(timestamp(value, shape.serialization.get("timestampFormat", "rfc822")))
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "list":
        items = [header_value(shape.member, item, random) for item in value]
        if shape.member.type_name == "string":
            quote = lambda text: '"' + text.replace('"', '\\"') + '"' if '"' in text or "," in text else text
            items = [quote(item) for item in items]
        return random.choice([",", ", "]).join(items)
    if kind in ("float", "double"):
        return number_text(value)
    if kind == "blob":
        return base64.b64encode(value).decode()
    if shape.serialization.get("jsonvalue"):
        return base64.b64encode(json.dumps(value).encode()).decode()
    return str(value)


# -- answers of operations


def ids(made, model, random):
    if model.service_name == "s3":
        made.headers += [["x-amz-request-id", "request"], ["x-amz-id-2", "host"]]
    else:
        made.headers.append(["x-amzn-RequestId", f"request-{random.randrange(10**6)}"])


def answer(protocol, model, operation, value, random, noise):
    """The answer that holds `value`, which is of the operation's output."""
    made = Answer()
    shape = operation.output_shape
    ids(made, model, random)
    events = shape.event_stream_name if shape is not None else None
    if events:
        if protocol.startswith("rest"):
            rest(made, protocol, shape, value, random, noise)
        stream(made, protocol, shape, value, events, random)
    elif protocol.startswith("rest"):
        rest(made, protocol, shape, value, random, noise)
    elif protocol == "json":
        made.headers.append(["Content-Type", f"application/x-amz-json-{model.metadata.get('jsonVersion', '1.0')}"])
        made.body = Json(random, noise).body(shape, value) if shape is not None else random.choice([b"", b"{}"])
    elif protocol == "smithy-rpc-v2-cbor":
        made.headers += [["smithy-protocol", "rpc-v2-cbor"], ["Content-Type", "application/cbor"]]
        made.body = Cbor(random, noise).body(shape, value) if shape is not None else b""
    else:
        made.headers.append(["Content-Type", "text/xml"])
        made.body = rpc_xml(protocol, model, operation, value, random, noise)
    return made


def rest(made, protocol, shape, value, random, noise):
    if shape is None:
        return
    for name, item in value.items():
        member = shape.members[name]
        place = member.serialization.get("location")
        wire = wire_name(member, name)
        if place == "statusCode":
            made.status = item
        elif place == "header":
            made.headers.append([random.choice([wire, wire.lower()]), header_value(member, item, random)])
        elif place == "headers":
            for key, text in item.items():
                made.headers.append([wire + key, str(text)])
    payload = shape.serialization.get("payload")
    body = {name: item for name, item in value.items() if "location" not in shape.members[name].serialization}
    if payload:
        member = shape.members[payload]
        if payload in body and not member.serialization.get("eventstream"):
            made.body = payload_bytes(protocol, member, payload, body[payload], random, noise)
    elif protocol == "rest-json":
        trimmed = Trimmed(shape, body)
        made.body = Json(random, noise).body(trimmed, body) if body or random.random() < 0.7 else b""
    else:
        writer = Xml(random, noise)
        root = shape.serialization.get("name", shape.name)
        content = writer.members(shape, body)
        attributes = writer.namespace(shape)
        if body or random.random() < 0.7:
            made.body = writer.document(writer.element(root, content, attributes))


class Trimmed:
    """An output's shape as its body has it: without what travels elsewhere."""

    type_name = "structure"
    is_document_type = False
    is_tagged_union = False
    serialization = {}
    name = ""

    def __init__(self, shape, body):
        self.members = {
            name: member for name, member in shape.members.items() if "location" not in member.serialization
        }


def payload_bytes(protocol, member, name, value, random, noise):
    if member.type_name == "blob":
        return value
    if member.type_name == "string":
        return value.encode()
    if protocol == "rest-json":
        return Json(random, noise).body(member, value)
    writer = Xml(random, noise)
    return writer.document(writer.value(wire_name(member, name), member, value))


def rpc_xml(protocol, model, operation, value, random, noise):
    shape = operation.output_shape
    writer = Xml(random, noise)
    request_id = f"request-{random.randrange(10**6)}"
    content = writer.members(shape, value) if shape is not None else ""
    namespace = f" xmlns={quoteattr(model.metadata.get('xmlNamespace', 'http://amazonaws.com/doc/'))}"
    if protocol == "ec2":
        ids = f"<requestId>{request_id}</requestId>"
        return writer.document(writer.element(f"{operation.name}Response", ids + content, namespace))
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    if wrapper:
        content = writer.element(wrapper, content)
    ids = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    return writer.document(writer.element(f"{operation.name}Response", content + ids, namespace))


# -- events


def stream(made, protocol, shape, value, name, random):
    union = shape.members[name]
    frames = b""
    if protocol in ("json", "smithy-rpc-v2-cbor"):
        rest_of = {key: item for key, item in value.items() if key != name}
        body = writer_of(protocol, random).body(Without(shape, name), rest_of)
        headers = {":message-type": "event", ":event-type": "initial-response", ":content-type": "application/json"}
        frames = frame(headers, body)
    for event in value.get(name, []):
        (kind, item), = event.items()
        frames += event_frame(protocol, union.members[kind], kind, item, random)
    made.headers = [pair for pair in made.headers if pair[0].lower() != "content-type"]
    made.headers.append(["Content-Type", "application/vnd.amazon.eventstream"])
    made.body = frames


class Without(Trimmed):
    def __init__(self, shape, name):
        self.members = {key: member for key, member in shape.members.items() if key != name}


def writer_of(protocol, random):
    kinds = {"json": Json, "rest-json": Json, "smithy-rpc-v2-cbor": Cbor}
    return kinds[protocol](random, False)


def event_frame(protocol, shape, kind, value, random):
    error = shape.metadata.get("exception")
    headers = {":message-type": "exception" if error else "event"}
    headers[":exception-type" if error else ":event-type"] = kind
    payload, body = b"", {}
    for name, item in value.items():
        member = shape.members[name]
        if member.serialization.get("eventheader"):
            headers[name] = (member.type_name, item)
        elif member.serialization.get("eventpayload"):
            payload = event_payload(protocol, member, name, item, random)
        else:
            body[name] = item
    has_payload = any(member.serialization.get("eventpayload") for member in shape.members.values())
    if not has_payload and protocol == "rest-xml":
        writer = Xml(random, False)
        payload = writer.document(writer.element(kind, writer.members(shape, body))) if shape.members else b""
    elif not has_payload:
        payload = writer_of(protocol, random).body(shape, body)
    return frame(headers, payload)


def event_payload(protocol, member, name, value, random):
    if member.type_name == "blob":
        return value
    if member.type_name == "string":
        return value.encode()
    if protocol == "rest-xml":
        writer = Xml(random, False)
        return writer.document(writer.value(wire_name(member, name), member, value))
    return writer_of(protocol, random).body(member, value)


def frame(headers, payload):
    lines = b""
    for name, value in headers.items():
        kind, value = value if isinstance(value, tuple) else ("string", value)
        lines += bytes([len(name)]) + name.encode()
        if kind == "boolean":
            lines += b"\x00" if value else b"\x01"
        elif kind == "integer":
            lines += b"\x04" + struct.pack(">i", value)
        elif kind == "long":
            lines += b"\x05" + struct.pack(">q", value)
        elif kind == "timestamp":
            lines += b"\x08" + struct.pack(">q", (value - EPOCH) // datetime.timedelta(milliseconds=1))
        else:
            data = value if isinstance(value, bytes) else str(value).encode()
            lines += (b"\x06" if kind == "blob" else b"\x07") + struct.pack(">H", len(data)) + data
    prelude = struct.pack(">II", 16 + len(lines) + len(payload), len(lines))
    message = prelude + struct.pack(">I", binascii.crc32(prelude)) + lines + payload
    return message + struct.pack(">I", binascii.crc32(message))


# -- errors


def error(protocol, model, shape, value, random, noise):
    """The answer of a modelled error."""
    details = shape.metadata.get("error", {})
    made = Answer(details.get("httpStatusCode", 400))
    code = details.get("code", shape.name)
    ids(made, model, random)
    if protocol in ("json", "rest-json", "smithy-rpc-v2-cbor"):
        space = random.choice(["", "com.amazonaws.x#"])
        places = {name: item for name, item in value.items() if "location" in shape.members[name].serialization}
        for name, item in places.items():
            member = shape.members[name]
            if member.serialization["location"] == "header" and wire_name(member, name).lower() != "x-amzn-errortype":
                made.headers.append([wire_name(member, name), header_value(member, item, random)])
        body = {name: item for name, item in value.items() if name not in places}
        writer = Cbor(random, noise) if protocol == "smithy-rpc-v2-cbor" else Json(random, noise)
        tree = writer.tree(Trimmed(shape, body), body)
        if protocol == "rest-json" and random.random() < 0.7:
            made.headers.append(["X-Amzn-Errortype", shape.name + random.choice(["", ":http://internal/x"])])
        else:
            tree["__type"] = space + shape.name
        if model.is_query_compatible:
            made.headers.append(["x-amzn-query-error", f"{code};Sender"])
        made.body = writer.item(tree) if protocol == "smithy-rpc-v2-cbor" else json.dumps(tree).encode()
        return made
    for name, item in value.items():
        member = shape.members[name]
        if member.serialization.get("location") == "header":
            made.headers.append([wire_name(member, name), header_value(member, item, random)])
    writer = Xml(random, noise)
    content = f"<Code>{code}</Code>" + writer.members(shape, value)
    # Services write the message so, whatever the model calls it.
    content = content.replace("<message>", "<Message>").replace("</message>", "</Message>")
    if protocol != "ec2":
        content = random.choice(["<Type>Sender</Type>", "<Type>Receiver</Type>", ""]) + content
    made.body = xml_error(protocol, model, writer, content, random)
    return made


def xml_error(protocol, model, writer, content, random):
    request_id = f"request-{random.randrange(10**6)}"
    if protocol == "ec2":
        body = f"<Response><Errors><Error>{content}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    elif model.service_name == "s3":
        body = f"<Error>{content}<RequestId>request</RequestId><HostId>host</HostId></Error>"
    else:
        namespace = f" xmlns={quoteattr(model.metadata.get('xmlNamespace', 'http://x/'))}"
        body = f"<ErrorResponse{namespace}><Error>{content}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    return writer.document(body)


def strange_error(protocol, model, random, noise):
    """The answer of an error that the model does not have, or of something before the service."""
    made = Answer(random.choice([400, 403, 404, 409, 413, 429, 500, 502, 503, 504]))
    if random.random() < 0.6:
        ids(made, model, random)
    kind = random.choice(["unknown", "unknown", "unknown", "empty", "page", "no code", "no message"])
    message = random.choice(["What happened.", "Ünï <&> \"q\"", ""])
    if kind == "empty":
        return made
    if kind == "page":
        made.body = b"<html><body><b>Service Unavailable</b></body></html>"
        if made.status < 500:
            made.status = 503
        return made
    code = "" if kind == "no code" else random.choice(["SomethingElse", "ns.x#Else", "Else:http://x/", "Throttling"])
    message = None if kind == "no message" else message
    if protocol in ("json", "rest-json", "smithy-rpc-v2-cbor"):
        tree = {}
        if message is not None:
            tree[random.choice(["message", "Message", "errorMessage"] if noise else ["message"])] = message
        place = random.choice(["__type", "__type", "code", "header"])
        if code and place == "header" and protocol == "rest-json":
            made.headers.append(["x-amzn-errortype", code])
        elif code:
            tree["__type" if place == "header" else place] = code
        made.body = Cbor(random, False).item(tree) if protocol == "smithy-rpc-v2-cbor" else json.dumps(tree).encode()
        return made
    writer = Xml(random, noise)
    content = f"<Code>{code}</Code>" if code else ""
    if message is not None:
        content += f"<Message>{writer.text(message)}</Message>"
    made.body = xml_error(protocol, model, writer, content, random)
    return made
