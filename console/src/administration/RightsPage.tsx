// 权限矩阵 What each role may do and see: roles across, acts and classes of fields down; below it what the fields of one type
// ask of their viewer. The type stands in the address.
import { Select } from 'antd';
import { useGraph } from '../graphql/useGraph.ts';
import { Room } from '../room/Room.tsx';
import { amend, type RoomRoute } from '../route.ts';
import { term } from '../developers/words.ts';
import { Download } from '../shared/Download.tsx';
import { Empty, Failed, Loading } from '../shared/states.tsx';
import { t } from '../shared/text.ts';
import { RightsDocument, RightsOfFieldsDocument, type RightsQuery } from './generated/graphql.ts';

type Matrix = RightsQuery['rightsMatrix'];
type Role = Matrix['roles'][number];
const NOTHING_TO_ASK = {};
const FIRST_TYPE = 'Enterprise';
/** An administrator excludes every other office. */
const MOST_NAMED = 4;

export function RightsPage({ route }: { route: RoomRoute }) {
  return (
    <Room route={route} title={t('权限矩阵')}>
      {() => <Rights route={route} />}
    </Room>
  );
}

function Rights({ route }: { route: RoomRoute }) {
  const { data, failure, retry } = useGraph(RightsDocument, NOTHING_TO_ASK);
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data) return <Loading lines={12} />;
  const { rightsMatrix } = data;
  const type = rightsMatrix.types.includes(route.at) ? route.at : FIRST_TYPE;
  return (
    <>
      <RoleTable matrix={rightsMatrix} />
      <section className="card stack">
        <h2>{t('字段权限')}</h2>
        <p className="inline-label">
          <label htmlFor="rights-type">{t('类型')}</label>
          <Select
            id="rights-type"
            showSearch
            value={type}
            style={{ width: '18rem', maxWidth: '100%' }}
            options={rightsMatrix.types.map((value) => ({ value, label: value }))}
            onChange={(at) => amend({ ...route, at })}
          />
        </p>
        <FieldTable type={type} />
      </section>
    </>
  );
}

/** What is written in a line of the table, role by role. */
type Line = { title: string; cells: string[] };

function linesOf({ acts, roles }: Matrix): Line[] {
  const seen = (title: string, reach: (role: Role) => string) => ({ title, cells: roles.map((role) => term('Reach', reach(role))) });
  return [
    seen(t('看内部信息'), ({ internal }) => internal),
    seen(t('查看个人信息（凭用途）'), ({ personal }) => personal),
    seen(t('查看敏感信息（凭用途）'), ({ sensitive }) => sensitive),
    ...acts.map(({ act }) => ({ title: term('Act', act), cells: roles.map((role) => (role.acts.includes(act) ? '✓' : '')) })),
    { title: t('须经二次验证'), cells: roles.map(({ isOffice }) => (isOffice ? '✓' : '')) },
    { title: t('不得兼任'), cells: roles.map(({ excludes }) => (excludes.length > MOST_NAMED ? t('其他各项') : excludes.map((role) => term('Role', role)).join('、'))) },
  ];
}

function RoleTable({ matrix }: { matrix: Matrix }) {
  const lines = linesOf(matrix);
  const head = matrix.roles.map(({ role }) => term('Role', role));
  return (
    <section className="card stack">
      <h2>{t('角色权限')}</h2>
      {/* Wider than the page, and nothing in it to go to by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="room-table" role="region" aria-label={t('角色权限')} tabIndex={0}>
        <table className="sums-table rights">
          <thead>
            <tr>
              <th scope="col">{t('权限')}</th>
              {head.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ title, cells }) => (
              <tr key={title}>
                <th scope="row">{title}</th>
                {cells.map((cell, place) => (
                  <td key={head[place]}>
                    {cell === '✓' ? (
                      <span role="img" aria-label={t('是')}>
                        ✓
                      </span>
                    ) : (
                      cell
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Download name={t('权限矩阵')} head={[t('权限'), ...head]} rows={lines.map(({ title, cells }) => [title, ...cells])} />
    </section>
  );
}

function FieldTable({ type }: { type: string }) {
  const { data, failure, loading, retry } = useGraph(RightsOfFieldsDocument, { typeName: type });
  if (failure) return <Failed failure={failure} retry={retry} />;
  if (!data || loading) return <Loading lines={6} />;
  const { fields } = data.rightsMatrix;
  if (fields.length === 0) return <Empty>{t('这个类型没有字段权限，请选择其他类型。')}</Empty>;
  const rows = fields.map(({ field, class: kind, act }) => [field, kind ? term('FieldClass', kind) : act ? term('Act', act) : '—']);
  return (
    <>
      <div className="room-table">
        <table className="sums-table rights-fields">
          <thead>
            <tr>
              <th scope="col">{t('字段')}</th>
              <th scope="col">{t('谁可以看')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([field, needs]) => (
              <tr key={field}>
                <th scope="row">
                  <code>{field}</code>
                </th>
                <td>{needs}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Download name={`${t('字段权限')} ${type}`} head={[t('字段'), t('谁可以看')]} rows={rows.map((row) => row.map((cell) => cell ?? ''))} />
    </>
  );
}
