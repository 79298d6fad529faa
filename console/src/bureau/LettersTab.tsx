// 责令改正 The letters that were issued, what was answered, and which are late.
import { Segmented, Tag } from 'antd';
import { usePages } from '../graphql/useGraph.ts';
import { Listed } from '../room/Listed.tsx';
import { day } from '../shared/format.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import type { PartProps } from './BureauPage.tsx';
import { CorrectionLettersDocument, type CorrectionLettersQuery } from './generated/graphql.ts';
import { Party } from './Party.tsx';

type Letter = CorrectionLettersQuery['correctionLetters']['nodes'][number];
const connection = (data: CorrectionLettersQuery) => data.correctionLetters;
type Which = 'all' | 'unanswered' | 'overdue';
const FILTERS: Record<Which, { unansweredOnly?: boolean; overdueOnly?: boolean }> = { all: {}, unanswered: { unansweredOnly: true }, overdue: { overdueOnly: true } };

export function LettersTab({ place, go }: PartProps) {
  const which: Which = place.narrow === 'unanswered' || place.narrow === 'overdue' ? place.narrow : 'all';
  const found = usePages(CorrectionLettersDocument, { year: place.year, regionCode: place.region || null, filter: FILTERS[which] }, connection);
  if (found.failure && found.pages.length === 0) return <Failed failure={found.failure} retry={found.retry} />;
  return (
    <div className="stack">
      <Segmented<Which>
        value={which}
        onChange={(narrow) => go({ narrow })}
        options={[
          { value: 'all', label: t('全部') },
          { value: 'unanswered', label: t('未答复') },
          { value: 'overdue', label: t('已逾期') },
        ]}
      />
      <Listed<Letter>
        of={found}
        label={t('责令改正')}
        lines={6}
        empty={t('没有责令改正通知书。在“比对发现”中选择发现后发出。')}
        rowKey="id"
        expandable={{ columnTitle: <span className="unseen">{t('详情')}</span>, expandedRowRender: (letter) => <Text letter={letter} /> }}
        columns={[
          { title: t('文号'), dataIndex: 'number' },
          { title: t('主体'), key: 'party', render: (_, { enterprise }) => <Party of={enterprise} /> },
          { title: t('发出日期'), key: 'issued', render: (_, { issuedOn }) => day(issuedOn) },
          { title: t('答复期限'), key: 'due', render: (_, { dueOn }) => day(dueOn) },
          { title: t('状态'), key: 'state', render: (_, letter) => <State letter={letter} /> },
        ]}
        file={{
          name: `${place.year} ${t('责令改正')}`,
          head: [t('文号'), t('统一社会信用代码'), t('主体'), t('发出日期'), t('答复期限'), t('状态'), t('答复')],
          cells: (one) => [one.number, one.enterprise.uscc, one.enterprise.name, one.issuedOn, one.dueOn, stateOf(one).text, one.answer ?? ''],
        }}
      />
    </div>
  );
}

function State({ letter }: { letter: Letter }) {
  const { text, colour } = stateOf(letter);
  return <Tag color={colour}>{text}</Tag>;
}

function stateOf({ isOverdue, answeredOn, settledOn }: Letter): { text: string; colour: string } {
  if (settledOn) return { text: t('{day}办结', { day: day(settledOn) }), colour: 'success' };
  if (answeredOn) return { text: t('{day}答复', { day: day(answeredOn) }), colour: 'processing' };
  return isOverdue ? { text: t('逾期未答复'), colour: 'error' } : { text: t('待答复'), colour: 'default' };
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
