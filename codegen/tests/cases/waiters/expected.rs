// waiter.rs
use crate::wait::Waiter;
use super::operation;
use super::client::Client;
impl<'a> operation::ListThings<'a> {
    /// Waits for `ThingReady`: asks every 5 s, 20 times at most.
    #[inline]
    pub fn wait_until_thing_ready(self) -> Waiter<'a, operation::ListThingsInput> {
        Waiter::of_call(
            "ThingReady",
            "delay 5\n\
            attempts 20\n\
            success pathAll \"ready\" Things.Items[].State\n\
            failure error \"Gone \\\"for ever\\\"\"\n\
            retry status 404\n",
            self.core,
            self.input,
        )
    }
}
impl<'a> operation::GetUsage<'a> {
    /// Waits for `UsageKnown`: asks every 1 s, 3 times at most.
    #[inline]
    pub fn wait_until_usage_known(self) -> Waiter<'a, operation::GetUsageInput> {
        Waiter::of_call(
            "UsageKnown",
            "delay 1\n\
            attempts 3\n\
            success path true length(Days) > `0`\n",
            self.core,
            self.input,
        )
    }
}
impl Client {
    /// Waits for `ThingReady`: asks every 5 s, 20 times at most.
    ///
    /// With members that are not required, which choose among all there are: `client.list_things(…)`, their setters, then `wait_until_thing_ready()`.
    pub fn wait_until_thing_ready(
        &self,
        owner: impl Into<String>,
    ) -> Waiter<'_, operation::ListThingsInput> {
        self.list_things(owner).wait_until_thing_ready()
    }
    /// Waits for `UsageKnown`: asks every 1 s, 3 times at most.
    ///
    /// With members that are not required, which choose among all there are: `client.get_usage(…)`, their setters, then `wait_until_usage_known()`.
    pub fn wait_until_usage_known(
        &self,
        owner: impl Into<String>,
    ) -> Waiter<'_, operation::GetUsageInput> {
        self.get_usage(owner).wait_until_usage_known()
    }
}
