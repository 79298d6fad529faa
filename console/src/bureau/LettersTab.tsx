// 责令改正 The letters that were issued, what was answered, and which are late.
import { Segmented, Table, Tag } from 'antd';
import { useState } from 'react';
import { usePages } from '../graphql/useGraph.ts';
import { day } from '../shared/format.ts';
import { More } from '../shared/More.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import type { PartProps } from './BureauPage.tsx';
import { CorrectionLettersDocument, type CorrectionLettersQuery } from './generated/graphql.ts';
import { Party } from './Party.tsx';

type Letter = CorrectionLettersQuery['correctionLetters']['nodes'][number];
const connection = (data: CorrectionLettersQuery) => data.correctionLetters;
const FILTERS = { all: {}, unanswered: { unansweredOnly: true }, overdue: { overdueOnly: true } };

export function LettersTab({ place }: PartProps) {
  const [which, setWhich] = useState<keyof typeof FILTERS>('all');
  const found = usePages(CorrectionLettersDocument, { year: place.year, regionCode: place.region || null, filter: FILTERS[which] }, connection);
  const letters = found.pages.flatMap(({ nodes }) => nodes);
  if (found.failure && letters.length === 0) return <Failed failure={found.failure} retry={found.retry} />;
  return (
    <div className="stack">
      <Segmented<keyof typeof FILTERS>
        value={which}
        onChange={setWhich}
        options={[
          { value: 'all', label: t('全部') },
          { value: 'unanswered', label: t('未答复') },
          { value: 'overdue', label: t('已逾期') },
        ]}
      />
      {found.pages.length === 0 && <Loading lines={6} />}
      {found.pages.length > 0 && letters.length === 0 && <Empty>{t('没有责令改正通知书。在“比对发现”中选择发现后发出。')}</Empty>}
      {letters.length > 0 && (
        <More of={found}>
          <div className="room-table">
            <Table<Letter>
              rowKey="id"
              size="small"
              dataSource={letters}
              pagination={false}
              expandable={{ expandedRowRender: (letter) => <Text letter={letter} /> }}
              columns={[
                { title: t('文号'), dataIndex: 'number' },
                { title: t('主体'), key: 'party', render: (_, { enterprise }) => <Party of={enterprise} /> },
                { title: t('发出日期'), key: 'issued', render: (_, { issuedOn }) => day(issuedOn) },
                { title: t('答复期限'), key: 'due', render: (_, { dueOn }) => day(dueOn) },
                { title: t('状态'), key: 'state', render: (_, letter) => <State letter={letter} /> },
              ]}
            />
          </div>
        </More>
      )}
    </div>
  );
}

function State({ letter: { isOverdue, answeredOn, settledOn } }: { letter: Letter }) {
  if (settledOn) return <Tag color="success">{t('{day}办结', { day: day(settledOn) })}</Tag>;
  if (answeredOn) return <Tag color="processing">{t('{day}答复', { day: day(answeredOn) })}</Tag>;
  return isOverdue ? <Tag color="error">{t('逾期未答复')}</Tag> : <Tag>{t('待答复')}</Tag>;
}

function Text({ letter }: { letter: Letter }) {
  return (
    <>
      <p className="letter">{letter.text}</p>
      {letter.answer && (
        <p>
          {t('答复')}：{letter.answer}
        </p>
      )}
      <ul>
        {letter.findings.map(({ id, message, stage }) => (
          <li key={id}>
            {message}（{term('FindingStage', stage)}）
          </li>
        ))}
      </ul>
    </>
  );
}
