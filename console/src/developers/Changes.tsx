// 变更 What changed in the contract from release to release, and what will go.
import type { ApiDeprecation, CatalogueData, SchemaChange, SchemaRelease } from './asked.ts';
import { day } from '../shared/format.ts';
import { Download } from '../shared/Download.tsx';
import { Link } from '../shared/Link.tsx';
import { Empty } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { coordinateOf } from './operations.ts';
import { term, valuesOf } from './words.ts';

/** More compatible changes than this are folded away; the others never are. */
const SHOWN = 10;
const BADGES: Record<string, string> = { BREAKING: 'badge badge-grave', DANGEROUS: 'badge badge-heed', SAFE: 'badge badge-good' };

export function Changes({ data: { apiCatalogue, schemaChanges } }: { data: CatalogueData }) {
  const operations = new Set(apiCatalogue.operations.map(coordinateOf));
  return (
    <>
      <Deprecations deprecations={apiCatalogue.deprecations} operations={operations} />
      {schemaChanges.length === 0 && <Empty>{t('还没有可以比较的版本，因此没有变更记录；新版本发布后列在这里。')}</Empty>}
      {schemaChanges.map((release) => (
        <Release key={release.version} release={release} operations={operations} />
      ))}
    </>
  );
}

function Deprecations({ deprecations, operations }: { deprecations: ApiDeprecation[]; operations: Set<string> }) {
  return (
    <section className="card">
      <h2>{t('弃用')}</h2>
      {deprecations.length === 0 && <p>{t('目前没有弃用的字段、参数或可选值。')}</p>}
      {deprecations.length > 0 && (
        <table className="table table-stacked">
          <thead>
            <tr>
              <th scope="col">{t('位置')}</th>
              <th scope="col">{t('原因与替代')}</th>
              <th scope="col">{t('保留至')}</th>
            </tr>
          </thead>
          <tbody>
            {deprecations.map(({ coordinate, reason, until }) => (
              <tr key={coordinate}>
                <th scope="row">
                  <Coordinate of={coordinate} operations={operations} />
                </th>
                <td>{reason || t('未说明')}</td>
                <td data-label={t('保留至')}>{until === null ? t('未定') : day(until)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {deprecations.length > 0 && (
        <Download name={t('弃用')} head={[t('位置'), t('原因与替代'), t('保留至')]} rows={deprecations.map(({ coordinate, reason, until }) => [coordinate, reason, until])} />
      )}
    </section>
  );
}

function Release({ release: { version, releasedOn, changes }, operations }: { release: SchemaRelease; operations: Set<string> }) {
  const groups = valuesOf('SchemaChangeWeight').map((weight) => ({
    weight,
    changes: changes.filter((change) => change.weight === weight),
  }));
  return (
    <section className="card">
      <h2 className="release">
        {version} <span className="quiet">{releasedOn === null ? t('未发布') : t('{day}发布', { day: day(releasedOn) })}</span>
      </h2>
      {changes.length === 0 && <p>{t('接口没有变化。')}</p>}
      {groups
        .filter((group) => group.changes.length > 0)
        .map((group) => (
          <Group key={group.weight} {...group} operations={operations} />
        ))}
      {changes.length > 0 && (
        <Download
          name={`${version} ${t('变更')}`}
          head={[t('类型'), t('位置'), t('说明')]}
          rows={changes.map(({ weight, coordinate, message }) => [term('SchemaChangeWeight', weight), coordinate, message])}
        />
      )}
    </section>
  );
}

type GroupProps = { weight: string; changes: SchemaChange[]; operations: Set<string> };

function Group({ weight, changes, operations }: GroupProps) {
  const isFolded = weight === 'SAFE' && changes.length > SHOWN;
  const list = (
    <ul className="changes">
      {changes.map(({ coordinate, message }) => (
        <li key={`${coordinate} ${message}`}>
          <Coordinate of={coordinate} operations={operations} /> {message}
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <h3 className="part">
        <span className={BADGES[weight] ?? 'badge'}>{term('SchemaChangeWeight', weight)}</span> {t('{count} 项', { count: changes.length })}
      </h3>
      {isFolded ? (
        <details>
          <summary>{t('查看全部 {count} 项', { count: changes.length })}</summary>
          {list}
        </details>
      ) : (
        list
      )}
    </>
  );
}

/** A place in the schema; one that is an operation leads to it. */
function Coordinate({ of, operations }: { of: string; operations: Set<string> }) {
  const place = <code>{of}</code>;
  return operations.has(of) ? <Link to={{ page: 'developers', tab: 'operations', at: of }}>{place}</Link> : place;
}
