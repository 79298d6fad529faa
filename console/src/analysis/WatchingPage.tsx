// 检索与提醒 The searches that the viewer keeps, which of them tell of new records, and what they told since.
import { App, Button, Switch, Table, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { ask, listen, NO_ABORT, refuse } from '../graphql/client.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { Room } from '../room/Room.tsx';
import { useAct } from '../room/useAct.ts';
import { type RoomRoute, START } from '../route.ts';
import { routeOf } from '../search/address.ts';
import { DeleteSavedSearch, type SavedSearch, SavedSearches, SavedSearchMatched, UpdateSavedSearch } from '../search/asked.ts';
import { Download } from '../shared/Download.tsx';
import { Link } from '../shared/Link.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';

const NOTHING_TO_ASK = {};
/** Streams of one browser at once; the graph has a bound too. */
const MOST_STREAMS = 4;

export function WatchingPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('检索与提醒')}>
      {() => <List />}
    </Room>
  );
}

function List() {
  const { data, failure, retry } = useGraph(SavedSearches, NOTHING_TO_ASK);
  const acting = useAct();
  const { modal } = App.useApp();
  const kept = data?.savedSearches.nodes ?? [];
  const heard = useAlerts(kept);
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={5} />;
  if (kept.length === 0) {
    return (
      <Empty>
        <p>{t('还没有保存的检索。在检索结果页打开“保存检索”，起个名称即可。')}</p>
        <Link to={START}>{t('去检索')}</Link>
      </Empty>
    );
  }
  const notify = ({ id }: SavedSearch, isOn: boolean) =>
    acting.act(async () => {
      const { updateSavedSearch } = await ask(UpdateSavedSearch, { input: { id, notify: isOn } }, NO_ABORT);
      refuse(updateSavedSearch.userErrors);
      retry();
    });
  const remove = (search: SavedSearch) =>
    modal.confirm({
      title: t('删除“{name}”？', { name: search.name }),
      content: t('删除后不再提醒，记录本身不受影响。'),
      okText: t('删除'),
      okButtonProps: { danger: true },
      onOk: () =>
        acting.act(async () => {
          const { deleteSavedSearch } = await ask(DeleteSavedSearch, { input: { id: search.id } }, NO_ABORT);
          refuse(deleteSavedSearch.userErrors);
          retry();
        }),
    });
  return (
    <>
      {acting.failure && <Failed failure={acting.failure} />}
      <div className="room-tools">
        <Download
          name={t('检索与提醒')}
          head={[t('名称'), t('新记录提醒'), t('本次打开以来')]}
          rows={kept.map(({ id, name, notify: isOn }) => [name, isOn ? t('是') : t('否'), isOn ? (heard[id] ?? 0) : ''])}
        />
      </div>
      <div className="room-table">
        <Table<SavedSearch>
          rowKey="id"
          dataSource={kept}
          pagination={false}
          columns={[
            { title: t('名称'), key: 'name', render: (_, search) => <Named search={search} /> },
            {
              title: t('新记录提醒'),
              key: 'notify',
              render: (_, search) => (
                <Switch
                  checked={search.notify}
                  aria-label={t('提醒：{name}', { name: search.name })}
                  onChange={(isOn) => void notify(search, isOn)}
                />
              ),
            },
            {
              title: t('本次打开以来'),
              key: 'heard',
              render: (_, { id, notify: isOn }) =>
                isOn && <Tag color={heard[id] ? 'processing' : 'default'}>{t('新记录 {count} 条', { count: heard[id] ?? 0 })}</Tag>,
            },
            {
              title: t('操作'),
              key: 'act',
              render: (_, search) => (
                <Button size="small" danger onClick={() => remove(search)}>
                  {t('删除')}
                  <span className="unseen"> {search.name}</span>
                </Button>
              ),
            },
          ]}
        />
      </div>
    </>
  );
}

function Named({ search }: { search: SavedSearch }) {
  const route = routeOf(search.query, search.filter);
  return route ? <Link to={{ ...route, order: 'LATEST' }}>{search.name}</Link> : search.name;
}

/** How many records each search told of. */
function useAlerts(kept: readonly SavedSearch[]): Record<string, number> {
  const [heard, setHeard] = useState<Record<string, number>>({});
  const ids = kept
    .filter(({ notify }) => notify)
    .slice(0, MOST_STREAMS)
    .map(({ id }) => id)
    .join();
  useEffect(() => {
    const end = new AbortController();
    const quietly = () => {};
    for (const id of ids.split(',').filter(Boolean)) {
      listen(SavedSearchMatched, { id }, end.signal, () => setHeard((before) => ({ ...before, [id]: (before[id] ?? 0) + 1 })), quietly);
    }
    return () => end.abort();
  }, [ids]);
  return heard;
}
