//! 词汇 The closed word lists of the register: each value has a stable code, the Chinese term
//! that offices write, and a description that becomes the schema's.
//!
//! The words of the old systems are mapped to these codes in `data/legacy_words.toml`, not here.

#[cfg(feature = "orm")]
use sea_orm::sea_query::StringLen;

/// Declares an enum with a stable code (`ACTIVE`) and the Chinese term (`存续`) of each value.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal $term:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[cfg_attr(feature = "graphql", derive(async_graphql::Enum))]
        #[cfg_attr(
            feature = "orm",
            derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum),
            sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))", rename_all = "SCREAMING_SNAKE_CASE")
        )]
        pub enum $name { $(#[doc = $term] $(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Stable code, as stored and as shown in the graph.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// 中文 The term that offices write.
            pub const fn term(self) -> &'static str {
                match self { $(Self::$variant => $term,)+ }
            }

            /// The value of a stored code, `None` if the code is not in the list.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// 登记状态 Registration status of an enterprise.
    EnterpriseStatus {
        Active = "ACTIVE" "存续（在营、开业、在册）",
        Operating = "OPERATING" "在业",
        Suspended = "SUSPENDED" "停业（歇业）",
        Liquidating = "LIQUIDATING" "清算",
        MovedOut = "MOVED_OUT" "迁出",
        Revoked = "REVOKED" "吊销，未注销",
        RevokedDeregistered = "REVOKED_DEREGISTERED" "吊销，已注销",
        Deregistered = "DEREGISTERED" "注销",
    }
}

impl EnterpriseStatus {
    /// Whether the entity may still do business and must file reports.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Active | Self::Operating | Self::Suspended | Self::Liquidating)
    }
}

vocabulary! {
    /// 经营主体类型 Kind of business entity.
    EnterpriseKind {
        LimitedCompany = "LIMITED_COMPANY" "有限责任公司",
        JointStockCompany = "JOINT_STOCK_COMPANY" "股份有限公司",
        Branch = "BRANCH" "分支机构",
        Partnership = "PARTNERSHIP" "合伙企业",
        SoleProprietorship = "SOLE_PROPRIETORSHIP" "个人独资企业",
        IndividualHousehold = "INDIVIDUAL_HOUSEHOLD" "个体工商户",
        FarmersCooperative = "FARMERS_COOPERATIVE" "农民专业合作社",
        ForeignInvested = "FOREIGN_INVESTED" "外商投资企业",
        RepresentativeOffice = "REPRESENTATIVE_OFFICE" "外国企业常驻代表机构",
        StateOwned = "STATE_OWNED" "全民所有制企业",
        Collective = "COLLECTIVE" "集体所有制企业",
    }
}

vocabulary! {
    /// 检查类型 Kind of inspection.
    InspectionKind {
        Daily = "DAILY" "日常监督检查",
        Random = "RANDOM" "双随机抽查",
        Special = "SPECIAL" "专项检查",
        Complaint = "COMPLAINT" "投诉举报核查",
        Unannounced = "UNANNOUNCED" "飞行检查",
    }
}

vocabulary! {
    /// 检查结果 Result of an inspection.
    InspectionResult {
        NoProblem = "NO_PROBLEM" "未发现问题",
        Corrected = "CORRECTED" "发现问题已责令改正",
        OrderedToCorrect = "ORDERED_TO_CORRECT" "责令限期整改",
        NotInvolved = "NOT_INVOLVED" "未发现本次抽查涉及的经营活动",
        Unreachable = "UNREACHABLE" "通过登记的住所（经营场所）无法联系",
        Uncooperative = "UNCOOPERATIVE" "不配合检查情节严重",
    }
}

vocabulary! {
    /// 列入经营异常名录原因 Ground of an abnormal listing (企业信息公示暂行条例 art. 17, 企业经营异常名录管理暂行办法 art. 4).
    AbnormalGround {
        ReportNotPublished = "REPORT_NOT_PUBLISHED" "未按照规定的期限公示年度报告",
        InformationNotPublished = "INFORMATION_NOT_PUBLISHED" "未在责令的期限内公示有关企业信息",
        FalseInformation = "FALSE_INFORMATION" "公示企业信息隐瞒真实情况、弄虚作假",
        Unreachable = "UNREACHABLE" "通过登记的住所或者经营场所无法联系",
    }
}

vocabulary! {
    /// 移出经营异常名录原因 Ground of a removal from the abnormal list (企业经营异常名录管理暂行办法 art. 10).
    RemovalGround {
        ReportFiled = "REPORT_FILED" "补报未报年份的年度报告并公示",
        InformationPublished = "INFORMATION_PUBLISHED" "已经履行公示义务",
        InformationCorrected = "INFORMATION_CORRECTED" "更正其公示的信息",
        AddressChanged = "ADDRESS_CHANGED" "依法办理住所或者经营场所变更登记",
        ReachableAgain = "REACHABLE_AGAIN" "提出通过登记的住所或者经营场所可以重新取得联系",
    }
}

vocabulary! {
    /// 列入严重违法失信名单原因 Field of the serious violation (市场监督管理严重违法失信名单管理办法 art. 5 to 10).
    SeriousGround {
        FoodSafety = "FOOD_SAFETY" "违反食品安全法律、行政法规",
        DrugsAndDevices = "DRUGS_AND_DEVICES" "违反药品、医疗器械、化妆品法律、行政法规",
        ProductSafety = "PRODUCT_SAFETY" "违反质量安全领域法律、行政法规",
        ConsumerRights = "CONSUMER_RIGHTS" "侵害消费者权益",
        FairCompetition = "FAIR_COMPETITION" "破坏公平竞争秩序、扰乱市场秩序",
        FalseRegistration = "FALSE_REGISTRATION" "提交虚假材料或者采取其他欺诈手段取得登记",
        RevokedLicence = "REVOKED_LICENCE" "被吊销营业执照后情节严重",
    }
}

vocabulary! {
    /// 信用修复对象 What a credit repair lifts (信用修复管理办法).
    RepairKind {
        PenaltyPublicity = "PENALTY_PUBLICITY" "提前终止行政处罚信息公示",
        AbnormalListing = "ABNORMAL_LISTING" "移出经营异常名录",
        SeriousViolation = "SERIOUS_VIOLATION" "移出严重违法失信名单",
    }
}

vocabulary! {
    /// 信用修复状态 Stage of a credit repair.
    RepairStatus {
        Submitted = "SUBMITTED" "已申请",
        Accepted = "ACCEPTED" "已受理",
        Granted = "GRANTED" "准予修复",
        Refused = "REFUSED" "不予修复",
        Withdrawn = "WITHDRAWN" "已撤回",
    }
}

vocabulary! {
    /// 主要人员职务 Office of a key person.
    PersonRole {
        Chairman = "CHAIRMAN" "董事长",
        ExecutiveDirector = "EXECUTIVE_DIRECTOR" "执行董事",
        Director = "DIRECTOR" "董事",
        Manager = "MANAGER" "经理",
        Supervisor = "SUPERVISOR" "监事",
        Partner = "PARTNER" "执行事务合伙人",
        Operator = "OPERATOR" "经营者",
        Investor = "INVESTOR" "投资人",
        Head = "HEAD" "负责人",
        Member = "MEMBER" "理事",
    }
}

vocabulary! {
    /// 变更事项 Registered item that a change concerns.
    ChangeItem {
        Name = "NAME" "名称变更",
        Address = "ADDRESS" "住所（经营场所）变更",
        LegalRepresentative = "LEGAL_REPRESENTATIVE" "法定代表人（负责人）变更",
        RegisteredCapital = "REGISTERED_CAPITAL" "注册资本变更",
        BusinessScope = "BUSINESS_SCOPE" "经营范围变更",
        Status = "STATUS" "登记状态变更",
        Shareholders = "SHAREHOLDERS" "投资人（股权）变更",
    }
}

vocabulary! {
    /// 跨地域记录类别 What another province sent about an enterprise.
    CrossRegionKind {
        Licence = "LICENCE" "行政许可",
        Penalty = "PENALTY" "行政处罚",
        SeriousViolation = "SERIOUS_VIOLATION" "列入严重违法失信名单",
        OffsiteCase = "OFFSITE_CASE" "异地案件协同",
    }
}

impl CrossRegionKind {
    /// 依法公示 Whether the public is shown such records at all: cases that offices work on together are their
    /// own concern (市场监督管理行政处罚信息公示规定 art. 2 publishes decisions).
    pub const fn is_published(self) -> bool {
        match self {
            Self::Licence | Self::Penalty | Self::SeriousViolation => true,
            Self::OffsiteCase => false,
        }
    }
}

vocabulary! {
    /// 异地案件协同状态 How far a case is on which offices of two provinces work together.
    OffsiteCaseState {
        Sent = "SENT" "已发出",
        Received = "RECEIVED" "已签收",
        Answered = "ANSWERED" "已回复",
        Overdue = "OVERDUE" "逾期未回复",
    }
}

vocabulary! {
    /// 比对结果状态 How far a difference is settled.
    FindingStage {
        Open = "OPEN" "待处理",
        LetterIssued = "LETTER_ISSUED" "已责令改正",
        Overdue = "OVERDUE" "逾期未答复",
        Answered = "ANSWERED" "已答复，待核查",
        Corrected = "CORRECTED" "已改正",
        Dismissed = "DISMISSED" "核查无误，不予责令",
    }
}

vocabulary! {
    /// 办理步骤 What can be done about a difference.
    CorrectionStep {
        IssueLetter = "ISSUE_LETTER" "发出责令改正通知书",
        Answer = "ANSWER" "答复",
        Accept = "ACCEPT" "核查通过",
        Reject = "REJECT" "核查不通过，继续责令",
        Dismiss = "DISMISS" "核查无误，不予责令",
        Clear = "CLEAR" "再次比对已一致",
    }
}

vocabulary! {
    /// 文书种类 What a document that was issued says.
    DocumentKind {
        Receipt = "RECEIPT" "年度报告报送回执",
        Report = "REPORT" "年度报告书",
    }
}

vocabulary! {
    /// 公告类型 What a notice in the publicity system announces (公示系统公告信息).
    NoticeKind {
        LiquidationGroup = "LIQUIDATION_GROUP" "清算组备案公告",
        Creditor = "CREDITOR" "债权人公告",
        SimpleDeregistration = "SIMPLE_DEREGISTRATION" "简易注销公告",
        CapitalReduction = "CAPITAL_REDUCTION" "减资公告",
        Merger = "MERGER" "合并公告",
        Division = "DIVISION" "分立公告",
        LicenceInvalidation = "LICENCE_INVALIDATION" "营业执照作废声明",
        Service = "SERVICE" "送达公告",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_serde_names() {
        for status in EnterpriseStatus::ALL {
            assert_eq!(serde_json::to_string(status).ok(), Some(format!("\"{}\"", status.code())));
            assert_eq!(EnterpriseStatus::from_code(status.code()), Some(*status));
        }
    }
}
