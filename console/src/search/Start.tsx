// 首页 What stands below the empty search box: a few enterprises, the assistant, the interface.
import { AssistantBox } from '../assistant/AssistantBox.tsx';
import { Home } from '../graphql/operations.ts';
import { useGraph } from '../graphql/useGraph.ts';
import { CATALOGUE, go } from '../route.ts';
import { Link } from '../shared/Link.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { StatusBadge } from '../shared/StatusBadge.tsx';

const NOTHING_TO_ASK = {};

export function Start() {
  return (
    <div className="start">
      <Beginning />
      <AssistantBox asked="" ask={(question) => go({ page: 'assistant', question })} />
      <section className="card">
        <h2>开发者接口</h2>
        <p>
          页面上的一切都来自同一个 GraphQL 接口，任何系统都可以用同样的方式取用。
          接口目录里有可以复制的示例、全部操作、历次变更、限额和本单位的用量。
        </p>
        <p>
          <Link to={CATALOGUE}>打开接口目录</Link>
        </p>
      </section>
    </div>
  );
}

function Beginning() {
  const { data, failure, retry } = useGraph(Home, NOTHING_TO_ASK);
  return (
    <section className="card">
      <h2>从这里开始</h2>
      {failure && <Failed failure={failure} retry={retry} />}
      {!failure && !data && <Loading />}
      {data?.enterprises.nodes.length === 0 && (
        <Empty>
          库中还没有数据。请先运行 <code>qinxin demo</code> 生成演示数据，或用 <code>qinxin import legacy</code> 导入。
        </Empty>
      )}
      {data && data.enterprises.nodes.length > 0 && (
        <>
          <p className="quiet">共收录 {data.enterprises.totalCount.toLocaleString('zh-CN')} 户经营主体，例如：</p>
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
