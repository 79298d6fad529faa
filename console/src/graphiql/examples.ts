// 示例 The tabs that GraphiQL opens with on a first visit; what the reader makes of them stays in
// the browser.
import { ask, type Operation } from '../graphql/client.ts';
import { today } from '../shared/format.ts';
import annualReportDraft from '../../../schema/examples/annual_report_draft.graphql?raw';
import askAssistant from '../../../schema/examples/ask_assistant.graphql?raw';
import enterpriseByCode from '../../../schema/examples/enterprise_by_code.graphql?raw';
import exampleCode from './examples/example_code.graphql?raw';
import filteredListWithTotal from '../../../schema/examples/filtered_list_with_total.graphql?raw';
import nestedListOfCity from '../../../schema/examples/nested_list_of_city.graphql?raw';
import search from '../../../schema/examples/search.graphql?raw';
import threeLevels from '../../../schema/examples/three_levels.graphql?raw';

type Punished = { uscc: string; creditSummary: { penaltyCount: number; lastReportYear: number | null } };
type Codes = {
  search: { nodes: { enterprise?: Punished }[] };
  enterprises: { nodes: { uscc: string }[] };
};
const ExampleCode: Operation<Codes, Record<string, never>> = exampleCode;
/** 西安市 Xi'an, GB/T 2260. */
const CITY = '610100';

export type Example = { query: string; variables: string };

/**
 * What GraphiQL opens with: the examples, or the tabs that it kept itself. It is told the open tab
 * as well, without which it would add an empty one at every visit. The interface catalogue names an
 * example in the address (`/graphiql?operation=ThreeLevels`), which is then the open one.
 */
export type Opening = { tabs: Example[]; open: Example };

export async function opening(): Promise<Opening> {
  const kept = keptTab();
  const wanted = new URLSearchParams(location.search).get('operation');
  if (kept && !wanted) return { tabs: [], open: kept };
  const tabs = await examples();
  const open = tabs.find(({ query }) => wanted && query.includes(`query ${wanted}(`)) ?? kept ?? tabs[0];
  return { tabs: kept ? [] : tabs, open: open ?? example('', {}) };
}

/** The tab that was open at the last visit; `null` at the first. */
function keptTab(): Example | null {
  try {
    const kept = JSON.parse(localStorage.getItem('graphiql:tabState') ?? 'null');
    const { query, variables } = kept.tabs[kept.activeTabIndex];
    return { query: query ?? '', variables: variables ?? '' };
  } catch {
    return null;
  }
}

/** The examples, with the code of an enterprise that this database holds. */
async function examples(): Promise<Example[]> {
  const uscc = await someCode();
  const lastYear = Number(today().slice(0, 4)) - 1;
  return [
    example(enterpriseByCode, { uscc }),
    example(nestedListOfCity, { regionCode: CITY }),
    example(filteredListWithTotal, { regionCode: CITY }),
    example(threeLevels, { uscc }),
    example(search, { text: '餐饮' }),
    example(annualReportDraft, { uscc, year: lastYear }),
    example(askAssistant, { question: '年报什么时候截止？' }),
  ];
}

function example(query: string, variables: object): Example {
  return { query, variables: JSON.stringify(variables, null, 2) };
}

/**
 * An enterprise of which the examples show something: one with penalties and reports if there is
 * any. Empty when the graph does not answer or holds nothing: the page itself then shows why.
 */
async function someCode(): Promise<string> {
  const answer = await ask(ExampleCode, {}, new AbortController().signal).catch(() => null);
  const punished = answer?.search.nodes.flatMap(({ enterprise }) => enterprise ?? []) ?? [];
  const [richest] = punished
    .filter(({ creditSummary }) => creditSummary.lastReportYear !== null)
    .toSorted((a, b) => b.creditSummary.penaltyCount - a.creditSummary.penaltyCount);
  return richest?.uscc ?? answer?.enterprises.nodes[0]?.uscc ?? '';
}
