// 打印文书 The receipt or the report as PDF, with the code by which it is verified. Whoever prints again is given the
// same document; characters that no font has are named before it is handed on.
import { useState } from 'react';
import { ask, GraphFailure, NO_ABORT, refuse } from '../graphql/client.ts';
import { moment } from '../room/time.ts';
import { useAct } from '../room/useAct.ts';
import { Link } from '../shared/Link.tsx';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { type DocumentKind, type PrintedFragment, PrintReportDocument, ReportToPrintDocument } from './generated/graphql.ts';

/** The id of a report, or where it is looked up when something is printed; one that was filed elsewhere has no receipt. */
type Props = { report: string | { uscc: string; year: number }; name: string; hasReceipt?: boolean };

const TITLES: Record<DocumentKind, string> = { RECEIPT: '打印回执', REPORT: '打印年报' };

export function Print({ report, name, hasReceipt = true }: Props) {
  const kinds: readonly DocumentKind[] = hasReceipt ? ['RECEIPT', 'REPORT'] : ['REPORT'];
  const [printed, setPrinted] = useState<PrintedFragment | null>(null);
  const { isBusy, failure, act } = useAct();
  const print = (kind: DocumentKind) =>
    act(async () => {
      setPrinted(null);
      const input = { reportId: typeof report === 'string' ? report : await reportOf(report), document: kind };
      const { printAnnualReport: answer } = await ask(PrintReportDocument, { input }, NO_ABORT);
      refuse(answer.userErrors);
      setPrinted(answer.document);
    });
  return (
    <div className="stack print">
      <p className="actions">
        {kinds.map((kind) => (
          <button key={kind} type="button" aria-disabled={isBusy} onClick={() => void print(kind)}>
            {t(TITLES[kind])}
            <span className="unseen">：{name}</span>
          </button>
        ))}
      </p>
      {isBusy && (
        <p role="status" className="quiet">
          {t('正在制作…')}
        </p>
      )}
      {failure && <Failed failure={failure} />}
      <div aria-live="polite">{printed && <Handed printed={printed} />}</div>
    </div>
  );
}

async function reportOf({ uscc, year }: { uscc: string; year: number }): Promise<string> {
  const { enterprise } = await ask(ReportToPrintDocument, { uscc }, NO_ABORT, { anew: true });
  const report = enterprise?.annualReports.nodes.find((one) => one.year === year);
  if (!report) throw new GraphFailure(t('没有找到这份年度报告，请刷新后重试。'), 'NOT_FOUND');
  return report.id;
}

/** 出具的文书 The file, the code on it, and what could not be printed as it is. */
function Handed({ printed }: { printed: PrintedFragment }) {
  const { warnings, verificationCode } = printed;
  return (
    <div className="notice notice-good">
      <p>
        <a href={printed.downloadPath} target="_blank" rel="noreferrer" className="button">
          {t('下载 PDF：{title}', { title: term('DocumentKind', printed.kind) })}
        </a>
      </p>
      <p>
        {t('共 {pages} 页，{size} KB，{at}出具', { pages: printed.pageCount, size: Math.ceil(printed.byteCount / 1024), at: moment(printed.issuedAt) })}
        {printed.isPublicEdition && ` · ${t('公示本')}`}
      </p>
      <p>
        {t('验证码')} <strong className="code secret">{verificationCode}</strong>{' '}
        <Link to={{ page: 'verify', code: verificationCode }}>{t('核验这份文书')}</Link>
      </p>
      {warnings.length > 0 && (
        <div className="print-warnings">
          <p>
            <strong>{t('有 {count} 个字所用字库没有收入，文书上以码位代替：', { count: warnings.length })}</strong>
          </p>
          <ul>
            {warnings.map(({ codePoint, character, message, printedAs }) => (
              <li key={codePoint}>
                “{character}” {codePoint} → {printedAs}：{message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
