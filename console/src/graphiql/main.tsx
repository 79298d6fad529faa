// 接口调试 GraphiQL at `/graphiql`, from our own bundle: the house has no network at run time.
// GraphiQL 4 with CodeMirror, because version 5 brings four times as much (Monaco and its workers).
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { type Opening, opening } from './examples.ts';
import { keepAccessible } from './accessible.ts';
import './graphiql.css';

const fetcher = createGraphiQLFetcher({ url: '/graphql' });

/** Forgets the reader's tabs; on loading again the examples come back. */
function restoreExamples() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith('graphiql:')) localStorage.removeItem(key);
  }
  location.reload();
}

function Page({ tabs, open }: Opening) {
  return (
    <main>
      <h1 className="unseen">秦信 GraphiQL 接口调试</h1>
      <GraphiQL fetcher={fetcher} defaultTabs={tabs} query={open.query} variables={open.variables} defaultEditorToolsVisibility="variables">
        <GraphiQL.Logo>
          <nav className="house" aria-label="返回">
            <a href="/">秦信首页</a>
            <button type="button" onClick={restoreExamples}>
              恢复示例
            </button>
          </nav>
        </GraphiQL.Logo>
      </GraphiQL>
    </main>
  );
}

const root = document.getElementById('root');
if (root) {
  keepAccessible(root);
  createRoot(root).render(<Page {...await opening()} />);
}
