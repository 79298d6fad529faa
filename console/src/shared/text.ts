// 文字 One catalogue of what the console says: the Chinese sentence is its own key, `en.json` has the English one.
// What the graph says (terms, findings, refusals) comes from the graph.
import en from './en.json';

export type Language = 'zh-CN' | 'en';
const KEPT = 'qinxin-language';
const ENGLISH: Record<string, string> = en;

function kept(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh-CN';
  } catch {
    return 'zh-CN';
  }
}

const chosen: Language = typeof localStorage === 'undefined' ? 'zh-CN' : kept();

export function language(): Language {
  return chosen;
}

/** For every page from now on; the page is loaded again. */
export function chooseLanguage(wanted: Language): void {
  try {
    localStorage.setItem(KEPT, wanted);
  } catch {
    // Then it holds for nothing; the page stays Chinese.
  }
  location.reload();
}

/** The sentence in the reader's language, with `{names}` filled in. */
export function t(sentence: string, values: Record<string, string | number> = {}): string {
  const text = chosen === 'en' ? (ENGLISH[sentence] ?? sentence) : sentence;
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
