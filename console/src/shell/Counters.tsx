// 办事窗口 What anybody may come for beside the search, at the foot of every page.
import { ALL_POSTS } from '../employment/address.ts';
import type { Route } from '../route.ts';
import { Link } from '../shared/Link.tsx';
import { t } from '../shared/text.ts';

const COUNTERS: readonly { title: string; to: Route }[] = [
  { title: '文书核验', to: { page: 'verify', code: '' } },
  { title: '用工需求', to: ALL_POSTS },
  { title: '联络员注册', to: { page: 'liaison', uscc: '' } },
  { title: '退订催报短信', to: { page: 'optout', code: '' } },
];

export function Counters() {
  return (
    <nav aria-label={t('办事窗口')}>
      <ul className="links">
        {COUNTERS.map(({ title, to }) => (
          <li key={title}>
            <Link to={to}>{t(title)}</Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
