// 目录内容 A part of the catalogue once it is there; until then why it is not, and the box for the key
// where it takes one.
import { type ReactNode, useEffect, useRef } from 'react';
import type { CatalogueData } from './asked.ts';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { KeyForm } from './KeyForm.tsx';
import type { CatalogueAnswer } from './useCatalogue.ts';
import type { OwnKey } from './useOwnKey.ts';

export function Shown({
  answer,
  own,
  children,
}: {
  answer: CatalogueAnswer;
  own: OwnKey;
  children: (data: CatalogueData) => ReactNode;
}) {
  const { data, failure, loading, retry, isClosed } = answer;
  const box = useRef<HTMLDivElement>(null);
  const wasClosed = useRef(false);
  useEffect(() => {
    // The box for the key is gone, and the keyboard's place with it.
    if (data && wasClosed.current) box.current?.focus();
    wasClosed.current = !data && isClosed;
  }, [data, isClosed]);

  return (
    <div ref={box} tabIndex={-1} className="shown" aria-busy={loading}>
      {data && children(data)}
      {!data && isClosed && <Closed own={own} />}
      {failure && <Failed failure={failure} retry={retry} />}
      {loading && !data && <Loading lines={8} />}
    </div>
  );
}

function Closed({ own }: { own: OwnKey }) {
  return (
    <section className="card">
      <h2>{t('需要接口密钥')}</h2>
      <p>{t('本环境的接口目录只向接口用户开放。请填写本单位的接口密钥；还没有密钥的，请向安全管理员申请。')}</p>
      <KeyForm own={own} />
    </section>
  );
}
