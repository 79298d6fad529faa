// 年报预填 The draft of a report: every field with where its value comes from, the findings beside it.
import { AssistantBox } from '../assistant/AssistantBox.tsx';
import { AnnualReportDraft, type Draft } from '../graphql/operations.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { amend, type DraftRoute } from '../route.ts';
import { day, today } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { Uscc } from '../shared/Uscc.tsx';
import { term } from '../shared/vocabulary.ts';
import { Findings } from './Findings.tsx';
import { FieldRow } from './FieldRow.tsx';
import { bySection } from './sections.ts';
import './annual_report.css';

/** Years that can be chosen: the one now due and those before it that may have been missed. */
const YEARS_BACK = 5;

export function DraftPage({ route }: { route: DraftRoute }) {
  const { data, failure, loading, retry } = useGraph(AnnualReportDraft, { uscc: route.uscc, year: route.year });
  return (
    <>
      <p>
        <Link to={{ page: 'enterprise', uscc: route.uscc, tab: 'reports' }}>
          ← {data?.enterprise?.name ?? '返回主体页'}
        </Link>
      </p>
      <header className="record-head">
        <PageTitle>{`${route.year} 年度报告预填`}</PageTitle>
        <p className="code">
          <Uscc code={route.uscc} />
        </p>
        <YearChoice route={route} />
      </header>
      {failure && <Failed failure={failure} retry={retry} />}
      {loading && <Loading lines={10} />}
      {!loading && data && !data.annualReportDraft && <Empty>库中没有这户主体，或该年度无需填报。</Empty>}
      {!loading && data?.annualReportDraft && <Form draft={data.annualReportDraft} />}
      <AssistantBox />
    </>
  );
}

function YearChoice({ route }: { route: DraftRoute }) {
  const due = Number(today().slice(0, 4)) - 1;
  const years = new Set([route.year, ...Array.from({ length: YEARS_BACK }, (_, back) => due - back)]);
  return (
    <label className="inline-label">
      报告年度
      <select value={route.year} onChange={(event) => amend({ ...route, year: Number(event.target.value) })}>
        {[...years].toSorted((a, b) => b - a).map((year) => (
          <option key={year} value={year}>
            {year} 年
          </option>
        ))}
      </select>
    </label>
  );
}

function Form({ draft }: { draft: Draft }) {
  const filled = draft.fields.filter((field) => field.value !== null).length;
  return (
    <>
      <p>
        {term('FilerKind', draft.formKind)}年度报告，填报期 {day(draft.windowFrom)}至{day(draft.windowTo)}。共 {draft.fields.length}{' '}
        项，已预填 {filled} 项。预填值供核对，系统不会代为提交。
      </p>
      <Findings draft={draft} />
      {bySection(draft.fields).map(({ title, fields }) => (
        <section key={title} className="card">
          <h2>{title}</h2>
          <ul className="fields">
            {fields.map(({ label, field }) => (
              <FieldRow
                key={field.path}
                label={label}
                field={field}
                findings={draft.findings.filter((finding) => finding.paths.includes(field.path))}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
