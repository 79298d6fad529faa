// 检索结果 One hit: what it is, whom it is about, where the words were found and why it is a hit.
import type { EnterpriseHit, Fragment, Highlight, Reason, SearchEdge } from './asked.ts';
import { amount, day } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { StatusBadge } from '../shared/StatusBadge.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { Marked } from './Marked.tsx';
import { type Piece, type Reading, reading } from './records.ts';

export function Hit({ edge }: { edge: SearchEdge }) {
  const { node, reasons } = edge;
  if (node.__typename === 'Enterprise') {
    return (
      <li className="card hit">
        <EnterpriseLines hit={node} edge={edge} />
        <Why reasons={reasons} name={node.name} />
      </li>
    );
  }
  const record = reading(node);
  return (
    <li className="card hit">
      <RecordLines record={record} edge={edge} />
      <Why reasons={reasons} name={`${record.kind} ${record.party.text}`} />
    </li>
  );
}

function EnterpriseLines({ hit, edge: { isPublic, highlights } }: { hit: EnterpriseHit; edge: SearchEdge }) {
  const { name, code, facts } = piecesOf(hit);
  return (
    <>
      <h2>
        <Link to={{ page: 'enterprise', uscc: hit.uscc, tab: '', at: '' }}>
          <Text piece={name} highlights={highlights} />
        </Link>
        <StatusBadge status={hit.status} />
        {!isPublic && <span className="badge badge-hidden">{t('不再公示')}</span>}
      </h2>
      <p className="code">
        <Text piece={code} highlights={highlights} />
      </p>
      <Line pieces={facts} highlights={highlights} />
      <Found pieces={[name, code, ...facts]} highlights={highlights} />
    </>
  );
}

function piecesOf(hit: EnterpriseHit): { name: Piece; code: Piece; facts: Piece[] } {
  const facts: (Piece | null)[] = [
    hit.legalRepresentative ? { text: hit.legalRepresentative, passages: ['LEGAL_REPRESENTATIVE'] } : null,
    hit.registeredCapitalWan ? { text: t('注册资本 {amount}', { amount: amount(hit.registeredCapitalWan, t('万元')) }), passages: [] } : null,
    hit.establishedOn ? { text: t('{day}成立', { day: day(hit.establishedOn) }), passages: [] } : null,
    hit.region ? { text: hit.region.fullName, passages: [] } : null,
  ];
  return {
    name: { text: hit.name, passages: ['NAME'] },
    code: { text: hit.uscc, passages: ['USCC'] },
    facts: facts.filter((fact) => fact !== null),
  };
}

function RecordLines({ record, edge: { isPublic, highlights } }: { record: Reading; edge: SearchEdge }) {
  const party = <Text piece={record.party} highlights={highlights} />;
  return (
    <>
      <h2>
        {record.to ? <Link to={record.to}>{party}</Link> : <span>{party}</span>}
        <span className={record.isGrave ? 'badge badge-grave' : 'badge'}>{record.kind}</span>
        {!isPublic && <span className="badge badge-hidden">{record.unpublished}</span>}
      </h2>
      <p>
        <Text piece={record.title} highlights={highlights} />
      </p>
      <Line pieces={record.facts} highlights={highlights} />
      <Found pieces={[record.title, record.party, ...record.facts]} highlights={highlights} />
    </>
  );
}

function Line({ pieces, highlights }: { pieces: Piece[]; highlights: Highlight[] }) {
  return (
    <p className="quiet line">
      {pieces.map((piece) => (
        <span key={piece.text}>
          <Text piece={piece} highlights={highlights} />
        </span>
      ))}
    </p>
  );
}

/** A text of the hit with its marks, if the fragment found is the whole text. */
function Text({ piece, highlights }: { piece: Piece; highlights: Highlight[] }) {
  const whole = wholeOf(piece, highlights);
  return whole ? <Marked fragment={whole} /> : piece.text;
}

function wholeOf({ text, passages }: Piece, highlights: Highlight[]): Fragment | undefined {
  const fragments = highlights.filter(({ field }) => passages.includes(field)).flatMap((found) => found.fragments);
  return fragments.find((fragment) => fragment.text === text);
}

/** What was found in texts that the hit does not show with its marks anyway. */
function Found({ highlights, pieces }: { highlights: Highlight[]; pieces: Piece[] }) {
  const shown = new Set(pieces.map((piece) => wholeOf(piece, highlights)));
  const others = highlights
    .map(({ field, fragments }) => ({ field, fragments: fragments.filter((fragment) => !shown.has(fragment)) }))
    .filter(({ fragments }) => fragments.length > 0);
  if (others.length === 0) return null;
  return (
    <ul className="found">
      {others.map(({ field, fragments }) => (
        <li key={field}>
          {term('SearchPassage', field)}：
          {fragments.map((fragment) => (
            <span key={fragment.text}>
              <Marked fragment={fragment} />{' '}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** 为什么 The ways in which the record fits, in the server's words. */
function Why({ reasons, name }: { reasons: Reason[]; name: string }) {
  // Where nothing was typed, nothing has to be explained.
  const told = reasons.filter(({ text }) => text !== '');
  if (told.length === 0) return null;
  return (
    <details className="why">
      <summary>
        {t('为什么')}<span className="unseen">{t('找到 {name}', { name })}</span>
      </summary>
      <ul>
        {told.map(({ kind, text, explanation }) => (
          <li key={`${kind}${text}`}>{explanation}</li>
        ))}
      </ul>
    </details>
  );
}
