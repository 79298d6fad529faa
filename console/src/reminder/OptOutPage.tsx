// 退订催报短信 By the word at the end of a reminder, for whoever got it and has no account; the word may stand in the
// address. Nothing is refused by opening the page.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ask, type GraphFailure, NO_ABORT, refuse, toFailure } from '../graphql/client.ts';
import { amend, type OptOutRoute } from '../route.ts';
import { Link } from '../shared/Link.tsx';
import { PageTitle } from '../shared/PageTitle.tsx';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { OptOutDocument } from './generated/graphql.ts';

export function OptOutPage({ route }: { route: OptOutRoute }) {
  const [isDone, setDone] = useState(false);
  const done = () => {
    // The word is of no more use, and does not stay in the history of a browser that others use.
    amend({ page: 'optout', code: '' });
    setDone(true);
  };
  return (
    <>
      <PageTitle>{t('退订催报短信')}</PageTitle>
      {isDone ? <Done /> : <CodeForm given={route.code.trim()} done={done} />}
    </>
  );
}

function CodeForm({ given, done }: { given: string; done: () => void }) {
  const [code, setCode] = useState(given);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<GraphFailure | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      refuse((await ask(OptOutDocument, { input: { token: code.trim() } }, NO_ABORT)).optOutOfReminders.userErrors);
      done();
    } catch (cause) {
      setFailure(toFailure(cause));
      box.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="card" onSubmit={(event) => void submit(event)}>
      <label htmlFor="opt-out-code">{t('退订码')}</label>
      <div className="input-row">
        <input
          id="opt-out-code"
          ref={box}
          style={{ paddingInline: '0.6rem' }}
          type="text"
          value={code}
          maxLength={40}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-describedby="opt-out-hint"
          aria-invalid={failure !== null}
          onChange={(event) => setCode(event.target.value)}
        />
        <button type="submit" className="primary" disabled={isBusy || code.trim() === ''}>
          {t('退订')}
        </button>
      </div>
      <p id="opt-out-hint" className="quiet">
        {t('退订码印在催报短信的末尾。退订后，这家经营主体和这个手机号不再收到年报催报短信；办理业务的验证码照常发送，年报义务不变。')}
      </p>
      {failure && <Failed failure={failure} />}
    </form>
  );
}

function Done() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="card" role="status">
      <h2 ref={heading} tabIndex={-1}>
        <span className="badge badge-good">✓ {t('已退订')}</span>
      </h2>
      <p>{t('不再发送年报催报短信。需要恢复的，由经营主体的联络员登录后在“联络员”页面办理。')}</p>
      <p>
        <Link to={{ page: 'room', room: 'liaison', at: '' }}>{t('前往联络员页面')}</Link>
      </p>
    </section>
  );
}
