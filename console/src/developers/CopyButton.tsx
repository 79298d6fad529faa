// 复制 Puts a text on the clipboard and says so, to the eye and to the ear.
import { useEffect, useState } from 'react';
import { t } from '../shared/text.ts';

/** How long the button says that it has copied. */
const SHOWN_MS = 2000;

/** `what` names the text for those who do not see what stands beside the button. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [outcome, setOutcome] = useState<'' | 'copied' | 'failed'>('');
  useEffect(() => {
    if (outcome !== 'copied') return undefined;
    const end = setTimeout(() => setOutcome(''), SHOWN_MS);
    return () => clearTimeout(end);
  }, [outcome]);

  const press = async () => setOutcome((await copy(text)) ? 'copied' : 'failed');
  return (
    <span className="copy">
      <button type="button" className="small" onClick={press}>
        {outcome === 'copied' ? t('已复制') : t('复制')}
        <span className="unseen">{what}</span>
      </button>
      <span role="status" className={outcome === 'failed' ? 'quiet' : 'unseen'}>
        {outcome === 'copied' && t('已复制{what}', { what })}
        {outcome === 'failed' && t('浏览器不允许复制，请选中文字后手动复制')}
      </span>
    </span>
  );
}

async function copy(text: string): Promise<boolean> {
  try {
    // Absent where the console is reached without HTTPS.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The older way, which also works without HTTPS. */
function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'unseen';
  document.body.append(box);
  box.select();
  const isCopied = document.execCommand('copy');
  box.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
