//! 行组 The rows of some consecutive enterprises, and how they find their keys.
//!
//! An enterprise's key follows from its place in the run. All other rows are numbered within their
//! block, because only the writer knows how many rows came before.

use entities::bulk::{Row, Session, Unkeyed};
use entities::filing::submission;
use entities::{DatabaseError, annual_report, change, credit, cross_region, enterprise, liaison, notices};

use crate::load::Written;

/// A reference to a row of the same block.
trait Link {
    fn move_by(&mut self, offset: i64);
}

impl Link for i64 {
    fn move_by(&mut self, offset: i64) {
        *self += offset;
    }
}

impl Link for Option<i64> {
    fn move_by(&mut self, offset: i64) {
        if let Some(key) = self {
            *key += offset;
        }
    }
}

/// Declares the families of rows, those that others refer to first.
macro_rules! families {
    ($($family:ident: $row:ty $([$($link:ident to $target:ident),+])?,)+) => {
        /// 行组 Rows of consecutive enterprises.
        #[derive(Default)]
        pub struct Block {
            pub enterprises: Vec<enterprise::registered::Model>,
            $(pub $family: Vec<$row>,)+
            /// 报送内容 Their keys are chosen by the database, as for those that are filed.
            pub submissions: Vec<Unkeyed<submission::Model>>,
        }

        /// Every table that a run fills.
        pub const TABLES: &[&str] = &[enterprise::registered::Model::TABLE, $(<$row>::TABLE,)+];

        /// The largest key of every table.
        #[derive(Clone, Copy, Debug)]
        pub struct Keys {
            enterprises: i64,
            $($family: i64,)+
        }

        impl Block {
            /// Gives the rows the keys after the largest ones, which move on.
            pub fn number(&mut self, keys: &mut Keys) {
                $(for row in &mut self.$family {
                    row.id += keys.$family;
                    $($(row.$link.move_by(keys.$target);)+)?
                })+
                for row in &mut self.submissions {
                    row.0.report_id.move_by(keys.reports);
                }
                keys.enterprises += self.enterprises.len() as i64;
                $(keys.$family += self.$family.len() as i64;)+
            }

            /// Writes the rows.
            ///
            /// # Errors
            /// Any failure of the database.
            pub async fn write(&self, session: &mut Session) -> Result<(), DatabaseError> {
                session.insert(&self.enterprises).await?;
                $(session.insert(&self.$family).await?;)+
                session.insert(&self.submissions).await
            }
        }

        impl Keys {
            /// Reads them.
            ///
            /// # Errors
            /// Any failure of the database.
            pub async fn read(session: &mut Session) -> Result<Self, DatabaseError> {
                Ok(Self {
                    enterprises: session.largest_id(enterprise::registered::Model::TABLE).await?,
                    $($family: session.largest_id(<$row>::TABLE).await?,)+
                })
            }

            /// The rows between an earlier state and this one.
            pub fn since(&self, before: &Self) -> Vec<Written> {
                let written = |table, before: i64, now| Written { table, first_id: before + 1, last_id: now };
                vec![
                    written(enterprise::registered::Model::TABLE, before.enterprises, self.enterprises),
                    $(written(<$row>::TABLE, before.$family, self.$family),)+
                ]
            }
        }
    };
}

families! {
    versions: enterprise::version::Model,
    shareholders: enterprise::shareholder::Model,
    contributions: enterprise::contribution::Model [shareholder_id to shareholders],
    key_persons: enterprise::key_person::Model,
    legal_phones: liaison::legal_phone::Model,
    changes: change::change_record::Model,
    licences: credit::licence::Model,
    inspections: credit::inspection::Model,
    penalties: credit::penalty::Model,
    abnormal_listings: credit::abnormal_listing::Model,
    serious_violations: credit::serious_violation::Model,
    repairs: credit::repair::Model [
        penalty_id to penalties, abnormal_listing_id to abnormal_listings, serious_violation_id to serious_violations
    ],
    reports: annual_report::report::Model,
    report_contributions: annual_report::contribution::Model [report_id to reports],
    investments: annual_report::investment::Model [report_id to reports],
    websites: annual_report::website::Model [report_id to reports],
    equity_transfers: annual_report::equity_transfer::Model [report_id to reports],
    guarantees: annual_report::guarantee::Model [report_id to reports],
    social_insurance: annual_report::social_insurance::Model [report_id to reports],
    employment_needs: annual_report::employment_need::Model [report_id to reports],
    cross_region: cross_region::received::Model,
    notices: notices::notice::Model,
}

impl Keys {
    /// The key that the next enterprise gets.
    pub const fn next_enterprise(&self) -> i64 {
        self.enterprises + 1
    }
}

/// The key that the next row of a family gets within its block.
pub fn next_id<R>(rows: &[R]) -> i64 {
    rows.len() as i64 + 1
}
