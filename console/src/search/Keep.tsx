// 保存与导出 What a signed-in viewer may keep of a search: its question under a name, its records as a file.
import type { ViewerData } from '../shell/viewer.ts';
import type { SearchRoute } from './address.ts';
import { Export } from './Export.tsx';
import { Saved } from './Saved.tsx';
import { t } from '../shared/text.ts';

export function Keep({ route, viewer: { viewer, signInProviders } }: { route: SearchRoute; viewer: ViewerData }) {
  const maySave = viewer.acts.includes('SAVE_SEARCHES');
  const mayExport = viewer.acts.includes('EXPORT_SEARCH') && route.view !== 'elsewhere';
  if (viewer.kind === 'ANONYMOUS' && signInProviders.length > 0) return <SignIn providers={signInProviders} />;
  if (!maySave && !mayExport) return null;
  return (
    <details className="card keep">
      <summary>{[maySave && t('保存检索'), mayExport && t('导出')].filter(Boolean).join('、')}</summary>
      <div className="keep-parts">
        {maySave && <Saved route={route} />}
        {mayExport && <Export key={JSON.stringify(route)} route={route} />}
      </div>
    </details>
  );
}

/** The way through a provider leads back to this very search. */
function SignIn({ providers }: { providers: ViewerData['signInProviders'] }) {
  const here = encodeURIComponent(`${location.pathname}${location.search}`);
  return (
    <p className="quiet">
      {t('登录后可以保存检索，工作人员可以导出结果：')}
      {providers.map(({ id, name, startUrl }) => (
        <span key={id}>
          {' '}
          <a href={`${startUrl}?to=${here}`}>{name}</a>
        </span>
      ))}
    </p>
  );
}
