// 文字 One catalogue of what the console says: the Chinese sentence is its own key, `en.json` has the English one, which
// only its readers load. What the graph says (findings, refusals, names) comes from the graph, in Chinese.

export type Language = 'zh-CN' | 'en';
const KEPT = 'qinxin-language';
let english: Record<string, string> = {};

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

/** Before anything is drawn; without the English sentences the page stays Chinese. */
export async function textReady(): Promise<void> {
  if (chosen !== 'en') return;
  document.documentElement.lang = chosen;
  english = await import('./en.json').then((sentences) => sentences.default, () => ({}));
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

/** The sentence in the reader's language, with `{names}` filled in. Called when something is drawn, not before. */
export function t(sentence: string, values: Record<string, string | number> = {}): string {
  const text = chosen === 'en' ? (english[sentence] ?? sentence) : sentence;
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A word of an enum: its Chinese term, or for English readers the value itself as words (`LIMITED_COMPANY`). */
export function wordOf(term: string | undefined, value: string): string {
  if (chosen !== 'en') return term ?? value;
  const words = value.toLowerCase().replaceAll('_', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
