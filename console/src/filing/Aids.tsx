// 带入数据 What fills in figures for the filer: other authorities, once they are agreed to, and a statement that is uploaded.
// Which one is open stands in the address; neither is loaded before.
import { lazy, Suspense } from 'react';
import { amend, type DraftRoute } from '../route.ts';
import { Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import type { Report } from './useFiling.ts';

const Frame = lazy(async () => ({ default: (await import('../room/Room.tsx')).Frame }));
const Extract = lazy(async () => ({ default: (await import('./Extract.tsx')).Extract }));
const Statement = lazy(async () => ({ default: (await import('./Statement.tsx')).Statement }));

const TITLES = { extract: '一键提取税务、社保数据', statement: '上传财务报表带入' };
type Aid = keyof typeof TITLES;

export function Aids({ route, report }: { route: DraftRoute; report: Report }) {
  const toggle = (aid: Aid) => {
    const { aid: open, ...rest } = route;
    amend(open === aid ? rest : { ...rest, aid });
  };
  return (
    <div className="aids">
      <p className="actions">
        {(Object.keys(TITLES) as Aid[]).map((aid) => (
          <button key={aid} type="button" onClick={() => toggle(aid)} aria-expanded={route.aid === aid} aria-controls="aid">
            {t(TITLES[aid])}
          </button>
        ))}
      </p>
      <div id="aid">
        {route.aid !== undefined && (
          <Suspense fallback={<Loading lines={4} />}>
            <Frame>
              {route.aid === 'extract' && <Extract report={report} uscc={route.uscc} year={route.year} />}
              {route.aid === 'statement' && <Statement report={report} uscc={route.uscc} year={route.year} />}
            </Frame>
          </Suspense>
        )}
      </div>
    </div>
  );
}
