// 校验结果 What the rules found: in sum with links to the fields, and one by one.
import type { Draft, Finding } from '../graphql/operations.ts';
import { term } from '../shared/vocabulary.ts';
import { anchorOf } from './sections.ts';

const CLASSES: Record<string, string> = { ERROR: 'note note-error', WARNING: 'note note-warning' };

/** 一条校验结果 A finding: grade, sentence, how to mend it, rule and its source. */
export function Note({ finding }: { finding: Finding }) {
  return (
    <div className={CLASSES[finding.severity] ?? 'note'}>
      <p>
        <strong>{term('FindingSeverity', finding.severity)}</strong> {finding.message}
      </p>
      {finding.mend && <p>改法：{finding.mend}</p>}
      <p className="quiet">
        <code>{finding.ruleId}</code> {finding.source}
      </p>
    </div>
  );
}

/** 校验汇总 How many findings; those of the report as a whole in full, the others as links to their fields. */
export function Findings({ draft }: { draft: Draft }) {
  if (draft.findings.length === 0) {
    return <p className="notice notice-good">校验通过，没有发现问题。</p>;
  }
  const labels = new Map(draft.fields.map((field) => [field.path, field.label]));
  const fieldsOf = (finding: Finding) => finding.paths.filter((path) => labels.has(path));
  return (
    <section className="card">
      <h2>校验发现 {draft.findings.length} 个问题</h2>
      {draft.findings
        .filter((finding) => fieldsOf(finding).length === 0)
        .map((finding) => (
          <Note key={keyOf(finding)} finding={finding} />
        ))}
      <ul className="plain">
        {draft.findings
          .filter((finding) => fieldsOf(finding).length > 0)
          .map((finding) => (
            <li key={keyOf(finding)}>
              {term('FindingSeverity', finding.severity)}：
              {fieldsOf(finding).map((path) => (
                <span key={path}>
                  <a href={`#${anchorOf(path)}`}>{labels.get(path)}</a>{' '}
                </span>
              ))}
              {finding.message}
            </li>
          ))}
      </ul>
    </section>
  );
}

/** One rule may find something in several rows of a table. */
export function keyOf(finding: Finding): string {
  return `${finding.ruleId} ${finding.paths.join()}`;
}
