//! The `User-Agent` header. Source: botocore's `useragent.py`.

use crate::Session;
use crate::configuration::Settings;

/// The header of a client's requests: what the user set in its place, or name, version, platform, settings, application.
pub(crate) fn of_client(session: &Session, settings: &Settings) -> String {
    if let Some(own) = &settings.user_agent {
        return own.clone();
    }
    let (name, version, extra) = session.user_agent_parts();
    let mut text = format!(
        "{name}/{version} ua/2.1 os/{} md/arch#{} lang/rust",
        sanitized(std::env::consts::OS),
        sanitized(std::env::consts::ARCH),
    );
    if let Some(environment) = session.environment().filled("AWS_EXECUTION_ENV") {
        text += &format!(" exec-env/{}", sanitized(&environment));
    }
    text += &format!(" cfg/retry-mode#{}", settings.retry_mode.as_str());
    if let Some(id) = &settings.user_agent_appid {
        text += &format!(" app/{}", sanitized(id));
    }
    for extra in [extra.as_str(), settings.user_agent_extra.as_deref().unwrap_or_default()] {
        if !extra.is_empty() {
            text.push(' ');
            text += extra;
        }
    }
    text
}

/// What may not stand in a token of the header becomes a hyphen.
fn sanitized(text: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~,".contains(letter);
    text.chars().map(|letter| if allowed(letter) { letter } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_holds_no_separator() {
        assert_eq!(sanitized("my app/1#2"), "my-app-1-2");
    }
}
