// 已登记的语句 What the holder of the key has registered so far, asked for when somebody wants to see it: each question
// counts on the quota of the key.
import { useState } from 'react';
import { usePages } from '../graphql/useGraph.ts';
import { moment } from '../room/time.ts';
import { Download } from '../shared/Download.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { TrustedDocuments } from './asked.ts';
import { CopyButton } from './CopyButton.tsx';
import type { TrustedDocumentsQuery } from './generated/graphql.ts';

type Trusted = TrustedDocumentsQuery['trustedDocuments']['nodes'][number];
const NOTHING_TO_ASK = {};
const connection = (data: TrustedDocumentsQuery) => data.trustedDocuments;

export function RegisteredBefore({ apiKey }: { apiKey: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('已登记的语句')}</summary>
      {isOpen && <List apiKey={apiKey} />}
    </details>
  );
}

function List({ apiKey }: { apiKey: string }) {
  const found = usePages(TrustedDocuments, NOTHING_TO_ASK, connection, apiKey);
  const documents = found.pages.flatMap(({ nodes }) => nodes);
  if (found.failure && documents.length === 0) return <Failed failure={found.failure} retry={found.retry} />;
  if (found.pages.length === 0) return <Loading lines={4} />;
  if (documents.length === 0) return <Empty>{t('本单位还没有登记过语句。')}</Empty>;
  return (
    <>
      <ul className="trusted">
        {documents.map((one) => (
          <li key={one.hash}>
            <strong>{titleOf(one)}</strong> <span className="quiet">{t('{at}登记', { at: moment(one.registeredAt) })}</span>
            <br />
            <code className="hash">{one.hash}</code> <CopyButton text={one.hash} what={t('{name} 的标识', { name: titleOf(one) })} />
            <details>
              <summary>{t('语句')}</summary>
              <pre>{one.document}</pre>
            </details>
          </li>
        ))}
      </ul>
      {found.failure && <Failed failure={found.failure} retry={found.retry} />}
      {found.hasMore && !found.failure && (
        <button type="button" className="more" aria-disabled={found.loading} onClick={found.more}>
          {found.loading ? t('正在加载…') : t('显示更多')}
        </button>
      )}
      <Download
        name={t('已登记的语句')}
        head={[t('语句'), t('语句标识（SM3）'), t('登记时间')]}
        rows={documents.map((one) => [titleOf(one), one.hash, moment(one.registeredAt)])}
      />
    </>
  );
}

/** A document without a name is called by its beginning. */
function titleOf({ operations, document }: Trusted): string {
  return operations.join('、') || `${document.trim().slice(0, 40)}…`;
}
