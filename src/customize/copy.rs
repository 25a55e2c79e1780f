//! Copies from another region: the request carries a presigned URL by which the copy is asked for there.
//! Source: botocore `handlers.inject_presigned_url_ec2` and `inject_presigned_url_rds`.

use super::form;
use crate::http::Request;

const SOURCE: &str = "SourceRegion";
const DESTINATION: &str = "DestinationRegion";

/// How a service spells such a copy.
#[derive(Clone, Copy)]
pub(crate) enum Copy {
    Ec2,
    /// Of RDS, Neptune and DocumentDB, whose requests do not name the source's region but in the URL.
    Rds,
}

impl Copy {
    fn url(self) -> &'static str {
        match self {
            Copy::Ec2 => "PresignedUrl",
            Copy::Rds => "PreSignedUrl",
        }
    }

    /// The region to copy from, and the request to presign there; nothing when nothing is copied from elsewhere, or the
    /// caller has such a URL.
    pub(crate) fn begin(self, request: &mut Request, destination: &str) -> Option<(String, Request)> {
        let source = form::get(request, SOURCE).filter(|source| !source.is_empty());
        // The URL is of the request without it, as the one that is sent.
        if matches!(self, Copy::Rds) {
            form::remove(request, SOURCE);
        }
        let source = source?;
        if form::get(request, self.url()).is_some() {
            return None;
        }
        let mut there = Request {
            method: "GET",
            origin: request.origin.replace(destination, &source),
            path: request.path.clone(),
            body: request.body.with_bytes(|bytes| bytes.map(<[u8]>::to_vec))?.into(),
            ..Request::default()
        };
        there.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        form::set(&mut there, DESTINATION, destination);
        Some((source, there))
    }

    /// Puts the presigned URL into the request.
    pub(crate) fn finish(self, request: &mut Request, destination: &str, url: &str) {
        form::set(request, self.url(), url);
        // EC2 wants both regions in the request too.
        if matches!(self, Copy::Ec2) {
            form::set(request, DESTINATION, destination);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &'static str) -> Request {
        let origin = "https://rds.eu-west-1.amazonaws.com".to_owned();
        Request { method: "POST", origin, path: "/".to_owned(), body: body.into(), ..Request::default() }
    }

    #[test]
    fn the_copy_is_asked_for_in_the_source_s_region() {
        let mut here = request("Action=Copy&SourceRegion=us-east-1");
        let (source, there) = Copy::Rds.begin(&mut here, "eu-west-1").unwrap();
        assert_eq!((source.as_str(), there.origin.as_str()), ("us-east-1", "https://rds.us-east-1.amazonaws.com"));
        assert_eq!(there.body.read_to_string().unwrap(), "Action=Copy&DestinationRegion=eu-west-1");
        Copy::Rds.finish(&mut here, "eu-west-1", "https://x/?a=b");
        assert_eq!(here.body.read_to_string().unwrap(), "Action=Copy&PreSignedUrl=https%3A%2F%2Fx%2F%3Fa%3Db");

        let mut here = request("Action=Copy&SourceRegion=us-east-1");
        let (_, there) = Copy::Ec2.begin(&mut here, "eu-west-1").unwrap();
        let asked = "Action=Copy&SourceRegion=us-east-1&DestinationRegion=eu-west-1";
        assert_eq!(there.body.read_to_string().unwrap(), asked);
        Copy::Ec2.finish(&mut here, "eu-west-1", "u");
        let sent = "Action=Copy&SourceRegion=us-east-1&PresignedUrl=u&DestinationRegion=eu-west-1";
        assert_eq!(here.body.read_to_string().unwrap(), sent);
    }

    #[test]
    fn what_is_given_or_local_stays() {
        let mut local = request("Action=Copy");
        assert!(Copy::Rds.begin(&mut local, "eu-west-1").is_none());
        let mut given = request("Action=Copy&SourceRegion=us-east-1&PreSignedUrl=u");
        assert!(Copy::Rds.begin(&mut given, "eu-west-1").is_none());
        assert_eq!(given.body.read_to_string().unwrap(), "Action=Copy&PreSignedUrl=u");
    }
}
