//! 词汇 Roles, classes of fields, acts.

#[cfg(feature = "orm")]
use sea_orm::sea_query::StringLen;

use crate::vocabulary::vocabulary;

vocabulary! {
    /// 角色 What somebody is in the graph. Offices hold in a region and all below it.
    Role {
        Public = "PUBLIC" "社会公众",
        Liaison = "LIAISON" "企业联络员",
        Objector = "OBJECTOR" "异议人",
        Clerk = "CLERK" "经办人员",
        Approver = "APPROVER" "审批人员",
        DivisionChief = "DIVISION_CHIEF" "科（处）室负责人",
        Inspector = "INSPECTOR" "检查人员",
        Analyst = "ANALYST" "分析人员",
        Partner = "PARTNER" "接口单位",
        Operator = "OPERATOR" "运维人员",
        SystemAdministrator = "SYSTEM_ADMINISTRATOR" "系统管理员",
        SecurityAdministrator = "SECURITY_ADMINISTRATOR" "安全管理员",
        AuditAdministrator = "AUDIT_ADMINISTRATOR" "审计管理员",
    }
}

vocabulary! {
    /// 字段类别 How far a field may be seen.
    FieldClass {
        Public = "PUBLIC" "公开：依法公示的信息",
        Internal = "INTERNAL" "内部：机关工作信息，限本辖区",
        Personal = "PERSONAL" "个人信息：默认脱敏，凭用途查看并留痕",
        Sensitive = "SENSITIVE" "敏感：默认不可见，凭用途查看并留痕",
    }
}

vocabulary! {
    /// 操作 What may be done beyond reading what is public.
    Act {
        ManageSession = "MANAGE_SESSION" "管理本次登录（二次验证、退出）",
        ManageAccount = "MANAGE_ACCOUNT" "管理本人账号",
        RevealFields = "REVEAL_FIELDS" "查看未脱敏信息",
        ReadUsers = "READ_USERS" "查看账号",
        ManageUsers = "MANAGE_USERS" "建立与停用账号",
        AssignRoles = "ASSIGN_ROLES" "授予与收回角色",
        ReadClients = "READ_CLIENTS" "查看接口用户",
        ManageClients = "MANAGE_CLIENTS" "管理接口用户与密钥",
        ReadAudit = "READ_AUDIT" "查看与核验审计记录",
        ReadOperations = "READ_OPERATIONS" "查看运行情况",
        UseInterface = "USE_INTERFACE" "以接口用户身份调用",
        CheckCredit = "CHECK_CREDIT" "批量核查信用状况",
        FollowChanges = "FOLLOW_CHANGES" "接收登记变更",
        FollowJobs = "FOLLOW_JOBS" "查看本人发起的任务",
        SaveSearches = "SAVE_SEARCHES" "保存检索并接收新命中提醒",
        ExportSearch = "EXPORT_SEARCH" "导出检索结果",
        ExportReports = "EXPORT_REPORTS" "导出零值年报名单",
        SuperviseReports = "SUPERVISE_REPORTS" "监管年报（零值名单、年报进度、比对结果）",
        CompareReports = "COMPARE_REPORTS" "开展年报比对",
        OrderCorrection = "ORDER_CORRECTION" "责令改正与核查办结",
        AnswerCorrection = "ANSWER_CORRECTION" "答复责令改正通知书",
        FileReports = "FILE_REPORTS" "填报本企业及其分支机构的年度报告",
        ReadFilings = "READ_FILINGS" "查看年度报告填报情况",
        UrgeReports = "URGE_REPORTS" "年报短信催报",
        RecordLegalPhones = "RECORD_LEGAL_PHONES" "登记法定代表人手机号",
        PublishNotices = "PUBLISH_NOTICES" "发布与撤回公告",
    }
}

impl Act {
    /// 敏感操作 Whether it asks for a second factor that was shown a short time ago (ACCESS-6): it shows personal data
    /// in clear, takes many records out, or gives rights and keys to others.
    pub const fn needs_fresh_factor(self) -> bool {
        matches!(
            self,
            Self::RevealFields
                | Self::ExportSearch
                | Self::ExportReports
                | Self::ManageUsers
                | Self::AssignRoles
                | Self::ManageClients
        )
    }
}
