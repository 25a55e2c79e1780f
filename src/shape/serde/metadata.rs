use std::fmt;

use serde_core::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, Serializer};

use crate::attempts::Course;
use crate::http::{Headers, ResponseMetadata};
use crate::shape::Map;

/// In botocore's form: `HTTPStatusCode`, `HTTPHeaders` with names in lower case, `RetryAttempts`, `RequestId`, `HostId`, and
/// where it is so `MaxAttemptsReached` and `RetryQuotaReached`.
impl Serialize for ResponseMetadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let headers: Map<String, &str> =
            self.headers().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        let ids = [("RequestId", self.request_id()), ("HostId", self.host_id())];
        let ids = ids.into_iter().filter_map(|(name, id)| Some((name, id?)));
        let mut map = serializer.serialize_map(Some(3 + ids.clone().count() + self.flags().count()))?;
        map.serialize_entry("HTTPStatusCode", &self.status())?;
        map.serialize_entry("HTTPHeaders", &headers)?;
        map.serialize_entry("RetryAttempts", &self.attempts().saturating_sub(1))?;
        for (name, id) in ids {
            map.serialize_entry(name, id)?;
        }
        for name in self.flags() {
            map.serialize_entry(name, &true)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for ResponseMetadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Metadata)
    }
}

struct Metadata;

impl<'de> Visitor<'de> for Metadata {
    type Value = ResponseMetadata;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the members of ResponseMetadata")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ResponseMetadata, A::Error> {
        let (mut status, mut headers, mut retries) = (0, Headers::default(), 0_u32);
        let (mut request_id, mut host_id) = (None, None);
        let mut course = Course::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "HTTPStatusCode" => status = named(&name, map.next_value())?,
                "HTTPHeaders" => {
                    let read: Map<String, String> = named(&name, map.next_value())?;
                    read.into_iter().for_each(|(name, value)| headers.append(name, value));
                }
                "RetryAttempts" => retries = named(&name, map.next_value())?,
                "RequestId" => request_id = Some(named(&name, map.next_value())?),
                "HostId" => host_id = Some(named(&name, map.next_value())?),
                "MaxAttemptsReached" => course.attempts_spent = named(&name, map.next_value())?,
                "RetryQuotaReached" => course.quota_spent = named(&name, map.next_value())?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let attempts = retries.saturating_add(1);
        Ok(ResponseMetadata::new(status, headers, request_id, host_id, attempts).with_course(course))
    }
}

fn named<T, E: Error>(name: &str, read: Result<T, E>) -> Result<T, E> {
    read.map_err(|error| E::custom(format_args!("{name}: {error}")))
}
