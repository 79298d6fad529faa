// 登记语句 Registers the documents of a partner from the manifest that a build makes, and shows under which mark each is to
// be called from then on; what is wrong with a document is told with its place. Those of before are listed on demand.
import { type FormEvent, useState } from 'react';
import { RegisterDocuments } from './asked.ts';
import { ask, GraphFailure, NO_ABORT, refuse, toFailure } from '../graphql/client.ts';
import { Download } from '../shared/Download.tsx';
import { Empty, Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { CopyButton } from './CopyButton.tsx';
import type { RegisterDocumentsMutation } from './generated/graphql.ts';
import { save } from './file.ts';
import { namesOf } from './manifest.ts';
import { RegisteredBefore } from './RegisteredBefore.tsx';

type Registered = { name: string; hash: string };
type Fault = NonNullable<RegisterDocumentsMutation['registerDocuments']['faults']>[number];
type Done = { registered: Registered[]; faults: readonly Fault[]; refusal: GraphFailure | null };

export function TrustedDocuments({ apiKey }: { apiKey: string }) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<GraphFailure | null>(null);
  const [{ registered, faults }, setDone] = useState<Omit<Done, 'refusal'>>({ registered: [], faults: [] });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const manifest = new FormData(form).get('manifest');
    if (isBusy || !(manifest instanceof File) || manifest.size === 0) return;
    setBusy(true);
    setFailure(null);
    try {
      const done = await register(manifest, apiKey);
      setDone(done);
      setFailure(done.refusal);
      if (!done.refusal) form.reset();
    } catch (cause) {
      setFailure(toFailure(cause));
    }
    setBusy(false);
  };
  return (
    <section className="card">
      <h2>{t('登记语句')}</h2>
      <p>
        {t('把构建时生成的语句清单登记在本单位名下，之后请求只带语句标识（')}<code>extensions.documentId</code>{t('），不再发送语句；“仅限登记语句”的单位只能运行已登记的语句。')}
      </p>
      <form onSubmit={(event) => void submit(event)}>
        <label htmlFor="manifest">{t('语句清单（Apollo、Relay 或 graphql-codegen 生成的 JSON 文件）')}</label>
        <div className="input-row input-row-wrap">
          <input id="manifest" type="file" name="manifest" accept="application/json,.json" required aria-describedby="manifest-note" />
          <button type="submit" className="primary" aria-disabled={isBusy}>
            {isBusy ? t('正在登记…') : t('登记')}
          </button>
        </div>
        <p id="manifest-note" className="quiet">
          {t('每条语句都按接口模式校验，有一条不符就都不登记。重复登记不产生新的标识。')}
        </p>
      </form>
      {failure && <Failed failure={failure} />}
      {faults.length > 0 && <Faults faults={faults} />}
      <div aria-live="polite">
        {registered.length > 0 ? <List registered={registered} /> : <Empty>{t('登记后这里列出每条语句的标识。以前登记的继续有效；清单文件请随代码保存。')}</Empty>}
      </div>
      <RegisteredBefore key={registered.map(({ hash }) => hash).join()} apiKey={apiKey} />
    </section>
  );
}

function List({ registered }: { registered: Registered[] }) {
  return (
    <>
      <p className="notice notice-good">{t('已登记 {count} 条语句。', { count: registered.length })}</p>
      <div className="wide-table">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('语句')}</th>
              <th scope="col">{t('语句标识（SM3）')}</th>
            </tr>
          </thead>
          <tbody>
            {registered.map(({ name, hash }) => (
              <tr key={hash}>
                <th scope="row">{name}</th>
                <td>
                  <code className="hash">{hash}</code> <CopyButton text={hash} what={t('{name} 的标识', { name })} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <button type="button" onClick={() => save('qinxin-documents.json', `${JSON.stringify(Object.fromEntries(registered.map(({ name, hash }) => [name, hash])), null, 2)}\n`)}>
        {t('下载标识对照表')}
      </button>
    </>
  );
}

/** 语句错误 Each with its place in the document. */
function Faults({ faults }: { faults: readonly Fault[] }) {
  const head = [t('语句'), t('位置'), t('说明')];
  const nameOf = ({ index, id, operation }: Fault) => operation ?? id ?? String(index + 1);
  const placeOf = ({ line, column }: Fault) => (line === null ? '—' : t('第 {line} 行第 {column} 列', { line, column: column ?? 1 }));
  return (
    <>
      <div className="wide-table">
        <table className="table" aria-label={t('语句错误')}>
          <thead>
            <tr>
              {head.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {faults.map((fault, place) => (
              // Nothing else tells two of them apart, and the list never changes.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={place}>
                <th scope="row">{nameOf(fault)}</th>
                <td>{placeOf(fault)}</td>
                <td>
                  {fault.message} <code>{fault.code}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Download name={t('语句错误')} head={head} rows={faults.map((fault) => [nameOf(fault), placeOf(fault), fault.message])} />
    </>
  );
}

/** @throws {GraphFailure} where no document is at fault. */
async function register(manifest: File, apiKey: string): Promise<Done> {
  const { registerDocuments } = await ask(RegisterDocuments, { input: { documents: [], manifest } }, NO_ABORT, { apiKey });
  const { hashes, userErrors, faults } = registerDocuments;
  const [error] = userErrors;
  if (error && faults?.length) return { registered: [], faults, refusal: new GraphFailure(error.message, error.code) };
  refuse(userErrors);
  const names = namesOf(await manifest.text());
  return { registered: (hashes ?? []).map((hash, place) => ({ hash, name: names[place] ?? String(place + 1) })), faults: [], refusal: null };
}
