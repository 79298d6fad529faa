// 外省记录 What other provinces sent. An office says first what it looks for (INVALID_PURPOSE tells that it has
// to); what it says is kept in the audit log, and here only until the page is left.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { CrossRegionSearch, type SearchData } from './asked.ts';
import { alsoForget } from '../graphql/client.ts';
import { usePages } from '../graphql/useGraph.ts';
import type { SearchRoute } from './address.ts';
import { PurposeField } from './PurposeField.tsx';
import { questionOf, Results } from './Results.tsx';
import { t } from '../shared/text.ts';

/** Neither in the address nor in the browser's storage: a purpose is stated by whoever reads. */
let stated = '';
alsoForget(() => {
  stated = '';
});

const connection = (data: SearchData) => data.search;

export function Elsewhere({ route }: { route: SearchRoute }) {
  const [purpose, setPurpose] = useState(stated);
  const [isChanging, setChanging] = useState(false);
  const found = usePages(CrossRegionSearch, { ...questionOf(route), purpose: purpose || null }, connection);
  const state = (text: string) => {
    stated = text;
    setPurpose(text);
    setChanging(false);
  };
  if (isChanging || found.failure?.code === 'INVALID_PURPOSE') return <Purpose given={purpose} state={state} />;
  return (
    <>
      {purpose && (
        <p className="quiet">
          {t('查询用途：{purpose}', { purpose })}{' '}
          <button type="button" className="small" onClick={() => setChanging(true)}>
            {t('更改')}
          </button>
        </p>
      )}
      <Results route={route} found={found} />
    </>
  );
}

function Purpose({ given, state }: { given: string; state: (text: string) => void }) {
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => box.current?.querySelector('input')?.focus(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    state(String(new FormData(event.currentTarget).get('purpose') ?? '').trim());
  };
  return (
    <form ref={box} className="card" onSubmit={submit}>
      <h2>{t('请先说明查询用途')}</h2>
      <p>{t('工作人员查询外省记录须说明用途。用途和所看的记录会记入审计日志。')}</p>
      <PurposeField id="elsewhere-purpose" given={given} />
      <button type="submit" className="primary">
        {t('开始查询')}
      </button>
    </form>
  );
}
