// 助手页 The assistant on a screen of its own, so that a question can be linked to.
import type { AssistantRoute } from '../route.ts';
import { PageTitle } from '../shared/PageTitle.tsx';
import { AssistantBox } from './AssistantBox.tsx';

export function AssistantPage({ route }: { route: AssistantRoute }) {
  return (
    <>
      <PageTitle>年报助手问答</PageTitle>
      <AssistantBox key={route.question} asked={route.question} />
    </>
  );
}
