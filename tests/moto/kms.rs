use botocore::kms::error::NotFoundException;
use botocore::{Blob, Result, kms};

use crate::support::session;

#[test]
fn keys_encrypt_and_decrypt() -> Result<()> {
    let client = kms::Client::new(&session())?;
    let key = client.create_key().description("story").send()?.key_metadata.expect("the new key").key_id;
    let secret = client.encrypt(&*key, Blob::from(&[0u8, 159, 146, 150])).send()?;
    let cipher = secret.ciphertext_blob.expect("the cipher text");
    let plain = client.decrypt().ciphertext_blob(cipher).send()?;
    assert_eq!(plain.plaintext.as_deref(), Some(&[0u8, 159, 146, 150][..]));
    assert!(client.list_keys().send()?.keys.iter().any(|other| other.key_id.as_deref() == Some(&*key)));
    client.schedule_key_deletion(&*key).pending_window_in_days(7).send()?;
    let error = client.encrypt("00000000-0000-0000-0000-000000000000", "text").send().unwrap_err();
    assert!(error.is::<NotFoundException>(), "{error}");
    Ok(())
}
