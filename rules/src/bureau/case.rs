//! 示例 A case of a detector: what differs from an ordinary report.

use serde::Deserialize;

use super::comparison::Facts;

/// 示例 Facts that take the place of the ordinary ones.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Case {
    pub(super) report: Facts,
    pub(super) archive: Facts,
    pub(super) row: Facts,
}
