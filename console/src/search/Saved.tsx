// 保存的检索 The searches that the viewer keeps, and this one under a name.
import { type FormEvent, useState } from 'react';
import { ask, type GraphFailure, NO_ABORT, refuse, toFailure } from '../graphql/client.ts';
import { DeleteSavedSearch, type SavedSearch, SavedSearches, SaveSearch } from './asked.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { Link } from '../shared/Link.tsx';
import { Failed } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { routeOf, type SearchRoute, storedOf } from './address.ts';

const NOTHING_TO_ASK = {};

/** Without a search to save there is only the list. */
export function Saved({ route }: { route?: SearchRoute }) {
  const { data, failure, retry: reload } = useGraph(SavedSearches, NOTHING_TO_ASK);
  const [refusal, setRefusal] = useState<GraphFailure | null>(null);
  const [told, setTold] = useState('');
  const [isBusy, setBusy] = useState(false);
  const act = async (work: () => Promise<string>) => {
    if (isBusy) return;
    setBusy(true);
    setRefusal(null);
    setTold('');
    try {
      setTold(await work());
      reload();
    } catch (cause) {
      setRefusal(toFailure(cause));
    }
    setBusy(false);
  };
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (route) void act(() => saved(route, name));
  };
  const kept = data?.savedSearches.nodes ?? [];
  return (
    <section aria-label={t('保存的检索')}>
      {route && (
        <form onSubmit={save}>
          <label htmlFor="saved-name">{t('以此名称保存当前检索')}</label>
          <div className="input-row">
            <input id="saved-name" type="text" name="name" required maxLength={64} autoComplete="off" />
            <button type="submit" aria-disabled={isBusy}>
              {t('保存')}
            </button>
          </div>
        </form>
      )}
      <p role="status" className="quiet">
        {told}
      </p>
      {refusal && <Failed failure={refusal} />}
      {failure && <Failed failure={failure} retry={reload} />}
      {data && kept.length === 0 && <p className="quiet">{t('还没有保存的检索。')}</p>}
      <ul className="plain saved">
        {kept.map((search) => (
          <Kept key={search.id} search={search} remove={() => void act(() => removed(search))} />
        ))}
      </ul>
    </section>
  );
}

function Kept({ search, remove }: { search: SavedSearch; remove: () => void }) {
  const route = routeOf(search.query, search.filter);
  return (
    <li>
      <span>
        {route ? <Link to={route}>{search.name}</Link> : search.name}{' '}
        {!route && <span className="quiet">{t('含本页不能表示的条件，请通过接口使用')}</span>}
      </span>
      <button type="button" className="small" onClick={remove}>
        {t('删除')}<span className="unseen">{t('检索 {name}', { name: search.name })}</span>
      </button>
    </li>
  );
}

/** What to tell of it. */
async function saved(route: SearchRoute, name: string): Promise<string> {
  const input = { name, query: route.query, filter: storedOf(route) };
  const { saveSearch } = await ask(SaveSearch, { input }, NO_ABORT);
  refuse(saveSearch.userErrors);
  return t('已保存“{name}”。', { name });
}

async function removed({ id, name }: SavedSearch): Promise<string> {
  const { deleteSavedSearch } = await ask(DeleteSavedSearch, { input: { id } }, NO_ABORT);
  refuse(deleteSavedSearch.userErrors);
  return t('已删除“{name}”。', { name });
}
