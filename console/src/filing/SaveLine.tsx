// 保存状态 Whether what was typed is stored, in words and announced; and the difference, if another tab stored another.
import { Dialog } from '../shared/Dialog.tsx';
import { beijing } from '../shared/format.ts';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { itemsOf } from './layout.ts';
import type { Report, SaveState } from './useFiling.ts';

const WORDS: Record<SaveState, string> = {
  saved: '已保存',
  typing: '正在填写…',
  saving: '正在保存…',
  offline: '网络中断，已留存在本机，恢复后自动保存',
  conflict: '另一处已有改动，请选择',
  refused: '未能保存',
};

export function SaveLine({ report }: { report: Report }) {
  const { state, savedAt, failure } = report;
  const at = savedAt && beijing(Date.parse(savedAt)).slice(11, 16);
  return (
    <>
      <span role="status" className={`save save-${state}`}>
        {t(WORDS[state])}
        {state === 'saved' && at && ` ${at}`}
      </span>
      {failure && <Failed failure={failure} />}
      <ConflictDialog report={report} />
    </>
  );
}

/** Nothing was overwritten: both are shown, the filer decides. */
function ConflictDialog({ report }: { report: Report }) {
  const { conflict, parts, resolve } = report;
  const items = new Map(parts.flatMap(itemsOf).map((item) => [item.path, item]));
  const theirs = new Map(conflict?.values.map(({ path, value }) => [path, value]));
  return (
    <Dialog isOpen={conflict !== null} title={t('另一个窗口或设备已保存了不同的内容')}>
      <p>{t('没有覆盖任何内容。下列事项两处不同：')}</p>
      <table className="difference">
        <thead>
          <tr>
            <th scope="col">{t('事项')}</th>
            <th scope="col">{t('我填写的')}</th>
            <th scope="col">{t('对方保存的')}</th>
          </tr>
        </thead>
        <tbody>
          {conflict?.differing.map((path) => (
            <tr key={path}>
              <th scope="row">{items.get(path)?.definition.label ?? path}</th>
              <td>{items.get(path)?.value || '—'}</td>
              <td>{theirs.get(path) || '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="actions">
        <button type="button" className="primary" onClick={() => resolve('mine')}>
          {t('保留我填写的')}
        </button>
        <button type="button" onClick={() => resolve('theirs')}>
          {t('采用对方保存的')}
        </button>
      </p>
    </Dialog>
  );
}
