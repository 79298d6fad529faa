//! 访问者 Who asks, as far as rights go.

use super::{Act, ApiScope, FieldClass, PasswordState, Reach, Role, rights};
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

/// 鉴别强度 How surely an account is its owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assurance {
    /// 双因素 A second factor was shown.
    pub two_factors: bool,
    /// 口令 Neither given by an administrator nor expired.
    pub password: PasswordState,
}

impl Assurance {
    /// Everything was shown.
    pub const FULL: Self = Self { two_factors: true, password: PasswordState::InForce };
}

/// 访问者 Who asks, with the rights that hold now.
#[derive(Clone, Debug)]
pub struct Viewer {
    identity: Identity,
    grants: Vec<Grant>,
    acts: Acts,
    must_change_password: bool,
}

impl Viewer {
    /// 社会公众 Somebody who has not signed in.
    pub const fn anonymous() -> Self {
        Self { identity: Identity::Anonymous, grants: Vec::new(), acts: Acts(0), must_change_password: false }
    }

    /// 账号 An account. Offices count only once two factors were shown (ACCESS-4); until then there is
    /// nothing to do but to show the second one. After that a password that is not in force is to be changed
    /// before anything else counts (ACCESS-5).
    pub fn user(id: i64, grants: Vec<Grant>, assurance: Assurance) -> Self {
        let needs_second = grants.iter().any(|grant| grant.role.is_office()) && !assurance.two_factors;
        let must_change_password = assurance.password != PasswordState::InForce;
        let grants = if needs_second || must_change_password { Vec::new() } else { grants };
        let own = if needs_second { &[Act::ManageSession][..] } else { &[Act::ManageSession, Act::ManageAccount] };
        let of_roles = grants.iter().flat_map(|grant| rights(grant.role).acts);
        let acts = own.iter().chain(of_roles).copied().collect();
        Self { identity: Identity::User(id), grants, acts, must_change_password }
    }

    /// 接口用户 A partner's client, whose facts end at the border of `region`; it does what its scopes grant.
    pub fn client(id: i64, region: RegionCode, scopes: &[ApiScope]) -> Self {
        let grants = vec![Grant { role: Role::Partner, region, enterprise: None }];
        let is_granted = |act: &Act| ApiScope::of(*act).is_none_or(|scope| scopes.contains(&scope));
        let acts = rights(Role::Partner).acts.iter().copied().filter(is_granted).collect();
        Self { identity: Identity::Client(id), grants, acts, must_change_password: false }
    }

    /// Whether rights wait for a change of the password.
    pub const fn must_change_password(&self) -> bool {
        self.must_change_password
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

    /// 本企业 Whether the place is the viewer's own enterprise or a branch of it.
    pub fn is_own(&self, place: Place) -> bool {
        self.reaches(place, |role| match rights(role).personal {
            Reach::Own => Reach::Own,
            _ => Reach::Nowhere,
        })
    }

    /// Whether fields of this class are anything to this viewer, wherever they stand: in clear, or masked.
    pub fn knows(&self, class: FieldClass) -> bool {
        self.is_reached(class, Reach::Own)
    }

    /// 因岗位知悉 Whether a field of this class is known by an office, and not only of one's own enterprise: what
    /// offices write about an enterprise is not for its liaison.
    pub fn knows_by_office(&self, class: FieldClass) -> bool {
        self.is_reached(class, Reach::Jurisdiction)
    }

    fn is_reached(&self, class: FieldClass, least: Reach) -> bool {
        let reached = |reach: fn(Role) -> Reach| self.grants.iter().any(|grant| reach(grant.role) >= least);
        match class {
            FieldClass::Public | FieldClass::Personal => true,
            FieldClass::Internal => reached(|role| rights(role).internal),
            FieldClass::Sensitive => reached(|role| rights(role).sensitive),
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

    /// 为本企业 Whether a role of this viewer may do it for the enterprise at this place: its own, or a branch of it.
    pub fn acts_for(&self, act: Act, place: Place) -> bool {
        let is_own =
            |grant: &Grant| grant.enterprise.is_some_and(|own| own == place.enterprise || Some(own) == place.parent);
        self.grants.iter().any(|grant| rights(grant.role).acts.contains(&act) && is_own(grant))
    }

    /// 本企业 The enterprises of this viewer's grants.
    pub fn own_enterprises(&self) -> Vec<i64> {
        let mut own: Vec<i64> = self.grants.iter().filter_map(|grant| grant.enterprise).collect();
        own.sort_unstable();
        own.dedup();
        own
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
        Viewer::user(1, vec![Grant { role, region: region(code), enterprise }], Assurance::FULL)
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
    fn a_liaison_files_for_the_own_enterprise_and_its_branches_and_nobody_else_does() {
        let liaison = of(Role::Liaison, 610_000, Some(7));
        assert!(liaison.acts_for(Act::FileReports, place(610_113, 7, None)));
        assert!(liaison.acts_for(Act::FileReports, place(440_300, 9, Some(7))));
        assert!(!liaison.acts_for(Act::FileReports, place(610_113, 8, None)));
        assert_eq!(liaison.own_enterprises(), [7]);
        for role in Role::ALL.iter().filter(|role| **role != Role::Liaison) {
            assert!(!of(*role, 610_000, Some(7)).acts_for(Act::FileReports, place(610_113, 7, None)), "{role:?}");
        }
        for (role, reads) in
            [(Role::Clerk, true), (Role::Analyst, true), (Role::Operator, false), (Role::Partner, false)]
        {
            assert_eq!(rights(role).acts.contains(&Act::ReadFilings), reads, "{role:?}");
        }
    }

    #[test]
    fn without_a_second_factor_an_office_is_nothing() {
        let clerk = vec![Grant { role: Role::Clerk, region: region(610_000), enterprise: None }];
        let half = Viewer::user(1, clerk, Assurance { two_factors: false, ..Assurance::FULL });
        assert!(half.grants().is_empty());
        assert!(half.acts().contains(Act::ManageSession) && !half.acts().contains(Act::ManageAccount));
        assert!(!half.sees(FieldClass::Internal, place(610_113, 1, None)));
    }

    #[test]
    fn a_password_that_is_not_in_force_is_changed_before_anything_counts() {
        for password in [PasswordState::First, PasswordState::Expired] {
            for role in Role::ALL.iter().filter(|role| role.is_granted()) {
                let grant = Grant { role: *role, region: region(610_000), enterprise: Some(7) };
                let viewer = Viewer::user(1, vec![grant], Assurance { two_factors: true, password });
                assert!(viewer.grants().is_empty() && viewer.must_change_password(), "{role:?}");
                let own = Acts::default().with(Act::ManageSession).with(Act::ManageAccount);
                assert_eq!(viewer.acts(), own, "{role:?}");
                assert!(!viewer.may_reveal(FieldClass::Personal, place(610_113, 7, None)));
            }
        }
        let clerk = vec![Grant { role: Role::Clerk, region: region(610_000), enterprise: None }];
        let first = Assurance { two_factors: false, password: PasswordState::First };
        assert!(!Viewer::user(1, clerk, first).acts().contains(Act::ManageAccount), "the second factor comes first");
    }

    #[test]
    fn a_client_does_what_its_scopes_grant() {
        let acts = |scopes: &[ApiScope]| Viewer::client(1, region(610_000), scopes).acts();
        assert_eq!(acts(ApiScope::ALL), rights(Role::Partner).acts.iter().copied().collect());
        for scope in ApiScope::ALL {
            let only = acts(&[*scope]);
            assert!(only.contains(Act::UseInterface) && only.contains(scope.act()), "{scope:?}");
            assert!(ApiScope::ALL.iter().all(|other| other == scope || !only.contains(other.act())), "{scope:?}");
        }
    }

    #[test]
    fn the_public_may_do_nothing() {
        let public = Viewer::anonymous();
        assert!(Act::ALL.iter().all(|act| !public.acts().contains(*act)));
        assert!(public.sees(FieldClass::Public, place(610_113, 1, None)));
        assert!(!public.sees(FieldClass::Internal, place(610_113, 1, None)));
    }

    #[test]
    fn a_class_is_known_to_those_whose_table_says_so() {
        let public = Viewer::anonymous();
        let (inspector, chief) = (of(Role::Inspector, 610_100, None), of(Role::DivisionChief, 610_100, None));
        for (class, known) in [
            (FieldClass::Public, [true, true, true]),
            (FieldClass::Internal, [false, true, true]),
            (FieldClass::Personal, [true, true, true]),
            (FieldClass::Sensitive, [false, false, true]),
        ] {
            assert_eq!([&public, &inspector, &chief].map(|viewer| viewer.knows(class)), known, "{class:?}");
        }
    }

    #[test]
    fn a_liaison_knows_its_enterprise_and_not_what_offices_know() {
        let (liaison, clerk) = (of(Role::Liaison, 610_000, Some(7)), of(Role::Clerk, 610_100, None));
        for class in [FieldClass::Internal, FieldClass::Sensitive] {
            assert!(liaison.knows(class) && !liaison.knows_by_office(class), "{class:?}");
        }
        assert!(clerk.knows_by_office(FieldClass::Internal) && !clerk.knows_by_office(FieldClass::Sensitive));
        assert!(!Viewer::anonymous().knows_by_office(FieldClass::Internal));
        assert!(!Viewer::client(1, region(610_000), ApiScope::ALL).knows_by_office(FieldClass::Internal));
    }
}
