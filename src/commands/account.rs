//! 账号 `qinxin account create`: the first administrators are made at the machine, because a fresh
//! installation has no account (GB/T 22239-2019 8.1.4.2 b).

use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use entities::enterprise::find;
use entities::{Database, Scope};
use rules::access::Role;
use rules::region::RegionCode;
use services::access::sessions::Sessions;
use services::access::users::{self, NewGrant, NewUser};
use services::command::{Caller, Refused};
use services::ports::Clock;

use super::{connect, print};
use crate::cli::AccountAct;
use crate::config::Config;

/// Makes an account with a role and prints its first password.
///
/// # Errors
/// What is wrong with the account or the role.
pub async fn run(config: &Config, act: AccountAct, clock: Clock) -> Result<()> {
    let AccountAct::Create { login, name, role, region, enterprise } = act;
    let unknown = || anyhow!("没有角色“{role}”，应为 SYSTEM_ADMINISTRATOR、SECURITY_ADMINISTRATOR 等。");
    let role = Role::from_code(&role).ok_or_else(unknown)?;
    let region =
        RegionCode::from_str(&region).map_err(|_| anyhow!("辖区代码“{region}”应为 6 位数字，例如 610000。"))?;
    // No lock of the data folder: accounts are made beside a running server.
    let db = connect(config).await?;
    services::setup::prepare(&db).await?;
    let enterprise = match enterprise {
        Some(code) => Some(found(&db, code, clock).await?),
        None => None,
    };
    let caller = Caller { name: Arc::from("command line"), ..Caller::anonymous(Arc::from("local"), clock.now()) };
    let (user, password) = users::create_as(&db, &caller, NewUser { login, name }).await.map_err(told)?;
    let grant = NewGrant { user: user.id, role, region, enterprise };
    users::grant_as(&db, &Sessions::default(), &caller, grant).await.map_err(told)?;
    print(&format!(
        "账号 {} 已建立（{}，{region}）\n初始口令 {password}\n首次登录后请修改口令。\n",
        user.login,
        role.term()
    ))
}

/// The key of the enterprise with this code.
async fn found(db: &Database, code: String, clock: Clock) -> Result<i64> {
    let rows = find::by_usccs(db, std::slice::from_ref(&code), &Scope::now(clock.today())).await?;
    let row = rows.get(&code).ok_or_else(|| anyhow!("没有统一社会信用代码为 {code} 的经营主体。"))?;
    Ok(row.id)
}

fn told(refused: Refused) -> anyhow::Error {
    match refused {
        Refused::Inputs(errors) => {
            let messages: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            anyhow!("{}", messages.join("\n"))
        }
        Refused::Database(error) => error.into(),
    }
}
