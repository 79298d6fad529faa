// 填报年度报告 The guided form of a liaison: sections as steps, drawn from the form's definition; what was prefilled is
// confirmed by one click; at the end the preview, the submission and its receipt. The assistant stands beside it. What is
// not needed to begin (Ant Design among it) is fetched while the filer reads.
import { lazy, Suspense, useEffect, useState } from 'react';
import type { DraftRoute } from '../route.ts';
import { Dialog } from '../shared/Dialog.tsx';
import { day } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { Uscc } from '../shared/Uscc.tsx';
import { Aids } from './Aids.tsx';
import { Aside } from './Aside.tsx';
import { isEmptyRule } from './FieldBox.tsx';
import { confirmableIn, findingsIn, type Item, missingIn, type Part, progressOf, stepsOf } from './layout.ts';
import { SaveLine } from './SaveLine.tsx';
import { SectionForm } from './SectionForm.tsx';
import { type Report, useFiling } from './useFiling.ts';
import '../room/room.css';
import './filing.css';

const submission = async () => ({ default: (await import('./Submission.tsx')).Submission });
const Submission = lazy(submission);
/** When the form has most likely been drawn, also on a slow phone. */
const LEISURE_MS = 6000;

/** What comes after the last section. */
const LAST = 'submit';
const STORED = new Set(['NOT_STARTED', 'DRAFT', 'VALIDATED']);

export function ReportPage({ route }: { route: DraftRoute }) {
  const [isCorrecting, setCorrecting] = useState(false);
  const report = useFiling(route.uscc, route.year, !isCorrecting);
  const { filing, parts, absence } = report;
  const isFiled = filing !== null && !STORED.has(filing.stage);
  const [wasOpen, setWasOpen] = useState(false);
  if (filing && !isFiled && !wasOpen) setWasOpen(true);
  useEffect(() => {
    const leisure = setTimeout(() => void submission(), LEISURE_MS);
    return () => clearTimeout(leisure);
  }, []);
  return (
    <>
      <p className="way-back">
        <Link to={{ page: 'room', room: 'filings', at: '' }}>← {t('我的年报')}</Link>
      </p>
      <header className="room-head">
        <PageTitle name={filing ? `${route.year} ${filing.name}` : ''}>{t('{year} 年度报告', { year: route.year })}</PageTitle>
        {filing && <SaveLine report={report} />}
      </header>
      {filing && (
        <p>
          {filing.name} <Uscc code={route.uscc} /> · {t('截止 {day}', { day: day(filing.dueOn) })}
          {!isFiled && ` · ${filing.daysLeft >= 0 ? t('还有 {count} 天', { count: filing.daysLeft }) : t('已逾期 {count} 天', { count: -filing.daysLeft })}`}
        </p>
      )}
      {absence && <Failed failure={absence} retry={() => void report.reload()} />}
      {!absence && parts.length === 0 && !(filing && report.draft && report.form) && <Loading lines={10} />}
      {filing && report.draft && !report.form && <Empty>{t('该年度无需填报，请在“我的年报”换一个年度。')}</Empty>}
      {isFiled && wasOpen && !isCorrecting && (
        <p className="notice" role="status">
          {t('这份年度报告已在另一处报送。这里没有保存的内容还留着，需要的可以按更正提交。')}
        </p>
      )}
      {parts.length > 0 && isFiled && !isCorrecting && (
        <Suspense fallback={<Loading lines={10} />}>
          <Submission report={report} correct={() => setCorrecting(true)} />
        </Suspense>
      )}
      {parts.length > 0 && !isFiled && <Aids route={route} report={report} />}
      {parts.length > 0 && (!isFiled || isCorrecting) && <Guided report={report} isCorrection={isCorrecting} />}
    </>
  );
}

function Guided({ report, isCorrection }: { report: Report; isCorrection: boolean }) {
  const { parts } = report;
  const [at, setAt] = useState(parts[0]?.section.name ?? LAST);
  const [focused, setFocused] = useState<Item | null>(null);
  const [isAsideOpen, setAsideOpen] = useState(false);
  const isWide = useIsWide();
  const findings = report.draft?.findings ?? [];
  const steps = stepsOf(parts);
  const names = [...steps.map(nameOf), LAST];
  const here = at === LAST ? steps.length : steps.findIndex((step) => step.some(({ section }) => section.name === at));
  const shown = steps[here];
  const move = (by: number) => {
    const next = names[here + by];
    if (next) setAt(next);
  };
  useEffect(() => {
    document.getElementById(at === LAST ? 'submission' : `part-${at}`)?.focus();
    window.scrollTo(0, 0);
  }, [at]);
  const aside = <Aside item={focused} section={shown?.[0]?.section ?? null} context={report.filing && { kind: report.filing.formKind }} />;
  return (
    <>
      <Overview report={report} />
      <div className="guided">
        <Steps report={report} steps={steps} here={here} choose={setAt} />
        <div className="guided-main">
          {shown?.map((part) => (
            <SectionForm key={part.section.name} part={part} report={report} findings={findings} focused={setFocused} />
          ))}
          {at === LAST && (
            <Suspense fallback={<Loading lines={10} />}>
              <Submission report={report} isCorrection={isCorrection} goTo={setAt} />
            </Suspense>
          )}
          <div className="guided-moves">
            <button type="button" onClick={() => move(-1)} disabled={here <= 0}>
              {t('上一步')}
            </button>
            {!isWide && (
              <button type="button" onClick={() => setAsideOpen(true)}>
                {t('助手')}
              </button>
            )}
            {at !== LAST && (
              <button type="button" className="primary" onClick={() => move(1)}>
                {here === names.length - 2 ? t('预览与报送') : t('下一步')}
              </button>
            )}
          </div>
        </div>
        {isWide ? (
          <aside className="guided-aside" aria-label={t('年报助手')}>
            {aside}
          </aside>
        ) : (
          <Dialog className="sheet" title={t('年报助手')} isOpen={isAsideOpen} close={() => setAsideOpen(false)}>
            {aside}
          </Dialog>
        )}
      </div>
    </>
  );
}

/** How far the report is, and everything unchanged confirmed at once. */
function Overview({ report }: { report: Report }) {
  const { parts } = report;
  const { done, all } = progressOf(parts);
  const toConfirm = parts.flatMap(confirmableIn);
  return (
    <div className="overview">
      <progress value={all === 0 ? 1 : done} max={all === 0 ? 1 : all} aria-label={t('填报进度')} />
      <span>{t('必填 {all} 项，已有 {done} 项', { all, done })}</span>
      {toConfirm.length > 0 && (
        <button type="button" onClick={() => void report.confirm(toConfirm.map(({ path }) => path))} disabled={report.state === 'saving'}>
          {t('全部无变化，一键确认沿用 {count} 项', { count: toConfirm.length })}
        </button>
      )}
    </div>
  );
}

type StepsProps = { report: Report; steps: Part[][]; here: number; choose: (name: string) => void };

function Steps({ report, steps, here, choose }: StepsProps) {
  return (
    <nav aria-label={t('填报步骤')} className="steps">
      <ol>
        {steps.map((step, place) => (
          <li key={nameOf(step)}>
            <button type="button" aria-current={place === here ? 'step' : undefined} onClick={() => choose(nameOf(step))}>
              <span>{titleOf(step)}</span>
              <small>{stateOf(step, report)}</small>
            </button>
          </li>
        ))}
        <li>
          <button type="button" aria-current={here === steps.length ? 'step' : undefined} onClick={() => choose(LAST)}>
            <span>{t('预览与报送')}</span>
          </button>
        </li>
      </ol>
    </nav>
  );
}

function nameOf([first]: Part[]): string {
  return first?.section.name ?? LAST;
}

/** The first two sections; the rest is seen when the step is open. */
function titleOf(step: Part[]): string {
  const labels = step.map(({ section }) => section.label);
  return labels.length > 2 ? t('{labels}等', { labels: labels.slice(0, 2).join('、') }) : labels.join('、');
}

function stateOf(step: Part[], report: Report): string {
  const all = step.flatMap((part) => findingsIn(part, report.draft?.findings ?? []));
  const found = [...new Set(all)].filter((finding) => !isEmptyRule(finding));
  const errors = found.filter(({ severity }) => severity === 'ERROR').length;
  const warnings = found.filter(({ severity }) => severity === 'WARNING').length;
  const missing = step.flatMap(missingIn).length;
  const told = [
    missing > 0 && t('待填 {count}', { count: missing }),
    errors > 0 && t('错误 {count}', { count: errors }),
    warnings > 0 && t('提醒 {count}', { count: warnings }),
  ].filter(Boolean);
  return told.length > 0 ? told.join(' · ') : `✓ ${t('完成')}`;
}

const WIDE = '(min-width: 72rem)';

function useIsWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const query = matchMedia(WIDE);
    const changed = () => setWide(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return isWide;
}
