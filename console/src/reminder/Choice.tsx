// 催报短信 Whether one's own enterprise is reminded by short message, since when not and by which way, and the other choice.
import { App, Button } from 'antd';
import { useState } from 'react';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { moment } from '../room/time.ts';
import { useAct } from '../room/useAct.ts';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import { OptInDocument, OptOutDocument, type ReminderChoiceFragment, ReminderSubscriptionDocument } from './generated/graphql.ts';

export function Choice({ uscc, name }: { uscc: string; name: string }) {
  const { data, failure, retry } = useGraph(ReminderSubscriptionDocument, { uscc });
  return (
    <section className="card stack" aria-labelledby="reminder-choice">
      <h2 id="reminder-choice">{t('催报短信')}</h2>
      {failure && <Failed failure={failure} retry={retry} />}
      {!failure && !data && <Loading lines={2} />}
      {data && <Known uscc={uscc} name={name} choice={data.reminderSubscription} changed={retry} />}
    </section>
  );
}

type KnownProps = { uscc: string; name: string; choice: ReminderChoiceFragment; changed: () => void };

function Known({ uscc, name, choice, changed }: KnownProps) {
  const { modal } = App.useApp();
  const { isBusy, failure, act } = useAct();
  const [told, setTold] = useState('');
  const isRefused = choice.state === 'OPTED_OUT';
  const optOut = async () => {
    refuse((await ask(OptOutDocument, { input: { uscc } }, NO_ABORT)).optOutOfReminders.userErrors);
    setTold(t('已退订。'));
    changed();
  };
  const optIn = async () => {
    refuse((await ask(OptInDocument, { input: { uscc } }, NO_ABORT)).optInToReminders.userErrors);
    setTold(t('已恢复接收。'));
    changed();
  };
  const sure = () =>
    modal.confirm({
      title: t('退订催报短信？'),
      content: t('{name} 将不再收到年报催报短信；截止日期和未报的后果不变，可以随时恢复接收。', { name }),
      okText: t('退订'),
      onOk: () => act(optOut),
    });
  return (
    <>
      <p>
        <strong>{term('ReminderSubscriptionState', choice.state)}</strong>
        {isRefused && choice.way && `：${t('{moment}，{way}', { moment: moment(choice.optedOutAt), way: term('OptOutWay', choice.way) })}`}
      </p>
      <p className="quiet">
        {t('临近截止仍未报送年报的，登记机关会以短信提醒登记的手机号：每天至多一次、每周至多三次，夜间不发。办理业务的验证码不受影响。')}
      </p>
      <p>
        <Button disabled={isBusy} onClick={() => (isRefused ? void act(optIn) : sure())}>
          {isRefused ? t('恢复接收') : t('退订')}
        </Button>
      </p>
      <p role="status" className={told ? undefined : 'unseen'}>
        {told}
      </p>
      {failure && <Failed failure={failure} />}
    </>
  );
}
