// 答复 The answer to a letter: what was corrected, or why nothing is to be corrected.
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { ask, NO_ABORT, refuse } from '../graphql/client.ts';
import { useAct } from '../room/useAct.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { AnswerCorrectionLetterDocument, type LetterOfOwnFragment as Letter } from './generated/graphql.ts';

const LEAST = 4;
const MOST = 2000;

export function LetterAnswer({ letter, done }: { letter: Letter; done: () => void }) {
  const { message } = App.useApp();
  const key = `answer ${letter.id}`;
  const [text, setText] = useState(() => kept(key));
  const { isBusy, failure, act } = useAct();
  const id = `answer-${letter.id}`;
  const isShort = text.trim().length < LEAST;
  const type = (typed: string) => {
    setText(typed);
    keep(key, typed);
  };
  const send = () =>
    act(async () => {
      const { answerCorrectionLetter } = await ask(AnswerCorrectionLetterDocument, { input: { letterId: letter.id, answer: text.trim() } }, NO_ABORT);
      refuse(answerCorrectionLetter.userErrors);
      keep(key, '');
      message.success(t('已答复 {number}', { number: letter.number }));
      done();
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isShort) void send();
      }}
    >
      <label htmlFor={id}>{t('答复（{least} 到 {most} 个字）', { least: LEAST, most: MOST })}</label>
      <Input.TextArea
        id={id}
        value={text}
        rows={4}
        maxLength={MOST}
        aria-describedby={`${id}-note`}
        placeholder={t('例如：已于11月20日更正年度报告中的实缴出资额，与登记档案一致。')}
        onChange={(event) => type(event.target.value)}
      />
      <p id={`${id}-note`} className="quiet">
        {t('写明更正了什么，或者为什么与登记档案不同。未发送的内容保存在本标签页。答复后由登记机关核查，未通过的会要求再次答复。')}
      </p>
      {failure && <Failed failure={failure} />}
      <Button type="primary" htmlType="submit" loading={isBusy} disabled={isShort}>
        {t('发送答复')}
        <span className="unseen"> {letter.number}</span>
      </Button>
    </form>
  );
}

function kept(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** A browser that stores nothing only forgets sooner. */
function keep(key: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    // Full or forbidden.
  }
}
