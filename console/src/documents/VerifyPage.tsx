// 文书核验 Whether a document is genuine, by the code that is printed on it; the address on the document leads here. What
// is printed has to be the same as what stands here.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useGraph } from '../graphql/useGraph.ts';
import { moment } from '../room/time.ts';
import { step, type VerifyRoute } from '../route.ts';
import { Facts } from '../shared/Facts.tsx';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { VerifyDocumentDocument, type VerifyDocumentQuery } from './generated/graphql.ts';

type Verified = NonNullable<VerifyDocumentQuery['verifyDocument']>;

export function VerifyPage({ route }: { route: VerifyRoute }) {
  const asked = route.code.trim();
  const { data, failure, loading, retry } = useGraph(VerifyDocumentDocument, asked ? { code: asked } : null);
  const isAnswered = asked !== '' && !loading && !failure && data !== null;
  return (
    <>
      <PageTitle name={asked && t('{code} - 文书核验', { code: asked })}>{t('文书核验')}</PageTitle>
      <CodeForm key={asked} asked={asked} route={route} retry={retry} />
      <div aria-live="polite">
        {failure && asked !== '' && <Failed failure={failure} retry={retry} />}
        {asked !== '' && loading && <Loading lines={5} />}
        {isAnswered && (data.verifyDocument ? <Genuine document={data.verifyDocument} /> : <Unknown code={asked} />)}
      </div>
    </>
  );
}

function CodeForm({ asked, route, retry }: { asked: string; route: VerifyRoute; retry: () => void }) {
  const [code, setCode] = useState(asked);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const typed = code.trim();
    if (typed === asked) retry();
    else step({ ...route, code: typed });
  };
  return (
    <form className="card" onSubmit={submit}>
      <label htmlFor="verify-code">{t('验证码')}</label>
      <div className="input-row">
        <input
          id="verify-code"
          style={{ paddingInline: '0.6rem' }}
          type="text"
          value={code}
          maxLength={40}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          aria-describedby="verify-hint"
          placeholder="7KPD-Q2MX-9RTW-HC4V"
          onChange={(event) => setCode(event.target.value)}
        />
        <button type="submit" className="primary" disabled={code.trim() === ''}>
          {t('核验')}
        </button>
      </div>
      <p id="verify-hint" className="quiet">
        {t('验证码印在回执和年度报告书的页脚，大小写和连字符不影响核验。')}
      </p>
    </form>
  );
}

function Genuine({ document }: { document: Verified }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { enterprise, newerVersion } = document;
  return (
    <section className="card verified" aria-labelledby="verified">
      <h2 id="verified" ref={heading} tabIndex={-1}>
        <span className="badge badge-good">✓ {t('真实')}</span> {t('这份文书由本系统出具')}
      </h2>
      <p>{t('请逐项对照：手中的文书须与以下内容一致，不一致的就不是这份文书。')}</p>
      {newerVersion !== null && (
        <p className="notice">
          {t('这份文书记载的是第 {version} 版，年度报告之后有改动，现为第 {newer} 版。', { version: document.version, newer: newerVersion })}{' '}
          <Link to={{ page: 'enterprise', uscc: enterprise.uscc, tab: 'reports', at: '' }}>{t('查看现在公示的内容')}</Link>
        </p>
      )}
      <Facts
        facts={[
          { label: t('文书种类'), value: term('DocumentKind', document.kind) },
          { label: t('经营主体'), value: <Link to={{ page: 'enterprise', uscc: enterprise.uscc, tab: '', at: '' }}>{document.filerName}</Link> },
          { label: t('统一社会信用代码'), value: enterprise.uscc },
          { label: t('报告年度'), value: document.year === null ? null : String(document.year) },
          { label: t('版本'), value: String(document.version) },
          { label: t('出具时间'), value: moment(document.issuedAt) },
          { label: t('页数'), value: String(document.pageCount) },
          { label: t('内容'), value: document.isPublicEdition ? t('公示本') : t('全部内容') },
          { label: t('文件摘要（SM3）'), value: <span className="secret code">{document.digest}</span>, wide: true },
          ...(enterprise.name === document.filerName ? [] : [{ label: t('现名称'), value: enterprise.name }]),
        ]}
      />
    </section>
  );
}

function Unknown({ code }: { code: string }) {
  return (
    <section className="notice notice-error" role="alert">
      <h2>{t('没有出具过验证码为“{code}”的文书', { code })}</h2>
      <p>{t('请核对是否抄写有误；确认无误仍查不到的，这份文书不是本系统出具的，请向登记机关反映。')}</p>
    </section>
  );
}
