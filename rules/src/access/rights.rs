//! 权限表 What each role may do and see, in force from 2026-01-01.
//!
//! Personal data is masked for everybody until it is revealed with a purpose, so that the table says
//! who may reveal it, not who sees it.

use super::{Act, Role};

/// 范围 How far a right goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nowhere.
    Nowhere,
    /// 本企业 The enterprise of the grant and its branches.
    Own,
    /// 本辖区 The region of the grant and all below it.
    Jurisdiction,
    /// Everywhere.
    Everywhere,
}

/// 权限 One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rights {
    /// The role.
    pub role: Role,
    /// 内部 Where fields of the class internal are seen.
    pub internal: Reach,
    /// 个人信息 Where personal data may be revealed.
    pub personal: Reach,
    /// 敏感 Where sensitive data may be revealed.
    pub sensitive: Reach,
    /// What may be done.
    pub acts: &'static [Act],
}

const NOBODY: Rights =
    Rights { role: Role::Public, internal: Nowhere, personal: Nowhere, sensitive: Nowhere, acts: &[] };

use Act::{
    AnswerCorrection, AssignRoles, CheckCredit, CompareReports, ExportReports, ExportSearch, FileReports,
    FollowChanges, FollowJobs, ManageAccount, ManageClients, ManageSession, ManageUsers, OrderCorrection,
    PublishNotices, ReadAudit, ReadClients, ReadFilings, ReadOperations, ReadUsers, RecordLegalPhones, RevealFields,
    SaveSearches, SuperviseReports, UrgeReports, UseInterface,
};
use Reach::{Everywhere, Jurisdiction, Nowhere, Own};

/// What every account may do for itself.
const ACCOUNT: &[Act] = &[ManageSession, ManageAccount, FollowJobs, SaveSearches];
/// Who files for an enterprise, of whatever kind.
const LIAISON: &[Act] =
    &[ManageSession, ManageAccount, FollowJobs, SaveSearches, RevealFields, FileReports, ReadFilings, AnswerCorrection];
/// Those who work with what the register publishes may take it with them, for a purpose.
const ANALYST: &[Act] = &[
    ManageSession,
    ManageAccount,
    FollowJobs,
    SaveSearches,
    ExportSearch,
    ExportReports,
    ReadFilings,
    SuperviseReports,
];
const INSPECTOR: &[Act] = &[
    ManageSession,
    ManageAccount,
    FollowJobs,
    SaveSearches,
    RevealFields,
    ExportSearch,
    ExportReports,
    ReadFilings,
    SuperviseReports,
];
const APPROVER: &[Act] = &[
    ManageSession,
    ManageAccount,
    FollowJobs,
    SaveSearches,
    RevealFields,
    ExportSearch,
    ExportReports,
    ReadFilings,
    SuperviseReports,
    OrderCorrection,
];
const OFFICE: &[Act] = &[
    ManageSession,
    ManageAccount,
    FollowJobs,
    SaveSearches,
    RevealFields,
    ExportSearch,
    ExportReports,
    ReadFilings,
    SuperviseReports,
    CompareReports,
    OrderCorrection,
    UrgeReports,
    RecordLegalPhones,
    PublishNotices,
];

const fn line(role: Role, [internal, personal, sensitive]: [Reach; 3], acts: &'static [Act]) -> Rights {
    Rights { role, internal, personal, sensitive, acts }
}

/// 权限表 One line a role.
pub const RIGHTS: &[Rights] = &[
    NOBODY,
    line(Role::Liaison, [Own, Own, Own], LIAISON),
    line(Role::Objector, [Nowhere, Nowhere, Nowhere], ACCOUNT),
    line(Role::Clerk, [Jurisdiction, Jurisdiction, Nowhere], OFFICE),
    line(Role::Approver, [Jurisdiction, Jurisdiction, Jurisdiction], APPROVER),
    line(Role::DivisionChief, [Jurisdiction, Jurisdiction, Jurisdiction], OFFICE),
    line(Role::Inspector, [Jurisdiction, Jurisdiction, Nowhere], INSPECTOR),
    line(Role::Analyst, [Everywhere, Nowhere, Nowhere], ANALYST),
    line(
        Role::Partner,
        [Nowhere, Nowhere, Nowhere],
        &[UseInterface, CheckCredit, FollowChanges, FollowJobs, ExportSearch],
    ),
    line(
        Role::Operator,
        [Nowhere, Nowhere, Nowhere],
        &[ManageSession, ManageAccount, FollowJobs, SaveSearches, ReadOperations],
    ),
    line(
        Role::SystemAdministrator,
        [Nowhere, Nowhere, Nowhere],
        &[ManageSession, ManageAccount, FollowJobs, SaveSearches, ReadUsers, ManageUsers],
    ),
    line(
        Role::SecurityAdministrator,
        [Nowhere, Nowhere, Nowhere],
        &[ManageSession, ManageAccount, FollowJobs, SaveSearches, ReadUsers, AssignRoles, ReadClients, ManageClients],
    ),
    line(
        Role::AuditAdministrator,
        [Nowhere, Nowhere, Nowhere],
        &[ManageSession, ManageAccount, FollowJobs, SaveSearches, ReadUsers, ReadClients, ReadAudit],
    ),
];

/// The line of a role; a role without one may do nothing (ACCESS-1).
pub fn rights(role: Role) -> Rights {
    RIGHTS.iter().find(|line| line.role == role).copied().unwrap_or(Rights { role, ..NOBODY })
}

impl Role {
    /// 机关岗位 Whether the role is held by staff, who must show two factors (ACCESS-4).
    pub const fn is_office(self) -> bool {
        !matches!(self, Self::Public | Self::Liaison | Self::Objector | Self::Partner)
    }

    /// 可授予 Whether an account can be given the role: the public needs none, partners have keys.
    pub const fn is_granted(self) -> bool {
        !matches!(self, Self::Public | Self::Partner)
    }
}

/// 三员 The administrators that watch each other.
const ADMINISTRATORS: [Role; 3] = [Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator];

/// 冲突 Two roles that nobody may hold at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The role that is held.
    pub held: Role,
    /// The role that is asked for.
    pub asked: Role,
}

impl Conflict {
    /// 说明 Which rule, which facts, what to do.
    pub fn message(&self) -> String {
        format!(
            "该账号已是{}，不能再授予{}：系统管理员、安全管理员、审计管理员应由不同人员担任，且不兼任业务岗位\
             （GB/T 22239-2019 8.1.4.2 d）。请先收回原角色，或授予其他账号。",
            self.held.term(),
            self.asked.term()
        )
    }
}

/// Whether somebody who holds `held` may be given `asked`: an administrator holds no second office
/// (ACCESS-3).
pub fn conflict(held: &[Role], asked: Role) -> Option<Conflict> {
    let is_administrator = |role: Role| ADMINISTRATORS.contains(&role);
    let bars = |role: &Role| *role != asked && (is_administrator(*role) || is_administrator(asked));
    held.iter().copied().find(bars).map(|held| Conflict { held, asked })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_one_line() {
        for role in Role::ALL {
            assert_eq!(RIGHTS.iter().filter(|line| line.role == *role).count(), 1, "{role:?}");
        }
    }

    #[test]
    fn administrators_are_three_persons_without_another_office() {
        for held in ADMINISTRATORS {
            for asked in Role::ALL {
                assert_eq!(conflict(&[held], *asked).is_some(), held != *asked, "{held:?} {asked:?}");
                assert_eq!(conflict(&[*asked], held).is_some(), held != *asked, "{asked:?} {held:?}");
            }
        }
        assert_eq!(conflict(&[Role::Clerk, Role::Inspector], Role::Analyst), None);
    }

    /// No act of one administrator is another's, but to look at accounts and clients.
    #[test]
    fn administrators_share_no_power() {
        let shared = [ManageSession, ManageAccount, FollowJobs, SaveSearches, ReadUsers, ReadClients];
        for one in ADMINISTRATORS {
            for other in ADMINISTRATORS.into_iter().filter(|other| *other != one) {
                let common = rights(one).acts.iter().filter(|act| rights(other).acts.contains(act));
                assert!(common.into_iter().all(|act| shared.contains(act)), "{one:?} {other:?}");
            }
        }
    }
}
