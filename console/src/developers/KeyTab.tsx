// 我的密钥 The usage of the reader's own key, and a new one in its place.
import { useEffect, useRef } from 'react';
import { CopyButton } from './CopyButton.tsx';
import { KeyForm } from './KeyForm.tsx';
import { RotateKey } from './RotateKey.tsx';
import { TrustedDocuments } from './TrustedDocuments.tsx';
import { UsageReport } from './UsageReport.tsx';
import type { OwnKey } from './useOwnKey.ts';
import { t } from '../shared/text.ts';

export function KeyTab({ own }: { own: OwnKey }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const putAway = () => {
    own.putAway();
    // The button is gone, and the keyboard's place with it.
    heading.current?.focus();
  };
  return (
    <>
      {own.fresh && <FreshKey apiKey={own.fresh} putAway={putAway} />}
      <section className="card">
        <h2 ref={heading} tabIndex={-1} className="shown">
          {t('我的密钥')}
        </h2>
        <KeyForm own={own} />
      </section>
      {own.key && (
        <>
          <UsageReport key={own.key} apiKey={own.key} />
          <TrustedDocuments key={`documents ${own.key}`} apiKey={own.key} />
          <RotateKey own={own} />
        </>
      )}
    </>
  );
}

/** The new key takes the focus, because it is told this once. */
function FreshKey({ apiKey, putAway }: { apiKey: string; putAway: () => void }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <section ref={box} tabIndex={-1} className="notice notice-good" aria-labelledby="fresh-key">
      <h2 id="fresh-key">{t('新密钥，只显示这一次')}</h2>
      <p className="address">
        <code className="fresh-key">{apiKey}</code> <CopyButton text={apiKey} what={t('新密钥')} />
      </p>
      <p>{t('请现在保存到本单位的密钥库。原有密钥再有效一天；本页已改用新密钥。')}</p>
      <button type="button" onClick={putAway}>
        {t('我已保存')}
      </button>
    </section>
  );
}
