// 主体页 The record page of an enterprise: who it is, its credit in short, its records by family.
import { EnterpriseByCode, type Enterprise } from './asked.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { amend, type EnterpriseRoute, START } from '../route.ts';
import { amount, day, today } from '../shared/format.ts';
import { Facts } from '../shared/Facts.tsx';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { StatusBadge } from '../shared/StatusBadge.tsx';
import { Tabs } from '../shared/Tabs.tsx';
import { t } from '../shared/text.ts';
import { Uscc } from '../shared/Uscc.tsx';
import { term } from '../shared/vocabulary.ts';
import { FAMILIES } from './families.tsx';
import './enterprise.css';

/** The tab that stands open. */
const FIRST = 'penalties';

export function EnterprisePage({ route }: { route: EnterpriseRoute }) {
  const { data, failure, loading, retry } = useGraph(EnterpriseByCode, { uscc: route.uscc });
  if (failure) {
    return (
      <>
        <PageTitle>{failure.code === 'INVALID_INPUT' ? t('统一社会信用代码不正确') : t('经营主体')}</PageTitle>
        <Failed failure={failure} retry={retry} />
        <Return />
      </>
    );
  }
  if (loading || !data) return <Loading lines={10} />;
  if (!data.enterprise) {
    return (
      <>
        <PageTitle>{t('未找到经营主体')}</PageTitle>
        <Empty>{t('库中没有统一社会信用代码为 {uscc} 的经营主体，请核对代码后重新查询。', { uscc: route.uscc })}</Empty>
        <Return />
      </>
    );
  }
  const family = FAMILIES.find(({ id }) => id === route.tab) ?? FAMILIES.find(({ id }) => id === FIRST);
  return (
    <>
      <Head enterprise={data.enterprise} />
      <Registration enterprise={data.enterprise} />
      {family && (
        <section className="card">
          <h2>{t('信用记录')}</h2>
          <Tabs label={t('信用记录')} tabs={FAMILIES.map(({ id, title }) => ({ id, title: t(title) }))} chosen={family.id} choose={(tab) => amend({ ...route, tab, at: '' })}>
            {family.list(route.uscc, route.at)}
          </Tabs>
        </section>
      )}
    </>
  );
}

function Return() {
  return (
    <p>
      <Link to={START}>{t('返回信用查询')}</Link>
    </p>
  );
}

function Head({ enterprise }: { enterprise: Enterprise }) {
  const { creditSummary: credit, uscc } = enterprise;
  return (
    <header className="record-head">
      <div className="record-name">
        <PageTitle>{enterprise.name}</PageTitle>
        <StatusBadge status={enterprise.status} />
      </div>
      <p className="code">
        <span className="quiet">{t('统一社会信用代码')} </span>
        <Uscc code={uscc} />
      </p>
      <ul className="summary">
        <Summary label={t('行政处罚')} value={t('{count} 条', { count: credit.penaltyCount })} grave={credit.penaltyCount > 0} />
        <Summary
          label={t('经营异常名录')}
          value={credit.activeAbnormalListing ? t('已列入') : t('未列入')}
          grave={credit.activeAbnormalListing}
        />
        <Summary
          label={t('严重违法失信名单')}
          value={credit.activeSeriousViolation ? t('已列入') : t('未列入')}
          grave={credit.activeSeriousViolation}
        />
        <Summary
          label={t('最近年报')}
          value={credit.lastReportYear === null ? t('无') : t('{year} 年度', { year: credit.lastReportYear })}
          grave={false}
        />
      </ul>
      <DraftLink enterprise={enterprise} />
    </header>
  );
}

/** What comes next for most entities; less so where the report is in or the entity no longer does business. */
function DraftLink({ enterprise: { uscc, status, establishedOn, creditSummary } }: { enterprise: Enterprise }) {
  const lastYear = Number(today().slice(0, 4)) - 1;
  // Whoever was established after that year has nothing to report for it.
  if (establishedOn && Number(establishedOn.slice(0, 4)) > lastYear) return null;
  const isFiled = (creditSummary.lastReportYear ?? 0) >= lastYear;
  const isDue = !isFiled && !(status in CLOSINGS);
  return (
    <p>
      <Link to={{ page: 'draft', uscc, year: lastYear, question: '' }} className={isDue ? 'button primary' : 'button'}>
        {t('预填 {year} 年度报告', { year: lastYear })}
      </Link>
      {isFiled && <span className="quiet beside">{t('该年度报告已报送')}</span>}
    </p>
  );
}

/** What the day of closing is called. */
const CLOSINGS: Record<string, string> = {
  REVOKED: '吊销日期',
  REVOKED_DEREGISTERED: '吊销或注销日期',
  DEREGISTERED: '注销日期',
};

/** What the capital is called; branches and offices have none of their own. */
const CAPITALS: Record<string, string | null> = {
  INDIVIDUAL_HOUSEHOLD: '资金数额',
  FARMERS_COOPERATIVE: '成员出资总额',
  PARTNERSHIP: '出资额',
  SOLE_PROPRIETORSHIP: '出资额',
  BRANCH: null,
  REPRESENTATIVE_OFFICE: null,
};

function Summary({ label, value, grave }: { label: string; value: string; grave: boolean }) {
  return (
    <li className={grave ? 'grave' : undefined}>
      <span className="quiet">{label}</span>
      <strong>{value}</strong>
    </li>
  );
}

function Registration({ enterprise }: { enterprise: Enterprise }) {
  const capital = enterprise.kind in CAPITALS ? CAPITALS[enterprise.kind] : '注册资本';
  return (
    <section className="card">
      <h2>{t('登记信息')}</h2>
      <Facts
        facts={[
          { label: t('类型'), value: term('EnterpriseKind', enterprise.kind) },
          { label: t('法定代表人（负责人、经营者）'), value: enterprise.legalRepresentative },
          ...(capital ? [{ label: t(capital), value: amount(enterprise.registeredCapitalWan, t('万元')) }] : []),
          { label: t('成立日期'), value: day(enterprise.establishedOn) },
          { label: t('核准日期'), value: day(enterprise.approvedOn) },
          ...(enterprise.closedOn
            ? [{ label: t(CLOSINGS[enterprise.status] ?? '吊销或注销日期'), value: day(enterprise.closedOn) }]
            : []),
          { label: t('行业'), value: enterprise.industry?.name ?? null },
          { label: t('地区'), value: enterprise.region?.fullName ?? null },
          { label: t('登记机关'), value: enterprise.registrationAuthority },
          { label: t('联系电话'), value: enterprise.phone },
          { label: t('住所（经营场所）'), value: enterprise.address, wide: true },
          { label: t('经营范围'), value: enterprise.businessScope, wide: true },
        ]}
      />
    </section>
  );
}
