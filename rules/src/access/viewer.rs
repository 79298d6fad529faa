//! 访问者 Who asks, as far as rights go.

use super::{Act, FieldClass, Reach, Role, rights};
use crate::region::RegionCode;

/// 身份 Who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// 社会公众 Nobody has signed in.
    Anonymous,
    /// 账号 An account, by its id.
    User(i64),
    /// 接口用户 A partner's client, by its id.
    Client(i64),
}

/// 授权 A role, and where it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// 辖区 The region in which it holds, with everything below.
    pub region: RegionCode,
    /// 所属主体 The enterprise of a liaison.
    pub enterprise: Option<i64>,
}

/// 所在 Where a fact belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The region of the enterprise.
    pub region: RegionCode,
    /// The enterprise.
    pub enterprise: i64,
    /// 隶属企业 The enterprise of which it is a branch.
    pub parent: Option<i64>,
}

/// Acts as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acts(u64);

impl Acts {
    /// The set with one more act.
    #[must_use]
    pub const fn with(self, act: Act) -> Self {
        Self(self.0 | 1 << act as u64)
    }

    /// Whether the act is in it.
    pub const fn contains(self, act: Act) -> bool {
        self.0 & (1 << act as u64) != 0
    }

    /// Whether every act of `others` is in it.
    pub const fn contains_all(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }
}

impl FromIterator<Act> for Acts {
    fn from_iter<I: IntoIterator<Item = Act>>(acts: I) -> Self {
        acts.into_iter().fold(Self::default(), Self::with)
    }
}

/// 访问者 Who asks, with the rights that hold now.
#[derive(Clone, Debug)]
pub struct Viewer {
    identity: Identity,
    grants: Vec<Grant>,
    acts: Acts,
}

impl Viewer {
    /// 社会公众 Somebody who has not signed in.
    pub const fn anonymous() -> Self {
        Self { identity: Identity::Anonymous, grants: Vec::new(), acts: Acts(0) }
    }

    /// 账号 An account. Offices count only once two factors were shown (ACCESS-4); until then there is
    /// nothing to do but to show the second one.
    pub fn user(id: i64, grants: Vec<Grant>, two_factors: bool) -> Self {
        let needs_second = grants.iter().any(|grant| grant.role.is_office()) && !two_factors;
        let grants = if needs_second { Vec::new() } else { grants };
        let own = if needs_second { &[Act::ManageSession][..] } else { &[Act::ManageSession, Act::ManageAccount] };
        let of_roles = grants.iter().flat_map(|grant| rights(grant.role).acts);
        let acts = own.iter().chain(of_roles).copied().collect();
        Self { identity: Identity::User(id), grants, acts }
    }

    /// 接口用户 A partner's client, whose facts end at the border of `region`.
    pub fn client(id: i64, region: RegionCode) -> Self {
        let grants = vec![Grant { role: Role::Partner, region, enterprise: None }];
        let acts = rights(Role::Partner).acts.iter().copied().collect();
        Self { identity: Identity::Client(id), grants, acts }
    }

    /// Who it is.
    pub const fn identity(&self) -> Identity {
        self.identity
    }

    /// The roles that hold now, and where.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// What may be done somewhere.
    pub const fn acts(&self) -> Acts {
        self.acts
    }

    /// Whether fields of this class are shown in clear without more ado.
    pub fn sees(&self, class: FieldClass, place: Place) -> bool {
        match class {
            FieldClass::Public => true,
            FieldClass::Internal => self.reaches(place, |role| rights(role).internal),
            FieldClass::Personal | FieldClass::Sensitive => false,
        }
    }

    /// Whether a field of this class may be revealed here, with a purpose and a trace.
    pub fn may_reveal(&self, class: FieldClass, place: Place) -> bool {
        match class {
            FieldClass::Public | FieldClass::Internal => self.sees(class, place),
            FieldClass::Personal => self.reaches(place, |role| rights(role).personal),
            FieldClass::Sensitive => self.reaches(place, |role| rights(role).sensitive),
        }
    }

    fn reaches(&self, place: Place, reach: impl Fn(Role) -> Reach) -> bool {
        self.grants.iter().any(|grant| match reach(grant.role) {
            Reach::Nowhere => false,
            Reach::Own => grant.enterprise.is_some_and(|own| own == place.enterprise || Some(own) == place.parent),
            Reach::Jurisdiction => grant.region.subtree().contains(&place.region.get()),
            Reach::Everywhere => true,
        })
    }

    /// Whether a role of this viewer holds in the whole of `region`: nobody grants what lies beyond.
    pub fn holds_in(&self, act: Act, region: RegionCode) -> bool {
        self.grants
            .iter()
            .any(|grant| rights(grant.role).acts.contains(&act) && grant.region.subtree().contains(&region.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: u32) -> RegionCode {
        RegionCode::new(code).expect("a region")
    }

    fn place(code: u32, enterprise: i64, parent: Option<i64>) -> Place {
        Place { region: region(code), enterprise, parent }
    }

    fn of(role: Role, code: u32, enterprise: Option<i64>) -> Viewer {
        Viewer::user(1, vec![Grant { role, region: region(code), enterprise }], true)
    }

    #[test]
    fn an_office_ends_at_the_border_of_its_region() {
        let clerk = of(Role::Clerk, 610_100, None);
        for (code, inside) in [(610_113, true), (610_100, true), (610_000, false), (610_302, false), (510_100, false)] {
            assert_eq!(clerk.sees(FieldClass::Internal, place(code, 1, None)), inside, "{code}");
            assert_eq!(clerk.may_reveal(FieldClass::Personal, place(code, 1, None)), inside, "{code}");
        }
        assert!(!clerk.sees(FieldClass::Personal, place(610_113, 1, None)), "personal data is masked by default");
    }

    #[test]
    fn a_liaison_has_the_own_enterprise_and_its_branches() {
        let liaison = of(Role::Liaison, 610_000, Some(7));
        assert!(liaison.may_reveal(FieldClass::Personal, place(610_113, 7, None)));
        assert!(liaison.may_reveal(FieldClass::Personal, place(440_300, 9, Some(7))));
        assert!(!liaison.may_reveal(FieldClass::Personal, place(610_113, 8, None)));
    }

    #[test]
    fn without_a_second_factor_an_office_is_nothing() {
        let half = Viewer::user(1, vec![Grant { role: Role::Clerk, region: region(610_000), enterprise: None }], false);
        assert!(half.grants().is_empty());
        assert!(half.acts().contains(Act::ManageSession) && !half.acts().contains(Act::ManageAccount));
        assert!(!half.sees(FieldClass::Internal, place(610_113, 1, None)));
    }

    #[test]
    fn the_public_may_do_nothing() {
        let public = Viewer::anonymous();
        assert!(Act::ALL.iter().all(|act| !public.acts().contains(*act)));
        assert!(public.sees(FieldClass::Public, place(610_113, 1, None)));
        assert!(!public.sees(FieldClass::Internal, place(610_113, 1, None)));
    }
}
