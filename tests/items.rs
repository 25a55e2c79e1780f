//! Items of DynamoDB from and into Rust values.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use botocore::dynamodb::types::AttributeValue;
use botocore::dynamodb::{
    self, Item, Number, from_attribute_value, from_item, from_items, to_attribute_value, to_item,
};
use botocore::{Blob, Credentials, Environment, ErrorKind, Map, Replay, Result, Session};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The item as it goes on the wire.
fn wire(item: Item) -> Value {
    let replay = Replay::new().answer(200, [], "{}");
    let session = Session::builder()
        .environment(Environment::empty())
        .region("eu-west-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
        .transport(replay.clone())
        .build();
    dynamodb::Client::new(&session).unwrap().put_item("t", item).send().unwrap();
    let mut sent: Value = serde_json::from_slice(&replay.requests()[0].body).unwrap();
    sent["Item"].take()
}

fn wire_of(value: impl Into<AttributeValue>) -> Value {
    wire([("x", value.into())].into())["x"].take()
}

fn text(error: botocore::Error) -> String {
    error.to_string()
}

#[track_caller]
fn round<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T, expected: Value) {
    let written = to_attribute_value(&value).unwrap();
    assert_eq!(wire_of(written.clone()), expected);
    assert_eq!(from_attribute_value::<T>(&written).unwrap(), value);
    assert_eq!(from_attribute_value::<T>(written).unwrap(), value);
}

/// Expected: what boto3 1.44.5's `TypeSerializer` gives for the same values.
#[test]
fn plain_values_are_as_boto3_has_them() -> Result<()> {
    for (value, expected) in [
        ("grün \"x\"\n\u{1F600}".into(), json!({ "S": "grün \"x\"\n\u{1F600}" })),
        ("".into(), json!({ "S": "" })),
        (42_i8.into(), json!({ "N": "42" })),
        ((-7_i64).into(), json!({ "N": "-7" })),
        ((1_u64 << 63).into(), json!({ "N": "9223372036854775808" })),
        (AttributeValue::try_from(10_u128.pow(37))?, json!({ "N": "10000000000000000000000000000000000000" })),
        (Number::new("12345678901234567890.123")?.into(), json!({ "N": "12345678901234567890.123" })),
        (Number::new("1E-130")?.into(), json!({ "N": "1E-130" })),
        (AttributeValue::try_from(0.5)?, json!({ "N": "0.5" })),
        (AttributeValue::try_from(0.1_f32)?, json!({ "N": "0.1" })),
        (true.into(), json!({ "BOOL": true })),
        (().into(), json!({ "NULL": true })),
        (None::<&str>.into(), json!({ "NULL": true })),
        (Some(1).into(), json!({ "N": "1" })),
        (b"\0\x01\xfe".into(), json!({ "B": "AAH+" })),
        (Vec::<u8>::new().into(), json!({ "B": "" })),
        (
            vec![1.into(), "a".into(), ().into(), AttributeValue::from([true])].into(),
            json!({ "L": [{ "N": "1" }, { "S": "a" }, { "NULL": true }, { "L": [{ "BOOL": true }] }] }),
        ),
        (
            BTreeMap::from([
                ("a", AttributeValue::from(1)),
                ("b", HashMap::from([("c", Vec::<String>::new())]).into()),
            ])
            .into(),
            json!({ "M": { "a": { "N": "1" }, "b": { "M": { "c": { "L": [] } } } } }),
        ),
        (Map::<String, bool>::new().into(), json!({ "M": {} })),
        (BTreeSet::from(["a"]).into(), json!({ "SS": ["a"] })),
        (HashSet::from([3]).into(), json!({ "NS": ["3"] })),
        (BTreeSet::from([Blob::from("x")]).into(), json!({ "BS": ["eA=="] })),
        (BTreeSet::from([b"x".to_vec()]).into(), json!({ "BS": ["eA=="] })),
    ] {
        assert_eq!(wire_of(value), expected);
    }
    Ok(())
}

#[test]
fn plain_values_come_back() -> Result<()> {
    assert_eq!(String::try_from(AttributeValue::from("x"))?, "x");
    let lent = AttributeValue::from("x");
    assert_eq!(<&str>::try_from(&lent)?, "x");
    assert_eq!(i64::try_from(&AttributeValue::from(i64::MIN))?, i64::MIN);
    assert_eq!(f64::try_from(AttributeValue::from(3))?, 3.0);
    assert_eq!(u16::try_from(AttributeValue::N("1E+3".into()))?, 1000);
    assert_eq!(Number::try_from(AttributeValue::N("1.50".into()))?.as_str(), "1.50");
    assert_eq!(Vec::<u8>::try_from(AttributeValue::from(b"ab"))?, b"ab");
    assert_eq!(AttributeValue::from(()).into_option::<String>()?, None);
    assert_eq!(AttributeValue::from(5).into_option::<i32>()?, Some(5));
    let nested = BTreeMap::from([("a".to_owned(), vec![1, 2]), ("b".to_owned(), vec![])]);
    assert_eq!(BTreeMap::<String, Vec<i32>>::try_from(AttributeValue::from(nested.clone()))?, nested);
    let set = BTreeSet::from([1, 10, 9]);
    assert_eq!(BTreeSet::<i32>::try_from(AttributeValue::from(set.clone()))?, set);
    let set = HashSet::from([Blob::from("x"), Blob::from("")]);
    assert_eq!(HashSet::<Blob>::try_from(AttributeValue::from(set.clone()))?, set);
    let any: Vec<AttributeValue> = AttributeValue::from([1, 2]).try_into()?;
    assert_eq!(any, [1.into(), 2.into()]);
    Ok(())
}

#[test]
fn what_is_wrong_has_its_path() {
    let value = AttributeValue::from(BTreeMap::from([("orders", vec![AttributeValue::from(1), "two".into()])]));
    let error = BTreeMap::<String, Vec<i32>>::try_from(value).unwrap_err();
    assert_eq!(text(error.clone()), "orders[1]: must be a number (N), and is a string (S)");
    assert_eq!(error.kind(), ErrorKind::Parse);
    let error = BTreeSet::<u16>::try_from(AttributeValue::Ns(vec!["1".into(), "-1".into()])).unwrap_err();
    assert_eq!(text(error), "[1]: `-1` is no integer from 0 to 65535 (u16)");
    let error = bool::try_from(AttributeValue::Unknown("Z".into())).unwrap_err();
    assert_eq!(text(error), "must be a truth value (BOOL), and is of the kind Z, which is not known");
    assert!(AttributeValue::try_from(f64::NAN).is_err());
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Line {
    sku: String,
    price: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Order {
    pk: String,
    paid: bool,
    orders: Vec<Line>,
    customer: Option<u64>,
    #[serde(with = "dynamodb::string_set", default, skip_serializing_if = "BTreeSet::is_empty")]
    tags: BTreeSet<String>,
    #[serde(with = "dynamodb::number_set", default, skip_serializing_if = "BTreeSet::is_empty")]
    sizes: BTreeSet<i32>,
    #[serde(with = "dynamodb::binary_set", default, skip_serializing_if = "BTreeSet::is_empty")]
    keys: BTreeSet<Vec<u8>>,
    #[serde(with = "dynamodb::bytes")]
    digest: [u8; 2],
    total: Number,
    seal: Blob,
}

fn order() -> Order {
    Order {
        pk: "order 1".into(),
        paid: true,
        orders: vec![
            Line { sku: "a".into(), price: 0.1, note: None },
            Line { sku: "b".into(), price: 2.0, note: Some(String::new()) },
        ],
        customer: None,
        tags: ["new".to_owned(), "rush".to_owned()].into(),
        sizes: [1, -2].into(),
        keys: [vec![1], vec![]].into(),
        digest: [0, 255],
        total: Number::new("12345678901234567890.10").unwrap(),
        seal: Blob::from("x"),
    }
}

#[test]
fn structures_are_items() -> Result<()> {
    let item = to_item(&order())?;
    assert_eq!(
        wire(item.clone()),
        json!({
            "pk": { "S": "order 1" },
            "paid": { "BOOL": true },
            "orders": { "L": [
                { "M": { "sku": { "S": "a" }, "price": { "N": "0.1" } } },
                { "M": { "sku": { "S": "b" }, "price": { "N": "2" }, "note": { "S": "" } } },
            ] },
            "customer": { "NULL": true },
            "tags": { "SS": ["new", "rush"] },
            "sizes": { "NS": ["-2", "1"] },
            "keys": { "BS": ["", "AQ=="] },
            "digest": { "B": "AP8=" },
            "total": { "N": "12345678901234567890.10" },
            "seal": { "B": "eA==" },
        })
    );
    let read: Order = from_item(&item)?;
    assert_eq!(read, order());
    assert_eq!(read.total.as_str(), "12345678901234567890.10");
    assert_eq!(from_item::<Order>(item.clone())?, order());
    assert_eq!(from_items::<Order>([item.clone(), item])?, [order(), order()]);
    // The same type in another format.
    let json = serde_json::to_value(order()).unwrap();
    assert_eq!((&json["total"], &json["tags"]), (&json!("12345678901234567890.10"), &json!(["new", "rush"])));
    assert_eq!(serde_json::from_value::<Order>(json).unwrap(), order());
    Ok(())
}

#[test]
fn mistakes_have_their_path() -> Result<()> {
    let item = to_item(&order())?;
    let changed = |name: &str, value: AttributeValue| {
        let mut item = item.clone();
        item.insert(name.to_owned(), value);
        from_item::<Order>(item).unwrap_err()
    };
    let mut lines: Vec<Item> = vec![to_item(&order().orders[0])?; 4];
    lines[3].insert("price".into(), "dear".into());
    let error = changed("orders", lines.clone().into());
    assert_eq!(text(error.clone()), "item.orders[3].price: invalid type: string \"dear\", expected f64");
    assert_eq!(error.kind(), ErrorKind::Parse);
    assert_eq!(
        text(from_items::<Line>(lines).unwrap_err()),
        "items[3].price: invalid type: string \"dear\", expected f64"
    );
    assert_eq!(
        text(changed("sizes", AttributeValue::Ns(vec!["1".into(), "3000000000".into()]))),
        "item.sizes[1]: invalid value: integer `3000000000`, expected i32"
    );
    assert_eq!(text(changed("customer", (-1).into())), "item.customer: invalid value: integer `-1`, expected u64");
    assert_eq!(
        text(changed("customer", Number::new("1.5")?.into())),
        "item.customer: invalid value: number `1.5`, expected u64"
    );
    assert_eq!(
        text(changed("digest", b"abc".into())),
        "item.digest: invalid length 3, expected another number of bytes"
    );
    let mut without = item.clone();
    without.remove("paid");
    assert_eq!(text(from_item::<Order>(without).unwrap_err()), "item: missing field `paid`");

    #[derive(Serialize)]
    struct Bad<T> {
        list: Vec<(u8, T)>,
    }
    let bad = to_item(&Bad { list: vec![(1, f64::NAN)] }).unwrap_err();
    assert_eq!(text(bad.clone()), "item.list[0][1]: NaN is no number that DynamoDB keeps");
    assert_eq!(bad.kind(), ErrorKind::Serialize);
    let bad = to_item(&Bad { list: vec![(1, HashMap::from([([1], 2)]))] }).unwrap_err();
    assert_eq!(text(bad), "item.list[0][1]: a key of a map must be text, an integer or a truth value, and is a list");
    let bad = to_item(&Bad { list: vec![(1, u128::MAX)] }).unwrap_err();
    assert_eq!(
        text(bad),
        "item.list[0][1]: `340282366920938463463374607431768211455` has 39 digits, and DynamoDB keeps 38"
    );
    assert_eq!(text(to_item("text").unwrap_err()), "item: must be a structure or a map, and is a string (S)");
    Ok(())
}

#[test]
fn sets_have_elements_of_one_kind() {
    #[derive(Serialize)]
    struct Of<T: Serialize>(#[serde(with = "dynamodb::string_set")] T);
    let error = to_attribute_value(&Of(vec![1])).unwrap_err();
    assert_eq!(text(error), "value[0]: must be a string (S), and is a number (N)");
    let error = to_attribute_value(&Of(Vec::<String>::new())).unwrap_err();
    assert_eq!(text(error), "value: DynamoDB keeps no set without elements: leave the member out when it is empty");
    assert_eq!(wire_of(to_attribute_value(&Of(None::<Vec<String>>)).unwrap()), json!({ "NULL": true }));
    assert_eq!(wire_of(to_attribute_value(&Of(Some(["a"]))).unwrap()), json!({ "SS": ["a"] }));
    // A set is read where a list is wanted, and a list where a set is.
    let set = AttributeValue::Ss(vec!["a".into(), "b".into()]);
    assert_eq!(from_attribute_value::<Vec<&str>>(&set).unwrap(), ["a", "b"]);
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum External {
    Unit,
    Newtype(u8),
    Tuple(u8, String),
    Struct { a: Option<bool> },
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(tag = "kind")]
enum Internal {
    Circle { radius: f64 },
    Named(Line),
    Nothing,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    Many(Vec<i64>),
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(untagged)]
enum Untagged {
    Whole(i64),
    Part(f64),
    Exact(Number),
    Text(String),
    Both { a: u8, b: u8 },
}

#[test]
fn enums_of_every_form() -> Result<()> {
    round(External::Unit, json!({ "S": "Unit" }));
    round(External::Newtype(1), json!({ "M": { "Newtype": { "N": "1" } } }));
    round(External::Tuple(1, "x".into()), json!({ "M": { "Tuple": { "L": [{ "N": "1" }, { "S": "x" }] } } }));
    round(External::Struct { a: None }, json!({ "M": { "Struct": { "M": { "a": { "NULL": true } } } } }));
    round(Internal::Circle { radius: 1.5 }, json!({ "M": { "kind": { "S": "Circle" }, "radius": { "N": "1.5" } } }));
    round(
        Internal::Named(Line { sku: "s".into(), price: 1e20, note: None }),
        json!({ "M": { "kind": { "S": "Named" }, "sku": { "S": "s" }, "price": { "N": "100000000000000000000" } } }),
    );
    round(Internal::Nothing, json!({ "M": { "kind": { "S": "Nothing" } } }));
    round(Adjacent::Unit, json!({ "M": { "t": { "S": "Unit" } } }));
    round(Adjacent::Many(vec![-1]), json!({ "M": { "t": { "S": "Many" }, "c": { "L": [{ "N": "-1" }] } } }));
    round(Untagged::Whole(-5), json!({ "N": "-5" }));
    round(Untagged::Part(0.25), json!({ "N": "0.25" }));
    round(
        Untagged::Exact(Number::new("0.12345678901234567890123456789012345678")?),
        json!({ "N": "0.12345678901234567890123456789012345678" }),
    );
    round(Untagged::Text("x".into()), json!({ "S": "x" }));
    round(Untagged::Both { a: 1, b: 2 }, json!({ "M": { "a": { "N": "1" }, "b": { "N": "2" } } }));
    let error = from_attribute_value::<External>(AttributeValue::from("Other")).unwrap_err();
    assert!(text(error).starts_with("value: unknown variant `Other`, expected one of"));
    let wrong = AttributeValue::from(BTreeMap::from([("Tuple", AttributeValue::from([1, 2]))]));
    assert_eq!(
        text(from_attribute_value::<External>(wrong).unwrap_err()),
        "value.Tuple[1]: invalid type: integer `2`, expected a string"
    );
    Ok(())
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Unit;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Newtype(i128);

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Flat {
    id: u32,
    #[serde(flatten)]
    line: Line,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[test]
fn values_of_every_kind() -> Result<()> {
    round((), json!({ "NULL": true }));
    round(Unit, json!({ "NULL": true }));
    let large = 12345678901234567890123456789012345678_i128;
    round(Newtype(-large), json!({ "N": "-12345678901234567890123456789012345678" }));
    round(large as u128, json!({ "N": "12345678901234567890123456789012345678" }));
    round(u64::MAX, json!({ "N": "18446744073709551615" }));
    round('ä', json!({ "S": "ä" }));
    round(
        (1, "x".to_owned(), [true; 2]),
        json!({ "L": [{ "N": "1" }, { "S": "x" }, { "L": [{ "BOOL": true }, { "BOOL": true }] }] }),
    );
    round(BTreeMap::from([(-1, 'a'), (7, 'b')]), json!({ "M": { "-1": { "S": "a" }, "7": { "S": "b" } } }));
    round(BTreeMap::from([(true, 1)]), json!({ "M": { "true": { "N": "1" } } }));
    round(vec![Some(1), None], json!({ "L": [{ "N": "1" }, { "NULL": true }] }));
    round(vec![1_u8, 2], json!({ "L": [{ "N": "1" }, { "N": "2" }] }));
    round(Blob::from("ab"), json!({ "B": "YWI=" }));
    round(BTreeMap::from([(Number::new("1.0")?, ())]), json!({ "M": { "1.0": { "NULL": true } } }));
    let flat = Flat {
        id: 1,
        line: Line { sku: "s".into(), price: 0.3, note: Some("n".into()) },
        rest: [("more".to_owned(), json!({ "a": [1, null, "x", 2.5, true] }))].into(),
    };
    let expected = json!({ "M": {
        "id": { "N": "1" }, "sku": { "S": "s" }, "price": { "N": "0.3" }, "note": { "S": "n" },
        "more": { "M": { "a": { "L": [{ "N": "1" }, { "NULL": true }, { "S": "x" }, { "N": "2.5" }, { "BOOL": true }] } } },
    } });
    round(flat, expected);
    // Bytes are read where a list of them is wanted.
    assert_eq!(from_attribute_value::<Vec<u8>>(AttributeValue::from(b"ab"))?, b"ab");
    let error = from_attribute_value::<(u8, u8)>(AttributeValue::from([1, 2, 3])).unwrap_err();
    assert_eq!(text(error), "value: invalid length 3, expected 2 elements");
    Ok(())
}

#[test]
fn what_is_lent_is_borrowed_from() -> Result<()> {
    #[derive(Deserialize)]
    struct Lent<'a> {
        text: &'a str,
        #[serde(borrow)]
        cow: Cow<'a, str>,
        bytes: &'a [u8],
    }
    let item: Item = [
        ("text", AttributeValue::from("a")),
        ("cow", AttributeValue::from("b")),
        ("bytes", AttributeValue::from(b"c")),
    ]
    .into();
    let lent: Lent = from_item(&item)?;
    assert_eq!((lent.text, &*lent.cow, lent.bytes), ("a", "b", &b"c"[..]));
    assert!(matches!(lent.cow, Cow::Borrowed(_)));
    assert!(from_item::<Lent>(item.clone()).is_err());
    Ok(())
}

#[test]
fn decimals_of_other_crates_are_numbers() -> Result<()> {
    /// A decimal as other crates have them: by text.
    #[derive(Debug, PartialEq)]
    struct Decimal(String);
    impl Serialize for Decimal {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
            serializer.collect_str(&self.0)
        }
    }
    impl<'de> Deserialize<'de> for Decimal {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
            String::deserialize(deserializer).map(Decimal)
        }
    }
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Price {
        #[serde(with = "dynamodb::number")]
        amount: Decimal,
        #[serde(with = "dynamodb::number")]
        discount: Option<Decimal>,
        #[serde(with = "dynamodb::number")]
        tax: Option<Decimal>,
    }
    let price = Price { amount: Decimal("1.10".into()), discount: None, tax: Some(Decimal("0".into())) };
    round(price, json!({ "M": { "amount": { "N": "1.10" }, "discount": { "NULL": true }, "tax": { "N": "0" } } }));
    let bad = Price { amount: Decimal("ten".into()), discount: None, tax: None };
    assert_eq!(text(to_item(&bad).unwrap_err()), "item.amount: must be a number (N), and is `ten`");
    Ok(())
}

#[test]
fn depth_has_an_end() {
    #[derive(Serialize, Deserialize, Debug)]
    struct Deep(Vec<Deep>);
    let deep = |depth| (0..depth).fold(Deep(vec![]), |inner, _| Deep(vec![inner]));
    let written = to_attribute_value(&deep(50)).unwrap();
    assert!(from_attribute_value::<Deep>(written).is_ok());
    let error = to_attribute_value(&deep(1000)).unwrap_err();
    assert!(text(error).contains("more than 128 deep"));
    let value = (0..10_000).fold(AttributeValue::from(()), |inner, _| AttributeValue::L(vec![inner]));
    let error = from_attribute_value::<Value>(&value).unwrap_err();
    assert!(text(error).contains("more than 128 deep"));
    // Dropped level by level: values drop as deep as they are.
    let mut value = value;
    while let AttributeValue::L(mut inner) = value {
        value = inner.pop().unwrap();
    }
}

/// The values of streams are another type, which does the same.
#[cfg(feature = "dynamodbstreams")]
#[test]
fn records_of_streams_are_items_too() -> Result<()> {
    use botocore::dynamodbstreams;

    let record = json!({ "Records": [{ "dynamodb": { "NewImage": {
        "sku": { "S": "a" }, "price": { "N": "1.5" }, "note": { "NULL": true }
    } } }] });
    let session = Session::builder()
        .environment(Environment::empty())
        .region("eu-west-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret", None))
        .transport(Replay::new().answer(200, [], record.to_string()))
        .build();
    let records = dynamodbstreams::Client::new(&session)?.get_records("iterator").send()?.records;
    let image = &records[0].dynamodb.as_ref().unwrap().new_image;
    let line: Line = dynamodbstreams::from_item(image)?;
    assert_eq!(line, Line { sku: "a".into(), price: 1.5, note: None });
    assert_eq!(dynamodbstreams::to_item(&line)?["price"].as_n(), Some("1.5"));
    assert_eq!(f64::try_from(&image["price"])?, 1.5);
    Ok(())
}

/// Pseudo-random numbers: the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % sides
    }
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
struct Anything {
    text: String,
    number: f64,
    whole: i64,
    large: i128,
    exact: Option<Number>,
    yes: bool,
    inner: Option<Box<Anything>>,
    list: Vec<Anything>,
    map: BTreeMap<String, Anything>,
    #[serde(with = "dynamodb::string_set", default, skip_serializing_if = "BTreeSet::is_empty")]
    set: BTreeSet<String>,
    #[serde(with = "dynamodb::bytes")]
    raw: Vec<u8>,
}

fn anything(dice: &mut Dice, depth: u32) -> Anything {
    let text = |dice: &mut Dice| {
        (0..dice.roll(5)).filter_map(|_| char::from_u32(dice.roll(0x11_0000) as u32)).collect::<String>()
    };
    let mut made = Anything {
        text: text(dice),
        number: f64::from_bits(dice.0 & !(0x7ff << 52) | (0x3ff - 400 + dice.roll(800)) << 52),
        whole: dice.0 as i64 >> dice.roll(64),
        large: i128::from(dice.0 as i64) * 1_000_000_000_000_000_000,
        exact: Number::new(format!("{}.{:020}e{}", dice.0 >> 40, dice.roll(1 << 30), dice.roll(100))).ok(),
        yes: dice.roll(2) == 1,
        raw: (0..dice.roll(20)).map(|_| dice.roll(256) as u8).collect(),
        set: (0..dice.roll(3)).map(|_| text(dice)).collect(),
        ..Anything::default()
    };
    if depth > 0 {
        made.inner = (dice.roll(2) == 1).then(|| Box::new(anything(dice, depth - 1)));
        made.list = (0..dice.roll(3)).map(|_| anything(dice, depth - 1)).collect();
        made.map = (0..dice.roll(3)).map(|_| (text(dice), anything(dice, depth - 1))).collect();
    }
    made
}

#[test]
fn random_values_come_back() -> Result<()> {
    let mut dice = Dice(7);
    for _ in 0..2000 {
        let value = anything(&mut dice, 3);
        let item = to_item(&value)?;
        assert_eq!(from_item::<Anything>(&item)?, value);
        assert_eq!(from_item::<Anything>(item)?, value);
    }
    Ok(())
}

/// What the service says about an item is an error of ours at most.
#[test]
fn random_items_are_never_a_panic() {
    fn value(dice: &mut Dice, depth: u32) -> AttributeValue {
        match dice.roll(if depth == 0 { 8 } else { 10 }) {
            0 => AttributeValue::S("Circle".into()),
            1 => AttributeValue::N(["1", "-1", "x", "", "1e999999999", "1.5"][dice.roll(6) as usize].into()),
            2 => AttributeValue::B(Blob::from("x")),
            3 => AttributeValue::Ss(vec!["a".into()]),
            4 => AttributeValue::Ns(vec!["1".into(), "z".into()]),
            5 => AttributeValue::Null(false),
            6 => AttributeValue::Bool(true),
            7 => AttributeValue::Unknown("Q".into()),
            8 => AttributeValue::L((0..dice.roll(3)).map(|_| value(dice, depth - 1)).collect()),
            _ => AttributeValue::M(
                (0..dice.roll(4))
                    .map(|_| {
                        let name = ["kind", "radius", "t", "c", "a", "b", "Tuple", "price"][dice.roll(8) as usize];
                        (name, value(dice, depth - 1))
                    })
                    .collect(),
            ),
        }
    }
    let mut dice = Dice(11);
    for _ in 0..20_000 {
        let value = value(&mut dice, 3);
        let _ = from_attribute_value::<External>(&value);
        let _ = from_attribute_value::<Internal>(&value);
        let _ = from_attribute_value::<Adjacent>(&value);
        let _ = from_attribute_value::<Untagged>(&value);
        let _ = from_attribute_value::<Anything>(&value);
        let _ = from_attribute_value::<BTreeMap<Number, Vec<u8>>>(&value);
        let _ = from_attribute_value::<Value>(value);
    }
}
