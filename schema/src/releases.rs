//! 版本 What changed in the contract from release to release: computed from the kept SDL files, never
//! written by hand.

use graphql_schema_diff::{Change as Found, ChangeKind as Kind, diff};

/// Version of the contract as it stands; the last release once it is kept below.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// 发布 A release whose SDL is kept: version, day, SDL. Oldest first; a file is never changed again.
const KEPT: &[(&str, &str, &str)] = &[
    ("0.1.0", "2026-11-24", include_str!("../releases/0.1.0.graphql")),
    ("0.2.0", "2026-11-26", include_str!("../releases/0.2.0.graphql")),
];

/// 影响 What a change means for those who have written a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// 不兼容 Clients that use it have to be changed.
    Breaking,
    /// 需留意 Clients that do not expect it may err.
    Dangerous,
    /// 兼容
    Safe,
}

/// 变更 One change of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it means.
    pub weight: Weight,
    /// 位置 Schema coordinate, `Enterprise.penalties.first`.
    pub coordinate: String,
    /// 说明 In Chinese.
    pub message: String,
}

/// 版本 A release and what it changed.
#[derive(Clone, Debug)]
pub struct Release {
    /// Version.
    pub version: &'static str,
    /// 发布日期 `YYYY-MM-DD`; `None` for what is not released yet.
    pub on: Option<&'static str>,
    /// Breaking ones first.
    pub changes: Vec<Change>,
}

/// Every release of which the predecessor is kept, newest first; `current` is the SDL as it stands.
pub fn all(current: &str) -> Vec<Release> {
    let current = KEPT.last().is_none_or(|(version, ..)| *version != VERSION).then_some((VERSION, "", current));
    let texts: Vec<_> = KEPT.iter().copied().chain(current).collect();
    let release = |pair: &[(&'static str, &'static str, &str)]| Release {
        version: pair[1].0,
        on: Some(pair[1].1).filter(|day| !day.is_empty()),
        changes: changes(pair[0].2, pair[1].2),
    };
    texts.windows(2).rev().map(release).collect()
}

/// Those that are newer than `since`; all without it. `None` if there is no release of this version.
pub fn newer<'r>(all: &'r [Release], since: Option<&str>) -> Option<&'r [Release]> {
    let Some(since) = since else { return Some(all) };
    let is_first = KEPT.first().is_some_and(|(version, ..)| *version == since);
    let newer = all.iter().position(|release| release.version == since);
    all.get(..newer.or(is_first.then_some(all.len()))?)
}

/// Versions of which the SDL is kept, oldest first.
pub fn kept() -> impl Iterator<Item = &'static str> {
    KEPT.iter().map(|(version, ..)| *version)
}

/// What changed from one SDL to another; texts that cannot be read tell nothing.
fn changes(before: &str, after: &str) -> Vec<Change> {
    let found = diff(before, after).unwrap_or_default();
    let whole: Vec<String> = found
        .iter()
        .filter(|change| matches!(change.kind, Kind::AddObjectType | Kind::AddInterface | Kind::AddInputObject))
        .map(|change| format!("{}.", change.path))
        .collect();
    // The fields of a new type are no changes of their own.
    let is_own = |change: &&Found| !whole.iter().any(|ty| change.path.starts_with(ty));
    let mut told: Vec<Change> = found.iter().filter(is_own).filter_map(|change| tell(change, before, after)).collect();
    told.sort_by(|one, other| (one.weight, &one.coordinate).cmp(&(other.weight, &other.coordinate)));
    told
}

fn tell(change: &Found, before: &str, after: &str) -> Option<Change> {
    let new = after.get(change.span.start..change.span.end).unwrap_or_default().trim();
    let old = change.source_span.and_then(|span| before.get(span.start..span.end)).unwrap_or_default().trim();
    let is_input = after.contains(&format!("input {} ", change.path.split('.').next().unwrap_or_default()));
    let (weight, message) = match change.kind {
        Kind::RemoveObjectType
        | Kind::RemoveInterface
        | Kind::RemoveInputObject
        | Kind::RemoveUnion
        | Kind::RemoveEnum
        | Kind::RemoveScalar => (Weight::Breaking, "删除类型".to_owned()),
        Kind::RemoveField => (Weight::Breaking, "删除字段".to_owned()),
        Kind::RemoveFieldArgument => (Weight::Breaking, "删除参数".to_owned()),
        Kind::RemoveEnumValue | Kind::RemoveUnionMember => (Weight::Breaking, "删除可选值".to_owned()),
        Kind::RemoveInterfaceImplementation => (Weight::Breaking, "不再实现该接口".to_owned()),
        Kind::ChangeFieldType if is_input => (narrowed(old, new), format!("类型由 {old} 改为 {new}")),
        Kind::ChangeFieldType => (narrowed(new, old), format!("类型由 {old} 改为 {new}")),
        Kind::ChangeFieldArgumentType => (narrowed(old, new), format!("参数类型由 {old} 改为 {new}")),
        Kind::AddField if is_input && is_required(new) => (Weight::Breaking, "新增必填的输入字段".to_owned()),
        Kind::AddField => (Weight::Safe, "新增字段".to_owned()),
        Kind::AddFieldArgument if is_required(new) => (Weight::Breaking, "新增必填参数".to_owned()),
        Kind::AddFieldArgument => (Weight::Safe, "新增可选参数".to_owned()),
        Kind::AddEnumValue | Kind::AddUnionMember => (Weight::Dangerous, "新增可选值".to_owned()),
        Kind::ChangeFieldArgumentDefault | Kind::RemoveFieldArgumentDefault => {
            (Weight::Dangerous, format!("参数默认值由 {old} 改为 {}", if new.is_empty() { "无" } else { new }))
        }
        Kind::AddFieldArgumentDefault => (Weight::Safe, format!("参数有了默认值 {new}")),
        Kind::AddObjectType
        | Kind::AddInterface
        | Kind::AddInputObject
        | Kind::AddUnion
        | Kind::AddEnum
        | Kind::AddScalar => (Weight::Safe, "新增类型".to_owned()),
        Kind::AddDirective if change.path.contains("@deprecated") => (Weight::Safe, "弃用".to_owned()),
        Kind::AddInterfaceImplementation => (Weight::Safe, "实现该接口".to_owned()),
        _ => return None,
    };
    let coordinate = change.path.split(".@").next().unwrap_or_default().to_owned();
    Some(Change { weight, coordinate, message })
}

/// A type that takes less than before breaks whoever gives more: `narrow` is the one that was, `wide` the
/// one that is, for inputs; the other way round for answers.
fn narrowed(was: &str, is: &str) -> Weight {
    if was.replace('!', "") == is.replace('!', "") && is.len() <= was.len() { Weight::Safe } else { Weight::Breaking }
}

fn is_required(definition: &str) -> bool {
    definition.ends_with('!') && !definition.contains('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURRENT: &str = include_str!("../schema.graphql");

    #[test]
    fn changes_are_weighed() {
        let before = "type Query { a: Int, b(x: Int): String!, gone: Int } enum E { A } input I { n: Int }";
        let after = "type Query { a: Int!, b(x: Int!, y: Int): String, new: T } \
                     enum E { A B } input I { n: Int, m: Int! } type T { z: Int }";
        let told: Vec<_> = changes(before, after).into_iter().map(|c| (c.weight, c.coordinate)).collect();
        let expected = [
            (Weight::Breaking, "I.m"),
            (Weight::Breaking, "Query.b"),
            (Weight::Breaking, "Query.b.x"),
            (Weight::Breaking, "Query.gone"),
            (Weight::Dangerous, "E.B"),
            (Weight::Safe, "Query.a"),
            (Weight::Safe, "Query.b.y"),
            (Weight::Safe, "Query.new"),
            (Weight::Safe, "T"),
        ];
        assert_eq!(told, expected.map(|(weight, at)| (weight, at.to_owned())));
    }

    /// The promise to those who build on the graph: nothing breaks without a deprecation before.
    #[test]
    fn no_kept_release_breaks_the_one_before() {
        let all = all(CURRENT);
        assert_eq!(all.len(), KEPT.len() - usize::from(KEPT.last().is_some_and(|last| last.0 == VERSION)));
        assert!(all.iter().all(|release| !release.changes.is_empty()), "a release without a change");
        let breaking: Vec<_> = all
            .iter()
            .flat_map(|release| release.changes.iter().map(move |change| (release.version, change)))
            .filter(|(_, change)| change.weight == Weight::Breaking)
            .collect();
        assert_eq!(breaking, Vec::new());
    }

    #[test]
    fn releases_are_told_from_a_version_on() {
        let all = all(CURRENT);
        let count = |since| newer(&all, since).map(<[Release]>::len);
        assert_eq!(count(Some(VERSION)), Some(0));
        assert_eq!(count(Some("0.1.0")), count(None));
        assert_eq!(count(Some("9.9.9")), None);
    }
}
