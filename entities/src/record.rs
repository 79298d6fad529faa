//! 记录定义 One declaration gives a table its SeaORM entity and its bulk form.

/// Declares a table: the SeaORM entity (module `$module`), [`crate::bulk::Row`] and
/// [`crate::read::Record`], so that the list of columns is written once.
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

            impl $crate::read::Record for Model {
                fn read(row: &impl $crate::read::Cells, from: usize) -> Result<Self, DbErr> {
                    let mut columns = from..;
                    let mut next = || columns.next().unwrap_or_default();
                    Ok(Self {
                        id: $crate::read::Value::value(row, next())?,
                        $($field: $crate::read::Value::value(row, next())?,)+
                    })
                }
            }
        }
    };
}
pub(crate) use record;

/// Calls a macro with every vocabulary whose codes stand in a column.
macro_rules! stored_words {
    ($each:ident) => {
        $each!(
            EnterpriseStatus,
            EnterpriseKind,
            InspectionKind,
            InspectionResult,
            AbnormalGround,
            RemovalGround,
            SeriousGround,
            RepairKind,
            RepairStatus,
            PersonRole,
            ChangeItem,
            CrossRegionKind,
            OffsiteCaseState,
            FindingStage,
            CorrectionStep,
            DocumentKind,
            NoticeKind
        );
    };
}
pub(crate) use stored_words;
