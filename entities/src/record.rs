//! 记录定义 One declaration gives a table its SeaORM entity and its bulk form.

/// Declares a table: the SeaORM entity (module `$module`) and [`crate::bulk::Row`], so that the
/// list of columns is written once.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $module:ident $table:literal { $($(#[$doc:meta])* $field:ident: $type:ty,)+ }
    ) => {
        $(#[$meta])*
        pub mod $module {
            #[allow(unused_imports)]
            use super::*;
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub id: i64,
                $($(#[$doc])* pub $field: $type,)+
            }

            #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}

            impl $crate::bulk::Row for Model {
                const TABLE: &'static str = $table;
                const COLUMNS: &'static [&'static str] = &["id", $(stringify!($field)),+];

                fn put(&self, out: &mut dyn $crate::bulk::Put) {
                    $crate::bulk::Field::put(&self.id, out);
                    $($crate::bulk::Field::put(&self.$field, out);)+
                }
            }
        }
    };
}
pub(crate) use record;
