// 再次验证 The second factor once more, where something sensitive was refused because it was shown too long ago. It may
// stand inside a form, so that it is none itself.
import { type KeyboardEvent, useId, useState } from 'react';
import { ask, type GraphFailure, NO_ABORT, refuse, toFailure } from '../graphql/client.ts';
import { t } from '../shared/text.ts';
import { VerifySecondFactor } from './asked.ts';

type State = { step: 'asked' | 'busy' | 'shown'; failure: GraphFailure | null };

export function StepUp() {
  const id = useId();
  const [code, setCode] = useState('');
  const [{ step, failure }, setState] = useState<State>({ step: 'asked', failure: null });
  const show = async () => {
    if (step === 'busy' || !/^\s*\d{6}\s*$/.test(code)) return;
    setState({ step: 'busy', failure: null });
    try {
      const { verifySecondFactor } = await ask(VerifySecondFactor, { input: { code: code.trim(), wantsToken: false } }, NO_ABORT);
      refuse(verifySecondFactor.userErrors);
      setState({ step: 'shown', failure: null });
    } catch (cause) {
      setState({ step: 'asked', failure: toFailure(cause) });
    }
  };
  const onEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    void show();
  };
  if (step === 'shown') return <p role="status">{t('已再次验证，请重新提交刚才的操作。')}</p>;
  return (
    <>
      <label htmlFor={id}>{t('动态口令')}</label>
      <div className="input-row input-row-wrap">
        <input
          id={id}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          onKeyDown={onEnter}
        />
        <button type="button" aria-disabled={step === 'busy'} onClick={() => void show()}>
          {t('再次验证')}
        </button>
      </div>
      {failure && <p>{failure.message}</p>}
    </>
  );
}
