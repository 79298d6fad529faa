// 筛选 The facets of a result as filters: counts come with the result, choices go into the address.
import { type FormEvent, useState } from 'react';
import type { Facets as Counts } from './asked.ts';
import { step } from '../route.ts';
import { type ListName, type SearchRoute, toggled, wholeYear, yearOf, YUAN } from './address.ts';
import { type Choice, choicesOf, yearsOf } from './choices.ts';
import { useNames, useRegionName } from './names.ts';
import { levels, parentOf } from './regions.ts';
import { parted } from '../shared/format.ts';
import { t } from '../shared/text.ts';

/** More choices of one kind than this are folded away. */
const SHOWN = 8;

type Props = { route: SearchRoute; counts: Counts; isLoading: boolean };

export function Facets(props: Props) {
  const { route } = props;
  return (
    <details className="facets" open={matchMedia('(min-width: 56rem)').matches}>
      <summary>{t('筛选')}</summary>
      <List {...props} title={t('记录')} list="families" shown={12} />
      {(route.view === 'elsewhere' || route.provinces.length > 0) && (
        <List {...props} title={t('来源省份')} list="provinces" />
      )}
      <Places {...props} />
      <Years {...props} />
      <List {...props} title={t('事由')} list="grounds" />
      <List {...props} title={t('作出机关')} list="authorities" />
      <List {...props} title={t('行业门类')} list="industries" />
      <List {...props} title={t('登记状态')} list="statuses" />
      <List {...props} title={t('类型')} list="kinds" />
      <Ranges key={[route.from, route.to, route.least, route.most].join('|')} route={route} />
    </details>
  );
}

function List({ title, list, shown, route, counts, isLoading }: Props & { title: string; list: ListName; shown?: number }) {
  useNames();
  const choices = choicesOf(list, route, counts, isLoading);
  return <Group title={title} choices={choices} shown={shown} toggle={(value) => step(toggled(route, list, value))} />;
}

/** One place at a time; choosing it again goes one level up. */
function Places({ route, counts }: Props) {
  const name = useRegionName(route.region);
  const found = levels(counts.regions, route.region);
  const toggle = (value: string) => {
    step({ ...route, region: route.region === value ? (parentOf(value) ?? '') : value });
  };
  const isCounted = found.some((level) => level.regions.some(({ code }) => code === route.region));
  return (
    <>
      {route.region && !isCounted && (
        <Group title={t('地区')} choices={[{ value: route.region, label: name, count: null, chosen: true }]} toggle={toggle} />
      )}
      {found.map(({ title, regions }) => (
        <Group
          key={title}
          title={t('地区（{title}）', { title })}
          choices={regions.map(({ code, name: label, count }) => ({ value: code, label, count, chosen: code === route.region }))}
          toggle={toggle}
        />
      ))}
    </>
  );
}

function Years({ route, counts, isLoading }: Props) {
  const chosen = wholeYear(route);
  const toggle = (year: string) => step({ ...route, ...(year === chosen ? { from: '', to: '' } : yearOf(year)) });
  return <Group title={t('年份')} choices={yearsOf(route, counts, isLoading, chosen)} shown={6} toggle={toggle} />;
}

type GroupProps = { title: string; choices: Choice[]; toggle: (value: string) => void };

function Group({ title, choices, shown = SHOWN, toggle }: GroupProps & { shown?: number | undefined }) {
  if (choices.length === 0) return null;
  const folded = choices.slice(shown);
  return (
    <fieldset>
      <legend>{title}</legend>
      <Choices choices={choices.slice(0, shown)} toggle={toggle} />
      {folded.length > 0 && (
        <details className="folded" open={folded.some(({ chosen }) => chosen)}>
          <summary>{t('其余 {count} 项', { count: folded.length })}</summary>
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
      {count !== null && <span className="quiet count">{parted(count)}</span>}
    </label>
  ));
}

/** Days and amounts are typed and then applied at once. */
function Ranges({ route }: { route: SearchRoute }) {
  const [fault, setFault] = useState('');
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const amounts = { least: text('least').replaceAll(',', ''), most: text('most').replaceAll(',', '') };
    const days = { from: text('from'), to: text('to') };
    const wrong = Object.values(amounts).some((amount) => amount !== '' && !YUAN.test(amount));
    if (wrong) return setFault(t('金额请填写数字，以元为单位，最多两位小数。'));
    if (days.from && days.to && days.from > days.to) return setFault(t('起始日期不能晚于截止日期。'));
    setFault('');
    return step({ ...route, ...days, ...amounts });
  };
  return (
    <form className="ranges" onSubmit={apply} noValidate>
      <label>
        {t('日期自')}
        <input type="date" name="from" defaultValue={route.from} min="1900-01-01" max="2199-12-31" />
      </label>
      <label>
        {t('日期至')}
        <input type="date" name="to" defaultValue={route.to} min="1900-01-01" max="2199-12-31" />
      </label>
      <label>
        {t('金额不少于（元）')}
        <input type="text" name="least" inputMode="decimal" defaultValue={route.least} />
      </label>
      <label>
        {t('金额不多于（元）')}
        <input type="text" name="most" inputMode="decimal" defaultValue={route.most} />
      </label>
      {fault && (
        <p role="alert" className="fault">
          {fault}
        </p>
      )}
      <button type="submit" className="small">
        {t('应用')}
      </button>
    </form>
  );
}
