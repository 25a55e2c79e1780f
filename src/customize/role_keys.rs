use crate::sts::types::Credentials as Keys;
use crate::{Credentials, Timestamp};

/// What STS gives for a role, as the credentials of other clients. Source: nothing like it in botocore.
///
/// ```no_run
/// # #[cfg(feature = "sts")] {
/// use botocore::{Credentials, Session, sts};
///
/// let session = Session::new();
/// let sts = sts::Client::new(&session)?;
/// let role = sts.assume_role("arn:aws:iam::123456789012:role/reader", "nightly").send()?;
/// if let Some(keys) = role.credentials {
///     let reader = session.create_client::<sts::Client>().credentials(keys.into()).build()?;
///     println!("{:?}", reader.get_caller_identity().send()?.arn);
/// }
/// # }
/// # Ok::<(), botocore::Error>(())
/// ```
///
/// They end, and such a client is not told new ones: a [`ProvideCredentials`](crate::ProvideCredentials) that calls STS is
/// asked again in time.
impl From<Keys> for Credentials {
    fn from(keys: Keys) -> Self {
        let credentials = Credentials::new(keys.access_key_id, keys.secret_access_key, Some(keys.session_token));
        // An answer without it has the zero, which would be an end long ago.
        match keys.expiration == Timestamp::default() {
            true => credentials,
            false => credentials.with_expiration(keys.expiration),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_role_are_credentials() {
        let mut keys = Keys {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "secret".into(),
            session_token: "token".into(),
            expiration: Timestamp::new(1_440_938_160, 0),
        };
        let credentials = Credentials::from(keys.clone());
        assert_eq!(
            (credentials.access_key_id(), credentials.secret_access_key(), credentials.session_token()),
            ("AKIDEXAMPLE", "secret", Some("token"))
        );
        assert_eq!(credentials.expiration(), Some(Timestamp::new(1_440_938_160, 0)));
        keys.expiration = Timestamp::default();
        assert_eq!(Credentials::from(keys).expiration(), None);
    }
}
