// 我的年报 The liaison's enterprises with what is due, and their branches, which are filed for in one go. The year, the
// enterprise whose branches are open and the table that was uploaded stand in the address.
import { Button, Select, Tag } from 'antd';
import { Print } from '../documents/Print.tsx';
import { useGraph } from '../graphql/useGraph.ts';
import { Room } from '../room/Room.tsx';
import { amend, type RoomRoute } from '../route.ts';
import { day, today } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { Uscc } from '../shared/Uscc.tsx';
import { term } from '../shared/vocabulary.ts';
import { type Filing, MyReports } from './asked.ts';
import { Branches } from './Branches.tsx';
import './filing.css';

const YEARS_BACK = 5;

export function FilingsPage({ route }: { route: RoomRoute }) {
  const due = Number(today().slice(0, 4)) - 1;
  const [chosenYear = '', open = '', importId = ''] = route.at.split('.');
  const year = Number(chosenYear) || due;
  const show = (uscc: string, table = '') => amend({ ...route, at: [String(year), uscc, table].filter(Boolean).join('.') });
  const years = Array.from({ length: YEARS_BACK }, (_, back) => due - back);
  const choice = (
    <label className="inline-label">
      {t('报告年度')}
      <Select
        value={year}
        options={years.map((one) => ({ value: one, label: String(one) }))}
        onChange={(chosen) => amend({ ...route, at: String(chosen) })}
      />
    </label>
  );
  return (
    <Room route={route} title={t('我的年报')} extra={choice}>
      {() => <List year={year} place={{ open, importId, show }} />}
    </Room>
  );
}

/** Whose branches are open, which upload is looked at, and how to go to another. */
type Place = { open: string; importId: string; show: (uscc: string, importId?: string) => void };

function List({ year, place }: { year: number; place: Place }) {
  const { data, failure, retry } = useGraph(MyReports, { year });
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={6} />;
  if (data.myReports.length === 0) {
    return <Empty>{t('这个账号还不是任何经营主体的联络员，请向登记机关办理联络员备案。')}</Empty>;
  }
  return data.myReports.map((filing) => <Card key={filing.uscc} filing={filing} place={place} />);
}

function Card({ filing, place }: { filing: Filing; place: Place }) {
  const isOpen = place.open === filing.uscc;
  const mayHaveBranches = filing.formKind !== 'BRANCH' && filing.formKind !== 'INDIVIDUAL';
  return (
    <section className="card filing">
      <h2>
        {filing.name} <StageTag filing={filing} />
      </h2>
      <p className="quiet">
        <Uscc code={filing.uscc} /> · {term('FilerKind', filing.formKind)}
      </p>
      <p>
        <DueDay filing={filing} />
      </p>
      <p className="actions">
        <Link to={{ page: 'draft', uscc: filing.uscc, year: filing.year, question: '' }} className={filing.filedOn ? 'button' : 'button primary'}>
          {filing.filedOn ? t('查看') : filing.version > 0 ? t('继续填报') : t('开始填报')}
          <span className="unseen"> {filing.name}</span>
        </Link>
        {mayHaveBranches && (
          <Button onClick={() => place.show(isOpen ? '' : filing.uscc)} aria-expanded={isOpen}>
            {t('分支机构')}
          </Button>
        )}
      </p>
      {filing.filedOn && <Print report={filing} name={`${filing.year} ${filing.name}`} hasReceipt={filing.receiptNumber !== null} />}
      {isOpen && <Branches filing={filing} importId={place.importId} show={(importId) => place.show(filing.uscc, importId)} />}
    </section>
  );
}

export function StageTag({ filing }: { filing: Filing }) {
  const isOver = !filing.filedOn && filing.daysLeft < 0;
  return (
    <Tag color={filing.filedOn ? 'success' : isOver ? 'error' : 'processing'}>
      {term('FilingStage', filing.stage)}
      {isOver && ` · ${t('已逾期')}`}
    </Tag>
  );
}

export function DueDay({ filing }: { filing: Filing }) {
  if (filing.filedOn) {
    return (
      <>
        {t('{day}报送', { day: day(filing.filedOn) })}
        {filing.receiptNumber && `，${t('回执')} ${filing.receiptNumber}`}
      </>
    );
  }
  const left = filing.daysLeft;
  const checked = filing.errors === null ? '' : ` · ${t('错误 {errors} 个，提醒 {warnings} 个', { errors: filing.errors ?? 0, warnings: filing.warnings ?? 0 })}`;
  return (
    <>
      {t('截止 {day}', { day: day(filing.dueOn) })}，
      <strong>{left >= 0 ? t('还有 {count} 天', { count: left }) : t('已逾期 {count} 天', { count: -left })}</strong>
      {checked}
    </>
  );
}
