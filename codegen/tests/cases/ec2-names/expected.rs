// types.rs
use crate::{Result, shape};
use crate::shape::{Fill, See, Slot, Value, View};
use std::fmt;
/// `Thing`
#[derive(Clone)]
pub struct Thing {
    /// `InstanceId`
    pub instance_id: Option<String>,
    /// `GroupSet`
    pub group_set: Option<Vec<String>>,
    /// `Plain`
    pub plain: Option<String>,
}
impl Value for Thing {
    #[inline]
    fn view(&self, see: See<'_>) {
        see(
            View::Structure(
                "Thing\n\
            instanceId name=InstanceId query=InstanceId\n\
            groupSet name=GroupSet query=SecurityGroup\n\
            Plain\n",
                &[&self.instance_id, &self.group_set, &self.plain],
            ),
        );
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        fill(
            Slot::Structure(
                "Thing\n\
            instanceId name=InstanceId query=InstanceId\n\
            groupSet name=GroupSet query=SecurityGroup\n\
            Plain\n",
                &mut [&mut self.instance_id, &mut self.group_set, &mut self.plain],
            ),
        )
    }
}
impl Default for Thing {
    #[inline]
    fn default() -> Self {
        Self {
            instance_id: None,
            group_set: None,
            plain: None,
        }
    }
}
impl fmt::Debug for Thing {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
