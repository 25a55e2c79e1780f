"""Values as calls by name take and give them, and what is different between two."""

import base64
import datetime
import math


# Members of S3's answers that ours has without an `Option`, though the model does not require them.
ALWAYS_SENT = {
    "Bucket": ["CreationDate", "Name"],
    "CommonPrefix": ["Prefix"],
    "Object": ["ETag", "Key", "LastModified", "Size"],
}


def plain(value):
    """A value of botocore's as JSON has it: bytes in base64, moments as RFC 3339, what is no number as text."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return moment(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def moment(value):
    value = value.astimezone(datetime.timezone.utc)
    text = f"{value.year:04}-{value.month:02}-{value.day:02}T{value.hour:02}:{value.minute:02}:{value.second:02}"
    if value.microsecond:
        text += f".{value.microsecond:06}".rstrip("0")
    return text + "Z"


def is_zero(value):
    """Whether a value is what a type of ours holds in place of a required member that did not come."""
    if isinstance(value, dict):
        return all(is_zero(item) for item in value.values())
    return value in ("", 0, False, None, "1970-01-01T00:00:00Z") or value == []


def same(expected, got):
    """Equal as values; numbers are equal when they are the same number."""
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, (int, float)) and isinstance(got, (int, float)):
        return expected == got and math.copysign(1, expected) == math.copysign(1, got)
    return type(expected) is type(got) and expected == got


def differences(shape, expected, got, path=""):
    """Yields (weight, path, what): weight is "meaning" for what types of ours say otherwise, or "different"."""
    kind = shape.type_name if shape is not None else None
    if kind == "structure" and not shape.is_document_type and isinstance(expected, dict) and isinstance(got, dict):
        yield from members(shape, expected, got, path)
    elif kind == "list" and isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            held = [item for item in expected if item is not None]
            if len(held) == len(got):
                yield "meaning", path, "an element that is null is left out"
                expected = held
            else:
                yield "different", path, f"{len(expected)} elements expected, got {len(got)}: {expected!r:.200}"
                return
        for index, (left, right) in enumerate(zip(expected, got)):
            yield from differences(shape.member, left, right, f"{path}[{index}]")
    elif kind == "map" and isinstance(expected, dict) and isinstance(got, dict):
        for key in {**expected, **got}:
            if key in expected and key in got:
                yield from differences(shape.value, expected[key], got[key], f"{path}[{key!r}]")
            elif key in expected and expected[key] is None:
                yield "meaning", path, "an entry that is null is left out"
            else:
                yield "different", path, f"the key {key!r} is only in {'ours' if key in got else 'theirs'}"
    elif kind == "timestamp" and near(expected, got):
        yield "meaning", path, "digits that a float does not hold"
    elif not (same(expected, got) if not isinstance(expected, (dict, list)) else deep(expected, got)):
        yield "different", path, f"expected {expected!r:.300}, got {got!r:.300}"


def near(expected, got):
    """Whether two moments are but one step of a float of their seconds apart."""
    try:
        left, right = datetime.datetime.fromisoformat(expected), datetime.datetime.fromisoformat(got)
    except (TypeError, ValueError):
        return False
    apart = abs((left - right).total_seconds())
    return 0 < apart <= max(1.1e-6, 1.5 * math.ulp(left.timestamp()))


def members(shape, expected, got, path):
    for name in {**expected, **got}:
        here = f"{path}.{name}" if path else name
        member = shape.members.get(name)
        if name in expected and name in got:
            if member is not None and member.serialization.get("eventstream"):
                yield from events(member, expected[name], got[name], here)
            else:
                yield from differences(member, expected[name], got[name], here)
        elif name in expected:
            if expected[name] == "" and name == shape.serialization.get("payload"):
                yield "meaning", here, "a body of no bytes is no payload"
            elif expected[name] in ([], {}, None) and member is not None:
                yield "meaning", here, "a list or map without entries is as one that is not there"
            else:
                yield "different", here, f"missing in ours, {expected[name]!r:.300} in theirs"
        elif is_zero(got[name]) and (name in shape.required_members or name in ALWAYS_SENT.get(shape.name, ())):
            yield "meaning", here, "a required member that did not come is its type's zero value"
        elif got[name] in ([], {}) and member is not None and member.type_name in ("list", "map"):
            yield "meaning", here, "a list or map that did not come is an empty one"
        else:
            yield "different", here, f"only in ours: {got[name]!r:.300}"


def events(shape, expected, got, path):
    if len(expected) != len(got):
        yield "different", path, f"{len(expected)} events expected, got {len(got)}"
    for index, (left, right) in enumerate(zip(expected, got)):
        yield from members(shape, left, right, f"{path}[{index}]")


def deep(expected, got):
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(deep(expected[key], got[key]) for key in expected)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(deep, expected, got))
    return same(expected, got)
