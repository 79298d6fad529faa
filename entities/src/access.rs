//! 用户与权限 Users, their roles by jurisdiction, API clients.

use crate::record::record;

record! {
    /// 用户 A person who signs in.
    user "users" {
        login: String,
        name: String,
        password_hash: Option<String>,
        disabled_at: Option<DateTimeUtc>,
        created_at: DateTimeUtc,
    }
}

record! {
    /// 接口用户 A partner agency's client.
    api_client "api_clients" {
        name: String,
        key_hash: String,
        scopes: Json,
        disabled_at: Option<DateTimeUtc>,
        created_at: DateTimeUtc,
    }
}

/// 角色 A role by its code.
pub mod role {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "roles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub term: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// 用户角色 Which user holds which role in which subtree of regions.
pub mod user_role {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_roles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub role_code: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub region_code: i32,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
