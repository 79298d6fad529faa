// 接口操作 Every root field with how it is written and the right that it takes.
import { type MouseEvent, useEffect, useRef, useState } from 'react';
import type { ApiOperation } from './asked.ts';
import { amend, type DevelopersRoute, href } from '../route.ts';
import { Download } from '../shared/Download.tsx';
import { Empty } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { coordinateOf, matching, rightOf } from './operations.ts';
import { term } from './words.ts';

export function Operations({ operations, at }: { operations: ApiOperation[]; at: string }) {
  const [text, setText] = useState('');
  const found = matching(operations, text);
  const sought = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (!at) return;
    sought.current?.scrollIntoView({ block: 'nearest' });
    sought.current?.focus({ preventScroll: true });
  }, [at]);
  return (
    <section className="card">
      <h2>{t('接口操作')}</h2>
      <form role="search" className="filter" onSubmit={(event) => event.preventDefault()}>
        <label htmlFor="operation-filter">{t('按名称、说明、类型或参数筛选')}</label>
        <input
          id="operation-filter"
          type="search"
          value={text}
          autoComplete="off"
          placeholder={t('例如：审计')}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
      <p className="quiet" role="status">
        {text.trim() ? t('符合的 {count} 项，共 {all} 项', { count: found.length, all: operations.length }) : t('共 {count} 项', { count: operations.length })}
      </p>
      {found.length === 0 && <Empty>{t('没有符合的操作，可以换用名称的一部分再试。')}</Empty>}
      {found.length > 0 && (
        <Download
          name={t('接口操作')}
          head={[t('名称'), t('类型'), t('说明'), t('写法'), t('所需权限')]}
          rows={found.map((one) => [one.name, term('ApiOperationKind', one.kind), one.description, one.signature, rightOf(one)])}
        />
      )}
      {found.length > 0 && (
        <table className="table table-stacked">
          <thead>
            <tr>
              <th scope="col">{t('名称')}</th>
              <th scope="col">{t('类型')}</th>
              <th scope="col">{t('说明与写法')}</th>
              <th scope="col">{t('所需权限')}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((operation) => {
              const coordinate = coordinateOf(operation);
              return (
                <tr key={coordinate} id={coordinate} {...(coordinate === at && { ref: sought, tabIndex: -1, className: 'sought' })}>
                  <Cells operation={operation} />
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Cells({ operation }: { operation: ApiOperation }) {
  const { kind, name, description, signature } = operation;
  return (
    <>
      <th scope="row">
        <Anchor coordinate={coordinateOf(operation)} name={name} />
      </th>
      <td>
        <span className="badge">{term('ApiOperationKind', kind)}</span>
      </td>
      <td>
        <p>
          <Description text={description} />
        </p>
        <code className="signature">{signature}</code>
      </td>
      <td data-label={t('所需权限')}>{rightOf(operation)}</td>
    </>
  );
}

/** What the schema sets in backquotes is a name of the schema. */
function Description({ text }: { text: string }) {
  return text.split('`').map((piece, place) =>
    // The pieces of a text never move; their place names them.
    // oxlint-disable-next-line react/no-array-index-key
    place % 2 === 1 ? <code key={place}>{piece}</code> : piece,
  );
}

/** Puts the operation into the address, so that it can be sent on; the screen stays where it is. */
function Anchor({ coordinate, name }: { coordinate: string; name: string }) {
  const route: DevelopersRoute = { page: 'developers', tab: 'operations', at: coordinate };
  const choose = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    amend(route);
  };
  return (
    <a href={href(route)} onClick={choose}>
      {name}
    </a>
  );
}
