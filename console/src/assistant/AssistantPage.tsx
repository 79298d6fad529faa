// 助手页 The assistant on a screen of its own, so that a question can be linked to.
import { type AssistantRoute, go } from '../route.ts';
import { PageTitle } from '../shared/PageTitle.tsx';
import { t } from '../shared/text.ts';
import { AssistantBox } from './AssistantBox.tsx';

export function AssistantPage({ route }: { route: AssistantRoute }) {
  return (
    <>
      <PageTitle name={route.question && t('{question} - 年报助手', { question: route.question })}>{t('年报助手')}</PageTitle>
      <AssistantBox heading={t('提出问题')} asked={route.question} ask={(question) => go({ ...route, question })} />
    </>
  );
}
