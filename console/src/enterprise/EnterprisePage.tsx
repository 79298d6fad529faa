// 主体页 The record page of an enterprise: who it is, its credit in short, its records by family.
import { EnterpriseByCode, type Enterprise } from '../graphql/operations.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { amend, type EnterpriseRoute } from '../route.ts';
import { amount, brief, day, today } from '../shared/format.ts';
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

export function EnterprisePage({ route }: { route: EnterpriseRoute }) {
  const { data, failure, loading, retry } = useGraph(EnterpriseByCode, { uscc: route.uscc });
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (loading || !data) return <Loading lines={10} />;
  if (!data.enterprise) {
    return (
      <>
        <PageTitle>未找到经营主体</PageTitle>
        <Empty>库中没有统一社会信用代码为 {route.uscc} 的经营主体，请核对代码后重新查询。</Empty>
      </>
    );
  }
  const family = FAMILIES.find(({ id }) => id === route.tab) ?? FAMILIES[0];
  return (
    <>
      <Head enterprise={data.enterprise} />
      <Registration enterprise={data.enterprise} />
      {family && (
        <section className="card">
          <h2>信用记录</h2>
          <Tabs label="信用记录" tabs={FAMILIES} chosen={family.id} choose={(tab) => amend({ ...route, tab })}>
            {family.list(route.uscc)}
          </Tabs>
        </section>
      )}
    </>
  );
}

function Head({ enterprise }: { enterprise: Enterprise }) {
  const { creditSummary: credit, uscc } = enterprise;
  const lastYear = Number(today().slice(0, 4)) - 1;
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
      <p>
        <Link to={{ page: 'draft', uscc, year: lastYear }} className="button primary">
          预填 {String(lastYear)} 年度报告
        </Link>
      </p>
    </header>
  );
}

function Summary({ label, value, grave }: { label: string; value: string; grave: boolean }) {
  return (
    <li className={grave ? 'grave' : undefined}>
      <span className="quiet">{label}</span>
      <strong>{value}</strong>
    </li>
  );
}

function Registration({ enterprise }: { enterprise: Enterprise }) {
  return (
    <section className="card">
      <h2>登记信息</h2>
      <Facts
        facts={[
          { label: '类型', value: term('EnterpriseKind', enterprise.kind) },
          { label: '法定代表人（负责人、经营者）', value: enterprise.legalRepresentative },
          { label: '注册资本', value: amount(enterprise.registeredCapitalWan, '万元') },
          { label: '成立日期', value: day(enterprise.establishedOn) },
          { label: '核准日期', value: day(enterprise.approvedOn) },
          ...(enterprise.closedOn
            ? [{ label: `${brief(term('EnterpriseStatus', enterprise.status))}日期`, value: day(enterprise.closedOn) }]
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
