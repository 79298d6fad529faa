//! 联络员注册与变更 Mutations that anybody may try, with a code that is sent to the legal representative.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use rules::liaison::LiaisonPurpose;
use schema::Answer;
use schema::scalars::{DateTime, Uscc};
use services::access::liaison::{self, Registered, Registration, Request};
use services::command::Done;
use services::command::power::RecordLegalPhones;

use crate::access::{caller, desk, payload, permit};
use crate::owner::{loaders, scope};

payload! {
    /// 申请验证码结果 The same for every code and number, whether or not a message goes out.
    RequestLegalRepCodePayload {
        /// 凭据 Told once: the code is taken only together with it.
        ticket: String,
        /// 验证码失效时间
        expires_at: DateTime,
        /// 可重新申请时间
        resend_at: DateTime,
    }
}

payload! {
    /// 联络员注册结果
    RegisterLiaisonPayload {
        /// 联络员
        liaison: Liaison,
    }
}

payload! {
    /// 联络员变更结果
    ChangeLiaisonPayload {
        /// 联络员
        liaison: Liaison,
    }
}

payload! {
    /// 登记法定代表人手机号结果
    RecordLegalRepPhonePayload {
        /// 脱敏手机号
        phone_masked: String,
    }
}

/// 联络员 Who files for an enterprise from now on; signs in with login and password.
#[derive(SimpleObject, Clone)]
pub struct Liaison {
    /// 姓名
    pub name: String,
    /// 账号名
    pub login: String,
    /// 脱敏手机号
    pub phone_masked: String,
    /// 任职起始时间
    pub started_at: DateTime,
    /// 是否替换了原联络员 Whose sessions have ended.
    pub has_replaced: bool,
}

impl From<Registered> for Liaison {
    fn from(registered: Registered) -> Self {
        let Registered { row, login, phone, has_replaced } = registered;
        Self { name: row.name, login, phone_masked: phone, started_at: DateTime(row.started_at), has_replaced }
    }
}

/// 申请验证码
#[derive(InputObject)]
pub struct RequestLegalRepCodeInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 业务 The code is taken for nothing else.
    pub purpose: LiaisonPurpose,
    /// 法定代表人手机号 If it is given, a message goes out only if it is the registered one.
    pub legal_rep_phone: Option<String>,
}

/// 联络员信息 Of who is to be liaison.
#[derive(InputObject)]
pub struct LiaisonInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 凭据 Of the request for the code.
    pub ticket: String,
    /// 验证码 The 6 digits that were sent to the legal representative.
    pub code: String,
    /// 联络员姓名
    pub name: String,
    /// 联络员手机号 Stored encrypted.
    pub phone: String,
    /// 联络员身份证号码 Stored encrypted, shown to nobody.
    pub id_number: Option<String>,
    /// 账号名 A new one, or that of one's own account.
    pub login: String,
    /// 口令 Of the new account, or that of one's own account.
    pub password: String,
}

impl LiaisonInput {
    fn of(self, purpose: LiaisonPurpose) -> Registration {
        let Self { uscc, ticket, code, name, phone, id_number, login, password } = self;
        Registration { uscc: uscc.0, purpose, ticket, code, name, phone, id_number, login, password }
    }
}

/// 登记法定代表人手机号
#[derive(InputObject)]
pub struct RecordLegalRepPhoneInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 法定代表人手机号
    pub phone: String,
    /// 登记依据 4 to 200 characters, kept in the audit log.
    pub reason: String,
}

/// Mutations of liaisons.
#[derive(Default)]
pub struct LiaisonMutation;

async fn registered(ctx: &Context<'_>, registration: Registration) -> Answer<Done<Liaison>> {
    let (db, sessions, caller) = (&loaders(ctx)?.db, &desk(ctx)?.sessions, caller(ctx)?);
    Ok(liaison::register(db, sessions, caller, registration).await.map(Liaison::from))
}

#[Object]
impl LiaisonMutation {
    /// 申请验证码 For the registration or the change of a liaison: 6 digits by short message to the registered telephone
    /// of the legal representative, good for 5 minutes and 5 tries; again after 60 seconds at the earliest.
    #[graphql(complexity = "100 + child_complexity")]
    async fn request_legal_rep_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "主体与业务")] input: RequestLegalRepCodeInput,
    ) -> Answer<RequestLegalRepCodePayload> {
        let asked = Request { uscc: input.uscc.0, purpose: input.purpose, phone: input.legal_rep_phone };
        let done = liaison::request(&loaders(ctx)?.db, caller(ctx)?, asked).await;
        RequestLegalRepCodePayload::settled(done, |requested| RequestLegalRepCodePayload {
            ticket: Some(requested.ticket),
            expires_at: Some(DateTime(requested.expires_at)),
            resend_at: Some(DateTime(requested.resend_at)),
            ..Default::default()
        })
    }

    /// 联络员注册 For an enterprise that has none yet; makes the account, or takes one's own.
    #[graphql(complexity = "200 + child_complexity")]
    async fn register_liaison(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "联络员与验证码")] input: LiaisonInput,
    ) -> Answer<RegisterLiaisonPayload> {
        let done = registered(ctx, input.of(LiaisonPurpose::Register)).await?;
        RegisterLiaisonPayload::settled(done, |liaison| RegisterLiaisonPayload {
            liaison: Some(liaison),
            ..Default::default()
        })
    }

    /// 联络员变更 In the place of the present one, whose rights and sessions end at once.
    #[graphql(complexity = "200 + child_complexity")]
    async fn change_liaison(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "新联络员与验证码")] input: LiaisonInput,
    ) -> Answer<ChangeLiaisonPayload> {
        let done = registered(ctx, input.of(LiaisonPurpose::Change)).await?;
        ChangeLiaisonPayload::settled(done, |liaison| ChangeLiaisonPayload {
            liaison: Some(liaison),
            ..Default::default()
        })
    }

    /// 登记法定代表人手机号 By the office of the region, where codes are sent from then on.
    #[graphql(complexity = "100 + child_complexity")]
    async fn record_legal_rep_phone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "主体、手机号与依据")] input: RecordLegalRepPhoneInput,
    ) -> Answer<RecordLegalRepPhonePayload> {
        let all = loaders(ctx)?;
        let row = all.enterprise_by_uscc.load((input.uscc.0.to_string(), scope(ctx)?)).await?;
        let here = row.and_then(|row| Some((row.clone(), row.place()?.region)));
        let Some((row, region)) = here else {
            return Ok(RecordLegalRepPhonePayload::refused(vec![liaison::phone::unknown().into()]));
        };
        let permit = permit!(caller(ctx)?.may_in::<RecordLegalPhones>(region), RecordLegalRepPhonePayload);
        let done = liaison::phone::record(&all.db, &permit, &row, &input.phone, &input.reason).await;
        RecordLegalRepPhonePayload::settled(done, |masked| RecordLegalRepPhonePayload {
            phone_masked: Some(masked),
            ..Default::default()
        })
    }
}
