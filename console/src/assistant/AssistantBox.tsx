// 年报助手 Ask a question about annual reports; the answer cites its articles, or offers the
// nearest topics, or says that it does not know.
import { type FormEvent, useState } from 'react';
import { AskAssistant, type AssistantAnswer } from '../graphql/operations.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { Failed, Loading } from '../shared/states.tsx';
import { term } from '../shared/vocabulary.ts';
import './assistant.css';

const EXAMPLES = ['年报什么时候截止？', '没有营业收入还要报吗？', '怎么移出经营异常名录？'];

/** `asked` is a question that came with the address; it is answered at once. */
export function AssistantBox({ asked = '' }: { asked?: string }) {
  const [text, setText] = useState(asked);
  const [question, setQuestion] = useState(asked);
  const { data, failure, loading, retry } = useGraph(AskAssistant, question ? { question } : null);

  const put = (next: string) => {
    setText(next);
    setQuestion(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) put(text.trim());
  };
  return (
    <section className="card">
      <h2>年报助手</h2>
      <form onSubmit={submit}>
        <label htmlFor="question">关于年度报告的问题</label>
        <div className="input-row">
          <input
            id="question"
            type="text"
            value={text}
            maxLength={200}
            autoComplete="off"
            placeholder="例如：年报什么时候截止？"
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" className="primary">
            提问
          </button>
        </div>
      </form>
      {question === '' && <Topics label="常见问题" titles={EXAMPLES} ask={put} />}
      <div aria-live="polite">
        {failure && <Failed failure={failure} retry={retry} />}
        {loading && <Loading lines={3} />}
        {!loading && !failure && data && <Answer answer={data.askAssistant} ask={put} />}
      </div>
    </section>
  );
}

function Answer({ answer, ask }: { answer: AssistantAnswer; ask: (question: string) => void }) {
  return (
    <div className="answer">
      <h3>
        {answer.title ?? '答复'} <span className="badge">{term('AnswerVerdict', answer.verdict)}</span>
      </h3>
      <p className="answer-text">{answer.text}</p>
      {answer.citations.length > 0 && (
        <>
          <h4>依据</h4>
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
        <Topics label="相近问题" titles={answer.nearTopics.map(({ title }) => title)} ask={ask} />
      )}
      <p className="quiet">助手只依据法规条文作答，不代替登记机关的决定。匹配度 {Math.round(answer.confidence * 100)}%</p>
    </div>
  );
}

function Topics({ label, titles, ask }: { label: string; titles: string[]; ask: (question: string) => void }) {
  return (
    <ul className="topics" aria-label={label}>
      {titles.map((title) => (
        <li key={title}>
          <button type="button" onClick={() => ask(title)}>
            {title}
          </button>
        </li>
      ))}
    </ul>
  );
}
