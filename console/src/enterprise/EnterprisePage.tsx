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
        <PageTitle>{failure.code === 'INVALID_INPUT' ? '统一社会信用代码不正确' : '经营主体'}</PageTitle>
        <Failed failure={failure} retry={retry} />
        <Return />
      </>
    );
  }
  if (loading || !data) return <Loading lines={10} />;
  if (!data.enterprise) {
    return (
      <>
        <PageTitle>未找到经营主体</PageTitle>
        <Empty>库中没有统一社会信用代码为 {route.uscc} 的经营主体，请核对代码后重新查询。</Empty>
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
          <h2>信用记录</h2>
          <Tabs label="信用记录" tabs={FAMILIES} chosen={family.id} choose={(tab) => amend({ ...route, tab, at: '' })}>
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
      <Link to={START}>返回信用查询</Link>
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
        <span className="quiet">统一社会信用代码 </span>
        <Uscc code={uscc} />
      </p>
      <ul className="summary">
        <Summary label="行政处罚" value={`${credit.penaltyCount} 条`} grave={credit.penaltyCount > 0} />
        <Summary
          label="经营异常名录"
          value={credit.activeAbnormalListing ? '已列入' : '未列入'}
          grave={credit.activeAbnormalListing}
        />
        <Summary
          label="严重违法失信名单"
          value={credit.activeSeriousViolation ? '已列入' : '未列入'}
          grave={credit.activeSeriousViolation}
        />
        <Summary
          label="最近年报"
          value={credit.lastReportYear === null ? '无' : `${credit.lastReportYear} 年度`}
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
        预填 {String(lastYear)} 年度报告
      </Link>
      {isFiled && <span className="quiet beside">该年度报告已报送</span>}
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
      <h2>登记信息</h2>
      <Facts
        facts={[
          { label: '类型', value: term('EnterpriseKind', enterprise.kind) },
          { label: '法定代表人（负责人、经营者）', value: enterprise.legalRepresentative },
          ...(capital ? [{ label: capital, value: amount(enterprise.registeredCapitalWan, '万元') }] : []),
          { label: '成立日期', value: day(enterprise.establishedOn) },
          { label: '核准日期', value: day(enterprise.approvedOn) },
          ...(enterprise.closedOn
            ? [{ label: CLOSINGS[enterprise.status] ?? '吊销或注销日期', value: day(enterprise.closedOn) }]
            : []),
          { label: '行业', value: enterprise.industry?.name ?? null },
          { label: '地区', value: enterprise.region?.fullName ?? null },
          { label: '登记机关', value: enterprise.registrationAuthority },
          { label: '联系电话', value: enterprise.phone },
          { label: '住所（经营场所）', value: enterprise.address, wide: true },
          { label: '经营范围', value: enterprise.businessScope, wide: true },
        ]}
      />
    </section>
  );
}
