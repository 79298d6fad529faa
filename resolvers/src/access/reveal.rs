//! 查看未脱敏信息 Shows one personal value in clear, with a purpose.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use schema::Answer;
use services::access::reveal;
use services::command::power::RevealFields;

use super::users::key;
use super::{caller, desk, payload, permit};
use crate::enterprise::object::FAMILY as ENTERPRISE;
use crate::owner::{loaders, scope};

payload! {
    /// 查看结果
    RevealFieldPayload {
        /// 值 In clear; null if there is none.
        value: String,
    }
}

/// 可查看的字段 A field of the class personal.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum RevealedField {
    /// 经营主体联系电话
    EnterprisePhone,
}

/// 查看
#[derive(InputObject)]
pub struct RevealFieldInput {
    /// 编号 Of the object that has the field.
    pub id: ID,
    /// 字段
    pub field: RevealedField,
    /// 用途 4 to 200 characters, kept in the audit log.
    pub purpose: String,
}

/// Mutations of personal data.
#[derive(Default)]
pub struct RevealMutation;

#[Object]
impl RevealMutation {
    /// 查看未脱敏信息 Recorded before it is shown; at most 60 an hour.
    #[graphql(complexity = "100 + child_complexity")]
    async fn reveal_field(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "查看的字段与用途")] input: RevealFieldInput,
    ) -> Answer<RevealFieldPayload> {
        let permit = permit!(caller(ctx)?.may::<RevealFields>(), RevealFieldPayload);
        let loaders = loaders(ctx)?;
        let RevealedField::EnterprisePhone = input.field;
        let row = loaders.enterprise.load((key(ENTERPRISE, &input.id)?, scope(ctx)?)).await?;
        let frequency = &desk(ctx)?.frequency;
        let done = reveal::enterprise_phone(&loaders.db, frequency, &permit, row.as_deref(), &input.purpose).await;
        RevealFieldPayload::settled(done, |value| RevealFieldPayload { value, ..Default::default() })
    }
}
