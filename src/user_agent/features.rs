//! What calls make use of, as AWS counts it: a set of features, one a bit. Source: botocore's
//! `_USERAGENT_FEATURE_MAPPINGS`, and its `context.py` for how long a feature is remembered.

use std::cell::Cell;
use std::marker::PhantomData;

/// Gives each feature its bit and its code.
macro_rules! features {
    ($($name:ident = $code:literal),+ $(,)?) => {
        /// Something that a client or a call makes use of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Feature {
            $($name),+
        }

        /// The codes, in the order of the bits; those of credentials follow.
        const CODES: &[&str] = &[$($code),+];
    };
}

features! {
    Waiter = "B",
    Paginator = "C",
    RetryModeLegacy = "D",
    RetryModeStandard = "E",
    RetryModeAdaptive = "F",
    GzipRequestCompression = "L",
    ProtocolRpcV2Cbor = "M",
    EndpointOverride = "N",
    AccountIdModePreferred = "P",
    AccountIdModeDisabled = "Q",
    AccountIdModeRequired = "R",
    Sigv4aSigning = "S",
    ResolvedAccountId = "T",
    ChecksumCrc32 = "U",
    ChecksumCrc32c = "V",
    ChecksumCrc64 = "W",
    ChecksumSha1 = "X",
    ChecksumSha256 = "Y",
    RequestChecksumsWhenSupported = "Z",
    RequestChecksumsWhenRequired = "a",
    ResponseChecksumsWhenSupported = "b",
    ResponseChecksumsWhenRequired = "c",
    CredentialsCode = "e",
    BearerTokenOfEnvironment = "3",
    ChecksumMd5 = "AE",
    ChecksumSha512 = "AF",
    ChecksumXxhash3 = "AG",
    ChecksumXxhash64 = "AH",
    ChecksumXxhash128 = "AI",
    S3RegionRedirect = "Ah",
}

/// Where credentials came from: their providers name these codes themselves.
const OF_CREDENTIALS: &[&str] =
    &["g", "h", "i", "k", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "z", "0", "AC", "AD"];

fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().chain(OF_CREDENTIALS).copied()
}

/// A set of features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Features(u64);

impl Features {
    pub(crate) fn with(self, feature: Feature) -> Self {
        Features(self.0 | 1 << feature as u64)
    }

    pub(crate) fn and(self, others: Features) -> Self {
        Features(self.0 | others.0)
    }

    /// The features of these codes; codes that are not known are left out.
    pub(crate) fn of_codes(codes: &[&str]) -> Self {
        let bits = codes.iter().filter_map(|code| self::codes().position(|other| other == *code));
        Features(bits.fold(0, |bits, bit| bits | 1 << bit))
    }

    /// The codes, separated by commas; as many as a header's component may hold, 1,024 bytes.
    pub(super) fn text(self) -> String {
        let mut text = String::new();
        for (_, code) in codes().enumerate().filter(|(bit, _)| self.0 >> bit & 1 == 1) {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(code);
        }
        text
    }
}

thread_local! {
    static CURRENT: Cell<Features> = const { Cell::new(Features(0)) };
}

/// What the call that this thread is in has made use of so far.
pub(crate) fn current() -> Features {
    CURRENT.get()
}

/// Notes that the call that this thread is in makes use of something.
pub(crate) fn register(feature: Feature) {
    CURRENT.set(CURRENT.get().with(feature));
}

/// The same of several.
pub(super) fn register_all(features: Features) {
    CURRENT.set(CURRENT.get().and(features));
}

/// Notes a feature for as long as the call takes.
pub(crate) fn noting<T>(feature: Feature, call: impl FnOnce() -> T) -> T {
    let _scope = scope();
    register(feature);
    call()
}

/// The time of a call. What is noted in it is forgotten when it ends; what was noted before holds for it too.
pub(crate) struct Scope {
    before: Features,
    /// A thread's own.
    unsent: PhantomData<*const ()>,
}

/// Begins the time of a call.
pub(crate) fn scope() -> Scope {
    Scope { before: CURRENT.get(), unsent: PhantomData }
}

/// The same, of what a call makes use of that another thread is in.
pub(crate) fn scope_with(features: Features) -> Scope {
    let scope = scope();
    register_all(features);
    scope
}

impl Drop for Scope {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_a_bit_and_a_code_of_its_own() {
        let mut all: Vec<_> = codes().collect();
        let count = all.len();
        assert!(count <= 64);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert_eq!(CODES[Feature::S3RegionRedirect as usize], "Ah");
        assert_eq!(Features::of_codes(&["C", "none", "g"]).text(), "C,g");
    }

    #[test]
    fn the_longest_list_fits_the_component() {
        assert!(Features(u64::MAX).text().len() < 1024);
    }

    #[test]
    fn calls_forget_when_they_end_and_threads_share_nothing() {
        let outer = scope();
        register(Feature::Waiter);
        {
            let inner = scope();
            register(Feature::GzipRequestCompression);
            assert_eq!(current().text(), "B,L");
            assert_eq!(std::thread::spawn(current).join().unwrap(), Features::default());
            drop(inner);
        }
        assert_eq!(current().text(), "B");
        drop(outer);
        assert_eq!(current(), Features::default());
    }
}
