// 首页 What stands below the empty search box: kinds of records, a few enterprises, what the viewer keeps, the
// assistant, the interface.
import { AssistantBox } from '../assistant/AssistantBox.tsx';
import { Home } from './asked.ts';
import type { ViewerData } from '../shell/viewer.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { CATALOGUE, go } from '../route.ts';
import { parted } from '../shared/format.ts';
import { Link } from '../shared/Link.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { StatusBadge } from '../shared/StatusBadge.tsx';
import { t } from '../shared/text.ts';
import { term, valuesOf } from '../shared/vocabulary.ts';
import { BLANK, ELSEWHERE } from './address.ts';
import { Saved } from './Saved.tsx';

const NOTHING_TO_ASK = {};

export function Start({ viewer }: { viewer: ViewerData | null }) {
  return (
    <>
      <Kinds />
      <div className="start">
        <Beginning />
        {viewer?.viewer.acts.includes('SAVE_SEARCHES') && (
          <div className="card">
            <h2>{t('保存的检索')}</h2>
            <Saved />
          </div>
        )}
        <AssistantBox asked="" ask={(question) => go({ page: 'assistant', question })} />
        <section className="card">
          <h2>{t('开发者接口')}</h2>
          <p>
            {t('页面上的一切都来自同一个 GraphQL 接口，任何系统都可以用同样的方式取用。接口目录里有可以复制的示例、全部操作、历次变更、限额和本单位的用量。')}
          </p>
          <p>
            <Link to={CATALOGUE}>{t('打开接口目录')}</Link>
          </p>
        </section>
      </div>
    </>
  );
}

/** Records can be gone through without a word typed. */
function Kinds() {
  const families = valuesOf('SearchFamily').filter((family) => !ELSEWHERE.includes(family));
  return (
    <nav className="kinds" aria-label={t('按类别浏览')}>
      <ul className="links">
        {families.map((family) => (
          <li key={family}>
            <Link to={{ ...BLANK, families: [family], order: 'LATEST' }}>{term('SearchFamily', family)}</Link>
          </li>
        ))}
        <li>
          <Link to={{ ...BLANK, view: 'elsewhere', order: 'LATEST' }}>{t('外省记录')}</Link>
        </li>
        <li>
          <Link to={{ ...BLANK, view: 'statistics' }}>{t('统计')}</Link>
        </li>
      </ul>
    </nav>
  );
}

function Beginning() {
  const { data, failure, retry } = useGraph(Home, NOTHING_TO_ASK);
  return (
    <section className="card">
      <h2>{t('从这里开始')}</h2>
      {failure && <Failed failure={failure} retry={retry} />}
      {!failure && !data && <Loading />}
      {data?.enterprises.nodes.length === 0 && (
        <Empty>
          {t('库中还没有数据。请先运行')} <code>qinxin demo</code> {t('生成演示数据，或用')} <code>qinxin import legacy</code> {t('导入。')}
        </Empty>
      )}
      {data && data.enterprises.nodes.length > 0 && (
        <>
          <p className="quiet">{t('共收录 {count} 户经营主体，例如：', { count: parted(data.enterprises.totalCount) })}</p>
          <ul className="plain">
            {data.enterprises.nodes.map(({ uscc, name, status, region }) => (
              <li key={uscc}>
                <Link to={{ page: 'enterprise', uscc, tab: '', at: '' }}>{name}</Link> <StatusBadge status={status} />
                <div className="quiet">{region?.fullName}</div>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
