// 概览与示例 Where the graph answers, its schema as a file, and documents to copy.
import { useState } from 'react';
import { type ApiExample, ApiSdl, type CatalogueData } from './asked.ts';
import { ask, type GraphFailure, NO_ABORT, toFailure } from '../graphql/client.ts';
import { Facts } from '../shared/Facts.tsx';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { CopyButton } from './CopyButton.tsx';
import { save } from './file.ts';
import type { CatalogueAnswer } from './useCatalogue.ts';

export function Overview({ data, answer }: { data: CatalogueData; answer: CatalogueAnswer }) {
  const { version, examples } = data.apiCatalogue;
  return (
    <>
      <section className="card">
        <h2>{t('接入')}</h2>
        <Addresses version={version} />
        <h3 className="part">{t('模式文件')}</h3>
        <Downloads version={version} apiKey={answer.apiKey} />
        <GraphiqlNote isServed={answer.isOpen} />
      </section>
      <section className="card">
        <h2>{t('示例')}</h2>
        <p className="quiet">{t('复制后填上变量即可运行。变量请放在 variables 里，不要拼进语句。')}</p>
        {examples.map((example, place) => (
          <Example key={example.name} example={example} isFirst={place === 0} hasGraphiql={answer.isOpen} />
        ))}
      </section>
    </>
  );
}

function Addresses({ version }: { version: string }) {
  const graph = `${location.origin}/graphql`;
  const stream = `${location.origin.replace(/^http/, 'ws')}/graphql/ws`;
  return (
    <Facts
      facts={[
        { label: t('接口版本'), value: version },
        { label: t('请求头（接口密钥）'), value: <code>X-Api-Key</code> },
        { label: t('查询与变更（POST，JSON）'), value: <Address url={graph} what={t('接口地址')} />, wide: true },
        { label: t('订阅（WebSocket，graphql-transport-ws）'), value: <Address url={stream} what={t('订阅地址')} />, wide: true },
      ]}
    />
  );
}

function Address({ url, what }: { url: string; what: string }) {
  return (
    <span className="address">
      <code>{url}</code> <CopyButton text={url} what={what} />
    </span>
  );
}


/** The SDL is asked for when it is wanted, and becomes a file in the browser. */
function Downloads({ version, apiKey }: { version: string; apiKey: string }) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<GraphFailure | null>(null);
  const download = async (federation: boolean) => {
    if (isBusy) return;
    setBusy(true);
    setFailure(null);
    try {
      const { apiCatalogue } = await ask(ApiSdl, { federation }, NO_ABORT, { apiKey });
      save(`qinxin-${version}${federation ? '.federation' : ''}.graphql`, apiCatalogue.sdl);
    } catch (cause) {
      setFailure(toFailure(cause));
    }
    setBusy(false);
  };
  return (
    <>
      <p className="quiet">{t('用于生成类型、校验语句；需要并入联邦图的用含联邦指令的一份。')}</p>
      <div className="actions" aria-busy={isBusy}>
        <button type="button" onClick={() => download(false)}>
          {t('下载 SDL')}
        </button>
        <button type="button" onClick={() => download(true)}>
          {t('下载 SDL（含联邦指令）')}
        </button>
      </div>
      {failure && <Failed failure={failure} />}
    </>
  );
}

/** GraphiQL is there in development mode alone; elsewhere a link to it would lead nowhere. */
function GraphiqlNote({ isServed }: { isServed: boolean }) {
  return (
    <>
      <h3 className="part">{t('接口调试')}</h3>
      <p className="quiet">
        {isServed ? (
          <>
            <a href="/graphiql">{t('打开 GraphiQL')}</a>{t('，在浏览器里编写和运行语句。只在开发模式下提供，正式环境没有这一页。')}
          </>
        ) : (
          t('调试页 GraphiQL 只在开发模式下提供。在本环境请用自己的工具，带上请求头 X-Api-Key 调用。')
        )}
      </p>
    </>
  );
}

function Example({ example, isFirst, hasGraphiql }: { example: ApiExample; isFirst: boolean; hasGraphiql: boolean }) {
  const { name, title, document } = example;
  const [head, note] = headAndNote(title);
  return (
    <article className="example">
      <div className="example-head">
        <h3>{head}</h3>
        <div className="actions">
          <CopyButton text={document} what={t('语句 {name}', { name })} />
          {hasGraphiql && (
            <a className="button small" href={`/graphiql?operation=${encodeURIComponent(name)}`}>
              {t('在 GraphiQL 中打开')}<span className="unseen"> {name}</span>
            </a>
          )}
        </div>
      </div>
      {note && <p className="quiet">{note}</p>}
      <details open={isFirst}>
        <summary>
          {t('语句')} <code>{name}</code>
        </summary>
        <pre className="document">{document}</pre>
      </details>
    </article>
  );
}

/** The first sentence is the heading, the rest explains. */
function headAndNote(title: string): [head: string, note: string] {
  const end = title.indexOf('。');
  return end < 0 ? [title, ''] : [title.slice(0, end), title.slice(end + 1)];
}
