//! The values that rules work with.

use std::borrow::Cow;

use super::partitions::Partition;
use super::url;

/// A value of a rule. Cheap to clone: all but the results of `uriEncode`, `split` and templates is borrowed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Absent,
    Bool(bool),
    Int(i32),
    Str(Cow<'a, str>),
    List(Cow<'a, [String]>),
    Partition(&'a Partition),
    /// Text that [`parse_arn`](super::functions::parse_arn) has found good.
    Arn(Cow<'a, str>),
    /// Text that [`url::is_url`] has found good.
    Url(Cow<'a, str>),
}

/// A part of a value: `service`, `resourceId[1]`, `[0]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Attribute {
    name: Name,
    index: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Name {
    /// The value itself, of which an element is taken.
    Itself,
    Id,
    DnsSuffix,
    DualStackDnsSuffix,
    ImplicitGlobalRegion,
    SupportsFips,
    SupportsDualStack,
    /// A field between the colons of an ARN.
    ArnField(usize),
    ResourceId,
    Scheme,
    Authority,
    Path,
    NormalizedPath,
    IsIp,
}

impl Attribute {
    pub(super) fn parse(text: &str) -> Option<Attribute> {
        let (name, index) = match text.split_once('[') {
            Some((name, index)) => (name, Some(index.strip_suffix(']')?.parse().ok()?)),
            None => (text, None),
        };
        let name = match name {
            "" if index.is_some() => Name::Itself,
            "name" => Name::Id,
            "dnsSuffix" => Name::DnsSuffix,
            "dualStackDnsSuffix" => Name::DualStackDnsSuffix,
            "implicitGlobalRegion" => Name::ImplicitGlobalRegion,
            "supportsFIPS" => Name::SupportsFips,
            "supportsDualStack" => Name::SupportsDualStack,
            "partition" => Name::ArnField(1),
            "service" => Name::ArnField(2),
            "region" => Name::ArnField(3),
            "accountId" => Name::ArnField(4),
            "resourceId" => Name::ResourceId,
            "scheme" => Name::Scheme,
            "authority" => Name::Authority,
            "path" => Name::Path,
            "normalizedPath" => Name::NormalizedPath,
            "isIp" => Name::IsIp,
            _ => return None,
        };
        Some(Attribute { name, index })
    }
}

impl<'a> Value<'a> {
    /// The part of that name; absent when this kind of value has none.
    pub(super) fn attribute(&self, attribute: Attribute) -> Value<'a> {
        match (self, attribute.name, attribute.index) {
            (Value::List(items), Name::Itself, Some(index)) => match items {
                Cow::Borrowed(items) => items.get(index).map_or(Value::Absent, |item| borrowed(item)),
                Cow::Owned(items) => items.get(index).map_or(Value::Absent, |item| Value::Str(item.clone().into())),
            },
            (Value::Arn(arn), Name::ResourceId, index) => resource(arn, index),
            (Value::Arn(arn), Name::ArnField(field), None) => part(arn, |arn| arn.splitn(6, ':').nth(field)),
            (Value::Partition(partition), name, None) => from_partition(partition, name),
            (Value::Url(text), name, None) => from_url(text, name),
            _ => Value::Absent,
        }
    }
}

fn borrowed(text: &str) -> Value<'_> {
    Value::Str(Cow::Borrowed(text))
}

/// A slice of the text, borrowed for as long as the text is.
fn part<'a>(text: &Cow<'a, str>, take: impl for<'t> Fn(&'t str) -> Option<&'t str>) -> Value<'a> {
    match text {
        Cow::Borrowed(text) => take(text).map_or(Value::Absent, borrowed),
        Cow::Owned(text) => take(text).map_or(Value::Absent, |part| Value::Str(Cow::Owned(part.to_owned()))),
    }
}

fn resource<'a>(arn: &Cow<'a, str>, index: Option<usize>) -> Value<'a> {
    let separators = [':', '/'];
    match index {
        Some(index) => part(arn, |arn| arn.splitn(6, ':').nth(5)?.split(separators).nth(index)),
        None => {
            let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
            Value::List(resource.split(separators).map(str::to_owned).collect())
        }
    }
}

fn from_partition(partition: &Partition, name: Name) -> Value<'_> {
    match name {
        Name::Id => borrowed(&partition.name),
        Name::DnsSuffix => borrowed(&partition.dns_suffix),
        Name::DualStackDnsSuffix => borrowed(&partition.dual_stack_dns_suffix),
        Name::ImplicitGlobalRegion => borrowed(&partition.implicit_global_region),
        Name::SupportsFips => Value::Bool(partition.supports_fips),
        Name::SupportsDualStack => Value::Bool(partition.supports_dual_stack),
        _ => Value::Absent,
    }
}

fn from_url<'a>(text: &Cow<'a, str>, name: Name) -> Value<'a> {
    match name {
        Name::Scheme => Value::Str(url::scheme(text).into()),
        Name::Authority => part(text, |text| Some(url::authority(text))),
        Name::Path => part(text, |text| Some(url::path(text))),
        Name::NormalizedPath => Value::Str(url::normalized_path(text).into()),
        Name::IsIp => Value::Bool(url::is_ip(text)),
        _ => Value::Absent,
    }
}
