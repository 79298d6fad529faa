//! 接口授权 What a partner's client may do beyond calling at all: the scopes of its application (统一接口服务平台).

#[cfg(feature = "orm")]
use sea_orm::sea_query::StringLen;

use super::Act;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// 授权范围 A part of the interface that a client is granted.
    ApiScope {
        Checks = "CHECKS" "批量核查信用状况",
        Changes = "CHANGES" "接收登记变更",
        Exports = "EXPORTS" "导出检索结果",
    }
}

impl ApiScope {
    /// The act that it grants.
    pub const fn act(self) -> Act {
        match self {
            Self::Checks => Act::CheckCredit,
            Self::Changes => Act::FollowChanges,
            Self::Exports => Act::ExportSearch,
        }
    }

    /// The scope that an act of clients asks for; the others come with every key.
    pub fn of(act: Act) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.act() == act)
    }

    /// Scopes as they are stored: their codes, one after another.
    pub fn stored(scopes: &[Self]) -> String {
        let held = Self::ALL.iter().filter(|scope| scopes.contains(scope));
        held.map(|scope| scope.code()).collect::<Vec<_>>().join(" ")
    }

    /// The scopes of such a text; words that are none grant nothing.
    pub fn read(stored: &str) -> Vec<Self> {
        stored.split(' ').filter_map(Self::from_code).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Role, rights};

    #[test]
    fn scopes_are_stored_and_read_and_every_one_is_an_act_of_partners() {
        let all = ApiScope::ALL;
        assert_eq!(ApiScope::read(&ApiScope::stored(all)), all);
        assert_eq!(ApiScope::read("CHANGES EVERYTHING"), [ApiScope::Changes]);
        assert_eq!(ApiScope::read(""), []);
        assert!(all.iter().all(|scope| rights(Role::Partner).acts.contains(&scope.act())));
        assert_eq!(ApiScope::of(Act::UseInterface), None);
    }
}
