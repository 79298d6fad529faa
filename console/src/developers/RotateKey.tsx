// 更换密钥 Makes a new key in place of the one in use, after saying once what will happen.
import { useRef, useState } from 'react';
import { RotateOwnApiKey } from './asked.ts';
import { ask, GraphFailure, NO_ABORT, toFailure } from '../graphql/client.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import type { OwnKey } from './useOwnKey.ts';

export function RotateKey({ own }: { own: OwnKey }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<GraphFailure | null>(null);
  const rotate = async () => {
    if (isBusy) return;
    setBusy(true);
    setFailure(null);
    try {
      own.renew(await renewed(own.key));
    } catch (cause) {
      setFailure(toFailure(cause));
    }
    setBusy(false);
    dialog.current?.close();
  };
  return (
    <section className="card">
      <h2>{t('更换密钥')}</h2>
      <p>{t('密钥可能泄露、经手人变动或临近到期时更换。密钥自建立起最长有效一年。')}</p>
      {failure && <Failed failure={failure} />}
      <button type="button" onClick={() => dialog.current?.showModal()}>
        {t('更换密钥')}
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby="rotate-title">
        <h3 id="rotate-title">{t('确认更换密钥？')}</h3>
        <ul>
          <li>{t('立即生成一把新密钥，只显示一次，请当场保存。')}</li>
          <li>{t('现有密钥再有效一天，请在此期间让所有系统改用新密钥。')}</li>
          <li>{t('更换会记入审计记录，不能撤回。')}</li>
        </ul>
        <div className="actions">
          <button type="button" className="primary" aria-disabled={isBusy} onClick={rotate}>
            {isBusy ? t('正在更换…') : t('确认更换')}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {t('取消')}
          </button>
        </div>
      </dialog>
    </section>
  );
}

/**
 * The new key.
 * @throws {GraphFailure} with the code of the refusal.
 */
async function renewed(apiKey: string): Promise<string> {
  const { rotateOwnApiKey } = await ask(RotateOwnApiKey, {}, NO_ABORT, { apiKey });
  const [error] = rotateOwnApiKey.userErrors;
  if (error) throw new GraphFailure(error.message, error.code);
  if (!rotateOwnApiKey.key) throw new GraphFailure(t('服务器没有给出新密钥，请稍后重试。'), 'CONSOLE');
  return rotateOwnApiKey.key;
}
