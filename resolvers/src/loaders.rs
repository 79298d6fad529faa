//! 加载器 One batcher for each way in which the graph reads the database.
//!
//! Made once for each serving thread; the scope is part of every key, so that a row is never
//! shared by two readers who may see different things.

use std::hash::Hash;
use std::sync::Arc;

use entities::annual_report::{employment_need, report};
use entities::credit::{abnormal_listing, inspection, licence, penalty, repair, serious_violation};
use entities::cross_region::{self, received};
use entities::enterprise::find;
use entities::enterprise::list::{self, Filter, Sort};
use entities::enterprise::registered;
use entities::notices::notice;
use entities::page::{self, Child, Page, Window};
use entities::reference::Authorities;
use entities::{Database, Scope};
use futures::future::join_all;
use rules::vocabulary::CrossRegionKind;
use schema::{Answer, Failure};

use crate::batch::{Batcher, HashMap, by_group};

/// A page of the records of one enterprise.
pub type ChildPage<C> = Arc<Page<Arc<C>>>;
/// Loads pages of the records of enterprises.
pub type Children<C> = Batcher<(i64, Window, Scope), ChildPage<C>>;
/// Loads pages of what other provinces sent about enterprises, of some kinds or of all.
pub type ReceivedOf = Batcher<(i64, Vec<CrossRegionKind>, Window, Scope), ChildPage<received::Model>>;
/// Loads rows by key.
pub type ByKey<K, M> = Batcher<(K, Scope), Arc<M>>;
/// Loads pages of the list of enterprises.
pub type Lists = Batcher<(Filter, Sort, Window), Arc<Page<Arc<registered::Model>>>>;

/// Questions of one kind under way at most on a serving thread: enough to hide the way to the
/// database, few enough that a busy thread gathers.
const LANES: usize = 2;
/// Lists are not merged into one statement, so more of them go side by side.
const LIST_LANES: usize = 4;

/// Every loader of the graph.
#[derive(Clone)]
pub struct Loaders {
    /// The database, for what is read once a request.
    pub db: Database,
    /// Names of authorities.
    pub authorities: Authorities,
    /// Enterprises by internal id.
    pub enterprise: ByKey<i64, registered::Model>,
    /// Enterprises by unified social credit code.
    pub enterprise_by_uscc: ByKey<String, registered::Model>,
    /// Pages of the list of enterprises.
    pub enterprises: Lists,
    /// Exact lengths of that list.
    pub enterprise_count: Batcher<Filter, u64>,
    /// Credit summaries by enterprise.
    pub summary: Batcher<(i64, Scope), entities::summary::Summary>,
    /// 行政处罚 by id.
    pub penalty: ByKey<i64, penalty::Model>,
    /// 行政处罚 by document number.
    pub penalty_by_document: ByKey<String, penalty::Model>,
    /// 行政许可 by id.
    pub licence: ByKey<i64, licence::Model>,
    /// 监督检查 by id.
    pub inspection: ByKey<i64, inspection::Model>,
    /// 经营异常名录 by id.
    pub abnormal_listing: ByKey<i64, abnormal_listing::Model>,
    /// 严重违法失信名单 by id.
    pub serious_violation: ByKey<i64, serious_violation::Model>,
    /// 信用修复 by id.
    pub repair: ByKey<i64, repair::Model>,
    /// 公告 by id.
    pub notice: ByKey<i64, notice::Model>,
    /// 跨地域记录 by id.
    pub cross_region_record: ByKey<i64, received::Model>,
    /// 年度报告 by id.
    pub report: ByKey<i64, report::Model>,
    /// 用工需求 by id.
    pub employment_need: ByKey<i64, employment_need::Model>,
    /// 行政处罚 of enterprises.
    pub penalties: Children<penalty::Model>,
    /// 行政许可 of enterprises.
    pub licences: Children<licence::Model>,
    /// 监督检查 of enterprises.
    pub inspections: Children<inspection::Model>,
    /// 经营异常名录 of enterprises.
    pub abnormal_listings: Children<abnormal_listing::Model>,
    /// 严重违法失信名单 of enterprises.
    pub serious_violations: Children<serious_violation::Model>,
    /// 信用修复 of enterprises.
    pub repairs: Children<repair::Model>,
    /// 公告 of enterprises.
    pub notices: Children<notice::Model>,
    /// 跨地域记录 of enterprises.
    pub cross_region_records: ReceivedOf,
    /// 年度报告 of enterprises.
    pub reports: Children<report::Model>,
    /// 用工需求 of enterprises.
    pub employment_needs: Children<employment_need::Model>,
    /// 股东及出资 of enterprises.
    pub shareholders: Batcher<(i64, Scope), Arc<Vec<entities::holders::Holder>>>,
    /// 主要人员 of enterprises.
    pub key_persons: Batcher<(i64, Scope), Arc<Vec<entities::enterprise::key_person::Model>>>,
    /// 变更记录 of enterprises.
    pub changes: Batcher<(i64, Scope), Arc<Vec<entities::change::change_record::Model>>>,
    /// 授权 of accounts.
    pub grants: Batcher<i64, Arc<Vec<entities::access::grant::Model>>>,
    /// 统一身份 of accounts.
    pub identities: Batcher<i64, Arc<Vec<entities::identity::user_identity::Model>>>,
    /// 接口密钥 of partner clients.
    pub api_keys: Batcher<i64, Arc<Vec<entities::access::api_key::Model>>>,
    /// 年度报告附表 of reports.
    pub report_parts: Batcher<i64, Arc<entities::report_parts::Parts>>,
    /// 责令改正通知书 by id.
    pub letter: Batcher<i64, Arc<entities::bureau::letter::Model>>,
    /// 比对结果 of letters.
    pub letter_findings: Batcher<i64, Arc<Vec<Arc<entities::bureau::finding::Model>>>>,
    /// 办理记录 of findings.
    pub finding_steps: Batcher<i64, Arc<Vec<entities::bureau::finding_step::Model>>>,
    /// 部门数据 of enterprises.
    pub told_figures: Batcher<i64, Arc<Vec<entities::filing::extracted::told::Model>>>,
    /// 年报修改记录 of reports.
    pub report_modifications: Batcher<i64, Arc<Vec<entities::filing::modification::Model>>>,
    /// 法定代表人手机号 of enterprises.
    pub legal_phone: Batcher<i64, Arc<entities::liaison::legal_phone::Model>>,
    /// 短信计数 of reminder campaigns.
    pub reminder_counts: Batcher<i64, Arc<Vec<entities::messages::Counted>>>,
}

impl Loaders {
    /// The loaders of one serving thread.
    pub fn new(db: &Database, authorities: Authorities, totals: services::totals::Totals) -> Self {
        let count_db = db.clone();
        let list_db = db.clone();
        let (parts_db, grants_db, keys_db, identities_db) = (db.clone(), db.clone(), db.clone(), db.clone());
        let (letters_db, findings_db, steps_db) = (db.clone(), db.clone(), db.clone());
        let (modifications_db, told_db) = (db.clone(), db.clone());
        let (legal_db, counts_db) = (db.clone(), db.clone());
        Self {
            db: db.clone(),
            authorities,
            enterprise: by_key(db, find::by_ids),
            enterprise_by_uscc: by_key(db, find::by_usccs),
            enterprises: Batcher::new(LIST_LANES, move |keys| lists(list_db.clone(), keys)),
            enterprise_count: Batcher::new(LIST_LANES, move |filters| {
                counts(count_db.clone(), totals.clone(), filters)
            }),
            summary: by_key(db, entities::summary::of_enterprises),
            penalty: by_key(db, page::by_ids::<penalty::Model>),
            penalty_by_document: by_key(db, entities::credit::penalties_by_document),
            licence: by_key(db, page::by_ids::<licence::Model>),
            inspection: by_key(db, page::by_ids::<inspection::Model>),
            abnormal_listing: by_key(db, page::by_ids::<abnormal_listing::Model>),
            serious_violation: by_key(db, page::by_ids::<serious_violation::Model>),
            repair: by_key(db, page::by_ids::<repair::Model>),
            notice: by_key(db, page::by_ids::<notice::Model>),
            cross_region_record: by_key(db, page::by_ids::<received::Model>),
            report: by_key(db, page::by_ids::<report::Model>),
            employment_need: by_key(db, page::by_ids::<employment_need::Model>),
            penalties: children(db),
            licences: children(db),
            inspections: children(db),
            abnormal_listings: children(db),
            serious_violations: children(db),
            repairs: children(db),
            notices: children(db),
            cross_region_records: received_of(db),
            reports: children(db),
            employment_needs: children(db),
            shareholders: by_key(db, entities::holders::of_enterprises),
            key_persons: by_key(db, entities::holders::key_persons_of),
            changes: by_key(db, entities::change::of_enterprises),
            grants: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = grants_db.clone();
                async move { Ok(shared(entities::access::grants_of(&db, &ids).await?)) }
            }),
            identities: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = identities_db.clone();
                async move { Ok(shared(entities::identity::of_users(&db, &ids).await?)) }
            }),
            api_keys: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = keys_db.clone();
                async move { Ok(shared(entities::access::keys_of(&db, &ids).await?)) }
            }),
            report_parts: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = parts_db.clone();
                async move { Ok(entities::report_parts::of_reports(&db, &ids).await?.into_iter().collect()) }
            }),
            letter: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = letters_db.clone();
                async move { Ok(entities::bureau::letters::by_ids(&db, &ids).await?.into_iter().collect()) }
            }),
            letter_findings: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = findings_db.clone();
                async move { Ok(entities::bureau::findings::of_letters(&db, &ids).await?.into_iter().collect()) }
            }),
            finding_steps: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = steps_db.clone();
                async move { Ok(entities::bureau::findings::steps_of(&db, &ids).await?.into_iter().collect()) }
            }),
            legal_phone: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = legal_db.clone();
                async move {
                    let found = entities::liaison::legal_phones_of(&db, &ids).await?;
                    Ok(found.into_iter().map(|(id, row)| (id, Arc::new(row))).collect())
                }
            }),
            reminder_counts: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = counts_db.clone();
                async move { Ok(shared(entities::messages::counts_of(&db, &ids).await?)) }
            }),
            told_figures: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = told_db.clone();
                async move { Ok(shared(entities::filing::extracted::told_of_many(&db, &ids).await?)) }
            }),
            report_modifications: Batcher::new(LANES, move |ids: Vec<i64>| {
                let db = modifications_db.clone();
                async move { Ok(entities::filing::modifications_of(&db, &ids).await?.into_iter().collect()) }
            }),
        }
    }

    /// 机关名称 The name of an authority.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn authority(&self, id: i64) -> Answer<String> {
        let name = match self.authorities.known(id) {
            Some(name) => Some(name),
            None => self.authorities.name(&self.db, id).await?,
        };
        Ok(name.map(|name| name.to_string()).unwrap_or_default())
    }
}

/// Lists behind pointers, since every field that asks gets its own.
fn shared<T>(found: Found<i64, Vec<T>>) -> HashMap<i64, Arc<Vec<T>>> {
    found.into_iter().map(|(key, rows)| (key, Arc::new(rows))).collect()
}

/// A batcher over a reader that takes keys and a scope.
fn by_key<K, V, F>(db: &Database, read: F) -> Batcher<(K, Scope), V>
where
    K: Eq + Hash + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    F: AsyncRead<K, V> + Clone,
{
    let db = db.clone();
    Batcher::new(LANES, move |keys: Vec<(K, Scope)>| {
        let (db, read) = (db.clone(), read.clone());
        async move {
            by_group(
                keys,
                |key| key.1,
                |scope, keys| {
                    let keys: Vec<K> = keys.into_iter().map(|(key, _)| key).collect();
                    let (db, read) = (db.clone(), read.clone());
                    async move {
                        let values = read.read(db, keys, scope).await?;
                        Ok(values.into_iter().map(|(key, value)| ((key, scope), value)).collect())
                    }
                },
            )
            .await
        }
    })
}

/// What storage finds by key.
type Found<K, V> = std::collections::HashMap<K, V>;

/// An `async fn(&Database, &[K], &Scope) -> Result<HashMap<K, V>, DbErr>`.
pub trait AsyncRead<K, V>: Send + Sync + 'static {
    /// Reads the values of the keys that exist in the scope.
    fn read(
        &self,
        db: Database,
        keys: Vec<K>,
        scope: Scope,
    ) -> futures::future::BoxFuture<'static, Result<Found<K, V>, sea_orm::DbErr>>;
}

impl<K, V, F> AsyncRead<K, V> for F
where
    K: Send + Sync + 'static,
    V: Send + 'static,
    F: for<'a> Reader<'a, K, V> + Clone + Send + Sync + 'static,
{
    fn read(
        &self,
        db: Database,
        keys: Vec<K>,
        scope: Scope,
    ) -> futures::future::BoxFuture<'static, Result<Found<K, V>, sea_orm::DbErr>> {
        let read = self.clone();
        Box::pin(async move { read.call(&db, &keys, &scope).await })
    }
}

/// Ties the future of a reader to the borrow of its arguments.
pub trait Reader<'a, K: 'a, V> {
    /// The future.
    type Future: Future<Output = Result<Found<K, V>, sea_orm::DbErr>> + Send + 'a;
    /// Calls the reader.
    fn call(&self, db: &'a Database, keys: &'a [K], scope: &'a Scope) -> Self::Future;
}

impl<'a, K: 'a, V, F, Fut> Reader<'a, K, V> for F
where
    F: Fn(&'a Database, &'a [K], &'a Scope) -> Fut,
    Fut: Future<Output = Result<Found<K, V>, sea_orm::DbErr>> + Send + 'a,
{
    type Future = Fut;

    fn call(&self, db: &'a Database, keys: &'a [K], scope: &'a Scope) -> Fut {
        self(db, keys, scope)
    }
}

fn children<C: Child + 'static>(db: &Database) -> Children<C> {
    let db = db.clone();
    Batcher::new(LANES, move |keys: Vec<(i64, Window, Scope)>| {
        let db = db.clone();
        async move {
            by_group(
                keys,
                |key| (key.1.clone(), key.2),
                |(window, scope), keys| {
                    let parents: Vec<i64> = keys.into_iter().map(|key| key.0).collect();
                    let db = db.clone();
                    async move {
                        let pages = page::pages_of::<C>(&db, &parents, &window, &scope).await?;
                        Ok(pages.into_iter().map(|(id, page)| ((id, window.clone(), scope), Arc::new(page))).collect())
                    }
                },
            )
            .await
        }
    })
}

fn received_of(db: &Database) -> ReceivedOf {
    let db = db.clone();
    Batcher::new(LANES, move |keys: Vec<(i64, Vec<CrossRegionKind>, Window, Scope)>| {
        let db = db.clone();
        async move {
            by_group(
                keys,
                |key| (key.1.clone(), key.2.clone(), key.3),
                |(kinds, window, scope), keys| {
                    let parents: Vec<i64> = keys.into_iter().map(|key| key.0).collect();
                    let db = db.clone();
                    async move {
                        let pages = cross_region::pages_of(&db, &parents, &kinds, &window, &scope).await?;
                        let key = |id| (id, kinds.clone(), window.clone(), scope);
                        Ok(pages.into_iter().map(|(id, page)| (key(id), Arc::new(page))).collect())
                    }
                },
            )
            .await
        }
    })
}

async fn lists(
    db: Database,
    keys: Vec<(Filter, Sort, Window)>,
) -> Answer<HashMap<(Filter, Sort, Window), Arc<Page<Arc<registered::Model>>>>> {
    let pages = join_all(keys.into_iter().map(|key| {
        let db = db.clone();
        async move {
            let page = list::page(&db, &key.0, key.1, &key.2).await?;
            Ok::<_, Failure>((key, Arc::new(page)))
        }
    }))
    .await;
    pages.into_iter().collect()
}

async fn counts(db: Database, totals: services::totals::Totals, filters: Vec<Filter>) -> Answer<HashMap<Filter, u64>> {
    let counts = join_all(filters.into_iter().map(|filter| {
        let (db, totals) = (&db, &totals);
        async move {
            let total = totals.count(db, &filter).await?;
            Ok::<_, Failure>((filter, total))
        }
    }))
    .await;
    counts.into_iter().collect()
}
