// 登记语句 Registers the documents of a partner from the manifest that a build makes, and shows under which mark each is to
// be called from then on.
import { type FormEvent, useState } from 'react';
import { RegisterDocuments } from './asked.ts';
import { ask, type GraphFailure, NO_ABORT, refuse, toFailure } from '../graphql/client.ts';
import { Empty, Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { CopyButton } from './CopyButton.tsx';
import { save } from './file.ts';
import { namesOf } from './manifest.ts';

type Registered = { name: string; hash: string };

export function TrustedDocuments({ apiKey }: { apiKey: string }) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<GraphFailure | null>(null);
  const [registered, setRegistered] = useState<Registered[]>([]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const manifest = new FormData(form).get('manifest');
    if (isBusy || !(manifest instanceof File) || manifest.size === 0) return;
    setBusy(true);
    setFailure(null);
    try {
      setRegistered(await register(manifest, apiKey));
      form.reset();
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
      <div aria-live="polite">
        {registered.length > 0 ? <List registered={registered} /> : <Empty>{t('登记后这里列出每条语句的标识。以前登记的继续有效；清单文件请随代码保存。')}</Empty>}
      </div>
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

/** @throws {GraphFailure} with the code of the refusal. */
async function register(manifest: File, apiKey: string): Promise<Registered[]> {
  const { registerDocuments } = await ask(RegisterDocuments, { input: { documents: [], manifest } }, NO_ABORT, { apiKey });
  refuse(registerDocuments.userErrors);
  const names = namesOf(await manifest.text());
  return (registerDocuments.hashes ?? []).map((hash, place) => ({ hash, name: names[place] ?? String(place + 1) }));
}
