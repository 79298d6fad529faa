//! 年报进度 How many reports are due and filed, by kind, by region below and by day.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Context, Object, SimpleObject};
use entities::bureau::progress::{self, ByChild, Filed};
use rules::annual_report::{FilerKind, window};
use rules::region::RegionCode as Code;
use rust_decimal::Decimal as Number;
use schema::Answer;
use schema::scalars::{Date, Decimal, RegionCode};
use services::bureau::{analysis::percent, is_current};
use services::command::power::SuperviseReports;

use super::{permitted_in, reported};
use crate::owner::loaders;
use crate::region::Region;
use crate::value::date;

/// 报送数 How many reports are due, and what of them was filed.
#[derive(SimpleObject, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilingCount {
    /// 应报 Whoever owes the report, and whoever filed it without owing it any more.
    pub due: i64,
    /// 已报
    pub filed: i64,
    /// 按期
    pub filed_in_time: i64,
    /// 逾期
    pub filed_late: i64,
    /// 未报
    pub missing: i64,
    /// 已报比例（%） Null if none is due.
    pub filed_percent: Option<Decimal>,
}

impl FilingCount {
    fn of(owing: i64, filed: Filed) -> Self {
        let due = owing + filed.filed - filed.owed;
        Self {
            due,
            filed: filed.filed,
            filed_in_time: filed.filed - filed.late,
            filed_late: filed.late,
            missing: due - filed.filed,
            filed_percent: percent(Number::from(filed.filed), Number::from(due)).map(Decimal),
        }
    }
}

/// 分类进度
#[derive(SimpleObject)]
pub struct FilingProgressOfKind {
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报送数
    pub count: FilingCount,
}

/// 分区进度 Of a region directly below; of those registered with the region itself there is a line of their own.
#[derive(SimpleObject)]
pub struct FilingProgressOfRegion {
    /// 区划
    pub region: Region,
    /// 报送数
    pub count: FilingCount,
}

/// 逐日进度
#[derive(SimpleObject)]
pub struct FilingDay {
    /// 日期
    pub day: Date,
    /// 当日报送
    pub filed: i64,
    /// 其中逾期
    pub filed_late: i64,
    /// 截至当日累计
    pub filed_so_far: i64,
}

/// 年报进度 Near real time: it follows what is recorded within a second.
pub struct FilingProgress {
    year: i32,
    region: Code,
    kinds: Vec<FilerKind>,
    due: ByChild<i64>,
    filed: ByChild<Filed>,
}

impl FilingProgress {
    /// What lies under keys of which this holds.
    fn count(&self, is_meant: impl Fn(&(i32, FilerKind)) -> bool) -> FilingCount {
        let is_meant = |key: &(i32, FilerKind)| (self.kinds.is_empty() || self.kinds.contains(&key.1)) && is_meant(key);
        let owing = self.due.iter().filter(|(key, _)| is_meant(key)).map(|(_, count)| *count).sum();
        let filed = self.filed.iter().filter(|(key, _)| is_meant(key)).fold(Filed::default(), |sum, (_, filed)| {
            Filed { filed: sum.filed + filed.filed, late: sum.late + filed.late, owed: sum.owed + filed.owed }
        });
        FilingCount::of(owing, filed)
    }

    fn keys(&self) -> impl Iterator<Item = &(i32, FilerKind)> {
        self.due.keys().chain(self.filed.keys())
    }
}

/// 年报进度 How many reports of a year are due and filed.
#[Object]
impl FilingProgress {
    /// 报告年度
    async fn year(&self) -> i32 {
        self.year
    }

    /// 区划
    async fn region(&self) -> Option<Region> {
        Region::of(self.region.get().cast_signed())
    }

    /// 报送期限起 Of enterprises.
    async fn window_from(&self) -> Option<Date> {
        date(window(FilerKind::Enterprise, self.year).map(|window| window.from))
    }

    /// 报送期限止 Of enterprises.
    async fn window_to(&self) -> Option<Date> {
        date(window(FilerKind::Enterprise, self.year).map(|window| window.to))
    }

    /// 合计
    async fn total(&self) -> FilingCount {
        self.count(|_| true)
    }

    /// 分类进度 Kinds of which a report is due or filed.
    async fn kinds(&self) -> Vec<FilingProgressOfKind> {
        let kinds: BTreeSet<FilerKind> = self.keys().map(|(_, kind)| *kind).collect();
        let of = |kind| FilingProgressOfKind { kind, count: self.count(|(_, of)| *of == kind) };
        kinds.into_iter().map(of).filter(|line| line.count.due > 0).collect()
    }

    /// 分区进度 In the order of codes.
    async fn regions(&self) -> Vec<FilingProgressOfRegion> {
        let children: BTreeSet<i32> = self.keys().map(|(child, _)| *child).collect();
        let of = |child| {
            let region = Region::of(child)?;
            Some(FilingProgressOfRegion { region, count: self.count(|(of, _)| *of == child) })
        };
        children.into_iter().filter_map(of).filter(|line| line.count.due > 0).collect()
    }

    /// 逐日进度 Days on which something was filed, from the first.
    #[graphql(complexity = "50 + child_complexity")]
    async fn days(&self, ctx: &Context<'_>) -> Answer<Vec<FilingDay>> {
        let days = progress::days(&loaders(ctx)?.db, self.year, Some(self.region), &self.kinds).await?;
        let mut so_far = 0;
        let day = |(day, filed, filed_late)| {
            so_far += filed;
            FilingDay { day: Date(day), filed, filed_late, filed_so_far: so_far }
        };
        Ok(days.into_iter().map(day).collect())
    }

    /// 是否最新 Whether everything that is recorded is counted.
    async fn is_current(&self, ctx: &Context<'_>) -> Answer<bool> {
        Ok(is_current(&loaders(ctx)?.db).await?)
    }
}

/// Root field of filing progress.
#[derive(Default)]
pub struct ProgressQuery;

#[Object]
impl ProgressQuery {
    /// 年报进度 Of a year, within the jurisdiction of the office.
    #[graphql(complexity = "50 + child_complexity")]
    async fn filing_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "行政区划及其下级；不填为本辖区")] region_code: Option<RegionCode>,
        #[graphql(desc = "申报主体类型；不填为全部")] kinds: Option<Vec<FilerKind>>,
    ) -> Answer<FilingProgress> {
        let (_, region) = permitted_in::<SuperviseReports>(ctx, region_code)?;
        let (db, year) = (&loaders(ctx)?.db, reported(year)?);
        let kinds: BTreeMap<FilerKind, ()> = kinds.unwrap_or_default().into_iter().map(|kind| (kind, ())).collect();
        let due = progress::due(db, year, Some(region)).await?;
        let filed = progress::filed(db, year, Some(region)).await?;
        Ok(FilingProgress { year, region, kinds: kinds.into_keys().collect(), due, filed })
    }
}
