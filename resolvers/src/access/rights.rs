//! 权限矩阵 What each role may do and see, as the rules have it, for those who check it.

use async_graphql::{Context, Description, Enum, Object, SimpleObject};
use rules::access::{Act, FieldClass, RIGHTS, Reach as Reached, Rights, Role, conflict};
use schema::Answer;
use schema::access::{Policy, TABLE};
use services::command::Permit;
use services::command::power::ReadUsers;

use super::permitted;

/// 范围 How far a right goes.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// 无
    Nowhere,
    /// 本企业 The enterprise of the grant and its branches.
    Own,
    /// 本辖区 The region of the grant and all below it.
    Jurisdiction,
    /// 全部
    Everywhere,
}

impl From<Reached> for Reach {
    fn from(reach: Reached) -> Self {
        match reach {
            Reached::Nowhere => Self::Nowhere,
            Reached::Own => Self::Own,
            Reached::Jurisdiction => Self::Jurisdiction,
            Reached::Everywhere => Self::Everywhere,
        }
    }
}

/// 角色权限 One line of the matrix.
#[derive(SimpleObject)]
pub struct RoleRights {
    /// 角色
    pub role: Role,
    /// 角色名称
    pub term: &'static str,
    /// 机关岗位 Whether it counts only once two factors were shown.
    pub is_office: bool,
    /// 内部信息 Where it is seen.
    pub internal: Reach,
    /// 个人信息 Where it may be revealed.
    pub personal: Reach,
    /// 敏感信息 Where it may be revealed.
    pub sensitive: Reach,
    /// 操作 What may be done.
    pub acts: Vec<Act>,
    /// 不得兼任 Roles that nobody may hold beside it.
    pub excludes: Vec<Role>,
}

impl RoleRights {
    fn of(line: &Rights) -> Self {
        let excludes = |other: &Role| other.is_granted() && conflict(&[line.role], *other).is_some();
        Self {
            role: line.role,
            term: line.role.term(),
            is_office: line.role.is_office(),
            internal: line.internal.into(),
            personal: line.personal.into(),
            sensitive: line.sensitive.into(),
            acts: line.acts.to_vec(),
            excludes: Role::ALL.iter().copied().filter(excludes).collect(),
        }
    }
}

/// 操作名称
#[derive(SimpleObject)]
pub struct ActTerm {
    /// 操作
    pub act: Act,
    /// 名称
    pub term: &'static str,
}

/// 字段权限 What a field of the graph asks of its viewer: a class or an act.
#[derive(SimpleObject)]
pub struct FieldPolicy {
    /// 字段
    pub field: String,
    /// 类别
    pub class: Option<FieldClass>,
    /// 操作
    pub act: Option<Act>,
}

/// 权限矩阵 What each role may do and see.
#[derive(Description)]
pub struct RightsMatrix;

#[Object(use_type_description)]
impl RightsMatrix {
    /// 角色
    #[graphql(complexity = "13 * child_complexity")]
    async fn roles(&self) -> Vec<RoleRights> {
        RIGHTS.iter().map(RoleRights::of).collect()
    }

    /// 操作
    #[graphql(complexity = "25 * child_complexity")]
    async fn acts(&self) -> Vec<ActTerm> {
        Act::ALL.iter().map(|act| ActTerm { act: *act, term: act.term() }).collect()
    }

    /// 类型 Types of the graph whose fields have policies.
    async fn types(&self) -> Vec<String> {
        let mut types: Vec<String> = TABLE.fields().map(|(ty, _)| ty.to_owned()).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// 字段权限 Of the fields of one type.
    #[graphql(complexity = "40 * child_complexity")]
    async fn fields(
        &self, #[graphql(desc = "类型名称，例如 Enterprise")] type_name: String
    ) -> Vec<FieldPolicy> {
        let mut fields: Vec<&str> = TABLE.fields().filter(|(ty, _)| *ty == type_name).map(|(_, field)| field).collect();
        fields.sort_unstable();
        let policy = |field: &str| {
            let (class, act) = match TABLE.policy(&type_name, field)? {
                Policy::Class(class) => (Some(class), None),
                Policy::Act(act) => (None, Some(act)),
            };
            Some(FieldPolicy { field: field.to_owned(), class, act })
        };
        fields.into_iter().filter_map(policy).collect()
    }
}

/// Root field of the matrix.
#[derive(Default)]
pub struct RightsQuery;

#[Object]
impl RightsQuery {
    /// 权限矩阵 What each role may do and see.
    #[graphql(tag = "administration")]
    async fn rights_matrix(&self, ctx: &Context<'_>) -> Answer<RightsMatrix> {
        let _permit: Permit<'_, ReadUsers> = permitted(ctx)?;
        Ok(RightsMatrix)
    }
}
