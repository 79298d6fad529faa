// 年报预填 The draft of a report: every field with where its value comes from, filled in and checked
// on this page. Nothing is submitted from here.
import { lazy, useMemo } from 'react';
import { AssistantBox } from '../assistant/AssistantBox.tsx';
import { AnnualReportDraft } from './asked.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { amend, type DraftRoute } from '../route.ts';
import { today } from '../shared/format.ts';
import { hasRole, useViewer } from '../shell/viewer.ts';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { Uscc } from '../shared/Uscc.tsx';
import { DraftForm } from './DraftForm.tsx';
import { useTyped } from './useTyped.ts';
import './annual_report.css';

/** Years that can be chosen: the one now due and those before it that may have been missed. */
const YEARS_BACK = 5;

/** 报送 The form of a liaison, whose draft is stored. */
const ReportPage = lazy(async () => ({ default: (await import('../filing/ReportPage.tsx')).ReportPage }));

export function DraftPage({ route }: { route: DraftRoute }) {
  const viewer = useViewer();
  if (!viewer) return <Loading lines={10} />;
  return hasRole(viewer, 'LIAISON') ? <ReportPage key={route.year} route={route} /> : <OpenDraftPage route={route} />;
}

/** 试填 Anybody may try the form on what is public; nothing of it is stored. */
function OpenDraftPage({ route }: { route: DraftRoute }) {
  const filling = useTyped(route.uscc, route.year);
  const values = useMemo(
    () => Object.entries(filling.settled).map(([path, value]) => ({ path, value })),
    [filling.settled],
  );
  const { data, failure, loading, retry } = useGraph(AnnualReportDraft, { uscc: route.uscc, year: route.year, values });
  // While the values are checked the form stays; the form of another year does not.
  const draft = data?.annualReportDraft?.year === route.year ? data.annualReportDraft : null;
  return (
    <>
      <p className="way-back">
        <Link to={{ page: 'enterprise', uscc: route.uscc, tab: 'reports', at: '' }}>
          ← {data?.enterprise?.name ?? t('返回主体页')}
        </Link>
      </p>
      <header className="record-head">
        <PageTitle name={data?.enterprise ? t('{year} 年度报告预填 - {name}', { year: route.year, name: data.enterprise.name }) : ''}>
          {t('{year} 年度报告预填', { year: route.year })}
        </PageTitle>
        <p className="code">
          {data?.enterprise?.name} <Uscc code={route.uscc} />
        </p>
        <YearChoice route={route} />
      </header>
      {failure && <Failed failure={failure} retry={retry} />}
      {failure && draft && (
        <p>
          <button type="button" onClick={filling.clear}>
            {t('清除已填内容')}
          </button>
        </p>
      )}
      {loading && !draft && <Loading lines={10} />}
      {!loading && !failure && !draft && <Empty>{t('库中没有这户主体，或该年度无需填报。请核对代码，或换一个年度。')}</Empty>}
      {draft && <DraftForm draft={draft} filling={filling} checking={loading || filling.settled !== filling.typed} />}
      <AssistantBox asked={route.question} ask={(question) => amend({ ...route, question })} />
    </>
  );
}

function YearChoice({ route }: { route: DraftRoute }) {
  const due = Number(today().slice(0, 4)) - 1;
  const years = new Set([route.year, ...Array.from({ length: YEARS_BACK }, (_, back) => due - back)]);
  return (
    <label className="inline-label">
      {t('报告年度')}
      <select value={route.year} onChange={(event) => amend({ ...route, year: Number(event.target.value) })}>
        {[...years].toSorted((a, b) => b - a).map((year) => (
          <option key={year} value={year}>
            {t('{year} 年', { year })}
          </option>
        ))}
      </select>
    </label>
  );
}
