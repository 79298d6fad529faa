// 校验结果 What the rules found: counted and in full at the top, in short beside the fields.
import type { Draft, Finding } from './asked.ts';
import { dated } from '../shared/format.ts';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { anchorOf } from './sections.ts';

const CLASSES: Record<string, string> = { ERROR: 'note note-error', WARNING: 'note note-warning' };
/** The one rule that names every required field still empty. */
const STILL_EMPTY = 'AR-160';
/** A finding about more fields than this is told in full at the top only. */
const FIELDS_BESIDE = 3;

/** 一条校验结果 A finding: grade, sentence, how to mend it, rule and its source. */
function Sentence({ finding }: { finding: Finding }) {
  return (
    <>
      <p>
        <strong>{term('FindingSeverity', finding.severity)}</strong> {dated(finding.message)}
      </p>
      {finding.mend && <p>{t('改法：{mend}', { mend: dated(finding.mend) })}</p>}
      <p className="quiet">
        <code>{finding.ruleId}</code> {finding.source}
      </p>
    </>
  );
}

/** 字段旁提示 What a field's own row says of a finding. */
export function Beside({ finding }: { finding: Finding }) {
  const isShort = finding.paths.length > FIELDS_BESIDE || finding.ruleId === STILL_EMPTY;
  return (
    <div className={CLASSES[finding.severity] ?? 'note'}>
      {isShort ? (
        <p>
          <strong>{term('FindingSeverity', finding.severity)}</strong>{' '}
          {finding.ruleId === STILL_EMPTY ? t('必填，尚未填写') : t('与其他事项不符，见上方汇总')}
        </p>
      ) : (
        <Sentence finding={finding} />
      )}
    </div>
  );
}

/** 校验汇总 How many findings of each grade, and each of them once in full with links to its fields. */
export function Findings({ draft, checking }: { draft: Draft; checking: boolean }) {
  const labels = new Map(draft.fields.map((field) => [field.path, field.label]));
  const counts = valuesOf('FindingSeverity')
    .map((severity) => ({ severity, count: draft.findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0);
  return (
    <section className={counts.length > 0 ? 'card findings' : 'notice notice-good findings'} aria-busy={checking}>
      <h2>{t('校验结果')} {checking && <span className="quiet">{t('正在校验…')}</span>}</h2>
      <p role="status">
        {counts.length === 0 && t('校验通过，没有发现问题。')}
        {counts.map(({ severity, count }) => t('{severity} {count} 个', { severity: term('FindingSeverity', severity), count })).join('，')}
      </p>
      {draft.findings.map((finding) => (
        <div key={keyOf(finding)} className={CLASSES[finding.severity] ?? 'note'}>
          <Sentence finding={finding} />
          <Fields finding={finding} labels={labels} />
        </div>
      ))}
    </section>
  );
}

/** Links to the fields of a finding; many of them are folded away. */
function Fields({ finding, labels }: { finding: Finding; labels: Map<string, string> }) {
  const paths = finding.paths.filter((path) => labels.has(path));
  if (paths.length === 0) return null;
  const links = (
    <ul className="links">
      {paths.map((path) => (
        <li key={path}>
          <a href={`#${anchorOf(path)}`}>{labels.get(path)}</a>
        </li>
      ))}
    </ul>
  );
  if (paths.length <= FIELDS_BESIDE) return links;
  return (
    <details>
      <summary>{t('涉及的 {count} 个事项', { count: paths.length })}</summary>
      {links}
    </details>
  );
}

/** One rule may find something in several rows of a table. */
export function keyOf(finding: Finding): string {
  return `${finding.ruleId} ${finding.paths.join()}`;
}
