// types.rs
use crate::{Result, shape};
use crate::shape::{Fill, Members, MembersMut, See, Value};
use std::fmt;
/// `Thing`
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
        Members::view(
            (&self.instance_id, &self.group_set, &self.plain),
            "Thing\n\
            instanceId name=InstanceId query=InstanceId\n\
            groupSet name=GroupSet query=SecurityGroup\n\
            Plain\n",
            see,
        );
    }
    #[inline]
    fn fill(&mut self, fill: Fill<'_>) -> Result<()> {
        MembersMut::fill(
            (&mut self.instance_id, &mut self.group_set, &mut self.plain),
            "Thing\n\
            instanceId name=InstanceId query=InstanceId\n\
            groupSet name=GroupSet query=SecurityGroup\n\
            Plain\n",
            fill,
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
impl Clone for Thing {
    #[inline]
    fn clone(&self) -> Self {
        shape::copied(self)
    }
}
impl fmt::Debug for Thing {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shape::debug(self, f)
    }
}
