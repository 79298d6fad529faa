// 筛选 The facets of a result as filters: counts come with the result, choices go into the address.
import type { Facets as Counts } from '../graphql/operations.ts';
import { amend, type SearchRoute } from '../route.ts';
import { brief } from '../shared/format.ts';
import { term, valuesOf, type WordList } from '../shared/vocabulary.ts';
import { levels, useRegionName } from './regions.ts';

/** More choices of one kind than this are folded away. */
const SHOWN = 12;

type Choice = { value: string; label: string; count: number | null; chosen: boolean };

export function Facets({ route, counts }: { route: SearchRoute; counts: Counts }) {
  return (
    <details className="facets" open={matchMedia('(min-width: 56rem)').matches}>
      <summary>筛选</summary>
      <Group
        title="记录"
        choices={ofWords('SearchFamily', counts.families, route.families)}
        toggle={(value) => amend({ ...route, families: toggled(route.families, value) })}
      />
      <Places route={route} counts={counts} />
      <Group
        title="登记状态"
        choices={ofWords('EnterpriseStatus', counts.statuses, route.statuses)}
        toggle={(value) => amend({ ...route, statuses: toggled(route.statuses, value) })}
      />
      <Group
        title="类型"
        choices={ofWords('EnterpriseKind', counts.kinds, route.kinds)}
        toggle={(value) => amend({ ...route, kinds: toggled(route.kinds, value) })}
      />
    </details>
  );
}

/** One place at a time; choosing it again takes the narrowing back. */
function Places({ route, counts }: { route: SearchRoute; counts: Counts }) {
  const name = useRegionName(route.region);
  const found = levels(counts.regions, route.region);
  const toggle = (value: string) => amend({ ...route, region: route.region === value ? '' : value });
  const isCounted = found.some((level) => level.regions.some(({ code }) => code === route.region));
  return (
    <>
      {route.region && !isCounted && (
        <Group title="地区" choices={[{ value: route.region, label: name, count: null, chosen: true }]} toggle={toggle} />
      )}
      {found.map(({ title, regions }) => (
        <Group
          key={title}
          title={`地区（${title}）`}
          choices={regions.map(({ code, name: label, count }) => ({ value: code, label, count, chosen: code === route.region }))}
          toggle={toggle}
        />
      ))}
    </>
  );
}

type GroupProps = { title: string; choices: Choice[]; toggle: (value: string) => void };

function Group({ title, choices, toggle }: GroupProps) {
  const folded = choices.slice(SHOWN);
  return (
    <fieldset>
      <legend>{title}</legend>
      <Choices choices={choices.slice(0, SHOWN)} toggle={toggle} />
      {folded.length > 0 && (
        <details className="folded" open={folded.some(({ chosen }) => chosen)}>
          <summary>其余 {folded.length} 项</summary>
          <Choices choices={folded} toggle={toggle} />
        </details>
      )}
    </fieldset>
  );
}

function Choices({ choices, toggle }: Omit<GroupProps, 'title'>) {
  return choices.map(({ value, label, count, chosen }) => (
    <label key={value} className="choice">
      <input type="checkbox" checked={chosen} onChange={() => toggle(value)} />
      <span>{label}</span>
      {count !== null && <span className="quiet count">{count.toLocaleString('zh-CN')}</span>}
    </label>
  ));
}

/** Every word of a list, so that a second one can be added to the first although the result counts only that. */
function ofWords(list: WordList, counts: { value: string; count: number }[], chosen: string[]): Choice[] {
  return valuesOf(list).map((value) => ({
    value,
    label: list === 'EnterpriseStatus' ? brief(term(list, value)) : term(list, value),
    count: counts.find((facet) => facet.value === value)?.count ?? null,
    chosen: chosen.includes(value),
  }));
}

function toggled(values: string[], value: string): string[] {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}
