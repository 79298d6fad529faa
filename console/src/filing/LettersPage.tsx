// 责令改正通知 What the registrar orders an enterprise of the liaison to correct or to explain, and the answer to it. What
// was typed of an answer stays in this tab until it is sent. Enterprise and letter stand in the address.
import { Select } from 'antd';
import { useEffect, useRef } from 'react';
import { useGraph } from '../graphql/useGraph.ts';
import { Download } from '../shared/Download.tsx';
import { Room } from '../room/Room.tsx';
import { amend, type RoomRoute } from '../route.ts';
import { dated, day } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { Uscc } from '../shared/Uscc.tsx';
import { term } from '../shared/vocabulary.ts';
import { type LetterOfOwnFragment as Letter, LettersOfOwnDocument, MyEnterprisesDocument } from './generated/graphql.ts';
import { LetterAnswer } from './LetterAnswer.tsx';
import './letters.css';

const NOTHING_TO_ASK = {};

export function LettersPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('责令改正通知')}>
      {() => <Enterprises route={route} />}
    </Room>
  );
}

function Enterprises({ route }: { route: RoomRoute }) {
  const { data, failure, retry } = useGraph(MyEnterprisesDocument, NOTHING_TO_ASK);
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={6} />;
  const [uscc = '', letter = ''] = route.at.split('.');
  const enterprises = data.myReports;
  const chosen = enterprises.find((one) => one.uscc === uscc) ?? enterprises[0];
  if (!chosen) return <Empty>{t('这个账号还不是任何经营主体的联络员，请向登记机关办理联络员备案。')}</Empty>;
  return (
    <>
      <p className="room-tools">
        {enterprises.length > 1 && (
          <label className="inline-label">
            {t('经营主体')}
            <Select
              value={chosen.uscc}
              style={{ minWidth: '16rem', maxWidth: '100%' }}
              options={enterprises.map((one) => ({ value: one.uscc, label: one.name }))}
              onChange={(one) => amend({ ...route, at: one })}
            />
          </label>
        )}
        {enterprises.length === 1 && <strong>{chosen.name}</strong>}
        <span className="quiet code">
          <Uscc code={chosen.uscc} />
        </span>
      </p>
      <Letters key={chosen.uscc} uscc={chosen.uscc} name={chosen.name} at={letter} />
    </>
  );
}

function Letters({ uscc, name, at }: { uscc: string; name: string; at: string }) {
  const { data, failure, retry } = useGraph(LettersOfOwnDocument, { uscc });
  if (failure && !data) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={8} />;
  const letters = data.enterpriseCorrectionLetters ?? [];
  if (letters.length === 0) return <Empty>{t('没有责令改正通知。登记机关发出后会显示在这里，请在期限内答复。')}</Empty>;
  const head = [t('文号'), t('报告年度'), t('发出日期'), t('答复期限'), t('状态'), t('正文'), t('答复')];
  const rows = letters.map((one) => [one.number, one.year, one.issuedOn, one.dueOn, stateOf(one).text, one.text, one.answer ?? '']);
  return (
    <>
      {failure && <Failed failure={failure} retry={retry} />}
      {letters.map((letter) => (
        <LetterCard key={letter.id} uscc={uscc} letter={letter} isSought={letter.number === at} done={retry} />
      ))}
      <Download name={t('{name}的责令改正通知', { name })} head={head} rows={rows} />
    </>
  );
}

type State = { text: string; badge: string };

function stateOf({ isOverdue, answeredOn, settledOn }: Letter): State {
  if (settledOn) return { text: t('{day}办结', { day: day(settledOn) }), badge: 'badge badge-good' };
  if (answeredOn) return { text: t('{day}已答复，等待核查', { day: day(answeredOn) }), badge: 'badge' };
  return isOverdue ? { text: t('逾期未答复'), badge: 'badge badge-grave' } : { text: t('待答复'), badge: 'badge badge-grave' };
}

type CardProps = { uscc: string; letter: Letter; isSought: boolean; done: () => void };

function LetterCard({ uscc, letter, isSought, done }: CardProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isSought) box.current?.focus();
  }, [isSought]);
  const state = stateOf(letter);
  const mayAnswer = letter.findings.some(({ possibleSteps }) => possibleSteps.includes('ANSWER'));
  const heading = `letter-${letter.id}`;
  return (
    <section ref={box} tabIndex={-1} className="card letter-card" aria-labelledby={heading}>
      <h2 id={heading}>
        {letter.number} <span className={state.badge}>{state.text}</span>
      </h2>
      <p>
        {t('{issued}发出，{due}前答复', { issued: day(letter.issuedOn), due: day(letter.dueOn) })}
      </p>
      <ul className="letter-findings">
        {letter.findings.map((finding) => (
          <li key={finding.id}>
            <strong>{finding.detector?.title}</strong> {dated(finding.message)}
            <div className="quiet">{t('年报：{report}；登记档案：{archive}', { report: finding.reportValue || '—', archive: dated(finding.archiveValue || '—') })}</div>
            <span className="badge">{term('FindingStage', finding.stage)}</span>
          </li>
        ))}
      </ul>
      <details open={mayAnswer}>
        <summary>{t('通知书正文')}</summary>
        <p className="letter">{letter.text}</p>
      </details>
      {letter.answer && (
        <p>
          <strong>{t('答复')}</strong> {letter.answer}
        </p>
      )}
      <p className="actions">
        <Link to={{ page: 'draft', uscc, year: letter.year, question: '' }} className="button">
          {t('更正 {year} 年度报告', { year: letter.year })}
        </Link>
      </p>
      {mayAnswer && <LetterAnswer letter={letter} done={done} />}
    </section>
  );
}
