// 筛选 The facets of a result as filters: counts come with the result, choices go into the address.
import type { Facets as Counts } from '../graphql/operations.ts';
import { amend, type SearchRoute } from '../route.ts';
import { brief } from '../shared/format.ts';
import { term } from '../shared/vocabulary.ts';

/** More places than this are not offered; a narrower search brings the others up. */
const REGIONS_SHOWN = 12;

type Choice = { value: string; label: string; count: number | null; chosen: boolean };

export function Facets({ route, counts }: { route: SearchRoute; counts: Counts }) {
  const regions = counts.regions.slice(0, REGIONS_SHOWN).map(({ code, name, count }) => ({ value: code, label: name, count }));
  const statuses = counts.statuses.map((facet) => ({ ...facet, label: brief(term('EnterpriseStatus', facet.value)) }));
  const kinds = counts.kinds.map((facet) => ({ ...facet, label: term('EnterpriseKind', facet.value) }));
  return (
    <details className="facets" open={matchMedia('(min-width: 56rem)').matches}>
      <summary>筛选</summary>
      <Group
        title="地区"
        choices={withChosen(regions, route.region ? [route.region] : [])}
        toggle={(value) => amend({ ...route, region: route.region === value ? '' : value })}
      />
      <Group
        title="登记状态"
        choices={withChosen(statuses, route.statuses)}
        toggle={(value) => amend({ ...route, statuses: toggled(route.statuses, value) })}
      />
      <Group
        title="类型"
        choices={withChosen(kinds, route.kinds)}
        toggle={(value) => amend({ ...route, kinds: toggled(route.kinds, value) })}
      />
    </details>
  );
}

function Group({ title, choices, toggle }: { title: string; choices: Choice[]; toggle: (value: string) => void }) {
  if (choices.length === 0) return null;
  return (
    <fieldset>
      <legend>{title}</legend>
      {choices.map(({ value, label, count, chosen }) => (
        <label key={value} className="choice">
          <input type="checkbox" checked={chosen} onChange={() => toggle(value)} />
          <span>{label}</span>
          {count !== null && <span className="quiet count">{count.toLocaleString('zh-CN')}</span>}
        </label>
      ))}
    </fieldset>
  );
}

/** What the result counts, and what is chosen although the result holds none of it. */
function withChosen(offered: { value: string; label: string; count: number }[], chosen: string[]): Choice[] {
  const missing = chosen.filter((value) => offered.every((choice) => choice.value !== value));
  return [
    ...offered.map((choice) => ({ ...choice, chosen: chosen.includes(choice.value) })),
    ...missing.map((value) => ({ value, label: value, count: null, chosen: true })),
  ];
}

function toggled(values: string[], value: string): string[] {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}
