// 年报助手 Ask a question about annual reports; the answer cites its articles, or offers the
// nearest topics, or says that it does not know.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { AssistantAnswer, QuestionContext } from './asked.ts';
import { returned } from '../place.ts';
import { arrived } from '../route.ts';
import { Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { term } from '../shared/vocabulary.ts';
import './assistant.css';
import { useAnswer } from './useAnswer.ts';

const EXAMPLES = ['年报什么时候截止？', '没有营业收入还要报吗？', '怎么移出经营异常名录？'];

/** `asked` is the question in the address, answered at once; `ask` puts another one there. */
export function AssistantBox({
  heading = t('年报助手'),
  asked,
  ask,
  context = null,
}: {
  heading?: string;
  asked: string;
  ask: (question: string) => void;
  context?: QuestionContext | null;
}) {
  const [text, setText] = useState(asked);
  const [followed, setFollowed] = useState(asked);
  // Another question came by the address (back, a topic): the box follows it.
  if (followed !== asked) {
    setFollowed(asked);
    setText(asked);
  }
  const { answer, text: coming, failure, loading, retry } = useAnswer(asked, context);
  const isAnswered = asked !== '' && !loading && !failure;

  // The button of a topic is gone once it is answered, so the answer takes the focus; also on this
  // screen when the button was on another one.
  const box = useRef<HTMLElement>(null);
  const topic = useRef(arrived() && !returned() ? asked : '');
  const choose = (title: string) => {
    topic.current = title;
    ask(title);
  };
  useEffect(() => {
    if (!isAnswered || topic.current !== asked) return;
    topic.current = '';
    box.current?.querySelector<HTMLElement>('.answer-title')?.focus();
  }, [isAnswered, asked]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const question = text.trim();
    if (question && question !== asked) ask(question);
  };
  return (
    <section className="card assistant" ref={box}>
      <h2>{heading}</h2>
      <form onSubmit={submit}>
        <label htmlFor="question">{t('关于年度报告的问题')}</label>
        <div className="input-row">
          <input
            id="question"
            type="text"
            value={text}
            maxLength={200}
            autoComplete="off"
            placeholder={t('例如：年报什么时候截止？')}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" className="primary">
            {t('提问')}
          </button>
        </div>
      </form>
      {asked === '' && <Topics label={t('常见问题')} titles={EXAMPLES} ask={choose} />}
      <div aria-live="polite" aria-busy={loading}>
        {failure && <Failed failure={failure} retry={retry} />}
        {loading && coming === '' && <Loading lines={3} />}
        {loading && coming !== '' && <p className="answer-coming">{coming}</p>}
        {isAnswered && answer && <Answer answer={answer} ask={choose} />}
      </div>
    </section>
  );
}

function Answer({ answer, ask }: { answer: AssistantAnswer; ask: (question: string) => void }) {
  return (
    <div className="answer">
      <h3 className="answer-title" tabIndex={-1}>
        {answer.title ?? t('答复')} <span className="badge">{term('AnswerVerdict', answer.verdict)}</span>
      </h3>
      <p className="answer-text">{answer.text}</p>
      {answer.handOver && <p className="notice">{t('这件事要找上面所说的窗口或者人员办理。')}</p>}
      {answer.citations.length > 0 && (
        <>
          <h4>{t('依据')}</h4>
          <ul>
            {answer.citations.map(({ regulation, article }) => (
              <li key={`${regulation} ${article}`}>
                {regulation} {article}
              </li>
            ))}
          </ul>
        </>
      )}
      {answer.nearTopics.length > 0 && (
        <Topics label={t('相近问题')} titles={answer.nearTopics.map(({ title }) => title)} ask={ask} />
      )}
      <p className="quiet">
        {t('助手只依据法规条文作答，不代替登记机关的决定。')}
        {answer.verdict === 'UNSURE' && t('匹配度 {percent}%', { percent: Math.round(answer.confidence * 100) })}
      </p>
    </div>
  );
}

function Topics({ label, titles, ask }: { label: string; titles: string[]; ask: (question: string) => void }) {
  return (
    <>
      <h3 className="topics-title">{label}</h3>
      <ul className="topics">
        {titles.map((title) => (
          <li key={title}>
            <button type="button" onClick={() => ask(title)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
