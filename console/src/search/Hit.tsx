// 检索结果 One hit: an enterprise or a penalty, and where the words were found.
import type { EnterpriseHit, Fragment, Highlight, PenaltyHit, SearchEdge } from '../graphql/operations.ts';
import { day } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { StatusBadge } from '../shared/StatusBadge.tsx';
import { term } from '../shared/vocabulary.ts';
import { Marked } from './Marked.tsx';

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
        <Link to={{ page: 'enterprise', uscc: hit.uscc, tab: '', at: '' }}>
          <Text text={hit.name} field="NAME" highlights={highlights} />
        </Link>
        <StatusBadge status={hit.status} />
      </h2>
      <p className="code">
        <Text text={hit.uscc} field="USCC" highlights={highlights} />
      </p>
      <p className="quiet">{facts.filter(Boolean).join(' · ')}</p>
      <Found highlights={highlights} shown={['NAME', 'USCC']} />
    </>
  );
}

function PenaltyLines({ hit, highlights }: { hit: PenaltyHit; highlights: Highlight[] }) {
  return (
    <>
      <h2>
        {hit.enterprise ? (
          <Link to={{ page: 'enterprise', uscc: hit.enterprise.uscc, tab: 'penalties', at: hit.id }}>
            {hit.enterprise.name}
          </Link>
        ) : (
          hit.documentNumber
        )}
        <span className="badge badge-grave">行政处罚</span>
      </h2>
      <p>
        <Text text={hit.violation} field="VIOLATION" highlights={highlights} />
      </p>
      <p className="quiet">
        <Text text={hit.documentNumber} field="DOCUMENT_NUMBER" highlights={highlights} /> · {day(hit.decidedOn)}
      </p>
      <Found highlights={highlights} shown={['VIOLATION', 'DOCUMENT_NUMBER']} />
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

function fragmentsOf(highlights: Highlight[], field: string): Fragment[] {
  return highlights.filter((highlight) => highlight.field === field).flatMap((highlight) => highlight.fragments);
}
