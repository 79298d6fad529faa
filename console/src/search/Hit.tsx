// 检索结果 One hit: an enterprise or a penalty, and where the words were found.
import type { EnterpriseHit, Fragment, Highlight, PenaltyHit, SearchEdge } from '../graphql/operations.ts';
import { day } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { StatusBadge } from '../shared/StatusBadge.tsx';
import { Marked } from './Marked.tsx';

const FIELD_LABELS: Record<string, string> = {
  name: '名称',
  uscc: '统一社会信用代码',
  legalRepresentative: '法定代表人',
  address: '住所',
  businessScope: '经营范围',
  documentNumber: '决定书文号',
  violation: '违法事实',
  decision: '处罚内容',
  legalBasis: '处罚依据',
  category: '处罚领域',
};

export function Hit({ edge }: { edge: SearchEdge }) {
  const { node, highlights } = edge;
  return (
    <li className="card hit">
      {node.__typename === 'Enterprise' ? (
        <EnterpriseLines hit={node} highlights={highlights} />
      ) : (
        <PenaltyLines hit={node} highlights={highlights} />
      )}
    </li>
  );
}

function EnterpriseLines({ hit, highlights }: { hit: EnterpriseHit; highlights: Highlight[] }) {
  const facts = [hit.legalRepresentative, hit.establishedOn && `${day(hit.establishedOn)}成立`, hit.region?.fullName];
  return (
    <>
      <h2>
        <Link to={{ page: 'enterprise', uscc: hit.uscc, tab: '' }}>
          <Text text={hit.name} field="name" highlights={highlights} />
        </Link>
        <StatusBadge status={hit.status} />
      </h2>
      <p className="code">
        <Text text={hit.uscc} field="uscc" highlights={highlights} />
      </p>
      <p className="quiet">{facts.filter(Boolean).join(' · ')}</p>
      <Found highlights={highlights} shown={['name', 'uscc']} />
    </>
  );
}

function PenaltyLines({ hit, highlights }: { hit: PenaltyHit; highlights: Highlight[] }) {
  return (
    <>
      <h2>
        {hit.enterprise ? (
          <Link to={{ page: 'enterprise', uscc: hit.enterprise.uscc, tab: 'penalties' }}>{hit.enterprise.name}</Link>
        ) : (
          hit.documentNumber
        )}
        <span className="badge badge-grave">行政处罚</span>
      </h2>
      <p>
        <Text text={hit.violation} field="violation" highlights={highlights} />
      </p>
      <p className="quiet">
        <Text text={hit.documentNumber} field="documentNumber" highlights={highlights} /> · {day(hit.decidedOn)}
      </p>
      <Found highlights={highlights} shown={['violation', 'documentNumber']} />
    </>
  );
}

/** A text of the hit with its marks, if the fragment found is the whole text. */
function Text({ text, field, highlights }: { text: string; field: string; highlights: Highlight[] }) {
  const whole = fragmentsOf(highlights, field).find((fragment) => fragment.text === text);
  return whole ? <Marked fragment={whole} /> : text;
}

/** What was found in fields that the hit does not show anyway. */
function Found({ highlights, shown }: { highlights: Highlight[]; shown: string[] }) {
  const others = highlights.filter(({ field, fragments }) => !shown.includes(field) && fragments.length > 0);
  if (others.length === 0) return null;
  return (
    <ul className="found">
      {others.map(({ field, fragments }) => (
        <li key={field}>
          {FIELD_LABELS[field] ?? field}：
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

function fragmentsOf(highlights: Highlight[], field: string): Fragment[] {
  return highlights.filter((highlight) => highlight.field === field).flatMap((highlight) => highlight.fragments);
}
