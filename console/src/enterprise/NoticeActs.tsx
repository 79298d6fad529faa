// 公告办理 Publishing and withdrawing. The term follows from the law; what the law does not know is refused with its article.
import { type FormEvent, type ReactNode, useState } from 'react';
import { ask, GraphFailure, NO_ABORT, refuse } from '../graphql/client.ts';
import { useAct } from '../room/useAct.ts';
import { Dialog } from '../shared/Dialog.tsx';
import { today } from '../shared/format.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { type NoticeKind, PublishNoticeDocument, WithdrawNoticeDocument } from './generated/graphql.ts';

/** What is served is known by its number. */
const SERVICE = 'SERVICE';

export function PublishNotice({ uscc, done }: { uscc: string; done: () => void }) {
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [kind, setKind] = useState<NoticeKind>('CREDITOR');
  const [published, setPublished] = useState('');
  const { isBusy, failure, act } = useAct();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = new FormData(form);
    const given = (name: string) => String(typed.get(name) ?? '').trim();
    void act(async () => {
      setPublished('');
      const input = {
        uscc,
        idempotencyKey: key,
        kind,
        title: given('title'),
        body: given('body'),
        documentNumber: given('documentNumber') || null,
        publisher: given('publisher') || null,
        publishedOn: given('publishedOn') || null,
      };
      const { publishNotice: answer } = await ask(PublishNoticeDocument, { input }, NO_ABORT);
      if (answer.userErrors.length > 0) {
        throw new GraphFailure(answer.userErrors.map(({ message }) => message).join(''), answer.userErrors[0]?.code ?? '');
      }
      setKey(crypto.randomUUID());
      setPublished(t('已发布：{title}', { title: input.title }));
      form.reset();
      done();
    });
  };
  return (
    <details className="notice-form">
      <summary>{t('发布公告')}</summary>
      <form onSubmit={submit}>
        <Field id="notice-kind" label={t('公告类型')}>
          <select id="notice-kind" value={kind} onChange={({ target }) => setKind(target.value as NoticeKind)}>
            {valuesOf('NoticeKind').map((value) => (
              <option key={value} value={value}>
                {term('NoticeKind', value)}
              </option>
            ))}
          </select>
        </Field>
        <Field id="notice-title" label={t('标题')}>
          <input id="notice-title" name="title" required maxLength={100} autoComplete="off" />
        </Field>
        <Field id="notice-body" label={t('正文')}>
          <textarea id="notice-body" name="body" required rows={5} maxLength={4000} />
        </Field>
        <Field id="notice-number" label={kind === SERVICE ? t('所送达文书的文号') : t('文号（选填）')}>
          <input id="notice-number" name="documentNumber" required={kind === SERVICE} maxLength={64} autoComplete="off" />
        </Field>
        <Field id="notice-publisher" label={t('发布主体（选填，默认为该主体、清算组或者登记机关）')}>
          <input id="notice-publisher" name="publisher" maxLength={260} autoComplete="off" />
        </Field>
        <Field id="notice-day" label={t('发布日期（选填，默认为今天）')}>
          <input id="notice-day" name="publishedOn" type="date" max={today()} />
        </Field>
        {failure && <Failed failure={failure} />}
        <div className="actions">
          <button type="submit" className="primary" aria-disabled={isBusy}>
            {t('发布')}
          </button>
        </div>
      </form>
      <p role="status">{published}</p>
    </details>
  );
}

function Field({ id, label, children }: { id: string; label: string; children: ReactNode }) {
  return (
    <p>
      <label htmlFor={id}>{label}</label>
      {children}
    </p>
  );
}

export function WithdrawNotice({ id, title, done }: { id: string; title: string; done: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const { isBusy, failure, act } = useAct();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim();
    void act(async () => {
      const { withdrawNotice } = await ask(WithdrawNoticeDocument, { input: { id, reason } }, NO_ABORT);
      refuse(withdrawNotice.userErrors);
      setOpen(false);
      done();
    });
  };
  return (
    <>
      <button type="button" className="small" onClick={() => setOpen(true)}>
        {t('撤回公告')}
      </button>
      <Dialog title={t('撤回“{title}”', { title })} isOpen={isOpen} close={() => setOpen(false)}>
        <p>{t('从今天起不再向社会公示，机关仍可查看；撤回不能取消，需要时请重新发布。')}</p>
        <form className="notice-form" onSubmit={submit}>
          <Field id={`reason-${id}`} label={t('撤回理由（4 到 200 个字）')}>
            <input id={`reason-${id}`} name="reason" required minLength={4} maxLength={200} autoComplete="off" />
          </Field>
          {failure && <Failed failure={failure} />}
          <div className="actions">
            <button type="submit" className="primary" aria-disabled={isBusy}>
              {t('撤回')}
            </button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
