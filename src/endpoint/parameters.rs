//! The parameters of a call: from its input, its operation, the client's settings. Source: botocore's
//! `EndpointRulesetResolver._get_provider_params`.

use std::borrow::Cow;

use memchr::memmem;

use super::rules::RuleSet;
use super::{Param, Params, expression};
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::shape::{Document, Value, View};
use crate::user_agent::{self, Feature};

/// What settings give rules by fixed names (`AWS::Region` …). The default is that of a client without settings.
#[derive(Clone)]
pub(crate) struct BuiltIns<'a> {
    pub(crate) region: Option<Cow<'a, str>>,
    /// Not together with `endpoint`.
    pub(crate) use_fips: bool,
    /// Not together with `endpoint`.
    pub(crate) use_dual_stack: bool,
    /// The endpoint that the user chose (`SDK::Endpoint`).
    pub(crate) endpoint: Option<Cow<'a, str>>,
    /// Asks the credentials for their account; called only for services whose rules want it.
    pub(crate) account_id: Option<&'a dyn Fn() -> Result<Option<String>>>,
    /// `preferred`, `disabled` or `required`
    pub(crate) account_id_endpoint_mode: Option<Cow<'a, str>>,
    pub(crate) sts_use_global_endpoint: bool,
    pub(crate) s3_use_global_endpoint: bool,
    pub(crate) s3_accelerate: bool,
    pub(crate) s3_force_path_style: bool,
    /// On unless a setting turns it off.
    pub(crate) s3_use_arn_region: bool,
    /// Off unless a setting turns it on.
    pub(crate) s3_control_use_arn_region: bool,
    pub(crate) s3_disable_multi_region_access_points: bool,
    pub(crate) s3_disable_express_session_auth: Option<bool>,
    /// The model's client context parameters that the user has set, by parameter name.
    pub(crate) client_context: &'a [(&'a str, Param<'a>)],
}

impl Default for BuiltIns<'_> {
    fn default() -> Self {
        BuiltIns {
            region: None,
            use_fips: false,
            use_dual_stack: false,
            endpoint: None,
            account_id: None,
            account_id_endpoint_mode: None,
            sts_use_global_endpoint: false,
            s3_use_global_endpoint: false,
            s3_accelerate: false,
            s3_force_path_style: false,
            s3_use_arn_region: true,
            s3_control_use_arn_region: false,
            s3_disable_multi_region_access_points: false,
            s3_disable_express_session_auth: None,
            client_context: &[],
        }
    }
}

impl BuiltIns<'_> {
    pub(crate) fn get(&self, name: &str) -> Result<Option<Param<'_>>> {
        Ok(match name {
            "AWS::Region" => borrowed(&self.region),
            "AWS::UseFIPS" => Some(Param::Bool(self.use_fips)),
            "AWS::UseDualStack" => Some(Param::Bool(self.use_dual_stack)),
            "SDK::Endpoint" => borrowed(&self.endpoint),
            "AWS::Auth::AccountId" => self.account()?,
            "AWS::Auth::AccountIdEndpointMode" => borrowed(&self.account_id_endpoint_mode),
            "AWS::STS::UseGlobalEndpoint" => Some(Param::Bool(self.sts_use_global_endpoint)),
            "AWS::S3::UseGlobalEndpoint" => Some(Param::Bool(self.s3_use_global_endpoint)),
            "AWS::S3::Accelerate" => Some(Param::Bool(self.s3_accelerate)),
            "AWS::S3::ForcePathStyle" => Some(Param::Bool(self.s3_force_path_style)),
            "AWS::S3::UseArnRegion" => Some(Param::Bool(self.s3_use_arn_region)),
            "AWS::S3Control::UseArnRegion" => Some(Param::Bool(self.s3_control_use_arn_region)),
            "AWS::S3::DisableMultiRegionAccessPoints" => Some(Param::Bool(self.s3_disable_multi_region_access_points)),
            "AWS::S3::DisableS3ExpressSessionAuth" => self.s3_disable_express_session_auth.map(Param::Bool),
            _ => {
                let message = format!("The endpoint rules ask for `{name}`, which no setting gives.");
                return Err(Error::new(ErrorKind::Endpoint, message));
            }
        })
    }

    /// Sets the value of that name; null makes a text not set.
    ///
    /// # Errors
    /// [`ErrorKind::Endpoint`] for a name that is not known, and a value of another type.
    pub(crate) fn set(&mut self, name: &str, value: Document) -> Result<()> {
        let text = match name {
            "AWS::Region" => Some(&mut self.region),
            "SDK::Endpoint" => Some(&mut self.endpoint),
            "AWS::Auth::AccountIdEndpointMode" => Some(&mut self.account_id_endpoint_mode),
            _ => None,
        };
        let flag = match name {
            "AWS::UseFIPS" => Some(&mut self.use_fips),
            "AWS::UseDualStack" => Some(&mut self.use_dual_stack),
            "AWS::STS::UseGlobalEndpoint" => Some(&mut self.sts_use_global_endpoint),
            "AWS::S3::UseGlobalEndpoint" => Some(&mut self.s3_use_global_endpoint),
            "AWS::S3::Accelerate" => Some(&mut self.s3_accelerate),
            "AWS::S3::ForcePathStyle" => Some(&mut self.s3_force_path_style),
            "AWS::S3::UseArnRegion" => Some(&mut self.s3_use_arn_region),
            "AWS::S3Control::UseArnRegion" => Some(&mut self.s3_control_use_arn_region),
            "AWS::S3::DisableMultiRegionAccessPoints" => Some(&mut self.s3_disable_multi_region_access_points),
            "AWS::S3::DisableS3ExpressSessionAuth" => Some(self.s3_disable_express_session_auth.get_or_insert(false)),
            _ => None,
        };
        match (text, flag, value) {
            (Some(place), _, Document::String(text)) => *place = Some(text.into()),
            (Some(place), _, Document::Null) => *place = None,
            (_, Some(place), Document::Bool(value)) => *place = value,
            (None, None, _) => {
                let message = format!("There is no setting `{name}` of endpoint rules that can be set");
                return Err(Error::new(ErrorKind::Endpoint, message));
            }
            (text, ..) => {
                let wanted = if text.is_some() { "text" } else { "a boolean" };
                let message = format!("The setting `{name}` of endpoint rules must be {wanted}");
                return Err(Error::new(ErrorKind::Endpoint, message));
            }
        }
        Ok(())
    }

    /// The account, unless the mode says that no rule is to use it.
    fn account(&self) -> Result<Option<Param<'_>>> {
        match self.account_id {
            Some(account) if self.account_id_endpoint_mode.as_deref() != Some("disabled") => {
                Ok(account()?.map(|account| Param::Str(account.into())))
            }
            _ => Ok(None),
        }
    }
}

fn borrowed<'a>(text: &'a Option<Cow<'_, str>>) -> Option<Param<'a>> {
    text.as_deref().map(|text| Param::Str(Cow::Borrowed(text)))
}

/// The parameters' values. Of several sources the first that has one gives it: the operation's fixed values, members of
/// the input, expressions over the input, the client's parameters, built-ins.
///
/// # Errors
/// [`ErrorKind::Endpoint`] for a built-in or expression of an unknown form; those of asking for the account.
pub(crate) fn parameters<'a>(
    rules: &RuleSet,
    operation: &Operation,
    input: &dyn Value,
    built_ins: &'a BuiltIns<'_>,
) -> Result<Params<'a>> {
    let mut params = Params(vec![None; rules.parameters().len()]);
    for (name, json) in named(operation.traits, "static=") {
        params.offer(rules, name, || fixed(json))?;
    }
    from_members(rules, input, &mut params)?;
    for (name, path) in named(operation.traits, "operation-context=") {
        params.offer(rules, name, || expression::search(input, path))?;
    }
    for (name, value) in built_ins.client_context {
        params.offer(rules, name, || Ok(Some(value.clone())))?;
    }
    for (parameter, value) in rules.parameters().iter().zip(&mut params.0) {
        if let (Some(built_in), None) = (parameter.built_in, &value) {
            *value = built_ins.get(built_in)?;
        }
        match parameter.built_in {
            Some("AWS::Auth::AccountId") if value.is_some() => user_agent::register(Feature::ResolvedAccountId),
            Some("AWS::Auth::AccountIdEndpointMode") => {
                if let Some(Param::Str(mode)) = value {
                    user_agent::register_account_id_mode(mode);
                }
            }
            _ => {}
        }
    }
    Ok(params)
}

impl<'a> Params<'a> {
    /// The same without what no rule reads, such as S3's keys.
    pub(crate) fn read_by(mut self, rules: &RuleSet) -> Self {
        for (parameter, value) in rules.parameters().iter().zip(&mut self.0) {
            if !parameter.read {
                *value = None;
            }
        }
        self
    }

    /// Sets a parameter that rules have and that has no value yet.
    fn offer(&mut self, rules: &RuleSet, name: &str, value: impl FnOnce() -> Result<Option<Param<'a>>>) -> Result<()> {
        if let Some(index) = rules.parameters().iter().position(|parameter| parameter.name == name)
            && self.0[index].is_none()
        {
            self.0[index] = value()?;
        }
        Ok(())
    }
}

/// The words `PREFIX` `NAME:VALUE` of an operation. Most have none, which one search tells.
fn named<'a>(traits: &'a str, prefix: &'static str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let traits = if traits.contains(prefix) { traits } else { "" };
    traits.split(' ').filter_map(move |word| word.strip_prefix(prefix)?.split_once(':'))
}

/// A value that the model fixes for an operation.
fn fixed(json: &str) -> Result<Option<Param<'static>>> {
    let value = serde_json::from_str(json).map_err(|cause| {
        Error::new(ErrorKind::Endpoint, "A static endpoint parameter of the operation is not JSON").with_source(cause)
    })?;
    Ok(match value {
        Document::Bool(value) => Some(Param::Bool(value)),
        Document::String(value) => Some(Param::Str(value.into())),
        Document::Array(items) => {
            Some(Param::List(items.into_iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()))
        }
        _ => None,
    })
}

/// The values of members with the word `context=`.
fn from_members(rules: &RuleSet, input: &dyn Value, params: &mut Params<'_>) -> Result<()> {
    let mut result = Ok(());
    input.view(&mut |view| {
        let View::Structure(schema, values) = view else { return };
        // Searching the whole text is several times quicker than taking each line apart.
        let (text, word) = (schema.as_bytes(), " context=");
        let (mut line, mut index) = (0, 0);
        for at in memmem::find_iter(text, word) {
            index += memchr::memchr_iter(b'\n', &text[line..at]).count();
            line = at;
            let name = schema[at + word.len()..].split([' ', '\n']).next().unwrap_or_default();
            // The first line is the shape's own.
            if let Some(value) = index.checked_sub(1).and_then(|index| values.get(index)) {
                let offered = params.offer(rules, name, || Ok(taken(*value)));
                result = std::mem::replace(&mut result, Ok(())).and(offered);
            }
        }
    });
    result
}

fn taken(value: &dyn Value) -> Option<Param<'static>> {
    let mut taken = None;
    value.view(&mut |view| {
        taken = match view {
            View::Bool(value) => Some(Param::Bool(value)),
            View::Str(value) => Some(Param::Str(value.to_owned().into())),
            View::List(items) => {
                let texts = items.iter().filter_map(expression::text);
                Some(Param::List(texts.collect()))
            }
            _ => None,
        };
    });
    taken
}
