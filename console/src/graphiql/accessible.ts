// 无障碍 Mends what GraphiQL's markup lacks for keyboard and screen reader (WCAG 2.2: 2.1.1, 4.1.2),
// as its parts appear: names for the editors, reach for their scrollers, tabs that are no widgets
// around other widgets.

const EDITORS: [selector: string, label: string][] = [
  ['.graphiql-query-editor', '查询'],
  ['[aria-label="Variables"]', '变量'],
  ['[aria-label="Headers"]', '请求头'],
  ['.result-window', '结果'],
];

/** Keeps everything under `root` usable, now and later. */
export function keepAccessible(root: HTMLElement): void {
  const mend = () => {
    nameEditors(root);
    makeTabsPlainButtons(root);
  };
  new MutationObserver(mend).observe(root, { childList: true, subtree: true, attributeFilter: ['class'] });
}

function nameEditors(root: HTMLElement) {
  for (const area of root.querySelectorAll('.CodeMirror textarea:not([aria-label])')) {
    const label = EDITORS.find(([selector]) => area.closest(selector))?.[1] ?? '编辑器';
    area.setAttribute('aria-label', label);
  }
  for (const scroller of root.querySelectorAll('.CodeMirror-scroll[tabindex="-1"]')) {
    scroller.setAttribute('tabindex', '0');
  }
}

/** A tab here holds two buttons (choose, close), which the tab pattern forbids: a list of buttons is what it is. */
function makeTabsPlainButtons(root: HTMLElement) {
  root.querySelector('[role="tablist"]')?.removeAttribute('role');
  root.querySelector('#graphiql-session')?.setAttribute('role', 'region');
  for (const tab of root.querySelectorAll('.graphiql-tab')) {
    tab.removeAttribute('role');
    tab.removeAttribute('aria-selected');
    tab.querySelector('button')?.setAttribute('aria-pressed', String(tab.classList.contains('graphiql-tab-active')));
  }
}
