use std::fmt;

use super::Headers;
use crate::attempts::{Course, FailedAttempt};

/// What an answer says beside its members. Source: botocore's `ResponseMetadata`.
#[derive(Clone, Default)]
pub struct ResponseMetadata(Option<Box<Answer>>);

#[derive(Clone, Default)]
struct Answer {
    status: u16,
    headers: Headers,
    request_id: Option<String>,
    host_id: Option<String>,
    attempts: u32,
    course: Course,
}

impl ResponseMetadata {
    pub(crate) fn new(
        status: u16,
        headers: Headers,
        request_id: Option<String>,
        host_id: Option<String>,
        attempts: u32,
    ) -> Self {
        let course = Course::default();
        ResponseMetadata(Some(Box::new(Answer { status, headers, request_id, host_id, attempts, course })))
    }

    /// Adds what came before the answer.
    pub(crate) fn with_course(mut self, course: Course) -> Self {
        if let Some(answer) = &mut self.0 {
            answer.course = course;
        }
        self
    }

    /// Whether there was an answer that it speaks of.
    #[cfg(feature = "serde")]
    pub(crate) fn is_of_answer(&self) -> bool {
        self.0.is_some()
    }

    /// The HTTP status code; 0 where there was no answer.
    pub fn status(&self) -> u16 {
        self.0.as_ref().map_or(0, |answer| answer.status)
    }

    /// The headers' names and values, in order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|answer| answer.headers.iter())
    }

    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.as_ref()?.headers.get(name)
    }

    /// The id that AWS support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.as_ref()?.request_id.as_deref()
    }

    /// S3's second id (`x-amz-id-2`).
    pub fn host_id(&self) -> Option<&str> {
        self.0.as_ref()?.host_id.as_deref()
    }

    /// How often the request was sent: 1 when nothing was retried.
    pub fn attempts(&self) -> u32 {
        self.0.as_ref().map_or(0, |answer| answer.attempts)
    }

    /// The attempts before the one that was answered so, in order, each with its cause. Empty when nothing was retried.
    pub fn failed_attempts(&self) -> &[FailedAttempt] {
        self.0.as_ref().map_or(&[], |answer| &answer.course.failed)
    }

    /// Whether this was the last attempt that the client's settings allow: an error would not have been retried. In the mode
    /// `legacy` only of errors that would otherwise have been. Source: `MaxAttemptsReached` of botocore's metadata.
    pub fn max_attempts_reached(&self) -> bool {
        self.0.as_ref().is_some_and(|answer| answer.course.attempts_spent)
    }

    /// Whether there was no other attempt because the client had used up its quota for retries. Source: `RetryQuotaReached` of
    /// botocore's metadata.
    pub fn retry_quota_reached(&self) -> bool {
        self.0.as_ref().is_some_and(|answer| answer.course.quota_spent)
    }

    /// What botocore adds to its metadata, when it is so.
    pub(crate) fn flags(&self) -> impl Iterator<Item = &'static str> + Clone {
        let flags =
            [("MaxAttemptsReached", self.max_attempts_reached()), ("RetryQuotaReached", self.retry_quota_reached())];
        flags.into_iter().filter_map(|(name, on)| on.then_some(name))
    }
}

impl fmt::Debug for ResponseMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseMetadata")
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .field("host_id", &self.host_id())
            .field("attempts", &self.attempts())
            .finish()
    }
}
