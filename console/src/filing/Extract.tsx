// 一键提取 Figures of the tax authority and the social-insurance agency. The filer reads what is agreed to and agrees before
// anybody is asked; each authority tells its own state; where it differs from what was typed, the filer chooses. A consent
// can be withdrawn here as well.
import { App, Button, Checkbox, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { Scrollable } from '../room/Scrollable.tsx';
import { moment } from '../room/time.ts';
import { useAct } from '../room/useAct.ts';
import { amount, day } from '../shared/format.ts';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { type Consent, ExtractFigures, FigureSources, type FigureSourceResult, WithdrawConsent } from './asked.ts';
import { focusOn } from './FieldBox.tsx';
import type { FigureSource, FigureSourcesQuery, FigureSourceState } from './generated/graphql.ts';
import type { Report } from './useFiling.ts';

type Props = { report: Report; uscc: string; year: number };
type Wording = NonNullable<FigureSourcesQuery['consentWording']>;
type Kept = FigureSourcesQuery['filingState']['sources'][number];
const COLOURS: Record<FigureSourceState, string> = { OK: 'success', NO_DATA: 'default', REFUSED: 'error', UNAVAILABLE: 'warning' };

export function Extract({ report, uscc, year }: Props) {
  const { data, failure, retry } = useGraph(FigureSources, { uscc, year });
  const [results, setResults] = useState<FigureSourceResult[]>([]);
  if (failure && !data) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={5} />;
  const wording = data.consentWording;
  if (!wording || wording.sources.length === 0) return <Empty>{t('目前没有可以提取数据的部门，请自行填写，不影响报送。')}</Empty>;
  const told = async (given: FigureSourceResult[]) => {
    setResults(given);
    retry();
    await report.reload();
  };
  return (
    <section className="card stack" aria-labelledby="extract">
      <h2 id="extract">{t('一键提取税务、社保数据')}</h2>
      <Agree key={data.consents.filter(({ withdrawnAt }) => withdrawnAt).length} wording={wording} uscc={uscc} year={year} report={report} told={told} />
      <Results results={results} report={report} />
      {data.filingState.sources.length > 0 && results.length === 0 && <KeptList kept={data.filingState.sources} />}
      <Consents consents={data.consents} uscc={uscc} year={year} done={() => void told([])} />
    </section>
  );
}

type AgreeProps = Props & { wording: Wording; told: (results: FigureSourceResult[]) => Promise<void> };

function Agree({ wording, uscc, year, report, told }: AgreeProps) {
  const connected = wording.sources.filter(({ isConnected }) => isConnected).map(({ source }) => source);
  const [chosen, setChosen] = useState<FigureSource[]>(connected);
  const [isAgreed, setAgreed] = useState(false);
  const { isBusy, failure, act } = useAct();
  const extract = () =>
    act(async () => {
      // What is being typed is not to be filled in from elsewhere.
      if (!(await report.flush())) return;
      const input = { uscc, year, sources: chosen, consent: isAgreed, consentVersion: wording.version };
      const { extractFigures: answer } = await ask(ExtractFigures, { input }, NO_ABORT);
      refuse(answer.userErrors);
      await told(answer.sources ?? []);
    });
  const toggle = (source: FigureSource) => setChosen(chosen.includes(source) ? chosen.filter((one) => one !== source) : [...chosen, source]);
  return (
    <>
      <fieldset className="bare-set">
        <legend>{t('数据部门')}</legend>
        {wording.sources.map(({ source, name, isConnected, isStandIn }) => (
          <div key={source}>
            <Checkbox checked={chosen.includes(source)} disabled={!isConnected} onChange={() => toggle(source)}>
              {name}
              {!isConnected && `（${t('尚未接入，请自行填写')}）`}
              {isStandIn && `（${t('模拟数据，仅供演示')}）`}
            </Checkbox>
          </div>
        ))}
      </fieldset>
      <details>
        <summary>
          {wording.title}（{t('{day}起启用', { day: day(wording.validFrom) })}）
        </summary>
        <p className="letter">{wording.text}</p>
        <p className="quiet">{wording.source}</p>
      </details>
      <p>
        <Checkbox checked={isAgreed} onChange={(event) => setAgreed(event.target.checked)}>
          {t('已阅读《{title}》，同意向所选部门提取 {year} 年度数据', { title: wording.title, year })}
        </Checkbox>
      </p>
      {failure && <Failed failure={failure} />}
      <p>
        <Button type="primary" loading={isBusy} disabled={!isAgreed || chosen.length === 0} onClick={() => void extract()}>
          {t('提取')}
        </Button>
      </p>
      <p className="quiet">{t('只带入空着的事项，已填写的不会被覆盖；部门没有答复的，不影响填报。')}</p>
    </>
  );
}

function Results({ results, report }: { results: FigureSourceResult[]; report: Report }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (results.length > 0) box.current?.focus();
  }, [results]);
  return (
    <div ref={box} tabIndex={-1} aria-live="polite" className="stack">
      {results.map((result) => (
        <Result key={result.source} result={result} report={report} />
      ))}
    </div>
  );
}

function Result({ result, report }: { result: FigureSourceResult; report: Report }) {
  const { source, state, message, asOf, extractedAt, fields, retryAfterSeconds } = result;
  return (
    <section className="figure-source">
      <h3>
        {term('FigureSource', source)} <Tag color={COLOURS[state]}>{term('FigureSourceState', state)}</Tag>
      </h3>
      <p>{message}</p>
      <p className="quiet">
        {[
          asOf && t('数据截至 {day}', { day: day(asOf) }),
          extractedAt && t('{at}提取', { at: moment(extractedAt) }),
          retryAfterSeconds !== null && t('{count} 秒后可以再试', { count: retryAfterSeconds }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {fields.length > 0 && (
        <Scrollable label={term('FigureSource', source)}>
          <table className="difference">
            <thead>
              <tr>
                <th scope="col">{t('事项')}</th>
                <th scope="col">{t('部门数据')}</th>
                <th scope="col">{t('来源与日期')}</th>
                <th scope="col">{t('填报情况')}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field.path}>
                  <th scope="row">{field.label}</th>
                  <td className="figures">{field.unit ? amount(field.value, field.unit) : (field.value ?? '—')}</td>
                  <td>
                    {field.source.reference} {field.source.asOf && day(field.source.asOf)}
                  </td>
                  <td>
                    <Standing field={field} report={report} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrollable>
      )}
    </section>
  );
}

/** Taken over, or typed otherwise: then one click takes what the authority says, and the field is shown. */
function Standing({ field, report }: { field: FigureSourceResult['fields'][number]; report: Report }) {
  const [isTaken, setTaken] = useState(false);
  if (isTaken || field.isFilled) return <Tag color="success">{isTaken ? t('已采用') : t('已带入')}</Tag>;
  if (!field.difference) return <span>—</span>;
  const take = () => {
    // Without what was typed, what the authority told stands, with its source.
    report.type({ [field.path]: null });
    setTaken(true);
  };
  return (
    <>
      <p>{field.difference.message}</p>
      <p className="actions">
        <Button size="small" onClick={take}>
          {t('采用部门数据')}
          <span className="unseen">：{field.label}</span>
        </Button>
        {document.getElementById(`item-${field.path}`) && (
          <Button size="small" onClick={() => focusOn(field.path)}>
            {t('查看填报项')}
            <span className="unseen">：{field.label}</span>
          </Button>
        )}
      </p>
    </>
  );
}

/** 已提取 What was told before this page was opened. */
function KeptList({ kept }: { kept: Kept[] }) {
  return (
    <ul>
      {kept.map(({ source, name, state, asOf, extractedAt, figures, isFinal }) => (
        <li key={source}>
          {name} <Tag color={COLOURS[state]}>{term('FigureSourceState', state)}</Tag> {t('{count} 项', { count: figures })}
          {asOf && `，${t('数据截至 {day}', { day: day(asOf) })}`}，{t('{at}提取', { at: moment(extractedAt) })}
          {!isFinal && `（${t('部门数据还可能变化')}）`}
        </li>
      ))}
    </ul>
  );
}

function Consents({ consents, uscc, year, done }: { consents: Consent[]; uscc: string; year: number; done: () => void }) {
  const { modal } = App.useApp();
  const { isBusy, failure, act } = useAct();
  if (consents.length === 0) return null;
  const withdraw = (source: FigureSource) =>
    act(async () => {
      const { withdrawConsent } = await ask(WithdrawConsent, { input: { uscc, year, source } }, NO_ABORT);
      refuse(withdrawConsent.userErrors);
      done();
    });
  const confirm = (source: FigureSource) =>
    modal.confirm({
      title: t('撤回对{name}的同意？', { name: term('FigureSource', source) }),
      content: t('不再向该部门查询，已提取的数据随即删除；已确认或者已报送的除外。'),
      okText: t('撤回同意'),
      onOk: () => withdraw(source),
    });
  return (
    <section aria-labelledby="consents">
      <h3 id="consents">{t('同意记录')}</h3>
      {failure && <Failed failure={failure} />}
      <ul className="plain">
        {consents.map(({ number, source, givenAt, givenBy, withdrawnAt }) => (
          <li key={number}>
            {term('FigureSource', source)} {t('编号 {number}', { number })}，{t('{by}于{at}同意', { by: givenBy, at: moment(givenAt) })}
            {withdrawnAt ? (
              `，${t('{at}撤回', { at: moment(withdrawnAt) })}`
            ) : (
              <Button type="link" danger size="small" disabled={isBusy} onClick={() => confirm(source)}>
                {t('撤回同意')}
                <span className="unseen">：{term('FigureSource', source)}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
