// 侧栏助手 Knows which field is being filled in: asks for it by one click, and says by which article it is asked for.
import { useState } from 'react';
import type { QuestionContext } from '../assistant/asked.ts';
import { AssistantBox } from '../assistant/AssistantBox.tsx';
import { t } from '../shared/text.ts';
import type { FormSection } from './asked.ts';
import type { Item } from './layout.ts';

export function Aside({ item, section, context }: { item: Item | null; section: FormSection | null; context: QuestionContext | null }) {
  const [asked, setAsked] = useState('');
  const question = item && t('“{label}”怎么填？', { label: item.definition.label });
  return (
    <>
      <p className="quiet" aria-live="polite">
        {item ? `${t('正在填写')}：${item.definition.label}` : (section?.label ?? '')}
        <br />
        {item?.definition.source ?? section?.source}
      </p>
      {question && question !== asked && (
        <p>
          <button type="button" className="small" onClick={() => setAsked(question)}>
            {question}
          </button>
        </p>
      )}
      <AssistantBox asked={asked} ask={setAsked} context={context} />
    </>
  );
}
