"""Random values of a model's shapes."""

import datetime
import string
import struct

# What tells readers and writers apart: signs of the formats, combining and astral characters, borders of planes.
SIGNS = list("\"'\\/<>&%+=#?;:@~*!()$,{}[]|^`-_. ") + ["]]>", "%20", "%2F", "&amp;", "\\u0041", "//", "../"]
LETTERS = list("aZ09") + ["word", "Ünï", "e\u0301", "漢字", "\U0001f600", "\U0001d11e", "\u200d", "\xa0", "\u2028"]
BORDERS = ["\ud7ff", "\ue000", "\ufffd", "\U00010000", "\U0010ffff", "\x7f", "\x85", "\u0300"]
BLANKS = ["\n", "\r", "\t", "\r\n", "  "]
CONTROLS = ["\x00", "\x01", "\x08", "\x0c", "\x1b", "\x1f", "\ufffe", "\uffff"]
TOKEN = string.ascii_letters + string.digits
HEADER = [chr(code) for code in range(0x21, 0x7F)] + ["  ", " ", "a, b", '"q"', "x=y;z"]

INTEGERS = [0, 1, -1, 2**31 - 1, -(2**31), 255, 256, 65536, 23, 24]
LONGS = INTEGERS + [2**63 - 1, -(2**63), 2**53 + 1, 2**32, -(2**32) - 1]
DOUBLES = [
    0.0, -0.0, 1.0, 0.1, 1 / 3, 1e15, 1e16, 1e17, 123456789012345680.0, 1e21, 1e22, 1e-4, 1e-5, 1e-6, 1e-7, 2.5e-310,
    5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 2.2250738585072014e-308, 9007199254740993.0, -2.5, 100.0,
    float("nan"), float("inf"), float("-inf"),
]
FLOATS = [0.0, -0.0, 1.0, 0.5, 0.1, 1e10, 1e16, 1e-5, 3.4028235e38, -3.4028235e38, 1.1754944e-38, 1e-45, 16777216.0,
          float("nan"), float("inf"), float("-inf")]
UTC = datetime.timezone.utc
YEARS = [1000, 1582, 1899, 1900, 1969, 1970, 2000, 2024, 2038, 2100, 2262, 4000, 9999]


def one_of(shape):
    """Whether a value has exactly one of the members. DynamoDB's model does not say so of its values."""
    return bool(shape.members) and (
        shape.is_tagged_union or shape.serialization.get("eventstream") or shape.name == "AttributeValue"
    )


class Drawer:
    """Draws values for one case.

    `level` 0 draws only what is required, 1 every member once, 2 at random; `plain` keeps to what no service's own
    rules refuse. `xml` keeps to characters that XML can say.
    """

    def __init__(self, random, level, plain=False, xml=False, answer=False, reserved=()):
        self.random = random
        self.level = level
        self.plain = plain
        self.xml = xml
        self.answer = answer
        # Texts of members that choose the endpoint.
        self.reserved = dict(reserved)
        self.left = {0: 40, 1: 350, 2: 90}[level]

    def chance(self, share):
        return self.random.random() < share

    # -- structures

    def top(self, shape, skip=()):
        if shape is None:
            return {}
        value = {}
        for name, member in shape.members.items():
            if name in skip:
                continue
            if self.wanted(shape, name, member, 0):
                value[name] = self.member(shape, name, member, 0)
        return value

    def wanted(self, shape, name, member, depth):
        location = member.serialization.get("location")
        if name in shape.required_members or location == "uri" or member.serialization.get("hostLabel"):
            # An answer may leave out what the model requires.
            return not (self.answer and self.level == 2 and self.chance(0.05))
        if name in self.reserved and self.plain:
            return False
        if self.level == 0 or self.left <= 0:
            return False
        if self.level == 1:
            return depth < 4 or self.chance(0.3)
        return self.chance(0.5 if depth < 2 else 0.3)

    def member(self, shape, name, member, depth):
        if depth == 0 and name in self.reserved:
            return self.random.choice(self.reserved[name])
        where = member.serialization.get("location")
        if member.serialization.get("hostLabel"):
            where = "host"
        if member.serialization.get("xmlAttribute"):
            where = "attribute"
        return self.value(member, where, depth + 1)

    def structure(self, shape, depth):
        if shape.is_document_type:
            return self.document(0)
        members = list(shape.members.items())
        if one_of(shape):
            shallow = [pair for pair in members if pair[1].type_name not in ("structure", "list", "map")]
            name, member = self.random.choice(shallow if shallow and (depth > 4 or self.left <= 0) else members)
            return {name: self.member(shape, name, member, depth)}
        value = {}
        for name, member in members:
            if self.wanted(shape, name, member, depth):
                value[name] = self.member(shape, name, member, depth)
        return value

    # -- everything

    def value(self, shape, where, depth):
        self.left -= 1
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, depth)
        if kind == "list":
            return self.list(shape, where, depth)
        if kind == "map":
            return self.map(shape, where, depth)
        return getattr(self, kind)(shape, where)

    def count(self, shape, depth):
        least = shape.metadata.get("min", 0)
        if self.left <= 0 or depth > 6 or (self.level == 0 and depth > 1):
            return least
        if self.level == 2 and self.chance(0.2):
            return least
        return max(least, self.random.choice([1, 1, 2, 3]))

    def list(self, shape, where, depth):
        inner = where if where in ("header", "querystring") else None
        items = [self.value(shape.member, inner, depth + 1) for _ in range(self.count(shape, depth))]
        if where == "header":
            # An empty element is no element in a header.
            items = [item for item in items if item != ""] or ["a"] if shape.member.type_name == "string" else items
        return items

    def map(self, shape, where, depth):
        value = {}
        for _ in range(self.count(shape, depth)):
            if where == "headers":
                key = self.token(1, 12)
            else:
                key = self.string(shape.key, where)
            value[key] = self.value(shape.value, "header" if where == "headers" else where, depth + 1)
        while len(value) < shape.metadata.get("min", 0):
            value[self.token(8, 16)] = self.value(shape.value, "header" if where == "headers" else where, depth + 1)
        return value

    def document(self, depth):
        kinds = ["none", "bool", "int", "float", "text"] + (["list", "map"] * 2 if depth < 3 else [])
        kind = self.random.choice(["map"] if depth == 0 and not self.answer else kinds)
        return {
            "none": lambda: None,
            "bool": lambda: self.chance(0.5),
            "int": lambda: self.random.choice(LONGS),
            "float": lambda: self.random.choice([d for d in DOUBLES if d - d == 0]),
            "text": lambda: self.text(0, 5),
            "list": lambda: [self.document(depth + 1) for _ in range(self.random.randrange(4))],
            "map": lambda: {self.text(0, 3): self.document(depth + 1) for _ in range(self.random.randrange(4))},
        }[kind]()

    # -- texts

    def token(self, least, most):
        return "".join(self.random.choice(TOKEN) for _ in range(self.random.randint(least, most)))

    def text(self, least, most):
        pools = [LETTERS, LETTERS, SIGNS, BORDERS, BLANKS]
        if not self.xml:
            pools.append(CONTROLS)
        text = ""
        length = self.random.randint(least, max(least, most))
        for _ in range(length):
            text += self.random.choice(self.random.choice(pools))
        return text

    def header(self, least):
        length = self.random.randint(max(least, 1), max(least, 12))
        text = "".join(self.random.choice(HEADER) for _ in range(length)).strip()
        if not self.answer and self.chance(0.05):
            text += self.random.choice(["é", "漢", "\U0001f600"]) + "z"
        return text + "x" * (max(least, 1) - len(text))

    def string(self, shape, where):
        least = shape.metadata.get("min", 0)
        if where == "host":
            return self.token(max(least, 1), max(least, 12)).lower()
        options = shape.metadata.get("enum") or shape.enum if hasattr(shape, "enum") else None
        if options and shape.name == "ChecksumAlgorithm" and not self.answer:
            # Botocore has the others only with a library of C.
            return self.random.choice([option for option in options if option in ("CRC32", "SHA1", "SHA256")])
        if options and not self.chance(0.15):
            return self.random.choice(options)
        if self.plain:
            return self.token(max(least, 1), max(least, 10))
        if where in ("header", "headers"):
            return self.header(least)
        if where == "uri":
            text = self.text(max(least, 1), max(least, 6))
            return text if text.strip("/.") else text + "p"
        if self.level == 2 and least == 0 and self.chance(0.1):
            return ""
        if self.chance(0.3):
            return self.token(max(least, 1), max(least, 20))
        return self.text(max(least, 0 if self.level == 2 else 1), max(least, 8))

    character = string

    def char(self, shape, where):
        return self.random.choice("aZ0")

    # -- the other scalars

    def limit(self, shape, number):
        least = shape.metadata.get("min")
        return number if least is None or not number < least else type(number)(least)

    def integer(self, shape, where):
        return self.limit(shape, self.random.choice(INTEGERS + [self.random.randint(-(2**31), 2**31 - 1)]))

    def long(self, shape, where):
        return self.limit(shape, self.random.choice(LONGS + [self.random.randint(-(2**63), 2**63 - 1)]))

    def double(self, shape, where):
        random = struct.unpack("<d", self.random.randbytes(8))[0]
        if random - random != 0:
            random = self.random.uniform(-1e6, 1e6)
        return self.limit(shape, self.random.choice(DOUBLES + [random, self.random.uniform(-1000, 1000)]))

    def float(self, shape, where):
        # Six digits are the same number in text, single and double.
        random = float(f"{self.random.uniform(-1, 1) * 10 ** self.random.randint(-30, 30):.6g}")
        return self.limit(shape, self.random.choice(FLOATS + [random]))

    def boolean(self, shape, where):
        return self.chance(0.5)

    def timestamp(self, shape, where):
        moment = datetime.datetime(
            self.random.choice(YEARS), self.random.randint(1, 12), self.random.randint(1, 28),
            self.random.randrange(24), self.random.randrange(60), self.random.randrange(60), tzinfo=UTC,
        )
        micros = self.random.choice([0, 0, 1, 1000, 500000, 999999, 123000, self.random.randrange(10**6)])
        return moment.replace(microsecond=micros)

    def blob(self, shape, where):
        least = shape.metadata.get("min", 0)
        length = self.random.choice([0, 1, 2, 3, 4, 57, self.random.randrange(200)]) if self.level else 3
        if where == "header":
            return self.token(1, 8).encode()
        return self.random.randbytes(max(least, length))
