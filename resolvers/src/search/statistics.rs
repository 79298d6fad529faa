//! 检索统计 Groups of what a search finds.

use async_graphql::SimpleObject;
use entities::scope::Audience;
use schema::scalars::Decimal;
use schema::{Answer, Code, Failure};
use services::index::{Dimension, Group, Index, MAX_GROUPS, SearchRequest, Sums, SumsRequest};

use super::query::refusal;
use crate::value::yuan;

/// Groups that are told if nothing is said.
const USUAL_GROUPS: usize = 100;
/// 最小单元 Groups of fewer records could tell of one enterprise.
const SMALLEST: u64 = 3;

/// 检索统计 The largest group first.
#[derive(SimpleObject)]
pub struct SearchStatistics {
    /// 统计组
    pub groups: Vec<SearchGroup>,
    /// 总数
    pub total_count: u64,
    /// 金额总计（元）
    pub total_yuan: Decimal,
    /// 组数 Also of those that are not told.
    pub group_count: usize,
    /// 隐去组数 Groups whose figures are hidden, because they are small or a small one could be computed from them.
    pub hidden_count: usize,
}

/// 统计组 The records with the same values.
#[derive(SimpleObject)]
pub struct SearchGroup {
    /// 取值 In the order of the dimensions: a code, a year or a name; null for records that have none.
    pub values: Vec<Option<String>>,
    /// 名称 Of each value, as people write it.
    pub labels: Vec<Option<String>>,
    /// 数量 Null if it is hidden.
    pub count: Option<u64>,
    /// 金额合计（元） 注册资本 of enterprises, 罚没金额 of penalties; null if it is hidden.
    pub amount_yuan: Option<Decimal>,
}

/// Reads the groups.
///
/// # Errors
/// `INVALID_INPUT` for no dimension or more than two, `INVALID_PAGE`, or an index that cannot be read.
pub async fn read(
    index: &Index,
    search: SearchRequest,
    by: Vec<Dimension>,
    first: Option<i32>,
    audience: Audience,
) -> Answer<SearchStatistics> {
    if by.is_empty() || by.len() > 2 || (by.len() == 2 && by[0] == by[1]) {
        return Err(Failure::refused(Code::InvalidInput, "by 应有一个或两个不同的统计维度。"));
    }
    let first = match first {
        None => USUAL_GROUPS,
        Some(first) => usize::try_from(first).ok().filter(|first| *first <= MAX_GROUPS).ok_or_else(|| {
            Failure::refused(Code::InvalidPage, format!("first 的值为 {first}，应在 0 到 {MAX_GROUPS} 之间。"))
        })?,
    };
    let sums = index.sums(SumsRequest { search, by: by.clone() }).await.map_err(refusal)?;
    Ok(told(sums, &by, first, audience))
}

fn told(sums: Sums, by: &[Dimension], first: usize, audience: Audience) -> SearchStatistics {
    let hidden = match audience {
        Audience::Public => hidden(&sums.groups),
        Audience::Office => 0,
    };
    let shown = sums.groups.len() - hidden;
    let group_count = sums.groups.len();
    let groups = sums.groups.into_iter().enumerate().take(first);
    let groups = groups.map(|(place, group)| SearchGroup {
        labels: group.values.iter().zip(by).map(|(value, dimension)| dimension.label(value)).collect(),
        values: group.values.into_iter().map(|value| Some(value).filter(|value| !value.is_empty())).collect(),
        count: (place < shown).then_some(group.count),
        amount_yuan: (place < shown).then(|| yuan(group.sum_fen)),
    });
    SearchStatistics {
        groups: groups.collect(),
        total_count: sums.total,
        total_yuan: yuan(sums.sum_fen),
        group_count,
        hidden_count: hidden,
    }
}

/// How many groups at the end of the list are hidden: the small ones, and one more if a single small
/// one could be computed from the total.
fn hidden(groups: &[Group]) -> usize {
    let small = groups.iter().filter(|group| group.count < SMALLEST).count();
    if small == 1 { 2.min(groups.len()) } else { small }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_small_group_takes_another_with_it() {
        let groups = |counts: &[u64]| -> Vec<Group> {
            counts.iter().map(|count| Group { values: Vec::new(), count: *count, sum_fen: 0 }).collect()
        };
        assert_eq!(
            [&[9, 5, 3][..], &[9, 5, 2], &[9, 2, 1], &[2], &[]].map(|counts| hidden(&groups(counts))),
            [0, 2, 2, 1, 0]
        );
    }
}
