"""What is different between two requests."""

import json
import math
import struct
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

# Ours says another name and other facts of itself; ids of a call are random.
LEFT_OUT = {"user-agent", "amz-sdk-invocation-id", "content-length"}


def differences(protocol, theirs, ours):
    """Yields (weight, place, what)."""
    if theirs["method"] != ours["method"]:
        yield "different", "method", f"expected {theirs['method']}, got {ours['method']}"
    yield from urls(theirs["url"], ours["url"])
    body = bytes.fromhex(ours["body"])
    if theirs["body"] != body:
        if alike(protocol, theirs["body"], body):
            yield "meaning", "body", "written otherwise"
        else:
            yield "different", "body", unlike(theirs["body"], body)
    yield from headers(theirs["headers"], ours["headers"], body, theirs["signed"])


def unlike(theirs, ours):
    """Where two bodies part."""
    pairs = enumerate(zip(theirs, ours))
    at = next((at for at, (left, right) in pairs if left != right), min(len(theirs), len(ours)))
    start = max(at - 60, 0)
    return f"after {theirs[start:at]!r} expected {theirs[at : at + 150]!r}, got {ours[at : at + 150]!r}"


def urls(theirs, ours):
    if theirs == ours:
        return
    left, right = urlsplit(theirs), urlsplit(ours)
    if left[:3] != right[:3]:
        yield "different", "url", f"expected {theirs}, got {ours}"
    elif sorted(left.query.split("&")) == sorted(right.query.split("&")):
        yield "meaning", "query", "in another order"
    elif sorted(parse_qsl(left.query, True)) == sorted(parse_qsl(right.query, True)):
        yield "meaning", "query", "escaped otherwise"
    else:
        yield "different", "query", f"expected {left.query}, got {right.query}"


def headers(theirs, ours, body, signed):
    got = {}
    for name, value in ours:
        name = name.lower()
        got[name] = f"{got[name]},{value}" if name in got else value
    if int(got.get("content-length", len(body))) != len(body):
        yield "different", "header content-length", f"{got['content-length']} of {len(body)}"
    if int(theirs.get("content-length", len(signed))) != len(signed):
        yield "different", "header content-length", f"theirs: {theirs['content-length']} of {len(signed)}"
    if theirs.get("authorization", "").startswith("AWS4-ECDSA"):
        got["authorization"] = got.get("authorization", "").split(", ")[0]
        theirs.setdefault("x-amz-content-sha256", got.get("x-amz-content-sha256", ""))
        got.setdefault("x-amz-content-sha256", theirs["x-amz-content-sha256"])
    for name in sorted({*theirs, *got} - LEFT_OUT):
        if name not in got:
            yield "different", f"header {name}", f"missing in ours, {theirs[name]!r} in theirs"
        elif name not in theirs:
            yield "different", f"header {name}", f"only in ours: {got[name]!r}"
        elif theirs[name] != got[name]:
            yield "different", f"header {name}", f"expected {theirs[name]!r}, got {got[name]!r}"


def alike(protocol, theirs, ours):
    """Whether two bodies that are not the same say the same."""
    if protocol == "rest-xml":
        # A reader takes a bare carriage return for a line feed; ours writes a reference, botocore only to S3, and
        # there one for line feeds too.
        theirs = theirs.replace(b"\r", b"&#xD;").replace(b"&#xA;", b"\n")
        if theirs == ours:
            return True
    left, right = means(protocol, theirs), means(protocol, ours)
    return left is not None and left == right


def means(protocol, body):
    """What a body says; None when it cannot be told."""
    try:
        if protocol in ("json", "rest-json"):
            return exact(json.loads(body))
        if protocol == "rest-xml":
            return element(ElementTree.fromstring(body))
        if protocol == "smithy-rpc-v2-cbor":
            value, end = item(body, 0)
            return exact(value) if end == len(body) else None
        if protocol in ("query", "ec2"):
            # Members may come in any order: elements of lists have their numbers.
            return sorted(parse_qsl(body.decode(), True, errors="strict"))
    except (ValueError, ElementTree.ParseError, struct.error, IndexError):
        pass
    return None


def exact(value):
    """The value in a form that `==` compares as we want: true is not 1, -0.0 not 0.0, and NaN is NaN."""
    if isinstance(value, dict):
        return {name: exact(item) for name, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return (type(value).__name__, value)
    if isinstance(value, float):
        return ("number", str(value) if math.isnan(value) else value, math.copysign(1, value))
    if isinstance(value, int):
        return ("number", value, 1 if value >= 0 else -1)
    return value


def element(node):
    children = [element(child) for child in node]
    return (node.tag, sorted(node.attrib.items()), node.text or "", node.tail or "", children)


def item(data, at):
    """The item of a CBOR body and where it ends; of definite lengths, as both write."""
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if info >= 28:
        raise ValueError("a head that nobody writes")
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    raw = data[at : at + size]
    if len(raw) < size:
        raise ValueError("cut")
    at += size
    count = int.from_bytes(raw, "big") if size else info
    if major == 0:
        return count, at
    if major == 1:
        return -1 - count, at
    if major in (2, 3):
        chunk = data[at : at + count]
        return ("bytes", bytes(chunk)) if major == 2 else chunk.decode(), at + count
    if major == 4:
        values = []
        for _ in range(count):
            value, at = item(data, at)
            values.append(value)
        return values, at
    if major == 5:
        values = {}
        for _ in range(count):
            key, at = item(data, at)
            values[key], at = item(data, at)
        return values, at
    if major == 6:
        value, at = item(data, at)
        return ["tag", count, value], at
    if size:
        return struct.unpack({2: ">e", 4: ">f", 8: ">d"}[size], raw)[0], at
    return {20: False, 21: True, 22: None}[info], at
